//! What the environment demands before an apply.

use super::Session;
use crate::{cli::failure::Failure, plan::Policy};

impl Session {
    /// What the environment demands before an apply; nothing where none was chosen.
    pub(in crate::cli) fn policy(&self) -> Result<Policy, Failure> {
        let (Some(environment), Some(name)) = (self.environment()?, &self.environment) else {
            return Ok(Policy::default());
        };
        Ok(Policy {
            approval_required: environment.wants_approval(name),
            backup_required_for_destructive: environment.wants_backup(name),
        })
    }
}
