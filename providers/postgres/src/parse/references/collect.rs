//! Names in a tree, each as what it stands as.

use std::collections::HashMap;

use squawk_syntax::{SourceFile, SyntaxKind, SyntaxNode, ast, ast::AstNode, plpgsql::Plpgsql};
use trueup_state::{Generated, Ident, Object, Qualified, SqlText, Term};

use super::{Mentions, Role};
use crate::parse::{depth, names, parse};

/// Everything below a node.
pub(super) fn from(node: &SyntaxNode, path: &[Ident], mentions: &mut Mentions) {
    for element in node.descendants_with_tokens() {
        match element {
            squawk_syntax::SyntaxElement::Node(it) => from_node(&it, path, mentions),
            squawk_syntax::SyntaxElement::Token(token) => {
                let text = token.text();
                if text.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '"') {
                    mentions.words.insert(names::ident(text));
                }
                let is_target =
                    token.parent().is_some_and(|it| matches!(it.kind(), SyntaxKind::TARGET | SyntaxKind::FIELD_EXPR));
                mentions.every_column |= token.kind() == SyntaxKind::STAR && is_target;
            }
        }
    }
}

fn from_node(node: &SyntaxNode, path: &[Ident], mentions: &mut Mentions) {
    match node.kind() {
        SyntaxKind::PATH_REF => {
            let parent = node.parent();
            let Some(role) = parent.as_ref().and_then(|it| role(it.kind())) else { return };
            let mut parts = names::path(node);
            if parent.is_some_and(|it| it.kind() == SyntaxKind::PERCENT_TYPE) {
                note(Role::Type, &parts, path, mentions);
                parts.pop();
                note(Role::Relation, &parts, path, mentions);
                return;
            }
            note(role, &parts, path, mentions);
            // What an aggregate or an operator is made of is a routine, and reads like a type.
            if role == Role::Type && node.ancestors().any(|it| it.kind() == SyntaxKind::ATTRIBUTE_VALUE) {
                note(Role::Routine, &parts, path, mentions);
            }
        }
        SyntaxKind::CALL_EXPR => {
            let name = node.children().next();
            let is_name = |it: &SyntaxNode| matches!(it.kind(), SyntaxKind::NAME_REF | SyntaxKind::FIELD_EXPR);
            if let Some(name) = name.filter(is_name) {
                note(Role::Routine, &names::path(&name), path, mentions);
            }
        }
        SyntaxKind::CUSTOM_OP | SyntaxKind::OPERATOR_CALL => operator(node, path, mentions),
        SyntaxKind::LITERAL => {
            if let Some(text) = ast::Literal::cast(node.clone()).and_then(|it| named(&it)) {
                from_string(&text, path, mentions);
            }
        }
        _ => (),
    }
}

/// What a dotted name is by where it stands; `None` where it is a part of a longer one or no object's.
fn role(parent: SyntaxKind) -> Option<Role> {
    Some(match parent {
        SyntaxKind::PATH_REF
        | SyntaxKind::PATH
        | SyntaxKind::CONFIG_PARAMETER_REF
        | SyntaxKind::SCHEMA_REF
        | SyntaxKind::COLUMN_NAME_REF => return None,
        SyntaxKind::RELATION_NAME_REF
        | SyntaxKind::TABLE_NAME_REF
        | SyntaxKind::VIEW_REF
        | SyntaxKind::SEQUENCE_REF
        | SyntaxKind::INDEX_REF => Role::Relation,
        SyntaxKind::FUNCTION_NAME_REF | SyntaxKind::PROCEDURE_NAME_REF | SyntaxKind::ROUTINE_NAME_REF => Role::Routine,
        SyntaxKind::PATH_TYPE | SyntaxKind::PERCENT_TYPE | SyntaxKind::TYPE_NAME_REF | SyntaxKind::DOMAIN_REF => {
            Role::Type
        }
        SyntaxKind::COLLATION_REF => Role::Collation,
        SyntaxKind::OP => return None,
        _ => Role::Other,
    })
}

fn note(role: Role, parts: &[Ident], path: &[Ident], mentions: &mut Mentions) {
    let candidates: Vec<Qualified> = match parts {
        [] => return,
        [name] => path.iter().map(|it| Qualified { namespace: it.clone(), name: name.clone() }).collect(),
        [.., namespace, name] => vec![Qualified { namespace: namespace.clone(), name: name.clone() }],
    };
    mentions.names.insert((role, candidates));
}

