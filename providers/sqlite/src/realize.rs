//! From desired SQL to a schema: our reader says what it means, an in-memory SQLite says whether it is right.

mod directives;
mod places;
mod prove;
mod sequential;

use std::collections::HashMap;

use async_trait::async_trait;
use sqlx::AssertSqlSafe;
use trueup_contract::{
    DatabaseError, Desired, Inspection, Place, Realize, RealizeError, Realized, Script, SourceFinding, TOO_DEEP,
    too_deep,
};
use trueup_state::{Address, Change, Schema};

use crate::{
    connect::{self, message},
    inspect, normalize,
    provider::Sqlite,
    read::{self, Assembly, Created, Misplaced, Names},
    render,
    statement::{self, Class, Statement},
    steps::rename,
};
use places::Places;

/// A statement, where it stands, and what it creates.
struct Declared<'a> {
    places: &'a Places<'a>,
    statement: Statement<'a>,
    address: Option<Address>,
}

impl Declared<'_> {
    fn place(&self) -> Place {
        self.places.place(self.statement.at)
    }
}

#[async_trait]
impl Realize for Sqlite {
    async fn realize(&self, desired: Desired, known: &Inspection) -> Result<Realized, RealizeError> {
        match desired {
            Desired::Schema { schema, depends } => Ok(Realized { schema, depends, ..Realized::default() }),
            Desired::Script(script) => realize_script(&script, &known.schema).await,
        }
    }

    async fn rename(&self, schema: &Schema, renames: &[Change]) -> Result<Schema, DatabaseError> {
        let mut connection = connect::memory().await?;
        let statements = rename::statements(renames).into_iter().map(|statement| [statement.as_str(), ";\n"].concat());
        let script: String = render::schema(schema).into_iter().map(|it| it.sql).chain(statements).collect();
        sqlx::raw_sql(AssertSqlSafe(script))
            .execute(&mut connection)
            .await
            .map_err(|error| DatabaseError::Failed(["SQLite cannot rename here: ", &message(&error)].concat()))?;
        Ok(inspect::inspect(&mut connection).await?.schema)
    }
}

async fn realize_script(script: &Script, known: &Schema) -> Result<Realized, RealizeError> {
    let mut realized = Realized::default();
    let files: Vec<Places<'_>> = script.files.iter().map(Places::of).collect();
    let mut declared = Vec::new();
    let mut comments = Vec::new();
    for places in &files {
        let split = statement::split(&places.file.text).map_err(|it| places.error(it.at, 1, it.message, None))?;
        let tokens = split.statements.iter().flat_map(|it| &it.tokens);
        if let Some(at) = too_deep(tokens.map(|it| (it.at, it.text))) {
            return Err(places.error(at, 1, TOO_DEEP.0.to_owned(), Some(TOO_DEEP.1.to_owned())));
        }
        comments.push((places, split.comments));
        declared.extend(split.statements.into_iter().map(|statement| Declared { places, statement, address: None }));
    }
    let mut declared = without_schemaless(declared, &mut realized)?;
    declared.sort_by_key(|it| it.statement.class);
    let sequential = declared.iter().any(|it| matches!(it.statement.class, Class::Sequential | Class::Unknown));
    match (sequential, assemble(&mut declared, &mut realized)) {
        (false, Ok(schema)) => {
            let schema = normalize::normalize(schema, known);
            prove::prove(&declared, &schema, known).await?;
            realized.schema = schema;
        }
        (false, Err(Problem::Wrong(error))) => return Err(error),
        // Order matters, or the reader does not understand something: let SQLite run everything, one by one. If it has
        // nothing to say against a statement that the reader refused, the reader's word stands.
        (true, _) => {
            declared.sort_by(|a, b| (&a.places.file.path, a.statement.at).cmp(&(&b.places.file.path, b.statement.at)));
            realized.schema = sequential::run(&declared).await?;
        }
        (false, Err(Problem::Unread(error))) => {
            sequential::run(&declared).await?;
            return Err(error);
        }
    }
    realized.directives = directives::find(&declared, &comments)?;
    Ok(realized)
}

