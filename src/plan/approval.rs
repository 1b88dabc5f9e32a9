//! Somebody's consent to a plan, and what it is that they confirm.

use serde::{Deserialize, Serialize};
use trueup_contract::Transaction;
use trueup_state::Fingerprint;

use super::Plan;
use crate::{
    check::{Finding, Level, is_allowed},
    words::counted,
};

/// Somebody's consent to a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The plan it is for.
    pub plan_id: Fingerprint,
    /// Who.
    pub by: String,
    /// When, in RFC 3339.
    pub at: String,
    /// What is allowed besides.
    pub allow: Vec<String>,
    /// Where a backup is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<String>,
    /// Why none is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accept_risk: Option<String>,
    /// What was confirmed, in words that can be read without the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirms: Option<Confirmation>,
}

/// What an approval confirms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// The environment, where the plan is for one.
    pub environment: Option<String>,
    /// The database, redacted.
    pub target: String,
    /// Whether the plan may lose data.
    pub destructive: Destructive,
    /// How the plan is carried out.
    pub strategy: String,
    /// Which schemas were looked at.
    pub scope: String,
}

/// Whether a plan loses data, and may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Destructive {
    /// It loses nothing.
    None,
    /// Everything that it loses may be lost.
    Allowed,
    /// Something that it loses may not be lost: an apply is refused.
    NotAllowed,
}

impl Destructive {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Destructive::None => "none in this plan",
            Destructive::Allowed => "allowed",
            Destructive::NotAllowed => "not allowed",
        }
    }
}

/// The schemas that a plan looks at, as far as somebody said so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedScope {
    /// These besides the declared ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<String>,
    /// Never these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
}

impl PlannedScope {
    /// Whether nobody said anything.
    pub fn is_default(&self) -> bool {
        self.include.is_empty() && self.exclude.is_empty()
    }

    /// In words.
    pub fn words(&self) -> String {
        let beside = if self.include.is_empty() { String::new() } else { [" and ", &self.include.join(", ")].concat() };
        let without =
            if self.exclude.is_empty() { String::new() } else { [", never ", &self.exclude.join(", ")].concat() };
        ["the declared schemas", &beside, &without].concat()
    }
}

impl Plan {
    /// What the rules say of data that is lost.
    pub fn destructive_findings(&self) -> impl Iterator<Item = &Finding> {
        self.hazards.iter().filter(|finding| finding.loses_data())
    }

    /// The approvals of this very plan.
    pub fn approvals_of_it(&self) -> impl DoubleEndedIterator<Item = &Approval> {
        self.approvals.iter().filter(|it| it.plan_id == self.plan_id)
    }

    /// What still needs somebody's consent.
    pub fn open_consents(&self) -> impl Iterator<Item = &Finding> {
        let allow = self.allowed();
        let needs = move |it: &&Finding| it.level == Level::Consent && !is_allowed(it, &allow);
        self.hazards.iter().filter(needs).filter(|it| !self.is_handed_over(it))
    }

    /// Whether the environment wants an approval that nobody has given.
    pub fn lacks_approval(&self) -> bool {
        self.policy.approval_required && self.approvals_of_it().next().is_none()
    }

    /// Whether the environment wants a backup, or an accepted risk, of what this plan loses.
    pub fn wants_backup(&self) -> bool {
        self.policy.backup_required_for_destructive && self.destructive_findings().next().is_some()
    }

    /// Whether data is lost, and may be, as far as everybody has said until now.
    pub fn destructive(&self) -> Destructive {
        let allow = self.allowed();
        match (self.destructive_findings().next(), self.destructive_findings().all(|it| is_allowed(it, &allow))) {
            (None, _) => Destructive::None,
            (Some(_), true) => Destructive::Allowed,
            (Some(_), false) => Destructive::NotAllowed,
        }
    }

    /// How the plan is carried out, in words: one transaction, or with commits between.
    pub fn strategy(&self) -> String {
        let inside = self.steps.iter().filter(|it| it.step.transaction == Transaction::Inside).count();
        let how = match self.steps.len() - inside {
            0 => "in one transaction".to_owned(),
            alone => [
                &counted(alone, "step"),
                " of ",
                &self.steps.len().to_string(),
                " stand alone, each with its own commit",
            ]
            .concat(),
        };
        ["declared schema, by plan: ", &how].concat()
    }

    /// What an approval of this plan confirms now.
    pub fn confirmation(&self) -> Confirmation {
        Confirmation {
            environment: self.environment.clone(),
            target: self.target.location.clone(),
            destructive: self.destructive(),
            strategy: self.strategy(),
            scope: self.scope.words(),
        }
    }
}

impl Approval {
    /// Where the backup is, or why there is none.
    pub fn backup_words(&self) -> String {
        match (&self.backup, &self.accept_risk) {
            (Some(backup), _) => ["backup ", backup].concat(),
            (None, Some(reason)) => ["risk accepted: ", reason].concat(),
            (None, None) => "no backup named".to_owned(),
        }
    }
}
