//! Comments, grants and default privileges.

mod grant;
mod subject;

use trueup_state::{Address, Ident, Schema};

use crate::render::sql;
pub(crate) use grant::{Privileges, Transfer, by_default, class, given, given_by_default, on_object};
pub(crate) use subject::{keywords, operator, role, subject};

/// The comment on an object, or none. `None`: such an object has no comments. `schema` is where the object is.
pub(crate) fn comment(on: &Address, text: Option<&str>, schema: &Schema) -> Option<String> {
    let sql = subject(sql("COMMENT ON"), on, schema)?.raw("IS");
    Some(
        match text {
            Some(text) => sql.string(text),
            None => sql.raw("NULL"),
        }
        .finish(),
    )
}

/// Give an object to a role. `None`: such an object belongs to nobody by itself.
pub(crate) fn owner(on: &Address, role: &Ident, schema: &Schema) -> Option<String> {
    Some(subject(sql("ALTER"), on, schema)?.raw("OWNER TO").ident(role).finish())
}
