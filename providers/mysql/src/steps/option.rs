//! What is said of a whole table, besides its partitions.

use trueup_contract::{Fact, Hazard};
use trueup_state::{Address, MySqlTable, Options};

use super::{
    clause::{Class, Clause, Place},
    column::Sides,
    context::Context,
};
use crate::render::{own_options, sql};

/// Every clause about options, and about keeping the history of rows.
pub(super) fn clauses(context: &Context<'_>, sides: &Sides<'_>) -> Vec<Clause> {
    let address = Address::Table(sides.name.clone());
    if !context.altered.contains(&address) {
        return Vec::new();
    }
    let (before, after) = (sides.before.extra.mysql(), sides.after.extra.mysql());
    let mut clauses: Vec<Clause> = options(context, &before, &after, &address).into_iter().collect();
    clauses.extend(history(&before, &after, &address));
    clauses
}

fn options(context: &Context<'_>, before: &MySqlTable, after: &MySqlTable, address: &Address) -> Option<Clause> {
    let MySqlTable { engine, charset, collation, comment, options, partitions: _, versioned: _, periods: _ } = after;
    let cheap = if context.is_mariadb() { Class::Instant } else { Class::Inplace };
    let mut class = Class::Instant;
    let mut said = MySqlTable::default();
    let mut hazards = Vec::new();
    if before.engine != *engine {
        said.engine.clone_from(engine);
        class = Class::Copy;
        let name = |it: &Option<String>| it.clone().unwrap_or_default();
        let fact = Fact::ChangesEngine { from: name(&before.engine), to: name(engine) };
        hazards.push(Hazard { address: address.clone(), fact, question: None });
    }
    if before.collation != *collation || before.charset != *charset {
        said.charset.clone_from(charset);
        said.collation.clone_from(collation);
        class = class.max(cheap);
    }
    if before.options != *options {
        said.options = changed(&before.options, options);
        let moves = |name: &String| {
            matches!(name.as_str(), "row_format" | "key_block_size")
                || name.contains("compress")
                || name.contains("encrypt")
        };
        class = class.max(if said.options.keys().any(moves) { Class::Inplace } else { cheap });
    }
    let mut sql = own_options(sql(""), &said);
    if before.comment != *comment {
        sql = crate::render::string(sql.raw("COMMENT="), comment);
        class = class.max(cheap);
    }
    let is_said = !sql.clone().finish().is_empty();
    let is_other_engine = !super::column::is_innodb_engine(before) || !super::column::is_innodb_engine(after);
    let class = if is_other_engine { Class::Copy } else { class };
    is_said.then(|| {
        let mut clause = Clause::new(Place::Options, class, sql).changes(address);
        clause.hazards = hazards;
        clause
    })
}

/// Options that are new or other, and what unsays those that are no longer said.
fn changed(before: &Options, after: &Options) -> Options {
    let unsaid = before.keys().filter(|it| !after.contains_key(*it)).map(|name| {
        let nothing = match name.as_str() {
            "key_block_size" | "checksum" | "delay_key_write" | "max_rows" | "min_rows" | "avg_row_length"
            | "autoextend_size" => "0",
            "connection" | "secondary_engine_attribute" | "engine_attribute" => "",
            "compression" => "none",
            "encryption" => "N",
            "insert_method" => "NO",
            "union" => "()",
            _ => "DEFAULT",
        };
        (name.clone(), nothing.to_owned())
    });
    let said = after.iter().filter(|(name, value)| before.get(*name) != Some(value));
    unsaid.chain(said.map(|(name, value)| (name.clone(), value.clone()))).collect()
}

/// Whether rows keep what they were (MariaDB). Their history goes with the option.
fn history(before: &MySqlTable, after: &MySqlTable, address: &Address) -> Option<Clause> {
    let (words, class) = match (before.versioned, after.versioned) {
        (false, true) => ("ADD SYSTEM VERSIONING", Class::Copy),
        (true, false) => ("DROP SYSTEM VERSIONING", Class::Copy),
        (false, false) | (true, true) => return None,
    };
    let mut clause = Clause::new(Place::Options, class, sql(words)).changes(address);
    if before.versioned {
        clause.hazards.push(Hazard { address: address.clone(), fact: Fact::LosesHistory, question: None });
    }
    Some(clause)
}
