//! From the catalogue to a schema: one query for each kind of object, all in one snapshot and one round trip.

mod answers;
mod catalogue;
mod cluster;
mod columns;
mod comments;
mod constraints;
mod defined;
mod depends;
mod extensions;
mod grants;
mod indexes;
mod policies;
mod routines;
mod rules;
mod sequences;
mod tables;
mod triggers;
mod types;
mod views;

use sqlx::PgConnection;
use trueup_contract::{DatabaseError, Inspection};

use answers::Answers;
use catalogue::Catalogue;

/// Everything in a database, in canonical form. The connection must have `search_path = ''` and a snapshot.
pub(crate) async fn inspect(connection: &mut PgConnection) -> Result<Inspection, DatabaseError> {
    let mut answers = Answers::to_all(connection).await?;
    let mut catalogue = Catalogue::default();
    // Whatever else is read names namespaces and relations by their rows.
    tables::relations::read(&mut answers, &mut catalogue).await?;
    extensions::read(&mut answers, &mut catalogue).await?;
    types::read(&mut answers, &mut catalogue).await?;
    tables::read(&mut answers, &mut catalogue).await?;
    columns::read(&mut answers, &mut catalogue).await?;
    sequences::read(&mut answers, &mut catalogue).await?;
    constraints::read(&mut answers, &mut catalogue).await?;
    views::read(&mut answers, &mut catalogue).await?;
    indexes::read(&mut answers, &mut catalogue).await?;
    routines::read(&mut answers, &mut catalogue).await?;
    triggers::read(&mut answers, &mut catalogue).await?;
    rules::read(&mut answers, &mut catalogue).await?;
    policies::read(&mut answers, &mut catalogue).await?;
    defined::read(&mut answers, &mut catalogue).await?;
    cluster::read(&mut answers, &mut catalogue).await?;
    // These speak of objects that must be known by now.
    grants::read(&mut answers, &mut catalogue).await?;
    comments::read(&mut answers, &mut catalogue).await?;
    depends::read(&mut answers, &mut catalogue).await?;
    Ok(catalogue.finish())
}
