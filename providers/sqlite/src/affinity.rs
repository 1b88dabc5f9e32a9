//! Which values a declared type prefers (sqlite.org/datatype3.html, section 3.1).

/// A type affinity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Affinity {
    Integer,
    Text,
    Blob,
    Real,
    Numeric,
}

/// The affinity of a declared type in canonical form.
pub(crate) fn affinity(ty: &str) -> Affinity {
    let has = |part: &str| ty.contains(part);
    if has("int") {
        Affinity::Integer
    } else if has("char") || has("clob") || has("text") {
        Affinity::Text
    } else if has("blob") || ty.is_empty() || ty == "any" {
        Affinity::Blob
    } else if has("real") || has("floa") || has("doub") {
        Affinity::Real
    } else {
        Affinity::Numeric
    }
}
