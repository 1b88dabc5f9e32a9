//! What a session is good for.

use std::time::{Duration, Instant};

use sqlx::{Connection, MySqlConnection};
use trueup_contract::{DatabaseError, Need, On, Preflight, Privilege, Tls};
use trueup_state::Ident;

use super::{Session, privileges::Privileges, server};
use crate::connect::{failed, rows, value};

/// How often a round trip is timed.
const TIMES: usize = 3;

/// Privileges on the database, with what cannot be done without them (MariaDB and MySQL manuals, GRANT).
const PRIVILEGES: [(&str, Need, &str); 13] = [
    ("SELECT", Need::Apply, "questions to the rows"),
    ("CREATE", Need::Apply, "new tables, and `state = \"database\"`"),
    ("ALTER", Need::Apply, "changes of tables"),
    ("DROP", Need::Apply, "dropping tables and views, and changing partitions"),
    ("INDEX", Need::Apply, "indexes"),
    ("REFERENCES", Need::Apply, "foreign keys"),
    ("INSERT", Need::Some, "`state = \"database\"`"),
    ("CREATE TEMPORARY TABLES", Need::Some, "exact comparison of expressions"),
    ("CREATE VIEW", Need::Some, "views"),
    ("SHOW VIEW", Need::Some, "seeing the text of views"),
    ("CREATE ROUTINE", Need::Some, "functions and procedures"),
    ("ALTER ROUTINE", Need::Some, "changing and dropping functions and procedures"),
    ("TRIGGER", Need::Some, "triggers"),
];

/// Ask the server.
pub(super) async fn ask(session: &mut Session) -> Result<Preflight, DatabaseError> {
    let connection = &mut session.connection;
    let latency = latency(connection).await?;
    let said = server::settings(connection).await.map_err(failed)?;
    let held = Privileges::of(connection, session.version).await.map_err(failed)?;
    let cipher = rows(connection, "SHOW SESSION STATUS LIKE 'Ssl_cipher'").await.map_err(failed)?;
    let cipher = cipher.first().and_then(|row| row.get(1)).cloned().flatten().unwrap_or_default();
    let tls = match (said.get("tls").map_or("", |it| it), session.target.is_local()) {
        ("", true) => Tls::Local,
        ("", false) => Tls::Off,
        (version, _) => Tls::On([version, ", ", &cipher].concat()),
    };
    let role = value(&rows(connection, "SELECT CURRENT_USER()").await.map_err(failed)?);
    let privileges = privileges(&held, session.target.database());
    Ok(Preflight { latency, tls, role, read_only: server::read_only(&said, &held), privileges })
}

/// Who does not see triggers, events or routines gets no plan at all.
fn privileges(held: &Privileges, database: &str) -> Vec<Privilege> {
    let blind = held.blind();
    let needed = PRIVILEGES
        .iter()
        .copied()
        .chain([("EVENT", Need::Some, "events"), ("EXECUTE", Need::Some, "seeing functions and procedures")]);
    let privilege = |(name, need, serves): (&str, Need, &'static str)| {
        let hides = blind.contains(&name);
        Privilege {
            name: name.to_owned(),
            on: On::Database(Ident::from(database)),
            need: if hides { Need::Plan } else { need },
            serves,
            held: held.has(name) || (name == "EXECUTE" && !hides),
            remedy: Some(held.grant(&[name])),
        }
    };
    needed.map(privilege).collect()
}

async fn latency(connection: &mut MySqlConnection) -> Result<Duration, DatabaseError> {
    let mut shortest = Duration::MAX;
    for _ in 0..TIMES {
        let start = Instant::now();
        connection.ping().await.map_err(failed)?;
        shortest = shortest.min(start.elapsed());
    }
    Ok(shortest)
}
