//! Random schemas, and random parts for them. What comes out may be wrong; `repair` makes it right.

use super::{
    model::{Check, Column, ForeignKey, Index, Key, Part, Program, Schema, Search, Table, Term, Text},
    random::Random,
};

const TABLES: &[&str] = &["users", "Orders", "my items", "select", "it's", "q\"q", "tag", "order_lines", "Ünï"];
const COLUMNS: &[&str] = &[
    "id",
    "name",
    "Email",
    "group",
    "qty",
    "price amount",
    "note",
    "x",
    "y\"z",
    "parent_id",
    "[odd]",
    "rowid",
    "é",
    "t2",
];
const TYPES: &[&str] = &[
    "INTEGER",
    "INTEGER",
    "INT",
    "TEXT",
    "TEXT",
    "VARCHAR(10)",
    "REAL",
    "BLOB",
    "NUMERIC",
    "",
    "DECIMAL(10, 2)",
    "ANY",
    "BOOLEAN",
    "DATETIME",
    "double precision",
];
pub(crate) const STRICT_TYPES: &[&str] = &["INTEGER", "INT", "TEXT", "REAL", "BLOB", "ANY"];
const DEFAULTS: &[&str] =
    &["0", "1", "-5", "'x'", "'it''s'", "NULL", "CURRENT_TIMESTAMP", "(1 + 2)", "2.5", "x'AB'", "('a' || 'b')", "TRUE"];
const CONFLICTS: &[&str] = &["", "", "", "", "IGNORE", "REPLACE", "FAIL", "ROLLBACK"];
pub(crate) const COLLATIONS: &[&str] = &["NOCASE", "RTRIM", "BINARY"];
const ACTIONS: &[&str] = &["", "", "CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT"];
const DEFERRALS: &[&str] = &["", "", "DEFERRABLE INITIALLY DEFERRED", "NOT DEFERRABLE"];
const GENERATED: &[&str] = &[
    "{0} || 'x'",
    "{0} + 1",
    "length({0})",
    "upper({0})",
    "coalesce({0}, 0)",
    "{0} IS NULL",
    "CASE WHEN {0} > 1 THEN {1} END",
];
const CHECKS: &[&str] = &[
    "{0} IS NULL OR {0} <> 'zzz'",
    "length({0}) < 40",
    "{0} >= -100",
    "typeof({0}) <> 'blob'",
    "{T}.{0} IS NOT 77",
    "{0} IS NOT {1} OR {0} IS NULL",
    "{0} > 2",
    "{0} NOT LIKE '%;--%'",
    "{0} = {0}",
];
const EXPRESSIONS: &[&str] = &["lower({0})", "{0} + 1", "coalesce({0}, '')", "{0} || {1}", "{0} IS NULL"];
const PREDICATES: &[&str] = &["{0} IS NOT NULL", "{0} > 1", "{0} = 'a'", "{0} IN (1, 2, 'b')"];

pub(crate) fn schema(random: &mut Random) -> Schema {
    let mut schema = Schema::default();
    for _ in 0..1 + random.below(4) {
        add_table(random, &mut schema);
    }
    for _ in 0..random.below(4) {
        add_foreign_key(random, &mut schema);
    }
    for _ in 0..random.below(3) {
        add_view(random, &mut schema);
    }
    for _ in 0..random.below(3) {
        add_trigger(random, &mut schema);
    }
    if random.chance(8) {
        add_search(random, &mut schema);
    }
    schema
}

pub(crate) fn add_table(random: &mut Random, schema: &mut Schema) {
    let taken = schema.relations();
    let free: Vec<&str> = TABLES.iter().copied().filter(|name| !taken.iter().any(|it| it == name)).collect();
    let Some(name) = random.any(&free) else { return };
    let mut table = Table {
        name: name.to_owned(),
        columns: Vec::new(),
        key: None,
        uniques: Vec::new(),
        checks: Vec::new(),
        foreign_keys: Vec::new(),
        indexes: Vec::new(),
        without_rowid: random.chance(12),
        strict: random.chance(20),
    };
    for _ in 0..1 + random.below(6) {
        add_column(random, &mut table);
    }
    if random.chance(75) || table.without_rowid {
        table.key = primary_key(random, &table);
    }
    let few = |random: &mut Random, percent| usize::from(random.chance(percent));
    for _ in 0..few(random, 25) {
        table.uniques.extend(unique(random, &table));
    }
    for _ in 0..few(random, 35) {
        table.checks.extend(check(random, &table));
    }
    let number = few(random, 40) + few(random, 15);
    schema.tables.push(table);
    for _ in 0..number {
        add_index(random, schema, name);
    }
}

pub(crate) fn ty(random: &mut Random, strict: bool) -> &'static str {
    random.pick(if strict { STRICT_TYPES } else { TYPES })
}

