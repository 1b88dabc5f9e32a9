//! Texts that name the connected database, in which everything is anyway.

use std::borrow::Cow;

use crate::{
    token::{Kind, Token, significant},
    version::Version,
};

/// Functions whose argument is a sequence.
const OF_SEQUENCES: [&str; 4] = ["nextval", "lastval", "setval", "previous"];

/// A text of the server's own without the name of the connected database, where it can be nothing else: before a table and
/// its column, and before a sequence. Two names with a dot may be a table's and its column's.
pub(crate) fn at_home<'a>(text: &'a str, database: &str, version: Option<Version>) -> Cow<'a, str> {
    let quoted = ["`", &database.replace('`', "``"), "`."].concat();
    if database.is_empty() || !text.contains(&quoted) {
        return Cow::Borrowed(text);
    }
    let Ok(tokens) = significant(text, version) else { return Cow::Borrowed(text) };
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for at in 0..tokens.len() {
        if is_database(&tokens, at, database) {
            kept.push_str(&text[from..tokens[at].at]);
            from = tokens[at + 1].end();
        }
    }
    kept.push_str(&text[from..]);
    Cow::Owned(kept)
}

fn is_database(tokens: &[Token<'_>], at: usize, database: &str) -> bool {
    let is = |at: usize, word: &str| tokens.get(at).is_some_and(|it| it.is(word));
    let is_name = |at: usize| tokens.get(at).is_some_and(Token::is_name);
    let is_second = at > 0 && is(at - 1, ".");
    let is_ours = tokens[at].kind == Kind::Quoted && tokens[at].unquoted() == database && !is_second;
    if !is_ours || !is(at + 1, ".") || !is_name(at + 2) {
        return false;
    }
    let is_whole = is(at + 3, ".") && is_name(at + 4);
    let is_sequence = at > 1 && is(at - 1, "(") && tokens[at - 2].is_any(&OF_SEQUENCES);
    is_whole || is_sequence
}

#[cfg(test)]
mod tests {
    use super::at_home;

    #[test]
    fn only_the_database_goes() {
        for (text, expected) in [
            ("select `shop`.`a`.`id` AS `id` from `a`", "select `a`.`id` AS `id` from `a`"),
            ("`n` int DEFAULT nextval(`shop`.`s`)", "`n` int DEFAULT nextval(`s`)"),
            ("select `shop`.`id` from `shop`", "select `shop`.`id` from `shop`"),
            ("select '`shop`.`a`.`b`', `x`.`shop`.`y`", "select '`shop`.`a`.`b`', `x`.`shop`.`y`"),
            ("select `other`.`a`.`id`", "select `other`.`a`.`id`"),
        ] {
            assert_eq!(at_home(text, "shop", None), expected, "{text}");
        }
    }
}
