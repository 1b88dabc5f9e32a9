//! Row-level security policies.

use squawk_syntax::{SyntaxNode, ast, ast::AstNode};
use trueup_state::{Address, Definition, Ident, PartKind, Policy, PostgresObject, Qualified};

use super::routine::twice;
use crate::parse::{
    fold::{Fold, FoldResult, Folded, Trouble, later, wrong},
    names,
};

/// CREATE, ALTER and DROP POLICY.
pub(crate) fn fold(fold: &mut Fold<'_>, stmt: &ast::Stmt) -> Option<FoldResult> {
    Some(match stmt {
        ast::Stmt::CreatePolicy(it) => create(fold, it),
        ast::Stmt::AlterPolicy(it) => alter(fold, it),
        ast::Stmt::DropPolicy(it) => remove(fold, it),
        _ => return None,
    })
}

fn on(fold: &Fold<'_>, whole: &SyntaxNode, it: Option<ast::OnTable>) -> Result<Qualified, Trouble> {
    let node = it.and_then(|it| it.table_name_ref()).ok_or_else(|| wrong(whole, "a table is missing here"))?;
    fold.table(node.syntax())
}

fn create(fold: &mut Fold<'_>, it: &ast::CreatePolicy) -> FoldResult {
    let node = it.syntax();
    let name = it.policy().ok_or_else(|| wrong(node, "a name is missing here"))?;
    let table = on(fold, node, it.on_table())?;
    let address = Address::Part(PartKind::Policy, table.clone(), names::one(name.syntax()));
    if fold.schema.object(&address).is_some() {
        return Err(twice(name.syntax(), "policy", true));
    }
    let kind = it.as_policy_type().and_then(|it| it.ident_token()).map(|it| names::ident(it.text()));
    let permissive = match kind.as_ref().map(Ident::text) {
        None | Some("permissive") => true,
        Some("restrictive") => false,
        Some(_) => return Err(wrong(node, "a policy is `PERMISSIVE` or `RESTRICTIVE`")),
    };
    let command = match it.policy_command().and_then(|it| it.command()) {
        None | Some(ast::PolicyCommandKind::PolicyCommandAll(_)) => "all",
        Some(ast::PolicyCommandKind::PolicyCommandSelect(_)) => "select",
        Some(ast::PolicyCommandKind::PolicyCommandInsert(_)) => "insert",
        Some(ast::PolicyCommandKind::PolicyCommandUpdate(_)) => "update",
        Some(ast::PolicyCommandKind::PolicyCommandDelete(_)) => "delete",
    };
    let using = it.using_expr_clause().and_then(|it| it.expr());
    let check = it.with_check_expr_clause().and_then(|it| it.expr());
    let policy = Policy {
        permissive,
        command: command.to_owned(),
        roles: it.policy_roles().map_or_else(|| vec![Ident::from("public")], |it| roles(fold, &it)),
        using: using.as_ref().map(|it| fold.text(it.syntax())),
        check: check.as_ref().map(|it| fold.text(it.syntax())),
    };
    fold.mentions.remove(&address);
    for expression in using.iter().chain(&check) {
        fold.mention(&address, expression.syntax());
    }
    fold.mention_relation(&address, table);
    fold.schema.put(&address, Definition::Postgres(Box::new(PostgresObject::Policy(policy))));
    Ok(Folded::Object(address))
}

/// Sorted, each once; `public` among them makes the others mean nothing.
fn roles(fold: &Fold<'_>, it: &ast::PolicyRoles) -> Vec<Ident> {
    let own = &fold.target.cluster().role;
    let each = |it: ast::RoleRef| match it.role_ref_value() {
        Some(ast::RoleRefValue::RoleNameRef(name)) => names::one(name.syntax()),
        Some(value) if own.is_empty() => names::one(value.syntax()),
        Some(_) => own.clone(),
        None => names::one(it.syntax()),
    };
    let mut all: Vec<Ident> = it.role_ref_list().into_iter().flat_map(|it| it.role_refs()).map(each).collect();
    all.sort();
    all.dedup();
    let public = Ident::from("public");
    if all.contains(&public) { vec![public] } else { all }
}

fn missing(name: &SyntaxNode) -> Trouble {
    later(name, ["policy ", name.text().to_string().trim()].concat())
}

fn alter(fold: &mut Fold<'_>, it: &ast::AlterPolicy) -> FoldResult {
    let node = it.syntax();
    let (Some(name), Some(action)) = (it.policy_ref(), it.action()) else {
        return Err(wrong(node, "this is not understood"));
    };
    let table = on(fold, node, it.on_table())?;
    let before = Address::Part(PartKind::Policy, table.clone(), names::one(name.syntax()));
    let Some(mut definition) = fold.schema.object(&before).map(|it| it.to_definition()) else {
        return Err(missing(name.syntax()));
    };
    match action {
        ast::AlterPolicyAction::PolicyRenameTo(it) => {
            let to = it.policy().ok_or_else(|| wrong(node, "a name is missing here"))?;
            let after = Address::Part(PartKind::Policy, table, names::one(to.syntax()));
            if fold.schema.object(&after).is_some() {
                return Err(twice(to.syntax(), "policy", true));
            }
            fold.readdress(&before, &after);
            fold.schema.remove(&before);
            fold.schema.put(&after, definition);
        }
        ast::AlterPolicyAction::AlterPolicyTo(it) => {
            change(fold, &before, &it, &mut definition);
            fold.schema.put(&before, definition);
        }
    }
    Ok(Folded::Nothing)
}

fn change(fold: &mut Fold<'_>, address: &Address, it: &ast::AlterPolicyTo, definition: &mut Definition) {
    let Definition::Postgres(object) = definition else { return };
    let PostgresObject::Policy(policy) = object.as_mut() else { return };
    if let Some(to) = it.policy_roles() {
        policy.roles = roles(fold, &to);
    }
    if let Some(expression) = it.using_expr_clause().and_then(|it| it.expr()) {
        fold.mention(address, expression.syntax());
        policy.using = Some(fold.text(expression.syntax()));
    }
    if let Some(expression) = it.with_check_expr_clause().and_then(|it| it.expr()) {
        fold.mention(address, expression.syntax());
        policy.check = Some(fold.text(expression.syntax()));
    }
}

fn remove(fold: &mut Fold<'_>, it: &ast::DropPolicy) -> FoldResult {
    let node = it.syntax();
    let if_exists = it.if_exists().is_some();
    let table = match on(fold, node, it.on_table()) {
        Err(Trouble::Later { .. }) if if_exists => return Ok(Folded::Nothing),
        other => other?,
    };
    let name = it.policy_ref().ok_or_else(|| wrong(node, "a name is missing here"))?;
    let address = Address::Part(PartKind::Policy, table, names::one(name.syntax()));
    fold.mentions.remove(&address);
    match fold.schema.remove(&address) {
        None if !if_exists => Err(missing(name.syntax())),
        _ => Ok(Folded::Nothing),
    }
}
