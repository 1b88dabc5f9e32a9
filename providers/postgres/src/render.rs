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
use trueup_state::{Address, Ident, Object, PartKind, PostgresObject, Qualified, Schema};

/// PostgreSQL quotes identifiers as the standard does.
pub(crate) const QUOTING: Quoting = Quoting { identifier: '"' };

/// A statement that starts with these keywords.
pub(crate) fn sql(keywords: &str) -> Sql {
    Sql::new(QUOTING, keywords)
}

/// The statements that create an object, without what has an address of its own (but a table with its columns).
/// `schema` is what the object is read from: a table's columns, a sequence's column.
pub(crate) fn create(address: &Address, object: Object<'_>, schema: &Schema) -> Vec<String> {
    match (address, object) {
        (Address::Table(name), Object::Table(_)) => {
            let Some(whole) = schema.table(name) else { return Vec::new() };
            let inside = table::Inside { constraints: Vec::new(), ..table::Inside::all(name, whole) };
            let follow_ups = table::follow_ups(name, whole);
            [table::create(name, whole, &inside)].into_iter().chain(follow_ups).collect()
        }
        (Address::Column(owner, name), Object::Column(it)) => {
            let extra = schema.table(owner).map(|it| it.extra.postgres()).unwrap_or_default();
            let add = table::alter(owner, &extra).raw("ADD COLUMN").sql(&table::column_definition(name, it, true));
            [add.finish()].into_iter().chain(table::settings(table::alter(owner, &extra), name, it)).collect()
        }
        (Address::Index(owner, name), Object::Index(it)) => {
            let targets = table::index_statistics(owner, name, it);
            [table::create_index(owner, name, it)].into_iter().chain(targets).collect()
        }
        (Address::Part(PartKind::Exclude, owner, name), Object::Postgres(PostgresObject::Exclude(it))) => {
            vec![table::add_constraint(sql("ALTER TABLE").name(owner), &table::exclude(name, it))]
        }
        (
            Address::PrimaryKey(owner)
            | Address::Unique(owner, _)
            | Address::Check(owner, _)
            | Address::ForeignKey(owner, _),
            _,
        ) => {
            let Some(whole) = schema.table(owner) else { return Vec::new() };
            let alter = || table::alter(owner, &whole.extra.postgres());
            let constraint = table::constraint(owner, whole, address);
            constraint.map(|it| table::add_constraint(alter(), &it)).into_iter().collect()
        }
        (_, object) => defined::create(address, object, schema),
    }
}

/// The statement that drops an object; empty where it goes with another.
pub(crate) fn drop(address: &Address, object: Object<'_>) -> String {
    let constraint =
        |owner: &Qualified, name: &Ident| sql("ALTER TABLE").name(owner).raw("DROP CONSTRAINT").ident(name).finish();
    match (address, object) {
        (Address::Table(name), Object::Table(extra)) => {
            let is_foreign = extra.postgres().foreign.is_some();
            sql(if is_foreign { "DROP FOREIGN TABLE" } else { "DROP TABLE" }).name(name).finish()
        }
        (Address::Column(owner, name), _) => sql("ALTER TABLE").name(owner).raw("DROP COLUMN").ident(name).finish(),
        (Address::Index(owner, name), _) => {
            let own = Qualified { namespace: owner.namespace.clone(), name: name.clone() };
            sql("DROP INDEX").name(&own).finish()
        }
        (Address::PrimaryKey(owner), Object::PrimaryKey(key)) => {
            constraint(owner, &table::primary_key_name(owner, key))
        }
        (
            Address::Unique(owner, name)
            | Address::Check(owner, name)
            | Address::ForeignKey(owner, name)
            | Address::Part(PartKind::Exclude, owner, name),
            _,
        ) => constraint(owner, name),
        (_, _) => defined::drop(address).unwrap_or_default(),
    }
}

pub(crate) use schema::schema;
