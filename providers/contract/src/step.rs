//! One statement of a plan and everything the planner may know about it.

use serde::{Deserialize, Serialize};
use trueup_state::Address;

use crate::Hazard;

/// One step of a plan.
///
/// `provides`, `removes`, `requires` and `releases` are all that decides its place. An ALTER that its dependents cannot
/// survive both removes and provides its address; one that they survive only requires it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What it does, for people: `rebuild table users`.
    pub summary: String,
    /// What is run.
    pub action: Action,
    /// Other ways to do the same, in order, for a server that refuses the one before because of how it would have to do
    /// it: where it cannot change a table in place, it may copy it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fallbacks: Vec<Action>,
    /// How another tool does it beside the database's users, where it is not to be run here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand_over: Option<HandOver>,
    /// What would take it back, where something can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
    /// The changes this step carries out, by address. After it, each of them is as planned.
    pub changes: Vec<Address>,
    /// Objects that exist after this step and did not before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub provides: Vec<Address>,
    /// Objects that exist before this step and do not after.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removes: Vec<Address>,
    /// Objects that must exist while this step runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<Address>,
    /// Objects this step stops referring to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub releases: Vec<Address>,
    /// Names it takes and frees, where objects of different kinds or owners share a space of names.
    #[serde(default, skip_serializing_if = "Names::is_empty")]
    pub names: Names,
    /// How it sits with transactions.
    pub transaction: Transaction,
    /// What others cannot do meanwhile.
    pub lock: Lock,
    /// Whether the rows of a table are written anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rewrites: bool,
    /// Whether foreign keys must be no more violated after the transaction than before it. The database compares.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub compares_foreign_keys: bool,
    /// Facts that a rule may object to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hazards: Vec<Hazard>,
}

/// What a step runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// One or more statements.
    Sql(String),
}

impl Default for Action {
    fn default() -> Self {
        Action::Sql(String::new())
    }
}

impl Action {
    /// The SQL of this action, to show.
    pub fn sql(&self) -> &str {
        match self {
            Action::Sql(sql) => sql,
        }
    }
}

/// A step that a tool for changing large tables online shall carry out. An apply waits for it before this step, and goes on
/// once the catalogue shows the step's changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    /// Why it is not run here.
    pub reason: String,
    /// A command line for each tool that can do it, without anything secret in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
    /// What to look at before: why a tool cannot do it, or only with care.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub preflight: Vec<String>,
}

/// Names in a space that several kinds of objects share, such as SQLite's one space for tables, views and indexes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// Names that must be free before this step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub takes: Vec<String>,
    /// Names that are free after this step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frees: Vec<String>,
}

impl Names {
    fn is_empty(&self) -> bool {
        let Names { takes, frees } = self;
        takes.is_empty() && frees.is_empty()
    }
}

/// How a statement sits with transactions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transaction {
    /// It shares one with the steps around it.
    #[default]
    Inside,
    /// It cannot run in a transaction at all, like `CREATE INDEX CONCURRENTLY`.
    Outside,
    /// Its effect is usable only after a commit, like `ALTER TYPE ... ADD VALUE`.
    CommitAfter,
}

/// What a step keeps others from doing while it runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lock {
    /// Nothing.
    #[default]
    None,
    /// Writing to the object.
    Writes,
    /// Reading and writing the object.
    ReadsAndWrites,
    /// Writing anywhere in the database, as every write in SQLite.
    DatabaseWrites,
}
