//! Partitions, inheritance and LIKE.
