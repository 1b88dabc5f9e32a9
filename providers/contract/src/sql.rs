//! The one place where an identifier becomes SQL text.

use trueup_state::{Ident, Qualified, SqlText};

/// How a dialect quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quoting {
    /// Put on both sides of an identifier, doubled inside it.
    pub identifier: char,
}

/// SQL text under construction: words are separated by single spaces, identifiers are always quoted.
///
/// Invariant: identifiers and literals enter only through methods that quote them.
#[derive(Clone, Debug)]
pub struct Sql {
    text: String,
    quoting: Quoting,
}

impl Sql {
    /// A text that starts with these keywords.
    pub fn new(quoting: Quoting, keywords: &str) -> Sql {
        Sql { text: keywords.to_owned(), quoting }
    }

    /// Keywords, operators and punctuation, as they are.
    pub fn raw(mut self, keywords: &str) -> Sql {
        let glued = keywords.starts_with([',', ')', ';', '.']) || self.text.ends_with('(') || self.text.is_empty();
        if !glued && !self.text.ends_with(char::is_whitespace) && !keywords.starts_with('\n') {
            self.text.push(' ');
        }
        self.text.push_str(keywords);
        self
    }

    /// An identifier, quoted.
    pub fn ident(self, name: &Ident) -> Sql {
        let quote = self.quoting.identifier;
        let doubled: String = [quote, quote].iter().collect();
        let quoted = name.text().replace(quote, &doubled);
        let mut whole = String::with_capacity(quoted.len() + 2);
        whole.push(quote);
        whole.push_str(&quoted);
        whole.push(quote);
        self.raw(&whole)
    }

    /// A name with its namespace, if it has one.
    pub fn name(self, name: &Qualified) -> Sql {
        if name.namespace.is_empty() {
            return self.ident(&name.name);
        }
        let mut qualified = self.ident(&name.namespace);
        let namespace = std::mem::take(&mut qualified.text);
        let name = Sql { text: String::new(), quoting: qualified.quoting }.ident(&name.name);
        qualified.text = [namespace.as_str(), ".", &name.text].concat();
        qualified
    }

    /// Identifiers with commas between, in parentheses.
    pub fn idents<'a>(self, names: impl IntoIterator<Item = &'a Ident>) -> Sql {
        self.list(names, Sql::ident)
    }

    /// Anything with commas between, in parentheses.
    pub fn list<T>(self, items: impl IntoIterator<Item = T>, mut each: impl FnMut(Sql, T) -> Sql) -> Sql {
        let mut sql = self.raw("(");
        for (at, item) in items.into_iter().enumerate() {
            if at > 0 {
                sql = sql.raw(",");
            }
            sql = each(sql, item);
        }
        sql.raw(")")
    }

    /// A text of the schema's own, as it was written.
    pub fn text(self, text: &SqlText) -> Sql {
        self.raw(text.written())
    }

    /// A string literal.
    pub fn string(self, value: &str) -> Sql {
        let mut literal = String::with_capacity(value.len() + 2);
        literal.push('\'');
        literal.push_str(&value.replace('\'', "''"));
        literal.push('\'');
        self.raw(&literal)
    }

    /// Another text in the same quoting.
    pub fn sql(self, other: &Sql) -> Sql {
        self.raw(&other.text)
    }

    /// The finished text.
    pub fn finish(self) -> String {
        self.text
    }
}
