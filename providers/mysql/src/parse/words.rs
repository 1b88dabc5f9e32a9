//! Columns under new names, in texts.

use std::collections::BTreeMap;

use trueup_state::{Ident, SqlText};

use crate::{
    canonical::{self, Names},
    render,
    token::{self, Kind, Token},
    version::Version,
};

/// New names of columns, all given at once.
#[derive(Clone, Debug, Default)]
pub(super) struct Renames(BTreeMap<String, Ident>);

impl Renames {
    pub(super) fn add(&mut self, from: Ident, to: Ident) {
        self.0.insert(from.folded(), to);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What a column is called now.
    pub(super) fn of(&self, name: &Ident) -> Ident {
        self.0.get(&name.folded()).unwrap_or(name).clone()
    }
}

/// An expression over columns that have new names now.
pub(super) fn renamed(text: &SqlText, renames: &Renames, version: Option<Version>) -> SqlText {
    let written = text.written();
    let Ok(tokens) = token::significant(written, version) else { return text.clone() };
    let mut out = String::new();
    let mut end = 0;
    for (at, token) in tokens.iter().enumerate() {
        let Some(to) = renames.0.get(&token.unquoted().to_ascii_lowercase()).filter(|_| is_column(&tokens, at)) else {
            continue;
        };
        out.push_str(&written[end..token.at]);
        out.push_str(&render::sql("").ident(to).finish());
        end = token.end();
    }
    if end == 0 {
        return text.clone();
    }
    out.push_str(&written[end..]);
    match token::significant(&out, version) {
        Ok(tokens) => canonical::expression(&out, &tokens),
        Err(_) => text.clone(),
    }
}

/// The definition of a trigger whose table has a new name: what follows the first ON.
pub(super) fn on_table(definition: &SqlText, to: &Ident, version: Option<Version>) -> SqlText {
    let written = definition.written();
    let Ok(tokens) = token::significant(written, version) else { return definition.clone() };
    let on = tokens.iter().position(|it| it.is("on"));
    let Some(table) = on.and_then(|at| tokens.get(at + 1)) else { return definition.clone() };
    let out = [&written[..table.at], &render::sql("").ident(to).finish(), &written[table.end()..]].concat();
    match token::significant(&out, version) {
        // What is written begins with the trigger's name.
        Ok(tokens) => {
            let canonical = canonical::text(&out, tokens.get(1..).unwrap_or_default(), Names::Any);
            SqlText::new(canonical.canonical(), out)
        }
        Err(_) => definition.clone(),
    }
}

/// Whether a token may be a column: a name that is not called as a function.
fn is_column(tokens: &[Token<'_>], at: usize) -> bool {
    let token = &tokens[at];
    let is_called = token.kind == Kind::Word && tokens.get(at + 1).is_some_and(|it| it.is("("));
    token.is_name() && !is_called
}
