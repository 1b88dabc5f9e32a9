//! Rewrite rules. Invariant: the text of a rule is what `pg_get_ruledef` of PostgreSQL 14 to 18 prints after `AS`, but
//! for the spelling of its condition and of its statements.

use squawk_syntax::{SyntaxNode, ast, ast::AstNode};
use trueup_state::{Address, Definition, Enabled, PartKind, PostgresObject, Qualified, Rule, SqlText};

use super::{routine::twice, trigger::relation};
use crate::parse::{
    fold::{Fold, FoldResult, Folded, Trouble, later, wrong},
    names,
};

/// CREATE, ALTER and DROP RULE.
pub(crate) fn fold(fold: &mut Fold<'_>, stmt: &ast::Stmt) -> Option<FoldResult> {
    Some(match stmt {
        ast::Stmt::CreateRule(it) => create(fold, it),
        ast::Stmt::AlterRule(it) => alter(fold, it),
        ast::Stmt::DropRule(it) => remove(fold, it),
        _ => return None,
    })
}

fn on(fold: &Fold<'_>, whole: &SyntaxNode, it: Option<ast::RelationNameRef>) -> Result<Qualified, Trouble> {
    let node = it.ok_or_else(|| wrong(whole, "a table is missing here"))?;
    relation(fold, node.syntax())
}

fn create(fold: &mut Fold<'_>, it: &ast::CreateRule) -> FoldResult {
    let node = it.syntax();
    let (Some(name), Some(event), Some(action)) = (it.rule(), it.rule_on(), it.rule_do()) else {
        return Err(wrong(node, "this rule is not understood"));
    };
    let table = on(fold, node, event.relation_name_ref())?;
    let address = Address::Part(PartKind::Rule, table.clone(), names::one(name.syntax()));
    if fold.schema.object(&address).is_some() && it.or_replace().is_none() {
        return Err(twice(name.syntax(), "rule", true));
    }
    let definition = definition(fold, &event, &action, &table)?;
    fold.mentions.remove(&address);
    if let Some(condition) = event.where_clause() {
        fold.mention(&address, condition.syntax());
    }
    fold.mention(&address, action.syntax());
    fold.mention_relation(&address, table);
    let object = PostgresObject::Rule(Rule { definition, enabled: Enabled::default() });
    fold.schema.put(&address, Definition::Postgres(Box::new(object)));
    Ok(Folded::Object(address))
}

fn definition(fold: &Fold<'_>, on: &ast::RuleOn, action: &ast::RuleDo, table: &Qualified) -> Result<SqlText, Trouble> {
    let event = on.rule_event().ok_or_else(|| wrong(on.syntax(), "an event is missing here"))?;
    let word = event.syntax().text().to_string().trim().to_ascii_uppercase();
    if word == "SELECT" {
        return Err(wrong(on.syntax(), "a rule on SELECT makes a view of a table: declare the view"));
    }
    let mut text = ["ON ", &word, " TO ", &names::qualified(table)].concat();
    if let Some(condition) = on.where_clause().and_then(|it| it.expr()) {
        text.push_str(&[" WHERE ", fold.written(condition.syntax()).trim()].concat());
    }
    text.push_str(if action.instead_token().is_some() { " DO INSTEAD " } else { " DO " });
    match action.rule_action() {
        Some(ast::RuleAction::Nothing(_)) => text.push_str("NOTHING"),
        Some(ast::RuleAction::RuleStmt(it)) => text.push_str(&statement(fold, it.syntax())),
        Some(ast::RuleAction::RuleStmtList(list)) => {
            let all: Vec<String> = list.rule_stmts().map(|it| statement(fold, it.syntax())).collect();
            match all.as_slice() {
                [one] => text.push_str(one),
                all => text.push_str(&["( ", &all.join("; "), "; )"].concat()),
            }
        }
        None => return Err(wrong(action.syntax(), "this action is not understood")),
    }
    Ok(fold.sql_text(&text))
}

fn statement(fold: &Fold<'_>, node: &SyntaxNode) -> String {
    fold.written(node).trim().trim_end_matches(';').trim_end().to_owned()
}

fn alter(fold: &mut Fold<'_>, it: &ast::AlterRule) -> FoldResult {
    let node = it.syntax();
    let table = on(fold, node, it.on_relation().and_then(|it| it.relation_name_ref()))?;
    let (Some(from), Some(to)) = (it.rule_ref(), it.rule_rename_to().and_then(|it| it.rule())) else {
        return Err(wrong(node, "a name is missing here"));
    };
    let before = Address::Part(PartKind::Rule, table.clone(), names::one(from.syntax()));
    let after = Address::Part(PartKind::Rule, table, names::one(to.syntax()));
    let Some(object) = fold.schema.object(&before).map(|it| it.to_definition()) else {
        return Err(later(from.syntax(), ["rule ", from.syntax().text().to_string().trim()].concat()));
    };
    fold.readdress(&before, &after);
    fold.schema.remove(&before);
    fold.schema.put(&after, object);
    Ok(Folded::Nothing)
}

fn remove(fold: &mut Fold<'_>, it: &ast::DropRule) -> FoldResult {
    let node = it.syntax();
    let if_exists = it.if_exists().is_some();
    let table = match on(fold, node, it.on_relation().and_then(|it| it.relation_name_ref())) {
        Err(Trouble::Later { .. }) if if_exists => return Ok(Folded::Nothing),
        other => other?,
    };
    let name = it.rule_ref().ok_or_else(|| wrong(node, "a name is missing here"))?;
    let address = Address::Part(PartKind::Rule, table, names::one(name.syntax()));
    fold.mentions.remove(&address);
    match fold.schema.remove(&address) {
        None if !if_exists => Err(later(name.syntax(), ["rule ", name.syntax().text().to_string().trim()].concat())),
        _ => Ok(Folded::Nothing),
    }
}
