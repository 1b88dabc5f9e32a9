//! What a pull says of what it did, or would do.

use std::{collections::BTreeMap, path::PathBuf};

use serde_json::{Value, json};

use super::Found;
use crate::{
    cli::{hooks, report::Report},
    evidence::HookOutcome,
    mirror::{self, Comparison, FileChange, Mirror, Mirrored, Obstacle, Snapshot, Why, slashed},
};

/// Whether every file is as it shall be, as an exit code.
pub(super) fn check(report: &Report, found: &Found, mirror: &Mirror, comparison: &Comparison) -> u8 {
    if report.is_json() {
        report.value(&value(found, mirror, comparison, None));
    } else if comparison.is_fresh() {
        report.note("the mirror is as the database");
    } else {
        differences(report, comparison);
        report.note("the mirror is stale; `trueup pull` brings it up to date");
    }
    if comparison.is_fresh() { 0 } else { 2 }
}

/// Which files are not as they shall be, with the first lines that differ.
pub(in crate::cli) fn differences(report: &Report, comparison: &Comparison) {
    for change in &comparison.changes {
        report.data(&[word(change), " ", &slashed(&change.path)].concat());
        report.data(&mirror::excerpt(change));
    }
    for Obstacle { path, why } in &comparison.obstacles {
        report.data(&[reason(*why), " ", &slashed(path)].concat());
    }
}

/// What was not understood is in no form; what is not ours stays where it is.
pub(super) fn warn(report: &Report, snapshot: &Snapshot, strangers: &[PathBuf]) {
    if !strangers.is_empty() {
        let named: Vec<String> = strangers.iter().take(NAMED).map(|it| slashed(it)).collect();
        let more = if strangers.len() > NAMED { ", …" } else { "" };
        let why = "; whoever reads the folder as a source reads what they declare, too";
        report.warn(&["not written by a pull, so left as it is: ", &named.join(", "), more, why].concat());
    }
    for it in &snapshot.unmodelled {
        report.warn(&["not understood, so not mirrored: ", &it.kind, " ", &it.name, ": ", &it.reason].concat());
    }
}

/// How many objects are named of those that are lost for one reason.
const NAMED: usize = 3;

/// What the forms cannot hold, by reason.
fn losses(report: &Report, mirror: &Mirror) {
    for Mirrored { form, losses, is_shared: _, files: _ } in &mirror.forms {
        let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for loss in losses {
            reasons.entry(&loss.what).or_default().push(loss.address.to_string());
        }
        for (what, addresses) in reasons {
            let named = addresses[..addresses.len().min(NAMED)].join(", ");
            let more = match addresses.len().checked_sub(NAMED) {
                Some(more) if more > 0 => [" and ", &more.to_string(), " more"].concat(),
                _ => String::new(),
            };
            report.note(&["not in ", form, ": ", what, ": ", &named, &more].concat());
        }
    }
    if mirror.forms.iter().any(|it| it.losses.len() > NAMED) {
        report.note("`--json` lists everything that a form cannot hold");
    }
}

/// Everything that was done, for programs.
pub(super) fn all(report: &Report, found: &Found, mirror: &Mirror, comparison: &Comparison, hooks: &[HookOutcome]) {
    if report.is_json() {
        report.value(&value(found, mirror, comparison, Some(hooks)));
    }
}

/// What was written and removed, and what is in no form, for people.
pub(super) fn done(report: &Report, mirror: &Mirror, comparison: &Comparison) {
    if report.is_json() {
        return;
    }
    for change in &comparison.changes {
        report.data(&[word(change), " ", &slashed(&change.path)].concat());
    }
    let total: usize = mirror.forms.iter().map(|it| it.files.len()).sum();
    let said = [&comparison.changes.len().to_string(), " of ", &total.to_string(), " files changed"].concat();
    report.note(&said);
    losses(report, mirror);
}

/// What is to be written and removed, for programs.
pub(in crate::cli) fn changes(comparison: &Comparison) -> Vec<Value> {
    comparison.changes.iter().map(|it| json!({"path": slashed(&it.path), "change": word(it)})).collect()
}

/// What stands in the way, for programs.
pub(in crate::cli) fn obstacles(comparison: &Comparison) -> Vec<Value> {
    comparison.obstacles.iter().map(|it| json!({"path": slashed(&it.path), "reason": it.why})).collect()
}

/// `in_step`: whether every file is as it shall be, now that all is done.
fn value(found: &Found, mirror: &Mirror, comparison: &Comparison, after: Option<&[HookOutcome]>) -> Value {
    let losses: Vec<_> = mirror
        .forms
        .iter()
        .flat_map(|it| {
            it.losses.iter().map(|loss| json!({"form": it.form, "address": loss.address, "what": loss.what}))
        })
        .collect();
    json!({
        "direction": "database-to-code",
        "environment": found.environment,
        "provider": found.provider.dialect().name(),
        "in_step": after.is_some() || comparison.is_fresh(),
        "changes": changes(comparison),
        "obstacles": obstacles(comparison),
        "losses": losses,
        "unmodelled": found.snapshot.unmodelled,
        "hooks": hooks::values(after.unwrap_or_default()),
    })
}

/// What happens to a file.
pub(in crate::cli) fn word(change: &FileChange) -> &'static str {
    match (&change.before, &change.after) {
        (None, _) => "created",
        (Some(_), Some(_)) => "changed",
        (Some(_), None) => "removed",
    }
}

fn reason(why: Why) -> &'static str {
    match why {
        Why::Edited => "edited",
        Why::Foreign => "foreign",
    }
}
