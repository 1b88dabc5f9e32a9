//! Columns: ADD, DROP and ALTER COLUMN.

mod casts;
mod settings;
mod values;

use trueup_contract::{DialectError, Fact, Hazard, Lock, Sql, Step};
use trueup_state::{Address, Column, Generated, Ident, Identity, Qualified, SqlText};

use super::{
    Statement, closure,
    frame::{
        context::{Context, Course},
        names, write,
    },
    objects, online, order, questions,
    table::rows_now,
};
use crate::{
    naming,
    render::{sql, table as render},
};
use casts::Cast;
pub(super) use casts::keeps_bytes as keeps_rows;
pub(super) use values::value_then;

type Name<'a> = (&'a Qualified, &'a Ident);

fn address((table, name): Name<'_>) -> Address {
    Address::Column(table.clone(), name.clone())
}

fn start(context: &Context<'_>, table: &Qualified) -> Sql {
    let known = context.work.after.table(table).or_else(|| context.work.before.table(table));
    render::alter(table, &known.map(|it| it.extra.postgres()).unwrap_or_default())
}

fn column_start(context: &Context<'_>, (table, name): Name<'_>) -> Sql {
    start(context, table).raw("ALTER COLUMN").ident(name)
}

fn exclusive(sql: Sql) -> Statement {
    Statement { lock: Lock::ReadsAndWrites, ..Statement::of(sql.finish()) }
}

/// ADD COLUMN.
pub(super) fn create(context: &Context<'_>, name: Name<'_>, column: &Column) -> Vec<Statement> {
    let (table, own) = name;
    let definition = render::column_definition(own, column, true);
    let add = start(context, table).raw("ADD COLUMN").sql(&definition);
    let is_filled = column.nullable
        || column.extra.postgres().not_null_not_valid
        || column.default.is_some()
        || column.generated.is_some()
        || column.extra.postgres().identity.is_some();
    let rows = rows_now(context, table);
    let hazards = rows.iter().filter(|_| !is_filled).map(|rows| {
        let mut question = questions::rows(&rows.table);
        question.must_be_zero = true;
        Hazard { address: address(name), fact: Fact::AddsRequiredColumn, question: Some(question) }
    });
    let rewrites = rows.is_some()
        && (column.extra.postgres().identity.is_some()
            || column.generated.as_ref().is_some_and(|it| it.stored)
            || column.default.as_ref().is_some_and(is_volatile));
    let statement = Statement {
        undo: Some(start(context, table).raw("DROP COLUMN").ident(own).finish()),
        hazards: hazards.collect(),
        rewrites,
        ..exclusive(add)
    };
    let settings = render::settings(start(context, table), own, column).into_iter().map(Statement::of);
    let identity = column.extra.postgres().identity;
    let privileges = identity.iter().flat_map(|it| objects::of_identity(context.work, table, own, it));
    [statement].into_iter().chain(settings).chain(privileges).collect()
}

/// A new column's default is worked out when the column is made, whether there are rows or not.
pub(super) fn refuse_defaults_that_do_not_fit(context: &Context<'_>) -> Result<(), DialectError> {
    for address in &context.created {
        let Address::Column(table, own) = address else { continue };
        if context.created.contains(&Address::Table(table.clone())) {
            continue;
        }
        let column = context.work.after.table(table).and_then(|it| it.columns.get(own));
        let Some((column, default)) = column.and_then(|it| Some((it, it.default.as_ref()?))) else { continue };
        if values::is_too_long(default, &column.ty) {
            let reason = ["its default ", default.written(), " does not fit into ", column.ty.canonical()].concat();
            return Err(DialectError { address: address.clone(), reason });
        }
    }
    Ok(())
}

/// Whether a default may differ from row to row, so that existing rows are written anew.
fn is_volatile(default: &SqlText) -> bool {
    let text = default.canonical();
    let stable = ["now()", "CURRENT_TIMESTAMP", "CURRENT_DATE", "transaction_timestamp()"];
    text.contains('(') && !stable.iter().any(|it| text.contains(it))
}

/// DROP COLUMN.
pub(super) fn drop(context: &Context<'_>, name: Name<'_>, column: &Column) -> Statement {
    let (table, own) = name;
    let (table_now, own_now) = (context.origins.table(table), context.origins.column(table, own));
    // What is computed from other columns is no data of its own.
    let is_derived = column.generated.is_some();
    let is_foreign = context.work.before.table(table).is_some_and(|it| it.extra.postgres().foreign.is_some());
    let hazard = (!is_derived && !is_foreign).then(|| Hazard {
        address: address(name),
        fact: Fact::DropsColumn,
        question: Some(questions::values(&table_now, &own_now)),
    });
    let is_kept = context.absorbed.values().any(|by| *by == address(name));
    let start = if is_kept { sql("ALTER TABLE ONLY").name(table) } else { start(context, table) };
    Statement { hazards: hazard.into_iter().collect(), ..exclusive(start.raw("DROP COLUMN").ident(own)) }
}

