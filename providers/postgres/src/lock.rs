//! The lock that keeps two applies apart.
