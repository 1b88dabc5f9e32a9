//! Who may say yes to what.

use trueup_state::Address;

use super::{Finding, Level, rules};

/// A configured level for a code, for everything or for one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The code.
    pub code: String,
    /// Only for this object.
    pub address: Option<Address>,
    /// The level.
    pub level: Level,
}

/// The levels that the configuration sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels(pub Vec<Override>);

impl Levels {
    /// The level for a code and an object, if one is set; an entry for the object wins over one for all.
    pub fn of(&self, code: &str, address: &Address) -> Option<Level> {
        let fitting = || self.0.iter().filter(|entry| entry.code == code);
        let own = fitting().find(|entry| entry.address.as_ref() == Some(address));
        own.or_else(|| fitting().find(|entry| entry.address.is_none())).map(|entry| entry.level)
    }
}

/// Whether one of the given allowances covers a finding: `destructive` covers all data loss, a code or slug covers that
/// rule, `CODE:ADDRESS` covers it for one object.
pub fn is_allowed(finding: &Finding, allow: &[String]) -> bool {
    allow.iter().any(|allowance| {
        if allowance == "destructive" {
            return finding.loses_data();
        }
        let (rule, address) = match allowance.split_once(':') {
            Some((rule, address)) => (rule, Some(address)),
            None => (allowance.as_str(), None),
        };
        let fits = rule.eq_ignore_ascii_case(&finding.code) || rule == finding.slug;
        fits && address.is_none_or(|address| address == finding.address.to_string())
    })
}

/// Whether an allowance can mean anything; a misspelt one must not pass for consent that was given.
pub fn is_known_allowance(allowance: &str) -> bool {
    let (rule, address) = match allowance.split_once(':') {
        Some((rule, address)) => (rule, Some(address)),
        None => (allowance, None),
    };
    let known = rules::CHECKS.iter().any(|check| check.code().eq_ignore_ascii_case(rule) || check.slug() == rule);
    match address {
        None => known || matches!(rule, "destructive" | "unproven"),
        Some(address) => known && address.parse::<Address>().is_ok(),
    }
}
