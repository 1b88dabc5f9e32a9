//! Tables and what lies in them.
