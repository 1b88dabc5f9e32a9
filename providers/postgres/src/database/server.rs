//! What we are connected to.

use sqlx::{PgConnection, Row, postgres::PgRow};
use trueup_contract::{DatabaseError, Server};
use trueup_state::Fingerprint;

use crate::connect::{Target, failed};

/// Describe the server. `only_reads` is whether the connection was opened for reading.
pub(super) async fn describe(
    connection: &mut PgConnection,
    target: &Target,
    only_reads: bool,
) -> Result<Server, DatabaseError> {
    let row = sqlx::query(include_str!("server.sql")).fetch_one(&mut *connection).await.map_err(failed)?;
    let version: String = row.try_get("version").map_err(failed)?;
    let standby: bool = row.try_get("standby").map_err(failed)?;
    let read_only: bool = row.try_get("read_only_by_default").map_err(failed)?;
    let identity = identity(connection, target, &row).await?;
    Ok(Server {
        product: "PostgreSQL".to_owned(),
        // What follows the number is the packager's.
        version: version.split(' ').next().unwrap_or_default().to_owned(),
        location: target.location(),
        identity,
        read_only: only_reads || standby || read_only,
        facts: facts(&row, standby).map_err(failed)?,
    })
}

/// The cluster's system identifier with the database's name, hashed. Where the function is not to be called (managed
/// servers may revoke it), host, port and name stand in: then a connection by another name is another database.
async fn identity(connection: &mut PgConnection, target: &Target, row: &PgRow) -> Result<Fingerprint, DatabaseError> {
    let name: String = row.try_get("name").map_err(failed)?;
    let asked = sqlx::query("SELECT system_identifier::text FROM pg_control_system()").fetch_one(connection).await;
    let server = match asked {
        Ok(row) => row.try_get(0).map_err(failed)?,
        Err(sqlx::Error::Database(_)) => target.server(),
        Err(error) => return Err(failed(error)),
    };
    Ok(Fingerprint::of_bytes(["postgresql\0", &server, "\0", &name].concat().as_bytes()))
}

fn facts(row: &PgRow, standby: bool) -> Result<Vec<(String, String)>, sqlx::Error> {
    let yes = |column: &str| row.try_get::<bool, _>(column).map(|it| if it { "yes" } else { "no" }.to_owned());
    let text = |column: &str| row.try_get::<String, _>(column);
    let tls = match row.try_get::<bool, _>("tls")? {
        true => row.try_get::<Option<String>, _>("tls_version")?.unwrap_or_else(|| "yes".to_owned()),
        false => "no".to_owned(),
    };
    let facts = [
        ("database", text("name")?),
        ("role", text("role")?),
        ("superuser", yes("superuser")?),
        ("may create schemas", yes("may_create")?),
        ("may create temporary tables", yes("may_temp")?),
        ("standby", if standby { "yes" } else { "no" }.to_owned()),
        ("TLS", tls),
        ("encoding", text("encoding")?),
        ("collation", text("collation")?),
        ("max_connections", text("max_connections")?),
        ("extensions available", row.try_get::<i64, _>("extensions")?.to_string()),
    ];
    Ok(facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
