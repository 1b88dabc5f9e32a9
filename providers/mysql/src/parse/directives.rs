//! `-- @moved from=…`, `-- @protect` and `-- @ignore`, beside what they speak of.

use std::ops::Range;

use trueup_contract::DirectiveKind;
use trueup_state::Address;

use super::{Trouble, source::Text};
use crate::token::Token;

/// A directive and what it stands beside.
pub(super) struct Beside {
    /// Where the comment starts.
    pub(super) at: usize,
    /// How long it is.
    pub(super) length: usize,
    /// What it says.
    pub(super) kind: DirectiveKind,
    /// The start of the token that it stands beside.
    pub(super) anchor: usize,
}

impl Beside {
    /// What the directive speaks of: the smallest part that it stands beside, else the whole statement.
    pub(super) fn subject(&self, whole: &Address, parts: &[(Range<usize>, Address)]) -> Address {
        let inside = parts.iter().filter(|(range, _)| range.contains(&self.anchor));
        inside.min_by_key(|(range, _)| range.len()).map_or(whole, |(_, address)| address).clone()
    }
}

/// Every directive of a file, in the order of what they stand beside.
pub(super) fn find(text: &Text<'_>) -> Result<Vec<Beside>, Trouble> {
    let mut all = Vec::new();
    let directives = text.comments.iter().filter(|it| it.text.contains('@'));
    for comment in directives {
        let said = comment.text.trim_start_matches(['-', '/', '*', '#']).trim_end_matches(['/', '*']).trim();
        let Some(said) = said.strip_prefix('@') else { continue };
        let (at, length) = (comment.at, comment.text.trim_end().len());
        let Some(kind) = kind(said) else {
            if ["moved", "protect", "ignore"].iter().any(|word| said.starts_with(word)) {
                let hint = "write `-- @moved from=NAME`, `-- @protect` or `-- @ignore`";
                return Err(Trouble::at(at, length, ["`@", said, "` is not understood"].concat()).hint(hint));
            }
            continue;
        };
        let Some(anchor) = beside(text, comment) else { return Err(beside_nothing(at, length)) };
        all.push(Beside { at, length, kind, anchor: anchor.at });
    }
    all.sort_by_key(|it| it.anchor);
    Ok(all)
}

/// What is wrong with a directive that speaks of nothing.
pub(super) fn beside_nothing(at: usize, length: usize) -> Trouble {
    Trouble::at(at, length, "this directive stands beside nothing that is declared")
}

fn kind(text: &str) -> Option<DirectiveKind> {
    match text {
        "protect" => Some(DirectiveKind::Protect),
        "ignore" => Some(DirectiveKind::Ignore),
        _ => {
            let from = text.strip_prefix("moved")?.trim_start().strip_prefix("from=")?.trim();
            (!from.is_empty()).then(|| DirectiveKind::Moved { from: from.to_owned() })
        }
    }
}

/// What a comment stands beside: what ends on its line before it, else what comes next.
fn beside<'s, 'a>(text: &'s Text<'a>, comment: &Token<'_>) -> Option<&'s Token<'a>> {
    let line = text.line_start(comment.at);
    let next = text.statements.partition_point(|it| it.tokens.last().is_some_and(|last| last.at < comment.at));
    // The statement before the comment may end on its line, the one after it or around it begins later.
    let near = &text.statements[next.saturating_sub(1)..text.statements.len().min(next + 1)];
    let tokens = || near.iter().flat_map(|it| &it.tokens);
    let mut before: Vec<&Token<'_>> = tokens().filter(|it| it.at < comment.at && it.at >= line).collect();
    // A comma belongs to what stands before it.
    if before.last().is_some_and(|it| it.is(",")) {
        before = tokens().filter(|it| it.at < comment.at && !it.is(",")).collect();
    }
    before.last().copied().or_else(|| tokens().find(|it| it.at > comment.at))
}
