//! Splitting a script into statements, as the command-line client does, and telling what each of them is.

mod compound;
#[cfg(test)]
mod tests;

use crate::{
    read::ReadError,
    token::{Kind, Lexer, Token},
    version::Version,
};

/// One statement of a script; `text` starts at byte `at` of its file and ends before the delimiter. The tokens are
/// those that mean something, and point into the file.
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
    /// A TEMPORARY table: it lives in a connection and is no part of a schema.
    CreateTemporary,
    CreateIndex,
    CreateView,
    CreateTrigger,
    CreateRoutine,
    CreateEvent,
    CreateSequence,
    CreateDatabase,
    AlterTable,
    /// ALTER of anything but a table.
    Alter,
    DropTemporary,
    Drop,
    /// RENAME TABLE.
    Rename,
    /// USE.
    Use,
    /// SET of a variable of the session.
    Set,
    /// Users, roles, privileges, servers, plugins: no part of the schema of a database.
    Server,
    /// Statements that touch rows or the connection: INSERT, SELECT, LOCK TABLES, …
    NoSchema,
    /// Nothing we know.
    Unknown,
}

/// The statements of a file, and its comments.
pub(crate) struct Split<'a> {
    pub(crate) statements: Vec<Statement<'a>>,
    pub(crate) comments: Vec<Token<'a>>,
}

/// The statements of a file, in order.
pub(crate) fn split(text: &str, version: Option<Version>) -> Result<Split<'_>, ReadError> {
    let mut splitter = Splitter {
        text,
        lexer: Lexer::new(text, version),
        delimiter: None,
        line_end: None,
        current: Vec::new(),
        split: Split { statements: Vec::new(), comments: Vec::new() },
    };
    splitter.run()?;
    Ok(splitter.split)
}

