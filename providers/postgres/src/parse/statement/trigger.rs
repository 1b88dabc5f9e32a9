//! Triggers. Invariant: the text of a trigger is what `pg_get_triggerdef` of PostgreSQL 14 to 18 prints after its name,
//! but for the spelling of the condition.

use squawk_syntax::{SyntaxNode, ast, ast::AstNode};
use trueup_state::{
    Address, Definition, PartKind, PostgresObject, PostgresTrigger, Qualified, Schema, SqlText, Trigger,
};

use super::routine::twice;
use crate::parse::{
    fold::{Fold, FoldResult, Folded, Trouble, later, wrong},
    names,
};

/// CREATE, ALTER and DROP TRIGGER.
pub(crate) fn fold(fold: &mut Fold<'_>, stmt: &ast::Stmt) -> Option<FoldResult> {
    Some(match stmt {
        ast::Stmt::CreateTrigger(it) => create(fold, it),
        ast::Stmt::AlterTrigger(it) => alter(fold, it),
        ast::Stmt::DropTrigger(it) => remove(fold, it),
        _ => return None,
    })
}

/// The table or view that is named.
pub(super) fn relation(fold: &Fold<'_>, node: &SyntaxNode) -> Result<Qualified, Trouble> {
    let is_there = |name: &Qualified| fold.schema.table(name).is_some() || fold.schema.view(name).is_some();
    let found = fold.candidates(node).into_iter().find(is_there);
    found.ok_or_else(|| later(node, ["table ", node.text().to_string().trim()].concat()))
}

fn on(fold: &Fold<'_>, whole: &SyntaxNode, it: Option<ast::OnRelation>) -> Result<Qualified, Trouble> {
    let node = it.and_then(|it| it.relation_name_ref()).ok_or_else(|| wrong(whole, "a table is missing here"))?;
    relation(fold, node.syntax())
}

fn create(fold: &mut Fold<'_>, it: &ast::CreateTrigger) -> FoldResult {
    let node = it.syntax();
    let name = it.trigger().ok_or_else(|| wrong(node, "a name is missing here"))?;
    let table = on(fold, node, it.on_relation())?;
    let address = Address::Trigger(table.clone(), names::one(name.syntax()));
    let is_there = fold.schema.object(&address).is_some();
    if is_there && it.or_replace().is_none() {
        return Err(twice(name.syntax(), "trigger", false));
    }
    let function = function(fold, it)?;
    let definition = definition(fold, it, &table, &function)?;
    let extra = PostgresTrigger { constraint: it.constraint_token().is_some(), ..PostgresTrigger::default() };
    fold.mentions.remove(&address);
    if let Some(condition) = it.when_condition() {
        fold.mention(&address, condition.syntax());
    }
    for event in it.trigger_event_list().into_iter().flat_map(|it| it.trigger_events()) {
        fold.mention(&address, event.syntax());
    }
    let other = it.from_table().and_then(|it| it.table_name_ref());
    if let Some(other) = &other {
        fold.mention(&address, other.syntax());
    }
    fold.mention_relation(&address, table);
    fold.mention_routine(&address, function.name);
    fold.schema.put(&address, Definition::Trigger(Trigger { definition, extra: extra.into() }));
    Ok(Folded::Object(address))
}

/// A call as it stands in a trigger.
struct Function {
    name: Qualified,
    arguments: Vec<String>,
}

fn function(fold: &Fold<'_>, it: &ast::CreateTrigger) -> Result<Function, Trouble> {
    let node = it.syntax();
    let call = it.call_expr().ok_or_else(|| wrong(node, "a function is missing here"))?;
    let name = call.expr().ok_or_else(|| wrong(call.syntax(), "a function is missing here"))?;
    let arguments = call.arg_list().into_iter().flat_map(|it| it.args()).map(|it| argument(&it)).collect();
    Ok(Function { name: fold.routine_name(name.syntax()), arguments })
}

/// Whatever is written, the function gets it as a string.
fn argument(it: &ast::Arg) -> String {
    match it.expr() {
        Some(ast::Expr::Literal(literal)) => {
            names::string(&literal).unwrap_or_else(|| literal.syntax().text().to_string().to_ascii_lowercase())
        }
        _ => names::one(it.syntax()).text().to_owned(),
    }
}

