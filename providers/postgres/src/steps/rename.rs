//! ALTER … RENAME and SET SCHEMA.

mod along;
mod memory;
mod parts;

use trueup_contract::{DialectError, Lock, Sql, Step};
use trueup_state::{Address, Change, Ident, Object, ObjectKind, PartKind, Qualified};

use super::{
    constraint,
    frame::{context::Context, names::names, write},
};
use crate::render::sql;
pub(crate) use along::renamed_along;
pub(crate) use memory::renamed;

/// The steps of renames, and of constraints and indexes that are only called otherwise.
pub(super) fn steps(context: &Context<'_>) -> Result<Vec<Step>, DialectError> {
    let mut steps = Vec::new();
    for change in context.work.changes {
        if let Change::Rename { from, to } = change
            && parts::taken_along(context, from).is_none()
        {
            steps.push(step(context, from, to)?);
        }
    }
    for (new, old) in &context.renamed {
        let Some(statement) = constraint::rename(context, old, new) else { continue };
        let mut made = write::steps(new, "rename", vec![statement]);
        for step in &mut made {
            step.summary =
                [write::summary("rename", old).as_str(), " to ", new.name().map_or("", Ident::text)].concat();
            step.changes.extend([old.clone(), new.clone()]);
            step.removes.push(old.clone());
            step.provides.push(new.clone());
            step.requires.extend(context.needs_after.of_object(new).cloned());
            let of =
                |address: &Address, object: Option<Object<'_>>| object.map(|it| names(address, it)).unwrap_or_default();
            step.names.frees.extend(of(old, context.work.before.object(old)));
            step.names.takes.extend(of(new, context.work.after.object(new)));
        }
        steps.extend(made);
    }
    Ok(steps)
}

fn step(context: &Context<'_>, from: &Address, to: &Address) -> Result<Step, DialectError> {
    let refused =
        || DialectError { address: from.clone(), reason: ["PostgreSQL cannot rename a ", from.kind()].concat() };
    let mut forth = statements(context, from, to).ok_or_else(refused)?;
    let source = to.owner().map_or_else(|| from.clone(), |owner| from.with_owner(owner));
    forth.extend(parts::statements(context, from, (&source, to))?);
    let mut back = statements(context, to, &source);
    back.iter_mut().for_each(|it| it.extend(parts::statements(context, from, (to, &source)).unwrap_or_default()));
    let mut step = Step {
        summary: summary(from, to),
        action: trueup_contract::Action::Sql(write::script(forth)),
        undo: back.map(write::script),
        changes: vec![to.clone()],
        provides: vec![to.clone()],
        removes: vec![from.clone()],
        lock: Lock::ReadsAndWrites,
        ..Step::default()
    };
    step.names.frees.push(done(to));
    for (old, new) in parts::sequences(context, from) {
        step.changes.push(new.clone());
        step.provides.push(new.clone());
        step.removes.push(old.clone());
        step.names.frees.push(done(new));
    }
    // What is seen of a value is its type.
    if let Address::Part(PartKind::EnumValue, ty, _) = to {
        let ty = Address::Object(ObjectKind::Enum, ty.clone());
        step.requires.push(ty.clone());
        step.changes.push(ty);
    }
    if let Some(object) = context.work.observed.object(from) {
        step.names.frees.extend(names(from, object));
        // What goes and comes again under its new name frees that itself.
        if !context.closure.recreated.contains(to) {
            step.names.takes.extend(names(to, object));
        }
    }
    Ok(step)
}

fn summary(from: &Address, to: &Address) -> String {
    let name = match (from.namespace() == to.namespace() || to.owner().is_some(), to.name(), qualified(to)) {
        (false, _, Some(name)) => name.to_string(),
        (_, Some(name), _) => name.to_string(),
        (_, None, _) => to.to_string(),
    };
    [write::summary("rename", from).as_str(), " to ", &name].concat()
}

