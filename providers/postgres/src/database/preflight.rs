//! What a session is good for.

use std::time::{Duration, Instant};

use sqlx::{Connection, PgConnection, Row};
use trueup_contract::{DatabaseError, Need, On, Preflight, Privilege, Quoting, Sql, Tls};
use trueup_state::{Ident, Qualified};

use crate::connect::failed;

/// How often a round trip is timed.
const TIMES: usize = 3;

/// Ask the catalogue.
pub(super) async fn ask(connection: &mut PgConnection) -> Result<Preflight, DatabaseError> {
    let latency = latency(connection).await?;
    let row = sqlx::query(include_str!("preflight.sql")).fetch_one(&mut *connection).await.map_err(failed)?;
    let yes = |column: &str| row.try_get::<Option<bool>, _>(column).map(|it| it == Some(true)).map_err(failed);
    let text = |column: &str| row.try_get::<Option<String>, _>(column).map(Option::unwrap_or_default).map_err(failed);
    let read_only = match (yes("standby")?, yes("read_only")?) {
        (true, _) => Some("the server is a standby".to_owned()),
        (_, true) => Some("`default_transaction_read_only` is on for this role or database".to_owned()),
        (false, false) => None,
    };
    let tls = match (yes("tls")?, yes("is_local")?) {
        (true, _) => Tls::On(text("tls_version")?),
        (false, true) => Tls::Local,
        (false, false) => Tls::Off,
    };
    let role = Ident::from(text("role")?);
    let database = Ident::from(text("name")?);
    let on_database = |name: &str, serves: &'static str, held: bool| Privilege {
        name: name.to_owned(),
        on: On::Database(database.clone()),
        need: Need::Some,
        serves,
        held,
        remedy: Some(grant(name, &["DATABASE"], &Qualified::bare(database.clone()), &role)),
    };
    let mut privileges = vec![
        on_database("TEMP", "exact comparison of expressions", yes("may_temp")?),
        on_database("CREATE", "new schemas and extensions, and `state = \"database\"`", yes("may_create")?),
    ];
    privileges.extend(namespaces(connection, &role).await?);
    privileges.extend(foreign(connection, &role).await?);
    Ok(Preflight { latency, tls, role: Some(role.text().to_owned()), read_only, privileges })
}

async fn latency(connection: &mut PgConnection) -> Result<Duration, DatabaseError> {
    let mut shortest = Duration::MAX;
    for _ in 0..TIMES {
        let start = Instant::now();
        connection.ping().await.map_err(failed)?;
        shortest = shortest.min(start.elapsed());
    }
    Ok(shortest)
}

async fn namespaces(connection: &mut PgConnection, role: &Ident) -> Result<Vec<Privilege>, DatabaseError> {
    let rows = sqlx::query(include_str!("may_create.sql")).fetch_all(connection).await.map_err(failed)?;
    let privilege = |row: &sqlx::postgres::PgRow| {
        let name = Ident::from(row.try_get::<String, _>("name")?);
        let remedy = grant("USAGE, CREATE", &["SCHEMA"], &Qualified::bare(name.clone()), role);
        Ok(Privilege {
            name: "USAGE, CREATE".to_owned(),
            on: On::Namespace(name),
            need: Need::Apply,
            serves: "objects in this schema",
            held: row.try_get("held")?,
            remedy: Some(remedy),
        })
    };
    rows.iter().map(privilege).collect::<Result<_, sqlx::Error>>().map_err(failed)
}

/// What belongs to others: it can be looked at and not changed.
async fn foreign(connection: &mut PgConnection, role: &Ident) -> Result<Vec<Privilege>, DatabaseError> {
    let rows = sqlx::query(include_str!("foreign.sql")).fetch_all(connection).await.map_err(failed)?;
    let privilege = |row: &sqlx::postgres::PgRow| {
        let (namespace, name): (String, String) = (row.try_get("namespace")?, row.try_get("name")?);
        let owner = Ident::from(row.try_get::<String, _>("owner")?);
        let (kind, is_super): (String, bool) = (row.try_get("kind")?, row.try_get("is_super")?);
        let name = Qualified { namespace: Ident::from(namespace), name: Ident::from(name) };
        // Nobody is to become a superuser for one table.
        let remedy = match is_super {
            true => sql("ALTER").raw(&kind).name(&name).raw("OWNER TO").ident(role).finish(),
            false => sql("GRANT").ident(&owner).raw("TO").ident(role).finish(),
        };
        Ok(Privilege {
            name: "ownership".to_owned(),
            on: On::Relation(name),
            need: Need::Apply,
            serves: "changes of what belongs to another role",
            held: false,
            remedy: Some(remedy),
        })
    };
    rows.iter().map(privilege).collect::<Result<_, sqlx::Error>>().map_err(failed)
}

fn sql(start: &str) -> Sql {
    Sql::new(Quoting { identifier: '"' }, start)
}

/// `GRANT USAGE, CREATE ON SCHEMA "app" TO "deploy"`
fn grant(privileges: &str, kind: &[&str], on: &Qualified, role: &Ident) -> String {
    sql("GRANT").raw(privileges).raw("ON").raw(&kind.join(" ")).name(on).raw("TO").ident(role).finish()
}
