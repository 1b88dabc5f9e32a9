//! Patterns of addresses, as in `[ignore]` and `--exclude`.

use globset::{Glob, GlobMatcher};
use trueup_state::Address;

/// A pattern such as `table:audit_*` or `column:users.*`. One without a kind matches any kind.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    matcher: GlobMatcher,
}

/// A text is not a pattern.
#[derive(Debug, thiserror::Error)]
#[error("`{text}` is not a pattern: {reason}")]
pub struct PatternError {
    text: String,
    reason: String,
}

impl Pattern {
    /// Read a pattern.
    ///
    /// # Errors
    /// When a bracket in it is never closed and the like.
    pub fn parse(text: &str) -> Result<Pattern, PatternError> {
        let whole = if text.contains(':') { text.to_owned() } else { ["*:", text].concat() };
        let glob = Glob::new(&whole)
            .map_err(|error| PatternError { text: text.to_owned(), reason: error.kind().to_string() })?;
        Ok(Pattern { text: text.to_owned(), matcher: glob.compile_matcher() })
    }

    /// Whether it matches an address, or the table, view or virtual table that the address belongs to.
    pub fn matches(&self, address: &Address) -> bool {
        let owner = address.owner().map(|owner| [Address::Table(owner.clone()), Address::View(owner.clone())]);
        self.matcher.is_match(address.to_string())
            || owner.is_some_and(|owners| owners.iter().any(|owner| self.matcher.is_match(owner.to_string())))
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }
}
