//! Random schemas, and random parts for them. What comes out may be wrong; `repair` leaves out what does not fit.

use super::{
    fixtures::FIXTURES,
    model::{
        Check, Class, Column, ForeignKey, Index, Key, Name, Partitioning, Policy, Schema, Source, TYPES, Table, Text,
        Trigger, View,
    },
    random::Random,
};

const TABLES: &[Name] = &[
    ("public", "users"),
    ("public", "Orders"),
    ("app", "my items"),
    ("public", "select"),
    ("app", "it's"),
    ("app", "users"),
    ("app", "order_lines_with_a_name_that_is_so_long_that_others_made_of_it"),
];
const COLUMNS: &[&str] =
    &["id", "name", "Email", "group", "qty", "price amount", "note", "x", "y\"z", "parent_id", "made_at", "é"];
pub(crate) const COMMENTS: &[&str] = &["plain", "it's a note", "two\nlines; -- no"];
const GENERATED: &[(&str, &[Class], &[&str])] = &[
    ("{0} || 'x'", &[Class::Text], &["text"]),
    ("{0} + 1", &[Class::Integer], &["bigint", "integer"]),
    ("length({0})", &[Class::Text], &["integer"]),
    ("upper({0})", &[Class::Text], &["text"]),
    ("coalesce({0}, 0) * 2", &[Class::Integer], &["bigint", "numeric(10,2)"]),
    ("{0} IS NULL", &[Class::Json], &["boolean"]),
    ("CASE WHEN {0} > 1 THEN {1} END", &[Class::Integer, Class::Text], &["text"]),
    ("app.twice({0}::int)", &[Class::Integer], &["integer"]),
];
const CHECKS: &[(&str, &[Class])] = &[
    ("{0} IS NULL OR {0} <> 'zzz'", &[Class::Text]),
    ("length({0}) < 40", &[Class::Text]),
    ("{0} >= -100", &[Class::Integer]),
    ("{0} > 0 AND {0} < 1000", &[Class::Number]),
    ("{0} IN ('a', 'b', 'c d')", &[Class::Text]),
    ("({0}) BETWEEN 1 AND 40 or {0} is null", &[Class::Integer]),
    ("{0} NOT LIKE '%;--%'", &[Class::Text]),
    ("{0} = {0}", &[Class::Uuid]),
    ("{0} <> 'sad'", &[Class::Mood]),
    ("{0} ? 'a' OR {0} IS NULL OR jsonb_typeof({0}) <> 'object'", &[Class::Json]),
    ("cardinality({0}) < 5", &[Class::List]),
    ("app.twice({0}::int) < 3000", &[Class::Integer]),
    ("{0} > timestamp '2001-01-01 00:00'", &[Class::Time]),
    ("NOT {0} OR {1} IS NOT NULL", &[Class::Boolean, Class::Text]),
];
const EXPRESSIONS: &[(&str, &[Class])] = &[
    ("lower({0})", &[Class::Text]),
    ("({0} + 1)", &[Class::Integer]),
    ("(coalesce({0}, ''))", &[Class::Text]),
    ("({0} IS NULL)", &[Class::Json]),
    ("({0} ->> 'a')", &[Class::Json]),
    ("app.twice({0}::int)", &[Class::Integer]),
];
const PREDICATES: &[(&str, &[Class])] = &[
    ("{0} IS NOT NULL", &[Class::Text]),
    ("{0} > 1", &[Class::Integer]),
    ("{0} = 'a'", &[Class::Text]),
    ("{0} IN (1, 2, 3)", &[Class::Integer]),
    ("{0}", &[Class::Boolean]),
    ("NOT {0}", &[Class::Boolean]),
    ("{0} = 'ok'", &[Class::Mood]),
];
const CONDITIONS: &[(&str, &[Class])] = &[
    ("true", &[]),
    ("{0} = current_user", &[Class::Text]),
    ("{0} > 0", &[Class::Integer]),
    ("{0} IN ('a', 'b')", &[Class::Text]),
    ("EXISTS (SELECT 1 FROM pg_catalog.pg_class AS c WHERE c.relname = {0})", &[Class::Text]),
];
const WHENS: &[(&str, &[Class])] =
    &[("new.{0} > 5", &[Class::Integer]), ("new.{0} IS NOT NULL", &[Class::Text]), ("new.{0}", &[Class::Boolean])];
