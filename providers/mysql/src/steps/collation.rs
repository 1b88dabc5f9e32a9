//! Collations that only one product, or only newer servers, have.

use trueup_contract::DialectError;
use trueup_state::{Address, MySqlObject, Object};

use super::context::Context;
use crate::version::Flavor;

/// What cannot be made here, said before anything is done: (a part of the name, the first MariaDB and the first MySQL that
/// have it). MariaDB 11.4 takes MySQL's names for its own (MariaDB knowledge base, "Supported Character Sets and
/// Collations").
const FAMILIES: [(&str, Since, Since); 2] =
    [("uca1400", Some((10, 10, 1)), None), ("_0900_", Some((11, 4, 5)), Some((8, 0, 0)))];

/// The first version of a product, if any has it.
type Since = Option<(u32, u32, u32)>;

/// Refuse a collation that the server does not have.
pub(super) fn refuse_unknown(context: &Context<'_>) -> Result<(), DialectError> {
    let Some(version) = context.facts.version else { return Ok(()) };
    for address in context.created.iter().chain(&context.altered) {
        let Some(collation) = collation(context, address) else { continue };
        let family = FAMILIES.iter().find(|(part, ..)| collation.contains(part));
        let Some((_, mariadb, mysql)) = family else { continue };
        let (since, other) = match version.flavor {
            Flavor::MariaDb => (mariadb, "MySQL"),
            Flavor::MySql => (mysql, "MariaDB"),
        };
        if since.is_some_and(|since| version.number >= since) {
            continue;
        }
        let (major, minor, patch) = version.number;
        let here = [major, minor, patch].map(|it| it.to_string()).join(".");
        let whose = if since.is_some() { "a newer server" } else { other };
        let reason =
            ["collation `", &collation, "` is one of ", whose, "; this server, ", &here, ", has another for it"];
        return Err(DialectError { address: address.clone(), reason: reason.concat() });
    }
    Ok(())
}

/// The collation that an object names.
fn collation(context: &Context<'_>, address: &Address) -> Option<String> {
    match context.work.after.object(address)? {
        Object::Column(it) => it.collation.as_ref().map(|it| it.folded().to_string()),
        Object::Table(it) => it.mysql().collation,
        Object::MySql(MySqlObject::Database(it)) => it.collation.clone(),
        _ => None,
    }
}
