//! Text to a syntax tree: a cursor that goes through the text once.
//!
//! The language has lines: a field, a setting or an attribute ends with its line, and only what stands in parentheses,
//! brackets or braces may go over several.

mod expression;

use std::{path::PathBuf, sync::Arc};

use trueup_contract::SourceError;

use super::{
    problem::Problem,
    syntax::{
        Arity, Attribute, BaseType, Block, BlockAttribute, Comment, Field, FieldType, File, Item, KEYWORDS, Keyword,
        Member, Name, Setting, Span, Value,
    },
};

/// Read one file.
///
/// # Errors
/// When it is no Prisma schema: the first place that cannot be understood.
pub fn parse(path: Arc<PathBuf>, text: Arc<str>) -> Result<File, SourceError> {
    let mut file = File::new(path, text.clone());
    let mut cursor = Cursor { text: &text, at: 0, depth: 0 };
    match cursor.items() {
        Ok(items) => {
            file.items = items;
            Ok(file)
        }
        Err(problem) => Err(problem.of(&file)),
    }
}

type Parsed<T> = Result<T, Problem>;

/// A place in the text.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
    /// How many brackets are open.
    depth: usize,
}

fn is_space(letter: char) -> bool {
    letter == '\u{feff}' || (letter.is_whitespace() && !is_line_end(letter))
}

fn is_line_end(letter: char) -> bool {
    matches!(letter, '\n' | '\r')
}

fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-')
}

/// Cursor: letters.
impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn is_done(&self) -> bool {
        self.at >= self.text.len()
    }

    fn sees(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    fn eat(&mut self, text: &str) -> bool {
        let sees = self.sees(text);
        if sees {
            self.at += text.len();
        }
        sees
    }

    fn skip(&mut self, of: impl Fn(char) -> bool) -> Span {
        let start = self.at;
        self.at += self.rest().find(|letter| !of(letter)).unwrap_or(self.rest().len());
        Span::new(start, self.at)
    }

    fn spaces(&mut self) {
        self.skip(is_space);
    }

    /// Over a line end, if there is one; the end of the text is one too.
    fn line_end(&mut self) -> bool {
        self.eat("\r\n") || self.eat("\n") || self.eat("\r") || self.is_done()
    }

    fn since(&self, start: usize) -> Span {
        Span::new(start, self.at)
    }

    fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// What stands here, for a message: the word, or else one letter.
    fn here(&self) -> Span {
        let word = self.rest().find(|letter| !is_word(letter)).unwrap_or(self.rest().len());
        let one = self.peek().map_or(0, char::len_utf8);
        Span::new(self.at, self.at + word.max(one))
    }

    fn expected(&self, what: &str) -> Problem {
        let here = self.here();
        let found = match self.slice(here) {
            "" => "the end of the file".to_owned(),
            "\n" | "\r" => "the end of the line".to_owned(),
            text => ["`", text, "`"].concat(),
        };
        Problem::new(here, ["expected ", what, ", found ", &found].concat())
    }

    fn name(&mut self, what: &str) -> Parsed<Name> {
        if !self.peek().is_some_and(|letter| letter.is_ascii_alphanumeric()) {
            let problem = self.expected(what);
            return Err(match self.peek() {
                Some('_') => {
                    problem.hint("a name begins with a letter; use @map or @@map for the name in the database")
                }
                _ => problem,
            });
        }
        let span = self.skip(is_word);
        Ok(Name { span, text: self.slice(span).to_owned() })
    }

    /// Names with dots between.
    fn path(&mut self, what: &str) -> Parsed<Name> {
        let first = self.name(what)?;
        while self.eat(".") {
            self.name("a name after the dot")?;
        }
        let span = self.since(first.span.start);
        Ok(Name { span, text: self.slice(span).to_owned() })
    }
}