const ACTIONS: &[&str] = &[
    "",
    "",
    " ON DELETE CASCADE",
    " ON DELETE SET NULL ON UPDATE CASCADE",
    " ON UPDATE RESTRICT",
    " ON DELETE SET DEFAULT",
    " MATCH FULL",
];
const DEFERRALS: &[&str] = &["", "", "", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED", " NOT DEFERRABLE"];
const IDENTITIES: &[&str] =
    &["ALWAYS AS IDENTITY", "BY DEFAULT AS IDENTITY", "BY DEFAULT AS IDENTITY (START WITH 100 INCREMENT BY 2)"];
const EVENTS: &[&str] = &[
    "BEFORE INSERT OR UPDATE ON {T} FOR EACH ROW",
    "AFTER UPDATE ON {T} FOR EACH ROW",
    "AFTER INSERT ON {T} REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT",
    "BEFORE TRUNCATE ON {T} FOR EACH STATEMENT",
];
/// Templates with the classes of columns that they need, each list for one relation.
type ViewShape = (&'static str, &'static [&'static [Class]]);
const VIEWS: &[ViewShape] = &[
    ("SELECT count(*) AS n FROM {T0}", &[&[]]),
    ("SELECT {0} AS a, {0} || 'x' AS b FROM {T0} ORDER BY {0} DESC", &[&[Class::Text]]),
    (
        "SELECT one.{0} AS a, two.{1} AS b FROM {T0} AS one JOIN {T1} two ON one.{0} = two.{1}",
        &[&[Class::Integer], &[Class::Integer]],
    ),
    (
        "SELECT {0}, {1} AS t FROM {T0} WHERE {0} IN (SELECT {2} FROM {T1})",
        &[&[Class::Integer, Class::Text], &[Class::Integer]],
    ),
    (
        "WITH w AS (SELECT {0} AS a FROM {T0}) SELECT a, 'it''s; --' AS b FROM w GROUP BY a HAVING count(*) > 1",
        &[&[Class::Text]],
    ),
    ("SELECT app.twice({0}::int) AS d FROM {T0} WHERE {0} > 1 UNION ALL SELECT 7", &[&[Class::Integer]]),
    (
        "SELECT a.{0}::text AS v, row_number() OVER (PARTITION BY a.{0}) AS r FROM {T0} a LEFT JOIN LATERAL (SELECT 1 AS \
      one) q ON true",
        &[&[Class::Time]],
    ),
];
pub(crate) const STRATEGIES: &[(&str, &[(&str, &str)])] = &[
    ("RANGE", &[("low", "FROM (MINVALUE) TO (10)"), ("high", "FROM (10) TO (100)"), ("rest", "DEFAULT")]),
    ("LIST", &[("few", "IN (1, 2, 3)"), ("more", "IN (4, 5, NULL)"), ("rest", "DEFAULT")]),
    ("HASH", &[("even", "WITH (MODULUS 2, REMAINDER 0)"), ("odd", "WITH (MODULUS 2, REMAINDER 1)")]),
];

pub(crate) fn schema(random: &mut Random) -> Schema {
    let mut schema = Schema::default();
    for fixture in FIXTURES {
        if random.chance(if fixture.key == "foreign" { 10 } else { 35 }) {
            schema.fixtures.insert(fixture.key, random.below(fixture.variants.len()));
        }
    }
    for _ in 0..1 + random.below(4) {
        add_table(random, &mut schema);
    }
    for _ in 0..random.below(4) {
        add_foreign_key(random, &mut schema);
    }
    for _ in 0..random.below(4) {
        add_view(random, &mut schema);
    }
    schema
}

pub(crate) fn add_table(random: &mut Random, schema: &mut Schema) {
    let free: Vec<Name> = TABLES.iter().copied().filter(|name| schema.table(*name).is_none()).collect();
    let Some(name) = random.any(&free) else { return };
    let mut table = Table {
        name,
        columns: Vec::new(),
        key: None,
        uniques: Vec::new(),
        checks: Vec::new(),
        foreign_keys: Vec::new(),
        indexes: Vec::new(),
        policies: Vec::new(),
        triggers: Vec::new(),
        partitioning: None,
        unlogged: random.chance(4),
        options: random.pick(&["", "", "", "", "fillfactor=70"]),
        row_security: random.chance(15),
        comment: random.chance(20).then(|| random.pick(COMMENTS)),
        grants: grants(random),
        statistics: Vec::new(),
        rule: random.chance(5).then_some("ON DELETE TO {T} WHERE false DO INSTEAD NOTHING"),
    };
    for _ in 0..1 + random.below(6) {
        add_column(random, &mut table);
    }
    if random.chance(75) {
        table.key = key(random, &table, "pk");
    }
    if random.chance(10) {
        table.partitioning = partitioning(random, &table);
    }
    let times = |random: &mut Random, percent| usize::from(random.chance(percent));
    for _ in 0..times(random, 25) {
        table.uniques.extend(key(random, &table, "uq"));
    }
    for _ in 0..times(random, 40) + times(random, 20) {
        table.checks.extend(check(random, &table));
    }
    for _ in 0..times(random, 40) + times(random, 20) {
        add_index(random, &mut table);
    }
    for _ in 0..times(random, 15) {
        table.policies.extend(policy(random, &table));
    }
    for _ in 0..times(random, 20) {
        table.triggers.extend(trigger(random, &table));
    }
    if random.chance(10) {
        table.statistics = names(random, &table, 2);
    }
    schema.tables.push(table);
}

pub(crate) fn grants(random: &mut Random) -> Vec<&'static str> {
    match random.below(6) {
        0 => vec!["GRANT SELECT, INSERT ON {T} TO trueup_reader"],
        1 => vec!["GRANT ALL ON {T} TO trueup_reader WITH GRANT OPTION", "GRANT SELECT ON {T} TO PUBLIC"],
        _ => Vec::new(),
    }
}

pub(crate) fn partitioning(random: &mut Random, table: &Table) -> Option<Partitioning> {
    let whole = ["integer", "bigint"];
    let columns = table.columns.iter().filter(|it| whole.contains(&it.ty) && !it.is_generated());
    let columns: Vec<String> = columns.map(|it| it.name.clone()).collect();
    let (strategy, parts) = random.pick(STRATEGIES);
    Some(Partitioning { strategy, column: random.any(&columns)?, parts: parts.to_vec() })
}

pub(crate) fn default(random: &mut Random, class: Class) -> &'static str {
    match class {
        Class::Integer => random.pick(&["0", "1", "-5", "(1 + 2)", "'7'"]),
        Class::Number => random.pick(&["0", "2.5", "1.50"]),
        Class::Text => random.pick(&["'x'", "'it''s'", "''", "NULL", "('a' || 'b')", "E'a\\tb'"]),
        Class::Boolean => random.pick(&["true", "false", "'t'", "(1 > 2)"]),
        Class::Time => random.pick(&["now()", "CURRENT_TIMESTAMP", "'2020-02-02'", "(now() - interval '1 day')"]),
        Class::Json => random.pick(&["'{}'", "'{\"a\": 1}'::jsonb", "jsonb_build_object()"]),
        Class::Uuid => random.pick(&["gen_random_uuid()", "'6b1f8a52-0d1c-4a43-9c75-0f7c2f9d3c11'"]),
        Class::List => random.pick(&["'{}'", "ARRAY['a', 'b']", "'{a}'::text[]"]),
        Class::Mood => random.pick(&["'ok'", "'ok'::app.mood"]),
    }
}

pub(crate) fn ty(random: &mut Random) -> &'static str {
    random.pick(TYPES).0
}

