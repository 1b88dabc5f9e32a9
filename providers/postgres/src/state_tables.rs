//! The tables that keep the state in the database.
