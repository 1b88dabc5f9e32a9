//! Which values a declared type prefers (sqlite.org/datatype3.html, section 3.1).

use trueup_state::{Column, Table};

/// A type affinity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Affinity {
    Integer,
    Text,
    Blob,
    Real,
    Numeric,
}

/// The affinity of a column of a table. ANY keeps every value as it is in a STRICT table alone
/// (sqlite.org/stricttables.html, section 3).
pub(crate) fn affinity(table: &Table, column: &Column) -> Affinity {
    let ty = column.ty.canonical();
    let has = |part: &str| ty.contains(part);
    if has("int") {
        Affinity::Integer
    } else if has("char") || has("clob") || has("text") {
        Affinity::Text
    } else if has("blob") || ty.is_empty() || (ty == "any" && table.extra.sqlite().strict) {
        Affinity::Blob
    } else if has("real") || has("floa") || has("doub") {
        Affinity::Real
    } else {
        Affinity::Numeric
    }
}