pub(crate) fn add_column(random: &mut Random, table: &mut Table) {
    let free: Vec<&str> = COLUMNS.iter().copied().filter(|name| table.column(name).is_none()).collect();
    let Some(name) = random.any(&free) else { return };
    let mut column = Column {
        name: name.to_owned(),
        ty: ty(random),
        not_null: random.chance(25),
        source: Source::Writer,
        collation: None,
        comment: random.chance(8).then(|| random.pick(COMMENTS)),
    };
    if column.ty == "text" && random.chance(12) {
        column.collation = Some(random.pick(&["\"C\"", "\"POSIX\""]));
    }
    column.source = source(random, table, &mut column);
    let at = if random.chance(60) { table.columns.len() } else { random.below(table.columns.len() + 1) };
    table.columns.insert(at, column);
}

/// Where values may come from; a generated column's type follows its expression.
pub(crate) fn source(random: &mut Random, table: &Table, column: &mut Column) -> Source {
    let is_integer = ["integer", "bigint", "smallint"].contains(&column.ty);
    match random.below(20) {
        0..=5 => Source::Default(default(random, column.class())),
        6 | 7 if is_integer => Source::Identity(random.pick(IDENTITIES)),
        8 if is_integer => Source::Serial,
        9 | 10 => {
            let (template, classes, types) = random.pick(GENERATED);
            let Some(text) = fill(random, table, template, classes, true) else { return Source::Writer };
            column.ty = random.pick(types);
            column.collation = None;
            Source::Generated(text)
        }
        _ => Source::Writer,
    }
}

