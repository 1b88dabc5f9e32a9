//! Filling in what is left unsaid.

mod adopt;
mod capitals;
mod collation;
mod foreign_key;
mod key;
mod mode;
#[cfg(test)]
mod tests;
mod trigger;
mod types;

use trueup_contract::Cluster;
use trueup_state::{
    Address, Definition, Ident, MySqlDatabase, MySqlObject, MySqlTable, ObjectKind, Options, PartExtra, Qualified,
    Schema, Table,
};

use crate::facts::Facts;
pub(crate) use capitals::respelled;
pub(crate) use collation::{of as collation, width};
pub(crate) use foreign_key::supports;
pub(crate) use types::{is_text, json, split as split_type};

/// The address of the connected database itself.
pub(crate) fn database() -> Address {
    Address::Object(ObjectKind::Database, Qualified::default())
}

/// What a server with these defaults makes of a schema that was read: on both sides alike.
pub(crate) fn resolve(schema: &mut Schema, facts: &Facts) {
    fold_names(schema, facts);
    let collation = database_collation(schema, facts);
    for (_, namespace) in &mut schema.namespaces {
        for (_, table) in &mut namespace.tables {
            resolve_table(table, collation.as_deref(), facts);
        }
    }
    for definition in schema.others.values_mut() {
        let Definition::MySql(object) = definition else { continue };
        match &mut **object {
            MySqlObject::Sequence(it) => {
                it.engine = it.engine.take().or_else(|| facts.engine.clone()).map(|it| engine(&it));
            }
            MySqlObject::Routine(it) => {
                if let Some(returns) = &mut it.returns {
                    *returns = types::returned(returns, collation.as_deref(), facts);
                }
            }
            MySqlObject::Event(_) | MySqlObject::Database(_) => (),
        }
    }
    foreign_key::spell(schema);
    trigger::chain(schema);
}

/// What is not declared and there anyway is taken over.
pub(crate) fn normalize(mut desired: Schema, observed: &Schema, cluster: &Cluster) -> Schema {
    let facts = Facts::of(cluster);
    adopt::spelling(&mut desired, observed, &facts);
    mode::forget_foreign(&mut desired, &facts);
    adopt::generated_names(&mut desired, observed);
    adopt::makers(&mut desired, observed);
    let own = database();
    if let Some(there) = observed.object(&own)
        && !desired.others.contains_key(&own)
    {
        desired.others.insert(own, there.to_definition());
    }
    desired
}

/// The collation that new tables get: the declared one, or the one that is there.
fn database_collation(schema: &mut Schema, facts: &Facts) -> Option<String> {
    let Some(Definition::MySql(object)) = schema.others.get_mut(&database()) else { return facts.collation.clone() };
    let MySqlObject::Database(it) = &mut **object else { return facts.collation.clone() };
    let MySqlDatabase { charset, collation } = std::mem::take(it);
    it.collation =
        collation::of(charset.as_deref(), collation.as_deref(), None, facts).or_else(|| facts.collation.clone());
    it.collation.clone()
}

/// Spell out the indexes that the server makes for a table's foreign keys.
pub(crate) fn support_foreign_keys(table: &mut Table, facts: &Facts) {
    let named = table.extra.mysql().engine.or_else(|| facts.engine.clone());
    foreign_key::resolve(table, named.map(|it| engine(&it)).as_deref());
}

fn resolve_table(table: &mut Table, inherited: Option<&str>, facts: &Facts) {
    let MySqlTable { engine: named, charset, collation, comment, options, partitions, versioned, periods } =
        table.extra.mysql();
    let collation = collation::of(charset.as_deref(), collation.as_deref(), inherited, facts);
    for (name, column) in &mut table.columns {
        types::resolve(name, column, collation.as_deref(), facts);
    }
    for name in table.primary_key.iter().flat_map(|key| key.parts.iter().filter_map(|part| part.column_name())) {
        if let Some(column) = table.columns.get_mut(name) {
            column.nullable = false;
        }
    }
    let engine = named.or_else(|| facts.engine.clone()).map(|it| engine(&it));
    foreign_key::resolve(table, engine.as_deref());
    whole_columns(table);
    key::resolve(table, engine.as_deref(), facts);
    let extra = MySqlTable {
        engine,
        charset: None,
        collation,
        comment,
        options: said(options),
        partitions,
        versioned,
        periods,
    };
    table.extra = extra.into();
}

/// A prefix as long as its column is none.
fn whole_columns(table: &mut Table) {
    let Table { columns, primary_key, indexes, .. } = table;
    let keys = primary_key.iter_mut().flat_map(|key| &mut key.parts);
    for part in keys.chain(indexes.values_mut().flat_map(|it| &mut it.parts)) {
        let prefix = part.extra.mysql().prefix;
        let column = part.column_name().and_then(|name| columns.get(name));
        if prefix.is_some() && column.and_then(|it| types::length(it.ty.canonical())) == prefix {
            part.extra = PartExtra::None;
        }
    }
}

/// Options that say what is so anyway are not kept by the server.
fn said(options: Options) -> Options {
    let zero = ["checksum", "delay_key_write", "avg_row_length", "max_rows", "min_rows", "key_block_size"];
    let is_said =
        |name: &str, value: &str| !(value.eq_ignore_ascii_case("default") || (value == "0" && zero.contains(&name)));
    let upper = |name: &str, value: String| if name == "row_format" { value.to_ascii_uppercase() } else { value };
    let said = options.into_iter().filter(|(name, value)| is_said(name, value));
    said.map(|(name, value)| (name.clone(), upper(&name, value))).collect()
}

/// A storage engine in the server's own spelling.
fn engine(name: &str) -> String {
    const ENGINES: [&str; 13] = [
        "InnoDB",
        "MyISAM",
        "MEMORY",
        "ARCHIVE",
        "CSV",
        "Aria",
        "BLACKHOLE",
        "MRG_MyISAM",
        "FEDERATED",
        "NDB",
        "RocksDB",
        "CONNECT",
        "SPIDER",
    ];
    let name = match name.to_ascii_lowercase().as_str() {
        "heap" => "MEMORY",
        "merge" => "MRG_MyISAM",
        "ndbcluster" => "NDB",
        _ => name,
    };
    ENGINES.iter().find(|it| it.eq_ignore_ascii_case(name)).map_or_else(|| name.to_owned(), |it| (*it).to_owned())
}

/// Where the server keeps names of tables in lower case, they are compared so.
fn fold_names(schema: &mut Schema, facts: &Facts) {
    if facts.lower_case_table_names != 1 {
        return;
    }
    let fold = |name: &Ident| Ident::from(name.folded());
    for (_, namespace) in &mut schema.namespaces {
        namespace.tables =
            std::mem::take(&mut namespace.tables).into_iter().map(|(name, it)| (fold(&name), it)).collect();
        namespace.views =
            std::mem::take(&mut namespace.views).into_iter().map(|(name, it)| (fold(&name), it)).collect();
        for key in namespace.tables.values_mut().flat_map(|table| table.foreign_keys.values_mut()) {
            key.references.name = fold(&key.references.name);
        }
    }
}
