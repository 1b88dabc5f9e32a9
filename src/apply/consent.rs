//! Whether somebody has said yes to everything that needs it.

use crate::{
    check::{Finding, Level},
    engine::EngineError,
    plan::{Plan, PossibleRename},
};

/// What stands between a plan and its apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Rows stand against a step, or the configuration forbids it; nobody can allow it.
    Refused(Finding),
    /// Somebody must consent.
    Consent(Finding),
    /// A drop with rows in it may be meant as a rename.
    Rename(PossibleRename),
    /// The environment wants an approval.
    Approval,
    /// The environment wants a backup, or an accepted risk.
    Backup,
}

/// Everything that stands between a plan and its apply. `asked`: a person has seen the plan and said yes, which settles
/// possible renames and nothing else.
pub fn missing_consent(plan: &Plan, asked: bool) -> Vec<Missing> {
    let allow = plan.allowed();
    let refused = plan.hazards.iter().filter(|it| it.level == Level::Refuse);
    let mut missing: Vec<Missing> = refused.cloned().map(Missing::Refused).collect();
    missing.extend(plan.open_consents().cloned().map(Missing::Consent));
    let named = |rename: &PossibleRename| {
        let addresses = [rename.from.to_string(), rename.to.to_string()];
        allow.iter().filter_map(|it| it.split_once(':')).any(|(_, address)| addresses.iter().any(|it| it == address))
    };
    if !asked {
        let unsettled = plan.possible_renames.iter().filter(|it| holds_rows(plan, it) && !named(it));
        missing.extend(unsettled.cloned().map(Missing::Rename));
    }
    if plan.lacks_approval() && !plan.is_empty() {
        missing.push(Missing::Approval);
    }
    let is_backed = plan.approvals_of_it().any(|it| it.backup.is_some() || it.accept_risk.is_some());
    if plan.wants_backup() && !is_backed {
        missing.push(Missing::Backup);
    }
    missing
}

/// Whether dropping would lose something, as far as the rows were counted: an empty column or table loses nothing by
/// not being renamed.
fn holds_rows(plan: &Plan, rename: &PossibleRename) -> bool {
    let finding = plan.hazards.iter().find(|it| it.address == rename.from && it.loses_data());
    finding.is_none_or(|finding| finding.evidence.as_ref().is_none_or(|answer| answer.count > 0))
}

/// Refuse unless nothing is missing. `file` is the plan file to name in what is to be done.
///
/// # Errors
/// When something stands between the plan and its apply.
pub fn require_consent(plan: &Plan, asked: bool, file: &str) -> Result<(), EngineError> {
    let missing = missing_consent(plan, asked);
    let Some(first) = missing.first() else { return Ok(()) };
    let what: Vec<String> = missing.iter().map(Missing::what).collect();
    Err(EngineError::Refused { what: what.join("\n"), hint: first.hint(plan, file) })
}

impl Missing {
    /// What is missing, in words.
    pub fn what(&self) -> String {
        match self {
            Missing::Refused(finding) => [&finding.code, " ", &finding.message].concat(),
            Missing::Consent(finding) => [&finding.code, " ", &finding.message, "; this needs consent"].concat(),
            Missing::Rename(rename) => {
                let parts = ["dropping `", &rename.from.to_string(), "` and creating `", &rename.to.to_string()];
                [&parts.concat(), "` may be meant as a rename"].concat()
            }
            Missing::Approval => "this environment wants an approval".to_owned(),
            Missing::Backup => "this environment wants a backup before data may be lost".to_owned(),
        }
    }

    /// What would let it pass; `file` is the plan file.
    pub fn hint(&self, plan: &Plan, file: &str) -> String {
        match self {
            Missing::Refused(finding) if finding.is_of_rows() => "correct these rows, then plan again".to_owned(),
            Missing::Refused(finding) => ["the configuration forbids it: [hazards.\"", &finding.code, "\"]"].concat(),
            Missing::Consent(finding) => {
                let all = if finding.loses_data() { ", or `--allow destructive` for all" } else { "" };
                ["consent with `--allow ", &finding.code, ":", &finding.address.to_string(), "`", all].concat()
            }
            Missing::Rename(rename) => {
                let block =
                    ["[[moved]]\nfrom = \"", &rename.from.to_string(), "\"\nto = \"", &rename.to.to_string(), "\""];
                let code = if rename.from.owner().is_none() { "D001" } else { "D002" };
                let drop = ["to drop it all the same: `--allow ", code, ":", &rename.from.to_string(), "`"].concat();
                ["to rename, add this to trueup.toml:\n", &block.concat(), "\n", &drop].concat()
            }
            Missing::Approval => [
                "plan, let somebody approve that very plan, and apply it:",
                &["  trueup plan", &environment(plan), " --out ", file].concat(),
                &["  trueup approve ", file, " --by NAME", &allowances(plan), backup(plan)].concat(),
                &["  trueup apply ", file, &environment(plan)].concat(),
            ]
            .join("\n"),
            Missing::Backup => {
                let head = "say where it is, or why none is needed (`--accept-risk REASON`):\n";
                [head, "  trueup approve ", file, " --by NAME", &allowances(plan), backup(plan)].concat()
            }
        }
    }
}

/// The option that names the environment of a plan.
fn environment(plan: &Plan) -> String {
    plan.environment.as_ref().map_or_else(String::new, |name| [" --env ", name].concat())
}

/// The options that consent to what is not consented to yet.
fn allowances(plan: &Plan) -> String {
    plan.open_consents().map(|it| [" --allow ", &it.code, ":", &it.address.to_string()].concat()).collect()
}

/// The option that names the backup, where the plan wants one.
fn backup(plan: &Plan) -> &'static str {
    if plan.wants_backup() { " --backup REF" } else { "" }
}