/// A text over columns of a table with the right kind of values, if it has them.
fn fill(
    random: &mut Random,
    table: &Table,
    template: &'static str,
    classes: &[Class],
    stored_only: bool,
) -> Option<Text> {
    let choices = table.choices(stored_only);
    let mut columns = Vec::new();
    for class in classes {
        let fitting: Vec<_> = choices.iter().filter(|it| it.1 == *class).cloned().collect();
        columns.push(random.any(&fitting)?);
    }
    Some(Text { template, columns })
}

fn text(random: &mut Random, table: &Table, templates: &[(&'static str, &'static [Class])]) -> Option<Text> {
    (0..4).find_map(|_| {
        let (template, classes) = random.pick(templates);
        fill(random, table, template, classes, false)
    })
}

fn name(random: &mut Random, percent: usize, prefix: &str) -> Option<String> {
    let number = random.below(40);
    let name = if random.chance(15) { format!("{prefix} No. {number}") } else { format!("{prefix}_{number}") };
    random.chance(percent).then_some(name)
}

fn names(random: &mut Random, table: &Table, most: usize) -> Vec<String> {
    let usable = table.columns.iter().filter(|it| ![Class::Json, Class::List].contains(&it.class()));
    let usable: Vec<String> = usable.map(|it| it.name.clone()).collect();
    random.any(&usable).map_or_else(Vec::new, |_| random.some(&usable, most))
}

pub(crate) fn key(random: &mut Random, table: &Table, prefix: &str) -> Option<Key> {
    let columns = match table.column("id") {
        Some(_) if prefix == "pk" && random.chance(60) => vec!["id".to_owned()],
        _ => names(random, table, 2),
    };
    let include = if random.chance(8) { names(random, table, 1) } else { Vec::new() };
    let include = include.into_iter().filter(|it| !columns.contains(it)).collect();
    let deferral = if prefix == "uq" { random.pick(DEFERRALS) } else { "" };
    (!columns.is_empty()).then(|| Key { name: name(random, 40, prefix), columns, include, deferral })
}

pub(crate) fn check(random: &mut Random, table: &Table) -> Option<Check> {
    let text = text(random, table, CHECKS)?;
    Some(Check { name: name(random, 50, "ck"), text, ending: random.pick(&["", "", "", "", " NOT VALID"]) })
}

