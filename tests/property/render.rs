//! A schema as SQL, spelled at random: quotes, capitals, comments, and constraints on columns or behind them.

use super::{
    model::{Column, ForeignKey, Index, Key, Part, Program, Schema, Search, Table, Term, Text},
    random::Random,
};

/// The statements by kind, in an order in which they can run.
pub(crate) struct Script {
    /// Tables, indexes and full-text tables.
    pub(crate) storage: Vec<String>,
    /// Views and triggers.
    pub(crate) programs: Vec<String>,
}

impl Script {
    /// Every statement, in running order.
    pub(crate) fn text(&self) -> String {
        self.storage.iter().chain(&self.programs).map(|statement| format!("{statement};\n")).collect()
    }

    /// Every statement, in any order.
    pub(crate) fn shuffled(&self, random: &mut Random) -> String {
        let mut all: Vec<&String> = self.storage.iter().chain(&self.programs).collect();
        random.shuffle(&mut all);
        all.into_iter().map(|statement| format!("{statement};\n")).collect()
    }
}

pub(crate) fn script(random: &mut Random, schema: &Schema) -> Script {
    let mut storage: Vec<String> = schema.tables.iter().map(|it| table(random, it)).collect();
    for owner in &schema.tables {
        storage.extend(owner.indexes.iter().map(|it| index(random, owner, it)));
    }
    storage.extend(schema.searches.iter().map(|it| search(random, it)));
    let mut programs: Vec<String> = schema.views.iter().map(|it| program(random, "VIEW", " AS ", it)).collect();
    programs.extend(schema.triggers.iter().map(|it| program(random, "TRIGGER", " ", it)));
    Script { storage, programs }
}

/// A name in quotes, where SQLite needs them whatever the name.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn ident(random: &mut Random, name: &str) -> String {
    let is_word = name.chars().all(|c| c.is_alphanumeric() || c == '_') && !matches!(name, "select" | "group");
    match random.below(10) {
        0..=5 if is_word => name.to_owned(),
        6 if is_word => name.to_ascii_uppercase(),
        7 if !name.contains(']') => format!("[{name}]"),
        8 => format!("`{name}`"),
        _ => quoted(name),
    }
}

/// The name of what is created keeps its spelling.
fn own(random: &mut Random, name: &str) -> String {
    let spelled = ident(random, name);
    if spelled == name.to_ascii_uppercase() { quoted(name) } else { spelled }
}

fn list(random: &mut Random, names: &[String]) -> String {
    names.iter().map(|name| ident(random, name)).collect::<Vec<_>>().join(", ")
}

fn text(random: &mut Random, text: &Text, table: &str) -> String {
    let mut out = text.template.to_owned();
    for (at, name) in text.names.iter().enumerate() {
        let mark = format!("{{{at}}}");
        while out.contains(&mark) {
            out = out.replacen(&mark, &ident(random, name), 1);
        }
    }
    out.replace("{T}", &ident(random, table))
}

fn named(random: &mut Random, name: Option<&String>) -> String {
    name.map(|it| format!("CONSTRAINT {} ", own(random, it))).unwrap_or_default()
}

fn conflict(clause: &str) -> String {
    if clause.is_empty() { String::new() } else { format!(" ON CONFLICT {clause}") }
}

fn table(random: &mut Random, it: &Table) -> String {
    let mut lines: Vec<String> = it.columns.iter().map(|column| column_text(random, it, column)).collect();
    let mut behind = Vec::new();
    let place = |column: &str| it.columns.iter().position(|it| it.name == *column);
    if let Some(key) = &it.key {
        put(random, key, "PRIMARY KEY", &place, (&mut lines, &mut behind));
    }
    for unique in &it.uniques {
        put(random, unique, "UNIQUE", &place, (&mut lines, &mut behind));
    }
    for check in &it.checks {
        let clause = format!("{}CHECK ({})", named(random, check.name.as_ref()), text(random, &check.text, &it.name));
        if random.chance(40) {
            let at = random.below(lines.len());
            lines[at] += &format!(" {clause}");
        } else {
            behind.push(clause);
        }
    }
    for key in &it.foreign_keys {
        let references = references(random, key);
        let name = named(random, key.name.as_ref());
        match key.columns.as_slice() {
            [column] if random.chance(50) => lines[place(column).unwrap()] += &format!(" {name}{references}"),
            columns => behind.push(format!("{name}FOREIGN KEY ({}) {references}", list(random, columns))),
        }
    }
    random.shuffle(&mut behind);
    lines.extend(behind);
    let options: Vec<&str> =
        [(it.strict, "STRICT"), (it.without_rowid, "WITHOUT ROWID")].iter().filter(|it| it.0).map(|it| it.1).collect();
    let create = random.pick(&["CREATE TABLE ", "create table ", "CREATE TABLE IF NOT EXISTS "]);
    let comma = random.pick(&[", ", ",\n  ", " /* , */, "]);
    format!("{create}{} ({}) {}", own(random, &it.name), lines.join(comma), options.join(", "))
}

