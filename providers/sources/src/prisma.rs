//! Prisma schemas: reading them, and what they mean to a database.

pub mod syntax;
