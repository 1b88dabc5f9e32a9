//! Policies, rules and triggers.

use trueup_contract::Sql;
use trueup_state::{Enabled, Ident, Pair, Policy, PostgresTrigger, Qualified, Rule, Trigger};

use super::attachments::role;
use crate::render::sql;

/// CREATE TRIGGER; the definition names the table. When it fires is said by another statement.
pub(crate) fn trigger(name: &Ident, trigger: &Trigger, replace: bool) -> String {
    let Trigger { definition, extra } = trigger;
    let PostgresTrigger { enabled: _, constraint } = extra.postgres();
    let keywords = match (constraint, replace) {
        (true, _) => "CREATE CONSTRAINT TRIGGER",
        (false, true) => "CREATE OR REPLACE TRIGGER",
        (false, false) => "CREATE TRIGGER",
    };
    sql(keywords).ident(name).text(definition).finish()
}

/// CREATE RULE; the definition names the table. When it fires is said by another statement.
pub(crate) fn rule(name: &Ident, rule: &Rule, replace: bool) -> String {
    let Rule { definition, enabled: _ } = rule;
    sql(if replace { "CREATE OR REPLACE RULE" } else { "CREATE RULE" }).ident(name).raw("AS").text(definition).finish()
}

/// When a trigger or a rule (`what`) fires.
pub(crate) fn enabled(owner: &Qualified, what: &str, name: &Ident, enabled: Enabled) -> String {
    sql("ALTER TABLE").name(owner).raw(state(enabled)).raw(what).ident(name).finish()
}

/// `ENABLE ALWAYS`
pub(crate) fn state(enabled: Enabled) -> &'static str {
    match enabled {
        Enabled::Origin => "ENABLE",
        Enabled::Always => "ENABLE ALWAYS",
        Enabled::Replica => "ENABLE REPLICA",
        Enabled::Disabled => "DISABLE",
    }
}

/// CREATE POLICY.
pub(crate) fn policy(table: &Qualified, name: &Ident, policy: &Policy) -> String {
    let Policy { permissive, command, roles, using, check } = policy;
    let mut sql = sql("CREATE POLICY").ident(name).raw("ON").name(table);
    if !permissive {
        sql = sql.raw("AS RESTRICTIVE");
    }
    if command != "all" {
        sql = sql.raw("FOR").raw(&command.to_uppercase());
    }
    if !is_everybody(roles) {
        sql = to_roles(sql, roles);
    }
    if let Some(using) = using {
        sql = sql.raw("USING (").text(using).raw(")");
    }
    if let Some(check) = check {
        sql = sql.raw("WITH CHECK (").text(check).raw(")");
    }
    sql.finish()
}

/// ALTER POLICY with what is not as it was. `None`: it must be made again, for a policy's command and kind stay, and an
/// expression can be replaced and not taken away.
pub(crate) fn alter_policy(table: &Qualified, name: &Ident, forms: Pair<&Policy>) -> Option<String> {
    let Policy { permissive, command, roles, using, check } = forms.after;
    let before = forms.before;
    let loses = |was: bool, is: bool| was && !is;
    if before.permissive != *permissive
        || before.command != *command
        || loses(before.using.is_some(), using.is_some())
        || loses(before.check.is_some(), check.is_some())
    {
        return None;
    }
    let mut sql = sql("ALTER POLICY").ident(name).raw("ON").name(table);
    if before.roles != *roles {
        sql = to_roles(sql, roles);
    }
    if let Some(using) = using.as_ref().filter(|it| before.using.as_ref() != Some(it)) {
        sql = sql.raw("USING (").text(using).raw(")");
    }
    if let Some(check) = check.as_ref().filter(|it| before.check.as_ref() != Some(it)) {
        sql = sql.raw("WITH CHECK (").text(check).raw(")");
    }
    Some(sql.finish())
}

fn is_everybody(roles: &[Ident]) -> bool {
    roles.iter().all(|it| it.text() == "public")
}

fn to_roles(sql: Sql, roles: &[Ident]) -> Sql {
    let mut sql = sql.raw("TO");
    if roles.is_empty() {
        return sql.raw("PUBLIC");
    }
    for (at, it) in roles.iter().enumerate() {
        sql = role(if at > 0 { sql.raw(",") } else { sql }, it);
    }
    sql
}
