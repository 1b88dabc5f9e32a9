//! What a Prisma schema cannot tell apart, so that it asks for no change where one of the two is there.
//!
//! Prisma Migrate gives each of these one form; `prisma db pull` reads the other forms as the same: a unique constraint is
//! `@unique` as a unique index is, an identity column is `autoincrement()` as a serial is, `now()` is `CURRENT_TIMESTAMP`.

use indexmap::IndexMap;
use trueup_state::{
    Address, Column, Definition, ForeignKey, Ident, Index, Part, PostgresObject, Qualified, ReferentialAction, Schema,
    Table, TableExtra, Unique,
};

use super::write::{Engine, SqlType, Target, is_now, native, resolved};

/// Put into `desired` what is there, wherever the format means both by the same words.
pub fn alike(desired: &mut Schema, there: &Schema) {
    let names: Vec<Qualified> = desired.tables().map(|(name, _)| name).collect();
    for name in names {
        let Some(observed) = there.table(&name) else { continue };
        let engine = engine(&name, observed);
        let Some(table) = desired.table_mut(&name) else { continue };
        let Table { columns, primary_key, uniques: _, checks: _, foreign_keys, indexes: _, triggers: _, extra: _ } =
            table;
        for (column_name, column) in columns {
            let Some(own) = observed.columns.get(column_name) else { continue };
            same_column(engine, column, own, there);
            let is_rowid = observed.primary_key.as_ref().is_some_and(|it| it.extra.sqlite().rowid_alias);
            let is_key = |parts: &[Part]| parts.iter().any(|it| it.column_name() == Some(column_name));
            if observed.primary_key.as_ref().is_some_and(|it| is_key(&it.parts)) {
                // SQLite lets a key be NULL, which Prisma has no word for.
                column.nullable = own.nullable;
                if is_rowid {
                    // The default of what counts by itself is never used.
                    column.default.clone_from(&own.default);
                }
            }
        }
        if let (Some(key), Some(own)) = (primary_key, &observed.primary_key)
            && engine == Engine::Sqlite
            && columns_of(&key.parts) == columns_of(&own.parts)
        {
            key.extra = own.extra.clone();
            key.name.clone_from(&own.name);
        }
        if engine == Engine::Sqlite {
            same_foreign_keys(foreign_keys, observed, there);
        }
        for (own_name, key) in foreign_keys {
            if let (Engine::MySql, Some(own)) = (engine, observed.foreign_keys.get(own_name)) {
                same_action(&mut key.on_delete, own.on_delete);
                same_action(&mut key.on_update, own.on_update);
            }
        }
        same_uniques(engine, table, observed);
        same_join(&name, table, observed);
        if engine == Engine::Postgres {
            same_sequences(desired, there, &name, observed);
        }
    }
}

/// The kind of database that a table is of.
pub(super) fn engine(name: &Qualified, table: &Table) -> Engine {
    match &table.extra {
        _ if !name.namespace.is_empty() => Engine::Postgres,
        TableExtra::MySql(_) => Engine::MySql,
        TableExtra::None | TableExtra::Sqlite(_) | TableExtra::Postgres(_) => Engine::Sqlite,
    }
}

/// SQLite needs no names of foreign keys, and Prisma does not look at them: what points the same way is the same one.
fn same_foreign_keys(keys: &mut IndexMap<Ident, ForeignKey>, observed: &Table, there: &Schema) {
    let target = |key: &ForeignKey| {
        let primary = there.table(&key.references).and_then(|it| it.primary_key.as_ref());
        match primary.and_then(|it| columns_of(&it.parts)).filter(|_| key.referenced_columns.is_empty()) {
            Some(columns) => columns.into_iter().cloned().collect(),
            None => key.referenced_columns.clone(),
        }
    };
    for (name, own) in &observed.foreign_keys {
        let is_it =
            |it: &ForeignKey| it.columns == own.columns && it.references == own.references && target(it) == target(own);
        let Some((said, key)) = keys.iter().find(|(_, it)| is_it(it)) else { continue };
        if said != name && observed.foreign_keys.contains_key(said) {
            continue;
        }
        let (said, actions) = (said.clone(), (key.on_delete, key.on_update));
        keys.shift_remove(&said);
        let (on_delete, on_update) = actions;
        keys.insert(name.clone(), ForeignKey { on_delete, on_update, ..own.clone() });
    }
}

