//! `04`: what came of an apply.

use std::collections::{BTreeMap, BTreeSet};

use trueup_contract::Inspection;
use trueup_state::Address;

use super::{
    Occasion,
    difference::action_on,
    markdown::{Page, code},
};
use crate::{
    plan::Plan,
    preflight::{self, ExtensionFound},
    words::counted,
};

/// What the page is made from.
#[derive(Clone, Copy, Debug)]
pub struct Outcome<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// What was there.
    pub before: &'a Inspection,
    /// What is there, where it could be read.
    pub after: Option<&'a Inspection>,
    /// Why the apply failed, redacted; absent where it did not.
    pub failure: Option<&'a str>,
    /// What a second plan said.
    pub second: &'a Second,
    /// What the hooks did, before and after.
    pub hooks: &'a [HookOutcome],
    /// What became of the contract, where one is asked for.
    pub context: Option<&'a Refreshed>,
    /// The snapshot of what is there now, relative to the page.
    pub snapshot: &'a str,
}

/// What a second plan said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Second {
    /// Nothing is left to do.
    Empty,
    /// These changes are left.
    Changes(Vec<Address>),
    /// None was made, and why.
    NotMade(String),
}

/// What became of the contract that other tools read of the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refreshed {
    /// Each file of it: path, what was done to it (`created`, `changed`, `as it was`).
    pub files: Vec<(String, String)>,
    /// Why nothing was written, redacted; absent where it is as declared.
    pub failure: Option<String>,
}

/// What a hook did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookOutcome {
    /// `before_apply`, `after_apply`, `after_pull`.
    pub moment: &'static str,
    /// The command line.
    pub command: String,
    /// `ok`, or what went wrong.
    pub result: String,
    /// Whether it succeeded.
    pub succeeded: bool,
    /// Whether its failure is only a warning.
    pub best_effort: bool,
    /// How long it took.
    pub seconds: String,
    /// The end of what it said, redacted.
    pub tail: String,
}

/// The file.
pub fn outcome(occasion: &Occasion, it: Outcome<'_>) -> String {
    let Outcome { plan, before, after, failure, second, hooks, context, snapshot } = it;
    let mut page = occasion.page("Verification after the apply");
    let extensions = after.map(|after| extensions(plan, before, after));
    let intact = extensions.as_ref().is_some_and(|it| it.iter().all(|(_, is_intact)| *is_intact));
    let hooks_held = hooks.iter().all(|it| it.succeeded || it.best_effort);
    let in_step = !matches!(second, Second::Changes(_)) && context.is_none_or(|it| it.failure.is_none());
    let complete = failure.is_none() && intact && hooks_held && in_step;
    page.heading("Complete");
    page.line(if complete { "**yes**" } else { "**no**" });
    page.heading("Schema");
    let verified = plan.changes.len();
    match failure {
        None => {
            page.fact(
                "Result",
                &["the database is as planned; verified: ", &counted(verified, "changed object")].concat(),
            );
            page.fact(
                "Method",
                "the database was read again after the last step and compared with the plan, object by object",
            );
        }
        Some(failure) => page.fact("Result", &["**failed**: ", failure].concat()),
    }
    page.fact("Second plan", &second_words(second));
    if after.is_some() {
        page.fact("Snapshot", &["[", snapshot, "](", snapshot, ")"].concat());
    }
    page.fact("Plan", &plan.plan_id.to_string());
    page.heading("Extension objects");
    match &extensions {
        None => page.line("Not known: the database could not be read again."),
        Some(rows) => {
            let rows: Vec<Vec<String>> = rows.iter().map(|(cells, _)| cells.clone()).collect();
            page.table(&["extension", "before", "after", "intact"], &rows, "No extension is installed.");
        }
    }
    context_part(&mut page, context);
    hook_part(&mut page, hooks);
    page.heading("Follow-ups");
    page.items(&follow_ups(it), "None.");
    page.finish()
}

fn second_words(second: &Second) -> String {
    match second {
        Second::Empty => "empty: nothing is left to do".to_owned(),
        Second::Changes(addresses) => {
            let names: Vec<String> = addresses.iter().map(|it| code(&it.to_string())).collect();
            ["**not empty**: ", &names.join(", ")].concat()
        }
        Second::NotMade(why) => ["not made: ", why].concat(),
    }
}

