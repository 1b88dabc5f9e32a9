//! Prisma schemas: reading them, and what they mean to a database.

pub mod native;
mod parse;
mod problem;
pub mod syntax;
mod write;

pub use parse::parse;
pub use write::write;
