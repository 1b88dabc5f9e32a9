//! Objects that are managed by their definition: most are made again, some can take over what is new.

use trueup_contract::{DialectError, Work};
use trueup_state::{Address, Defined, Ident, ObjectKind, Pair, Qualified};

use super::{Alteration, Statement, all, range, state, uses};
use crate::{
    render::sql,
    steps::Alteration::{InPlace, Recreate},
    steps::objects::text::{attachments, defined},
};

/// An object with a name of its own.
pub(super) fn alter(
    work: &Work<'_>,
    address: &Address,
    (kind, name): (ObjectKind, &Qualified),
    forms: Pair<&Defined>,
) -> Result<Alteration, DialectError> {
    let Pair { before, after } = forms;
    let is_same = before.definition == after.definition;
    Ok(match kind {
        ObjectKind::EventTrigger if is_same => {
            let states = forms.map(|it| it.enabled);
            InPlace(state(states, |it| defined::event_trigger(name, it)).into_iter().collect())
        }
        ObjectKind::Publication => publication(name, forms),
        ObjectKind::ForeignDataWrapper | ObjectKind::ForeignServer => {
            options(|| sql("ALTER").raw(&attachments::keywords(kind)).name(name), forms)
        }
        ObjectKind::RangeType | ObjectKind::BaseType if !uses::kept(work, name).is_empty() => {
            if kind == ObjectKind::BaseType {
                let reason = "columns are of it, and there is no way around a base type".to_owned();
                return Err(DialectError { address: address.clone(), reason });
            }
            let create = defined::defined(kind, name, None, after);
            InPlace(range::through_text(work, address, name, create)?)
        }
        _ => Recreate,
    })
}

/// An object that its name alone does not tell.
pub(super) fn alter_signed(
    (kind, name, signature): (ObjectKind, &Qualified, &Ident),
    forms: Pair<&Defined>,
) -> Alteration {
    if kind != ObjectKind::UserMapping {
        return Recreate;
    }
    options(|| attachments::role(sql("ALTER USER MAPPING FOR"), signature).raw("SERVER").ident(&name.name), forms)
}

/// What a publication shows and how; whether it shows all tables is settled when it is made.
fn publication(name: &Qualified, forms: Pair<&Defined>) -> Alteration {
    let Pair { before, after } = forms.map(|it| defined::split_clause(it.definition.written(), "WITH"));
    let shows = |head: &str| head.strip_prefix("FOR ").filter(|it| !it.starts_with("ALL ")).map(str::to_owned);
    let (was, is) = (shows(before.0), shows(after.0));
    let action = || sql("ALTER PUBLICATION").name(name);
    let mut statements = Vec::new();
    if before.0 != after.0 {
        let (Some(_), Some(is)) = (was, is) else { return Recreate };
        statements.push(action().raw("SET").raw(&is).finish());
    }
    if before.1 != after.1 {
        let named = |list: Option<&str>| -> Vec<String> {
            let pieces = list.map(defined::split_list).unwrap_or_default();
            pieces.into_iter().filter_map(|it| it.split('=').next()).map(|it| it.trim().to_owned()).collect()
        };
        // What is not said any more has a default that is not ours to guess.
        let (had, has) = (named(before.1), named(after.1));
        let (true, Some(list)) = (had.iter().all(|it| has.contains(it)), after.1) else { return Recreate };
        statements.push(action().raw("SET (").raw(list).raw(")").finish());
    }
    InPlace(all(statements))
}

/// `OPTIONS (…)` with what is to be added, set and dropped, where nothing else differs.
fn options(head: impl Fn() -> trueup_contract::Sql, forms: Pair<&Defined>) -> Alteration {
    let Pair { before, after } = forms.map(|it| defined::split_clause(it.definition.written(), "OPTIONS"));
    if before.0 != after.0 {
        return Recreate;
    }
    let (Some(was), Some(is)) = (pairs(before.1), pairs(after.1)) else { return Recreate };
    let value = |all: &[(String, String)], key: &str| all.iter().find(|(it, _)| it == key).map(|(_, it)| it.clone());
    let mut actions: Vec<String> = Vec::new();
    for (key, _) in was.iter().filter(|(key, _)| value(&is, key).is_none()) {
        actions.push(["DROP ", key].concat());
    }
    for (key, new) in &is {
        match value(&was, key) {
            None => actions.push(["ADD ", key, " ", new].concat()),
            Some(old) if old != *new => actions.push(["SET ", key, " ", new].concat()),
            Some(_) => (),
        }
    }
    if actions.is_empty() {
        return InPlace(Vec::new());
    }
    InPlace(vec![Statement::of(head().raw("OPTIONS (").raw(&actions.join(", ")).raw(")").finish())])
}

/// The names and values of options, each as it is written. `None`: it is no list of options.
fn pairs(list: Option<&str>) -> Option<Vec<(String, String)>> {
    let pieces = list.map(defined::split_list).unwrap_or_default();
    let pair = |piece: &str| {
        let at = piece.find('\'')?;
        let at = if piece[..at].trim_end_matches(['E', 'e']).ends_with(' ') {
            piece[..at].trim_end_matches(['E', 'e']).len()
        } else {
            at
        };
        Some((piece[..at].trim().to_owned(), piece[at..].to_owned())).filter(|(key, _)| !key.is_empty())
    };
    pieces.into_iter().map(pair).collect()
}
