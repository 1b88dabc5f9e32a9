//! Questions: statements that make something temporary, and one that reads it back.

use indexmap::IndexMap;
use serde_json::{Value, json};
use trueup_contract::{Inspection, Sql};
use trueup_state::{
    Address, Column, Definition, Domain, Ident, Index, Object, ObjectKind, PartKind, PostgresObject, PostgresTable,
    Qualified, Query, Routine, RoutineBody, Schema, SqlText, Term,
};

use super::Changes;
use crate::{canonical::quoted, render};

/// The name of what needs one and has none of its own.
const NAME: &str = "trueup_question";

/// Questions about one table, or about something without one.
pub(super) struct Family {
    /// The temporary table that all of them need.
    table: Option<Made>,
    /// What is asked.
    pub(super) questions: Vec<Question>,
}

/// How a temporary table is made.
enum Made {
    /// From columns.
    Of { name: Qualified, columns: Vec<(Ident, SqlText)>, partition_by: Option<SqlText> },
    /// With the columns of a view or materialized view.
    Like(Qualified),
}

/// One question.
pub(super) struct Question {
    /// Tells the answer apart from others.
    pub(super) number: u64,
    /// What it is about.
    pub(super) address: Address,
    /// As it is declared.
    pub(super) definition: Definition,
    run: Vec<String>,
    read: String,
}

impl Family {
    pub(super) fn to_json(&self) -> Value {
        let items = self.questions.iter().map(|it| json!({ "number": it.number, "run": it.run, "read": it.read }));
        let mut json = json!({ "items": items.collect::<Vec<Value>>() });
        match &self.table {
            None => (),
            Some(Made::Like(name)) => {
                let like =
                    sql("CREATE TEMPORARY TABLE").name(&temporary(&name.name)).raw("AS SELECT * FROM").name(name);
                json["like"] = like.raw("WITH NO DATA").finish().into();
            }
            Some(Made::Of { name, columns, partition_by }) => {
                json["create"] = sql("CREATE TEMPORARY TABLE").name(&temporary(&name.name)).finish().into();
                let columns = columns.iter().map(|(name, ty)| json!([sql("").ident(name).finish(), ty.canonical()]));
                json["columns"] = columns.collect();
                json["tail"] = partition_by.as_ref().map(|it| sql("PARTITION BY").text(it).finish()).into();
            }
        }
        json
    }
}

fn sql(keywords: &str) -> Sql {
    render::sql(keywords)
}

fn temporary(name: &Ident) -> Qualified {
    Qualified { namespace: Ident::from("pg_temp"), name: name.clone() }
}

/// A relation for the catalogue: `'pg_temp.name'::regclass`.
fn regclass(sql: Sql, name: &Ident) -> Sql {
    let text = render::sql("").name(&temporary(name)).finish();
    sql.string(&text).raw("::regclass")
}

/// The namespace in which something is that is made as a temporary object.
pub(super) fn home(address: &Address) -> Option<&Qualified> {
    match address {
        Address::Object(_, name) | Address::Signed(_, name, _) => Some(name),
        _ => address.relation(),
    }
}

/// The texts of an object.
pub(super) fn texts<'a>(object: &Object<'a>) -> Vec<&'a SqlText> {
    match object {
        Object::Column(it) => it.default.iter().chain(it.generated.iter().map(|it| &it.expression)).collect(),
        Object::Check(it) => vec![&it.expression],
        Object::Index(it) => {
            let parts = it.parts.iter().filter_map(|it| match &it.term {
                Term::Expression(text) => Some(text),
                Term::Column(_) => None,
            });
            parts.chain(&it.predicate).collect()
        }
        Object::Trigger(it) => vec![&it.definition],
        Object::View(it) => vec![&it.definition],
        Object::Postgres(it) => it.texts(),
        Object::Namespace
        | Object::Table(_)
        | Object::PrimaryKey(_)
        | Object::Unique(_)
        | Object::ForeignKey(_)
        | Object::VirtualTable(_)
        | Object::MySql(_) => Vec::new(),
    }
}

/// Everything that can be asked about these objects.
pub(super) fn families(
    declared: &Schema,
    inspection: &Inspection,
    differing: &[Address],
    changes: &Changes,
) -> Vec<Family> {
    let mut tables: IndexMap<Qualified, Family> = IndexMap::new();
    let mut alone = Vec::new();
    for (number, address) in differing.iter().enumerate() {
        let (Some(object), Some(_)) = (declared.object(address), inspection.schema.object(address)) else { continue };
        let is_query = matches!(object, Object::View(_) | Object::Postgres(_));
        if is_query && texts(&object).iter().any(|it| changes.alter(it)) {
            continue;
        }
        let Some((run, read)) = statements(address, object, declared) else { continue };
        let question =
            Question { number: number as u64, address: address.clone(), definition: object.to_definition(), run, read };
        match table_of(address, object) {
            None => alone.push(Family { table: None, questions: vec![question] }),
            Some(table) => {
                let Some(made) = made(&table, declared) else { continue };
                let family = tables.entry(table);
                family.or_insert_with(|| Family { table: Some(made), questions: Vec::new() }).questions.push(question);
            }
        }
    }
    tables.into_values().chain(alone).collect()
}

