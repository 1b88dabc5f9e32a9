//! The fold: statements one after another into one schema.
//!
//! A statement whose object is declared further down, or in another file, is put off and tried again, so that the order
//! of files and of independent statements has no meaning. What is still waiting at the end is an error.

mod declared;
mod qualify;
mod source;
mod taken;

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use squawk_syntax::{SyntaxNode, ast, ast::AstNode};
use trueup_contract::{Inspection, RealizeError, Realized, Script, SourceFinding};
use trueup_state::{Address, Ident, Qualified, Schema};

pub(crate) use declared::{Declared, schema_target};
use source::Text;

/// The state of a fold.
pub(crate) struct Fold<'a> {
    /// What is declared so far.
    pub(crate) schema: Schema,
    /// The target.
    pub(crate) target: Target<'a>,
    /// Every name that the script declares anywhere, known before the first statement is folded.
    pub(crate) declared: Declared,
    /// Where unqualified names lead, as the last `SET search_path` says; `public` at first. May be empty.
    pub(crate) search_path: Vec<Ident>,
    /// The role that the last `SET ROLE` names; none for the one that is connected.
    pub(crate) role: Option<Ident>,
    /// What each object's texts mention; resolved when everything is declared.
    pub(crate) mentions: BTreeMap<Address, references::Mentions>,
    /// Namespaces that the script speaks of.
    pub(crate) namespaces: BTreeSet<Ident>,
    /// The parts of the statement at hand that have addresses of their own: where each stands.
    pub(crate) parts: Vec<(SyntaxNode, Address)>,
    /// Where tables were created, for those that are created twice.
    pub(crate) created: BTreeMap<Address, SyntaxNode>,
    /// Names that are taken.
    pub(crate) taken: taken::Taken,
    /// The indexes of partitions that hang on an index of their parent's, each with that.
    pub(crate) attached: BTreeMap<Qualified, Qualified>,
    /// Statements that give objects to roles, each with the search path under which it stands.
    pub(crate) given: IndexMap<SyntaxNode, Vec<Ident>>,
    /// Whose objects are, where it is said.
    pub(crate) owners: BTreeMap<Address, Ident>,
    /// Foreign keys that point at tables which may be declared further down.
    pub(crate) unresolved: Vec<Unresolved>,
}

/// A foreign key whose other side is looked up when everything is declared.
pub(crate) struct Unresolved {
    /// The key.
    pub(crate) table: Qualified,
    /// Its name.
    pub(crate) name: Ident,
    /// Where the other table is named.
    pub(crate) node: SyntaxNode,
}

use super::{references, statement, target::Target};

/// Why a statement cannot be folded.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// It is wrong.
    Wrong {
        /// The part of the tree that is wrong.
        node: SyntaxNode,
        /// What is wrong with it.
        message: String,
        /// What to do.
        hint: Option<String>,
        /// Whether PostgreSQL would take it, and we refuse to.
        is_refusal: bool,
    },
    /// It speaks of something that is not declared yet.
    Later {
        /// The part of the tree that names it.
        node: SyntaxNode,
        /// What is missing, for people: `table public.users`.
        missing: String,
    },
}

/// What a statement came to.
#[derive(Debug)]
pub(crate) enum Folded {
    /// It declared or changed this object; a directive beside it speaks of it.
    Object(Address),
    /// It changed something that has no place of its own.
    Nothing,
    /// It defines no schema and was skipped: why, for people.
    Skipped(String),
}

pub(crate) type FoldResult = Result<Folded, Trouble>;

/// A node is wrong.
pub(crate) fn wrong(node: &SyntaxNode, message: impl Into<String>) -> Trouble {
    Trouble::Wrong { node: node.clone(), message: message.into(), hint: None, is_refusal: false }
}

/// A node is wrong, and this would help.
pub(crate) fn wrong_with(node: &SyntaxNode, message: impl Into<String>, hint: impl Into<String>) -> Trouble {
    Trouble::Wrong { node: node.clone(), message: message.into(), hint: Some(hint.into()), is_refusal: false }
}

/// PostgreSQL would take a node, and we refuse to.
pub(crate) fn refused(node: &SyntaxNode, message: impl Into<String>, hint: impl Into<String>) -> Trouble {
    Trouble::Wrong { node: node.clone(), message: message.into(), hint: Some(hint.into()), is_refusal: true }
}

/// A node names something that is not there yet.
pub(crate) fn later(node: &SyntaxNode, missing: impl Into<String>) -> Trouble {
    Trouble::Later { node: node.clone(), missing: missing.into() }
}

impl<'a> Fold<'a> {
    fn new(known: &'a Inspection, declared: Declared) -> Fold<'a> {
        // A new database has this one.
        let mut schema = Schema::default();
        schema.namespace_mut(&Ident::from("public"));
        Fold {
            schema,
            target: Target::of(known),
            declared,
            search_path: vec![Ident::from("public")],
            role: None,
            mentions: BTreeMap::new(),
            namespaces: BTreeSet::new(),
            parts: Vec::new(),
            created: BTreeMap::new(),
            taken: taken::Taken::default(),
            attached: BTreeMap::new(),
            given: IndexMap::new(),
            owners: BTreeMap::new(),
            unresolved: Vec::new(),
        }
    }
}

impl Fold<'_> {
    /// Note where a part of the statement at hand stands, for messages and directives.
    pub(crate) fn part(&mut self, node: &SyntaxNode, address: Address) {
        self.parts.push((node.clone(), address));
    }

