//! What we are connected to.

use std::collections::BTreeMap;

use sqlx::MySqlConnection;
use trueup_contract::{Access, DatabaseError, Server};
use trueup_state::Fingerprint;

use super::{
    Session,
    privileges::{NEEDED, Privileges},
};
use crate::connect::{Rows, ask, failed, rows, value};

/// Names that the database gives itself, and settings.
pub(super) type Said = BTreeMap<String, String>;

/// Describe the server.
pub(super) async fn describe(session: &mut Session) -> Result<Server, DatabaseError> {
    let connection = &mut session.connection;
    let said = settings(connection).await.map_err(failed)?;
    let privileges = Privileges::of(connection, session.version).await.map_err(failed)?;
    let identity = identity(connection, &said).await.map_err(failed)?;
    let facts = facts(&said, &privileges);
    let (major, minor, patch) = session.version.number;
    Ok(Server {
        product: session.version.flavor.to_string(),
        version: [major, minor, patch].map(|it| it.to_string()).join("."),
        location: session.target.location(),
        identity,
        read_only: session.access == Access::Read || read_only(&said, &privileges).is_some(),
        facts,
    })
}

/// Why this user can write nothing, if so.
pub(super) fn read_only(said: &Said, privileges: &Privileges) -> Option<String> {
    let is = |name: &&str| said.get(*name).is_some_and(|value| is_on(value));
    if let Some(setting) =
        ["super_read_only", "innodb_read_only", "transaction_read_only", "tx_read_only"].iter().find(|it| is(it))
    {
        return Some(["`", setting, "` is on"].concat());
    }
    if innodb_forces(said) {
        return Some("`innodb_force_recovery` is above 3".to_owned());
    }
    (is(&"read_only") && !privileges.ignores_read_only())
        .then(|| "`read_only` is on, as on a replica, and this user is not exempt".to_owned())
}

/// `ON`, or 1; MariaDB 12 says more than that of `read_only`.
fn is_on(value: &str) -> bool {
    !matches!(value.to_ascii_uppercase().as_str(), "OFF" | "0" | "")
}

/// `innodb_force_recovery` above three lets nothing be written.
fn innodb_forces(said: &Said) -> bool {
    said.get("innodb_force_recovery").and_then(|it| it.parse::<u32>().ok()).is_some_and(|it| it > 3)
}

pub(super) async fn settings(connection: &mut MySqlConnection) -> Result<Said, sqlx::Error> {
    let mut said = Said::new();
    for row in rows(connection, include_str!("server.sql")).await? {
        let mut values = row.into_iter().map(Option::unwrap_or_default);
        if let (Some(name), Some(value)) = (values.next(), values.next()) {
            said.insert(name.to_ascii_lowercase(), value);
        }
    }
    let names = ["database", "user", "build"];
    let row = rows(connection, "SELECT DATABASE(), CURRENT_USER(), VERSION()").await?;
    for (name, value) in names.iter().zip(row.into_iter().flatten()) {
        said.insert((*name).to_owned(), value.unwrap_or_default());
    }
    let tls = rows(connection, "SHOW SESSION STATUS LIKE 'Ssl_version'").await?;
    let tls = tls.first().and_then(|row| row.get(1)).cloned().flatten().unwrap_or_default();
    said.insert("tls".to_owned(), tls);
    Ok(said)
}

/// The server's own identifier with the database's name, hashed. MariaDB has none before 10.10; there, the machine, the
/// port and the place of the data stand in.
async fn identity(connection: &mut MySqlConnection, said: &Said) -> Result<Fingerprint, sqlx::Error> {
    let own = said.get("server_uuid").or(said.get("server_uid")).filter(|it| !it.is_empty()).cloned();
    let server = match own {
        Some(own) => own,
        None => {
            let place = ["SELECT CONCAT_WS('\\0', @@hostname, @@port, @@datadir)".to_owned()];
            let answer: Option<Rows> = ask(connection, &place).await?.pop().transpose()?;
            answer.as_ref().and_then(value).unwrap_or_default()
        }
    };
    let name = said.get("database").cloned().unwrap_or_default();
    Ok(Fingerprint::of_bytes(["mysql\0", &server, "\0", &name].concat().as_bytes()))
}

fn facts(said: &Said, privileges: &Privileges) -> Vec<(String, String)> {
    let text = |name: &str| said.get(name).cloned().unwrap_or_default();
    let yes = |name: &str| if is_on(&text(name)) { "yes" } else { "no" }.to_owned();
    let lacks: Vec<&str> = NEEDED.into_iter().filter(|it| !privileges.has(it)).collect();
    let facts = [
        ("build", text("build")),
        ("database", text("database")),
        ("user", text("user")),
        ("missing privileges", if lacks.is_empty() { "none".to_owned() } else { lacks.join(", ") }),
        (
            "may create temporary tables",
            if privileges.has("CREATE TEMPORARY TABLES") { "yes" } else { "no" }.to_owned(),
        ),
        ("read-only server", yes("read_only")),
        ("TLS", if text("tls").is_empty() { "no".to_owned() } else { text("tls") }),
        ("collation", text("collation_database")),
        ("storage engine", text("default_storage_engine")),
        ("lower_case_table_names", text("lower_case_table_names")),
        ("sql_mode", text("sql_mode")),
        ("max_connections", text("max_connections")),
    ];
    facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