/// What a statement that stands alone is.
pub(crate) fn classify(tokens: &[Token<'_>]) -> Class {
    let word = |at: usize| {
        tokens.get(at).filter(|it| it.kind == Kind::Word).map(|it| it.text.to_ascii_lowercase()).unwrap_or_default()
    };
    let second = word(1);
    match word(0).as_str() {
        "create" => created(tokens).unwrap_or(Class::Unknown),
        "alter" => match second.as_str() {
            "table" | "online" | "offline" | "ignore" => Class::AlterTable,
            "user" | "server" | "instance" | "role" | "resource" | "tablespace" | "undo" | "logfile" => Class::Server,
            _ => Class::Alter,
        },
        "drop" => match second.as_str() {
            "temporary" => Class::DropTemporary,
            "user" | "role" | "server" | "package" | "prepare" | "tablespace" | "undo" | "resource" | "logfile" => {
                Class::Server
            }
            _ => Class::Drop,
        },
        "rename" if second == "user" => Class::Server,
        "rename" => Class::Rename,
        "use" => Class::Use,
        "set" if matches!(second.as_str(), "password" | "role") || (second == "default" && word(2) == "role") => {
            Class::Server
        }
        "set" => Class::Set,
        "grant" | "revoke" | "install" | "uninstall" | "flush" | "reset" | "change" | "purge" | "shutdown"
        | "clone" => Class::Server,
        "insert" | "update" | "delete" | "replace" | "select" | "with" | "values" | "table" | "truncate" | "call"
        | "do" | "load" | "handler" | "lock" | "unlock" | "start" | "commit" | "rollback" | "savepoint" | "release"
        | "begin" | "xa" | "show" | "describe" | "desc" | "explain" | "help" | "analyze" | "check" | "checksum"
        | "optimize" | "repair" | "cache" | "prepare" | "execute" | "deallocate" | "signal" | "resignal" | "kill"
        | "import" | "delimiter" => Class::NoSchema,
        _ if tokens.first().is_some_and(|it| it.is("(")) => Class::NoSchema,
        _ => Class::Unknown,
    }
}

/// What a CREATE statement makes, by the word after all that may stand before it.
fn created(tokens: &[Token<'_>]) -> Option<Class> {
    match tokens[kind_of_object(tokens)?].text.to_ascii_lowercase().as_str() {
        "temporary" => Some(Class::CreateTemporary),
        "table" => Some(Class::CreateTable),
        "index" | "unique" | "fulltext" | "spatial" | "vector" => Some(Class::CreateIndex),
        "view" => Some(Class::CreateView),
        "trigger" => Some(Class::CreateTrigger),
        "procedure" | "function" | "aggregate" | "package" => Some(Class::CreateRoutine),
        "event" => Some(Class::CreateEvent),
        "sequence" => Some(Class::CreateSequence),
        "database" | "schema" => Some(Class::CreateDatabase),
        "user" | "role" | "server" | "tablespace" | "undo" | "logfile" | "resource" | "spatial_reference" => {
            Some(Class::Server)
        }
        _ => None,
    }
}

/// Where the word stands that tells what a CREATE or ALTER is about; `DEFINER=…`, `OR REPLACE` and the like are
/// before it.
pub(super) fn kind_of_object(tokens: &[Token<'_>]) -> Option<usize> {
    let mut at = 1;
    loop {
        let token = tokens.get(at)?;
        if token.is("definer") {
            // DEFINER = user[@host] | current_user[()]
            at += 3;
            at += usize::from(tokens.get(at)?.kind == Kind::Variable);
            if tokens.get(at)?.is("(") {
                at += 2;
            }
        } else if token.is("algorithm") {
            at += 3;
        } else if token.is_any(&["sql", "or", "online", "offline"]) {
            at += match token {
                _ if token.is("sql") => 3,
                _ if token.is("or") => 2,
                _ => 1,
            };
        } else {
            return (token.kind == Kind::Word).then_some(at);
        }
    }
}

struct Splitter<'a> {
    text: &'a str,
    lexer: Lexer<'a>,
    /// What ends a statement, where it is not `;`.
    delimiter: Option<&'a str>,
    /// Where the line ends that is a statement without a delimiter.
    line_end: Option<usize>,
    current: Vec<Token<'a>>,
    split: Split<'a>,
}

impl<'a> Splitter<'a> {
    fn run(&mut self) -> Result<(), ReadError> {
        loop {
            self.lexer.skip_space();
            if self.line_end.is_some_and(|end| self.lexer.at() >= end) {
                self.finish();
            }
            if self.current.is_empty() && self.set_delimiter() {
                continue;
            }
            if let Some(delimiter) = self.delimiter
                && self.lexer.rest().starts_with(delimiter)
            {
                self.lexer.skip(delimiter.len());
                self.finish();
                continue;
            }
            if self.current.is_empty() && self.lexer.rest().starts_with("--") {
                self.comment();
                continue;
            }
            if self.current.is_empty() && self.line_end.is_none() {
                self.line_end = self.end_of_use();
            }
            let Some(token) = self.lexer.next(self.delimiter)? else { break };
            match token.kind {
                Kind::Comment => self.split.comments.push(token),
                Kind::Marker => (),
                _ if self.ends_at(&token) => self.finish(),
                _ => self.current.push(token),
            }
        }
        self.finish();
        self.lexer.finish()
    }

    /// Before a statement, the client takes `--` for a comment even without a space after it.
    fn comment(&mut self) {
        let (rest, at) = (self.lexer.rest(), self.lexer.at());
        let text = &rest[..rest.find('\n').unwrap_or(rest.len())];
        self.split.comments.push(Token { kind: Kind::Comment, text, at });
        self.lexer.skip(text.len());
    }

    /// `USE database` needs no delimiter: the client takes the line.
    fn end_of_use(&self) -> Option<usize> {
        let rest = self.lexer.rest();
        let after = rest.get(..3).filter(|it| it.eq_ignore_ascii_case("use")).map(|_| &rest[3..])?;
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        (after.starts_with([' ', '\t']) && !line.contains(';')).then_some(self.lexer.at() + line.len())
    }

    /// `DELIMITER x` at the beginning of a line; the client takes it, no server ever sees it.
    fn set_delimiter(&mut self) -> bool {
        let rest = self.lexer.rest();
        let Some((word, after)) = rest.split_at_checked("delimiter".len()) else { return false };
        let line = self.text[..self.lexer.at()].rsplit('\n').next().unwrap_or_default();
        if !word.eq_ignore_ascii_case("delimiter") || !after.starts_with([' ', '\t']) || !line.trim().is_empty() {
            return false;
        }
        let length = after.find('\n').unwrap_or(after.len());
        let Some(delimiter) = after[..length].split_ascii_whitespace().next() else { return false };
        self.delimiter = Some(delimiter).filter(|it| *it != ";");
        self.lexer.skip(word.len() + length);
        true
    }

    /// Whether a semicolon is the end of a statement. With a delimiter of their own, stored programs need none.
    fn ends_at(&self, token: &Token<'_>) -> bool {
        token.is(";")
            && match self.delimiter {
                Some(_) => !compound::is_program(&self.current),
                None => !compound::is_open(&self.current),
            }
    }

    fn finish(&mut self) {
        self.line_end = None;
        let mut tokens = std::mem::take(&mut self.current);
        while tokens.last().is_some_and(|it| it.is(";")) {
            tokens.pop();
        }
        if let (Some(first), Some(last)) = (tokens.first(), tokens.last()) {
            let class = classify(&tokens);
            let text = &self.text[first.at..last.end()];
            self.split.statements.push(Statement { text, at: first.at, tokens, class });
        }
    }
}
