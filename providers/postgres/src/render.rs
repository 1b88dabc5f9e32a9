//! From the model to PostgreSQL's SQL: how each object is created and dropped.

pub(crate) mod attachments;
pub(crate) mod defined;
pub(crate) mod policy;
pub(crate) mod routine;
pub(crate) mod sequence;
pub(crate) mod table;
pub(crate) mod types;
pub(crate) mod view;

use trueup_contract::{Quoting, Sql};
use trueup_state::{Address, Object, Schema};

/// PostgreSQL quotes identifiers as the standard does.
pub(crate) const QUOTING: Quoting = Quoting { identifier: '"' };

/// A statement that starts with these keywords.
pub(crate) fn sql(keywords: &str) -> Sql {
    Sql::new(QUOTING, keywords)
}

/// The statements that create an object, without what has an address of its own (but a table with its columns).
/// `schema` is what the object is read from: a table's columns, a sequence's column.
pub(crate) fn create(address: &Address, object: Object<'_>, schema: &Schema) -> Vec<String> {
    let _ = (address, object, schema);
    Vec::new()
}

/// The statement that drops an object.
pub(crate) fn drop(address: &Address, object: Object<'_>) -> String {
    let _ = (address, object);
    String::new()
}

/// A whole schema, in an order that creates it.
pub(crate) fn schema(_schema: &Schema) -> String {
    String::new()
}
