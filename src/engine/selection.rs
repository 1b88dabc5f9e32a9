//! Which of all differences are ours to change.

use std::collections::BTreeSet;

use trueup_contract::Depends;
use trueup_state::{Address, Change, Pair, References, Schema, diff};

use super::{EngineError, Pattern, Unmanaged};

/// What decides.
pub(super) struct Input<'a> {
    /// What is there, after renames.
    pub(super) before: &'a Schema,
    /// What is declared.
    pub(super) desired: &'a Schema,
    /// Whether an object is looked at.
    pub(super) covers: &'a dyn Fn(&Address) -> bool,
    /// Whether an object that is there stays, as the source's format could not have declared it.
    pub(super) beyond: &'a dyn Fn(&Address) -> bool,
    /// Whether an object that is there is ours.
    pub(super) owned: &'a dyn Fn(&Address) -> bool,
    /// Whether an object must never be dropped.
    pub(super) protected: &'a dyn Fn(&Address) -> bool,
    pub(super) unmanaged: Unmanaged,
    pub(super) ignore: &'a [Pattern],
    pub(super) exclude: &'a [Pattern],
    pub(super) targets: &'a [Address],
    /// Which object needs which, where the database says it.
    pub(super) depends: Option<&'a Depends>,
}

/// The outcome.
pub(super) struct Selection {
    /// What changes.
    pub(super) changes: Vec<Change>,
    /// What will be there.
    pub(super) target: Schema,
    /// What is kept because it is not ours.
    pub(super) unmanaged: Vec<Address>,
    /// What is kept because the source could not have declared it.
    pub(super) beyond: Vec<Address>,
    /// Whether something was left out that the declarations ask for.
    pub(super) partial: bool,
}

pub(super) fn select(input: &Input<'_>) -> Result<Selection, EngineError> {
    let is_nowhere = |it: &&Address| input.before.object(it).is_none() && input.desired.object(it).is_none();
    if let Some(target) = input.targets.iter().find(is_nowhere) {
        let what =
            ["`--target ", &target.to_string(), "`: there is no such object, declared or in the database"].concat();
        return Err(EngineError::Wrong {
            what,
            hint: "correct the address; `trueup explain` knows names that are near".to_owned(),
        });
    }
    let mut all = diff(Pair { before: input.before, after: input.desired });
    all.retain(|change| (input.covers)(change.address()));
    let (beyond, all): (Vec<Change>, Vec<Change>) =
        all.into_iter().partition(|it| matches!(it, Change::Drop(address) if (input.beyond)(address)));
    let matches = |patterns: &[Pattern], change: &Change| patterns.iter().any(|it| it.matches(change.address()));
    let beyond = beyond.iter().filter(|it| !matches(input.ignore, it)).map(|it| it.address().clone()).collect();
    let (ignored, seen): (Vec<Change>, Vec<Change>) = all.into_iter().partition(|change| matches(input.ignore, change));
    let (left_out, wanted): (Vec<Change>, Vec<Change>) = match targeted(input, &seen) {
        Some(wanted) => seen.into_iter().partition(|change| !wanted.contains(change.address())),
        None => seen.into_iter().partition(|change| matches(input.exclude, change)),
    };
    let mut selection = Selection {
        changes: Vec::new(),
        target: input.before.clone(),
        unmanaged: Vec::new(),
        beyond,
        partial: !left_out.is_empty() || !input.targets.is_empty(),
    };
    let needed = needed(input, &wanted);
    for change in wanted {
        if let Change::Drop(address) = &change {
            if needed.iter().any(|it| is_or_goes_with(address, it)) {
                selection.unmanaged.push(address.clone());
                continue;
            }
            if keeps(input, &mut selection, address)? {
                continue;
            }
        }
        selection.changes.push(change);
    }
    refuse_to_take_along(input, &selection, ignored.iter().chain(&left_out))?;
    for change in &selection.changes {
        // The changes were computed from these very schemas.
        let applied = selection.target.apply(change, input.desired);
        debug_assert!(applied.is_ok(), "{applied:?}");
    }
    declared_column_order(&mut selection.target, input.desired);
    refuse_to_leave_dangling(input, &selection)?;
    Ok(selection)
}

