//! A field of a column: what of it differs from the database is replaced, everything else stays.

use crate::prisma::{
    syntax::{Argument, Arity, Attribute, BaseType, ExpressionKind, Field, File, Span},
    write::{
        engine::Engine,
        image::{Column, Kind},
        known::{self, Known, KnownField},
        layout::Line,
        render::{Render, suffix},
        types,
    },
};

/// What comes before what among the attributes of a field.
const ORDER: [&str; 8] = ["id", "unique", "default", "updatedAt", "map", "relation", NATIVE, "ignore"];

/// Stands for the one attribute with a dot: the name of the datasource, then a native type.
const NATIVE: &str = ".";

/// Whether an attribute is the one of a name, or the native type.
fn is_called(own: &str, name: &str) -> bool {
    own == name || (name == NATIVE && own.contains('.'))
}

/// A field under change.
pub(super) struct Draft {
    ty: String,
    /// (name without `@`, text).
    attributes: Vec<(String, String)>,
    comment: Option<String>,
    is_changed: bool,
}

impl Draft {
    /// As it stands.
    pub(super) fn of(file: &File, field: &Field) -> Draft {
        let slice = |span: Span| file.slice(span).to_owned();
        Draft {
            ty: slice(field.kind.span),
            attributes: field.attributes.iter().map(|it| (it.name.text.clone(), slice(it.span))).collect(),
            comment: field.comment.as_ref().map(|it| slice(it.span)),
            is_changed: false,
        }
    }

    /// Give it another type.
    pub(super) fn retype(&mut self, ty: String) {
        self.is_changed |= self.ty != ty;
        self.ty = ty;
    }

    /// Put text in place of an attribute; without text it goes.
    pub(super) fn set(&mut self, name: &str, text: Option<String>) {
        let at = self.attributes.iter().position(|(own, _)| is_called(own, name));
        match (at, text) {
            (Some(at), Some(text)) => {
                self.is_changed |= self.attributes[at].1 != text;
                self.attributes[at].1 = text;
            }
            (Some(at), None) => {
                self.attributes.remove(at);
                self.is_changed = true;
            }
            (None, Some(text)) => {
                let rank = |own: &str| ORDER.iter().position(|name| is_called(own, name));
                let before = self.attributes.iter().rposition(|(own, _)| rank(own) <= rank(name));
                self.attributes.insert(before.map_or(0, |it| it + 1), (name.to_owned(), text));
                self.is_changed = true;
            }
            (None, None) => (),
        }
    }

    /// The line, if anything changed.
    pub(super) fn changed(self, name: &str) -> Option<Line> {
        let Draft { ty, attributes, comment, is_changed } = self;
        let rest = attributes.into_iter().map(|(_, text)| text).chain(comment).collect();
        is_changed.then(|| Line { cells: vec![name.to_owned(), ty], rest })
    }
}

/// Change what differs: type, whether there must be a value, default.
pub(super) fn column(known: &Known<'_>, render: &Render<'_>, it: &KnownField<'_>, column: &Column, draft: &mut Draft) {
    let field = it.field;
    if !means(known, render, field, &column.kind) {
        draft.retype([&render.type_name(&column.kind), suffix(column.arity)].concat());
        draft.set(NATIVE, render.native(&column.kind));
    } else if field.kind.arity != column.arity && !is_unsupported_list(field) {
        let bare = draft.ty.trim_end_matches(['?', ']', '[', ' ']).to_owned();
        draft.retype([&bare, suffix(column.arity)].concat());
    }
    let label = |name: &str| {
        let of = known.enums.iter().find(|of| of.block.name.text == it.type_name());
        let value = of.and_then(|of| of.values.iter().find(|(own, _)| own == name));
        value.map_or_else(|| name.to_owned(), |(_, label)| label.clone())
    };
    let declared = known::attribute(&field.attributes, "default");
    let value = declared.and_then(|it| it.unnamed().or(it.named("value"))).map(|it| known::default(&it.value, &label));
    let is_same = match &value {
        Some(value) => value.means(column.default.as_ref()),
        None => column.default.is_none(),
    };
    if !is_same {
        draft.set("default", render.default(column));
    }
}

/// PostgreSQL's arrays of what Prisma does not know may be said either way.
fn is_unsupported_list(field: &Field) -> bool {
    matches!(field.kind.base, BaseType::Unsupported(_)) && field.kind.arity == Arity::List
}

/// Whether a field's type is the column's.
fn means(known: &Known<'_>, render: &Render<'_>, field: &Field, kind: &Kind) -> bool {
    match (&field.kind.base, kind) {
        (BaseType::Unsupported(text), Kind::Unsupported(there)) => {
            let text = if field.kind.arity == Arity::List { [text, "[]"].concat() } else { text.clone() };
            types::means_unsupported(&text, there)
        }
        (BaseType::Unsupported(text), Kind::Native(_, sql)) => types::means_unsupported(text, &sql.base),
        (BaseType::Named(name), Kind::Enum(at)) => render.image.enums[*at].name == *name,
        // SQLite has no enums: their columns are text.
        (BaseType::Named(name), Kind::Native(native, _))
            if known.enums.iter().any(|it| it.block.name.text == *name) =>
        {
            known.engine == Engine::Sqlite && native.scalar == "String"
        }
        (BaseType::Named(name), Kind::Native(_, sql)) => {
            let native = field.attributes.iter().find_map(|it| Some((it.name.text.split_once('.')?.1, arguments(it))));
            let native = native.as_ref().map(|(name, arguments)| (*name, arguments.as_str()));
            types::means(known.engine, name, native, sql)
        }
        (BaseType::Unsupported(_), Kind::Enum(_)) | (BaseType::Named(_), Kind::Unsupported(_)) => false,
    }
}

/// The numbers of `@db.Decimal(10, 2)`, which may be in quotes.
fn arguments(attribute: &Attribute) -> String {
    let number = |it: &Argument| match &it.value.kind {
        ExpressionKind::Number(number) | ExpressionKind::String(number) => Some(number.clone()),
        _ => None,
    };
    attribute.arguments().iter().filter_map(number).collect::<Vec<_>>().join(",")
}
