//! A statement as a row of tokens: for the grammars that are little more than keywords and names.

use squawk_syntax::{SyntaxKind, SyntaxNode, SyntaxToken, ast, ast::AstNode};
use trueup_state::{Ident, Qualified, SqlText};

use crate::parse::{
    fold::{Fold, Trouble, wrong},
    names, types,
};

/// The tokens of one statement, read from the first to the last.
pub(crate) struct Tokens {
    statement: SyntaxNode,
    all: Vec<SyntaxToken>,
    at: usize,
}

/// A name as it is written, dots and all.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    /// Where it stands.
    pub(crate) node: SyntaxNode,
    /// Its parts.
    pub(crate) parts: Vec<Ident>,
}

impl Tokens {
    pub(crate) fn of(statement: &SyntaxNode) -> Tokens {
        let tokens = statement.descendants_with_tokens().filter_map(|element| element.into_token());
        let all = tokens.filter(|it| !it.kind().is_trivia() && it.kind() != SyntaxKind::SEMICOLON).collect();
        Tokens { statement: statement.clone(), all, at: 0 }
    }

    /// The statement itself.
    pub(crate) fn statement(&self) -> &SyntaxNode {
        &self.statement
    }

    /// The text of the next token; empty at the end.
    pub(crate) fn peek(&self) -> &str {
        self.all.get(self.at).map_or("", SyntaxToken::text)
    }

    pub(crate) fn at_end(&self) -> bool {
        self.at >= self.all.len()
    }

    /// Where we are, to come back to.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// Go back to where we were.
    pub(crate) fn go_to(&mut self, position: usize) {
        self.at = position;
    }

    /// Whether these words, separated by spaces, come next.
    pub(crate) fn is(&self, words: &str) -> bool {
        let mut rest = self.all[self.at.min(self.all.len())..].iter();
        words.split(' ').all(|word| rest.next().is_some_and(|token| token.text().eq_ignore_ascii_case(word)))
    }

    /// Whether these words come next; if so, they are passed.
    pub(crate) fn take(&mut self, words: &str) -> bool {
        let found = self.is(words);
        if found {
            self.at += words.split(' ').count();
        }
        found
    }

    /// Whether these words stand anywhere from here on.
    pub(crate) fn has(&self, words: &str) -> bool {
        let words: Vec<&str> = words.split(' ').collect();
        let rest = &self.all[self.at.min(self.all.len())..];
        rest.windows(words.len())
            .any(|all| all.iter().zip(&words).all(|(it, word)| it.text().eq_ignore_ascii_case(word)))
    }

    /// These words must come next.
    pub(crate) fn need(&mut self, words: &str) -> Result<(), Trouble> {
        if self.take(words) { Ok(()) } else { Err(self.trouble(["`", words, "` is expected here"].concat())) }
    }

    /// The statement must end here, but for how far a DROP or REVOKE reaches.
    pub(crate) fn end(&mut self) -> Result<(), Trouble> {
        let _ = self.take("CASCADE") || self.take("RESTRICT");
        if self.at_end() { Ok(()) } else { Err(self.trouble(["`", self.peek(), "` is not understood here"].concat())) }
    }

    /// The next token, whatever it is.
    pub(crate) fn next(&mut self) -> Option<SyntaxToken> {
        let token = self.all.get(self.at).cloned();
        self.at += usize::from(token.is_some());
        token
    }

    /// The text of the next token, which is passed.
    pub(crate) fn next_text(&mut self) -> String {
        self.next().map(|it| it.text().to_owned()).unwrap_or_default()
    }

    /// The part of the tree at which we are.
    pub(crate) fn node(&self) -> SyntaxNode {
        let token = self.all.get(self.at).or(self.all.last());
        token.and_then(SyntaxToken::parent).unwrap_or_else(|| self.statement.clone())
    }

    /// What comes next is wrong.
    pub(crate) fn trouble(&self, message: impl Into<String>) -> Trouble {
        wrong(&self.node(), message)
    }

    /// The largest part of the tree that starts here and is of a kind.
    fn largest<T>(&self, cast: impl Fn(&SyntaxNode) -> Option<T>) -> Option<(T, SyntaxNode)> {
        let token = self.all.get(self.at)?;
        let start = token.text_range().start();
        let ancestors = token.parent_ancestors().take_while(|node| {
            let mut below = node.descendants_with_tokens().filter_map(|element| element.into_token());
            node != &self.statement
                && below.find(|it| !it.kind().is_trivia()).is_some_and(|it| it.text_range().start() == start)
        });
        ancestors.filter_map(|node| cast(&node).map(|it| (it, node))).last()
    }

    /// Go behind a part of the tree.
    pub(crate) fn pass(&mut self, node: &SyntaxNode) {
        let end = node.text_range().end();
        while self.all.get(self.at).is_some_and(|token| token.text_range().start() < end) {
            self.at += 1;
        }
    }

    /// An identifier.
    pub(crate) fn ident(&mut self) -> Result<Ident, Trouble> {
        // `E'…'` begins with a letter, too.
        let is_name = |text: &str| {
            text.starts_with('"') || text.starts_with(|c: char| c.is_alphabetic() || c == '_') && !text.contains('\'')
        };
        match self.all.get(self.at) {
            Some(token) if is_name(token.text()) => {
                let name = names::ident(token.text());
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.trouble("a name is expected here")),
        }
    }

