//! `02`: how the differences are to be removed, and how to go back.

use trueup_contract::{Lock, Transaction};

use super::{Occasion, Page, markdown::code};
use crate::plan::{Approval, Destructive, Plan, PlannedStep};

/// What a page of the plan is made from.
#[derive(Clone, Copy, Debug)]
pub struct Intent<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// What stands between it and an apply, in words.
    pub missing: &'a [String],
    /// The copy of the plan file, relative to the page.
    pub copy: &'a str,
    /// The plan file, from where the commands are given.
    pub file: &'a str,
}

/// The file.
pub fn intent(occasion: &Occasion, it: Intent<'_>) -> String {
    let Intent { plan, missing, copy, file } = it;
    let mut page = occasion.page("Plan");
    page.heading("Strategy");
    page.fact("Strategy", &plan.strategy());
    let why = "the database is compared with its declaration and only what is missing is done, whatever ran before; \
               the plan is fixed by its id and refused if anything moves";
    page.fact("Why", why);
    page.fact("Plan", &[&plan.plan_id.to_string(), " ([", copy, "](", copy, "))"].concat());
    page.fact("Schemas", &plan.scope.words());
    preconditions(&mut page, plan, missing);
    page.heading("Commands");
    let environment = plan.environment.as_ref().map_or_else(String::new, |it| [" --env ", it].concat());
    let approve =
        if plan.policy.approval_required { ["trueup approve ", file, " --by NAME\n"].concat() } else { String::new() };
    page.fence("sh", &[&approve, "trueup apply ", file, &environment].concat());
    page.heading("Steps");
    if plan.steps.is_empty() {
        page.line("None.");
    }
    plan.steps.iter().for_each(|it| step(&mut page, plan, it));
    rollback(&mut page, occasion, plan);
    verification(&mut page);
    approvals(&mut page, plan);
    page.finish()
}

fn preconditions(page: &mut Page, plan: &Plan, missing: &[String]) {
    page.heading("Preconditions");
    page.check(true, "the connection was checked (00)");
    page.check(true, "the differences were shown before anything is written (01)");
    let serial = plan
        .serial
        .map_or_else(|| "nothing is recorded yet".to_owned(), |it| ["lockfile serial ", &it.to_string()].concat());
    page.check(true, &["the plan was made at: ", &serial, "; an apply refuses if that has moved"].concat());
    page.check(plan.proof.is_some(), "the plan was tried on a copy (`trueup prove`; optional)");
    missing.iter().for_each(|it| page.check(false, it));
    if missing.is_empty() {
        page.check(true, "nothing stands against an apply");
    }
}

fn step(page: &mut Page, plan: &Plan, planned: &PlannedStep) {
    let PlannedStep { id, step, depends_on, precondition: _, postcondition: _ } = planned;
    page.subheading(&[id, ": ", &step.summary].concat());
    let transaction = match step.transaction {
        Transaction::Inside => "in a transaction with its neighbours",
        Transaction::Outside => "stands alone",
        Transaction::CommitAfter => "with a commit after it",
    };
    let lock = match step.lock {
        Lock::None => "nobody waits",
        Lock::Writes => "writers of the object wait",
        Lock::ReadsAndWrites => "readers and writers of the object wait",
        Lock::DatabaseWrites => "writers of the database wait",
    };
    let rewrites = if step.rewrites { "; the rows of a table are written anew" } else { "" };
    let after = if depends_on.is_empty() { String::new() } else { ["; after ", &depends_on.join(", ")].concat() };
    page.line(&[transaction, "; ", lock, rewrites, &after].concat());
    page.line("");
    page.fence("sql", step.action.sql());
    if let Some(hand_over) = plan.hand_over(step) {
        page.line("");
        page.line(&["Handed over: ", &hand_over.reason].concat());
        page.line("");
        page.fence("sh", &hand_over.commands.join("\n"));
    }
}

/// The way back, last step first.
fn rollback(page: &mut Page, occasion: &Occasion, plan: &Plan) {
    page.heading("Rollback");
    page.fact("Trigger", "the apply fails after a commit, or the verification (04) does not hold");
    page.fact("Owner", occasion.owner.as_deref().unwrap_or("not named"));
    let together = "steps that share a transaction are rolled back by the database when one of them fails";
    page.fact("Method", &[together, "; what is committed is taken back as follows, last step first"].concat());
    let restore = restore(plan);
    let way_back = |it: &PlannedStep| {
        let how = it.step.undo.as_ref().map_or_else(|| restore.clone(), |undo| code(undo));
        vec![it.id.clone(), it.step.summary.clone(), how]
    };
    let rows: Vec<Vec<String>> = plan.steps.iter().rev().map(way_back).collect();
    page.line("");
    page.table(
        &["step", "what it did", "how to take it back"],
        &rows,
        "Nothing is done, so nothing is to be taken back.",
    );
}

/// What there is to restore where no statement takes a step back.
fn restore(plan: &Plan) -> String {
    let named = plan.approvals_of_it().filter_map(|it| it.backup.as_deref()).next_back();
    match (named, plan.destructive()) {
        (Some(backup), _) => ["restore the backup ", &code(backup)].concat(),
        (None, Destructive::None) => "declare the schema as it was, plan and apply again".to_owned(),
        (None, Destructive::Allowed | Destructive::NotAllowed) => {
            "restore a backup: none is named in an approval".to_owned()
        }
    }
}

fn verification(page: &mut Page) {
    page.heading("Verification");
    page.line("After the last step the database is read again. The apply is accepted if:");
    page.line("");
    page.items(
        &[
            "every changed object is as planned, and everything beside it is as it was",
            "a second plan has nothing to do",
            "the extensions are as they were, unless the plan changes them",
            "every hook has succeeded, but for those whose best effort is enough",
        ],
        "",
    );
}

fn approvals(page: &mut Page, plan: &Plan) {
    page.heading("Approval record");
    let row = |approval: &Approval| {
        let Approval { plan_id: _, by, at, allow, backup: _, accept_risk: _, confirms } = approval;
        let confirms = confirms.clone().unwrap_or_else(|| plan.confirmation());
        vec![
            by.clone(),
            at.clone(),
            confirms.environment.unwrap_or_else(|| "none named".to_owned()),
            confirms.target,
            confirms.destructive.words().to_owned(),
            allow.join(", "),
            approval.backup_words(),
            confirms.strategy,
            confirms.scope,
        ]
    };
    let rows: Vec<Vec<String>> = plan.approvals_of_it().map(row).collect();
    let none = match plan.policy.approval_required {
        true => "**None yet.** This environment wants one: without it an apply is refused.",
        false => "None; this environment wants none.",
    };
    let head = ["by", "at (UTC)", "environment", "target", "destructive", "allows", "backup", "strategy", "scope"];
    page.table(&head, &rows, none);
}