pub(crate) fn add_foreign_key(random: &mut Random, schema: &mut Schema) {
    let (Some(parent), Some(child)) = (random.any(&schema.tables), random.any(&schema.tables)) else { return };
    let keys: Vec<_> = parent.key.iter().chain(parent.uniques.iter().filter(|it| it.deferral.is_empty())).collect();
    let Some(key) = random.any(&keys) else { return };
    let mut columns = Vec::new();
    for parent_column in key.columns.iter().filter_map(|it| parent.column(it)) {
        let fitting = child.columns.iter().filter(|it| it.class() == parent_column.class());
        let fitting: Vec<String> =
            fitting.filter(|it| !it.is_generated() && !columns.contains(&it.name)).map(|it| it.name.clone()).collect();
        let Some(column) = random.any(&fitting) else { return };
        columns.push(column);
    }
    let foreign_key = ForeignKey {
        name: name(random, 40, "fk"),
        columns,
        parent: parent.name,
        parent_columns: key.columns.clone(),
        actions: random.pick(ACTIONS),
        ending: if random.chance(10) { " NOT VALID" } else { random.pick(DEFERRALS) },
    };
    if let Some(child) = schema.tables.iter_mut().find(|it| it.name == child.name) {
        child.foreign_keys.push(foreign_key);
    }
}

pub(crate) fn add_index(random: &mut Random, table: &mut Table) {
    let Some(name) = name(random, 100, "ix") else { return };
    let mut terms = Vec::new();
    for column in names(random, table, 3) {
        let class = table.column(&column).map_or(Class::Text, Column::class);
        let ending = random.pick(&["", "", "", " DESC", " NULLS FIRST", " DESC NULLS LAST"]);
        let ending = if class == Class::Text && random.chance(10) { " text_pattern_ops" } else { ending };
        terms.push((Text { template: "{0}", columns: vec![(column, class)] }, ending));
    }
    if random.chance(25) {
        terms.extend(text(random, table, EXPRESSIONS).map(|it| (it, "")));
    }
    let mut ending = random.pick(&["", "", "", " WITH (fillfactor=80)"]);
    let mut unique = random.chance(20);
    let documents: Vec<_> = table.choices(false).into_iter().filter(|it| it.1 == Class::Json).collect();
    if let Some(document) = random.any(&documents).filter(|_| random.chance(40)) {
        terms = vec![(Text { template: "{0}", columns: vec![document] }, " USING gin")];
        (ending, unique) = ("", false);
    }
    if terms.is_empty() {
        return;
    }
    let predicate = if random.chance(25) { text(random, table, PREDICATES) } else { None };
    table.indexes.push(Index { name, unique, terms, ending, predicate });
}

pub(crate) fn policy(random: &mut Random, table: &Table) -> Option<Policy> {
    let text = text(random, table, CONDITIONS)?;
    let command = random.pick(&["", " FOR SELECT TO trueup_reader", " AS RESTRICTIVE FOR DELETE"]);
    Some(Policy { name: name(random, 100, "po")?, command, text })
}

pub(crate) fn trigger(random: &mut Random, table: &Table) -> Option<Trigger> {
    let event = random.pick(EVENTS);
    let when = if event.contains("EACH ROW") && random.chance(40) { text(random, table, WHENS) } else { None };
    Some(Trigger { name: name(random, 100, "tr")?, event, when })
}

pub(crate) fn add_view(random: &mut Random, schema: &mut Schema) {
    const NAMES: &[Name] = &[("public", "v one"), ("app", "v2"), ("public", "v3"), ("app", "totals")];
    let free: Vec<Name> = NAMES.iter().copied().filter(|name| schema.view(*name).is_none()).collect();
    let Some(name) = random.any(&free) else { return };
    let mut view = View {
        name,
        materialized: random.chance(25),
        template: "SELECT * FROM {T0}",
        uses: Vec::new(),
        over: random.any(&schema.views).map(|it| it.name).filter(|_| random.chance(25)),
        options: random.pick(&["", "", "", " WITH (security_barrier)"]),
        comment: random.chance(15).then(|| random.pick(COMMENTS)),
        grants: grants(random),
    };
    if view.materialized {
        view.options = "";
    }
    if view.over.is_none() {
        let (template, needs) = random.pick(VIEWS);
        view.template = template;
        for classes in needs {
            let Some(table) = random.any(&schema.tables) else { return };
            let Some(text) = fill(random, &table, template, classes, false) else { return };
            view.uses.push((table.name, text));
        }
    }
    schema.views.push(view);
}
