//! Finding things by name as the server does, and the names that it makes up.

use indexmap::IndexMap;
use trueup_state::{Address, Ident, ObjectKind, Qualified, Table};

use super::{Fold, Trouble, statement::Stmt};
use crate::read::nearest;

/// A name as a map's key spells it, without regard to case.
pub(super) fn find<T>(map: &IndexMap<Ident, T>, name: &Ident) -> Option<Ident> {
    if map.contains_key(name) {
        return Some(name.clone());
    }
    map.keys().find(|it| it.text().eq_ignore_ascii_case(name.text())).cloned()
}

impl Fold<'_> {
    /// A name in a map of tables or views, as it is spelled there.
    fn relation<T>(&self, map: &IndexMap<Ident, T>, name: &Ident) -> Option<Ident> {
        match self.facts.lower_case_table_names {
            0 => map.get_key_value(name).map(|(name, _)| name.clone()),
            _ => find(map, name),
        }
    }

    /// The tables.
    pub(super) fn tables(&mut self) -> &mut IndexMap<Ident, Table> {
        &mut self.schema.namespace_mut(&Ident::default()).tables
    }

    /// The name of a table as it is declared.
    pub(super) fn table_name(&self, name: &Ident) -> Option<Ident> {
        self.relation(&self.schema.namespaces.get("")?.tables, name)
    }

    /// The name of a view as it is declared.
    pub(super) fn view_name(&self, name: &Ident) -> Option<Ident> {
        self.relation(&self.schema.namespaces.get("")?.views, name)
    }

    /// Whether two names are of one table.
    pub(super) fn same_table(&self, a: &Ident, b: &Ident) -> bool {
        a == b || (self.facts.lower_case_table_names != 0 && a.text().eq_ignore_ascii_case(b.text()))
    }

    /// The address of a routine, an event or a sequence as it is declared.
    pub(super) fn other(&self, kind: ObjectKind, name: &Ident) -> Option<Address> {
        let is_it = |it: &&Address| match it {
            Address::Signed(its, own, _) => *its == kind && own.name.text().eq_ignore_ascii_case(name.text()),
            Address::Object(ObjectKind::Sequence, own) => {
                kind == ObjectKind::Sequence && self.same_table(&own.name, name)
            }
            Address::Object(its, own) => *its == kind && own.name.text().eq_ignore_ascii_case(name.text()),
            _ => false,
        };
        self.schema.others.keys().find(is_it).cloned()
    }

    /// The table that a trigger of this name is on.
    pub(super) fn trigger(&self, name: &Ident) -> Option<(Ident, Ident)> {
        let tables = &self.schema.namespaces.get("")?.tables;
        let found = |(table, it): (&Ident, &Table)| Some((table.clone(), self.relation(&it.triggers, name)?));
        tables.iter().find_map(found)
    }

    /// What has a name among tables, views and sequences, which share one space of names.
    pub(super) fn relation_address(&self, name: &Ident) -> Option<Address> {
        let table = self.table_name(name).map(|it| Address::Table(Qualified::bare(it)));
        let view = || self.view_name(name).map(|it| Address::View(Qualified::bare(it)));
        table.or_else(view).or_else(|| self.other(ObjectKind::Sequence, name))
    }

    /// The name of a table that has to be there by now.
    pub(super) fn expect_table(&self, stmt: &Stmt<'_>, name: &Ident) -> Result<Ident, Trouble> {
        self.table_name(name).ok_or_else(|| {
            let trouble = stmt.wrong_name(name, ["table `", name.text(), "` is not declared"].concat());
            let tables = self.schema.namespaces.get("").into_iter().flat_map(|it| it.tables.keys());
            let near = nearest(name.text(), tables.map(Ident::text));
            match near {
                Some(near) => trouble.hint(["did you mean `", &near, "`?"].concat()),
                None => trouble.hint("declare the table, or correct the name"),
            }
            .early()
        })
    }
}

/// The number behind a prefix, without regard to case.
pub(super) fn generated_number(name: &Ident, prefix: &str) -> Option<u32> {
    let (start, number) = name.text().split_at_checked(prefix.len())?;
    number.parse().ok().filter(|_| start.eq_ignore_ascii_case(prefix))
}
