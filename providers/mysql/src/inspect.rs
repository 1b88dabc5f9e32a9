//! From a server to a schema: its own CREATE statements, all of them in a few messages, read as declarations are.
//!
//! `SHOW CREATE` loses nothing, and refuses where a privilege is missing instead of showing a part.

mod catalogue;
mod home;
mod look;
mod objects;
mod spatial;
mod texts;

use sqlx::MySqlConnection;
use trueup_contract::{Cluster, DatabaseError, Inspection};
use trueup_state::{Ident, Schema};

use crate::{
    connect::{ask, code, failed, number},
    database::privileges::Privileges,
    facts::Facts,
    normalize,
    version::Version,
};
use catalogue::Catalogue;
use objects::{Found, Wanted};

pub(crate) use home::at_home;
pub(crate) use look::look;
pub(crate) use texts::{Text, texts};

/// What is named `trueup_…` is ours, and no part of a schema.
pub(crate) const OURS: &str = "trueup_";

/// How often to begin anew where something that was listed has gone before it was read.
const ATTEMPTS: usize = 5;

/// Everything in the database, in canonical form.
pub(crate) async fn inspect(connection: &mut MySqlConnection, version: Version) -> Result<Inspection, DatabaseError> {
    refuse_blindness(connection, version).await?;
    for _ in 0..ATTEMPTS {
        let catalogue = Catalogue::read(connection, version).await?;
        let facts = Facts::of(&catalogue.cluster);
        if let Some(found) = read(connection, &catalogue, &facts).await? {
            return Ok(finish(found, catalogue.cluster, &facts));
        }
    }
    Err(DatabaseError::Failed("tables come and go faster than they can be read".to_owned()))
}

fn finish(found: Found, cluster: Cluster, facts: &Facts) -> Inspection {
    let Found { mut schema, unmodelled, database: _ } = found;
    normalize::resolve(&mut schema, facts);
    spelled(&mut schema);
    Inspection { schema, unmodelled, revision: None, depends: Default::default(), cluster }
}

/// Every name that the server shows is the object's own, whoever gave it.
fn spelled(schema: &mut Schema) {
    for table in schema.namespaces.values_mut().flat_map(|it| it.tables.values_mut()) {
        table.primary_key.iter_mut().for_each(|it| it.name = None);
        table.checks.values_mut().for_each(|it| it.name = None);
        table.foreign_keys.values_mut().for_each(|it| it.name = None);
    }
}

/// Read what was listed. `None`: some of it is not there any more.
async fn read(
    connection: &mut MySqlConnection,
    catalogue: &Catalogue,
    facts: &Facts,
) -> Result<Option<Found>, DatabaseError> {
    let wanted = &catalogue.wanted;
    let statements: Vec<String> = wanted.iter().map(Wanted::statement).collect();
    let answers = ask(connection, &statements).await.map_err(failed)?;
    let mut found = Found::of(&catalogue.database);
    for (wanted, answer) in wanted.iter().zip(answers) {
        match answer {
            Ok(rows) => found.take(wanted, &rows, facts),
            Err(error) => match number(&error) {
                Some(number) if code::ABSENT.contains(&number) && !wanted.is_view() => return Ok(None),
                Some(number) if code::LOCKED.contains(&number) => return Err(failed(error)),
                _ => found.cannot(wanted, &error),
            },
        }
    }
    spatial::reference_systems(connection, &mut found.schema, facts).await?;
    Ok(Some(found))
}

/// Who may not see triggers, events or routines sees a database without them.
async fn refuse_blindness(connection: &mut MySqlConnection, version: Version) -> Result<(), DatabaseError> {
    let privileges = Privileges::of(connection, version).await.map_err(failed)?;
    let blind = privileges.blind();
    if blind.is_empty() {
        return Ok(());
    }
    let what = ["the user does not see everything in the database: `", &privileges.grant(&blind), "`"].concat();
    Err(DatabaseError::Denied(what))
}

/// Whether a name is one of our own.
fn is_ours(name: &Ident) -> bool {
    name.folded().starts_with(OURS)
}
