//! Every object but tables and what lies in them: which statements create and drop it; and how those are made that are
//! managed by their definition.

use trueup_contract::Sql;
use trueup_state::{
    Address, Defined, Enabled, Exclude, Ident, Object, ObjectKind, Pair, PartKind, Policy, PostgresObject,
    PostgresTrigger, PostgresView, Qualified, Query, Rule, Schema, Trigger,
};

use super::{attachments, policy, routine, sequence, types, view};
use crate::render::sql;

/// The statements that create an object, in their order: the first makes it, the others complete it. Of a grant, those
/// that lead there from what PostgreSQL gives by itself (since 15, for schema `public`). Empty for tables and what lies
/// in them. `schema` is where the object of a comment is looked up.
pub(crate) fn create(address: &Address, object: Object<'_>, schema: &Schema) -> Vec<String> {
    match (address, object) {
        (Address::Namespace(name), Object::Namespace) => vec![types::namespace(name)],
        (Address::View(name), Object::View(query)) => create_view(name, query),
        (Address::Trigger(owner, name), Object::Trigger(it)) => create_trigger(owner, name, it),
        (_, Object::Postgres(it)) => create_object(address, it, schema),
        (
            _,
            Object::Namespace
            | Object::View(_)
            | Object::Trigger(_)
            | Object::Table(_)
            | Object::Column(_)
            | Object::PrimaryKey(_)
            | Object::Unique(_)
            | Object::Check(_)
            | Object::ForeignKey(_)
            | Object::Index(_)
            | Object::VirtualTable(_)
            | Object::MySql(_),
        ) => Vec::new(),
    }
}

fn create_view(name: &Qualified, query: &Query) -> Vec<String> {
    let PostgresView { options: _, defaults } = query.extra.postgres();
    let defaults = defaults.iter().map(|(column, default)| view::column_default(name, column, Some(default)));
    std::iter::once(view::view(name, query, false)).chain(defaults).collect()
}

fn create_trigger(owner: &Qualified, name: &Ident, trigger: &Trigger) -> Vec<String> {
    let PostgresTrigger { enabled, constraint: _ } = trigger.extra.postgres();
    let state = (enabled != Enabled::Origin).then(|| policy::enabled(owner, "TRIGGER", name, enabled));
    std::iter::once(policy::trigger(name, trigger, false)).chain(state).collect()
}

fn create_object(address: &Address, object: &PostgresObject, schema: &Schema) -> Vec<String> {
    match (address, object) {
        (Address::Object(_, name), PostgresObject::Extension(it)) => vec![types::extension(&name.name, it, schema)],
        (Address::Object(_, name), PostgresObject::Sequence(it)) => {
            let owner = it.owned_by.as_ref().map(|owner| sequence::owned_by(name, Some(owner)));
            std::iter::once(sequence::create(name, it)).chain(owner).collect()
        }
        (Address::Object(_, name), PostgresObject::Enum(it)) => vec![types::enumeration(name, it)],
        (Address::Object(_, name), PostgresObject::Domain(it)) => types::domain(name, it),
        (Address::Object(_, name), PostgresObject::Composite(it)) => vec![types::composite(name, it)],
        (Address::Object(_, name), PostgresObject::MaterializedView(it)) => vec![view::materialized(name, it)],
        (Address::Signed(kind, name, _), PostgresObject::Routine(it)) => vec![routine::create(*kind, name, it, false)],
        (Address::Part(PartKind::Policy, owner, name), PostgresObject::Policy(it)) => {
            vec![create_policy(owner, name, it)]
        }
        (Address::Part(PartKind::Rule, owner, name), PostgresObject::Rule(it)) => create_rule(owner, name, it),
        (Address::Grant(on, role), PostgresObject::Grant(it)) => {
            let sets = Pair { before: &attachments::given(on, role, 15), after: &it.privileges };
            let transfers = attachments::on_object(on, role, sets).unwrap_or_default();
            transfers.into_iter().map(|it| it.sql).collect()
        }
        (Address::DefaultPrivileges(scope, role), PostgresObject::Grant(it)) => {
            let sets = Pair {
                before: &attachments::given_by_default(scope, role, &Ident::default(), 15),
                after: &it.privileges,
            };
            attachments::by_default(scope, role, sets).into_iter().map(|it| it.sql).collect()
        }
        (Address::Comment(on), PostgresObject::Comment(text)) => {
            attachments::comment(on, Some(text), schema).into_iter().collect()
        }
        (Address::Owner(on), PostgresObject::Owner(role)) => attachments::owner(on, role, schema).into_iter().collect(),
        (Address::Object(kind, name), PostgresObject::Defined(it)) => defined(*kind, name, None, it),
        (Address::Signed(kind, name, signature), PostgresObject::Defined(it)) => {
            defined(*kind, name, Some(signature), it)
        }
        (_, PostgresObject::Exclude(Exclude { definition: _, deferral: _ })) => Vec::new(),
        (_, _) => Vec::new(),
    }
}

