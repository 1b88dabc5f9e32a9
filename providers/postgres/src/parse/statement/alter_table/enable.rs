//! ENABLE and DISABLE TRIGGER and RULE.

use squawk_syntax::{SyntaxNode, ast, ast::AstNode};
use trueup_state::{Address, Definition, Enabled, Ident, PartKind, PostgresObject, Qualified};

use crate::parse::{
    fold::{Fold, Trouble, later, refused, wrong},
    names,
};

/// Say when a trigger or a rule fires.
pub(super) fn enable(fold: &mut Fold<'_>, table: &Qualified, action: &ast::AlterTableAction) -> Result<(), Trouble> {
    let node = action.syntax();
    match action {
        ast::AlterTableAction::EnableTrigger(it) => target(fold, table, it.trigger_target(), node, Enabled::Origin),
        ast::AlterTableAction::DisableTrigger(it) => target(fold, table, it.trigger_target(), node, Enabled::Disabled),
        ast::AlterTableAction::EnableAlwaysTrigger(it) => {
            trigger(fold, table, it.trigger_ref().map(|it| it.syntax().clone()), node, Enabled::Always)
        }
        ast::AlterTableAction::EnableReplicaTrigger(it) => {
            trigger(fold, table, it.trigger_ref().map(|it| it.syntax().clone()), node, Enabled::Replica)
        }
        ast::AlterTableAction::EnableRule(it) => rule(fold, table, it.rule_ref(), node, Enabled::Origin),
        ast::AlterTableAction::DisableRule(it) => rule(fold, table, it.rule_ref(), node, Enabled::Disabled),
        ast::AlterTableAction::EnableAlwaysRule(it) => rule(fold, table, it.rule_ref(), node, Enabled::Always),
        ast::AlterTableAction::EnableReplicaRule(it) => rule(fold, table, it.rule_ref(), node, Enabled::Replica),
        _ => Err(refused(node, "this is not supported in a declared schema", "leave it out, and do it by hand")),
    }
}

fn target(
    fold: &mut Fold<'_>,
    table: &Qualified,
    written: Option<ast::TriggerTarget>,
    node: &SyntaxNode,
    enabled: Enabled,
) -> Result<(), Trouble> {
    match written {
        Some(ast::TriggerTarget::TriggerRef(it)) => trigger(fold, table, Some(it.syntax().clone()), node, enabled),
        Some(ast::TriggerTarget::All(_) | ast::TriggerTarget::User(_)) | None => {
            let all: Vec<Ident> =
                fold.schema.table(table).map(|it| it.triggers.keys().cloned().collect()).unwrap_or_default();
            for name in &all {
                let _ = set(fold, table, name, enabled);
            }
            Ok(())
        }
    }
}

fn trigger(
    fold: &mut Fold<'_>,
    table: &Qualified,
    name: Option<SyntaxNode>,
    node: &SyntaxNode,
    enabled: Enabled,
) -> Result<(), Trouble> {
    let Some(name) = name else { return Err(wrong(node, "a name is missing here")) };
    let own = names::one(&name);
    set(fold, table, &own, enabled).ok_or_else(|| later(&name, ["trigger `", own.text(), "`"].concat()))
}

fn set(fold: &mut Fold<'_>, table: &Qualified, name: &Ident, enabled: Enabled) -> Option<()> {
    let trigger = fold.schema.table_mut(table)?.triggers.get_mut(name)?;
    let mut extra = trigger.extra.postgres();
    extra.enabled = enabled;
    trigger.extra = extra.into();
    Some(())
}

fn rule(
    fold: &mut Fold<'_>,
    table: &Qualified,
    name: Option<ast::RuleRef>,
    node: &SyntaxNode,
    enabled: Enabled,
) -> Result<(), Trouble> {
    let Some(name) = name else { return Err(wrong(node, "a name is missing here")) };
    let own = names::one(name.syntax());
    let address = Address::Part(PartKind::Rule, table.clone(), own.clone());
    match fold.schema.others.get_mut(&address) {
        Some(Definition::Postgres(object)) => {
            if let PostgresObject::Rule(rule) = object.as_mut() {
                rule.enabled = enabled;
            }
            Ok(())
        }
        _ => Err(later(name.syntax(), ["rule `", own.text(), "`"].concat())),
    }
}