/// How a column gets its new form.
pub(super) fn alter(
    context: &Context<'_>,
    name: Name<'_>,
    (before, after): (&Column, &Column),
) -> Result<Course, DialectError> {
    let Column { ty, nullable, default, generated, collation: _, extra } = before;
    let (old, new) = (extra.postgres(), after.extra.postgres());
    let Some(expression) = generated_course(context, name, generated.as_ref(), after.generated.as_ref()) else {
        return Ok(Course::Recreate);
    };
    // Nothing can be made of the values.
    if casts::is_impossible(ty, &after.ty) {
        return Ok(Course::Recreate);
    }
    let mut statements = Vec::new();
    let retypes = *ty != after.ty || old.collation != new.collation;
    let loses_default = default.is_some() && (after.default.is_none() || old.identity != new.identity);
    if loses_default && !retypes {
        statements.push(Statement { early: true, ..exclusive(column_start(context, name).raw("DROP DEFAULT")) });
    }
    let identities = (old.identity.as_ref(), new.identity.as_ref());
    if let (Some(gone), None) = identities {
        statements.push(drop_identity(context, name, gone));
    }
    statements.extend(expression);
    if retypes {
        statements.push(retype(context, name, (before, after))?);
    }
    if *nullable && !after.nullable {
        statements.extend(forbid_nulls(context, name, after, retypes));
    }
    match identities {
        (None, Some(it)) => statements.extend(add_identity(context, name, after, it)),
        (Some(a), Some(b)) if a != b => statements.extend(settings::identity(context, name, (a, b))),
        (_, _) => (),
    }
    if let Some(text) = &after.default
        && !retypes
        && (*default != after.default || old.identity != new.identity)
    {
        statements.push(exclusive(written(column_start(context, name).raw("SET DEFAULT"), text)));
        statements.extend(carry_on(context, name, identities.0.is_some()));
    }
    if !*nullable && after.nullable {
        statements.push(allow_null(context, name));
    }
    statements.extend(settings::alter(context, name, (before, after), retypes));
    Ok(if retypes { Course::Retype(statements) } else { Course::InPlace(statements) })
}

fn written(sql: Sql, text: &SqlText) -> Sql {
    crate::render::table::written(sql, text)
}

/// The statements for another generation expression; `None` if the column has to be made again.
fn generated_course(
    context: &Context<'_>,
    name: Name<'_>,
    before: Option<&Generated>,
    after: Option<&Generated>,
) -> Option<Vec<Statement>> {
    match (before, after) {
        (a, b) if a == b => Some(Vec::new()),
        (Some(Generated { stored: true, expression: _ }), None) => {
            Some(vec![exclusive(column_start(context, name).raw("DROP EXPRESSION"))])
        }
        // One that is computed when it is read holds no data, and PostgreSQL 18 does not take SET EXPRESSION for it where
        // the table has a check.
        (Some(a), Some(b)) if a.stored && b.stored && context.version.can_set_expression() => {
            let sql = render::enclosed(column_start(context, name).raw("SET EXPRESSION AS"), &b.expression);
            Some(vec![Statement { rewrites: true, ..exclusive(sql) }])
        }
        (_, _) => None,
    }
}

/// ALTER COLUMN TYPE, with the default out of its way.
fn retype(
    context: &Context<'_>,
    name: Name<'_>,
    (before, after): (&Column, &Column),
) -> Result<Statement, DialectError> {
    let (table, own) = name;
    let partitioned = context.work.before.table(table).and_then(|it| it.extra.postgres().partition_by);
    if partitioned.is_some_and(|key| key.mentions(own.text())) {
        let reason = "PostgreSQL cannot change the type of a column of the partition key".to_owned();
        return Err(DialectError { address: address(name), reason });
    }
    let cast = if before.ty == after.ty { Cast::None } else { casts::cast(context, &before.ty, &after.ty) };
    let sql = retype_sql(context, name, (before, after), &cast);
    let hazards = values::hazards(context, name, (before, after));
    let rewrites = before.ty != after.ty && !casts::keeps_bytes(&before.ty, &after.ty);
    Ok(Statement { hazards, rewrites, ..exclusive(sql) })
}

