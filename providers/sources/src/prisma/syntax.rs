//! A Prisma schema as it was written, with nothing lost.
//!
//! A [`File`] is its text and a list of [`Item`]s: empty lines, comments and [`Block`]s in the order they stand. A
//! block has
//! its header line, its [`Member`]s (empty lines, comments, fields, values, settings, block attributes) and its
//! closing brace.
//!
//! The spans of the items tile the text of the file: put together in their order they are the whole text, byte for
//! byte.
//! In the same way the header of a block, its members and its closing brace tile the block. Spans of items and members
//! include the line end; spans of what is inside a line (names, types, attributes, arguments) are as tight as they
//! can be.
//! So a writer can copy what it does not change (`file.slice(span)`) and print only what it does.
//!
//! A part that was not read from a file has the empty span [`Span::NONE`].

use std::{path::PathBuf, sync::Arc};

use trueup_contract::Place;

/// A stretch of a file, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// Of something that does not stand in a file.
    pub const NONE: Span = Span { start: 0, end: 0 };

    /// From one offset to another.
    pub fn new(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    /// How many bytes.
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether it is nothing.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// As it was named.
    pub path: Arc<PathBuf>,
    /// All of it.
    pub text: Arc<str>,
    /// What stands in it, in order.
    pub items: Vec<Item>,
    /// Where each line begins but the first.
    lines: Vec<usize>,
}

impl File {
    /// The text of a span.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// A text in which nothing is found yet.
    pub fn new(path: Arc<PathBuf>, text: Arc<str>) -> File {
        let lines = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        File { path, text, items: Vec::new(), lines }
    }

    /// The line and column of an offset.
    pub fn place(&self, offset: usize) -> Place {
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).map_or(0, |before| self.lines[before]);
        let before = self.slice(Span::new(start, offset));
        let column = before.chars().filter(|it| *it != '\u{feff}').count() + 1;
        Place { file: self.path.clone(), line: line + 1, column }
    }

    /// The blocks, in order.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.items.iter().filter_map(|item| match item {
            Item::Block(block) => Some(block),
            Item::Blank(_) | Item::Comment(_) => None,
        })
    }
}

/// What stands in a file outside of blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// One empty line, with its line end.
    Blank(Span),
    /// One line of comment.
    Comment(Comment),
    /// A block.
    Block(Block),
}

impl Item {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Item::Blank(span) => *span,
            Item::Comment(comment) => comment.span,
            Item::Block(block) => block.span,
        }
    }
}

/// One comment up to the end of its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// A comment on a line of its own: the whole line with its line end. After something else: from the first slash
    /// up to
    /// the line end, without it.
    pub span: Span,
    /// Whether it has three slashes and so belongs to what follows it.
    pub is_documentation: bool,
    /// What stands after the slashes, as it is, without the line end.
    pub text: String,
}

/// What a block begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Keyword {
    /// `datasource`
    Datasource,
    /// `generator`
    Generator,
    /// `model`
    Model,
    /// `view`
    View,
    /// `type`
    Type,
    /// `enum`
    Enum,
}

/// All keywords with their words.
pub const KEYWORDS: &[(Keyword, &str)] = &[
    (Keyword::Datasource, "datasource"),
    (Keyword::Generator, "generator"),
    (Keyword::Model, "model"),
    (Keyword::View, "view"),
    (Keyword::Type, "type"),
    (Keyword::Enum, "enum"),
];

impl Keyword {
    /// As it is written.
    pub fn word(self) -> &'static str {
        KEYWORDS.iter().find(|(keyword, _)| *keyword == self).map_or("", |(_, word)| word)
    }
}

/// `model User { … }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// From the keyword (with what is before it in its line) to the line end after the closing brace.
    pub span: Span,
    /// What it is.
    pub keyword: Keyword,
    /// Its name.
    pub name: Name,
    /// The header: from the start of the block to the line end after the opening brace.
    pub header: Span,
    /// A comment after the opening brace.
    pub comment: Option<Comment>,
    /// What stands in it, in order.
    pub members: Vec<Member>,
    /// The closing brace with what is around it in its line.
    pub close: Span,
    /// A comment after the closing brace.
    pub close_comment: Option<Comment>,
}

