//! Rules that judge the facts of steps.

mod consent;
pub mod rules;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trueup_contract::{Answer, Hazard, Step};
use trueup_state::Address;

pub use consent::{Levels, Override, is_allowed, is_known_allowance};

/// What a rule says about one hazard of one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The rule: `D002`.
    pub code: String,
    /// The rule in words: `drop-column`.
    pub slug: String,
    /// What it takes to go on.
    pub level: Level,
    /// What it is about.
    pub address: Address,
    /// The step, as its summary.
    pub step: String,
    /// What will happen, in plain words.
    pub message: String,
    /// What the rows say; absent where they were not asked or could not answer yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Answer>,
}

impl Finding {
    /// Whether it is rows that stand against the step, so that correcting them helps. Rules of the letter F are about
    /// steps that fail on rows; what any other rule counts is what the step would do to them.
    pub fn is_of_rows(&self) -> bool {
        self.code.starts_with('F') && self.evidence.as_ref().is_some_and(|answer| answer.count > 0)
    }

    /// Whether data is lost: the rules of the letter D.
    pub fn loses_data(&self) -> bool {
        self.code.starts_with('D')
    }
}

/// What it takes to go on in spite of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Nothing, and not a word.
    Allow,
    /// Nothing.
    Warn,
    /// Somebody's consent.
    Consent,
    /// Nothing helps: the rows stand against it, or the configuration forbids it.
    Refuse,
}

/// One rule about one kind of fact; each has a page, `docs/checks/<CODE>.md`.
pub struct Rule {
    code: &'static str,
    slug: &'static str,
    level: Level,
    judge: fn(&Hazard, Option<&Answer>) -> Option<String>,
}

impl Rule {
    /// The code: a letter and three digits.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The pattern in words, so that "allow drop-table" reads well.
    pub fn slug(&self) -> &'static str {
        self.slug
    }

    /// What it takes by default.
    pub fn level(&self) -> Level {
        self.level
    }

    /// What to say about a hazard; `None` if it is not this rule's. The answer is absent where rows were not asked.
    pub fn judge(&self, hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
        (self.judge)(hazard, answer)
    }
}

/// What the questions of steps were answered, by their query.
pub type Answers = BTreeMap<String, Answer>;

/// Every finding about these steps.
pub fn check(steps: &[Step], answers: &Answers, levels: &Levels) -> Vec<Finding> {
    let mut findings = Vec::new();
    for step in steps {
        for hazard in &step.hazards {
            let answer = hazard.question.as_ref().and_then(|question| answers.get(&question.sql));
            findings.extend(rules::CHECKS.iter().filter_map(|rule| finding(rule, step, hazard, answer, levels)));
        }
    }
    findings
}

fn finding(rule: &Rule, step: &Step, hazard: &Hazard, answer: Option<&Answer>, levels: &Levels) -> Option<Finding> {
    let message = rule.judge(hazard, answer)?;
    let must_be_zero = hazard.question.as_ref().is_some_and(|question| question.must_be_zero);
    let level = if must_be_zero && answer.is_some_and(|answer| answer.count > 0) {
        Level::Refuse
    } else {
        levels.of(rule.code(), &hazard.address).unwrap_or(rule.level())
    };
    (level > Level::Allow).then(|| Finding {
        code: rule.code().to_owned(),
        slug: rule.slug().to_owned(),
        level,
        address: hazard.address.clone(),
        step: step.summary.clone(),
        message,
        evidence: answer.cloned(),
    })
}