/// Leave out what defines no schema, with a word about it unless it only frames a transaction.
fn without_schemaless<'a>(
    declared: Vec<Declared<'a>>,
    realized: &mut Realized,
) -> Result<Vec<Declared<'a>>, RealizeError> {
    let mut kept = Vec::new();
    for it in declared {
        let places = it.places;
        let first = it.statement.tokens.first().map_or("", |token| token.text).to_ascii_uppercase();
        match it.statement.class {
            Class::Transaction => (),
            Class::NoSchema if writes_catalogue(&it.statement) => {
                let message = "this writes SQLite's catalogue directly".to_owned();
                let hint = Some("declare the object with its CREATE statement instead".to_owned());
                return Err(places.error(it.statement.at, first.len(), message, hint));
            }
            Class::NoSchema => realized.skipped.push(SourceFinding {
                place: places.place(it.statement.at),
                message: [&first, " defines no schema and is skipped"].concat(),
            }),
            Class::CreateTemporary => realized.skipped.push(SourceFinding {
                place: places.place(it.statement.at),
                message: "a temporary object is no part of a schema and is skipped".to_owned(),
            }),
            _ => kept.push(it),
        }
    }
    Ok(kept)
}

fn writes_catalogue(statement: &Statement<'_>) -> bool {
    let writes = ["insert", "update", "delete", "replace"];
    statement.tokens.first().is_some_and(|first| writes.iter().any(|word| first.is(word)))
        && statement.tokens.iter().any(|token| token.is("sqlite_schema") || token.is("sqlite_master"))
}

/// Why statements make no schema.
enum Problem {
    /// The reader does not understand a statement; SQLite may say better what is wrong with it.
    Unread(RealizeError),
    /// Statements contradict each other.
    Wrong(RealizeError),
}

/// Read every CREATE statement, in the order of classes: tables first, whatever file they stand in.
fn assemble(declared: &mut [Declared<'_>], realized: &mut Realized) -> Result<Schema, Problem> {
    let mut names = Names::default();
    let mut assembly = Assembly::default();
    let creates = |it: &&mut Declared<'_>| !matches!(it.statement.class, Class::Sequential | Class::Unknown);
    for it in declared.iter_mut().filter(creates) {
        let text = &it.places.file.text;
        let created = read::created(text, &it.statement.tokens, &names)
            .map_err(|error| Problem::Unread(it.places.error(error.at.min(text.len()), 1, error.message, None)))?;
        match &created {
            Created::Table { name, table } => names.learn(name, table),
            Created::VirtualTable { name, .. } | Created::View { name, .. } => names.learn_relation(name),
            Created::Index { .. } | Created::Trigger { .. } => (),
        }
        if let Created::Table { name, .. } = &created
            && is_our_own(name)
        {
            let (at, length) = places::find_word(&it.statement, name.text());
            let message = ["`", name.text(), "` is a name that trueup keeps for itself"].concat();
            return Err(Problem::Wrong(it.places.error(at, length, message, Some("choose another name".to_owned()))));
        }
        match assembly.add(created) {
            Ok(address) => {
                realized.places.insert(address.clone(), it.place());
                it.address = Some(address);
            }
            Err(Misplaced::Exists(_)) if has_if_not_exists(&it.statement) => (),
            Err(Misplaced::Exists(there)) => return Err(Problem::Wrong(exists_already(it, &there, &realized.places))),
            Err(Misplaced::NoOwner(owner)) => {
                let message = ["there is no table or view `", owner.text(), "`"].concat();
                let (at, length) = places::find_word(&it.statement, owner.text());
                let hint = Some("declare it, or correct the name".to_owned());
                return Err(Problem::Wrong(it.places.error(at, length, message, hint)));
            }
        }
    }
    Ok(assembly.finish())
}

/// The names that `inspect/catalogue.sql` leaves out.
fn is_our_own(name: &trueup_state::Ident) -> bool {
    let name = name.folded();
    let hash = name.strip_prefix("trueup_rebuild_");
    name == "trueup_state" || hash.is_some_and(|it| it.len() == 8 && it.chars().all(|c| c.is_ascii_hexdigit()))
}

fn has_if_not_exists(statement: &Statement<'_>) -> bool {
    let head = &statement.tokens[..statement.tokens.len().min(7)];
    head.windows(3).any(|words| words[0].is("if") && words[1].is("not") && words[2].is("exists"))
}

fn exists_already(it: &Declared<'_>, there: &Address, places: &HashMap<Address, Place>) -> RealizeError {
    let name = there.name().map(ToString::to_string).unwrap_or_default();
    let message = [there.kind(), " `", &name, "` is declared twice"].concat();
    let first = places.get(there).map(|place| ["it is declared first at ", &place.to_string()].concat());
    let (at, length) = places::find_word(&it.statement, &name);
    it.places.error(at, length, message, first)
}
