//! A schema as SQL, spelled at random: quotes, capitals, comments, and constraints on columns or behind them.

use super::{
    fixtures::FIXTURES,
    model::{Check, Column, ForeignKey, Key, Kind, Product, Schema, Source, Table, Text, View},
    random::Random,
};

/// Statements that belong together, each group in running order: tables, and what needs them.
pub(crate) struct Script {
    tables: Vec<Vec<String>>,
    rest: Vec<Vec<String>>,
}

impl Script {
    /// Every statement, in running order.
    pub(crate) fn statements(&self) -> Vec<&str> {
        self.tables.iter().chain(&self.rest).flatten().map(String::as_str).collect()
    }

    /// As a file for people and programs.
    pub(crate) fn text(&self) -> String {
        self.statements().into_iter().map(ended).collect()
    }

    /// The tables in any order, and then what needs them in any order.
    pub(crate) fn shuffled(&self, random: &mut Random) -> String {
        let mut tables: Vec<&Vec<String>> = self.tables.iter().collect();
        random.shuffle(&mut tables);
        let mut rest: Vec<&Vec<String>> = self.rest.iter().collect();
        random.shuffle(&mut rest);
        tables.into_iter().chain(rest).flatten().map(|it| ended(it)).collect()
    }
}

/// With a delimiter that does not end it too early.
fn ended(statement: &str) -> String {
    let has_body = statement.to_ascii_lowercase().contains("begin");
    if has_body { format!("DELIMITER ;;\n{statement};;\nDELIMITER ;\n") } else { format!("{statement};\n") }
}

pub(crate) fn script(random: &mut Random, schema: &Schema) -> Script {
    let tables = schema.tables.iter().map(|it| table(random, schema, it)).collect();
    let mut rest = Vec::new();
    for (at, it) in schema.tables.iter().enumerate() {
        // The names of those that are not named go by their order.
        if !are_within(schema, at) {
            rest.push(it.foreign_keys.iter().map(|key| alter(random, it, key)).collect());
        }
        rest.push(
            it.triggers
                .iter()
                .map(|trigger| {
                    let (name, own) = (ident(random, &trigger.name), ident(random, it.name));
                    let body = fill(random, &trigger.body);
                    format!("CREATE TRIGGER {name} {} ON {own} FOR EACH ROW {body}", trigger.event)
                })
                .collect(),
        );
    }
    for fixture in FIXTURES {
        rest.extend(schema.fixtures.get(fixture.key).map(|variant| vec![fixture.variants[*variant].to_owned()]));
    }
    rest.extend(schema.views.iter().map(|it| vec![view(random, it)]));
    Script { tables, rest }
}

/// Whether a table's foreign keys stand within its own statement: all they point at is there before.
fn are_within(schema: &Schema, at: usize) -> bool {
    let known: Vec<&str> = schema.tables[..=at].iter().map(|it| it.name).collect();
    let table = &schema.tables[at];
    table.columns.len().is_multiple_of(2) && table.foreign_keys.iter().all(|it| known.contains(&it.parent.as_str()))
}

/// A name in quotes.
pub(crate) fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

