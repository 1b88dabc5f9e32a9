//! What of a schema is not in the files that were written: nothing is left out silently.
//!
//! What is written is taken apart field by field, so that whatever a schema learns to say must be thought of here.

mod attribute;

use std::collections::BTreeSet;

use trueup_contract::Loss;
use trueup_state::{
    Address, ForeignKey, Index, MySqlIndex, MySqlObject, MySqlTable, Object, ObjectKind, PostgresObject, Qualified,
    ReferentialAction, Schema,
};

use super::{
    engine::Engine,
    introspect::{Introspected, MIGRATIONS},
    keys::goes_with_foreign_key,
    known::Known,
    merge::EXTENSIONS,
};

/// What was written and what not.
struct Account<'a> {
    engine: Engine,
    schema: &'a Schema,
    found: &'a Introspected,
    has_extensions: bool,
    models: BTreeSet<&'a Qualified>,
}

/// Everything that is not written, or not whole, in the order of the schema.
pub(super) fn losses(known: &Known<'_>, found: &Introspected, schema: &Schema) -> Vec<Loss> {
    let account = Account {
        engine: known.engine,
        schema,
        found,
        has_extensions: known.setup.previews.contains(EXTENSIONS),
        models: found.image.models.iter().map(|it| &it.table).collect(),
    };
    let mut losses = Vec::new();
    for (address, object) in schema.objects() {
        if account.is_prismas_own(&address) {
            continue;
        }
        let mut lost = account.of(&address, object);
        if let Some(why) = found.left_out.get(&address) {
            lost = vec![why.clone()];
        }
        // What is in a table that is not written goes with the table.
        let is_in_lost = address.relation().is_some_and(|it| {
            let whole = Address::Table(it.clone());
            whole != address && found.left_out.contains_key(&whole)
        });
        if !is_in_lost {
            losses.extend(lost.into_iter().map(|what| Loss { address: address.clone(), what }));
        }
    }
    losses
}

