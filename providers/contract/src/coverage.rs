//! What a source format can say. What it cannot say, it does not deny.

/// Which kinds of objects, and which of their attributes, a format can declare. Anything else is neither compared nor
/// dropped, whoever made it. The default is everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// What it can say; `None` where it can say everything.
    pub kinds: Option<&'static [Covered]>,
    /// Addresses of objects that the format's own tools keep for themselves, such as their tables of migrations.
    pub ignored: &'static [&'static str],
}

/// What a format can say of one kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Covered {
    /// The kind as it stands in an address: `column`.
    pub kind: &'static str,
    /// The attributes that it can say, as paths into the definition as a plan file has it (`extra.postgres.method`); empty
    /// where it can say all of them. What it cannot say stays as it is.
    pub attributes: &'static [&'static str],
    /// Whether an object that has more than the format can say is not denied by being left out. An index with a condition
    /// cannot be declared in a Prisma schema, so it is nothing that the schema could have dropped.
    pub keeps_richer: bool,
}
