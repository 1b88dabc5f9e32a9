//! Folding the statements of a script into a schema.
//!
//! A statement whose object is declared further down, or in another file, is put off and tried again, so that the order of
//! files and of independent statements has no meaning. What is still waiting at the end is an error.

mod alter;
mod change;
mod check;
mod create;
mod database;
mod depends;
mod directives;
mod drop;
mod element;
mod names;
mod rename;
mod session;
mod source;
mod statement;
mod supplementary;
#[cfg(test)]
mod tests;
mod words;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use trueup_contract::{RealizeError, Realized, Script, SourceFinding};
use trueup_state::{Address, Ident, Schema};

use crate::{facts::Facts, normalize, read::ReadError, statement::Class};
use database::Own;
use session::Session;
use source::Text;
use statement::{Stmt, without_own};

/// Why a statement cannot be folded.
#[derive(Clone, Debug)]
struct Trouble {
    /// The byte of the file at which it is wrong.
    at: usize,
    /// How many bytes are wrong.
    length: usize,
    message: String,
    hint: Option<String>,
    /// Whether the server would take it, and we refuse to.
    is_refusal: bool,
    /// Whether it speaks of something that may be declared further down.
    is_early: bool,
}

impl Trouble {
    fn at(at: usize, length: usize, message: impl Into<String>) -> Trouble {
        Trouble { at, length, message: message.into(), hint: None, is_refusal: false, is_early: false }
    }

    fn hint(self, hint: impl Into<String>) -> Trouble {
        Trouble { hint: Some(hint.into()), ..self }
    }

    /// The server would take it.
    fn refusal(self) -> Trouble {
        Trouble { is_refusal: true, ..self }
    }

    /// What it names may be declared later.
    fn early(self) -> Trouble {
        Trouble { is_early: true, ..self }
    }
}

impl From<ReadError> for Trouble {
    fn from(error: ReadError) -> Trouble {
        let ReadError { message, offset, length, hint } = error;
        Trouble { at: offset, length, message, hint, is_refusal: false, is_early: false }
    }
}

/// What a statement came to.
enum Folded {
    /// It declared or changed this object; a directive beside it speaks of it.
    Object(Address),
    /// It changed something that has no place of its own, or nothing.
    Nothing,
    /// It defines no schema and was skipped: why, for people.
    Skipped(String),
}

type FoldResult = Result<Folded, Trouble>;

/// The state of a fold.
struct Fold<'a> {
    facts: &'a Facts,
    /// What is declared so far.
    schema: Schema,
    /// What the statements before have set.
    session: Session,
    /// The parts of the statement at hand that have addresses of their own: where each stands.
    parts: Vec<(Range<usize>, Address)>,
    /// Indexes of tables that were made for foreign keys: another index of the same columns replaces them.
    made: BTreeMap<Ident, BTreeSet<Ident>>,
    /// Which file each table's statement is in, and where.
    origins: BTreeMap<Ident, (usize, Range<usize>)>,
    /// The file of the statement at hand.
    file: usize,
    /// Whether `foreign_key_checks` was off: foreign keys may be there then that the server would not take otherwise.
    unchecked: bool,
}

/// A statement that waits for something that is declared later.
struct Waiting<'a> {
    stmt: Stmt<'a>,
    file: usize,
    session: Session,
}

/// The schema that a script makes.
pub(crate) fn script(script: &Script, facts: &Facts) -> Result<Realized, RealizeError> {
    let texts: Vec<Text<'_>> = script.files.iter().map(|file| Text::of(file, facts)).collect::<Result<_, _>>()?;
    let own = Own::find(&texts, facts)?;
    let sources: Vec<Cow<'_, str>> = texts.iter().map(|it| without_own(it.sql, &it.statements, &own)).collect();
    let mut fold = Fold {
        facts,
        schema: Schema::default(),
        session: Session::default(),
        parts: Vec::new(),
        made: BTreeMap::new(),
        origins: BTreeMap::new(),
        file: 0,
        unchecked: false,
    };
    fold.schema.namespace_mut(&Ident::default());
    let mut realized = Realized::default();
    let mut waiting = Vec::new();
    for (file, text) in texts.iter().enumerate() {
        fold.file = file;
        fold.session = Session::default();
        for statement in &text.statements {
            let stmt = Stmt::of(&sources[file], statement, &own);
            match fold_one(&mut fold, &stmt, text, &mut realized) {
                Ok(()) => (),
                Err(trouble) if trouble.is_early => {
                    waiting.push(Waiting { stmt, file, session: fold.session.clone() });
                }
                Err(trouble) => return Err(text.error(trouble)),
            }
        }
        retry(&mut fold, &mut waiting, &texts, &mut realized)?;
    }
    if let Some(it) = waiting.into_iter().next() {
        fold.file = it.file;
        fold.session = it.session;
        fold_one(&mut fold, &it.stmt, &texts[it.file], &mut realized).map_err(|it_| texts[it.file].error(it_))?;
    }
    check::references(&mut fold, &texts)?;
    if let Some(error) = texts.iter().find_map(Text::leftover) {
        return Err(error);
    }
    normalize::resolve(&mut fold.schema, facts);
    realized.depends = depends::of(&fold.schema);
    realized.schema = fold.schema;
    Ok(realized)
}

