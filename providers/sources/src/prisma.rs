//! Prisma schemas: reading them, and what they mean to a database.

mod alike;
mod coverage;
mod datamodel;
mod findings;
mod lower;
mod names;
pub mod native;
mod parse;
mod problem;
mod resolve;
mod source;
pub mod syntax;
#[cfg(test)]
mod tests;
mod write;

pub use alike::alike;
pub use parse::parse;
pub use source::PrismaFiles;
pub use write::write;