fn column_text(random: &mut Random, table: &Table, it: &Column) -> String {
    let mut out = own(random, &it.name);
    let ty = if random.chance(20) { it.ty.to_ascii_lowercase() } else { it.ty.to_owned() };
    out += &format!(" {ty}");
    if let Some((expression, stored)) = &it.generated {
        let words = random.pick(&["AS", "GENERATED ALWAYS AS"]);
        let kind = if *stored { " STORED" } else { random.pick(&["", " VIRTUAL"]) };
        out += &format!(" {words} ({}){kind}", text(random, expression, &table.name));
    }
    let mut clauses = Vec::new();
    clauses.extend(it.not_null.map(|clause| format!(" NOT NULL{}", conflict(clause))));
    clauses.extend(it.default.map(|default| format!(" DEFAULT {default}")));
    clauses.extend(it.collation.map(|collation| format!(" COLLATE {collation}")));
    random.shuffle(&mut clauses);
    out + &clauses.concat()
}

/// A key on its column, or behind the columns.
fn put(
    random: &mut Random,
    key: &Key,
    words: &str,
    place: &dyn Fn(&str) -> Option<usize>,
    (lines, behind): (&mut [String], &mut Vec<String>),
) {
    let name = named(random, key.name.as_ref());
    let clause = conflict(key.conflict);
    let counts = if key.autoincrement { " AUTOINCREMENT" } else { "" };
    match key.parts.as_slice() {
        [Part { column, collation: None, desc: false }] if random.chance(60) => {
            lines[place(column).unwrap()] += &format!(" {name}{words}{clause}{counts}");
        }
        parts => {
            let parts: Vec<String> = parts.iter().map(|it| part(random, it)).collect();
            behind.push(format!("{name}{words} ({}{counts}){clause}", parts.join(", ")));
        }
    }
}

fn part(random: &mut Random, it: &Part) -> String {
    let collation = it.collation.map(|collation| format!(" COLLATE {collation}")).unwrap_or_default();
    format!("{}{collation}{}", ident(random, &it.column), if it.desc { " DESC" } else { "" })
}

fn references(random: &mut Random, key: &ForeignKey) -> String {
    let mut out = format!("REFERENCES {}", ident(random, &key.parent));
    if !key.parent_columns.is_empty() {
        out += &format!(" ({})", list(random, &key.parent_columns));
    }
    for (words, action) in [(" ON DELETE ", key.on_delete), (" ON UPDATE ", key.on_update), (" ", key.deferral)] {
        if !action.is_empty() {
            out += words;
            out += action;
        }
    }
    out
}

fn index(random: &mut Random, table: &Table, it: &Index) -> String {
    let unique = if it.unique { "UNIQUE " } else { "" };
    let terms: Vec<String> = it
        .terms
        .iter()
        .map(|term| match term {
            Term::Column(it) => part(random, it),
            Term::Expression(it, desc) => {
                format!("{}{}", text(random, it, &table.name), if *desc { " DESC" } else { "" })
            }
        })
        .collect();
    let (name, owner) = (own(random, &it.name), ident(random, &table.name));
    let predicate =
        it.predicate.as_ref().map(|it| format!(" WHERE {}", text(random, it, &table.name))).unwrap_or_default();
    format!("CREATE {unique}INDEX {name} ON {owner} ({}){predicate}", terms.join(", "))
}

fn search(random: &mut Random, it: &Search) -> String {
    let option = if it.option.is_empty() { String::new() } else { format!(", {}", it.option) };
    format!("CREATE VIRTUAL TABLE {} USING fts5({}{option})", own(random, &it.name), it.columns.join(", "))
}

fn program(random: &mut Random, kind: &str, between: &str, it: &Program) -> String {
    format!("CREATE {kind} {}{between}{}", own(random, &it.name), text(random, &it.text, ""))
}