fn ident(random: &mut Random, name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let is_word = plain && !matches!(name, "select" | "group");
    if is_word && random.chance(60) { name.to_owned() } else { quoted(name) }
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

fn table(random: &mut Random, schema: &Schema, it: &Table) -> Vec<String> {
    let product = schema.product;
    let own = ident(random, it.name);
    let mut lines: Vec<String> = it.columns.iter().map(|column| column_text(random, product, column)).collect();
    let mut after = Vec::new();
    for key in &it.keys {
        let text = key_text(random, product, key);
        let alone = key.parts.len() == 1 && key.name.is_none() && key.ending.is_empty() && !key.ignored;
        let at = it.columns.iter().position(|column| column.name == key.parts[0].column).unwrap();
        let whole = key.parts[0].prefix.is_none() && !key.parts[0].descending;
        match (key.kind, &key.name) {
            (Kind::Primary, _) if alone && whole && random.chance(50) => lines[at] += " PRIMARY KEY",
            (Kind::Unique, _) if alone && whole && random.chance(50) => lines[at] += " UNIQUE",
            (Kind::Plain, Some(name)) if random.chance(30) && !counts(it, key) => {
                let (_, rest) = text.split_once('(').unwrap();
                after.push(format!("CREATE INDEX {} ON {own} ({rest}", ident(random, name)));
            }
            _ => lines.push(text),
        }
    }
    for check in &it.checks {
        let clause = check_text(random, check);
        let column = check.text.columns.first().filter(|_| check.text.columns.len() == 1 && random.chance(25));
        match column.and_then(|(name, _)| it.columns.iter().position(|it| it.name == *name)) {
            Some(at) if check.name.is_none() => lines[at] += &format!(" {clause}"),
            _ => lines.push(clause),
        }
    }
    let at = schema.tables.iter().position(|other| other.name == it.name).unwrap();
    if are_within(schema, at) {
        lines.extend(it.foreign_keys.iter().map(|key| foreign_key(random, key)));
    }
    let create = random.pick(&["CREATE TABLE", "create table", "CREATE TABLE IF NOT EXISTS"]);
    let comma = random.pick(&[", ", ",\n  ", " /* , */, ", ", -- ;\n", ", # ;\n"]);
    let mut options = random.pick(&["", " ENGINE=InnoDB", " engine innodb"]).to_owned();
    options += &it.collation.map(|name| collation(random, name, "DEFAULT CHARSET=")).unwrap_or_default();
    if !it.options.is_empty() {
        options += &format!(" {}", it.options);
    }
    options += &it.comment.map(|text| format!(" COMMENT='{text}'")).unwrap_or_default();
    if let Some(partitioning) = &it.partitioning {
        let text = partitioning.template.replace("{0}", &ident(random, &partitioning.column));
        options += &if random.chance(30) { format!("\n/*!50100 {text} */") } else { format!(" {text}") };
    }
    let mut out = vec![format!("{create} {own} ({}){options}", lines.join(comma))];
    out.extend(after);
    out
}

/// Whether a table needs this key from the start, since its counter does.
fn counts(table: &Table, key: &Key) -> bool {
    let first = key.parts.first().and_then(|it| table.column(&it.column));
    first.is_some_and(|it| it.source == Source::Counter)
}

fn collation(random: &mut Random, name: &str, charset: &str) -> String {
    let (set, _) = name.split_once('_').unwrap_or((name, ""));
    let word = charset.to_owned();
    if random.chance(50) { format!(" {word}{set} COLLATE {name}") } else { format!(" COLLATE {name}") }
}

fn column_text(random: &mut Random, product: Product, it: &Column) -> String {
    let ty = match it.ty {
        "int" => random.pick(&["int", "INTEGER", "int(11)"]),
        "varchar(40)" => random.pick(&["varchar(40)", "VARCHAR (40)", "character varying(40)"]),
        "decimal(10,2)" => random.pick(&["decimal(10,2)", "NUMERIC(10, 2)", "dec(10,2)"]),
        "tinyint(1)" => random.pick(&["tinyint(1)", "BOOLEAN", "bool"]),
        "double" => random.pick(&["double", "DOUBLE PRECISION"]),
        ty => ty,
    };
    let collation = it.collation.map(|name| collation(random, name, "CHARACTER SET ")).unwrap_or_default();
    let fsp = it.ty.split_once('(').map(|(_, rest)| format!("({rest}")).unwrap_or_default();
    let mut clauses = Vec::new();
    let mut generated = String::new();
    match &it.source {
        Source::Writer => (),
        Source::Default(value) => clauses.push(format!(" DEFAULT {value}")),
        Source::Now(false) => clauses.push(format!(" DEFAULT CURRENT_TIMESTAMP{fsp}")),
        Source::Now(true) => {
            let now = if fsp.is_empty() {
                random.pick(&["now()", "CURRENT_TIMESTAMP"]).to_owned()
            } else {
                format!("now{fsp}")
            };
            clauses.push(format!(" DEFAULT {now} ON UPDATE CURRENT_TIMESTAMP{fsp}"));
        }
        Source::Counter => clauses.push(" AUTO_INCREMENT".to_owned()),
        Source::Generated(text, stored) => {
            let words = random.pick(&["GENERATED ALWAYS AS", "AS"]);
            generated = format!(" {words} ({}) {}", fill(random, text), if *stored { "STORED" } else { "VIRTUAL" });
        }
    }
    // MariaDB has no NOT NULL on what is computed.
    if it.not_null && (generated.is_empty() || product == Product::MySql) {
        clauses.push(" NOT NULL".to_owned());
    } else if it.ty.starts_with("timestamp") && generated.is_empty() {
        clauses.push(" NULL".to_owned());
    }
    clauses.extend(it.comment.map(|text| format!(" COMMENT '{text}'")));
    clauses.extend(it.invisible.then(|| " INVISIBLE".to_owned()));
    if product == Product::MySql || generated.is_empty() {
        random.shuffle(&mut clauses);
    }
    format!("{} {ty}{collation}{generated}{}", ident(random, &it.name), clauses.concat())
}

fn key_text(random: &mut Random, product: Product, key: &Key) -> String {
    let parts: Vec<String> = key
        .parts
        .iter()
        .map(|part| {
            let prefix = part.prefix.map(|it| format!("({it})")).unwrap_or_default();
            format!("{}{prefix}{}", ident(random, &part.column), if part.descending { " DESC" } else { "" })
        })
        .collect();
    let name = key.name.as_ref().map(|it| format!(" {}", ident(random, it))).unwrap_or_default();
    let head = match key.kind {
        Kind::Primary => "PRIMARY KEY".to_owned(),
        Kind::Unique => format!("{}{name}", random.pick(&["UNIQUE KEY", "UNIQUE", "unique index"])),
        Kind::Plain => format!("{}{name}", random.pick(&["KEY", "INDEX"])),
        Kind::Fulltext => format!("FULLTEXT KEY{name}"),
    };
    let ignored = match product {
        _ if !key.ignored => "",
        Product::Maria => " IGNORED",
        Product::MySql => " INVISIBLE",
    };
    format!("{head} ({}){}{ignored}", parts.join(", "), key.ending)
}

fn check_text(random: &mut Random, check: &Check) -> String {
    format!("{}CHECK ({})", named(random, check.name.as_ref()), fill(random, &check.text))
}

fn foreign_key(random: &mut Random, key: &ForeignKey) -> String {
    format!(
        "{}FOREIGN KEY ({}) REFERENCES {} ({}){}",
        named(random, key.name.as_ref()),
        list(random, &key.columns),
        ident(random, &key.parent),
        list(random, &key.parent_columns),
        key.actions
    )
}

fn alter(random: &mut Random, table: &Table, key: &ForeignKey) -> String {
    format!("ALTER TABLE {} ADD {}", ident(random, table.name), foreign_key(random, key))
}

fn view(random: &mut Random, it: &View) -> String {
    let mut text = it.template.to_owned();
    let mut number = 0;
    for (at, (name, columns)) in it.uses.iter().enumerate() {
        text = text.replace(&format!("{{T{at}}}"), &ident(random, name));
        for (column, _) in &columns.columns {
            text = text.replace(&format!("{{{number}}}"), &ident(random, column));
            number += 1;
        }
    }
    if let Some(over) = it.over {
        text = text.replace("{T0}", &ident(random, over));
    }
    format!("CREATE {}VIEW {} AS {text}{}", it.head, ident(random, it.name), it.ending)
}
