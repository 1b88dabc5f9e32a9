//! `-- @moved from=…`, `-- @protect` and `-- @ignore`, beside what they speak of.

use trueup_contract::{Directive, DirectiveKind, RealizeError};
use trueup_state::{Address, Ident};

use super::{Declared, places::Places};
use crate::token::{Kind, Token};

/// Every directive of the files.
pub(super) fn find(
    declared: &[Declared<'_>],
    comments: &[(&Places<'_>, Vec<Token<'_>>)],
) -> Result<Vec<Directive>, RealizeError> {
    let mut directives = Vec::new();
    for (places, comments) in comments {
        for comment in comments {
            let text = comment.text.trim_start_matches(['-', '/', '*']).trim_end_matches(['/', '*']).trim();
            let Some(text) = text.strip_prefix('@') else { continue };
            let Some(kind) = kind(text) else {
                if ["moved", "protect", "ignore"].iter().any(|word| text.starts_with(word)) {
                    let message = ["`@", text, "` is not understood"].concat();
                    let hint = "write `-- @moved from=NAME`, `-- @protect` or `-- @ignore`".to_owned();
                    return Err(places.error(comment.at, comment.text.len(), message, Some(hint)));
                }
                continue;
            };
            let Some(address) = beside(declared, places, comment) else {
                let message = "this directive stands beside nothing that is declared".to_owned();
                return Err(places.error(comment.at, comment.text.len(), message, None));
            };
            directives.push(Directive { address, kind, place: places.place(comment.at) });
        }
    }
    Ok(directives)
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
fn beside(declared: &[Declared<'_>], places: &Places<'_>, comment: &Token<'_>) -> Option<Address> {
    let line_start = places.line_start(comment.at);
    let here = declared.iter().filter(|it| std::ptr::eq(it.places, places));
    let tokens = here.flat_map(|it| it.statement.tokens.iter().map(move |token| (it, token)));
    let (before, after): (Vec<_>, Vec<_>) = tokens.partition(|(_, token)| token.at < comment.at);
    let last = before.into_iter().max_by_key(|(_, token)| token.at);
    let next = after.into_iter().min_by_key(|(_, token)| token.at);
    let (it, token) = last.filter(|(_, token)| token.at >= line_start).or(next)?;
    match (column_at(&it.statement.tokens, token), it.address.as_ref()?) {
        (Some(column), Address::Table(table)) => Some(Address::Column(table.clone(), column)),
        (_, owner) => Some(owner.clone()),
    }
}

/// The column whose definition a token of CREATE TABLE belongs to; the comma behind it does too.
fn column_at(tokens: &[Token<'_>], token: &Token<'_>) -> Option<Ident> {
    let mut depth = 0usize;
    let mut column: Option<&Token<'_>> = None;
    let mut starts = false;
    for it in tokens {
        if it.is("(") {
            depth += 1;
            starts = depth == 1;
        } else if it.is(")") {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                column = None;
            }
        } else if starts {
            let constraint = ["constraint", "primary", "unique", "check", "foreign"].iter().any(|word| it.is(word));
            column = (it.is_name() && it.kind != Kind::Comment && !constraint).then_some(it);
            starts = false;
        }
        if it.at == token.at {
            return column.map(|name| Ident::from(name.unquoted().as_ref()));
        }
        if depth == 1 && it.is(",") {
            starts = true;
        }
    }
    None
}
