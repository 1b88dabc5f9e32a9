//! A copy of a database on the same server, to try a plan on.

use std::collections::HashMap;

use sqlx::MySqlConnection;
use trueup_contract::{Access, DatabaseError};
use trueup_state::Ident;

use crate::{
    connect::{self, SESSION, Target, code, execute, failed, message, number, rows, value},
    inspect::{Text, texts},
    render::sql,
    version::{Flavor, Version},
};

/// What a session has that copies rows as they are, whatever they break, and objects in any order.
const AS_IT_IS: &str = "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', foreign_key_checks = 0, \
    unique_checks = 0";

/// What does not depend on others comes first: sequences are defaults of columns, views call functions, triggers are on
/// tables that have their rows by then.
const ORDER: [&str; 7] = ["sequence", "table", "function", "procedure", "view", "trigger", "event"];

/// A copy that is dropped with this.
///
/// A process that is killed leaves it behind, named `trueup_scratch_` and eight digits; nothing uses it again, and
/// whoever finds it may drop it.
pub(crate) struct Scratch {
    target: Target,
    name: Ident,
    /// Whether it is left behind.
    stays: bool,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.stays {
            return;
        }
        let (target, name) = (self.target.clone(), self.name.clone());
        // Dropping waits for the server, and the caller's runtime cannot be entered a second time.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.is_ok_and(|runtime| runtime.block_on(drop_database(&target, &name)).is_ok())
        });
        let _ = dropped.join();
    }
}

/// Copy a database. Without a name it gets one of its own, and goes with what is returned.
pub(crate) async fn copy(source: &Target, name: Option<&str>) -> Result<(Target, Option<Scratch>), DatabaseError> {
    let (mut connection, version) = connect::connect(source, Access::Write).await?;
    let own = name.map(Ident::from);
    let is_own = own.is_none();
    let name = match own {
        Some(name) => name,
        None => fresh_name(&mut connection).await.map_err(failed)?,
    };
    let texts = texts(&mut connection, version).await?;
    refuse(&mut connection, &texts).await?;
    create(&mut connection, &name).await.map_err(|error| not_created(&name, &error))?;
    // From here on it goes if anything fails.
    let mut scratch = Scratch { target: source.clone(), name: name.clone(), stays: false };
    let copy = source.with_database(name.text());
    let (mut into, _) = connect::connect(&copy, Access::Write).await?;
    let filled = fill(&mut into, version, source.database(), &texts).await;
    connect::close(into).await;
    connect::close(connection).await;
    filled?;
    scratch.stays = !is_own;
    Ok((copy, is_own.then_some(scratch)))
}

/// What cannot be copied, and what would run in the copy.
async fn refuse(connection: &mut MySqlConnection, texts: &[Text]) -> Result<(), DatabaseError> {
    if let Some(text) = texts.iter().find(|it| it.sql.is_none()) {
        let what = ["a scratch copy lacks ", text.kind, " `", text.name.text(), "`, whose text is not to be had"];
        return Err(DatabaseError::Unsupported(what.concat()));
    }
    let scheduler = value(&rows(connection, "SELECT @@GLOBAL.event_scheduler").await.map_err(failed)?);
    let runs = scheduler.is_some_and(|it| it == "ON" || it == "1");
    match texts.iter().find(|it| it.kind == "event").filter(|_| runs) {
        Some(event) => Err(DatabaseError::Unsupported(
            ["event `", event.name.text(), "` would run in a scratch copy as well; set `event_scheduler` to OFF"]
                .concat(),
        )),
        None => Ok(()),
    }
}

async fn create(connection: &mut MySqlConnection, name: &Ident) -> Result<(), sqlx::Error> {
    let collation = value(&rows(connection, "SELECT @@collation_database").await?).unwrap_or_default();
    execute(connection, &sql("CREATE DATABASE").ident(name).raw("COLLATE").raw(&collation).finish()).await
}

async fn fill(into: &mut MySqlConnection, version: Version, source: &str, texts: &[Text]) -> Result<(), DatabaseError> {
    let source = Ident::from(source);
    execute(into, AS_IT_IS).await.map_err(failed)?;
    if version.flavor == Flavor::MariaDb {
        execute(into, "SET SESSION check_constraint_checks = 0").await.map_err(failed)?;
    }
    let columns = columns(into, &source).await.map_err(failed)?;
    for kind in ORDER {
        let all: Vec<&Text> = texts.iter().filter(|it| it.kind == kind).collect();
        if kind == "view" {
            views(into, all).await?;
            continue;
        }
        for text in all {
            make(into, text).await.map_err(|error| not_copied(text, &error))?;
            if kind == "table" {
                rows_of(into, &source, text, &columns).await.map_err(|error| not_copied(text, &error))?;
            }
            if kind == "sequence" {
                place_of(into, &source, text).await.map_err(|error| not_copied(text, &error))?;
            }
        }
    }
    for statement in SESSION {
        execute(into, statement).await.map_err(failed)?;
    }
    Ok(())
}