/// `ALTER TABLE … DROP DEFAULT, ALTER COLUMN … TYPE … USING …, SET DEFAULT …`
fn retype_sql(context: &Context<'_>, (table, own): Name<'_>, (before, after): (&Column, &Column), cast: &Cast) -> Sql {
    let mut sql = start(context, table);
    if before.default.is_some() {
        sql = sql.raw("ALTER COLUMN").ident(own).raw("DROP DEFAULT,");
    }
    sql = sql.raw("ALTER COLUMN").ident(own).raw("TYPE").text(&after.ty);
    if let Some(collation) = &after.extra.postgres().collation {
        sql = sql.raw("COLLATE").name(collation);
    }
    // A generated column takes its values from its expression.
    if after.generated.is_none() {
        sql = match cast {
            Cast::None => sql,
            Cast::Direct => sql.raw("USING").ident(own).raw("::").text(&after.ty),
            Cast::Through(middle) => sql.raw("USING").ident(own).raw("::").raw(middle).raw("::").text(&after.ty),
        };
    }
    if let Some(default) = &after.default {
        sql = written(sql.raw(", ALTER COLUMN").ident(own).raw("SET DEFAULT"), default);
    }
    sql
}

/// SET NOT NULL; on a large table after a look for NULL that nobody has to wait for.
fn forbid_nulls(context: &Context<'_>, name: Name<'_>, after: &Column, retypes: bool) -> Vec<Statement> {
    let (table, own) = name;
    let forbid = forbid_null(context, name, after);
    let beside = online::is_large(context, table) && !after.extra.postgres().not_null_not_valid && !retypes;
    if beside { online::not_null(table, own, forbid) } else { vec![forbid] }
}

fn forbid_null(context: &Context<'_>, name: Name<'_>, after: &Column) -> Statement {
    let (table, own) = name;
    let mut statement = exclusive(column_start(context, name).raw("SET NOT NULL"));
    if after.extra.postgres().not_null_not_valid {
        let constraint = naming::not_null_of(table, own, &after.extra.postgres());
        let add = start(context, table).raw("ADD CONSTRAINT").ident(&constraint).raw("NOT NULL").ident(own);
        return exclusive(add.raw("NOT VALID"));
    }
    statement.hazards.extend(no_nulls(context, name));
    statement
}

/// What stands against a column without NULL: the rows that have it there.
fn no_nulls(context: &Context<'_>, name: Name<'_>) -> Option<Hazard> {
    let now = context.origins.column(name.0, name.1);
    let rows = rows_now(context, name.0).filter(|rows| rows.now.columns.contains_key(&now))?;
    let condition = sql("").ident(&now).raw("IS NULL");
    let counts = ["rows of ", &rows.table.to_string(), " where ", now.text(), " is NULL"].concat();
    let fact = Fact::ForbidsNull { default_fills: false };
    Some(Hazard { address: address(name), fact, question: Some(rows.matching(&condition, counts)) })
}

/// DROP NOT NULL comes after the primary key has gone.
fn allow_null(context: &Context<'_>, name: Name<'_>) -> Statement {
    let key = Address::PrimaryKey(name.0.clone());
    let mut statement = exclusive(column_start(context, name).raw("DROP NOT NULL"));
    if let Some(object) = context.work.before.object(&key) {
        statement.names.takes.extend(names::names(&key, object));
    }
    statement
}

fn drop_identity(context: &Context<'_>, name: Name<'_>, gone: &Identity) -> Statement {
    let mut statement = exclusive(column_start(context, name).raw("DROP IDENTITY"));
    statement.names.frees.push(names::identity(name.0, name.1, gone));
    statement.early = true;
    statement
}

/// ADD GENERATED AS IDENTITY; the new sequence goes on behind the greatest value.
fn add_identity(context: &Context<'_>, name: Name<'_>, column: &Column, identity: &Identity) -> Vec<Statement> {
    let sql = render::identity(column_start(context, name).raw("ADD"), column.ty.canonical(), identity);
    let mut statement = exclusive(sql);
    statement.summary = Some(write::summary("generate values of", &address(name)));
    statement.names.takes.push(names::identity(name.0, name.1, identity));
    let privileges = objects::of_identity(context.work, name.0, name.1, identity);
    [statement].into_iter().chain(privileges).chain(carry_on(context, name, true)).collect()
}