pub(crate) fn default(random: &mut Random, ty: &str, strict: bool) -> &'static str {
    if !strict || random.chance(5) {
        return random.pick(DEFAULTS);
    }
    match ty {
        "INTEGER" | "INT" => random.pick(&["0", "7", "(1 + 2)"]),
        "REAL" => "2.5",
        "BLOB" => "x'AB'",
        _ => random.pick(&["'x'", "CURRENT_TIMESTAMP", "'it''s'"]),
    }
}

pub(crate) fn add_column(random: &mut Random, table: &mut Table) {
    let free: Vec<&str> = COLUMNS.iter().copied().filter(|name| table.column(name).is_none()).collect();
    let Some(name) = random.any(&free) else { return };
    let ty = ty(random, table.strict);
    let mut column =
        Column { name: name.to_owned(), ty, not_null: None, default: None, collation: None, generated: None };
    let stored = table.names(true);
    if stored.len() > 1 && random.chance(15) {
        column.generated = Some((text(random, GENERATED, &stored), random.chance(50)));
    } else {
        if random.chance(30) {
            column.default = Some(default(random, ty, table.strict));
        }
        if random.chance(20) {
            column.not_null = Some(random.pick(CONFLICTS));
        }
    }
    if random.chance(12) {
        column.collation = Some(random.pick(COLLATIONS));
    }
    let at = if random.chance(60) { table.columns.len() } else { random.below(table.columns.len() + 1) };
    table.columns.insert(at, column);
}

