//! A plan for people, in the manner of Terraform.

mod describe;

use std::collections::{BTreeMap, BTreeSet};

use trueup_contract::{HandOver, Step};
use trueup_state::{Address, Qualified};

use super::{ChangeAction, DriftKind, Plan, PlannedChange, Reason};
use crate::check::{Level, is_allowed};
use describe::{attributes, changed_attributes};

/// How marks are coloured; empty strings without colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Palette {
    /// For what is created.
    pub green: &'static str,
    /// For what changes.
    pub yellow: &'static str,
    /// For what goes.
    pub red: &'static str,
    /// For headings.
    pub bold: &'static str,
    /// The end of any of them.
    pub reset: &'static str,
}

impl Palette {
    /// ANSI colours.
    pub const COLOUR: Palette =
        Palette { green: "\x1b[32m", yellow: "\x1b[33m", red: "\x1b[31m", bold: "\x1b[1m", reset: "\x1b[0m" };

    fn paint(&self, colour: &str, text: &str) -> String {
        [colour, text, self.reset].concat()
    }
}

/// What to show besides the changes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Detail {
    /// The SQL of every step.
    pub sql: bool,
}

/// The whole plan.
pub fn render(plan: &Plan, palette: &Palette, detail: Detail) -> String {
    let mut out = String::new();
    drift(plan, palette, &mut out);
    if plan.is_empty() {
        let target = [
            "in step: ",
            &plan.target.location,
            " has the declared schema (",
            &plan.summary.unchanged.to_string(),
            " objects)\n",
        ];
        out.push_str(&target.concat());
        notes(plan, &mut out);
        return out;
    }
    let heading =
        ["Changes to ", &plan.target.location, " (", &plan.provider, " ", &plan.target.version, "):\n\n"].concat();
    out.push_str(&palette.paint(palette.bold, &heading));
    changes(plan, palette, &mut out);
    made_again(plan, palette, &mut out);
    hazards(plan, palette, &mut out);
    handed_over(plan, palette, &mut out);
    renames(plan, palette, &mut out);
    if detail.sql {
        sql(plan, palette, &mut out);
    }
    notes(plan, &mut out);
    approvals(plan, palette, &mut out);
    summary(plan, palette, &mut out);
    out
}

fn drift(plan: &Plan, palette: &Palette, out: &mut String) {
    if plan.drift.is_empty() {
        return;
    }
    out.push_str(&palette.paint(palette.bold, "Changed in the database since the last apply (drift):\n\n"));
    for drift in &plan.drift {
        let what = match drift.kind {
            DriftKind::Changed => "is not as recorded",
            DriftKind::Missing => "is gone",
        };
        out.push_str(&["  ≠ ", &drift.address.to_string(), " ", what, "\n"].concat());
    }
    out.push('\n');
}

/// What stands by itself, then the changes of each table or view under one line.
fn changes(plan: &Plan, palette: &Palette, out: &mut String) {
    let steps = plan.steps.iter().map(|it| &it.step);
    let rebuilt: BTreeSet<&Address> = steps.filter(|it| is_rebuild(it)).flat_map(|it| &it.requires).collect();
    let mut groups: BTreeMap<&Qualified, Vec<&PlannedChange>> = BTreeMap::new();
    for change in &plan.changes {
        match change.address.relation() {
            Some(relation) => groups.entry(relation).or_default().push(change),
            None => change_line(change, mark(change.action), "  ", palette, out),
        }
    }
    for (relation, changes) in groups {
        group(relation, &changes, &rebuilt, palette, out);
    }
    out.push('\n');
}

fn group(
    relation: &Qualified,
    changes: &[&PlannedChange],
    rebuilt: &BTreeSet<&Address>,
    palette: &Palette,
    out: &mut String,
) {
    let own: Vec<&&PlannedChange> = changes.iter().filter(|it| it.address.owner().is_none()).collect();
    let is_rebuilt = rebuilt.contains(&Address::Table(relation.clone()));
    if own.is_empty() {
        let (mark, tail) = if is_rebuilt { ("±", "  (rebuilt: copied, dropped and renamed)") } else { ("~", "") };
        // Only what is on the whole says what kind of relation it is; nearly all are tables.
        let wholes = changes.iter().filter_map(|it| it.address.subject()).filter(|on| on.owner().is_none());
        let kind = wholes.map(Address::kind).next().unwrap_or("table");
        let line = ["  ", mark, " ", kind, " ", &relation.to_string()].concat();
        out.push_str(&[palette.paint(palette.yellow, &line).as_str(), tail, "\n"].concat());
    }
    for change in own {
        let mark = if is_rebuilt && change.action == ChangeAction::Update { "±" } else { mark(change.action) };
        change_line(change, mark, "  ", palette, out);
    }
    for change in changes.iter().filter(|it| it.address.owner().is_some()) {
        change_line(change, mark(change.action), "      ", palette, out);
    }
}

