//! Random schemas, and random parts for them. What comes out may be wrong; `repair` leaves out what does not fit.

use super::{
    fixtures::FIXTURES,
    model::{
        Check, Class, Column, ForeignKey, Key, Kind, Part, Partitioning, Product, Schema, Source, TYPES, Table, Text,
        Trigger, View, class, has_collation,
    },
    random::Random,
};

const TABLES: &[&str] = &[
    "users",
    "Orders",
    "my items",
    "select",
    "it's",
    "order_lines_with_a_name_as_long_as_a_name_may_be_for_more",
    "back`quote",
];
const COLUMNS: &[&str] =
    &["id", "name", "Email", "group", "qty", "price amount", "note", "x", "y`z", "parent_id", "made_at", "é"];
pub(crate) const COMMENTS: &[&str] = &["plain", "it''s a note", "two\\nlines; -- no", "back\\\\slash"];
pub(crate) const COLLATIONS: &[&str] =
    &["utf8mb4_bin", "utf8mb4_general_ci", "latin1_swedish_ci", "latin1_bin", "utf8mb4_unicode_ci"];
pub(crate) const OPTIONS: &[&str] = &["", "", "", "ROW_FORMAT=COMPACT", "ROW_FORMAT=DYNAMIC STATS_PERSISTENT=1"];
const GENERATED: &[(&str, &[Class], &[&str])] = &[
    ("concat({0}, 'x')", &[Class::Text], &["varchar(300)"]),
    ("{0} + 1", &[Class::Integer], &["bigint"]),
    ("length({0})", &[Class::Text], &["int"]),
    ("upper({0})", &[Class::Text], &["varchar(300)"]),
    ("coalesce({0}, 0) * 2", &[Class::Integer], &["bigint", "decimal(10,2)"]),
    ("{0} is null", &[Class::Json], &["tinyint(1)"]),
    ("case when {0} > 1 then {1} end", &[Class::Integer, Class::Text], &["varchar(300)"]),
    ("year({0})", &[Class::Date], &["int"]),
    ("json_value({0}, '$.a')", &[Class::Json], &["varchar(300)"]),
];
const CHECKS: &[(&str, &[Class])] = &[
    ("{0} is null or {0} <> 'zzz'", &[Class::Text]),
    ("char_length({0}) < 40", &[Class::Text]),
    ("{0} >= -100", &[Class::Integer]),
    ("{0} > 0 and {0} < 1000", &[Class::Number]),
    ("{0} in ('a', 'b', 'c d')", &[Class::Text]),
    ("({0}) between 1 and 40 or {0} is null", &[Class::Integer]),
    ("{0} not like '%;--%'", &[Class::Text]),
    ("{0} <> 'b'", &[Class::Choice]),
    ("json_valid({0})", &[Class::Json]),
    ("{0} > '2001-01-01 00:00:00'", &[Class::Moment]),
    ("not ({0} > 5) or {1} is not null", &[Class::Integer, Class::Text]),
    ("{0} * 2 <= {0} + 1000000", &[Class::Integer]),
];
const ACTIONS: &[&str] = &[
    "",
    "",
    " ON DELETE CASCADE",
    " ON DELETE SET NULL ON UPDATE CASCADE",
    " ON DELETE RESTRICT",
    " ON UPDATE NO ACTION ON DELETE NO ACTION",
];
const EVENTS: &[(&str, &str)] = &[
    ("BEFORE INSERT", "SET @seen = new.{0}"),
    ("AFTER UPDATE", "SET @before = old.{0}, @after = new.{0}"),
    ("BEFORE DELETE", "BEGIN\n  IF old.{0} IS NULL THEN SET @gone = 'it''s; NULL'; END IF; -- over\nEND"),
    ("before insert", "begin set @n = coalesce(@n, 0) + 1; set @seen = new.{0}; end"),
];
const PARTITIONS: &[&str] = &[
    "PARTITION BY HASH ({0}) PARTITIONS 3",
    "PARTITION BY HASH ({0}) PARTITIONS 5",
    "PARTITION BY KEY ({0}) PARTITIONS 2",
    "PARTITION BY RANGE ({0}) (PARTITION low VALUES LESS THAN (10), PARTITION rest VALUES LESS THAN MAXVALUE)",
    "PARTITION BY RANGE ({0}) (PARTITION low VALUES LESS THAN (5) COMMENT = 'few', \
     PARTITION mid VALUES LESS THAN (100), PARTITION rest VALUES LESS THAN MAXVALUE)",
];
const VIEWS: &[(&str, &[&[Class]])] = &[
    ("SELECT * FROM {T0}", &[&[]]),
    ("SELECT {0}, count(*) AS n FROM {T0} GROUP BY {0}", &[&[Class::Integer]]),
    ("SELECT a.{0}, b.{1} FROM {T0} AS a JOIN {T1} AS b ON a.{0} = b.{1}", &[&[Class::Integer], &[Class::Integer]]),
    ("SELECT upper({0}) AS u FROM {T0} WHERE {0} LIKE 'a%'", &[&[Class::Text]]),
    ("SELECT {0} FROM {T0} UNION ALL SELECT {1} FROM {T1}", &[&[Class::Text], &[Class::Text]]),
    ("WITH few AS (SELECT {0} FROM {T0} LIMIT 3) SELECT * FROM few", &[&[Class::Integer]]),
    ("select coalesce({0}, 'it''s') c, 1 + 1 as two from {T0} order by 1 desc", &[&[Class::Text]]),
];
/// A view with its own name for what is not there.
pub(crate) const HEADS: &[&str] = &[
    "",
    "",
    "",
    "ALGORITHM=MERGE ",
    "SQL SECURITY INVOKER ",
    "ALGORITHM=TEMPTABLE SQL SECURITY DEFINER ",
    "OR REPLACE ",
];

