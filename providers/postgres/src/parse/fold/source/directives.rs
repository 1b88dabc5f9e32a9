//! `-- @moved from=…`, `-- @protect` and `-- @ignore`, beside what they speak of.

use squawk_syntax::{SyntaxKind, SyntaxNode, SyntaxToken};
use trueup_contract::DirectiveKind;
use trueup_state::Address;

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

/// A comment that looks like a directive and is none.
pub(super) struct Wrong {
    /// Where the comment starts.
    pub(super) at: usize,
    /// How long it is.
    pub(super) length: usize,
    /// What is wrong with it.
    pub(super) message: String,
}

impl Beside {
    /// What the directive speaks of: the smallest part that it stands beside, else the whole statement. An ALTER TABLE
    /// that adds one thing speaks of that thing.
    pub(super) fn subject(&self, whole: &Address, parts: &[(SyntaxNode, Address)]) -> Address {
        let holds = |node: &SyntaxNode| {
            let range = node.text_range();
            (usize::from(range.start())..usize::from(range.end())).contains(&self.anchor)
        };
        let inside = parts.iter().filter(|(node, _)| holds(node)).min_by_key(|(node, _)| node.text_range().len());
        let adds = |node: &SyntaxNode| {
            let alters =
                |it: &SyntaxNode| matches!(it.kind(), SyntaxKind::ALTER_TABLE | SyntaxKind::ALTER_FOREIGN_TABLE);
            node.ancestors().any(|it| alters(&it))
        };
        match (inside, parts) {
            (Some((_, address)), _) => address.clone(),
            (None, [(node, address)]) if adds(node) => address.clone(),
            (None, _) => whole.clone(),
        }
    }
}

/// Every directive of a file, in the order of what they stand beside.
pub(super) fn find(sql: &str, tree: &SyntaxNode) -> Result<Vec<Beside>, Wrong> {
    let mut all = Vec::new();
    if !sql.contains('@') {
        return Ok(all);
    }
    let tokens = tree.descendants_with_tokens().filter_map(|it| it.into_token());
    for token in tokens.filter(|token| token.kind() == SyntaxKind::COMMENT) {
        let comment = token.text().trim_start_matches(['-', '/', '*']).trim_end_matches(['/', '*']).trim();
        let Some(text) = comment.strip_prefix('@') else { continue };
        let (at, length) = (usize::from(token.text_range().start()), token.text().len());
        let Some(kind) = kind(text) else {
            if ["moved", "protect", "ignore"].iter().any(|word| text.starts_with(word)) {
                return Err(Wrong { at, length, message: ["`@", text, "` is not understood"].concat() });
            }
            continue;
        };
        let Some(anchor) = beside(sql, &token) else {
            let message = "this directive stands beside nothing that is declared".to_owned();
            return Err(Wrong { at, length, message });
        };
        all.push(Beside { at, length, kind, anchor: usize::from(anchor.text_range().start()) });
    }
    all.sort_by_key(|it| it.anchor);
    Ok(all)
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
fn beside(sql: &str, comment: &SyntaxToken) -> Option<SyntaxToken> {
    let at = usize::from(comment.text_range().start());
    let line = sql[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let is_real = |it: &SyntaxToken| !it.kind().is_trivia();
    let before = std::iter::successors(comment.prev_token(), SyntaxToken::prev_token).find(is_real);
    if let Some(before) = before.filter(|it| usize::from(it.text_range().start()) >= line) {
        return Some(owner_of_comma(before));
    }
    std::iter::successors(comment.next_token(), SyntaxToken::next_token).find(is_real)
}

/// A comma belongs to what stands before it.
fn owner_of_comma(token: SyntaxToken) -> SyntaxToken {
    if token.kind() != SyntaxKind::COMMA {
        return token;
    }
    let mut before = std::iter::successors(token.prev_token(), SyntaxToken::prev_token);
    before.find(|it| !it.kind().is_trivia()).unwrap_or(token)
}