/// The table that has to be made for a question.
fn table_of(address: &Address, object: Object<'_>) -> Option<Qualified> {
    match (address, object) {
        (Address::Table(name), Object::Table(extra)) => {
            let PostgresTable { partition_of, .. } = extra.postgres();
            Some(partition_of.map_or_else(|| name.clone(), |it| it.parent))
        }
        _ => address.owner().cloned(),
    }
}

fn made(name: &Qualified, declared: &Schema) -> Option<Made> {
    let Some(table) = declared.table(name) else {
        let is_there = declared.view(name).is_some()
            || declared.others.contains_key(&Address::Object(ObjectKind::MaterializedView, name.clone()));
        return is_there.then(|| Made::Like(name.clone()));
    };
    let mut columns: IndexMap<Ident, SqlText> = IndexMap::new();
    let mut waiting = vec![table];
    let mut depth = 0;
    while let Some(table) = waiting.pop() {
        depth += 1;
        for (name, column) in &table.columns {
            columns.entry(name.clone()).or_insert_with(|| column.ty.clone());
        }
        let extra = table.extra.postgres();
        let parents = extra.inherits.iter().chain(extra.partition_of.as_ref().map(|it| &it.parent));
        if depth < 1000 {
            waiting.extend(parents.filter_map(|it| declared.table(it)));
        }
    }
    let partition_by = table.extra.postgres().partition_by;
    Some(Made::Of { name: name.clone(), columns: columns.into_iter().collect(), partition_by })
}

/// What makes a temporary object, and what reads it back. `None`: there is nothing to ask.
fn statements(address: &Address, object: Object<'_>, declared: &Schema) -> Option<(Vec<String>, String)> {
    match (address, object) {
        (Address::Column(table, name), Object::Column(it)) => column(table, name, it),
        (Address::Check(table, _), Object::Check(it)) => Some(check(table, &it.expression)),
        (Address::Index(table, _), Object::Index(it)) => index(table, it),
        (Address::Trigger(table, name), Object::Trigger(it)) => trigger(table, name, it, declared),
        (Address::View(name), Object::View(it)) => Some(view(name, it)),
        (Address::Table(name), Object::Table(extra)) => partitioned(name, &extra.postgres(), declared),
        (_, Object::Postgres(it)) => postgres(address, it, declared),
        _ => None,
    }
}

fn postgres(address: &Address, object: &PostgresObject, _declared: &Schema) -> Option<(Vec<String>, String)> {
    match (address, object) {
        (Address::Object(ObjectKind::MaterializedView, name), PostgresObject::MaterializedView(it)) => {
            let query = Query { definition: it.definition.clone(), extra: Default::default() };
            Some(view(name, &query))
        }
        (Address::Object(_, name), PostgresObject::Domain(it)) => Some(domain(name, it)),
        (Address::Signed(kind, name, _), PostgresObject::Routine(it)) => routine(*kind, name, it),
        (Address::Part(PartKind::Exclude, table, _), PostgresObject::Exclude(it)) => {
            let add = sql("ALTER TABLE").name(&temporary(&table.name)).raw("ADD CONSTRAINT").raw(NAME).raw("EXCLUDE");
            let read = constraint("pg_get_constraintdef(oid)", &table.name);
            Some((vec![add.text(&it.definition).finish()], read))
        }
        (Address::Part(PartKind::Policy, table, name), PostgresObject::Policy(it)) => {
            let mut policy = it.clone();
            policy.roles = vec![Ident::from("public")];
            let read = sql("SELECT ARRAY[pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)]")
                .raw("FROM pg_policy WHERE polname =")
                .string(name.text())
                .raw("AND polrelid =");
            let read = regclass(read, &table.name).finish();
            Some((vec![render::policy::policy(&temporary(&table.name), name, &policy)], read))
        }
        (Address::Part(PartKind::Rule, table, name), PostgresObject::Rule(it)) => {
            let mut rule = it.clone();
            rule.definition = at(&it.definition, " TO ", table)?;
            let read = sql("SELECT ARRAY[pg_get_ruledef(oid)] FROM pg_rewrite WHERE rulename =");
            let read = regclass(read.string(name.text()).raw("AND ev_class ="), &table.name).finish();
            Some((vec![render::policy::rule(name, &rule, false)], read))
        }
        _ => None,
    }
}

