//! The plan: what differs, the steps that carry it out in order, and what is to be known before anyone says yes.

mod approval;
mod file;
mod order;
pub mod render;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trueup_contract::{HandOver, Step, Unmodelled};
use trueup_state::{Address, Definition, Fingerprint, Schema};

pub use approval::{Approval, Confirmation, Destructive, PlannedScope};
pub use file::PlanFileError;
pub use order::{Cycle, order};

use crate::check::{Finding, Level, is_allowed};

/// The version of the plan file's format. A reader takes any file of the same major version.
pub const FORMAT_VERSION: &str = "1.0";

/// A plan for one database. It is also the content of `plan.json`; names follow Terraform's where the meaning is the
/// same (docs/formats/plan.md).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The version of this format.
    pub format_version: String,
    /// The trueup that made the plan.
    pub tool_version: String,
    /// The hash of everything that matters: not of row counts, approvals or proofs.
    pub plan_id: Fingerprint,
    /// The environment, where one was named.
    pub environment: Option<String>,
    /// The provider's name.
    pub provider: String,
    /// The database.
    pub target: Target,
    /// The lockfile's lineage; absent without a lockfile.
    pub lineage: Option<String>,
    /// The lockfile's serial when the plan was made; absent without a lockfile.
    pub serial: Option<u64>,
    /// The fingerprint of what was there: declared, recorded and touched objects and the dependents of touched ones.
    pub observed: Fingerprint,
    /// The fingerprint of what is declared.
    pub desired: Fingerprint,
    /// What changed in the database since the lockfile was written.
    pub drift: Vec<Drift>,
    /// What differs.
    pub changes: Vec<PlannedChange>,
    /// What is run, in order.
    pub steps: Vec<PlannedStep>,
    /// What the rules say about the steps.
    pub hazards: Vec<Finding>,
    /// Drops that may be meant as renames.
    pub possible_renames: Vec<PossibleRename>,
    /// Consent given when the plan was made: `destructive`, `D002`, `D002:column:users.email`.
    pub allow: Vec<String>,
    /// Which schemas were looked at, where somebody said so.
    #[serde(default, skip_serializing_if = "PlannedScope::is_default")]
    pub scope: PlannedScope,
    /// What the environment demands before an apply.
    pub policy: Policy,
    /// Every object that is ours after the apply, with the hash of its declaration.
    pub managed: Vec<Managed>,
    /// Objects that are there, not declared and not ours: kept.
    pub unmanaged: Vec<Address>,
    /// Objects that are there and that the source's format could not have declared: kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beyond: Vec<Address>,
    /// Catalogue objects that are seen and not understood: kept.
    pub unmodelled: Vec<Unmodelled>,
    /// Statements of the source that define no schema.
    pub skipped_statements: Vec<String>,
    /// How many objects each rung of the equality ladder decided.
    pub equality: BTreeMap<String, u64>,
    /// Whether only some changes were asked for, so that the whole schema is not reached.
    pub partial: bool,
    /// Consent given after the plan was made.
    pub approvals: Vec<Approval>,
    /// What `prove` found.
    pub proof: Option<Proof>,
    /// The counts.
    pub summary: Summary,
}

/// The database a plan is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Where it is, redacted.
    pub location: String,
    /// The hash of what makes it this database.
    pub identity: Fingerprint,
    /// The server's or library's version.
    pub version: String,
}

/// An object that is not as the lockfile recorded it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drift {
    /// The object.
    pub address: Address,
    /// What happened to it.
    pub kind: DriftKind,
}

/// How an object drifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriftKind {
    /// It is another than recorded.
    Changed,
    /// It is gone.
    Missing,
}

/// One change with both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedChange {
    /// The object.
    pub address: Address,
    /// Its address before a rename.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_address: Option<Address>,
    /// What is done to it.
    pub action: ChangeAction,
    /// What it is; absent for a creation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Definition>,
    /// What it will be; absent for a drop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Definition>,
    /// Why.
    pub reason: Reason,
}