fn create_policy(owner: &Qualified, name: &Ident, it: &Policy) -> String {
    policy::policy(owner, name, it)
}

fn create_rule(owner: &Qualified, name: &Ident, rule: &Rule) -> Vec<String> {
    let state = (rule.enabled != Enabled::Origin).then(|| policy::enabled(owner, "RULE", name, rule.enabled));
    std::iter::once(policy::rule(name, rule, false)).chain(state).collect()
}

/// The statement that drops an object, if nothing needs it any more. `None`: it takes more than its address to tell, as
/// for a grant, or is a table or lies in one.
pub(crate) fn drop(address: &Address) -> Option<String> {
    let is_ours = match address {
        Address::Namespace(_) | Address::View(_) | Address::Trigger(..) | Address::Object(..) | Address::Signed(..) => {
            true
        }
        Address::Part(kind, _, _) => matches!(kind, PartKind::Policy | PartKind::Rule),
        Address::Table(_)
        | Address::Column(..)
        | Address::PrimaryKey(_)
        | Address::Unique(..)
        | Address::Check(..)
        | Address::ForeignKey(..)
        | Address::Index(..)
        | Address::VirtualTable(_)
        | Address::Grant(..)
        | Address::Comment(_)
        | Address::Owner(_)
        | Address::DefaultPrivileges(..) => false,
    };
    let subject = attachments::subject(sql("DROP"), address, &Schema::default());
    subject.filter(|_| is_ours).map(Sql::finish)
}

/// CREATE and the definition, with the name where this kind of object wants it.
pub(crate) fn defined(kind: ObjectKind, name: &Qualified, signature: Option<&Ident>, it: &Defined) -> Vec<String> {
    let Defined { definition, enabled } = it;
    let head = sql("CREATE");
    let address = match signature {
        Some(signature) => Address::Signed(kind, name.clone(), signature.clone()),
        None => Address::Object(kind, name.clone()),
    };
    let head = match kind {
        ObjectKind::Operator => attachments::operator(head.raw("OPERATOR"), name),
        ObjectKind::Aggregate | ObjectKind::OperatorClass => head.raw(&attachments::keywords(kind)).name(name),
        _ => match attachments::subject(head, &address, &Schema::default()) {
            Some(head) => head,
            None => return Vec::new(),
        },
    };
    let head = if kind == ObjectKind::RangeType { head.raw("AS RANGE") } else { head };
    let pieces = pieces(kind, name, definition.written());
    let (text, later) = pieces.split_first().map_or(("", [].as_slice()), |(first, later)| (first.as_str(), later));
    let statement = if text.is_empty() { head } else { head.raw(text) };
    let state =
        (kind == ObjectKind::EventTrigger && *enabled != Enabled::Origin).then(|| event_trigger(name, *enabled));
    std::iter::once(statement.finish()).chain(later.iter().cloned()).chain(state).collect()
}

/// Where another statement begins in the definition of a text search configuration.
pub(crate) const MAPPING: &str = "ALTER TEXT SEARCH CONFIGURATION ";

/// What stands before the target in the definition of extended statistics.
pub(crate) const STATISTICS: &str = "; SET STATISTICS ";

