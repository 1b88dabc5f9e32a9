//! Declared texts as they must be written to mean the same under `search_path = public`.

use std::collections::BTreeSet;

use squawk_syntax::{SyntaxKind, SyntaxNode, ast, ast::AstNode};
use trueup_state::{Ident, Qualified, SqlText};

use super::Fold;
use crate::{canonical, parse::names};

impl Fold<'_> {
    /// The text of a part of the tree. Names that only the search path of the moment leads to are qualified.
    pub(crate) fn text(&self, node: &SyntaxNode) -> SqlText {
        self.sql_text(&self.written(node))
    }

    /// A text that is already such that it runs anywhere.
    pub(crate) fn sql_text(&self, written: &str) -> SqlText {
        let plain = canonical::plain(written);
        SqlText::new(plain.canonical(), written)
    }

    /// A part of the tree as text that runs under `search_path = public`.
    pub(crate) fn written(&self, node: &SyntaxNode) -> String {
        let text = node.text().to_string();
        let is_usual = self.search_path.first().is_none_or(|first| first.text() == "public");
        if is_usual {
            return text.trim().to_owned();
        }
        let base = usize::from(node.text_range().start());
        let mut edits = self.edits(node);
        edits.sort_unstable();
        edits.dedup();
        let mut result = String::with_capacity(text.len() + edits.len() * 8);
        let mut from = 0;
        for (at, prefix) in edits {
            let at = at - base;
            result.push_str(&text[from..at]);
            result.push_str(&prefix);
            from = at;
        }
        result.push_str(&text[from..]);
        result.trim().to_owned()
    }

    /// What to insert where.
    fn edits(&self, node: &SyntaxNode) -> Vec<(usize, String)> {
        let tables = node.descendants().filter_map(ast::WithTable::cast);
        let own: BTreeSet<Ident> =
            tables.filter_map(|it| it.syntax().children().next()).map(|it| names::one(&it)).collect();
        let mut edits = Vec::new();
        for it in node.descendants() {
            match it.kind() {
                SyntaxKind::PATH_TYPE => {
                    let name = it.children().find(|child| child.kind() == SyntaxKind::PATH_REF);
                    let is_type =
                        |it: &Qualified| self.declared.types.contains(it) || self.declared.relations.contains(it);
                    edits.extend(name.and_then(|name| self.edit(&name, is_type)));
                }
                SyntaxKind::RELATION_NAME_REF | SyntaxKind::TABLE_NAME_REF if !own.contains(&names::one(&it)) => {
                    edits.extend(self.edit(&it, |it| self.declared.relations.contains(it)));
                }
                SyntaxKind::CALL_EXPR => {
                    let name = it.children().next().filter(|child| child.kind() == SyntaxKind::NAME_REF);
                    edits.extend(name.and_then(|name| self.edit(&name, |it| self.declared.routines.contains(it))));
                }
                SyntaxKind::LITERAL => edits.extend(self.literal_edit(&it)),
                _ => (),
            }
        }
        edits
    }

    fn edit(&self, name: &SyntaxNode, is_one: impl Fn(&Qualified) -> bool) -> Option<(usize, String)> {
        let [name_only] = names::path(name).try_into().ok()?;
        let prefix = self.prefix(&name_only, is_one)?;
        let token =
            name.descendants_with_tokens().filter_map(|it| it.into_token()).find(|it| !it.kind().is_trivia())?;
        Some((token.text_range().start().into(), prefix))
    }

    /// The namespace to write before a name, with a dot; `None` where the name is found without.
    fn prefix(&self, name: &Ident, is_one: impl Fn(&Qualified) -> bool) -> Option<String> {
        let full = self.search_path.iter().map(|it| Qualified { namespace: it.clone(), name: name.clone() });
        let found = full.into_iter().find(|it| is_one(it))?;
        (found.namespace.text() != "public").then(|| [&names::quoted(&found.namespace), "."].concat())
    }

    /// `'name'` where it names a relation: in `nextval('name')` or `'name'::regclass`.
    fn literal_edit(&self, literal: &SyntaxNode) -> Option<(usize, String)> {
        let text = literal.text().to_string();
        let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
        let is_name = |it: &str| it.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$');
        let is_quoted = inner.len() > 2 && inner.starts_with('"') && inner.ends_with('"');
        if inner.is_empty() || !(is_name(inner) || is_quoted && is_name(&inner[1..inner.len() - 1])) {
            return None;
        }
        let around = literal.parent()?;
        let whole = if around.kind() == SyntaxKind::ARG { around.parent()?.parent()? } else { around };
        let other = whole.text().to_string().to_ascii_lowercase();
        let is_call = ["nextval", "currval", "setval", "pg_catalog.nextval"].iter().any(|it| other.starts_with(it));
        let is_cast = whole.kind() == SyntaxKind::CAST_EXPR && other.ends_with("regclass");
        if !is_call && !is_cast {
            return None;
        }
        let is_one = |it: &Qualified| self.declared.sequences.contains(it) || self.declared.relations.contains(it);
        let prefix = self.prefix(&names::ident(inner), is_one)?;
        Some((usize::from(literal.text_range().start()) + 1, prefix))
    }
}