fn same_column(engine: Engine, column: &mut Column, own: &Column, there: &Schema) {
    let (ty, own_type) = (SqlType::of(column.ty.canonical()), SqlType::of(&resolved(there, own.ty.canonical())));
    let (meant, meant_there) = (native(engine, &ty), native(engine, &own_type));
    let is_same = meant.is_some() && meant == meant_there && ty.is_list == own_type.is_list;
    if !is_same && column.ty != own.ty {
        return;
    }
    column.ty = own.ty.clone();
    if engine == Engine::Postgres && ty.is_list {
        column.nullable = own.nullable;
    }
    if let (Some(default), Some(there)) = (&column.default, &own.default) {
        let (said, there) = (default.canonical(), there.canonical());
        let scalar = meant.as_ref().map_or("", |it| it.scalar);
        let read = |text: &str| Target { engine, scalar, sql: &own_type }.known(text).filter(|_| !scalar.is_empty());
        let is_same = read(said).is_some_and(|it| it.means(read(there).as_ref()));
        if is_same || (is_now(said) && is_now(there)) {
            column.default.clone_from(&own.default);
        }
    }
}

/// MySQL does the same for both.
fn same_action(said: &mut ReferentialAction, there: ReferentialAction) {
    let is_strict = |it: ReferentialAction| matches!(it, ReferentialAction::NoAction | ReferentialAction::Restrict);
    if is_strict(*said) && is_strict(there) {
        *said = there;
    }
}

/// The columns of a key or an index, where it has nothing else.
pub(super) fn columns_of(parts: &[Part]) -> Option<Vec<&Ident>> {
    parts.iter().map(Part::column_name).collect()
}

/// A unique constraint in place of the unique index that is declared. SQLite's constraints have no names of their own.
fn same_uniques(engine: Engine, table: &mut Table, there: &Table) {
    for (name, own) in &there.uniques {
        let Unique { name: _, parts, extra: _ } = own;
        let is_it = |(index_name, index): &(&Ident, &Index)| {
            let is_named = engine == Engine::Sqlite || *index_name == name;
            let is_declared = there.indexes.get(*index_name).is_none();
            index.unique
                && index.predicate.is_none()
                && is_named
                && is_declared
                && columns_of(&index.parts) == columns_of(parts)
        };
        let Some(index) = table.indexes.iter().find(is_it).map(|(name, _)| name.clone()) else { continue };
        table.indexes.shift_remove(&index);
        table.uniques.insert(name.clone(), own.clone());
    }
}

/// The key of a table that Prisma makes for a relation from many to many: a primary key since Prisma 6, an index before.
fn same_join(name: &Qualified, table: &mut Table, there: &Table) {
    let is_pair = |parts: &[Part]| columns_of(parts).is_some_and(|it| it.iter().map(|it| it.text()).eq(["A", "B"]));
    let key = |table: &Table| table.primary_key.as_ref().is_some_and(|it| is_pair(&it.parts));
    let index = |table: &Table| {
        let pair = table.indexes.iter().find(|(_, it)| it.unique && it.predicate.is_none() && is_pair(&it.parts));
        pair.map(|(name, it)| (name.clone(), it.clone()))
    };
    if !name.name.text().starts_with('_') {
        return;
    }
    match (key(table), index(table), key(there), index(there)) {
        (true, None, false, Some((name, it))) if there.primary_key.is_none() => {
            table.primary_key = None;
            table.indexes.insert(name, it);
        }
        (false, Some((name, _)), true, None) => {
            table.indexes.shift_remove(&name);
            table.primary_key.clone_from(&there.primary_key);
        }
        _ => (),
    }
}

/// An identity, or a sequence of another name or with other options, in place of a serial's own sequence.
fn same_sequences(desired: &mut Schema, there: &Schema, name: &Qualified, observed: &Table) {
    let sequences: Vec<(Address, Ident)> = desired
        .others
        .iter()
        .filter_map(|(address, it)| {
            let Definition::Postgres(it) = it else { return None };
            let PostgresObject::Sequence(it) = it.as_ref() else { return None };
            let (table, column) = it.owned_by.as_ref()?;
            (table == name).then(|| (address.clone(), column.clone()))
        })
        .collect();
    for (address, column_name) in sequences {
        let Some(own) = observed.columns.get(&column_name) else { continue };
        let is_identity = own.extra.postgres().identity.is_some();
        let counts = own.default.as_ref().is_some_and(|it| it.canonical().starts_with("nextval("));
        if !is_identity && !counts {
            continue;
        }
        let Some(column) = desired.table_mut(name).and_then(|it| it.columns.get_mut(&column_name)) else { continue };
        if !column.default.as_ref().is_some_and(|it| it.canonical().starts_with("nextval(")) {
            continue;
        }
        column.default.clone_from(&own.default);
        if is_identity {
            column.extra = own.extra.clone();
        }
        match there.object(&address).filter(|_| !is_identity) {
            Some(it) => drop(desired.others.insert(address, it.to_definition())),
            None => drop(desired.others.shift_remove(&address)),
        }
    }
}

#[cfg(test)]
mod tests {
    use trueup_state::{Identity, PostgresColumn, PrimaryKey, Sequence, SequenceOptions, SqlText};