    /// The full name of something that is created under a name: qualified, or in the first namespace of the path.
    pub(crate) fn new_name(&mut self, node: &SyntaxNode) -> Result<Qualified, Trouble> {
        let name = match super::names::path(node).as_slice() {
            [name] => {
                let Some(namespace) = self.search_path.first() else {
                    return Err(wrong_with(
                        node,
                        format!("it is not said in which schema `{name}` shall be"),
                        "write `schema.name`, or set a search_path before it",
                    ));
                };
                Qualified { namespace: namespace.clone(), name: name.clone() }
            }
            [namespace, name] | [_, namespace, name] => Qualified { namespace: namespace.clone(), name: name.clone() },
            _ => return Err(wrong(node, "a name is missing here")),
        };
        self.namespaces.insert(name.namespace.clone());
        Ok(name)
    }

    /// The full names that a written name may stand for, in the order in which PostgreSQL would look.
    pub(crate) fn candidates(&self, node: &SyntaxNode) -> Vec<Qualified> {
        match super::names::path(node).as_slice() {
            [name] => {
                let path = self.search_path.iter();
                path.map(|namespace| Qualified { namespace: namespace.clone(), name: name.clone() }).collect()
            }
            [namespace, name] | [_, namespace, name] => {
                vec![Qualified { namespace: namespace.clone(), name: name.clone() }]
            }
            _ => Vec::new(),
        }
    }

    /// The existing table that a name stands for.
    pub(crate) fn table(&self, node: &SyntaxNode) -> Result<Qualified, Trouble> {
        let found = self.candidates(node).into_iter().find(|name| self.schema.table(name).is_some());
        found.ok_or_else(|| later(node, ["table ", &node.text().to_string()].concat()))
    }
}

/// Fold a script.
pub(super) fn script(script: &Script, known: &Inspection) -> Result<Realized, RealizeError> {
    let texts: Vec<Text> = script.files.iter().map(Text::of).collect();
    let parsed: Vec<ast::SourceFile> = texts.iter().map(Text::parse).collect::<Result<_, _>>()?;
    let mut fold = Fold::new(known, Declared::of(&parsed));
    let mut realized = Realized::default();
    let mut waiting = Vec::new();
    for (text, file) in texts.iter().zip(&parsed) {
        fold.search_path = vec![Ident::from("public")];
        fold.role = None;
        for stmt in file.stmts() {
            let path = fold.search_path.clone();
            match fold_one(&mut fold, &stmt, text, &mut realized) {
                Ok(()) => (),
                Err(Trouble::Later { .. }) => waiting.push((stmt, text, path)),
                Err(trouble) => return Err(text.error(trouble)),
            }
        }
        // Most of what waits, waits for what is further down in the same file.
        retry(&mut fold, &mut waiting, &mut realized)?;
    }
    if let Some((stmt, text, path)) = waiting.into_iter().next() {
        fold.search_path = path;
        if let Err(trouble) = fold_one(&mut fold, &stmt, text, &mut realized) {
            return Err(text.error(trouble));
        }
    }
    statement::finish(&mut fold).map_err(|trouble| located(trouble, &texts, &parsed))?;
    if let Some(error) = texts.iter().find_map(Text::leftover) {
        return Err(error);
    }
    realized.depends = references::resolve(&fold);
    realized.asked = fold.target.asked();
    realized.schema = fold.schema;
    realized.namespaces = fold.namespaces;
    realized.owners = fold.owners;
    Ok(realized)
}

/// Trouble at the end, in the file that the node is from.
fn located(trouble: Trouble, texts: &[Text], parsed: &[ast::SourceFile]) -> RealizeError {
    let (Trouble::Wrong { node, .. } | Trouble::Later { node, .. }) = &trouble;
    let root = node.ancestors().last();
    let mut files = texts.iter().zip(parsed);
    match files.find(|(_, file)| Some(file.syntax()) == root.as_ref()).or_else(|| texts.iter().zip(parsed).next()) {
        Some((text, _)) => text.error(trouble),
        None => RealizeError::Database(trueup_contract::DatabaseError::Failed("nothing is declared".to_owned())),
    }
}

/// Try again what was put off, as long as something comes of it.
fn retry(
    fold: &mut Fold<'_>,
    waiting: &mut Vec<(ast::Stmt, &Text, Vec<Ident>)>,
    realized: &mut Realized,
) -> Result<(), RealizeError> {
    let now = fold.search_path.clone();
    while !waiting.is_empty() {
        let before = waiting.len();
        let mut still = Vec::new();
        for (stmt, text, path) in waiting.drain(..) {
            fold.search_path.clone_from(&path);
            match fold_one(fold, &stmt, text, realized) {
                Ok(()) => (),
                Err(Trouble::Later { .. }) => still.push((stmt, text, path)),
                Err(trouble) => return Err(text.error(trouble)),
            }
        }
        *waiting = still;
        if waiting.len() == before {
            break;
        }
    }
    fold.search_path = now;
    Ok(())
}

fn fold_one(fold: &mut Fold<'_>, stmt: &ast::Stmt, text: &Text, realized: &mut Realized) -> Result<(), Trouble> {
    fold.parts.clear();
    match statement::fold(fold, stmt)? {
        Folded::Nothing => (),
        Folded::Object(address) => {
            let place = text.place(stmt.syntax());
            statement::created_by(fold, stmt, &address, realized.places.contains_key(&address));
            realized.directives.extend(text.directives(stmt.syntax(), &address, &fold.parts));
            for (node, part) in fold.parts.drain(..) {
                realized.places.entry(part).or_insert_with(|| text.place(&node));
            }
            realized.places.entry(address).or_insert(place);
        }
        Folded::Skipped(message) => {
            realized.skipped.push(SourceFinding { place: text.place(stmt.syntax()), message });
        }
    }
    Ok(())
}
