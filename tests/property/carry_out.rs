//! The way from one schema to another: plan, apply, and plan again.

use std::{path::Path, time::Duration};

use trueup::{
    apply::{self, Conditions, Watcher},
    check::{Finding, Level},
    engine::{self, DesiredSource, EngineError, Planned, Scope, Settings, Unmanaged, Workspace},
    plan::Plan,
};
use trueup_contract::{DatabaseError, Step};
use trueup_state::Ident;

/// What rows may stand against, allowed so that it comes to an apply.
const BLIND: &[&str] = &["F201", "F202", "F203", "F204", "F205", "F206", "F207", "F210"];

/// How an apply ended, if it ended well.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Outcome {
    Applied,
    /// Rows stand against it, found while planning.
    RefusedPlan,
    /// Rows stand against it, found while applying.
    RefusedApply,
    /// It would have violated foreign keys.
    RefusedForeignKeys,
    /// It is beyond the database.
    RefusedDialect,
    /// SQLite itself refused a row over a CHECK. The question before it judges values that have been converted but
    /// belong to no column, so a text is not compared as the column's type would have it. Everything is rolled back;
    /// the count is missing, so this may be rare only. PostgreSQL refuses what the plan has told that it may refuse, where
    /// the rows could not be asked beforehand.
    RefusedUncounted,
}

struct Unwatched;

impl Watcher for Unwatched {
    fn started(&mut self, _: usize, _: &Step) {}
    fn finished(&mut self, _: usize, _: &Step) {}
    fn committed(&mut self) {}
}

/// Plan, apply, and plan again, in these namespaces where there are any. A refusal must come with a count.
pub(crate) async fn carry_out(
    workspace: &mut Workspace,
    declared: &Path,
    namespaces: &[&str],
    blind: bool,
) -> Result<Option<Outcome>, String> {
    let settings = Settings {
        unmanaged: Unmanaged::Drop,
        allow: if blind { [&["destructive"], BLIND].concat() } else { vec!["destructive"] }
            .into_iter()
            .map(str::to_owned)
            .collect(),
        data_checks: !blind,
        asks_database: true,
        scope: Scope { include: namespaces.iter().copied().map(Ident::from).collect(), ..Scope::default() },
        ..Settings::default()
    };
    let desired = DesiredSource::Declared(Box::new(trueup_sources::SqlFiles::new(declared.to_owned(), "after.sql")));
    let planned = match engine::plan(workspace, &desired, &settings).await {
        Ok(planned) => planned,
        Err(error) => return refusal(&error, None).ok_or_else(|| format!("plan: {error}")).map(Some),
    };
    let Planned { plan, .. } = planned;
    let conditions = Conditions {
        lock_timeout: Duration::from_secs(5),
        lock_wait: Duration::from_secs(5),
        now: "2026-01-01T00:00:00Z",
        new_lineage: "test",
        asked: true,
    };
    if let Err(error) = apply::apply(workspace, &plan, &conditions, &mut Unwatched).await {
        let steps: Vec<&str> = plan.steps.iter().map(|it| it.step.action.sql()).collect();
        let wrong = || format!("apply: {error}\n-- steps\n{}", steps.join(";\n"));
        return refusal(&error, Some(&plan)).ok_or_else(wrong).map(Some);
    }
    match engine::plan(workspace, &desired, &settings).await {
        Ok(second) if second.plan.is_empty() => Ok(None),
        Ok(second) => Err(format!("the second plan is not empty: {:#?}", second.plan.changes)),
        Err(error) => Err(format!("second plan: {error}")),
    }
}

/// The kind of a refusal that says how many rows stand against it.
fn refusal(error: &EngineError, plan: Option<&Plan>) -> Option<Outcome> {
    let message = error.to_string();
    let says = |count: u64| count > 0 && message.contains(&count.to_string());
    // Rows that would get values of nobody's choice wait for somebody's word.
    let stops = |finding: &Finding| finding.level == Level::Refuse || finding.code == "F207";
    let counted = |finding: &Finding| stops(finding) && finding.evidence.as_ref().is_some_and(|it| says(it.count));
    match error {
        EngineError::Refused { .. } if plan?.hazards.iter().any(counted) => Some(Outcome::RefusedPlan),
        EngineError::Database(DatabaseError::Refused { answer, .. }) if says(answer.count) => {
            Some(Outcome::RefusedApply)
        }
        EngineError::Database(DatabaseError::ForeignKeys { added, .. }) if says(*added) => {
            Some(Outcome::RefusedForeignKeys)
        }
        EngineError::Database(DatabaseError::Step { message, .. })
            if message.starts_with("CHECK constraint failed")
                || message.starts_with("could not create unique index") =>
        {
            Some(Outcome::RefusedUncounted)
        }
        EngineError::Database(DatabaseError::Step { step, .. })
            if plan?.hazards.iter().any(|it| it.evidence.is_none() && it.code.starts_with('F') && it.step == *step) =>
        {
            Some(Outcome::RefusedUncounted)
        }
        EngineError::Dialect(_) => Some(Outcome::RefusedDialect),
        _ => None,
    }
}