pub(crate) fn schema(random: &mut Random, product: Product) -> Schema {
    let mut schema = Schema { product, fixtures: [].into(), tables: Vec::new(), views: Vec::new() };
    for fixture in FIXTURES {
        if random.chance(35) {
            schema.fixtures.insert(fixture.key, random.below(fixture.variants.len()));
        }
    }
    for _ in 0..1 + random.below(4) {
        add_table(random, &mut schema);
    }
    for _ in 0..random.below(4) {
        add_foreign_key(random, &mut schema);
    }
    for _ in 0..random.below(3) {
        add_view(random, &mut schema);
    }
    schema
}

pub(crate) fn add_table(random: &mut Random, schema: &mut Schema) {
    let free: Vec<&str> = TABLES.iter().copied().filter(|name| schema.table(name).is_none()).collect();
    let Some(name) = random.any(&free) else { return };
    let mut table = Table {
        name,
        columns: Vec::new(),
        keys: Vec::new(),
        checks: Vec::new(),
        foreign_keys: Vec::new(),
        triggers: Vec::new(),
        partitioning: None,
        collation: random.chance(25).then(|| random.pick(COLLATIONS)),
        options: random.pick(OPTIONS),
        comment: random.chance(15).then(|| random.pick(COMMENTS)),
    };
    for _ in 0..1 + random.below(6) {
        add_column(random, schema.product, &mut table);
    }
    if random.chance(75) {
        table.keys.extend(key(random, &table, Kind::Primary));
    }
    for kind in [Kind::Unique, Kind::Plain, Kind::Plain, Kind::Fulltext] {
        let percent = if kind == Kind::Fulltext { 8 } else { 35 };
        if random.chance(percent) {
            table.keys.extend(key(random, &table, kind));
        }
    }
    for _ in 0..random.below(3) {
        table.checks.extend(check(random, &table));
    }
    if random.chance(20) {
        table.triggers.extend(trigger(random, &table));
    }
    if random.chance(10) {
        table.partitioning = partitioning(random, &table);
    }
    schema.tables.push(table);
}

pub(crate) fn partitioning(random: &mut Random, table: &Table) -> Option<Partitioning> {
    let integers: Vec<_> = table.choices(true).into_iter().filter(|it| it.1 == Class::Integer).collect();
    let (column, _) = random.any(&integers)?;
    Some(Partitioning { template: random.pick(PARTITIONS), column })
}