/// What stands in a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Member {
    /// One empty line, with its line end.
    Blank(Span),
    /// One line of comment.
    Comment(Comment),
    /// `name Type @attribute`, of a model, view or type.
    Field(Field),
    /// `NAME @map("…")`, of an enum.
    Value(Value),
    /// `key = value`, of a datasource or generator.
    Setting(Setting),
    /// `@@attribute(…)`, of a model, view or enum.
    Attribute(BlockAttribute),
}

impl Member {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Member::Blank(span) => *span,
            Member::Comment(comment) => comment.span,
            Member::Field(field) => field.span,
            Member::Value(value) => value.span,
            Member::Setting(setting) => setting.span,
            Member::Attribute(attribute) => attribute.span,
        }
    }
}

/// A name, or several with dots between (`db.VarChar`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Where it stands.
    pub span: Span,
    /// The name.
    pub text: String,
}

/// A field of a model, view or type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The whole line, or lines where arguments go over several.
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// Its type.
    pub kind: FieldType,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
    /// A comment at the end of the line.
    pub comment: Option<Comment>,
}

/// A type with how often it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldType {
    /// With the `?` or `[]`.
    pub span: Span,
    /// Which type.
    pub base: BaseType,
    /// How often.
    pub arity: Arity,
}

/// A type as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BaseType {
    /// A scalar type, an enum, a model or a composite type.
    Named(String),
    /// `Unsupported("…")`, with the text unescaped.
    Unsupported(String),
}

/// How often a field's value is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arity {
    /// `Type`
    Required,
    /// `Type?`
    Optional,
    /// `Type[]`
    List,
}

/// A value of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The whole line.
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
    /// A comment at the end of the line.
    pub comment: Option<Comment>,
}

/// A setting of a datasource or generator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The whole line, or lines where an array goes over several.
    pub span: Span,
    /// What is set.
    pub key: Name,
    /// To what; never resolved where it is `env(…)`.
    pub value: Expression,
    /// A comment at the end of the line.
    pub comment: Option<Comment>,
}

/// A line with an attribute of the whole block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockAttribute {
    /// The whole line, or lines where arguments go over several.
    pub span: Span,
    /// The attribute; its span begins at the first `@`.
    pub attribute: Attribute,
    /// A comment at the end of the line.
    pub comment: Option<Comment>,
}

/// `@name(arguments)` or `@@name(arguments)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// From the first `@` to the closing parenthesis.
    pub span: Span,
    /// The name without `@`: `id`, `db.VarChar`.
    pub name: Name,
    /// The arguments; `None` where there are no parentheses.
    pub arguments: Option<Vec<Argument>>,
}

impl Attribute {
    /// All arguments.
    pub fn arguments(&self) -> &[Argument] {
        self.arguments.as_deref().unwrap_or_default()
    }

    /// The argument of a name.
    pub fn named(&self, name: &str) -> Option<&Argument> {
        self.arguments().iter().find(|it| it.name.as_ref().is_some_and(|it| it.text == name))
    }

    /// The first argument without a name.
    pub fn unnamed(&self) -> Option<&Argument> {
        self.arguments().iter().find(|it| it.name.is_none())
    }
}

/// `value` or `name: value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// With the name.
    pub span: Span,
    /// Its name.
    pub name: Option<Name>,
    /// Its value.
    pub value: Expression,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: ExpressionKind,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpressionKind {
    /// A number as it is written.
    Number(String),
    /// A string, unescaped.
    String(String),
    /// A word, perhaps with dots: `true`, `USER`, `Cascade`.
    Constant(String),
    /// `now()`, `dbgenerated("…")`, `title(sort: Desc)`, `raw("…")`.
    Function {
        /// Its name.
        name: Name,
        /// Its arguments.
        arguments: Vec<Argument>,
    },
    /// `[a, b]`.
    Array(Vec<Expression>),
    /// `{ key: value, … }`, the condition of a partial index.
    Object(Vec<(Name, Expression)>),
}
