//! Stored programs have semicolons inside (MySQL 9 manual, 15.6: compound statements).

use super::kind_of_object;
use crate::token::{Kind, Token};

/// Whether these tokens begin a trigger, a routine or an event.
pub(super) fn is_program(tokens: &[Token<'_>]) -> bool {
    body(tokens).is_some()
}

/// Whether a stored program begins here whose compound statement is not at its end yet.
pub(super) fn is_open(tokens: &[Token<'_>]) -> bool {
    let Some(start) = body(tokens) else { return false };
    let mut nesting = Nesting { blocks: Vec::new(), at_start: true, handler: false };
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match token.text {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ if depth > 0 => continue,
            _ => nesting.step(tokens, at),
        }
        nesting.at_start &= !matches!(token.text, "(" | ")");
    }
    !nesting.blocks.is_empty()
}

/// Where the body of a stored program begins: the end where it is not reached.
fn body(tokens: &[Token<'_>]) -> Option<usize> {
    let first = tokens.first()?;
    if first.is("begin") && tokens.get(1).is_some_and(|it| it.is("not")) {
        return Some(0);
    }
    if !first.is_any(&["create", "alter"]) {
        return None;
    }
    let kind = kind_of_object(tokens)?;
    let after = |from: usize, word: &str| {
        tokens[from..].iter().position(|it| it.is(word)).map_or(tokens.len(), |at| from + at + 1)
    };
    let token = &tokens[kind];
    if token.is("trigger") {
        let row = after(after(kind, "each").min(tokens.len()), "row");
        let ordered = tokens.get(row).is_some_and(|it| it.is_any(&["follows", "precedes"]));
        Some(if ordered { row + 2 } else { row })
    } else if token.is("event") {
        Some(after(kind, "do"))
    } else if token.is_any(&["procedure", "function", "aggregate"]) && first.is("create") {
        let arguments = kind + tokens[kind..].iter().position(|it| it.is("("))?;
        let end = closing(tokens, arguments)?;
        Some((end..tokens.len()).find(|at| starts_statement(tokens, *at)).unwrap_or(tokens.len()))
    } else {
        None
    }
}

/// After the parenthesis that closes this one.
fn closing(tokens: &[Token<'_>], open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if token.is("(") {
            depth += 1;
        } else if token.is(")") {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return Some(at + 1);
            }
        }
    }
    None
}

/// Whether what stands here is no characteristic of a routine.
fn starts_statement(tokens: &[Token<'_>], at: usize) -> bool {
    const PROGRAM: [&str; 7] = ["begin", "case", "if", "loop", "while", "repeat", "for"];
    let label = tokens[at].is_name() && tokens.get(at + 1).is_some_and(|it| it.is(":"));
    label || tokens[at].is_any(&PROGRAM) || tokens[at].is_any(&PLAIN)
}

/// The words that begin a statement without others inside.
const PLAIN: [&str; 22] = [
    "set", "select", "insert", "update", "delete", "replace", "call", "return", "signal", "resignal", "get", "with",
    "values", "truncate", "create", "drop", "alter", "execute", "rollback", "leave", "iterate", "close",
];

/// What is open at one place of a body.
struct Nesting {
    /// Each open block or CASE; true for an expression.
    blocks: Vec<bool>,
    /// Whether a statement begins here.
    at_start: bool,
    /// Whether we are in `DECLARE … HANDLER FOR`, whose statement follows its conditions without a word between.
    handler: bool,
}

impl Nesting {
    fn step(&mut self, tokens: &[Token<'_>], at: usize) {
        let token = &tokens[at];
        let before = at.checked_sub(1).map(|at| &tokens[at]);
        let in_expression = self.blocks.last() == Some(&true);
        let begins = self.at_start || self.handler;
        let starts = match token.kind {
            Kind::Symbol if token.is(";") => {
                self.handler = false;
                true
            }
            Kind::Symbol if token.is(":") => before.is_some_and(Token::is_name),
            Kind::Word if before.is_some_and(|it| it.is(".")) => false,
            // `END IF`, `END CASE`, `END label`.
            Kind::Word if before.is_some_and(|it| it.is("end")) && token.is_any(&ENDED) => false,
            // All ends follow a semicolon, but for that of `REPEAT … UNTIL condition END REPEAT`.
            Kind::Word
                if token.is("end")
                    && (in_expression || begins || tokens.get(at + 1).is_some_and(|it| it.is("repeat"))) =>
            {
                self.blocks.pop();
                false
            }
            Kind::Word if token.is("case") => {
                self.blocks.push(!begins);
                self.handler = false;
                false
            }
            Kind::Word if begins && token.is_any(&["begin", "loop", "repeat", "if", "while", "for"]) => {
                self.open(token, before)
            }
            Kind::Word if token.is_any(&["then", "else", "do"]) => !in_expression,
            Kind::Word if token.is("handler") => {
                self.handler = true;
                false
            }
            Kind::Word if token.is_any(&PLAIN) => {
                self.handler = false;
                false
            }
            _ => false,
        };
        self.at_start = starts;
    }

    /// A word that opens a block; says whether a statement begins after it.
    fn open(&mut self, token: &Token<'_>, before: Option<&Token<'_>>) -> bool {
        if token.is("for") && before.is_some_and(|it| it.is("handler")) {
            return false;
        }
        self.handler = false;
        self.blocks.push(false);
        token.is_any(&["begin", "loop", "repeat"])
    }
}

/// The words that may follow END.
const ENDED: [&str; 6] = ["if", "case", "loop", "while", "repeat", "for"];