/// Each extension with its state before and after, and whether it and all that it brought are as they were, or as the
/// plan wanted it.
fn extensions(plan: &Plan, before: &Inspection, after: &Inspection) -> Vec<(Vec<String>, bool)> {
    let mut sides: BTreeMap<String, [Option<String>; 2]> = BTreeMap::new();
    for (at, found) in [before, after].into_iter().enumerate() {
        for ExtensionFound { name, version, schema, schemas: _, objects, note: _ } in preflight::extensions(found) {
            let said = [&version, " in ", &schema, ", ", &counted(objects, "object")].concat();
            sides.entry(name).or_default()[at] = Some(said);
        }
    }
    let members = |found: &Inspection, name: &str| {
        let own = found.cluster.members.iter().filter(|(_, owner)| owner.text() == name);
        own.map(|(address, _)| address.clone()).collect::<BTreeSet<Address>>()
    };
    let row = |(name, [there, now]): (String, [Option<String>; 2])| {
        let is_planned = action_on(plan, &name).is_some();
        let is_same = there == now && members(before, &name) == members(after, &name);
        let word = match (is_planned, is_same) {
            (true, _) => "changed as planned",
            (false, true) => "yes",
            (false, false) => "**no**",
        };
        let said = |side: Option<String>| side.unwrap_or_else(|| "absent".to_owned());
        (vec![name, said(there), said(now), word.to_owned()], is_planned || is_same)
    };
    sides.into_iter().map(row).collect()
}

fn context_part(page: &mut Page, context: Option<&Refreshed>) {
    page.heading("Context");
    let Some(Refreshed { files, failure }) = context else {
        return page.line("Not refreshed: no contract is asked for, or not all that is declared was applied.");
    };
    match failure {
        None => page.line("**ok**: the contract is as declared."),
        Some(failure) => page.line(&["**failed**, and nothing of it was written: ", failure].concat()),
    }
    let rows: Vec<Vec<String>> = files.iter().map(|(path, what)| vec![code(path), what.clone()]).collect();
    page.table(&["file", "what was done"], &rows, "None.");
}

/// What the hooks did, and what they said.
pub(super) fn hook_part(page: &mut Page, hooks: &[HookOutcome]) {
    page.heading("Hooks");
    let row = |it: &HookOutcome| {
        let HookOutcome { moment, command, result, succeeded: _, best_effort, seconds, tail: _ } = it;
        let kind = if *best_effort { "best effort" } else { "required" };
        vec![(*moment).to_owned(), code(command), result.clone(), kind.to_owned(), seconds.clone()]
    };
    let rows: Vec<Vec<String>> = hooks.iter().map(row).collect();
    page.table(&["moment", "command", "result", "kind", "seconds"], &rows, "None is configured, or none was run.");
    for hook in hooks.iter().filter(|it| !it.tail.trim().is_empty()) {
        page.subheading(&[hook.moment, ": what ", &code(&hook.command), " said at the end"].concat());
        page.fence("text", &hook.tail);
    }
}

fn follow_ups(it: Outcome<'_>) -> Vec<String> {
    let Outcome { plan, before: _, after: _, failure, second, hooks, context, snapshot: _ } = it;
    let mut all = Vec::new();
    if failure.is_some() {
        all.push(
            "remove what stands in the way, then run the same command again: it goes on where this one stopped"
                .to_owned(),
        );
    }
    if let Second::Changes(_) = second {
        all.push("`trueup plan` shows what is left".to_owned());
    }
    let failed = hooks.iter().filter(|it| !it.succeeded);
    all.extend(failed.map(|it| ["run the hook again by hand: ", &code(&it.command)].concat()));
    if context.is_some_and(|it| it.failure.is_some()) {
        all.push("mend what kept the contract from being written, then `trueup context`".to_owned());
    }
    if !plan.unmanaged.is_empty() {
        let count = counted(plan.unmanaged.len(), "object");
        all.push([&count, " neither declared nor ours (01): declare and `trueup import`, or leave"].concat());
    }
    if plan.partial {
        all.push("the plan was partial: plan again without `--target` and `--exclude`".to_owned());
    }
    all
}