fn is_rebuild(step: &Step) -> bool {
    step.summary.starts_with("rebuild ")
}

fn mark(action: ChangeAction) -> &'static str {
    match action {
        ChangeAction::Create => "+",
        ChangeAction::Update | ChangeAction::Rename => "~",
        ChangeAction::Delete => "-",
    }
}

fn colour(action: ChangeAction, palette: &Palette) -> &'static str {
    match action {
        ChangeAction::Create => palette.green,
        ChangeAction::Update | ChangeAction::Rename => palette.yellow,
        ChangeAction::Delete => palette.red,
    }
}

fn change_line(change: &PlannedChange, mark: &str, indent: &str, palette: &Palette, out: &mut String) {
    let head = [indent, mark, " ", &title(&change.address)].concat();
    out.push_str(&palette.paint(colour(change.action, palette), &head));
    match (&change.before, &change.after) {
        (None, Some(after)) => {
            let said = attributes(after);
            if !said.is_empty() {
                out.push_str(&["  ", &said].concat());
            }
        }
        (Some(before), Some(after)) => {
            if let Some(from) = &change.previous_address {
                out.push_str(&["  (was ", &from.to_string(), ")"].concat());
            }
            for line in changed_attributes(before, after) {
                out.push_str(&["\n", indent, "    ", &line].concat());
            }
        }
        (_, None) => (),
    }
    match change.reason {
        Reason::Drifted => out.push_str("  (drifted: back to what is declared)"),
        Reason::DeclarationChangedAndDrifted => out.push_str("  (declared anew, and drifted besides)"),
        Reason::Unmanaged => out.push_str("  (unmanaged)"),
        Reason::Declared | Reason::DeclarationChanged | Reason::NoLongerDeclared | Reason::Moved => (),
    }
    out.push('\n');
}

/// What is said of a change besides its address, a piece an attribute.
pub(crate) fn words_of(change: &PlannedChange) -> Vec<String> {
    match (&change.before, &change.after) {
        (None, Some(after)) => Some(attributes(after)).filter(|it| !it.is_empty()).into_iter().collect(),
        (Some(before), Some(after)) => changed_attributes(before, after),
        (_, None) => Vec::new(),
    }
}

/// `column email` for a part of a table, which stands below it; `function public.area(integer)` for what stands alone.
fn title(address: &Address) -> String {
    if address.owner().is_none() {
        return address.to_string().replacen(':', " ", 1);
    }
    let name = address.name().map_or_else(String::new, |name| [" ", name.text()].concat());
    [address.kind(), &name].concat()
}

/// What does not change, and has to go and come again with what does.
fn made_again(plan: &Plan, palette: &Palette, out: &mut String) {
    let changed: BTreeSet<&Address> = plan.changes.iter().map(|it| &it.address).collect();
    // A table that is rebuilt is said to be, with all that is in it.
    let steps: Vec<&Step> = plan.steps.iter().map(|it| &it.step).filter(|it| !is_rebuild(it)).collect();
    let go: BTreeSet<&Address> = steps.iter().flat_map(|it| &it.removes).collect();
    let come = steps.iter().flat_map(|it| &it.provides);
    let again: BTreeSet<&Address> = come.filter(|it| go.contains(it) && !changed.contains(it)).collect();
    let is_part = |it: &Address| again.iter().any(|whole| *whole != it && it.is_within(whole));
    let again: Vec<&&Address> = again.iter().filter(|it| !is_part(it)).collect();
    if again.is_empty() {
        return;
    }
    out.push_str(&palette.paint(palette.bold, "Dropped and made again, as they hang on what changes:\n\n"));
    for address in again {
        out.push_str(&["  ± ", &address.to_string().replacen(':', " ", 1), "\n"].concat());
    }
    out.push('\n');
}

fn hazards(plan: &Plan, palette: &Palette, out: &mut String) {
    if plan.hazards.is_empty() {
        return;
    }
    out.push_str(&palette.paint(palette.bold, "Hazards:\n\n"));
    let allow = plan.allowed();
    for finding in &plan.hazards {
        let (mark, colour, tail) = match finding.level {
            Level::Refuse if finding.is_of_rows() => {
                ("✗", palette.red, " (refused: correct the rows first)".to_owned())
            }
            Level::Refuse => ("✗", palette.red, " (refused by the configuration)".to_owned()),
            Level::Consent if is_allowed(finding, &allow) => ("⚠", palette.yellow, " (allowed)".to_owned()),
            Level::Consent if plan.is_handed_over(finding) => {
                let flag = [" (handed over; to do it here: --allow ", &finding.code, ":", &finding.address.to_string()];
                ("⚠", palette.yellow, [&flag.concat(), ")"].concat())
            }
            Level::Consent => {
                let flag = [" (needs consent: --allow ", &finding.code, ":", &finding.address.to_string(), ")"];
                ("✗", palette.red, flag.concat())
            }
            Level::Warn | Level::Allow => ("⚠", palette.yellow, String::new()),
        };
        let code = ["  ", mark, " ", &finding.code, " ", &finding.slug].concat();
        out.push_str(&[palette.paint(colour, &code).as_str(), ": ", &finding.message, &tail, "\n"].concat());
    }
    out.push('\n');
}