/// A value that a column of such values can have where nothing else is given.
pub(crate) fn default(random: &mut Random, ty: &str) -> &'static str {
    let long = ty.ends_with("text");
    match class(ty) {
        Class::Integer => random.pick(&["0", "1", "'7'", "(1 + 2)"]),
        Class::Number => random.pick(&["0", "1.5", "'2.25'", "1e1"]),
        Class::Text if long => random.pick(&["('a')", "(concat('a', 'b'))"]),
        Class::Text => random.pick(&["'a'", "''", "'it'", "'é'", "(concat('a', 'b'))"]),
        Class::Bytes if ty == "blob" => "('a')",
        Class::Bytes => random.pick(&["'a'", "x'61'"]),
        Class::Date => random.pick(&["'2024-01-31'", "(curdate())"]),
        Class::Moment => "'2024-01-31 10:20:30'",
        Class::Time => "'10:20:30'",
        Class::Year => "2024",
        Class::Json => random.pick(&["('{}')", "(json_array())"]),
        Class::Bit => random.pick(&["b'1'", "0"]),
        Class::Choice => random.pick(&["'a'", "'b'"]),
        Class::Choices => random.pick(&["'x'", "'x,z'", "''"]),
        Class::Point => "(point(1, 2))",
        Class::Uuid => random.pick(&["(uuid())", "'00000000-0000-4000-8000-000000000001'"]),
        Class::Address => "'::1'",
    }
}

pub(crate) fn ty(random: &mut Random, product: Product) -> &'static str {
    loop {
        let (ty, class) = random.pick(TYPES);
        let only_maria = matches!(class, Class::Uuid | Class::Address);
        if (product == Product::Maria || !only_maria) && (class != Class::Point || random.chance(30)) {
            return ty;
        }
    }
}

pub(crate) fn add_column(random: &mut Random, product: Product, table: &mut Table) {
    let free: Vec<&str> = COLUMNS.iter().copied().filter(|name| table.column(name).is_none()).collect();
    let Some(name) = random.any(&free) else { return };
    let ty = ty(random, product);
    let mut column = Column {
        name: name.to_owned(),
        ty,
        collation: (has_collation(class(ty)) && random.chance(25)).then(|| random.pick(COLLATIONS)),
        not_null: random.chance(35),
        source: Source::Writer,
        comment: random.chance(10).then(|| random.pick(COMMENTS)),
        invisible: random.chance(4),
    };
    column.source = source(random, table, &mut column);
    let at = if random.chance(60) { table.columns.len() } else { random.below(table.columns.len() + 1) };
    table.columns.insert(at, column);
}

