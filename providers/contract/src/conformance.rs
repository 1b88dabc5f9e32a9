//! What every provider and every state backend must do, as suites that each of them runs.
//!
//! A suite is a list of claims. Every claim is tried, and all that do not hold are told, one a line.

pub mod backend;
pub mod provider;

use std::fmt::{Debug, Display};

use crate::{Holder, LockFailure};

/// What became of the claims of a suite.
#[derive(Debug, Default)]
struct Claims(Vec<String>);

impl Claims {
    /// Take down whether a claim holds.
    fn that(&mut self, claim: &str, outcome: Result<(), String>) {
        self.0.extend(outcome.err().map(|reason| [claim, ": ", &reason].concat()));
    }

    fn finish(self) -> Result<(), String> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0.join("\n")) }
    }
}

/// An error as the reason why a claim does not hold.
fn told(error: impl Display) -> String {
    error.to_string()
}

/// A condition, and the reason why a claim does not hold without it.
fn ensure(holds: bool, otherwise: impl Into<String>) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}

/// Two things that must be equal.
fn same<T: PartialEq + Debug>(what: &str, found: &T, expected: &T) -> Result<(), String> {
    ensure(found == expected, format!("{what} is {found:?}, expected {expected:?}"))
}

/// Somebody who takes locks.
fn holder(command: &str) -> Holder {
    Holder {
        pid: std::process::id(),
        host: "conformance".to_owned(),
        since: "2000-01-01T00:00:00Z".to_owned(),
        command: command.to_owned(),
    }
}

/// A lock must have been refused, with the name of who has it.
fn is_taken<T>(attempt: Result<T, LockFailure>, by: &Holder) -> Result<(), String> {
    match attempt {
        Ok(_) => Err("it was given twice".to_owned()),
        Err(LockFailure::Taken(found)) => same("the holder", &found.as_ref(), &Some(by)),
        Err(LockFailure::Failed(reason)) => Err(reason),
    }
}
