//! Which statements carry out which changes.
