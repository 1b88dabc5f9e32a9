//! The connected database itself: what a script calls it, and what it gives to new tables.

use trueup_contract::RealizeError;
use trueup_state::{Definition, MySqlDatabase, MySqlObject};

use super::{
    Fold, FoldResult, Folded, Trouble, alter,
    source::Text,
    statement::{Stmt, ident, if_not_exists, sees},
};
use crate::{
    facts::Facts,
    normalize,
    read::{Cursor, database_options},
    statement::Class,
    token::Token,
};

/// The name that a script gives to the connected database: one, if any.
#[derive(Clone, Debug, Default)]
pub(super) struct Own {
    name: Option<String>,
    ignores_case: bool,
    /// Whether a table or a view has the same name, so that it may stand before a column.
    is_relation: bool,
}

impl Own {
    /// The name in `CREATE DATABASE`, `USE` and before the names of tables that are created.
    pub(super) fn find(texts: &[Text<'_>], facts: &Facts) -> Result<Own, RealizeError> {
        let ignores_case = facts.lower_case_table_names != 0;
        let mut own = Own { name: None, ignores_case, is_relation: false };
        for text in texts {
            for statement in &text.statements {
                let Some(token) = database_of(&statement.tokens, statement.class) else { continue };
                let name = ident(token);
                match &own.name {
                    None => own.name = Some(name.text().to_owned()),
                    Some(known) if own.same(known, name.text()) => (),
                    Some(known) => {
                        let message =
                            ["`", name.text(), "` is another database than `", known, "`, which is connected"].concat();
                        let trouble = Trouble::at(token.at, token.text.len(), message);
                        let hint = "declare each database in files of its own, and connect to it";
                        return Err(text.error(trouble.hint(hint).refusal()));
                    }
                }
            }
        }
        let statements = || texts.iter().flat_map(|text| &text.statements);
        own.is_relation = statements().any(|it| own.is_name_of_relation(&it.tokens, it.class));
        Ok(own)
    }

    /// Whether a script gives it a name.
    pub(super) fn is_known(&self) -> bool {
        self.name.is_some()
    }

    fn same(&self, a: &str, b: &str) -> bool {
        if self.ignores_case { a.eq_ignore_ascii_case(b) } else { a == b }
    }

    /// Whether tokens begin with this name before the name of something in the database.
    pub(super) fn is_before(&self, tokens: &[Token<'_>]) -> bool {
        let (Some(name), [token, point, object, ..]) = (&self.name, tokens) else { return false };
        let is_whole = tokens.get(3).is_some_and(|it| it.is("."));
        let is_this = token.is_name() && point.is(".") && object.is_name() && self.same(ident(token).text(), name);
        is_this && (is_whole || !self.is_relation)
    }

    fn is_name_of_relation(&self, tokens: &[Token<'_>], class: Class) -> bool {
        let Some(own) = self.name.as_deref().filter(|_| matches!(class, Class::CreateTable | Class::CreateView)) else {
            return false;
        };
        let rest = after(tokens, &["table", "view"]);
        rest.first().is_some_and(|it| ident(it).text() == own) && !rest.get(1).is_some_and(|it| it.is("."))
    }
}

/// The tokens from the name on: what follows one of these words and `IF NOT EXISTS`.
fn after<'s, 'a>(tokens: &'s [Token<'a>], words: &[&str]) -> &'s [Token<'a>] {
    let at = tokens.iter().position(|it| it.is_any(words)).map_or(tokens.len(), |at| at + 1);
    let rest = &tokens[at..];
    if sees(rest, &["if", "not", "exists"]) { &rest[3..] } else { rest }
}

/// The token that names the database in a statement.
fn database_of<'s, 'a>(tokens: &'s [Token<'a>], class: Class) -> Option<&'s Token<'a>> {
    match class {
        Class::Use => tokens.get(1),
        Class::CreateDatabase => after(tokens, &["database", "schema"]).first(),
        Class::Alter if tokens.get(1)?.is_any(&["database", "schema"]) => {
            tokens.get(2).filter(|it| it.is_name() && !starts_option(&tokens[2..]))
        }
        Class::CreateTable => {
            let rest = after(tokens, &["table"]);
            rest.first().filter(|_| rest.get(1).is_some_and(|it| it.is(".")))
        }
        _ => None,
    }
}

/// Whether an option of a database comes next, and no name.
fn starts_option(tokens: &[Token<'_>]) -> bool {
    let words = ["charset", "collate", "comment", "encryption", "read"];
    let is_option = |it: &Token<'_>| it.is_any(&["default", "character", "charset", "collate", "comment"]);
    sees(tokens, &["default"])
        || sees(tokens, &["character", "set"])
        || (tokens.first().is_some_and(|it| it.is_any(&words)) && tokens.get(1).is_some_and(|it| !is_option(it)))
}

/// `CREATE DATABASE`: its defaults are declared.
pub(super) fn create(fold: &mut Fold<'_>, stmt: &Stmt<'_>) -> FoldResult {
    let mut cursor = stmt.cursor(fold.facts);
    while cursor.accept_any(&["database", "schema"]).is_none() {
        cursor.next("DATABASE")?;
    }
    if_not_exists(&mut cursor);
    cursor.name("a name")?;
    declare(fold, cursor)
}

/// `ALTER DATABASE`: its defaults are changed, and tables that are already there keep theirs.
pub(super) fn alter(fold: &mut Fold<'_>, stmt: &Stmt<'_>) -> FoldResult {
    let from = if starts_option(&stmt.tokens[2..]) { 2 } else { 3 };
    let cursor = Cursor::new(stmt.source, stmt.tokens.get(from..).unwrap_or_default(), fold.facts);
    alter::pin_tables(fold);
    declare(fold, cursor)
}

fn declare(fold: &mut Fold<'_>, mut cursor: Cursor<'_, '_>) -> FoldResult {
    let database = database_options(&mut cursor)?;
    cursor.finish()?;
    if database == MySqlDatabase::default() {
        return Ok(Folded::Nothing);
    }
    let definition = Definition::MySql(Box::new(MySqlObject::Database(database)));
    fold.schema.others.insert(normalize::database(), definition);
    Ok(Folded::Object(normalize::database()))
}
