//! From the catalogue to a schema: one query for each kind of object, all in one snapshot.

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

use crate::connect::failed;
use catalogue::Catalogue;

/// Everything in a database, in canonical form. The connection must have `search_path = ''` and a snapshot.
pub(crate) async fn inspect(connection: &mut PgConnection) -> Result<Inspection, DatabaseError> {
    // Compiling a query for a catalogue takes longer than it saves.
    sqlx::raw_sql("SET LOCAL jit = off").execute(&mut *connection).await.map_err(failed)?;
    let mut catalogue = Catalogue::default();
    // Whatever else is read names namespaces and relations by their rows.
    tables::relations::read(connection, &mut catalogue).await?;
    extensions::read(connection, &mut catalogue).await?;
    types::read(connection, &mut catalogue).await?;
    tables::read(connection, &mut catalogue).await?;
    columns::read(connection, &mut catalogue).await?;
    sequences::read(connection, &mut catalogue).await?;
    constraints::read(connection, &mut catalogue).await?;
    views::read(connection, &mut catalogue).await?;
    indexes::read(connection, &mut catalogue).await?;
    routines::read(connection, &mut catalogue).await?;
    triggers::read(connection, &mut catalogue).await?;
    rules::read(connection, &mut catalogue).await?;
    policies::read(connection, &mut catalogue).await?;
    defined::read(connection, &mut catalogue).await?;
    cluster::read(connection, &mut catalogue).await?;
    // These speak of objects that must be known by now.
    grants::read(connection, &mut catalogue).await?;
    comments::read(connection, &mut catalogue).await?;
    depends::read(connection, &mut catalogue).await?;
    Ok(catalogue.finish())
}
