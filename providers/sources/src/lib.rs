//! Where desired schemas come from. Sources read files; they never look into SQL.

mod sql;

pub use sql::SqlFiles;
