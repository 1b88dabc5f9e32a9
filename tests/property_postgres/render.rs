//! A schema as SQL, spelled at random: quotes, capitals, comments, and constraints on columns or behind them.

use super::{
    fixtures::FIXTURES,
    model::{Check, Column, ForeignKey, Index, Key, Name, Schema, Source, Table, Text, View},
    random::Random,
};

/// Statements that belong together, each group in running order.
pub(crate) struct Script(Vec<Vec<String>>);

impl Script {
    /// Every statement, in running order.
    pub(crate) fn text(&self) -> String {
        self.0.iter().flatten().map(|statement| format!("{statement};\n")).collect()
    }

    /// Every statement, the groups in any order. What changes defaults stays in front: it holds for what follows.
    pub(crate) fn shuffled(&self, random: &mut Random) -> String {
        let mut groups: Vec<&Vec<String>> = self.0.iter().collect();
        random.shuffle(&mut groups);
        groups.sort_by_key(|group| {
            !group.iter().any(|it| it.starts_with("ALTER DEFAULT") || it.contains("CREATE SCHEMA"))
        });
        groups.into_iter().flatten().map(|statement| format!("{statement};\n")).collect()
    }
}

pub(crate) fn script(random: &mut Random, schema: &Schema) -> Script {
    let mut groups = vec![vec!["CREATE SCHEMA app".to_owned()]];
    let mut fixtures: Vec<_> = FIXTURES.iter().collect();
    fixtures.sort_by_key(|it| it.key != "defaults");
    for fixture in fixtures {
        if let Some(variant) = schema.fixtures.get(fixture.key) {
            groups.push(fixture.variants[*variant].iter().map(|it| (*it).to_owned()).collect());
        }
    }
    groups.extend(schema.tables.iter().map(|it| table(random, it)));
    for it in &schema.tables {
        // The names of those that are not named go by their order.
        groups.push(it.foreign_keys.iter().map(|key| foreign_key(random, it, key)).collect());
        groups.extend(parts_of_table(random, it).into_iter().map(|it| vec![it]));
    }
    groups.extend(schema.views.iter().map(|it| view(random, it)));
    Script(groups)
}

/// A name in quotes, where PostgreSQL needs them whatever the name.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A qualified name, in quotes.
pub(crate) fn path(name: Name) -> String {
    format!("{}.{}", quoted(name.0), quoted(name.1))
}

fn ident(random: &mut Random, name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let is_word = plain && !matches!(name, "select" | "group");
    match random.below(8) {
        0..=5 if is_word => name.to_owned(),
        6 if is_word => name.to_ascii_uppercase(),
        _ => quoted(name),
    }
}

fn relation(random: &mut Random, name: Name) -> String {
    let own = ident(random, name.1);
    if name.0 == "public" && random.chance(50) { own } else { format!("{}.{own}", ident(random, name.0)) }
}

fn list(random: &mut Random, names: &[String]) -> String {
    names.iter().map(|name| ident(random, name)).collect::<Vec<_>>().join(", ")
}

fn fill(random: &mut Random, text: &Text) -> String {
    let mut out = text.template.to_owned();
    for (at, (name, _)) in text.columns.iter().enumerate() {
        let mark = format!("{{{at}}}");
        while out.contains(&mark) {
            out = out.replacen(&mark, &ident(random, name), 1);
        }
    }
    out
}

fn named(random: &mut Random, name: Option<&String>) -> String {
    name.map(|it| format!("CONSTRAINT {} ", ident(random, it))).unwrap_or_default()
}

