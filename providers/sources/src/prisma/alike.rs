//! What a Prisma schema cannot tell apart, so that it asks for no change where one of the two is there.
//!
//! Prisma Migrate gives each of these one form; `prisma db pull` reads the other forms as the same: a unique constraint is
//! `@unique` as a unique index is, an identity column is `autoincrement()` as a serial is, `now()` is `CURRENT_TIMESTAMP`.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use trueup_state::{
    Address, Column, Definition, ForeignKey, Ident, Identity, Index, MySqlColumn, Part, PostgresColumn, PostgresObject,
    Qualified, ReferentialAction, Schema, Sequence, SequenceOptions, Table, TableExtra, Unique,
};

use super::write::{Engine, SqlType, Target, is_json_text, is_now, native, resolved};

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
    }
    same_sequences(desired, there);
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
    same_extra(engine, column, own);
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

/// What a column keeps because Prisma has no words for it, as long as its type can have it.
fn same_extra(engine: Engine, column: &mut Column, own: &Column) {
    let ty = column.ty.canonical();
    match engine {
        Engine::Postgres if INTEGERS.contains(&ty) => {
            let PostgresColumn { identity, .. } = own.extra.postgres();
            let Some(Identity { always, sequence, name }) = identity else { return };
            let sequence = with_limits_of(&sequence, own.ty.canonical(), ty);
            let identity = Some(Identity { always, sequence, name });
            column.extra = PostgresColumn { identity, ..column.extra.postgres() }.into();
        }
        Engine::MySql if is_json_text(column) == is_json_text(own) => {
            // No other check of a column can be said.
            let MySqlColumn { check, .. } = own.extra.mysql();
            column.extra = MySqlColumn { check, ..column.extra.mysql() }.into();
        }
        Engine::Postgres | Engine::MySql | Engine::Sqlite => (),
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

/// A column with a sequence of its own.
type Owner = (Qualified, Ident);

/// An identity, or a sequence of another name or with other options, in place of a serial's own sequence.
fn same_sequences(desired: &mut Schema, there: &Schema) {
    let own: Vec<(Address, Owner)> = owned(desired).map(|(address, it, _)| (address.clone(), it.clone())).collect();
    let others: BTreeMap<&Owner, (&Address, &Sequence)> =
        owned(there).map(|(address, owner, it)| (owner, (address, it))).collect();
    let counts = |it: &Column| it.default.as_ref().is_some_and(|it| it.canonical().starts_with("nextval("));
    for (address, owner) in own {
        let (name, column_name) = &owner;
        let Some(observed) = there.table(name).and_then(|it| it.columns.get(column_name)) else { continue };
        let is_identity = observed.extra.postgres().identity.is_some();
        if !is_identity && !counts(observed) {
            continue;
        }
        let column = desired.table_mut(name).and_then(|it| it.columns.get_mut(column_name));
        let Some(column) = column.filter(|it| counts(it)) else { continue };
        column.default.clone_from(&observed.default);
        let ty = column.ty.canonical().to_owned();
        let by_name = || Some((&address, sequence(there.others.get(&address)?)?));
        let found = others.get(&owner).copied().or_else(by_name).filter(|_| !is_identity);
        desired.others.shift_remove(&address);
        if let Some((address, found)) = found {
            let it = PostgresObject::Sequence(as_wide_as(found, &ty));
            desired.others.insert(address.clone(), Definition::Postgres(Box::new(it)));
        }
    }
}

fn sequence(definition: &Definition) -> Option<&Sequence> {
    match definition {
        Definition::Postgres(it) => match it.as_ref() {
            PostgresObject::Sequence(it) => Some(it),
            _ => None,
        },
        _ => None,
    }
}

/// The sequences that go with a column.
fn owned(schema: &Schema) -> impl Iterator<Item = (&Address, &Owner, &Sequence)> {
    schema.others.iter().filter_map(|(address, it)| {
        let sequence = sequence(it)?;
        Some((address, sequence.owned_by.as_ref()?, sequence))
    })
}

/// PostgreSQL's integers, the narrowest first.
const INTEGERS: [&str; 3] = ["smallint", "integer", "bigint"];

/// A sequence that does not end before its column's type does. One of a wider type does no harm.
fn as_wide_as(it: &Sequence, ty: &str) -> Sequence {
    let width = |ty: &str| INTEGERS.iter().position(|it| *it == ty);
    if width(ty) <= width(&it.ty) {
        return it.clone();
    }
    Sequence { ty: ty.to_owned(), options: with_limits_of(&it.options, &it.ty, ty), ..it.clone() }
}

/// Options whose limits, where they are those of one type, are those of another, as PostgreSQL moves them.
fn with_limits_of(options: &SequenceOptions, ty: &str, other: &str) -> SequenceOptions {
    let of = |ty: &str| SequenceOptions::of_type(ty, options.increment);
    let (was, becomes) = (of(ty), of(other));
    let moved = |it: i64, was: i64, becomes: i64| if it == was { becomes } else { it };
    SequenceOptions {
        minimum: moved(options.minimum, was.minimum, becomes.minimum),
        maximum: moved(options.maximum, was.maximum, becomes.maximum),
        ..options.clone()
    }
}

#[cfg(test)]
mod tests {
    use trueup_state::{PrimaryKey, SqlText};

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

    /// A column of a type with a sequence of a type and a name.
    fn serial(ty: &str, sequence: &str, sequence_type: &str) -> Schema {
        let qualified = ["public.", sequence].concat();
        let mut schema = schema("public", column(ty, Some(&["nextval('", &qualified, "'::regclass)"].concat())));
        let options = SequenceOptions::of_type(sequence_type, 1);
        let owned_by = Some((Qualified { namespace: "public".into(), name: "t".into() }, Ident::from("c")));
        let it = Sequence { ty: sequence_type.to_owned(), options, unlogged: false, owned_by };
        let address: Address = ["sequence:", &qualified].concat().parse().unwrap();
        schema.others.insert(address, Definition::Postgres(Box::new(PostgresObject::Sequence(it))));
        schema
    }

    #[test]
    fn a_sequence_that_ends_before_its_column_is_no_serial() {
        let check = |desired: Schema, there: &Schema, expected: &Schema| {
            let mut changed = desired;
            alike(&mut changed, there);
            assert_eq!(changed, *expected);
        };
        for name in ["t_c_seq", "counter"] {
            let there = serial("bigint", name, "integer");
            check(serial("bigint", "t_c_seq", "bigint"), &there, &serial("bigint", name, "bigint"));
            let wide = serial("integer", name, "bigint");
            check(serial("integer", "t_c_seq", "integer"), &wide, &wide);
        }
    }

    #[test]
    fn an_identity_is_a_serial() {
        let mut desired = serial("integer", "t_c_seq", "integer");
        let options = SequenceOptions::of_type("integer", 1);
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
