//! How many tables are measured.

/// The numbers on the command line; without one, 1,000.
pub(crate) fn sizes() -> Vec<usize> {
    let sizes: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    if sizes.is_empty() { vec![1000] } else { sizes }
}
