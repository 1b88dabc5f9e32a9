//! From SQL text to a schema. Invariant: only this module and those below it know the parser's syntax tree.

mod depth;
mod fold;
mod names;
mod references;
mod statement;
mod target;
mod types;

pub(crate) use depth::parse;
use trueup_contract::{Inspection, RealizeError, Realized, Script};

/// Fold a script into a schema. `known` is the target, where there is one: its extensions' types and routines are what
/// names may mean besides what is declared.
pub(crate) fn script(script: &Script, known: &Inspection) -> Result<Realized, RealizeError> {
    fold::script(script, known)
}

#[cfg(test)]
mod tests;
