//! `01`: what differs between code and database.

use trueup_contract::Inspection;
use trueup_state::{Address, ObjectKind};

use super::{Occasion, Page, markdown::code, risk::risk};
use crate::{
    check::{Finding, Level, is_allowed},
    plan::{ChangeAction, DriftKind, Plan, PlannedChange, render::words_of},
    preflight::{self, ExtensionFound},
    words::counted,
};

/// What a page of differences is made from.
#[derive(Clone, Copy, Debug)]
pub struct Difference<'a> {
    /// The title's last word: a preview before an apply, or a report of drift.
    pub is_drift: bool,
    /// The plan.
    pub plan: &'a Plan,
    /// What is there.
    pub before: &'a Inspection,
    /// The declared schema's place.
    pub source: &'a str,
    /// The snapshot of what is there, relative to the page.
    pub snapshot: &'a str,
}

/// The file.
pub fn difference(occasion: &Occasion, it: Difference<'_>) -> String {
    let Difference { is_drift, plan, before, source, snapshot } = it;
    let mut page = occasion.page(if is_drift { "Schema drift report" } else { "Schema changes: preview" });
    page.heading("What was compared");
    page.fact("Declared", &[&code(source), ", fingerprint ", &plan.desired.short()].concat());
    let there = counted(before.schema.objects().len(), "object");
    let link = [" ([", snapshot, "](", snapshot, "))"].concat();
    page.fact("There", &[&there, " in ", &plan.target.location, " ", &plan.target.version, &link].concat());
    page.fact("Plan", &plan.plan_id.to_string());
    page.fact("Schemas", &plan.scope.words());
    if plan.is_empty() {
        page.line("");
        page.line("Nothing differs: the database is as declared.");
    }
    changes(&mut page, plan);
    drifted(&mut page, plan);
    let (level, why) = risk(plan);
    page.heading("Data-loss risk");
    page.line(&["**", level.word(), "**: ", &why, "."].concat());
    hazards(&mut page, plan);
    extensions(&mut page, plan, before);
    expected(&mut page, plan);
    page.finish()
}

fn changes(page: &mut Page, plan: &Plan) {
    let of = |actions: &[ChangeAction]| {
        let fitting = plan.changes.iter().filter(|it| actions.contains(&it.action));
        fitting.map(change_line).collect::<Vec<_>>()
    };
    for (heading, actions) in [
        ("Additions", &[ChangeAction::Create][..]),
        ("Modifications", &[ChangeAction::Update, ChangeAction::Rename]),
        ("Removals (destructive)", &[ChangeAction::Delete]),
    ] {
        let lines = of(actions);
        page.heading(&[heading, ": ", &lines.len().to_string()].concat());
        page.items(&lines, "None.");
    }
}

fn change_line(change: &PlannedChange) -> String {
    let words = words_of(change);
    let was = change
        .previous_address
        .as_ref()
        .map_or_else(String::new, |it| [" (was ", &code(&it.to_string()), ")"].concat());
    let tail = if words.is_empty() { String::new() } else { [": ", &code(&words.join("; "))].concat() };
    [&code(&change.address.to_string()), was.as_str(), &tail].concat()
}

fn drifted(page: &mut Page, plan: &Plan) {
    let line = |(address, kind): (&Address, DriftKind)| {
        let what = match kind {
            DriftKind::Changed => " is not as recorded",
            DriftKind::Missing => " is gone",
        };
        [&code(&address.to_string()), what].concat()
    };
    let lines: Vec<String> = plan.drift.iter().map(|it| line((&it.address, it.kind))).collect();
    page.heading("Changed in the database since the last apply (drift)");
    page.items(&lines, "None.");
}

fn hazards(page: &mut Page, plan: &Plan) {
    let allow = plan.allowed();
    let consent = |finding: &Finding| match finding.level {
        Level::Allow | Level::Warn => "none needed",
        Level::Consent if is_allowed(finding, &allow) => "given",
        Level::Consent if plan.is_handed_over(finding) => "handed over",
        Level::Consent => "**missing**",
        Level::Refuse => "**refused**",
    };
    let row = |finding: &Finding| {
        let link = ["[", &finding.code, "](", PAGES, &finding.code, ".md) ", &finding.slug].concat();
        vec![link, code(&finding.address.to_string()), finding.message.clone(), consent(finding).to_owned()]
    };
    let (losing, other): (Vec<_>, Vec<_>) = plan.hazards.iter().partition(|it| it.loses_data());
    let head = ["rule", "object", "what happens", "consent"];
    page.heading("Destructive operations");
    page.table(&head, &losing.into_iter().map(row).collect::<Vec<_>>(), "None.");
    page.heading("Other hazards");
    page.table(&head, &other.into_iter().map(row).collect::<Vec<_>>(), "None.");
}

/// Where the pages of the rules are.
const PAGES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/checks/");

/// What a plan does to an extension.
pub(super) fn action_on(plan: &Plan, extension: &str) -> Option<ChangeAction> {
    let is_it = |address: &Address| matches!(address, Address::Object(ObjectKind::Extension, name) if name.name.text() == extension);
    plan.changes.iter().find(|it| is_it(&it.address)).map(|it| it.action)
}

fn extensions(page: &mut Page, plan: &Plan, before: &Inspection) {
    page.heading("Extensions");
    let row = |it: ExtensionFound| {
        let ExtensionFound { name, version, schema, schemas: _, objects, note } = it;
        let impact = match action_on(plan, &name) {
            None => "not touched; what it brought is its own, is never managed and never dropped",
            Some(ChangeAction::Delete) => "**dropped by this plan, with all that it brought**",
            Some(_) => "changed by this plan",
        };
        vec![name, version, schema, counted(objects, "object"), impact.to_owned(), note.unwrap_or_default().to_owned()]
    };
    let rows: Vec<Vec<String>> = preflight::extensions(before).into_iter().map(row).collect();
    page.table(&["extension", "version", "schema", "brought", "impact", "to know"], &rows, "None.");
}

/// Differences that are left as they are.
fn expected(page: &mut Page, plan: &Plan) {
    page.heading("Expected drift");
    let kept = plan.unmanaged.iter().map(|it| [&code(&it.to_string()), ": neither declared nor ours; kept"].concat());
    let unknown = plan
        .unmodelled
        .iter()
        .map(|it| [&it.kind, " ", &code(&it.name), ": not understood (", &it.reason, "); left alone"].concat());
    page.items(
        &kept.chain(unknown).collect::<Vec<_>>(),
        "None: everything that is there is declared, or belongs to an extension.",
    );
}