async fn make(into: &mut MySqlConnection, text: &Text) -> Result<(), sqlx::Error> {
    let statement = text.sql.as_deref().unwrap_or_default();
    let Some(mode) = &text.mode else { return execute(into, statement).await };
    execute(into, &sql("SET SESSION sql_mode =").string(mode).finish()).await?;
    let made = execute(into, statement).await;
    execute(into, AS_IT_IS).await?;
    made
}

/// A view may be made of others: as long as one more can be made, the rest is tried again.
async fn views(into: &mut MySqlConnection, all: Vec<&Text>) -> Result<(), DatabaseError> {
    let mut left = all;
    loop {
        let (mut failed, mut last) = (Vec::new(), None);
        let count = left.len();
        for text in left {
            if let Err(error) = make(into, text).await {
                last = Some(not_copied(text, &error));
                failed.push(text);
            }
        }
        match last {
            None => return Ok(()),
            Some(error) if failed.len() == count => return Err(error),
            Some(_) => left = failed,
        }
    }
}

/// The columns of each table into which something can be written.
async fn columns(connection: &mut MySqlConnection, source: &Ident) -> Result<HashMap<String, Vec<Ident>>, sqlx::Error> {
    let name = sql("").string(source.text()).finish();
    let query = include_str!("columns.sql").replace("@source", name.trim());
    let mut columns: HashMap<String, Vec<Ident>> = HashMap::new();
    for row in rows(connection, &query).await? {
        let mut row = row.into_iter().flatten();
        if let (Some(table), Some(column)) = (row.next(), row.next()) {
            columns.entry(table).or_default().push(Ident::from(column));
        }
    }
    Ok(columns)
}

async fn rows_of(
    into: &mut MySqlConnection,
    source: &Ident,
    table: &Text,
    columns: &HashMap<String, Vec<Ident>>,
) -> Result<(), sqlx::Error> {
    let Some(columns) = columns.get(table.name.text()) else { return Ok(()) };
    let insert = sql("INSERT INTO").ident(&table.name).idents(columns).raw("SELECT");
    let mut insert = insert;
    for (at, column) in columns.iter().enumerate() {
        insert = if at > 0 { insert.raw(",").ident(column) } else { insert.ident(column) };
    }
    let insert = insert.raw("FROM").ident(source).raw(".").sql(&sql("").ident(&table.name)).finish();
    execute(into, &insert).await
}

/// A sequence goes on where it is.
async fn place_of(into: &mut MySqlConnection, source: &Ident, sequence: &Text) -> Result<(), sqlx::Error> {
    let from = sql("SELECT next_not_cached_value FROM").ident(source).raw(".").sql(&sql("").ident(&sequence.name));
    let Some(next) = value(&rows(into, &from.finish()).await?) else { return Ok(()) };
    let set = sql("SELECT SETVAL(").ident(&sequence.name).raw(",").raw(&next).raw(", 0)").finish();
    rows(into, &set).await.map(drop)
}

async fn drop_database(target: &Target, name: &Ident) -> Result<(), DatabaseError> {
    let (mut connection, _) = connect::connect(target, Access::Write).await?;
    execute(&mut connection, &sql("DROP DATABASE IF EXISTS").ident(name).finish()).await.map_err(failed)
}

/// A name that nobody else comes upon.
async fn fresh_name(connection: &mut MySqlConnection) -> Result<Ident, sqlx::Error> {
    let name = rows(connection, "SELECT CONCAT('trueup_scratch_', LEFT(SHA2(CONCAT(UUID(), RAND()), 256), 8))").await?;
    Ok(Ident::from(value(&name).unwrap_or_default()))
}

fn not_created(name: &Ident, error: &sqlx::Error) -> DatabaseError {
    let words = message(error);
    match number(error) {
        Some(1007) => DatabaseError::Denied(["database `", name.text(), "` exists already"].concat()),
        Some(number) if code::DENIED.contains(&number) => DatabaseError::Denied(
            [&words, "; a scratch copy needs every privilege on databases named `trueup\\_scratch\\_%`"].concat(),
        ),
        _ => DatabaseError::Failed(words),
    }
}

fn not_copied(text: &Text, error: &sqlx::Error) -> DatabaseError {
    DatabaseError::Failed([text.kind, " `", text.name.text(), "` cannot be copied: ", &message(error)].concat())
}