/// What is not ours, not declared, and cannot go, as what stays as it is cannot be without it: an extension that somebody
/// else installs, whose operator classes declared indexes use.
fn needed(input: &Input<'_>, wanted: &[Change]) -> BTreeSet<Address> {
    let mut needed = BTreeSet::new();
    let Some(depends) = input.depends else { return needed };
    let changed: BTreeSet<&Address> = wanted.iter().map(Change::address).collect();
    // What lies in a table or hangs on an object is told by that.
    let stands_alone = |it: &Address| it.owner().is_none() && it.subject().is_none();
    // A call reads the same and means another routine of that name once this one is gone.
    let has_heir = |it: &Address| match it {
        Address::Signed(_, name, _) => {
            input.desired.others.keys().any(|other| matches!(other, Address::Signed(_, it, _) if it == name))
        }
        _ => false,
    };
    let goes = |it: &Address| stands_alone(it) && !(input.owned)(it) && changed.contains(it) && !has_heir(it);
    let is_kept = |it: &Address| {
        (input.desired.object(it).is_some() && !changed.contains(it))
            || (input.before.object(it).is_some() && (input.beyond)(it))
    };
    let mut open: Vec<&Address> = depends.keys().filter(|it| is_kept(it)).collect();
    while let Some(address) = open.pop() {
        let of_object = depends.get(address).into_iter().flatten();
        let dropped = of_object.filter(|it| goes(it) && input.desired.object(it).is_none());
        open.extend(dropped.filter(|it| needed.insert((*it).clone())));
    }
    needed
}

/// Whether an object is another, lies in it or hangs on it. That a namespace stays says nothing of what is in it.
fn is_or_goes_with(address: &Address, whole: &Address) -> bool {
    let is_inside = !matches!(whole, Address::Namespace(_)) && address.is_within(whole);
    address == whole || is_inside || address.subject().is_some_and(|it| is_or_goes_with(it, whole))
}

/// Whether a drop is left out because the object is not ours. A drop of a protected object is refused.
fn keeps(input: &Input<'_>, selection: &mut Selection, address: &Address) -> Result<bool, EngineError> {
    let is_ours = |address: &Address| input.unmanaged == Unmanaged::Drop || (input.owned)(address);
    // What goes with its owner is told by the owner's name.
    let owner = undeclared_owner(input, address);
    if !is_ours(address) {
        let kept_owner = owner.filter(|it| !is_ours(it));
        if input.unmanaged == Unmanaged::Error {
            let named = kept_owner.as_ref().unwrap_or(address);
            let what = ["`", &named.to_string(), "` is there, not declared and not ours"].concat();
            let hint = "declare it, ignore it in trueup.toml, or use `--unmanaged keep`".to_owned();
            return Err(EngineError::Refused { what, hint });
        }
        if kept_owner.is_none() {
            selection.unmanaged.push(address.clone());
        }
        return Ok(true);
    }
    if (input.protected)(address) {
        let owner = owner.filter(|it| (input.protected)(it));
        let named = owner.as_ref().unwrap_or(address);
        let what = ["`", &named.to_string(), "` is protected and no longer declared; it is never dropped"].concat();
        let hint = "declare it again, `trueup state unprotect` it, or `trueup state forget` it".to_owned();
        return Err(EngineError::Refused { what, hint });
    }
    Ok(false)
}

/// The table or view that an object is in, if that is not declared either.
fn undeclared_owner(input: &Input<'_>, address: &Address) -> Option<Address> {
    let owner = address.owner()?;
    let owners = [Address::Table(owner.clone()), Address::View(owner.clone())];
    owners.into_iter().find(|it| input.before.object(it).is_some() && input.desired.object(it).is_none())
}

