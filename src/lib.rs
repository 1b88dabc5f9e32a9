//! trueup keeps databases true to their declared schema.
//!
//! The engine: a desired and an observed schema are compared into a plan of ordered steps; `apply` carries it out and
//! records the outcome in a lockfile. `docs/architecture.md` is the map.

pub mod apply;
pub mod backend;
pub mod check;
pub mod cli;
pub mod config;
pub mod engine;
pub mod evidence;
pub mod export;
mod failpoint;
mod markdown;
pub mod mirror;
pub mod plan;
pub mod preflight;
pub mod registry;
mod words;