pub(crate) fn text(random: &mut Random, templates: &[&'static str], names: &[String]) -> Text {
    let template = random.pick(templates);
    let names = (0..2).filter_map(|_| random.any(names)).collect();
    Text { template, names }
}

pub(crate) fn generated(random: &mut Random, table: &Table) -> Text {
    text(random, GENERATED, &table.names(true))
}

fn name(random: &mut Random, percent: usize, prefix: &str) -> Option<String> {
    let number = random.below(30);
    let name = if random.chance(15) { format!("{prefix} No. {number}") } else { format!("{prefix}_{number}") };
    random.chance(percent).then_some(name)
}

pub(crate) fn primary_key(random: &mut Random, table: &Table) -> Option<Key> {
    let stored = table.names(true);
    let integer = table.columns.iter().find(|it| it.ty == "INTEGER" && it.generated.is_none());
    let columns = match integer {
        Some(column) if random.chance(70) => vec![column.name.clone()],
        _ => random.some(&stored, 2),
    };
    let parts = parts(random, columns, 5);
    let (conflict, autoincrement) = (random.pick(CONFLICTS), random.chance(30));
    (!parts.is_empty()).then(|| Key { name: name(random, 25, "pk"), parts, conflict, autoincrement })
}

fn parts(random: &mut Random, columns: Vec<String>, percent: usize) -> Vec<Part> {
    columns
        .into_iter()
        .map(|column| {
            let collation = random.chance(percent).then(|| random.pick(COLLATIONS));
            Part { column, collation, desc: random.chance(percent) }
        })
        .collect()
}

pub(crate) fn unique(random: &mut Random, table: &Table) -> Option<Key> {
    let columns = random.some(&table.names(false), 2);
    let parts = parts(random, columns, 8);
    let name = name(random, 50, "uq");
    (!parts.is_empty()).then(|| Key { name, parts, conflict: random.pick(CONFLICTS), autoincrement: false })
}

pub(crate) fn check(random: &mut Random, table: &Table) -> Option<Check> {
    let names = table.names(false);
    (!names.is_empty()).then(|| Check { name: name(random, 50, "ck"), text: text(random, CHECKS, &names) })
}

pub(crate) fn add_foreign_key(random: &mut Random, schema: &mut Schema) {
    let (Some(parent), Some(child)) = (random.any(&schema.tables), random.any(&schema.tables)) else { return };
    let unique: Vec<Vec<String>> =
        parent.uniques.iter().map(|key| key.parts.iter().map(|part| part.column.clone()).collect()).collect();
    let primary: Vec<String> = parent.key.iter().flat_map(|key| &key.parts).map(|part| part.column.clone()).collect();
    let (arity, mut parent_columns) = match random.any(&unique).filter(|_| primary.is_empty() || random.chance(40)) {
        Some(columns) => (columns.len(), columns),
        None if random.chance(50) => (primary.len(), Vec::new()),
        None => (primary.len(), primary),
    };
    random.shuffle(&mut parent_columns);
    let Some(child) = schema.tables.iter_mut().find(|it| it.name == child.name) else { return };
    let mut columns = child.names(true);
    random.shuffle(&mut columns);
    columns.truncate(arity);
    if columns.len() < arity || arity == 0 {
        return;
    }
    child.foreign_keys.push(ForeignKey {
        name: name(random, 40, "fk"),
        columns,
        parent: parent.name,
        parent_columns,
        on_delete: random.pick(ACTIONS),
        on_update: random.pick(ACTIONS),
        deferral: random.pick(DEFERRALS),
        dangles: random.chance(15),
    });
}

pub(crate) fn add_index(random: &mut Random, schema: &mut Schema, table: &str) {
    let name = name(random, 100, "ix").unwrap_or_default();
    if schema.relations().iter().any(|it| **it == name) {
        return;
    }
    let Some(table) = schema.tables.iter_mut().find(|it| it.name == table) else { return };
    let names = table.names(false);
    let columns = random.some(&names, 3);
    let terms = parts(random, columns, 20)
        .into_iter()
        .map(|part| match random.chance(20) {
            true => Term::Expression(text(random, EXPRESSIONS, &names), part.desc),
            false => Term::Column(part),
        })
        .collect();
    let predicate = random.chance(25).then(|| text(random, PREDICATES, &names));
    table.indexes.push(Index { name, unique: random.chance(20), terms, predicate });
}

pub(crate) fn add_view(random: &mut Random, schema: &mut Schema) {
    let name = name(random, 100, "view").unwrap_or_default();
    let (Some(table), Some(other)) = (random.any(&schema.tables), random.any(&schema.tables)) else { return };
    let (Some(a), Some(b)) = (random.any(&table.names(false)), random.any(&other.names(false))) else { return };
    let below = random.any(&schema.views);
    let uses = vec![(table.name.clone(), vec![a.clone()]), (other.name.clone(), vec![b.clone()])];
    let names = vec![table.name, a, other.name, b];
    let (template, names, uses) = match (below, random.below(7)) {
        (_, 0) => ("SELECT count(*) AS n FROM {0}", names, uses),
        (_, 1) => {
            ("SELECT one.{1} AS a, two.{3} AS b FROM {0} AS one JOIN {2} AS two ON one.{1} = two.{3}", names, uses)
        }
        (_, 2) => ("SELECT * FROM {0} WHERE {1} IN (SELECT {3} FROM {2})", names, uses),
        (_, 3) => ("WITH w AS (SELECT {1} AS a FROM {0}) SELECT a, 'it''s; --' AS b FROM w", names, uses),
        (Some(view), 4) => ("SELECT * FROM {0}", vec![view.name.clone()], vec![(view.name, Vec::new())]),
        (_, 5) if random.chance(15) => ("SELECT n FROM nowhere", Vec::new(), Vec::new()),
        _ => ("SELECT {1}, {1} || 'x' AS c FROM {0} ORDER BY {1} DESC", names, uses),
    };
    schema.views.push(Program { name, on: String::new(), text: Text { template, names }, uses });
}

pub(crate) fn add_trigger(random: &mut Random, schema: &mut Schema) {
    let name = name(random, 100, "tr").unwrap_or_default();
    let (Some(table), Some(other)) = (random.any(&schema.tables), random.any(&schema.tables)) else { return };
    let (Some(a), Some(b)) = (random.any(&table.names(true)), random.any(&other.names(true))) else { return };
    let mut uses = vec![(table.name.clone(), vec![a.clone()]), (other.name.clone(), vec![b.clone()])];
    let mut names = vec![table.name, a, other.name, b];
    let view = random.any(&schema.views).filter(|_| random.chance(25));
    let template = match (view, random.below(5)) {
        (Some(view), _) => {
            names[0].clone_from(&view.name);
            uses[0] = (view.name, Vec::new());
            "INSTEAD OF INSERT ON {0} BEGIN UPDATE {2} SET {3} = NULL WHERE 0; END"
        }
        (_, 0) => "AFTER INSERT ON {0} WHEN new.{1} > 5 BEGIN UPDATE {2} SET {3} = {3} WHERE 0; END",
        (_, 1) => "BEFORE UPDATE OF {1} ON {0} BEGIN SELECT RAISE(IGNORE) WHERE new.{1} IS old.{1}; END",
        (_, 2) => "AFTER DELETE ON {0} BEGIN DELETE FROM {2} WHERE {3} = old.{1} AND 0; SELECT 'END;'; END",
        (_, 3) => "BEFORE INSERT ON {0} BEGIN SELECT CASE WHEN new.{1} = 99 THEN RAISE(ABORT, 'no; END') END; END",
        _ => {
            "AFTER INSERT ON {0} WHEN (new.{1}) IS NOT NULL BEGIN INSERT OR IGNORE INTO {2} ({3}) VALUES (new.{1}); END"
        }
    };
    let on = names[0].clone();
    schema.triggers.push(Program { name, on, text: Text { template, names }, uses });
}

pub(crate) fn add_search(random: &mut Random, schema: &mut Schema) {
    let name = name(random, 100, "search").unwrap_or_default();
    let columns = random.some(&["title".to_owned(), "body".to_owned(), "Tags".to_owned()], 3);
    let option = random.pick(&["", "", "content=''", "tokenize='porter ascii'", "prefix='2 3'"]);
    schema.searches.push(Search { name, columns, option });
}
