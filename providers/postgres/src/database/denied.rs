//! What the session's role may not do, and whose it is.

use sqlx::{PgConnection, Row, postgres::PgRow};
use trueup_contract::{DatabaseError, Step};
use trueup_state::{Address, Qualified};

/// A step that the role may not take.
pub(super) struct Denied {
    step: String,
    said: String,
    about: Option<Address>,
}

impl Denied {
    /// What the server said about a step.
    pub(super) fn new(step: &Step, said: String) -> Denied {
        let about = step.changes.first().or(step.provides.first()).or(step.removes.first()).cloned();
        Denied { step: step.summary.clone(), said, about }
    }

    /// The server names what was touched, not whose it is; this does, after the transaction has been rolled back.
    pub(super) async fn explained(self, connection: &mut PgConnection) -> DatabaseError {
        let Denied { step, said, about } = self;
        let subject = about.as_ref().map(|it| it.subject().unwrap_or(it));
        let namespace = subject.and_then(Address::namespace).map_or("", |it| it.text());
        let name = subject.and_then(named).map_or("", |it| it.name.text());
        let query = sqlx::query(include_str!("owner.sql")).bind(namespace).bind(name);
        let whose = query.fetch_one(connection).await.and_then(|row| whose(&row, namespace, name)).unwrap_or_default();
        DatabaseError::Step { step, message: said + &whose }
    }
}

/// The table, routine or type that an address is or belongs to.
fn named(address: &Address) -> Option<&Qualified> {
    match address {
        Address::Object(_, name) | Address::Signed(_, name, _) => Some(name),
        other => other.relation(),
    }
}

/// The nearest that is there: the object, its schema, or the database.
fn whose(row: &PgRow, namespace: &str, name: &str) -> Result<String, sqlx::Error> {
    let text = |column: &str| row.try_get::<Option<String>, _>(column);
    let role = text("role")?.unwrap_or_default();
    let (what, owner) = match (text("object")?, text("namespace")?) {
        (Some(owner), _) => (["`", namespace, ".", name, "`"].concat(), Some(owner)),
        (None, Some(owner)) => (["schema `", namespace, "`"].concat(), Some(owner)),
        (None, None) => ("the database".to_owned(), text("database")?),
    };
    let Some(owner) = owner.filter(|owner| *owner != role) else { return Ok(String::new()) };
    let way_out = "`: connect as a member of that role, or have it grant what is missing";
    Ok(["; ", &what, " belongs to `", &owner, "`, and this session's role is `", &role, way_out].concat())
}