/// How much is sampled for extended statistics; `-1` leaves it to what columns have.
pub(crate) fn statistics_target(name: &Qualified, target: &str) -> String {
    sql("ALTER STATISTICS").name(name).raw("SET STATISTICS").raw(target).finish()
}

/// A definition as it stands behind the name, and the statements that go on with it.
fn pieces(kind: ObjectKind, name: &Qualified, definition: &str) -> Vec<String> {
    match kind {
        ObjectKind::Statistics => {
            let (first, target) = definition.split_once(STATISTICS).map_or((definition, None), |it| (it.0, Some(it.1)));
            std::iter::once(first.to_owned()).chain(target.map(|it| statistics_target(name, it))).collect()
        }
        ObjectKind::TextSearchConfiguration => {
            let between = ["; ", MAPPING].concat();
            let mut pieces = definition.split(&between);
            let first = pieces.next().unwrap_or_default().to_owned();
            std::iter::once(first).chain(pieces.map(|it| [MAPPING, it].concat())).collect()
        }
        ObjectKind::Publication => {
            let (shows, how) = split_clause(definition, "WITH");
            let shows = shows.strip_prefix("FOR ").map(|it| ["FOR ", &publication_items(it)].concat());
            let how = how.map(|it| sql("WITH (").raw(it).raw(")").finish());
            vec![shows.into_iter().chain(how).collect::<Vec<String>>().join(" ")]
        }
        _ => vec![definition.to_owned()],
    }
}

/// What a publication shows: `TABLE` stands before the first table only, as 14 wants it.
pub(crate) fn publication_items(items: &str) -> String {
    let mut is_table = false;
    let mut each = Vec::new();
    for item in split_list(items) {
        let table = item.strip_prefix("TABLE ");
        each.push(table.filter(|_| is_table).unwrap_or(item));
        // A name without a keyword goes on with the kind before it.
        is_table = table.is_some() || (is_table && !item.starts_with("TABLES "));
    }
    each.join(", ")
}

/// When an event trigger fires.
pub(crate) fn event_trigger(name: &Qualified, enabled: Enabled) -> String {
    sql("ALTER EVENT TRIGGER").name(name).raw(policy::state(enabled)).finish()
}

/// The last clause of this form in a definition, and what stands before it: `OPTIONS (…)`, `WITH (…)`.
pub(crate) fn split_clause<'a>(definition: &'a str, keyword: &str) -> (&'a str, Option<&'a str>) {
    let whole = || (definition.trim_end(), None);
    let Some(inner_end) = definition.trim_end().strip_suffix(')') else { return whole() };
    let Some(open) = opening(inner_end) else { return whole() };
    let before = definition[..open].trim_end();
    let cut = before.len().checked_sub(keyword.len()).filter(|cut| before.is_char_boundary(*cut));
    match cut {
        Some(cut) if before[cut..].eq_ignore_ascii_case(keyword) && is_word_start(&before[..cut]) => {
            (before[..cut].trim_end(), Some(&inner_end[open + 1..]))
        }
        _ => whole(),
    }
}

fn is_word_start(before: &str) -> bool {
    before.is_empty() || before.ends_with(|c: char| c.is_whitespace() || c == ')')
}

/// The parenthesis that is still open at the end of a text.
fn opening(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(it), c) if it == c => quote = None,
            (Some(_), _) => (),
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') => open.push(at),
            (None, ')') => drop_last(&mut open),
            (None, _) => (),
        }
    }
    if quote.is_some() { None } else { open.last().copied() }
}

fn drop_last(open: &mut Vec<usize>) {
    open.pop();
}

/// The pieces of a list between its commas, those inside quotes and parentheses left alone.
pub(crate) fn split_list(list: &str) -> Vec<&str> {
    let (mut depth, mut quote, mut start, mut pieces) = (0_u32, None, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match (quote, c) {
            (Some(it), c) if it == c => quote = None,
            (Some(_), _) => (),
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                pieces.push(list[start..at].trim());
                start = at + 1;
            }
            (None, _) => (),
        }
    }
    pieces.push(list[start..].trim());
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