fn definition(
    fold: &Fold<'_>,
    it: &ast::CreateTrigger,
    table: &Qualified,
    function: &Function,
) -> Result<SqlText, Trouble> {
    let mut text = String::new();
    text.push_str(match it.timing() {
        Some(ast::Timing::TimingBefore(_)) => "BEFORE",
        Some(ast::Timing::TimingInsteadOf(_)) => "INSTEAD OF",
        Some(ast::Timing::TimingAfter(_)) | None => "AFTER",
    });
    text.push_str(&events(it));
    text.push_str(&[" ON ", &names::qualified(table), " "].concat());
    if it.constraint_token().is_some() {
        text.push_str(&deferral(fold, it));
    }
    text.push_str(&transition_tables(it));
    text.push_str(match it.trigger_level() {
        Some(ast::TriggerLevel::ForEachRow(_)) => "FOR EACH ROW ",
        Some(ast::TriggerLevel::ForEachStatement(_)) | None => "FOR EACH STATEMENT ",
    });
    let written = match it.when_condition() {
        Some(condition) => {
            let expression =
                condition.expr().ok_or_else(|| wrong(condition.syntax(), "a condition is missing here"))?;
            [&text, "WHEN (", fold.written(expression.syntax()).trim(), ") "].concat()
        }
        None => text,
    };
    let arguments: Vec<String> =
        function.arguments.iter().map(|it| ["'", &it.replace('\'', "''"), "'"].concat()).collect();
    let name = function_name(&function.name);
    Ok(fold.sql_text(&[&written, "EXECUTE FUNCTION ", &name, "(", &arguments.join(", "), ")"].concat()))
}

/// What is in `pg_catalog` needs no schema.
fn function_name(name: &Qualified) -> String {
    if name.namespace.text() == "pg_catalog" { names::quoted(&name.name) } else { names::qualified(name) }
}

/// In the order in which PostgreSQL prints them, whatever the order they are given in.
fn events(it: &ast::CreateTrigger) -> String {
    let (mut insert, mut delete, mut update, mut truncate) = (None, None, None, None);
    for event in it.trigger_event_list().into_iter().flat_map(|it| it.trigger_events()) {
        match event {
            ast::TriggerEvent::TriggerEventInsert(_) => insert = Some("INSERT".to_owned()),
            ast::TriggerEvent::TriggerEventDelete(_) => delete = Some("DELETE".to_owned()),
            ast::TriggerEvent::TriggerEventTruncate(_) => truncate = Some("TRUNCATE".to_owned()),
            ast::TriggerEvent::TriggerEventUpdate(it) => {
                let columns: Vec<String> =
                    it.column_name_refs().map(|it| names::quoted(&names::one(it.syntax()))).collect();
                let of = if columns.is_empty() { String::new() } else { [" OF ", &columns.join(", ")].concat() };
                update = Some(["UPDATE", &of].concat());
            }
        }
    }
    let all: Vec<String> = [insert, delete, update, truncate].into_iter().flatten().collect();
    [" ", &all.join(" OR ")].concat()
}

fn deferral(fold: &Fold<'_>, it: &ast::CreateTrigger) -> String {
    let mut text = String::new();
    if let Some(other) = it.from_table().and_then(|it| it.table_name_ref()) {
        let name = fold.relation_name(other.syntax());
        text.push_str(&["FROM ", &names::qualified(&name), " "].concat());
    }
    let (mut deferrable, mut deferred) = (false, false);
    for option in it.constraint_options() {
        match option {
            ast::ConstraintOption::DeferrableConstraintOption(_) => deferrable = true,
            ast::ConstraintOption::NotDeferrableConstraintOption(_) => deferrable = false,
            ast::ConstraintOption::InitiallyDeferredConstraintOption(_) => (deferrable, deferred) = (true, true),
            ast::ConstraintOption::InitiallyImmediateConstraintOption(_) => deferred = false,
            ast::ConstraintOption::NotValid(_)
            | ast::ConstraintOption::NoInherit(_)
            | ast::ConstraintOption::Inherit(_)
            | ast::ConstraintOption::NotEnforced(_)
            | ast::ConstraintOption::Enforced(_) => (),
        }
    }
    text.push_str(if deferrable { "DEFERRABLE INITIALLY " } else { "NOT DEFERRABLE INITIALLY " });
    text.push_str(if deferred { "DEFERRED " } else { "IMMEDIATE " });
    text
}

