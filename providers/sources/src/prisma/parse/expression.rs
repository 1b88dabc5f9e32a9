//! Values: strings, numbers, words, functions, arrays and objects.

use super::{Cursor, Parsed, is_line_end, is_space};
use crate::prisma::{
    problem::Problem,
    syntax::{Argument, Expression, ExpressionKind, Name, Span},
};

/// How a letter after a backslash is meant, as in JSON.
const ESCAPES: &[(char, char)] =
    &[('"', '"'), ('\\', '\\'), ('/', '/'), ('b', '\u{8}'), ('f', '\u{c}'), ('n', '\n'), ('r', '\r'), ('t', '\t')];

/// How many brackets may be open at a time: more than any schema has, and few enough for the stack.
const MOST_BRACKETS: usize = 100;

impl Cursor<'_> {
    /// Over spaces and line ends, inside brackets.
    fn gap(&mut self) {
        self.skip(|letter| is_space(letter) || is_line_end(letter));
    }

    /// `(argument, …)`.
    pub(super) fn arguments(&mut self) -> Parsed<Vec<Argument>> {
        self.listed('(', ')', Cursor::argument)
    }

    /// Things with commas between and brackets around.
    fn listed<T>(&mut self, open: char, close: char, each: impl Fn(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let opening = Span::new(self.at, self.at + open.len_utf8());
        if self.depth == MOST_BRACKETS {
            return Err(Problem::new(opening, "too many brackets are open here"));
        }
        self.at = opening.end;
        self.depth += 1;
        let mut listed = Vec::new();
        let mut is_separated = true;
        loop {
            self.gap();
            if self.peek() == Some(close) {
                self.at += close.len_utf8();
                self.depth -= 1;
                return Ok(listed);
            }
            if self.is_done() {
                return Err(Problem::new(opening, "this bracket is not closed"));
            }
            if !is_separated {
                return Err(self.expected(&["`,` or `", &close.to_string(), "`"].concat()));
            }
            listed.push(each(self)?);
            self.gap();
            is_separated = self.eat(",");
        }
    }

    fn argument(&mut self) -> Parsed<Argument> {
        let start = self.at;
        let name = self.label()?;
        let value = self.expression()?;
        Ok(Argument { span: self.since(start), name, value })
    }

    /// `name:`, if that is what comes.
    fn label(&mut self) -> Parsed<Option<Name>> {
        let start = self.at;
        if !self.peek().is_some_and(|letter| letter.is_ascii_alphanumeric()) {
            return Ok(None);
        }
        let name = self.name("an argument")?;
        self.spaces();
        if !self.eat(":") {
            self.at = start;
            return Ok(None);
        }
        self.gap();
        Ok(Some(name))
    }

    /// Any value.
    pub(super) fn expression(&mut self) -> Parsed<Expression> {
        let start = self.at;
        let kind = match self.peek() {
            Some('"') => ExpressionKind::String(self.string()?),
            Some('[') => ExpressionKind::Array(self.listed('[', ']', Cursor::expression)?),
            Some('{') => ExpressionKind::Object(self.listed('{', '}', Cursor::entry)?),
            Some(letter) if letter == '-' || letter.is_ascii_digit() => ExpressionKind::Number(self.number()?),
            _ => {
                let name = self.path("a value")?;
                let before = self.at;
                self.spaces();
                if self.sees("(") {
                    ExpressionKind::Function { name, arguments: self.arguments()? }
                } else {
                    self.at = before;
                    ExpressionKind::Constant(name.text)
                }
            }
        };
        Ok(Expression { span: self.since(start), kind })
    }

    fn entry(&mut self) -> Parsed<(Name, Expression)> {
        match self.label()? {
            Some(name) => Ok((name, self.expression()?)),
            None => Err(self.expected("a name with a colon after it")),
        }
    }

    fn number(&mut self) -> Parsed<String> {
        let start = self.at;
        self.eat("-");
        let whole = self.skip(|letter| letter.is_ascii_digit());
        if whole.is_empty() {
            return Err(self.expected("a digit"));
        }
        let before = self.at;
        if self.eat(".") && self.skip(|letter| letter.is_ascii_digit()).is_empty() {
            self.at = before;
        }
        Ok(self.slice(self.since(start)).to_owned())
    }

    /// A string in double quotes on one line, with the escapes of JSON.
    pub(super) fn string(&mut self) -> Parsed<String> {
        let start = self.at;
        if !self.eat("\"") {
            return Err(self.expected("a string in double quotes"));
        }
        let mut text = String::new();
        while let Some(letter) = self.peek() {
            let at = self.at;
            self.at += letter.len_utf8();
            match letter {
                '"' => return Ok(text),
                '\\' => text.push(self.escape(at)?),
                _ if is_line_end(letter) => {
                    self.at = at;
                    break;
                }
                _ => text.push(letter),
            }
        }
        Err(Problem::new(self.since(start), "this string is not closed").hint("a string ends on its line with `\"`"))
    }

    fn escape(&mut self, start: usize) -> Parsed<char> {
        let letter = self.peek();
        self.at += letter.map_or(0, char::len_utf8);
        if let Some((_, meant)) = ESCAPES.iter().find(|(escape, _)| Some(*escape) == letter) {
            return Ok(*meant);
        }
        let unknown = |cursor: &Self| Problem::new(cursor.since(start), "this is no escape that a string can have");
        if letter != Some('u') {
            return Err(unknown(self).hint("a backslash itself is written `\\\\`"));
        }
        let first = self.four_digits().ok_or_else(|| unknown(self))?;
        let code = if (0xd800..0xdc00).contains(&first) && self.eat("\\u") {
            let second = self.four_digits().ok_or_else(|| unknown(self))?;
            0x1_0000 + ((first - 0xd800) << 10) + second.wrapping_sub(0xdc00)
        } else {
            first
        };
        char::from_u32(code).ok_or_else(|| unknown(self))
    }

    fn four_digits(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        let number = u32::from_str_radix(digits, 16).ok()?;
        self.at += 4;
        Some(number)
    }
}