/// The statements of a rename. Names before the last renamed part are those to come: the outer rename is done by then.
pub(crate) fn statements(context: &Context<'_>, from: &Address, to: &Address) -> Option<Vec<String>> {
    let (own, new) = (from.name()?, to.name()?);
    let (old_name, new_name) = (qualified(from), qualified(to));
    let alter = match to {
        Address::Namespace(_) => {
            return Some(vec![sql("ALTER SCHEMA").ident(own).raw("RENAME TO").ident(new).finish()]);
        }
        Address::Column(table, _) => {
            let kind = relation_words(context, table);
            return Some(vec![sql(kind).name(table).raw("RENAME COLUMN").ident(own).raw("TO").ident(new).finish()]);
        }
        Address::Unique(table, _)
        | Address::Check(table, _)
        | Address::ForeignKey(table, _)
        | Address::Part(PartKind::Exclude, table, _) => {
            return Some(vec![constraint_rename(sql("ALTER TABLE").name(table), own, new)]);
        }
        Address::Part(PartKind::DomainCheck, domain, _) => {
            return Some(vec![constraint_rename(sql("ALTER DOMAIN").name(domain), own, new)]);
        }
        Address::Part(PartKind::EnumValue, ty, _) => {
            let alter = sql("ALTER TYPE").name(ty).raw("RENAME VALUE").string(own.text());
            return Some(vec![alter.raw("TO").string(new.text()).finish()]);
        }
        Address::Trigger(owner, _) => return Some(vec![on("ALTER TRIGGER", own, owner, new)]),
        Address::Part(PartKind::Policy, owner, _) => return Some(vec![on("ALTER POLICY", own, owner, new)]),
        Address::Part(PartKind::Rule, owner, _) => return Some(vec![on("ALTER RULE", own, owner, new)]),
        Address::Index(owner, _) => {
            let old = Qualified { namespace: owner.namespace.clone(), name: own.clone() };
            return Some(vec![sql("ALTER INDEX").name(&old).raw("RENAME TO").ident(new).finish()]);
        }
        Address::Table(_) => "ALTER TABLE".to_owned(),
        Address::View(_) => "ALTER VIEW".to_owned(),
        Address::Object(kind, _) => ["ALTER ", &object_words(*kind)].concat(),
        Address::Signed(kind, _, _) => ["ALTER ", &kind.words().to_uppercase()].concat(),
        Address::PrimaryKey(_)
        | Address::VirtualTable(_)
        | Address::Grant(..)
        | Address::Comment(_)
        | Address::Owner(_)
        | Address::DefaultPrivileges(..) => return None,
    };
    let start = |name: &Qualified| {
        let sql = sql(&alter).name(name);
        match to {
            Address::Signed(ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Aggregate, _, signature) => {
                sql.raw(&["(", signature.text(), ")"].concat())
            }
            _ => sql,
        }
    };
    let (mut old_name, new_name) = (old_name?, new_name?);
    if namespace_is_renamed(context, to) {
        old_name.namespace.clone_from(&new_name.namespace);
    }
    let moved = Qualified { namespace: old_name.namespace.clone(), name: new_name.name.clone() };
    let mut statements = Vec::new();
    if old_name.name != new_name.name {
        statements.push(start(&old_name).raw("RENAME TO").ident(&new_name.name).finish());
    }
    if old_name.namespace != new_name.namespace {
        statements.push(start(&moved).raw("SET SCHEMA").ident(&new_name.namespace).finish());
    }
    Some(statements)
}

fn constraint_rename(sql: Sql, own: &Ident, new: &Ident) -> String {
    sql.raw("RENAME CONSTRAINT").ident(own).raw("TO").ident(new).finish()
}

fn on(keywords: &str, own: &Ident, owner: &Qualified, new: &Ident) -> String {
    sql(keywords).ident(own).raw("ON").name(owner).raw("RENAME TO").ident(new).finish()
}

fn qualified(address: &Address) -> Option<Qualified> {
    match address {
        Address::Table(name) | Address::View(name) | Address::Object(_, name) | Address::Signed(_, name, _) => {
            Some(name.clone())
        }
        _ => None,
    }
}

fn namespace_is_renamed(context: &Context<'_>, to: &Address) -> bool {
    context.work.changes.iter().any(|change| match change {
        Change::Rename { from: _, to: Address::Namespace(name) } => to.namespace() == Some(name),
        _ => false,
    })
}

fn relation_words(context: &Context<'_>, name: &Qualified) -> &'static str {
    match context.work.before.table(name) {
        Some(table) if table.extra.postgres().foreign.is_some() => "ALTER FOREIGN TABLE",
        Some(_) => "ALTER TABLE",
        None if context.work.before.view(name).is_some() => "ALTER VIEW",
        None => "ALTER TABLE",
    }
}

fn object_words(kind: ObjectKind) -> String {
    match kind {
        ObjectKind::Enum | ObjectKind::CompositeType | ObjectKind::RangeType | ObjectKind::BaseType => {
            "TYPE".to_owned()
        }
        ObjectKind::ForeignServer => "SERVER".to_owned(),
        _ => kind.words().to_uppercase(),
    }
}

/// Whatever is done to a renamed object is done under its name to come.
pub(super) fn follow(context: &Context<'_>, steps: &mut [Step]) {
    let renamed: Vec<&Address> = context
        .work
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::Rename { from: _, to } => Some(to),
            Change::Create(_) | Change::Drop(_) | Change::Alter(_) => None,
        })
        .collect();
    if renamed.is_empty() {
        return;
    }
    for step in steps {
        let is_rename = |to: &Address| {
            step.provides.contains(to) && step.removes.iter().any(|it| it.kind() == to.kind() && it != to)
        };
        let touches = |to: &&&Address| {
            let mut all = step
                .changes
                .iter()
                .chain(&step.provides)
                .chain(&step.removes)
                .chain(&step.requires)
                .chain(&step.releases);
            all.any(|it| {
                it == **to
                    || it.is_within(to)
                    || it.relation().is_some() && it.relation() == to.relation() && to.owner().is_none()
            })
        };
        let needed: Vec<Address> =
            renamed.iter().filter(touches).filter(|to| !is_rename(to)).map(|to| (*to).clone()).collect();
        step.names.takes.extend(needed.iter().map(done));
    }
}

/// When an object has its new name: what goes and comes again under it waits for that, too.
fn done(to: &Address) -> String {
    ["renamed to ", &to.to_string()].concat()
}