    use super::*;

    fn text(it: &str) -> SqlText {
        SqlText::new(it, it)
    }

    fn column(ty: &str, default: Option<&str>) -> Column {
        Column {
            ty: text(ty),
            nullable: false,
            default: default.map(text),
            collation: None,
            generated: None,
            extra: Default::default(),
        }
    }

    fn schema(namespace: &str, column: Column) -> Schema {
        let mut schema = Schema::default();
        let mut table = Table::default();
        table.columns.insert("c".into(), column);
        schema.namespace_mut(&namespace.into()).tables.insert("t".into(), table);
        schema
    }

    fn check(namespace: &str, desired: Column, there: Column, is_alike: bool) {
        let (mut desired, there) = (schema(namespace, desired), schema(namespace, there));
        alike(&mut desired, &there);
        assert_eq!(desired == there, is_alike, "{desired:?} {there:?}");
    }

    #[test]
    fn one_word_of_prismas_for_two_of_the_database_asks_for_no_change() {
        let stamp = |ty: &str, default| column(ty, Some(default));
        let plain = "timestamp without time zone";
        check("public", stamp("timestamp(6) without time zone", "CURRENT_TIMESTAMP"), stamp(plain, "now()"), true);
        check("public", column("text[]", Some("ARRAY[]::text[]")), column("text[]", Some("'{}'::text[]")), true);
        check("", column("text", None), column("varchar(20)", None), true);
    }

    #[test]
    fn what_prisma_can_tell_apart_stays_a_change() {
        check("public", column("text", None), column("character varying(20)", None), false);
        check("public", column("integer", Some("1")), column("integer", Some("2")), false);
        check("public", column("timestamp(3) without time zone", None), column("date", None), false);
        check("", column("text", None), column("integer", None), false);
    }

    #[test]
    fn a_unique_constraint_of_the_same_name_is_a_unique_index() {
        let (mut desired, mut there) = (schema("public", column("text", None)), schema("public", column("text", None)));
        let name = Qualified { namespace: "public".into(), name: "t".into() };
        let parts = vec![Part::column("c".into())];
        let index = Index { unique: true, parts: parts.clone(), predicate: None, extra: Default::default() };
        desired.table_mut(&name).unwrap().indexes.insert("t_c_key".into(), index.clone());
        let other = desired.clone();
        let unique = Unique { name: Some("t_c_key".into()), parts, extra: Default::default() };
        there.table_mut(&name).unwrap().uniques.insert("t_c_key".into(), unique.clone());
        alike(&mut desired, &there);
        assert_eq!(desired, there);
        let mut renamed = schema("public", column("text", None));
        renamed.table_mut(&name).unwrap().uniques.insert("other".into(), unique);
        let mut unchanged = other.clone();
        alike(&mut unchanged, &renamed);
        assert_eq!(unchanged, other);
    }

    #[test]
    fn an_identity_is_a_serial() {
        let name = Qualified { namespace: "public".into(), name: "t".into() };
        let mut desired = schema("public", column("integer", Some("nextval('public.t_c_seq'::regclass)")));
        let options = SequenceOptions::of_type("integer", 1);
        let owned_by = Some((name.clone(), Ident::from("c")));
        let sequence = Sequence { ty: "integer".to_owned(), options: options.clone(), unlogged: false, owned_by };
        let address: Address = "sequence:public.t_c_seq".parse().unwrap();
        desired.others.insert(address, Definition::Postgres(Box::new(PostgresObject::Sequence(sequence))));
        let mut identity = column("integer", None);
        let own = Identity { always: false, sequence: options, name: None };
        identity.extra = PostgresColumn { identity: Some(own), ..PostgresColumn::default() }.into();
        let there = schema("public", identity);
        alike(&mut desired, &there);
        assert_eq!(desired, there);
    }

    #[test]
    fn the_key_of_a_join_table_may_be_an_index() {
        let name = Qualified::bare("_AToB");
        let parts = || vec![Part::column("A".into()), Part::column("B".into())];
        let with = |change: &dyn Fn(&mut Table)| {
            let mut schema = Schema::default();
            let mut table = Table::default();
            change(&mut table);
            schema.namespace_mut(&"".into()).tables.insert(name.name.clone(), table);
            schema
        };
        let key =
            with(&|it| it.primary_key = Some(PrimaryKey { name: None, parts: parts(), extra: Default::default() }));
        let index = with(&|it| {
            let index = Index { unique: true, parts: parts(), predicate: None, extra: Default::default() };
            it.indexes.insert("_AToB_AB_unique".into(), index);
        });
        for (one, other) in [(&key, &index), (&index, &key)] {
            let mut desired = one.clone();
            alike(&mut desired, other);
            assert_eq!(desired, *other);
        }
    }
}
