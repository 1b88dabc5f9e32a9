//! Trying steps in an empty database, and dropping what they have made: nothing could be rolled back.

use std::time::Duration;

use trueup_contract::{DatabaseError, Group, Inspection, Observer, Progress, Step};
use trueup_state::{Address, ObjectKind};

use super::{Session, run};
use crate::{
    connect::{ask, execute, failed, rows, value},
    inspect, normalize,
    render::sql,
};

/// How long a rehearsal waits for another one in the same database.
const PATIENCE: &str = "30";

/// The name of the lock that keeps two apart.
const LOCK: &str = "CONCAT('trueup_try:', LEFT(SHA2(DATABASE(), 256), 32))";

/// Run steps, look at what is there then, and drop it.
pub(super) async fn rehearse(session: &mut Session, steps: &[Step]) -> Result<Inspection, DatabaseError> {
    let take = ["SELECT GET_LOCK(", LOCK, ", ", PATIENCE, ")"].concat();
    if value(&rows(&mut session.connection, &take).await.map_err(failed)?).as_deref() != Some("1") {
        return Err(DatabaseError::Failed("something else is being tried in the scratch database".to_owned()));
    }
    let tried = tried(session, steps).await;
    let free = ["DO RELEASE_LOCK(", LOCK, ")"].concat();
    execute(&mut session.connection, &free).await.map_err(failed)?;
    tried
}

async fn tried(session: &mut Session, steps: &[Step]) -> Result<Inspection, DatabaseError> {
    let before = inspect::inspect(&mut session.connection, session.version).await?;
    let somebodys = |address: &Address| *address != normalize::database();
    if let Some((address, _)) = before.schema.objects().into_iter().find(|(address, _)| somebodys(address)) {
        let what = ["the scratch database is not empty: there is `", &address.to_string(), "`"].concat();
        return Err(DatabaseError::Unsupported(what));
    }
    let collation = rows(&mut session.connection, "SELECT @@collation_database").await.map_err(failed)?;
    let group = Group { steps, revision: None, lock_timeout: Duration::from_secs(3), write: None };
    let ran = run::run(session, &group, &mut Nobody).await;
    let found = match ran {
        Ok(()) => inspect::inspect(&mut session.connection, session.version).await,
        Err(error) => Err(error),
    };
    let mut drops = vec!["SET SESSION foreign_key_checks = 0".to_owned()];
    drops.extend(steps.iter().flat_map(|step| &step.provides).filter_map(drop_of));
    drops.push("SET SESSION foreign_key_checks = DEFAULT".to_owned());
    let collation = value(&collation).unwrap_or_default();
    drops.push(sql("ALTER DATABASE COLLATE").raw(&collation).finish());
    for dropped in ask(&mut session.connection, &drops).await.map_err(failed)? {
        dropped.map_err(failed)?;
    }
    found
}

/// What drops an object; what goes with its table needs nothing.
fn drop_of(address: &Address) -> Option<String> {
    let (words, name) = match address {
        Address::Table(name) => ("DROP TABLE IF EXISTS", name),
        Address::View(name) => ("DROP VIEW IF EXISTS", name),
        Address::Signed(ObjectKind::Function, name, _) => ("DROP FUNCTION IF EXISTS", name),
        Address::Signed(ObjectKind::Procedure, name, _) => ("DROP PROCEDURE IF EXISTS", name),
        Address::Object(ObjectKind::Event, name) => ("DROP EVENT IF EXISTS", name),
        Address::Object(ObjectKind::Sequence, name) => ("DROP SEQUENCE IF EXISTS", name),
        _ => return None,
    };
    Some(sql(words).ident(&name.name).finish())
}

/// Nobody watches a rehearsal.
struct Nobody;

impl Observer for Nobody {
    fn observe(&mut self, _progress: Progress) {}
}
