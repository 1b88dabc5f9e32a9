//! The `trueup` command.

use std::process::ExitCode;

/// Schemas are many small objects: a plan for a thousand tables spends a fifth of its time in the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    trueup::cli::main()
}