/// Where values may come from; a generated column's type follows its expression.
pub(crate) fn source(random: &mut Random, table: &Table, column: &mut Column) -> Source {
    match random.below(20) {
        0..=5 => Source::Default(default(random, column.ty)),
        6..=8 if column.class() == Class::Moment => Source::Now(random.chance(50)),
        6..=8 if column.class() == Class::Integer && column.ty != "tinyint(1)" => Source::Counter,
        9 | 10 => {
            let (template, classes, types) = random.pick(GENERATED);
            let Some(text) = fill(random, table, template, classes, true) else { return Source::Writer };
            column.ty = random.pick(types);
            column.collation = None;
            Source::Generated(text, random.chance(50))
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

fn name(random: &mut Random, percent: usize, prefix: &str) -> Option<String> {
    let number = random.below(40);
    let name = if random.chance(15) { format!("{prefix} No. {number}") } else { format!("{prefix}_{number}") };
    random.chance(percent).then_some(name)
}

pub(crate) fn key(random: &mut Random, table: &Table, kind: Kind) -> Option<Key> {
    let usable = table.columns.iter().filter(|it| match kind {
        Kind::Fulltext => it.class() == Class::Text && !it.is_generated(),
        _ => ![Class::Json, Class::Point].contains(&it.class()),
    });
    let usable: Vec<&Column> = usable.collect();
    random.any(&usable)?;
    let columns = match usable.iter().find(|it| it.name == "id") {
        Some(id) if kind == Kind::Primary && random.chance(60) => vec![*id],
        _ => random.some(&usable, if kind == Kind::Plain { 3 } else { 2 }),
    };
    let part = |random: &mut Random, column: &Column| {
        let may_be_cut = matches!(column.class(), Class::Text | Class::Bytes) && !column.ty.ends_with("(4)");
        let cut = column.is_long() || (may_be_cut && column.ty != "char(3)" && random.chance(20));
        let prefix = (cut && kind != Kind::Fulltext).then(|| random.pick(&[5, 7]));
        Part { column: column.name.clone(), prefix, descending: kind != Kind::Fulltext && random.chance(10) }
    };
    let parts = columns.into_iter().map(|column| part(random, column)).collect();
    let (percent, prefix) = if kind == Kind::Unique { (50, "uq") } else { (70, "ix") };
    let name = if kind == Kind::Primary { None } else { name(random, percent, prefix) };
    let ending = random.pick(&["", "", "", "", " COMMENT 'a key''s note'", " USING BTREE"]);
    let ending = if kind == Kind::Fulltext { "" } else { ending };
    let ignored = matches!(kind, Kind::Unique | Kind::Plain) && random.chance(5);
    Some(Key { name, kind, parts, ending, ignored })
}

pub(crate) fn check(random: &mut Random, table: &Table) -> Option<Check> {
    let text = (0..4).find_map(|_| {
        let (template, classes) = random.pick(CHECKS);
        fill(random, table, template, classes, false)
    })?;
    Some(Check { name: name(random, 50, &format!("ck{}", table.name.len())), text })
}

pub(crate) fn add_foreign_key(random: &mut Random, schema: &mut Schema) {
    let (Some(parent), Some(child)) = (random.any(&schema.tables), random.any(&schema.tables)) else { return };
    let keys: Vec<_> = parent.keys.iter().filter(|it| it.is_whole()).collect();
    let Some(key) = random.any(&keys) else { return };
    let mut columns = Vec::new();
    for parent_column in key.columns().into_iter().filter_map(|it| parent.column(it)) {
        let collation = parent.collation_of(parent_column);
        let same = |it: &&Column| it.ty == parent_column.ty && child.collation_of(it) == collation;
        let fitting = child.columns.iter().filter(same);
        let fitting: Vec<String> =
            fitting.filter(|it| !it.is_generated() && !columns.contains(&it.name)).map(|it| it.name.clone()).collect();
        let Some(column) = random.any(&fitting) else { return };
        columns.push(column);
    }
    let foreign_key = ForeignKey {
        name: name(random, 50, &format!("fk{}", child.name.len())),
        columns,
        parent: parent.name.to_owned(),
        parent_columns: key.columns().into_iter().cloned().collect(),
        actions: random.pick(ACTIONS),
    };
    if let Some(child) = schema.tables.iter_mut().find(|it| it.name == child.name) {
        child.foreign_keys.push(foreign_key);
    }
}

pub(crate) fn trigger(random: &mut Random, table: &Table) -> Option<Trigger> {
    let (event, template) = random.pick(EVENTS);
    let column = random.any(&table.choices(false)).filter(|it| it.1 != Class::Point)?;
    Some(Trigger { name: name(random, 100, "tr")?, event, body: Text { template, columns: vec![column] } })
}

pub(crate) fn add_view(random: &mut Random, schema: &mut Schema) {
    const NAMES: &[&str] = &["v one", "v2", "v3", "totals"];
    let free: Vec<&str> = NAMES.iter().copied().filter(|name| schema.view(name).is_none()).collect();
    let Some(name) = random.any(&free) else { return };
    let mut view = View {
        name,
        head: random.pick(HEADS),
        template: "SELECT * FROM {T0}",
        uses: Vec::new(),
        over: random.any(&schema.views).map(|it| it.name).filter(|_| random.chance(25)),
        ending: "",
    };
    if view.over.is_none() {
        let (template, needs) = random.pick(VIEWS);
        view.template = template;
        for classes in needs {
            let Some(table) = random.any(&schema.tables) else { return };
            let Some(text) = fill(random, &table, template, classes, false) else { return };
            view.uses.push((table.name, text));
        }
        if template.contains("LIKE") {
            view.ending = random.pick(&["", " WITH CHECK OPTION", " WITH LOCAL CHECK OPTION"]);
        }
    }
    schema.views.push(view);
}