    /// A name, perhaps with dots.
    pub(crate) fn name(&mut self) -> Result<Written, Trouble> {
        let largest =
            self.largest(|node| (matches!(node.kind(), SyntaxKind::PATH | SyntaxKind::PATH_REF)).then(|| node.clone()));
        let node = largest.map_or_else(|| self.node(), |(node, _)| node);
        let mut parts = vec![self.ident()?];
        while self.take(".") {
            parts.push(self.ident()?);
        }
        Ok(Written { node, parts })
    }

    /// A string literal, in any of its spellings.
    pub(crate) fn string(&mut self) -> Result<String, Trouble> {
        match self.largest(|node| ast::Literal::cast(node.clone()).and_then(|it| names::string(&it))) {
            Some((value, node)) => {
                self.pass(&node);
                Ok(value)
            }
            None => Err(self.trouble("a string is expected here")),
        }
    }

    /// Whether a string literal comes next.
    pub(crate) fn is_string(&self) -> bool {
        self.peek().contains('\'') || (self.peek().starts_with('$') && self.peek().len() > 1)
    }

    /// A whole number, perhaps with a sign.
    pub(crate) fn number(&mut self) -> Result<i64, Trouble> {
        let minus = self.take("-");
        let _ = !minus && self.take("+");
        let digits = self.peek().replace('_', "");
        let text = if minus { ["-", &digits].concat() } else { digits };
        let value = text.parse().map_err(|_| self.trouble("a number between -2^63 and 2^63-1 is expected here"))?;
        self.at += 1;
        Ok(value)
    }

    /// A type.
    pub(crate) fn ty(&mut self, fold: &mut Fold<'_>) -> Result<SqlText, Trouble> {
        match self.largest(|node| ast::Type::cast(node.clone())) {
            Some((ty, node)) => {
                let text = types::text(fold, &ty)?;
                self.pass(&node);
                Ok(text)
            }
            None => Err(self.trouble("a type is expected here")),
        }
    }

    /// The parentheses with the arguments of a routine.
    pub(crate) fn param_list(&self) -> Option<ast::ParamList> {
        self.largest(|node| ast::ParamList::cast(node.clone())).map(|(list, _)| list)
    }

    /// An operator's name, perhaps with a schema: the schema, and the sign.
    pub(crate) fn operator(&mut self) -> Result<(Option<Ident>, String), Trouble> {
        let wrapped = self.take("OPERATOR (");
        let mut namespace = None;
        if self.peek().starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '"') {
            namespace = Some(self.ident()?);
            self.need(".")?;
        }
        let mut sign = String::new();
        let mut end = None;
        while let Some(token) = self.all.get(self.at) {
            let is_sign = token.text().chars().all(|c| "+-*/<>=~!@#%^&|`?".contains(c));
            if !is_sign || end.is_some_and(|end| end != token.text_range().start()) {
                break;
            }
            sign.push_str(token.text());
            end = Some(token.text_range().end());
            self.at += 1;
        }
        if wrapped {
            self.need(")")?;
        }
        if sign.is_empty() { Err(self.trouble("an operator is expected here")) } else { Ok((namespace, sign)) }
    }

    /// An expression in parentheses: the node between them.
    pub(crate) fn parenthesized(&mut self) -> Result<SyntaxNode, Trouble> {
        self.need("(")?;
        let found = self.largest(|node| ast::Expr::cast(node.clone()));
        let Some((_, node)) = found else {
            return Err(self.trouble("an expression is expected here"));
        };
        self.pass(&node);
        self.need(")")?;
        Ok(node)
    }

    /// An expression.
    pub(crate) fn expression(&mut self) -> Result<SyntaxNode, Trouble> {
        let Some((_, node)) = self.largest(|node| ast::Expr::cast(node.clone())) else {
            return Err(self.trouble("an expression is expected here"));
        };
        self.pass(&node);
        Ok(node)
    }

    /// Several of something, with commas between.
    pub(crate) fn list<T>(
        &mut self,
        mut each: impl FnMut(&mut Tokens) -> Result<T, Trouble>,
    ) -> Result<Vec<T>, Trouble> {
        let mut all = vec![each(self)?];
        while self.take(",") {
            all.push(each(self)?);
        }
        Ok(all)
    }
}

impl Written {
    /// The full names that it may stand for, in the order in which PostgreSQL would look.
    pub(crate) fn candidates(&self, fold: &Fold<'_>) -> Vec<Qualified> {
        match self.parts.as_slice() {
            [name] => {
                let path = fold.search_path.iter();
                path.map(|namespace| Qualified { namespace: namespace.clone(), name: name.clone() }).collect()
            }
            [namespace, name] | [_, namespace, name] => {
                vec![Qualified { namespace: namespace.clone(), name: name.clone() }]
            }
            _ => Vec::new(),
        }
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let parts: Vec<&str> = self.parts.iter().map(Ident::text).collect();
        parts.join(".")
    }

    /// The last part.
    pub(crate) fn last(&self) -> Ident {
        self.parts.last().cloned().unwrap_or_default()
    }
}

/// An identifier as PostgreSQL's `quote_ident` writes it.
pub(crate) fn quoted(name: &Ident) -> String {
    let text = name.text();
    let is_plain = text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if is_plain {
        squawk_syntax::quote::quote_quoted_ident(text)
    } else {
        squawk_syntax::quote::quote_ident_always(text)
    }
}

/// A full name as PostgreSQL writes it under an empty search path: what is in `pg_catalog` has no namespace.
pub(crate) fn full(name: &Qualified) -> String {
    match name.namespace.text() {
        "" | "pg_catalog" => quoted(&name.name),
        _ => [quoted(&name.namespace), ".".to_owned(), quoted(&name.name)].concat(),
    }
}