impl Account<'_> {
    /// Whether it is what Prisma's own tools keep for themselves.
    fn is_prismas_own(&self, address: &Address) -> bool {
        address.relation().is_some_and(|it| it.name.text() == MIGRATIONS)
    }

    /// What is lost of an object, as sentences.
    fn of(&self, address: &Address, object: Object<'_>) -> Vec<String> {
        match object {
            Object::Namespace => self.namespace(address),
            Object::Table(extra) => attribute::table(self.engine, extra).sentences(),
            Object::Column(it) => attribute::column(self.engine, it, self.table_collation(address)).sentences(),
            Object::PrimaryKey(it) => attribute::key(it.parts.as_slice(), &it.extra).sentences(),
            Object::Unique(it) => {
                let mut lost = attribute::key(it.parts.as_slice(), &it.extra);
                if self.engine == Engine::Sqlite {
                    lost.add("that it is a constraint of the table and no index of its own");
                }
                lost.sentences()
            }
            Object::ForeignKey(it) => self.foreign_key(it),
            Object::Index(it) => self.index(address, it),
            Object::Check(_) => absent("checks"),
            Object::Trigger(_) => absent("triggers"),
            Object::View(_) => vec!["views are not written; a `view` block that is there stays as it is".to_owned()],
            Object::VirtualTable(_) => absent("virtual tables"),
            Object::Postgres(it) => self.postgres(address, it),
            Object::MySql(it) => self.my_sql(address, it),
        }
    }

    fn namespace(&self, address: &Address) -> Vec<String> {
        let Address::Namespace(name) = address else { return Vec::new() };
        let is_usual = *name == self.engine.namespace() || self.found.namespaces.contains(name);
        let holds = "nothing that Prisma knows is in it, or the datasource does not list it in `schemas`";
        if is_usual { Vec::new() } else { vec![holds.to_owned()] }
    }

    /// The collation of a column's table.
    fn table_collation(&self, address: &Address) -> Option<String> {
        let MySqlTable { collation, .. } = self.schema.table(address.owner()?)?.extra.mysql();
        collation
    }

    fn foreign_key(&self, it: &ForeignKey) -> Vec<String> {
        let ForeignKey {
            name: _,
            columns: _,
            references: _,
            referenced_columns: _,
            on_delete,
            on_update,
            deferral,
            extra,
        } = it;
        let mut lost = attribute::foreign_key(deferral, extra);
        let is_set_default = [on_delete, on_update].contains(&&ReferentialAction::SetDefault);
        if self.engine == Engine::MySql && is_set_default {
            lost.add("`SET DEFAULT`, which MySQL does not do");
        }
        lost.sentences()
    }

    fn index(&self, address: &Address, it: &Index) -> Vec<String> {
        let (Some(owner), Some(name)) = (address.owner(), address.name()) else { return Vec::new() };
        let Some(table) = self.schema.table(owner) else { return absent("indexes of materialized views") };
        if goes_with_foreign_key(self.engine, table, name.text(), it) && is_plain(it) {
            return Vec::new();
        }
        let Index { unique: _, parts, predicate: _, extra } = it;
        attribute::index(parts, extra).sentences()
    }

    fn postgres(&self, address: &Address, it: &PostgresObject) -> Vec<String> {
        match it {
            PostgresObject::Enum(it) => {
                let is_there =
                    matches!(address, Address::Object(_, name) if self.found.namespaces.contains(&name.namespace));
                match () {
                    () if !is_there => vec!["the datasource does not list its schema in `schemas`".to_owned()],
                    () if it.labels.is_empty() => absent("enums without values"),
                    () => Vec::new(),
                }
            }
            PostgresObject::Extension(_) => {
                let what = "extensions are written only with the preview feature `postgresqlExtensions`";
                if self.has_extensions { Vec::new() } else { vec![what.to_owned()] }
            }
            PostgresObject::Sequence(it) => {
                let column = it.owned_by.as_ref().filter(|(table, _)| self.models.contains(table));
                let is_counted = column.is_some_and(|(table, column)| {
                    let counts = |it: &trueup_state::Column| {
                        it.default.as_ref().is_some_and(|it| it.canonical().starts_with("nextval("))
                    };
                    self.schema.table(table).and_then(|it| it.columns.get(column)).is_some_and(counts)
                });
                if is_counted { attribute::sequence(address, it).sentences() } else { absent("sequences of their own") }
            }
            PostgresObject::Domain(_) => {
                vec!["Prisma has no domains; its columns are of the type underneath".to_owned()]
            }
            PostgresObject::Composite(_) => {
                vec!["Prisma has no composite types; its columns are `Unsupported`".to_owned()]
            }
            PostgresObject::MaterializedView(_) => absent("materialized views"),
            PostgresObject::Routine(_) => absent("functions and procedures"),
            PostgresObject::Exclude(_) => absent("exclusion constraints"),
            PostgresObject::Policy(_) => absent("policies"),
            PostgresObject::Rule(_) => absent("rules"),
            PostgresObject::Grant(_) => absent("privileges"),
            PostgresObject::Comment(_) => vec!["comments of the database are not written".to_owned()],
            PostgresObject::Owner(_) => absent("owners"),
            PostgresObject::Defined(_) => kind(address),
        }
    }

    fn my_sql(&self, address: &Address, it: &MySqlObject) -> Vec<String> {
        match it {
            MySqlObject::Routine(_) => absent("functions and procedures"),
            MySqlObject::Event(_) => absent("events"),
            MySqlObject::Sequence(_) => absent("sequences of their own"),
            MySqlObject::Database(it) => {
                let trueup_state::MySqlDatabase { charset: _, collation } = it;
                let is_other =
                    collation.is_some() && *address == Address::Object(ObjectKind::Database, Qualified::default());
                if is_other { absent("defaults of the database") } else { Vec::new() }
            }
        }
    }
}

fn is_plain(index: &Index) -> bool {
    let MySqlIndex { kind: _, method, invisible, comment, parser, options, without_overlaps } = index.extra.mysql();
    method.is_none()
        && !invisible
        && comment.is_empty()
        && parser.is_none()
        && options.is_empty()
        && without_overlaps.is_none()
}

fn absent(what: &str) -> Vec<String> {
    vec![["Prisma has no ", what].concat()]
}

/// Kinds that are kept by their definition.
fn kind(address: &Address) -> Vec<String> {
    vec![["Prisma has nothing for what is a ", address.kind()].concat()]
}
