//! `plan.json`: the identity of a plan, reading and writing.

use trueup_state::Fingerprint;

use super::{FORMAT_VERSION, Plan};

/// A plan file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PlanFileError {
    /// It is not JSON of our form: cut off, or not a plan.
    #[error("the plan file cannot be read: {0}")]
    Malformed(String),
    /// It was written by another major version.
    #[error("the plan file has format {0}, this trueup knows {FORMAT_VERSION}")]
    Version(String),
    /// Its content does not fit its id.
    #[error("the plan file was edited after it was made: its content does not fit its plan_id")]
    Edited,
}

impl Plan {
    /// The identity of the plan: everything but its own id, row counts, approvals and proof.
    pub fn identity(&self) -> Fingerprint {
        let mut bare = self.clone();
        bare.plan_id = Fingerprint::of_bytes(b"");
        // The list of all that is ours is long: its hash stands for it, beside the few that are protected.
        let managed = Fingerprint::of_set(bare.managed.iter().map(|it| (&it.address, it.source)));
        bare.managed.retain(|it| it.protected);
        bare.approvals.clear();
        bare.proof = None;
        for finding in &mut bare.hazards {
            finding.evidence = None;
            finding.message.clear();
        }
        // A plan holds nothing that JSON cannot say; were it otherwise, no id would fit and apply would refuse.
        Fingerprint::of_json(&(bare, managed)).unwrap_or_else(|_| Fingerprint::of_bytes(b"unwritable"))
    }

    /// The same plan with its identity filled in.
    pub fn identified(mut self) -> Plan {
        self.plan_id = self.identity();
        self
    }

    /// Read a plan file.
    ///
    /// # Errors
    /// When it is not a plan, one of another format, or was edited.
    pub fn parse(text: &str) -> Result<Plan, PlanFileError> {
        let malformed = |error: serde_json::Error| PlanFileError::Malformed(error.to_string());
        let value: serde_json::Value = serde_json::from_str(text).map_err(malformed)?;
        let version = value.get("format_version").and_then(|it| it.as_str()).unwrap_or("none").to_owned();
        if version.split('.').next() != FORMAT_VERSION.split('.').next() {
            return Err(PlanFileError::Version(version));
        }
        let plan: Plan = serde_json::from_value(value).map_err(malformed)?;
        if plan.identity() == plan.plan_id { Ok(plan) } else { Err(PlanFileError::Edited) }
    }

    /// The content of a plan file.
    ///
    /// # Errors
    /// Never in practice: a plan holds nothing that JSON cannot say.
    pub fn render(&self) -> Result<String, PlanFileError> {
        let text = serde_json::to_string_pretty(self).map_err(|error| PlanFileError::Malformed(error.to_string()))?;
        Ok([&text, "\n"].concat())
    }
}