/// A definition that names the temporary table where it names its own.
fn at(definition: &SqlText, word: &str, table: &Qualified) -> Option<SqlText> {
    let own = [&quoted(table.namespace.text()), ".", &quoted(table.name.text())].concat();
    let written = definition.written();
    let place = [word, &own].concat();
    let start = written.find(&place)?;
    let rest = &written[start + place.len()..];
    let named = render::sql("").name(&temporary(&table.name)).finish();
    let text = [&written[..start], word, &named, rest].concat();
    Some(SqlText::new(text.clone(), text))
}

fn column(table: &Qualified, name: &Ident, it: &Column) -> Option<(Vec<String>, String)> {
    let alter = sql("ALTER TABLE").name(&temporary(&table.name));
    let (alter, name) = match (&it.generated, &it.default) {
        (Some(generated), _) => {
            let add = alter.raw("ADD COLUMN").raw(NAME).raw(it.ty.canonical()).raw("GENERATED ALWAYS AS (");
            // Stored or not, the expression reads the same, and only newer servers compute it when read.
            (add.text(&generated.expression).raw(") STORED"), Ident::from(NAME))
        }
        (None, Some(default)) => {
            (alter.raw("ALTER COLUMN").ident(name).raw("SET DEFAULT (").text(default).raw(")"), name.clone())
        }
        (None, None) => return None,
    };
    Some((vec![alter.finish()], sql("SELECT ARRAY[").sql(&default_of(table, &name)).raw("]").finish()))
}

/// The default of a column, or the expression of a generated one.
fn default_of(table: &Qualified, column: &Ident) -> Sql {
    let read = sql("(SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d JOIN pg_attribute a")
        .raw("ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE a.attname =")
        .string(column.text())
        .raw("AND d.adrelid =");
    regclass(read, &table.name).raw(")")
}

fn check(table: &Qualified, expression: &SqlText) -> (Vec<String>, String) {
    let add = sql("ALTER TABLE").name(&temporary(&table.name)).raw("ADD CONSTRAINT").raw(NAME).raw("CHECK (");
    (vec![add.text(expression).raw(")").finish()], constraint("pg_get_expr(conbin, conrelid)", &table.name))
}

fn constraint(what: &str, table: &Ident) -> String {
    let read = sql("SELECT ARRAY[").raw(what).raw("] FROM pg_constraint WHERE conname =").string(NAME);
    regclass(read.raw("AND conrelid ="), table).finish()
}

fn index(table: &Qualified, it: &Index) -> Option<(Vec<String>, String)> {
    if texts(&Object::Index(it)).is_empty() {
        return None;
    }
    let extra = it.extra.postgres();
    let create =
        sql("CREATE INDEX").raw(NAME).raw("ON").name(&temporary(&table.name)).raw("USING").ident(&extra.method);
    let create = create.list(&it.parts, |sql, part| {
        let extra = part.extra.postgres();
        let sql = match &part.term {
            Term::Column(name) => sql.ident(name),
            Term::Expression(text) => sql.raw("(").text(text).raw(")"),
        };
        let sql = extra.collation.iter().fold(sql, |sql, it| sql.raw("COLLATE").name(it));
        extra.operator_class.iter().fold(sql, |sql, it| sql.name(it))
    });
    let create = it.predicate.iter().fold(create, |sql, it| sql.raw("WHERE (").text(it).raw(")"));
    let mut read = sql("SELECT ARRAY[pg_get_expr(indpred, indrelid)");
    for number in 1..=it.parts.len() {
        read = read.raw(", pg_get_indexdef(indexrelid,").raw(&number.to_string()).raw(", false)");
    }
    let read = regclass(read.raw("] FROM pg_index WHERE indexrelid ="), &Ident::from(NAME)).finish();
    Some((vec![create.finish()], read))
}

fn trigger(
    table: &Qualified,
    name: &Ident,
    it: &trueup_state::Trigger,
    declared: &Schema,
) -> Option<(Vec<String>, String)> {
    // Those of views have no condition, and a temporary view would need another query.
    declared.table(table)?;
    let mut trigger = it.clone();
    trigger.definition = at(&it.definition, " ON ", table)?;
    let read = sql("SELECT ARRAY[pg_get_triggerdef(oid)] FROM pg_trigger WHERE tgname =").string(name.text());
    let read = regclass(read.raw("AND tgrelid ="), &table.name).finish();
    Some((vec![render::policy::trigger(name, &trigger, false)], read))
}

