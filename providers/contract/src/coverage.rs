//! What a source format can say. What it cannot say, it does not deny.

use trueup_state::{Address, Schema};

/// Which kinds of objects, and which of their attributes, a format can declare. Anything else is neither compared nor
/// dropped, whoever made it. The default is everything.
///
/// What hangs on something goes with it all the same: a trigger that the format cannot say goes when its table does. So
/// what a kind brings along by itself should be covered too, as the sequence of a `serial` column is.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// What it can say; `None` where it can say everything.
    pub kinds: Option<&'static [Covered]>,
    /// Addresses of objects that the format's own tools keep for themselves, such as their tables of migrations. One
    /// without a namespace is meant in every namespace.
    pub ignored: &'static [&'static str],
    /// Puts into what is declared (first) what is there (second), wherever the format means both by the same words; `None`
    /// where it has words of its own for everything.
    pub alike: Option<fn(&mut Schema, &Schema)>,
    /// Whether an object that is there (third) and not in what is declared (second) is beyond what this source speaks of,
    /// such as one in a schema that it does not name; `None` where kinds alone tell.
    pub beyond: Option<fn(&Address, &Schema, &Schema) -> bool>,
    /// What the format declares by itself because something else needs it, and could not deny otherwise.
    pub brings: &'static [Brought],
    /// Columns whose default is left to the database: it stays as it is there. One without a namespace is meant in every
    /// namespace.
    pub open_defaults: Vec<Address>,
}

/// What a format declares by itself, such as an extension that a type comes from. Being left out denies it only where
/// something that goes needed it and nothing that stays might: as it came, so it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brought {
    /// What is declared: `extension:citext`.
    pub address: &'static str,
    /// What the definition of an object that needs it says somewhere.
    pub needed_by: &'static [&'static str],
    /// What the definition of an object that might need it says somewhere.
    pub perhaps_by: &'static [&'static str],
}

/// What a format can say of one kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Covered {
    /// The kind as it stands in an address: `column`. With more of the address it is a kind of what something hangs on:
    /// `comment:table`.
    pub kind: &'static str,
    /// The attributes that it can say, as paths into the definition as a plan file has it (`extra.postgres.method`, of a
    /// table `postgres.options`); empty where it can say all of them. What it cannot say stays as it is. A path through a
    /// list means every entry of it: `parts.descending`; entries are the same where they speak of the same column.
    pub attributes: &'static [&'static str],
    /// Whether an object that has more than the format can say is not denied by being left out. An index with a condition
    /// cannot be declared in a Prisma schema, so it is nothing that the schema could have dropped. Where no attributes
    /// are listed, being left out never denies an object of this kind, and one that is declared is compared as a whole.
    pub keeps_richer: bool,
}

impl Covered {
    /// What is true of a column only as long as its type is of one family: a format that says another type says with it that
    /// these do not hold any more, even where it has no words for them.
    pub const OF_ONE_TYPE: [&'static str; 7] = [
        "collation",
        "extra.postgres.collation",
        "extra.postgres.storage",
        "extra.postgres.compression",
        "extra.my_sql.charset",
        "extra.my_sql.srid",
        "extra.my_sql.check",
    ];

    /// What makes more of a table than a table: where a format has no words for that, leaving it out denies nothing.
    pub const OTHER_TABLES: [&'static str; 3] = ["postgres.partition_of", "postgres.foreign", "postgres.of_type"];

    /// The family of a type: text, in any dialect, or else the type without what is in parentheses.
    pub fn type_family(ty: &str) -> String {
        let ty = ty.to_ascii_lowercase();
        let is_text = ["char", "text", "enum(", "set("].iter().any(|it| ty.contains(it));
        if is_text { "text".to_owned() } else { ty.split('(').next().unwrap_or_default().to_owned() }
    }
}

impl Coverage {
    /// Whether everything can be said.
    pub fn is_whole(&self) -> bool {
        let Coverage { kinds, ignored, alike, beyond, brings, open_defaults } = self;
        let is_narrowed = kinds.is_some() || alike.is_some() || beyond.is_some();
        !is_narrowed && ignored.is_empty() && brings.is_empty() && open_defaults.is_empty()
    }

    /// Whether a column's default is left to the database.
    pub fn leaves_default(&self, address: &Address) -> bool {
        let Address::Column(table, column) = address else { return false };
        self.open_defaults.iter().any(|it| match it {
            Address::Column(open, name) if open.namespace.is_empty() => open.name == table.name && name == column,
            _ => it == address,
        })
    }

    /// What can be said of an object; `None` where nothing can.
    pub fn of(&self, address: &Address) -> Option<Covered> {
        let Some(kinds) = self.kinds else { return Some(Covered { kind: "", attributes: &[], keeps_richer: false }) };
        let text = address.to_string();
        let is_of = |kind: &str| text.strip_prefix(kind).is_some_and(|rest| rest.starts_with([':', '@']));
        kinds.iter().find(|it| is_of(it.kind)).copied()
    }

    /// Whether an object is, or belongs to, something that the format's own tools keep for themselves.
    pub fn ignores(&self, address: &Address) -> bool {
        let whole = address.relation().map_or_else(|| address.clone(), |name| Address::Table(name.clone()));
        self.ignored.iter().filter_map(|it| it.parse::<Address>().ok()).any(|it| match (&it, &whole) {
            (Address::Table(ignored), Address::Table(name)) if ignored.namespace.is_empty() => {
                ignored.name == name.name
            }
            _ => it == *address || it == whole,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: &[Covered] = &[
        Covered { kind: "table", attributes: &[], keeps_richer: false },
        Covered { kind: "comment:table", attributes: &[], keeps_richer: false },
    ];

    fn covers(coverage: &Coverage, address: &str) -> bool {
        coverage.of(&address.parse().unwrap()).is_some()
    }

    #[test]
    fn a_kind_covers_addresses_of_that_kind_and_no_others() {
        let some = Coverage { kinds: Some(KINDS), ..Coverage::default() };
        assert!(covers(&some, "table:public.a") && covers(&some, "comment:table:public.a"));
        assert!(!covers(&some, "comment:view:public.a") && !covers(&some, "column:public.a.b"));
        assert!(covers(&Coverage::default(), "function:public.f()"));
    }

    #[test]
    fn a_default_is_left_open_in_the_namespace_that_is_told_or_in_every_one() {
        let open_defaults = ["column:a.b", "column:app.c.d"].map(|it| it.parse().unwrap()).to_vec();
        let some = Coverage { open_defaults, ..Coverage::default() };
        let leaves = |address: &str| some.leaves_default(&address.parse().unwrap());
        assert!(leaves("column:a.b") && leaves("column:public.a.b") && leaves("column:app.c.d"));
        assert!(!leaves("column:public.c.d") && !leaves("column:public.a.c") && !leaves("table:a"));
    }

    #[test]
    fn an_ignored_table_is_ignored_in_every_namespace_with_all_that_is_in_it() {
        let some = Coverage { ignored: &["table:alembic_version"], ..Coverage::default() };
        let ignores = |address: &str| some.ignores(&address.parse().unwrap());
        assert!(ignores("table:app.alembic_version") && ignores("column:alembic_version.version_num"));
        assert!(ignores("primary_key:public.alembic_version") && !ignores("table:public.alembic"));
    }
}
