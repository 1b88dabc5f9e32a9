//! From the model to PostgreSQL's SQL: how each object is created and dropped.

pub(crate) mod attachments;
pub(crate) mod defined;
pub(crate) mod policy;
pub(crate) mod routine;
mod schema;
pub(crate) mod sequence;
pub(crate) mod table;
pub(crate) mod types;
pub(crate) mod view;

use trueup_contract::{Quoting, Sql};

/// PostgreSQL quotes identifiers as the standard does.
pub(crate) const QUOTING: Quoting = Quoting { identifier: '"' };

/// A statement that starts with these keywords.
pub(crate) fn sql(keywords: &str) -> Sql {
    Sql::new(QUOTING, keywords)
}

pub(crate) use schema::schema;