/// The addresses that `--target` asks for, with everything they need; `None` without targets.
fn targeted(input: &Input<'_>, seen: &[Change]) -> Option<BTreeSet<Address>> {
    if input.targets.is_empty() {
        return None;
    }
    let names = |address: &Address| {
        input.targets.iter().any(|target| {
            let whole = matches!(target, Address::Table(_) | Address::View(_) | Address::VirtualTable(_));
            target == address || (whole && target.relation() == address.relation())
        })
    };
    let references = References::of(input.desired);
    let mut wanted: BTreeSet<Address> = seen.iter().map(Change::address).filter(|it| names(it)).cloned().collect();
    let mut open: Vec<Address> = wanted.iter().cloned().collect();
    while let Some(address) = open.pop() {
        for needed in references.needs(&address) {
            let changes = seen.iter().any(|change| change.address().relation() == needed.relation());
            if changes && wanted.insert(needed.clone()) {
                open.push(needed);
            }
        }
    }
    // A table that is created comes with everything inside it.
    let created: BTreeSet<_> = seen
        .iter()
        .filter(|change| matches!(change, Change::Create(Address::Table(_))) && wanted.contains(change.address()))
        .filter_map(|change| change.address().relation())
        .collect();
    wanted.extend(
        seen.iter().map(Change::address).filter(|it| it.owner().is_some_and(|owner| created.contains(owner))).cloned(),
    );
    Some(wanted)
}

/// A dropped table takes what it owns along; what is not ours must not go that way.
fn refuse_to_take_along<'a>(
    input: &Input<'_>,
    selection: &'a Selection,
    skipped: impl Iterator<Item = &'a Change>,
) -> Result<(), EngineError> {
    let is_dropped = |owner: &trueup_state::Qualified| {
        selection.changes.iter().any(|change| match change {
            Change::Drop(Address::Table(name) | Address::View(name)) => name == owner,
            _ => false,
        })
    };
    let skipped = skipped.filter(|change| matches!(change, Change::Drop(_))).map(Change::address);
    let mut kept = selection.unmanaged.iter().chain(skipped);
    match kept.find(|address| address.owner().is_some_and(is_dropped) && input.before.object(address).is_some()) {
        None => Ok(()),
        Some(address) => {
            let owner = address.owner().map(ToString::to_string).unwrap_or_default();
            let what = ["`", &owner, "` cannot be dropped: `", &address.to_string(), "` in it is not ours"].concat();
            let hint = "`trueup import` it first, or use `--unmanaged drop`".to_owned();
            Err(EngineError::Refused { what, hint })
        }
    }
}

/// What is kept must not need what goes. A database that knows who needs whom is believed; otherwise names in texts tell.
fn refuse_to_leave_dangling(input: &Input<'_>, selection: &Selection) -> Result<(), EngineError> {
    let nothing_kept = selection.unmanaged.is_empty() && selection.beyond.is_empty();
    if nothing_kept || !selection.changes.iter().any(|change| matches!(change, Change::Drop(_))) {
        return Ok(());
    }
    let references = input.depends.is_none().then(|| References::of(input.before));
    let needs = |address: &Address| match (&references, input.depends) {
        (Some(references), _) => references.needs(address),
        (None, depends) => depends.and_then(|it| it.get(address)).into_iter().flatten().cloned().collect(),
    };
    for address in selection.unmanaged.iter().chain(&selection.beyond) {
        let is_gone =
            |needed: &Address| input.before.object(needed).is_some() && selection.target.object(needed).is_none();
        let gone = needs(address).into_iter().find(is_gone);
        if let Some(gone) = gone {
            let is_beyond = selection.beyond.contains(address);
            let what = [
                "`",
                &gone.to_string(),
                "` cannot be dropped: `",
                &address.to_string(),
                if is_beyond {
                    "`, which the source cannot declare, needs it"
                } else {
                    "`, which is not ours, needs it"
                },
            ];
            let hint = if is_beyond {
                "drop or change that object in the database first".to_owned()
            } else {
                "`trueup import` or drop that object first, or use `--unmanaged drop`".to_owned()
            };
            return Err(EngineError::Refused { what: what.concat(), hint });
        }
    }
    Ok(())
}

/// Columns stand in the declared order, those that are not declared behind them. It matters only to a table that is
/// made anew: the order is no difference.
fn declared_column_order(target: &mut Schema, desired: &Schema) {
    for (namespace, objects) in &mut target.namespaces {
        let Some(declared) = desired.namespaces.get(namespace) else { continue };
        for (name, table) in &mut objects.tables {
            if let Some(declared) = declared.tables.get(name) {
                let place = |column: &trueup_state::Ident| declared.columns.get_index_of(column).unwrap_or(usize::MAX);
                table.columns.sort_by(|a, _, b, _| place(a).cmp(&place(b)));
            }
        }
    }
}
