//! Names that PostgreSQL generates.
