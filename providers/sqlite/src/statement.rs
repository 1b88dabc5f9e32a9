//! Splitting a script into statements, and telling what each of them is.

use crate::token::{Kind, LexError, Token, tokens};

/// One statement of a script; `text` starts at byte `at` of its file and ends before the semicolon.
#[derive(Clone, Debug)]
pub(crate) struct Statement<'a> {
    pub(crate) text: &'a str,
    pub(crate) at: usize,
    pub(crate) tokens: Vec<Token<'a>>,
    pub(crate) class: Class,
}

/// What a statement does to a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    CreateTable,
    CreateVirtualTable,
    CreateIndex,
    CreateView,
    CreateTrigger,
    /// A TEMP object: it lives in a connection and is no part of a schema.
    CreateTemporary,
    /// `CREATE TABLE … AS SELECT`, ALTER, DROP: its effect depends on the statements before it.
    Sequential,
    /// Statements that touch rows or the connection: INSERT, SELECT, PRAGMA, …
    NoSchema,
    /// BEGIN, COMMIT and the like: no schema, and not worth a word.
    Transaction,
    /// Nothing we know; SQLite shall say what is wrong with it.
    Unknown,
}

/// A statement and the comments around it: everything since the statement before, and the rest of its last line.
pub(crate) struct Split<'a> {
    pub(crate) statements: Vec<Statement<'a>>,
    /// Every comment of the file.
    pub(crate) comments: Vec<Token<'a>>,
}

/// The statements of a file, in order.
pub(crate) fn split(text: &str) -> Result<Split<'_>, LexError> {
    let mut statements = Vec::new();
    let mut comments = Vec::new();
    let mut current: Vec<Token<'_>> = Vec::new();
    for token in tokens(text)? {
        if token.kind == Kind::Comment {
            comments.push(token);
        } else if token.is(";") && !inside_trigger(&current) {
            finish(text, &mut current, &mut statements);
        } else {
            current.push(token);
        }
    }
    finish(text, &mut current, &mut statements);
    Ok(Split { statements, comments })
}

fn finish<'a>(text: &'a str, current: &mut Vec<Token<'a>>, statements: &mut Vec<Statement<'a>>) {
    let tokens = std::mem::take(current);
    if let (Some(first), Some(last)) = (tokens.first(), tokens.last()) {
        let class = classify(&tokens);
        statements.push(Statement { text: &text[first.at..last.end()], at: first.at, tokens, class });
    }
}

/// Whether a semicolon here is inside a trigger's body, which ends only at `; END` (sqlite3_complete's rule).
fn inside_trigger(tokens: &[Token<'_>]) -> bool {
    if !is_trigger(tokens) {
        return false;
    }
    match tokens {
        [.., before, last] if last.is("end") => !before.is(";"),
        _ => true,
    }
}

fn is_trigger(tokens: &[Token<'_>]) -> bool {
    let mut words = tokens.iter().map(|token| token.text);
    let is = |word: Option<&str>, expected: &str| word.is_some_and(|word| word.eq_ignore_ascii_case(expected));
    if !is(words.next(), "create") {
        return false;
    }
    let second = words.next();
    if is(second, "temp") || is(second, "temporary") { is(words.next(), "trigger") } else { is(second, "trigger") }
}

fn classify(tokens: &[Token<'_>]) -> Class {
    let word =
        |at: usize| tokens.get(at).filter(|token| token.kind == Kind::Word).map(|it| it.text.to_ascii_lowercase());
    let Some(first) = word(0) else { return Class::Unknown };
    match first.as_str() {
        "create" => match word(1).unwrap_or_default().as_str() {
            "table" if is_table_as_select(tokens) => Class::Sequential,
            "table" => Class::CreateTable,
            "virtual" => Class::CreateVirtualTable,
            "unique" | "index" => Class::CreateIndex,
            "view" => Class::CreateView,
            "trigger" => Class::CreateTrigger,
            "temp" | "temporary" => Class::CreateTemporary,
            _ => Class::Unknown,
        },
        "alter" | "drop" => Class::Sequential,
        "begin" | "commit" | "end" | "rollback" | "savepoint" | "release" => Class::Transaction,
        "insert" | "update" | "delete" | "replace" | "select" | "with" | "values" | "pragma" | "analyze"
        | "reindex" | "vacuum" | "explain" | "attach" | "detach" => Class::NoSchema,
        _ => Class::Unknown,
    }
}

/// `CREATE TABLE name AS …`: the word AS comes before any parenthesis.
fn is_table_as_select(tokens: &[Token<'_>]) -> bool {
    tokens.iter().take_while(|token| !token.is("(")).skip(3).any(|token| token.is("as"))
}