/// What a change does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "Terraform's words")]
pub enum ChangeAction {
    Create,
    Update,
    Delete,
    Rename,
}

/// Why an object changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It is declared and not there.
    Declared,
    /// Its declaration differs from what is there, and what is there is as recorded, or nothing was recorded.
    DeclarationChanged,
    /// It was changed in the database; the declaration is as it was.
    Drifted,
    /// Both the declaration and the database changed.
    DeclarationChangedAndDrifted,
    /// It is ours and no longer declared.
    NoLongerDeclared,
    /// It is not declared, and `--unmanaged drop` was given.
    Unmanaged,
    /// A `moved` entry says so.
    Moved,
}

/// A step in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedStep {
    /// `s1`, `s2`, …
    pub id: String,
    /// The step.
    pub step: Step,
    /// The steps that must come before it.
    pub depends_on: Vec<String>,
    /// What holds before it, by address: the hash of the object, or nothing for an absent one.
    pub precondition: Vec<Condition>,
    /// What holds after it.
    pub postcondition: Vec<Condition>,
}

/// The state of one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The object.
    pub address: Address,
    /// The hash of its canonical form; absent for an absent object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is: Option<Fingerprint>,
    /// Whether expressions are left out of the hash, because the database has yet to write them in its own way.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outline: bool,
}

impl Condition {
    /// Whether it holds.
    pub fn holds(&self, schema: &Schema) -> bool {
        let hash = if self.outline { Fingerprint::of_outline } else { Fingerprint::of_object };
        schema.object(&self.address).map(hash) == self.is
    }
}

/// A drop beside a creation of the same shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PossibleRename {
    /// What would be dropped.
    pub from: Address,
    /// What would be created.
    pub to: Address,
}

/// What the environment demands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// An approval of somebody.
    pub approval_required: bool,
    /// A backup, or an accepted risk, where data may be lost.
    pub backup_required_for_destructive: bool,
}

/// An object that is ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Managed {
    /// The object.
    pub address: Address,
    /// The hash of its declaration in canonical form.
    pub source: Fingerprint,
    /// Whether it is protected from now on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub protected: bool,
}

/// What a trial on a scratch copy showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// How: `copy` of the database with its rows.
    pub method: String,
    /// Whether the copy reached the planned schema.
    pub converged: bool,
    /// Rows of each kept table before and after.
    pub rows: BTreeMap<Address, (u64, u64)>,
    /// When, in RFC 3339.
    pub at: String,
}

/// The counts of a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Summary {
    pub create: u64,
    pub update: u64,
    pub delete: u64,
    pub rename: u64,
    pub unchanged: u64,
    pub steps: u64,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// By what a step is to be done instead of being run: it would make others wait, and nobody has consented to that.
    pub fn hand_over<'a>(&self, step: &'a Step) -> Option<&'a HandOver> {
        let allow = self.allowed();
        let waits = |it: &Finding| it.step == step.summary && is_about_waiting(it) && !is_allowed(it, &allow);
        step.hand_over.as_ref().filter(|_| self.hazards.iter().any(waits))
    }

    /// Whether a finding only says that a step waits for another tool, so that it stands in nobody's way.
    pub fn is_handed_over(&self, finding: &Finding) -> bool {
        let is_its = |step: &Step| step.summary == finding.step && step.hand_over.is_some();
        is_about_waiting(finding) && self.steps.iter().any(|it| is_its(&it.step))
    }

    /// Everything allowed, by the plan itself or by an approval of it.
    pub fn allowed(&self) -> Vec<String> {
        let extra = self.approvals_of_it().flat_map(|approval| approval.allow.iter());
        self.allow.iter().chain(extra).cloned().collect()
    }
}

/// Whether a finding is about others who have to wait, on MySQL: consent to that lets a step be run that is handed over.
fn is_about_waiting(finding: &Finding) -> bool {
    finding.level == Level::Consent && finding.code.starts_with('M')
}