/// A new sequence of a column that has values goes on behind the greatest of them.
fn carry_on(context: &Context<'_>, (table, own): Name<'_>, is_new: bool) -> Option<Statement> {
    let column = context.work.after.table(table)?.columns.get(own)?;
    let counts = column.extra.postgres().identity.is_some()
        || column.default.as_ref().is_some_and(|it| it.canonical().contains("nextval("));
    if !is_new || !counts || rows_now(context, table).is_none() {
        return None;
    }
    let quoted = sql("").name(table).finish();
    let sequence = match &column.default {
        Some(default) => {
            let literal = default.canonical().split('\'').nth(1)?.to_owned();
            sql("").string(&literal).raw("::pg_catalog.regclass")
        }
        None => sql("pg_catalog.pg_get_serial_sequence(").string(&quoted).raw(",").string(own.text()).raw(")"),
    };
    let query = sql("SELECT pg_catalog.setval(").sql(&sequence).raw(", max(").ident(own).raw(")) FROM").name(table);
    Some(Statement::of(query.raw("HAVING max(").ident(own).raw(") > 0").finish()))
}

/// The steps that columns take part in because of what happens around them: defaults that go and come again, defaults
/// that had to wait, and types that were made again.
pub(super) fn steps_around(context: &Context<'_>) -> Result<Vec<Step>, DialectError> {
    let mut steps = Vec::new();
    for column in &context.closure.redefaulted {
        steps.extend(drop_default(context, column));
        steps.extend(set_default(context, column));
    }
    for table in context.created.iter() {
        let Address::Table(name) = table else { continue };
        for own in super::table::waiting_defaults(context, name) {
            steps.extend(set_default(context, &Address::Column(name.clone(), own.clone())));
        }
    }
    for column in &context.closure.retyped {
        steps.extend(take_type_again(context, column));
    }
    for ty in &context.closure.renamed_types {
        let (Address::Object(_, name), Some(object)) = (ty, context.work.before.object(ty)) else { continue };
        let mut made = write::steps(ty, "drop old", vec![closure::drop_aside(name, object)]);
        for step in &mut made {
            step.names.takes.push(moment(ty));
            step.changes.extend(Some(ty.clone()).filter(|it| context.altered.contains(it)));
        }
        steps.extend(made);
    }
    Ok(steps)
}

/// When every column has left a type's old form.
fn moment(ty: &Address) -> String {
    ["moment: no column is of the old ", &ty.to_string()].concat()
}

fn drop_default(context: &Context<'_>, column: &Address) -> Vec<Step> {
    let Address::Column(table, own) = column else { return Vec::new() };
    // What the column shall be has its default set, or left out, by its own step.
    let statement = exclusive(column_start(context, (table, own)).raw("DROP DEFAULT"));
    let mut steps = write::steps(column, "drop default of", vec![statement]);
    for step in &mut steps {
        step.releases.extend(context.needs_before.of_object(column).cloned());
        step.requires.push(Address::Table(table.clone()));
    }
    steps
}

fn set_default(context: &Context<'_>, column: &Address) -> Vec<Step> {
    let (Address::Column(table, own), Some(trueup_state::Object::Column(it))) = (column, context.new_form(column))
    else {
        return Vec::new();
    };
    let Some(default) = &it.default else { return Vec::new() };
    let statement = exclusive(written(column_start(context, (table, own)).raw("SET DEFAULT"), default));
    let mut steps = write::steps(column, "set default of", vec![statement]);
    for step in &mut steps {
        let needed: Vec<Address> = context.needs_after.of_object(column).cloned().collect();
        step.names.takes.extend(needed.iter().filter_map(order::overload));
        step.requires.extend(needed);
        step.requires.push(column.clone());
        let is_change = context.created.contains(column) || context.altered.contains(column);
        step.changes.extend(Some(column.clone()).filter(|_| is_change));
    }
    steps
}

/// A column takes the new form of its type.
fn take_type_again(context: &Context<'_>, column: &Address) -> Vec<Step> {
    let Address::Column(table, own) = column else { return Vec::new() };
    let (Some(trueup_state::Object::Column(before)), Some(trueup_state::Object::Column(after))) =
        (context.work.before.object(column), context.new_form(column))
    else {
        return Vec::new();
    };
    let cast = Cast::Through(casts::text_like(&after.ty));
    let sql = retype_sql(context, (table, own), (before, after), &cast);
    let statement =
        Statement { rewrites: true, hazards: values::label_hazards(context, (table, own), before), ..exclusive(sql) };
    let mut steps = write::steps(column, "convert", vec![statement]);
    for step in &mut steps {
        step.requires.extend(context.needs_after.of_object(column).cloned());
        step.removes.push(column.clone());
        step.provides.push(column.clone());
        let types = context.closure.renamed_types.iter().filter(|ty| context.needs_before.has(column, ty));
        step.names.frees.extend(types.map(moment));
    }
    steps
}