fn table(random: &mut Random, it: &Table) -> Vec<String> {
    let mut lines: Vec<String> = it.columns.iter().map(|column| column_text(random, column)).collect();
    let mut behind = Vec::new();
    let mut after = Vec::new();
    let place = |column: &str| it.columns.iter().position(|it| it.name == *column);
    for (key, words) in it.key.iter().map(|it| (it, "PRIMARY KEY")).chain(it.uniques.iter().map(|it| (it, "UNIQUE"))) {
        let name = named(random, key.name.as_ref());
        match key.columns.as_slice() {
            [column] if key.include.is_empty() && random.chance(50) => {
                lines[place(column).unwrap()] += &format!(" {name}{words}{}", key.deferral);
            }
            _ => behind.push(format!("{name}{words} {}", key_text(random, key))),
        }
    }
    let own = relation(random, it.name);
    for check in &it.checks {
        let clause = check_text(random, check);
        match check.ending {
            "" if random.chance(30) => {
                let at = random.below(lines.len());
                lines[at] += &format!(" {clause}");
            }
            "" => behind.push(clause),
            ending => after.push(format!("ALTER TABLE {own} ADD {clause}{ending}")),
        }
    }
    random.shuffle(&mut behind);
    lines.extend(behind);
    let create = random.pick(&["CREATE TABLE", "create table", "CREATE TABLE IF NOT EXISTS"]);
    let create = if it.unlogged { "CREATE UNLOGGED TABLE" } else { create };
    let comma = random.pick(&[", ", ",\n  ", " /* , */, ", ", -- ;\n"]);
    let options = if it.options.is_empty() { String::new() } else { format!(" WITH ({})", it.options) };
    let spread = it.partitioning.as_ref().map_or_else(String::new, |partitioning| {
        format!(" PARTITION BY {} ({})", partitioning.strategy, ident(random, &partitioning.column))
    });
    let mut out = vec![format!("{create} {own} ({}){spread}{options}", lines.join(comma))];
    for (name, bound) in it.partitioning.iter().flat_map(|it| &it.parts) {
        let part = format!("{}.{}", quoted(it.name.0), quoted(&format!("{}_{name}", it.name.1)));
        let bound = if *bound == "DEFAULT" { "DEFAULT".to_owned() } else { format!("FOR VALUES {bound}") };
        out.push(format!("CREATE TABLE {part} PARTITION OF {own} {bound}"));
    }
    out.extend(after);
    let comment = |text: &str| text.replace('\'', "''");
    out.extend(it.comment.map(|text| format!("COMMENT ON TABLE {own} IS '{}'", comment(text))));
    for column in &it.columns {
        let text = column.comment.map(comment);
        out.extend(text.map(|it| format!("COMMENT ON COLUMN {own}.{} IS '{it}'", quoted(&column.name))));
    }
    out.extend(it.grants.iter().map(|grant| grant.replace("{T}", &own)));
    if it.row_security {
        out.push(format!("ALTER TABLE {own} ENABLE ROW LEVEL SECURITY"));
    }
    out
}

/// What has a statement of its own and needs only the table.
fn parts_of_table(random: &mut Random, it: &Table) -> Vec<String> {
    let own = relation(random, it.name);
    let mut out: Vec<String> = it.indexes.iter().map(|index| index_text(random, &own, index)).collect();
    for policy in &it.policies {
        let condition = fill(random, &policy.text);
        out.push(format!(
            "CREATE POLICY {} ON {own}{} USING ({condition})",
            ident(random, &policy.name),
            policy.command
        ));
    }
    for trigger in &it.triggers {
        let (timing, level) = (trigger.event.replace("{T}", &own), trigger.when.as_ref());
        let when = level.map_or_else(String::new, |it| format!(" WHEN ({})", fill(random, it)));
        let name = ident(random, &trigger.name);
        out.push(format!("CREATE TRIGGER {name} {timing}{when} EXECUTE FUNCTION app.touch()"));
    }
    if !it.statistics.is_empty() {
        let name = quoted(&format!("{}_facts", it.name.1.chars().take(40).collect::<String>()));
        out.push(format!("CREATE STATISTICS app.{name} ON {} FROM {own}", list(random, &it.statistics)));
    }
    out.extend(it.rule.map(|rule| format!("CREATE RULE keep AS {}", rule.replace("{T}", &own))));
    out
}