/// Try again what was put off, as long as something comes of it.
fn retry<'a>(
    fold: &mut Fold<'_>,
    waiting: &mut Vec<Waiting<'a>>,
    texts: &[Text<'_>],
    realized: &mut Realized,
) -> Result<(), RealizeError> {
    let (file, session) = (fold.file, fold.session.clone());
    loop {
        let before = waiting.len();
        let mut still = Vec::new();
        for it in waiting.drain(..) {
            fold.file = it.file;
            fold.session = it.session.clone();
            match fold_one(fold, &it.stmt, &texts[it.file], realized) {
                Ok(()) => (),
                Err(trouble) if trouble.is_early => still.push(it),
                Err(trouble) => return Err(texts[it.file].error(trouble)),
            }
        }
        *waiting = still;
        if waiting.is_empty() || waiting.len() == before {
            break;
        }
    }
    (fold.file, fold.session) = (file, session);
    Ok(())
}

fn fold_one(fold: &mut Fold<'_>, stmt: &Stmt<'_>, text: &Text<'_>, realized: &mut Realized) -> Result<(), Trouble> {
    fold.parts.clear();
    match fold_by_class(fold, stmt)? {
        Folded::Nothing => (),
        Folded::Object(address) => {
            // An ALTER TABLE that adds one thing speaks of that thing.
            let subject = match fold.parts.as_slice() {
                [(_, part)] if stmt.class == Class::AlterTable => part.clone(),
                _ => address.clone(),
            };
            realized.directives.extend(text.directives(&stmt.range(), &subject, &fold.parts));
            if let Address::Table(name) = &address
                && stmt.class == Class::CreateTable
            {
                fold.origins.insert(name.name.clone(), (fold.file, stmt.range()));
            }
            if stmt.class != Class::AlterTable {
                realized.places.insert(address, text.place(stmt.range().start));
            }
            for (range, part) in fold.parts.drain(..) {
                realized.places.insert(part, text.place(range.start));
            }
        }
        Folded::Skipped(message) => {
            realized.skipped.push(SourceFinding { place: text.place(stmt.range().start), message });
        }
    }
    Ok(())
}

fn fold_by_class(fold: &mut Fold<'_>, stmt: &Stmt<'_>) -> FoldResult {
    fold.session.check(stmt)?;
    supplementary::check(stmt, fold.facts)?;
    match stmt.class {
        Class::CreateTable => create::table(fold, stmt),
        Class::CreateIndex => create::index(fold, stmt),
        Class::CreateView => create::view(fold, stmt),
        Class::CreateTrigger => create::trigger(fold, stmt),
        Class::CreateRoutine | Class::CreateEvent | Class::CreateSequence => create::other(fold, stmt),
        Class::CreateDatabase => database::create(fold, stmt),
        Class::AlterTable => alter::table(fold, stmt),
        Class::Alter => change::alter(fold, stmt),
        Class::Drop => drop::drop(fold, stmt),
        Class::Rename => rename::tables(fold, stmt),
        Class::Use => Ok(Folded::Nothing),
        Class::Set => session::set(fold, stmt),
        Class::CreateTemporary | Class::DropTemporary => {
            Ok(Folded::Skipped("a temporary table is no part of a schema".to_owned()))
        }
        Class::Server => Ok(Folded::Skipped(session::server(stmt))),
        Class::NoSchema => session::no_schema(stmt),
        Class::Unknown => {
            let words: Vec<&str> = stmt.tokens.iter().take(2).map(|it| it.text).collect();
            Err(stmt.wrong(["no statement begins with `", &words.join(" "), "`"].concat()))
        }
    }
}
