//! What of the difference is ours to change.

use std::collections::BTreeSet;

use trueup_contract::{DirectiveKind, Realized};
use trueup_state::{Address, Change, Origins, Pair, Schema};

use crate::{
    engine::{
        EngineError, Known, Pattern, Settings, Unmanaged, dangling, drift,
        overlay::{self, Beyond},
        scope,
        selection::{self, Input, Selection},
    },
    plan::Drift,
};

/// The changes that were selected.
pub(super) struct Draft {
    pub(super) selection: Selection,
    /// Renames first.
    pub(super) changes: Vec<Change>,
    pub(super) drift: Vec<Drift>,
}

/// What is declared must be something that we understand where it is there.
pub(super) fn refuse_unmodelled(known: &Known, realized: &Realized) -> Result<(), EngineError> {
    for unmodelled in &known.inspection.unmodelled {
        let declared = realized.schema.objects().into_iter().map(|(address, _)| address).find(|address| {
            address.name().is_some_and(|name| name.folded() == unmodelled.name.to_ascii_lowercase())
                && address.kind() == unmodelled.kind
        });
        if let Some(address) = declared {
            let what = ["`", &address.to_string(), "` cannot be compared: ", &unmodelled.reason].concat();
            let hint = "take it out of the declared schema; trueup leaves what it does not understand alone".to_owned();
            return Err(EngineError::Refused { what, hint });
        }
    }
    Ok(())
}

pub(super) fn draft(
    known: &Known,
    settings: &Settings,
    realized: &Realized,
    beyond: Beyond<'_>,
    renames: &[Change],
) -> Result<Draft, EngineError> {
    let Beyond { coverage, there: before, desired } = beyond;
    let lockfile = known.lockfile.as_ref();
    let origins = Origins::of(renames);
    let begun: BTreeSet<&Address> =
        known.journal.iter().flat_map(|it| &it.boundaries).flat_map(|boundary| &boundary.intent).collect();
    let recorded = |address: &Address| lockfile.is_some_and(|it| it.owns(address)) || begun.contains(address);
    let is_recorded = |address: &Address| recorded(address) || recorded(&origins.now(address));
    // What could not be declared is never ours, and goes as what it belongs to goes.
    let owned = |address: &Address| match beyond.goes_with(address) {
        Some(whole) => is_recorded(&beyond.goes_with(&whole).unwrap_or(whole)),
        None => is_recorded(address),
    };
    let protected_now = protections(settings, realized);
    let protected = |address: &Address| {
        let entry = |address: &Address| lockfile.and_then(|it| it.objects.get(address)).is_some_and(|it| it.protected);
        let is_protected =
            |address: &Address| protected_now.contains(address) || entry(address) || entry(&origins.now(address));
        // The columns of a protected table hold what is protected.
        let table = matches!(address, Address::Column(..)).then(|| address.owner().cloned()).flatten();
        is_protected(address) || table.is_some_and(|table| is_protected(&Address::Table(table)))
    };
    let mut ignore = settings.ignore.clone();
    for directive in realized.directives.iter().filter(|it| it.kind == DirectiveKind::Ignore) {
        ignore.extend(Pattern::parse(&directive.address.to_string()).ok());
    }
    let scope = scope::effective(&settings.scope, &realized.namespaces);
    let everything = settings.unmanaged == Unmanaged::Drop;
    let mut selection = selection::select(&Input {
        before,
        desired,
        covers: &|address: &Address| {
            let is_ours = everything || desired.object(address).is_some() || owned(address);
            scope::covers(&scope, address, is_ours)
        },
        beyond: &|address: &Address| beyond.keeps(address),
        owned: &owned,
        protected: &protected,
        unmanaged: settings.unmanaged,
        ignore: &ignore,
        exclude: &settings.exclude,
        targets: &settings.targets,
        depends: (!known.inspection.depends.is_empty()).then_some(&known.inspection.depends),
    })?;
    let mut drift =
        lockfile.map_or_else(Vec::new, |it| drift::drift(&known.inspection.schema, it, known.journal.as_ref()));
    // What is not looked at, or not any more, has not drifted.
    let is_ignored = |address: &Address| ignore.iter().chain(&settings.exclude).any(|it| it.matches(address));
    drift.retain(|it| scope::covers(&scope, &it.address, true) && !is_ignored(&it.address));
    overlay::relevant_drift(&mut drift, (&known.inspection.schema, desired), coverage);
    selection.beyond.retain(|it| !coverage.ignores(it));
    let changes = renames.iter().chain(&selection.changes).cloned().collect();
    Ok(Draft { selection, changes, drift })
}

/// Objects that must not be dropped, by configuration or directive.
pub(super) fn protections(settings: &Settings, realized: &Realized) -> BTreeSet<Address> {
    let directives = realized.directives.iter().filter(|it| it.kind == DirectiveKind::Protect);
    settings.protect.iter().chain(directives.map(|it| &it.address)).cloned().collect()
}

/// Foreign keys to nothing: an error, or a warning where the database takes it.
pub(super) fn lint(
    settings: &Settings,
    desired: &Schema,
    before: &Schema,
    target: &Schema,
    realized: &Realized,
) -> Result<Vec<String>, EngineError> {
    let external = |address: &Address| settings.ignore.iter().any(|pattern| pattern.matches(address));
    let mut warnings = Vec::new();
    for found in dangling(desired, Pair { before, after: target }, external) {
        let place = realized.place(&found.key).map(|place| [&place.to_string(), ": "].concat()).unwrap_or_default();
        let what =
            [&place, "`", &found.key.to_string(), "` points at `", &found.missing.to_string(), "`, which is not there"];
        if found.names_columns && before.object(&found.key) != desired.object(&found.key) {
            let hint =
                "declare it, correct the name, or list it under `[ignore] addresses` if others manage it".to_owned();
            return Err(EngineError::Wrong { what: what.concat(), hint });
        }
        warnings.push(what.concat());
    }
    Ok(warnings)
}