fn transition_tables(it: &ast::CreateTrigger) -> String {
    let (mut old, mut new) = (String::new(), String::new());
    for table in it.referencing().into_iter().flat_map(|it| it.referencing_tables()) {
        match table {
            ast::ReferencingTable::OldTable(it) => {
                let name = it.transition_relation_name().map(|it| names::quoted(&names::one(it.syntax())));
                old = ["OLD TABLE AS ", &name.unwrap_or_default(), " "].concat();
            }
            ast::ReferencingTable::NewTable(it) => {
                let name = it.transition_relation_name().map(|it| names::quoted(&names::one(it.syntax())));
                new = ["NEW TABLE AS ", &name.unwrap_or_default(), " "].concat();
            }
        }
    }
    if old.is_empty() && new.is_empty() { String::new() } else { ["REFERENCING ", &old, &new].concat() }
}

fn alter(fold: &mut Fold<'_>, it: &ast::AlterTrigger) -> FoldResult {
    let node = it.syntax();
    let Some(ast::AlterTriggerAction::TriggerRenameTo(rename)) = it.action() else { return Ok(Folded::Nothing) };
    let table = on(fold, node, it.on_relation())?;
    let (Some(from), Some(to)) = (it.trigger_ref(), rename.trigger()) else {
        return Err(wrong(node, "a name is missing here"));
    };
    let before = Address::Trigger(table.clone(), names::one(from.syntax()));
    let after = Address::Trigger(table, names::one(to.syntax()));
    let Some(object) = fold.schema.object(&before).map(|it| it.to_definition()) else {
        return Err(later(from.syntax(), ["trigger ", from.syntax().text().to_string().trim()].concat()));
    };
    fold.readdress(&before, &after);
    fold.schema.remove(&before);
    fold.schema.put(&after, object);
    Ok(Folded::Nothing)
}

fn remove(fold: &mut Fold<'_>, it: &ast::DropTrigger) -> FoldResult {
    let node = it.syntax();
    let if_exists = it.if_exists().is_some();
    let table = match on(fold, node, it.on_relation()) {
        Err(Trouble::Later { .. }) if if_exists => return Ok(Folded::Nothing),
        other => other?,
    };
    let name = it.trigger_ref().ok_or_else(|| wrong(node, "a name is missing here"))?;
    let address = Address::Trigger(table, names::one(name.syntax()));
    match fold.schema.object(&address) {
        Some(_) => {
            fold.mentions.remove(&address);
            fold.schema.remove(&address);
        }
        None if if_exists => (),
        None => return Err(later(name.syntax(), ["trigger ", name.syntax().text().to_string().trim()].concat())),
    }
    Ok(Folded::Nothing)
}

/// Triggers and rules say which relation they are on: let them say its new name.
pub(crate) fn relation_renamed(schema: &mut Schema, from: &Qualified, to: &Qualified) {
    let change = |text: &mut SqlText, before: &str, after: &str| {
        let form = |name: &Qualified| [before, &names::qualified(name), after].concat();
        let (from, to) = (form(from), form(to));
        if text.canonical().contains(&from) {
            let renamed = |text: &str| text.replacen(&from, &to, 1);
            *text = SqlText::new(renamed(text.canonical()), renamed(text.written()));
        }
    };
    for namespace in schema.namespaces.values_mut() {
        let of_tables = namespace.tables.values_mut().flat_map(|it| it.triggers.values_mut());
        let of_views = namespace.views.values_mut().flat_map(|it| it.triggers.values_mut());
        for trigger in of_tables.chain(of_views) {
            change(&mut trigger.definition, " ON ", " ");
            change(&mut trigger.definition, " FROM ", " ");
        }
    }
    let is_on = |it: &Address, name: &Qualified| it.owner() == Some(name);
    for (address, object) in &mut schema.others {
        if let (Address::Part(PartKind::Rule, _, _), Definition::Postgres(object)) = (address, object)
            && (is_on(address, from) || is_on(address, to))
            && let PostgresObject::Rule(rule) = object.as_mut()
        {
            change(&mut rule.definition, " TO ", " ");
        }
    }
}