fn view(name: &Qualified, it: &Query) -> (Vec<String>, String) {
    let query = Query { definition: it.definition.clone(), extra: Default::default() };
    let real = sql("").name(name).finish();
    let read = regclass(sql("SELECT ARRAY[pg_get_viewdef("), &name.name).raw("),");
    let read = columns(read, |sql| regclass(sql, &name.name)).raw(",");
    let read = columns(read, |sql| sql.raw("to_regclass(").string(&real).raw(")")).raw("]").finish();
    (vec![render::view::view(&temporary(&name.name), &query, false)], read)
}

/// The columns of a relation, with what has to stay when a view is replaced.
fn columns(sql: Sql, relation: impl Fn(Sql) -> Sql) -> Sql {
    let sql = sql
        .raw("(SELECT jsonb_agg(jsonb_build_array(attname, format_type(atttypid, atttypmod), attcollation::int8)")
        .raw("ORDER BY attnum)::text FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped AND attrelid =");
    relation(sql).raw(")")
}

fn domain(name: &Qualified, it: &Domain) -> (Vec<String>, String) {
    let mut create = sql("CREATE DOMAIN").name(&temporary(&name.name)).raw("AS").raw(it.ty.canonical());
    if let Some(collation) = &it.collation {
        create = create.raw("COLLATE").name(collation);
    }
    if let Some(default) = &it.default {
        create = create.raw("DEFAULT (").text(default).raw(")");
    }
    let regtype = |sql: Sql| {
        let text = render::sql("").name(&temporary(&name.name)).finish();
        sql.string(&text).raw("::regtype")
    };
    let read = sql("SELECT ARRAY[(SELECT pg_get_expr(typdefaultbin, 0) FROM pg_type WHERE oid =");
    let mut read = regtype(read).raw(")");
    for (name, check) in &it.checks {
        create = create.raw("CONSTRAINT").ident(name).raw("CHECK (").text(&check.expression).raw(")");
        let one = read.raw(", (SELECT pg_get_expr(conbin, 0) FROM pg_constraint WHERE conname =").string(name.text());
        read = regtype(one.raw("AND contypid =")).raw(")");
    }
    (vec![create.finish()], read.raw("]").finish())
}

fn routine(kind: ObjectKind, name: &Qualified, it: &Routine) -> Option<(Vec<String>, String)> {
    let has_texts = matches!(it.body, RoutineBody::Sql(_)) || it.arguments.iter().any(|it| it.default.is_some());
    if !has_texts || kind == ObjectKind::Aggregate {
        return None;
    }
    let mut read = sql("SELECT ARRAY[pg_get_function_sqlbody(oid)");
    for number in 1..=it.arguments.len() {
        read = read.raw(", pg_get_function_arg_default(oid,").raw(&number.to_string()).raw(")");
    }
    let read =
        read.raw("] FROM pg_proc WHERE pronamespace = pg_my_temp_schema() AND proname =").string(name.name.text());
    Some((vec![render::routine::create(kind, &temporary(&name.name), it, false)], read.finish()))
}

/// The partition key, the bound and the defaults of its own that a table has.
fn partitioned(name: &Qualified, table: &PostgresTable, declared: &Schema) -> Option<(Vec<String>, String)> {
    let mut run = Vec::new();
    let mut reads = Vec::new();
    let own = &name.name;
    if let Some(partition) = &table.partition_of {
        declared.table(&partition.parent)?;
        let create = sql("CREATE TEMPORARY TABLE").name(&temporary(own)).raw("PARTITION OF");
        let create = create.name(&temporary(&partition.parent.name)).text(&partition.bound);
        let create = table.partition_by.iter().fold(create, |sql, it| sql.raw("PARTITION BY").text(it));
        run.push(create.finish());
    }
    if table.partition_by.is_some() {
        reads.push(regclass(sql("pg_get_partkeydef("), own).raw(")"));
    }
    if table.partition_of.is_some() {
        let read = sql("(SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid =");
        reads.push(regclass(read, own).raw(")"));
    }
    for (column, it) in &table.overrides {
        if let Some(default) = &it.default {
            let alter = sql("ALTER TABLE").name(&temporary(own)).raw("ALTER COLUMN").ident(column);
            run.push(alter.raw("SET DEFAULT (").text(default).raw(")").finish());
            reads.push(default_of(name, column));
        }
    }
    if reads.is_empty() {
        return None;
    }
    let read = reads.iter().enumerate().fold(sql("SELECT ARRAY["), |sql, (at, it)| {
        let sql = if at > 0 { sql.raw(",") } else { sql };
        sql.sql(it)
    });
    Some((run, read.raw("]").finish()))
}