fn column_text(random: &mut Random, it: &Column) -> String {
    let ty = if random.chance(20) { it.ty.to_ascii_uppercase() } else { it.ty.to_owned() };
    let ty = match (&it.source, it.ty) {
        (Source::Serial, "integer") => "serial".to_owned(),
        (Source::Serial, "bigint") => "bigserial".to_owned(),
        (Source::Serial, _) => "smallserial".to_owned(),
        _ => ty.replace("APP.", "app."),
    };
    let mut clauses = Vec::new();
    match &it.source {
        Source::Writer | Source::Serial => (),
        Source::Default(value) => clauses.push(format!(" DEFAULT {value}")),
        Source::Identity(options) => clauses.push(format!(" GENERATED {options}")),
        Source::Generated(text) => clauses.push(format!(" GENERATED ALWAYS AS ({}) STORED", fill(random, text))),
    }
    clauses.extend(it.not_null.then(|| " NOT NULL".to_owned()));
    random.shuffle(&mut clauses);
    let collation = it.collation.map(|it| format!(" COLLATE {it}")).unwrap_or_default();
    format!("{} {ty}{collation}{}", ident(random, &it.name), clauses.concat())
}

fn key_text(random: &mut Random, key: &Key) -> String {
    let include =
        if key.include.is_empty() { String::new() } else { format!(" INCLUDE ({})", list(random, &key.include)) };
    format!("({}){include}{}", list(random, &key.columns), key.deferral)
}

fn check_text(random: &mut Random, check: &Check) -> String {
    format!("{}CHECK ({})", named(random, check.name.as_ref()), fill(random, &check.text))
}

fn foreign_key(random: &mut Random, table: &Table, key: &ForeignKey) -> String {
    format!(
        "ALTER TABLE {} ADD {}FOREIGN KEY ({}) REFERENCES {} ({}){}{}",
        relation(random, table.name),
        named(random, key.name.as_ref()),
        list(random, &key.columns),
        relation(random, key.parent),
        list(random, &key.parent_columns),
        key.actions,
        key.ending
    )
}

fn index_text(random: &mut Random, table: &str, it: &Index) -> String {
    let unique = if it.unique { "UNIQUE " } else { "" };
    let method = if it.terms.iter().any(|term| term.1 == " USING gin") { " USING gin" } else { "" };
    let terms: Vec<String> = it
        .terms
        .iter()
        .map(|(text, ending)| format!("{}{}", fill(random, text), if ending.contains("gin") { "" } else { ending }))
        .collect();
    let name = ident(random, &it.name);
    let predicate = it.predicate.as_ref().map(|it| format!(" WHERE {}", fill(random, it))).unwrap_or_default();
    format!("CREATE {unique}INDEX {name} ON {table}{method} ({}){}{predicate}", terms.join(", "), it.ending)
}

fn view(random: &mut Random, it: &View) -> Vec<String> {
    let own = relation(random, it.name);
    let mut text = it.template.to_owned();
    let mut number = 0;
    for (at, (name, columns)) in it.uses.iter().enumerate() {
        text = text.replace(&format!("{{T{at}}}"), &relation(random, *name));
        for (column, _) in &columns.columns {
            text = text.replace(&format!("{{{number}}}"), &ident(random, column));
            number += 1;
        }
    }
    if let Some(over) = it.over {
        text = text.replace("{T0}", &relation(random, over));
    }
    let kind = if it.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
    let mut out = vec![format!("CREATE {kind} {own}{} AS {text}", it.options)];
    out.extend(it.comment.map(|text| format!("COMMENT ON {kind} {own} IS '{}'", text.replace('\'', "''"))));
    out.extend(it.grants.iter().map(|grant| grant.replace("{T}", &own)));
    out
}
