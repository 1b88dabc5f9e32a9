//! How likely a plan is to lose data, by rule.

use crate::{
    check::{Finding, Level},
    plan::Plan,
    words::counted,
};

/// The risk of losing data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Risk {
    Low,
    Medium,
    High,
}

impl Risk {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Risk::Low => "low",
            Risk::Medium => "medium",
            Risk::High => "high",
        }
    }
}

/// The risk of a plan and why. High: rows or values go, or nobody has counted them. Medium: what goes is empty, rows are
/// written anew, or existing rows may stand against a step. Low: anything else.
pub fn risk(plan: &Plan) -> (Risk, String) {
    let holds_rows = |it: &&Finding| it.evidence.as_ref().is_none_or(|answer| answer.count > 0);
    let losing = plan.destructive_findings().filter(holds_rows).count();
    if losing > 0 {
        return (Risk::High, [&counted(losing, "destructive operation"), " on rows or values that are there"].concat());
    }
    let empty = plan.destructive_findings().count();
    if empty > 0 {
        return (Risk::Medium, [&counted(empty, "destructive operation"), ", but no rows are there now"].concat());
    }
    let rewritten = plan.steps.iter().filter(|it| it.step.rewrites).count();
    if rewritten > 0 {
        return (Risk::Medium, ["rows are written anew in ", &counted(rewritten, "step")].concat());
    }
    let is_of_rows = |it: &&Finding| it.code.starts_with('F') && it.level >= Level::Warn;
    let doubtful = plan.hazards.iter().filter(is_of_rows).count();
    if doubtful > 0 {
        let what =
            [&counted(doubtful, "step"), " must hold for rows that are there; they are checked before and within"];
        return (Risk::Medium, what.concat());
    }
    (Risk::Low, "nothing is dropped, narrowed or written anew".to_owned())
}
