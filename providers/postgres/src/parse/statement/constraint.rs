//! Keys, checks and foreign keys, in a table or behind a column.