/// An operator by its symbol; with a schema in `OPERATOR(schema.+)`.
fn operator(node: &SyntaxNode, path: &[Ident], mentions: &mut Mentions) {
    let text: String = node.text().to_string().split_whitespace().collect();
    let inner = match (text.find('('), text.rfind(')')) {
        (Some(from), Some(to)) if from < to => &text[from + 1..to],
        _ => &text,
    };
    let parts: Vec<Ident> = match inner.rsplit_once('.') {
        Some((namespace, symbol)) => vec![names::ident(namespace), Ident::from(symbol)],
        None => vec![Ident::from(inner)],
    };
    note(Role::Operator, &parts, path, mentions);
}

/// The value of a string that names an object: it is cast to one of the `reg…` types, or given to a function that takes
/// names.
fn named(literal: &ast::Literal) -> Option<String> {
    let value = names::string(literal)?;
    let around: Vec<SyntaxNode> = literal.syntax().ancestors().skip(1).take(6).collect();
    let is_name_of = |it: &SyntaxNode| match it.kind() {
        SyntaxKind::CAST_EXPR => {
            let ty = it.children().filter_map(ast::Type::cast).last();
            let words = ty.map(|it| names::path(it.syntax())).unwrap_or_default();
            words.iter().any(|word| word.text().starts_with("reg"))
        }
        SyntaxKind::CALL_EXPR => {
            let name = it.children().next().map(|it| names::path(&it)).unwrap_or_default();
            let takes_names = |it: &Ident| {
                let text = it.text();
                matches!(text, "nextval" | "currval" | "setval")
                    || text.starts_with("to_reg")
                    || text.ends_with("to_tsvector")
            };
            name.last().is_some_and(takes_names)
        }
        _ => false,
    };
    around.iter().any(is_name_of).then_some(value)
}

/// A name in a string, perhaps with argument types behind it.
fn from_string(text: &str, path: &[Ident], mentions: &mut Mentions) {
    let text = text.split('(').next().unwrap_or_default().trim();
    if text.is_empty() {
        return;
    }
    let Some(tree) = parse(&["TABLE ", text].concat()).map(|it| it.syntax_node()) else { return };
    let name = tree.descendants().find(|it| it.kind() == SyntaxKind::PATH_REF);
    let parts = name.map(|it| names::path(&it)).unwrap_or_default();
    for role in [Role::Relation, Role::Routine, Role::Type, Role::Collation, Role::Other] {
        note(role, &parts, path, mentions);
    }
}

/// The types of the variables of a body in PL/pgSQL.
pub(super) fn declarations(text: &str, path: &[Ident], mentions: &mut Mentions) {
    if depth::is_body_exceeded(text) {
        return;
    }
    // The parser gives trees of bodies only for whole statements.
    let tag =
        (0..).map(|number: usize| ["$b", &number.to_string(), "$"].concat()).find(|tag| !text.contains(tag.as_str()));
    let tag = tag.unwrap_or_default();
    let whole = ["DO ", &tag, text, &tag].concat();
    let file = SourceFile::parse(&whole).tree();
    let body: Option<Plpgsql> = file.stmts().find_map(|it| match it {
        ast::Stmt::Do(it) => it.plpgsql(),
        _ => None,
    });
    let Some(body) = body else { return };
    for section in body.syntax().descendants().filter(|it| it.kind() == SyntaxKind::PLPGSQL_DECLARE_SECTION) {
        let types =
            section.descendants().filter(|it| matches!(it.kind(), SyntaxKind::PATH_TYPE | SyntaxKind::PERCENT_TYPE));
        for ty in types {
            from(&ty, path, mentions);
        }
    }
}

/// What texts mention that were not noted from a tree. Most of them, such as defaults, stand in many places.
#[derive(Default)]
pub(super) struct Built(HashMap<String, Mentions>);

impl Built {
    /// The mentions of each text of an object.
    pub(super) fn of(&mut self, object: Object<'_>) -> Vec<&Mentions> {
        let texts = texts(object);
        for text in &texts {
            if !self.0.contains_key(text.written()) {
                let mut mentions = Mentions::default();
                if let Some(parse) = parse(&["SELECT ", text.written()].concat()) {
                    from(&parse.syntax_node(), &[Ident::from("public")], &mut mentions);
                }
                self.0.insert(text.written().to_owned(), mentions);
            }
        }
        texts.iter().filter_map(|text| self.0.get(text.written())).collect()
    }
}

fn texts(object: Object<'_>) -> Vec<&SqlText> {
    match object {
        Object::Column(column) => {
            let generated = column.generated.iter().map(|Generated { expression, stored: _ }| expression);
            column.default.iter().chain(generated).collect()
        }
        Object::Check(check) => vec![&check.expression],
        Object::Index(index) => {
            let parts = index.parts.iter().filter_map(|part| match &part.term {
                Term::Expression(it) => Some(it),
                Term::Column(_) => None,
            });
            index.predicate.iter().chain(parts).collect()
        }
        _ => Vec::new(),
    }
}