/// Steps that wait for another tool, with what to run.
fn handed_over(plan: &Plan, palette: &Palette, out: &mut String) {
    for planned in &plan.steps {
        let Some(HandOver { reason, commands, preflight }) = plan.hand_over(&planned.step) else { continue };
        let head = ["Handed over: ", &planned.id, " ", &planned.step.summary, ": ", reason, "\n"].concat();
        out.push_str(&palette.paint(palette.bold, &head));
        commands.iter().for_each(|it| out.push_str(&["\n  ", it, "\n"].concat()));
        preflight.iter().for_each(|it| out.push_str(&["\n  ! ", it, "\n"].concat()));
        out.push('\n');
    }
}

fn renames(plan: &Plan, palette: &Palette, out: &mut String) {
    for rename in &plan.possible_renames {
        let (from, to) = (rename.from.to_string(), rename.to.to_string());
        let head = ["Is this a rename? ", &from, " is dropped and ", &to, " of the same shape is created.\n"].concat();
        out.push_str(&palette.paint(palette.bold, &head));
        let block = ["If so, add to trueup.toml:\n\n  [[moved]]\n  from = \"", &from, "\"\n  to = \"", &to, "\"\n\n"];
        out.push_str(&block.concat());
    }
}

fn sql(plan: &Plan, palette: &Palette, out: &mut String) {
    out.push_str(&palette.paint(palette.bold, "SQL:\n\n"));
    for planned in &plan.steps {
        let Step { summary, action, fallbacks, .. } = &planned.step;
        out.push_str(&["-- ", &planned.id, ": ", summary, "\n", action.sql().trim_end_matches(';'), ";\n"].concat());
        for fallback in fallbacks {
            let lines = fallback.sql().trim_end_matches(';').replace('\n', "\n--   ");
            out.push_str(&["-- where the server cannot do it so:\n--   ", &lines, ";\n"].concat());
        }
        out.push('\n');
    }
}

/// Who has consented, and whether that is still wanted.
fn approvals(plan: &Plan, palette: &Palette, out: &mut String) {
    for approval in plan.approvals_of_it() {
        let allow =
            if approval.allow.is_empty() { String::new() } else { ["; allows ", &approval.allow.join(", ")].concat() };
        let head = palette.paint(palette.green, &["Approved by ", &approval.by].concat());
        out.push_str(&[&head, " at ", &approval.at, ": ", &approval.backup_words(), &allow, "\n"].concat());
    }
    if plan.lacks_approval() {
        out.push_str("This environment wants an approval of the plan: `trueup approve plan.json --by NAME`.\n");
    }
    if plan.policy.approval_required || plan.approvals_of_it().next().is_some() {
        out.push('\n');
    }
}

fn notes(plan: &Plan, out: &mut String) {
    if !plan.unmanaged.is_empty() {
        out.push_str(
            &["Kept, as they are neither declared nor ours (", &plan.unmanaged.len().to_string(), "):\n"].concat(),
        );
        plan.unmanaged.iter().for_each(|address| out.push_str(&["  · ", &address.to_string(), "\n"].concat()));
        out.push('\n');
    }
    if !plan.beyond.is_empty() {
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        plan.beyond.iter().for_each(|address| *kinds.entry(address.kind()).or_default() += 1);
        let kinds: Vec<String> =
            kinds.into_iter().map(|(kind, count)| [kind, " ", &count.to_string()].concat()).collect();
        let what = ["Kept, as the source's format cannot declare them: ", &kinds.join(", "), "\n\n"];
        out.push_str(&what.concat());
    }
    for unmodelled in &plan.unmodelled {
        let line = [
            "Not understood, and left alone: ",
            &unmodelled.kind,
            " ",
            &unmodelled.name,
            ": ",
            &unmodelled.reason,
            "\n",
        ];
        out.push_str(&line.concat());
    }
}

fn summary(plan: &Plan, palette: &Palette, out: &mut String) {
    let counts = [
        (plan.summary.create, "to create"),
        (plan.summary.update, "to change"),
        (plan.summary.delete, "to drop"),
        (plan.summary.rename, "to rename"),
    ];
    let counts: Vec<String> = counts.iter().map(|(count, what)| [&count.to_string(), " ", *what].concat()).collect();
    out.push_str(&palette.paint(palette.bold, "Plan: "));
    let steps = if plan.summary.steps == 1 { " step" } else { " steps" };
    out.push_str(&[&counts.join(", "), "; ", &plan.summary.steps.to_string(), steps, ".\n"].concat());
    if plan.partial {
        out.push_str("This plan is partial: other differences were left out.\n");
    }
}
