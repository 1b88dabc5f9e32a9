//! Every name that a script declares, found before the first statement is folded.

use std::collections::{BTreeMap, BTreeSet};

use squawk_syntax::{SyntaxKind, SyntaxNode, ast, ast::AstNode};
use trueup_state::{Ident, Qualified};

use crate::parse::{names, statement};

/// Names by what they may be used as.
#[derive(Clone, Debug, Default)]
pub(crate) struct Declared {
    /// Enums, domains, composite and range types.
    pub(crate) types: BTreeSet<Qualified>,
    /// Tables, views, materialized views, foreign tables: each is a row type, too.
    pub(crate) relations: BTreeSet<Qualified>,
    /// Sequences that have a statement of their own.
    pub(crate) sequences: BTreeSet<Qualified>,
    /// Functions, procedures and aggregates.
    pub(crate) routines: BTreeSet<Qualified>,
    /// Collations.
    pub(crate) collations: BTreeSet<Qualified>,
    /// The namespaces of all these.
    pub(crate) namespaces: BTreeSet<Ident>,
    /// Extensions.
    pub(crate) extensions: BTreeSet<Ident>,
    /// Where their declarations put them.
    pub(crate) extension_schemas: BTreeMap<Ident, Ident>,
}

impl Declared {
    /// Look through all statements, with the search paths that hold at each.
    pub(crate) fn of(files: &[ast::SourceFile]) -> Declared {
        let mut declared = Declared::default();
        for file in files {
            let mut path = vec![Ident::from("public")];
            for stmt in file.stmts() {
                if let Some(set) = statement::search_path(&stmt) {
                    path = set;
                } else {
                    declared.add(stmt.syntax(), &path);
                }
            }
        }
        declared
    }

    fn add(&mut self, stmt: &SyntaxNode, path: &[Ident]) {
        match stmt.kind() {
            SyntaxKind::CREATE_EXTENSION => self.add_extension(stmt, path),
            SyntaxKind::CREATE_SCHEMA => {
                let target = stmt.children().find_map(ast::CreateSchemaTarget::cast);
                let inner: Vec<Ident> = target.iter().filter_map(schema_target).collect();
                for element in stmt.children().filter(|it| ast::SchemaElement::can_cast(it.kind())) {
                    self.add(&element, &inner);
                }
            }
            kind => {
                let Some(name) = name_node(stmt) else { return };
                let parts = names::path(&name);
                let (namespace, name) = match (parts.as_slice(), path.first()) {
                    ([name], Some(namespace)) => (namespace.clone(), name.clone()),
                    ([.., namespace, name], _) => (namespace.clone(), name.clone()),
                    _ => return,
                };
                if let Some(given) = given_multirange(stmt) {
                    self.types.insert(Qualified { namespace: namespace.clone(), name: given });
                }
                self.add_name(kind, Qualified { namespace, name });
            }
        }
    }

    fn add_name(&mut self, kind: SyntaxKind, name: Qualified) {
        self.namespaces.insert(name.namespace.clone());
        match kind {
            SyntaxKind::CREATE_TABLE
            | SyntaxKind::CREATE_FOREIGN_TABLE
            | SyntaxKind::CREATE_TABLE_AS
            | SyntaxKind::CREATE_VIEW
            | SyntaxKind::CREATE_MATERIALIZED_VIEW
            | SyntaxKind::ALTER_TABLE
            | SyntaxKind::ALTER_VIEW
            | SyntaxKind::ALTER_MATERIALIZED_VIEW
            | SyntaxKind::ALTER_FOREIGN_TABLE => drop(self.relations.insert(name)),
            SyntaxKind::CREATE_TYPE => {
                self.types.insert(Qualified { namespace: name.namespace.clone(), name: multirange(&name.name) });
                self.types.insert(name);
            }
            SyntaxKind::CREATE_DOMAIN | SyntaxKind::ALTER_TYPE | SyntaxKind::ALTER_DOMAIN => {
                self.types.insert(name);
            }
            SyntaxKind::CREATE_SEQUENCE | SyntaxKind::ALTER_SEQUENCE => drop(self.sequences.insert(name)),
            SyntaxKind::CREATE_COLLATION => drop(self.collations.insert(name)),
            SyntaxKind::CREATE_FUNCTION | SyntaxKind::CREATE_PROCEDURE | SyntaxKind::CREATE_AGGREGATE => {
                self.routines.insert(name);
            }
            _ => (),
        }
    }

    fn add_extension(&mut self, stmt: &SyntaxNode, path: &[Ident]) {
        let Some(name) = stmt.children().find_map(ast::Extension::cast) else { return };
        let name = names::one(name.syntax());
        let schema = stmt.children().find_map(ast::ExtensionSchema::cast).and_then(|it| it.schema_ref());
        let schema = schema.map(|it| names::one(it.syntax())).or_else(|| path.first().cloned());
        self.extension_schemas.insert(name.clone(), schema.unwrap_or_else(|| Ident::from("public")));
        self.extensions.insert(name);
    }
}

/// The schema that CREATE SCHEMA makes.
pub(crate) fn schema_target(target: &ast::CreateSchemaTarget) -> Option<Ident> {
    // `AUTHORIZATION role` alone names the schema after the role; with a name, the name comes first.
    let names: Vec<SyntaxNode> = target.syntax().children().collect();
    names.first().map(names::one)
}

/// The node with the name that a statement creates or gives.
fn name_node(stmt: &SyntaxNode) -> Option<SyntaxNode> {
    if let Some(rename) = stmt.children().find(|it| {
        matches!(it.kind(), SyntaxKind::TABLE_RENAME_TO | SyntaxKind::TYPE_RENAME_TO | SyntaxKind::VIEW_RENAME_TO)
    }) {
        return renamed(stmt, &rename);
    }
    stmt.children().find(|it| {
        matches!(
            it.kind(),
            SyntaxKind::TABLE_NAME
                | SyntaxKind::VIEW
                | SyntaxKind::TYPE_NAME
                | SyntaxKind::DOMAIN
                | SyntaxKind::SEQUENCE
                | SyntaxKind::COLLATION
                | SyntaxKind::FUNCTION_NAME
                | SyntaxKind::PROCEDURE_NAME
                | SyntaxKind::AGGREGATE_NAME
        )
    })
}

fn renamed(_stmt: &SyntaxNode, rename: &SyntaxNode) -> Option<SyntaxNode> {
    rename.children().next()
}

/// The name that is said for a multirange type, without its namespace.
fn given_multirange(stmt: &SyntaxNode) -> Option<Ident> {
    if stmt.kind() != SyntaxKind::CREATE_TYPE {
        return None;
    }
    stmt.descendants().filter_map(ast::AttributeOption::cast).find_map(|option| {
        let name = names::one(option.name()?.syntax());
        let value = option.attribute_value()?.syntax().text().to_string();
        (name.text() == "multirange_type_name").then(|| names::ident(value.rsplit('.').next().unwrap_or(&value).trim()))
    })
}

/// The name that PostgreSQL gives to the multirange type of a range type (`makeMultirangeTypeName`).
fn multirange(range: &Ident) -> Ident {
    let text = range.text();
    let name = match text.find("range") {
        Some(at) => [&text[..at], "multi", &text[at..]].concat(),
        None => [names::clip(text, 63 - "_multirange".len()), "_multirange"].concat(),
    };
    Ident::from(names::clip(&name, 63))
}