/// Cursor: lines.
impl Cursor<'_> {
    /// A comment from here to the line end, which stays.
    fn comment(&mut self) -> Option<Comment> {
        let start = self.at;
        if !self.eat("//") {
            return None;
        }
        let is_documentation = self.eat("/");
        let text = self.skip(|letter| !is_line_end(letter));
        Some(Comment { span: self.since(start), is_documentation, text: self.slice(text).to_owned() })
    }

    /// An empty line or one with a comment only, from here.
    fn idle(&mut self) -> Option<Result<Span, Comment>> {
        let start = self.at;
        self.spaces();
        if let Some(mut comment) = self.comment() {
            self.line_end();
            comment.span = self.since(start);
            return Some(Err(comment));
        }
        if self.line_end() {
            return Some(Ok(self.since(start)));
        }
        self.at = start;
        None
    }

    /// The rest of a line: spaces, perhaps a comment, and the line end.
    fn rest_of_line(&mut self, what: &str) -> Parsed<Option<Comment>> {
        self.spaces();
        let comment = self.comment();
        if self.line_end() { Ok(comment) } else { Err(self.expected(what)) }
    }

    fn items(&mut self) -> Parsed<Vec<Item>> {
        let mut items = Vec::new();
        while !self.is_done() {
            items.push(match self.idle() {
                Some(Ok(span)) => Item::Blank(span),
                Some(Err(comment)) => Item::Comment(comment),
                None => Item::Block(self.block()?),
            });
        }
        Ok(items)
    }

    fn block(&mut self) -> Parsed<Block> {
        let start = self.at;
        self.spaces();
        let words = KEYWORDS.iter().map(|(_, word)| *word);
        let word = self.name("a block such as `model`")?;
        let Some((keyword, _)) = KEYWORDS.iter().find(|(_, known)| *known == word.text) else {
            let message = ["`", &word.text, "` is no kind of block"].concat();
            return Err(Problem::new(word.span, message).meant(&word.text, words, ""));
        };
        self.spaces();
        let name = self.name(&["the name of the ", keyword.word()].concat())?;
        self.spaces();
        if !self.eat("{") {
            return Err(self.expected("`{`"));
        }
        let comment = self.rest_of_line("the end of the line after `{`")?;
        let header = self.since(start);
        let mut members = Vec::new();
        loop {
            match self.idle() {
                Some(Ok(span)) if span.is_empty() || self.is_done() && !self.slice(span).ends_with(is_line_end) => {
                    let message = ["the ", keyword.word(), " `", &name.text, "` has no closing `}`"].concat();
                    return Err(Problem::new(name.span, message));
                }
                Some(Ok(span)) => members.push(Member::Blank(span)),
                Some(Err(comment)) => members.push(Member::Comment(comment)),
                None => {
                    let line = self.at;
                    self.spaces();
                    if self.eat("}") {
                        let close_comment = self.after_brace();
                        let close = self.since(line);
                        let span = self.since(start);
                        let keyword = *keyword;
                        return Ok(Block { span, keyword, name, header, comment, members, close, close_comment });
                    }
                    members.push(self.member(line, *keyword)?);
                }
            }
        }
    }

    /// Whatever else stands in the line of a closing brace is the next item.
    fn after_brace(&mut self) -> Option<Comment> {
        self.spaces();
        let comment = self.comment();
        self.line_end();
        comment
    }

    fn member(&mut self, start: usize, keyword: Keyword) -> Parsed<Member> {
        if self.sees("@@") {
            let attribute = self.attribute("@@")?;
            let comment = self.rest_of_line("the end of the line after the attribute")?;
            return Ok(Member::Attribute(BlockAttribute { span: self.since(start), attribute, comment }));
        }
        match keyword {
            Keyword::Datasource | Keyword::Generator => self.setting(start),
            Keyword::Enum => self.value(start),
            Keyword::Model | Keyword::View | Keyword::Type => self.field(start),
        }
    }

    fn setting(&mut self, start: usize) -> Parsed<Member> {
        let key = self.name("a setting such as `provider = \"postgresql\"`, or `}`")?;
        self.spaces();
        if !self.eat("=") {
            return Err(self.expected("`=`"));
        }
        self.spaces();
        let value = self.expression()?;
        let comment = self.rest_of_line("the end of the line after the value")?;
        Ok(Member::Setting(Setting { span: self.since(start), key, value, comment }))
    }

    fn value(&mut self, start: usize) -> Parsed<Member> {
        let name = self.name("a value of the enum, or `}`")?;
        let attributes = self.attributes()?;
        let comment = self.rest_of_line("an attribute or the end of the line")?;
        Ok(Member::Value(Value { span: self.since(start), name, attributes, comment }))
    }

    fn field(&mut self, start: usize) -> Parsed<Member> {
        let name = self.name("a field, a `@@` attribute or `}`")?;
        self.spaces();
        let kind = self.field_type(&name)?;
        let attributes = self.attributes()?;
        let comment = self.rest_of_line("an attribute or the end of the line")?;
        Ok(Member::Field(Field { span: self.since(start), name, kind, attributes, comment }))
    }

    fn field_type(&mut self, field: &Name) -> Parsed<FieldType> {
        let start = self.at;
        if self.peek().is_none_or(|letter| is_line_end(letter) || matches!(letter, '@' | '/')) {
            let message = ["the field `", &field.text, "` has no type"].concat();
            return Err(Problem::new(field.span, message).hint("a type stands after the name: `name String?`"));
        }
        let name = self.name("the type of the field")?;
        let base = if name.text == "Unsupported" && self.sees("(") {
            self.at += 1;
            self.spaces();
            let text = self.string()?;
            self.spaces();
            if !self.eat(")") {
                return Err(self.expected("`)`"));
            }
            BaseType::Unsupported(text)
        } else {
            BaseType::Named(name.text)
        };
        let arity = match (self.eat("[]"), self.eat("?")) {
            (true, true) => {
                return Err(Problem::new(self.since(start), "a list cannot be optional")
                    .hint("write `[]`: a list that is not there is empty"));
            }
            (true, false) => Arity::List,
            (false, true) => Arity::Optional,
            (false, false) => Arity::Required,
        };
        Ok(FieldType { span: self.since(start), base, arity })
    }

    fn attributes(&mut self) -> Parsed<Vec<Attribute>> {
        let mut attributes = Vec::new();
        loop {
            let before = self.at;
            self.spaces();
            if self.sees("@@") {
                return Err(Problem::new(self.here(), "a `@@` attribute stands on a line of its own"));
            }
            if !self.sees("@") {
                self.at = before;
                return Ok(attributes);
            }
            attributes.push(self.attribute("@")?);
        }
    }

    fn attribute(&mut self, sign: &str) -> Parsed<Attribute> {
        let start = self.at;
        self.eat(sign);
        let name = self.path("the name of an attribute")?;
        let before = self.at;
        self.spaces();
        let arguments = if self.sees("(") { Some(self.arguments()?) } else { None };
        if arguments.is_none() {
            self.at = before;
        }
        Ok(Attribute { span: self.since(start), name, arguments })
    }
}

#[cfg(test)]
mod tests;
