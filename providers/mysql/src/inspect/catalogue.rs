//! What there is, and what decides what it means.

use std::collections::BTreeSet;

use sqlx::MySqlConnection;
use trueup_contract::{Cluster, DatabaseError};
use trueup_state::{Ident, Qualified};

use super::{
    is_ours,
    objects::{Kind, Wanted},
};
use crate::{
    connect::{Rows, ask, failed},
    facts::collation_setting,
    render::sql,
    version::Version,
};

/// The queries, in the order in which their answers are read.
const QUERIES: [&str; 7] = [
    FACTS,
    include_str!("sql/collations.sql"),
    include_str!("sql/chosen_collations.sql"),
    include_str!("sql/tables.sql"),
    include_str!("sql/triggers.sql"),
    ROUTINES,
    EVENTS,
];

const FACTS: &str = include_str!("sql/facts.sql");
const ROUTINES: &str = include_str!("sql/routines.sql");
const EVENTS: &str = include_str!("sql/events.sql");

/// Names of objects, and the server's defaults.
pub(super) struct Catalogue {
    pub(super) wanted: Vec<Wanted>,
    pub(super) cluster: Cluster,
    /// The connected database's name.
    pub(super) database: String,
}

/// Names of what may have changed: of tables, views and sequences, and of routines and events in lower case.
pub(super) struct Touched {
    pub(super) relations: BTreeSet<Ident>,
    pub(super) others: BTreeSet<String>,
}

impl Catalogue {
    /// Ask about these alone. The server's defaults are those that are known already.
    pub(super) async fn of(connection: &mut MySqlConnection, touched: &Touched) -> Result<Catalogue, DatabaseError> {
        let mut queries = vec![FACTS.to_owned(), ROUTINES.to_owned(), EVENTS.to_owned()];
        for name in &touched.relations {
            let name = sql("").string(&name.text().replace('\\', "\\\\")).finish();
            queries.push(include_str!("sql/table.sql").replace("@name", name.trim()));
            queries.push(include_str!("sql/table_triggers.sql").replace("@name", name.trim()));
        }
        let answers = ask(connection, &queries).await.map_err(failed)?;
        let mut answers = answers.into_iter().collect::<Result<Vec<Rows>, _>>().map_err(failed)?.into_iter();
        let is_touched = |wanted: &Wanted| touched.others.contains(&wanted.name.text().to_lowercase());
        let mut cluster = Cluster::default();
        let database = facts(&mut cluster, &answers.next().unwrap_or_default());
        let routines = answers.next().unwrap_or_default();
        let mut wanted: Vec<Wanted> = routines.into_iter().filter_map(routine).filter(&is_touched).collect();
        let events = answers.next().unwrap_or_default();
        wanted.extend(events.into_iter().map(event).filter(&is_touched));
        let (mut relations, mut on_them) = (Vec::new(), Vec::new());
        while let Some(rows) = answers.next() {
            tables(&mut relations, &mut cluster, rows);
            triggers(&mut on_them, answers.next().unwrap_or_default());
        }
        // The server may find a name by other capitals, too.
        relations.retain(|wanted| touched.relations.contains(&wanted.name));
        on_them.retain(|wanted| wanted.table().is_some_and(|table| touched.relations.contains(table)));
        wanted.extend(relations.into_iter().chain(on_them));
        Ok(Catalogue { wanted, cluster, database })
    }

    /// Ask for all of it.
    pub(super) async fn read(connection: &mut MySqlConnection, version: Version) -> Result<Catalogue, DatabaseError> {
        let mut queries = QUERIES.map(str::to_owned).to_vec();
        if version.is_mysql(9, 2, 0) {
            queries.push(include_str!("sql/libraries.sql").to_owned());
        }
        let answers = ask(connection, &queries).await.map_err(failed)?;
        let mut answers = answers.into_iter().collect::<Result<Vec<Rows>, _>>().map_err(failed)?.into_iter();
        let mut next = || answers.next().unwrap_or_default();
        let mut cluster = Cluster { major: Some(version.number.0), ..Cluster::default() };
        let database = facts(&mut cluster, &next());
        collations(&mut cluster, &next(), &next());
        let mut wanted = vec![Wanted::database()];
        tables(&mut wanted, &mut cluster, next());
        triggers(&mut wanted, next());
        for row in next() {
            wanted.extend(routine(row));
        }
        for row in next() {
            wanted.push(event(row));
        }
        for row in next() {
            wanted.push(Wanted::of(Kind::Other("library"), texts(row).next().unwrap_or_default()));
        }
        Ok(Catalogue { wanted, cluster, database })
    }
}

/// The values of a row, NULL being the empty text.
fn texts(row: Vec<Option<String>>) -> impl Iterator<Item = String> {
    row.into_iter().map(Option::unwrap_or_default)
}

/// The defaults, and the database's name.
fn facts(cluster: &mut Cluster, rows: &Rows) -> String {
    const NAMES: [&str; 6] =
        ["version", "engine", "collation", "lower_case_table_names", "explicit_defaults_for_timestamp", "sql_mode"];
    let mut row = texts(rows.first().cloned().unwrap_or_default());
    let database = row.next().unwrap_or_default();
    cluster.role = Ident::from(row.next().unwrap_or_default());
    for (name, value) in NAMES.iter().zip(row) {
        cluster.settings.insert((*name).to_owned(), value);
    }
    database
}

/// What a character set means by itself, and what the server was told that it shall mean.
fn collations(cluster: &mut Cluster, usual: &Rows, chosen: &Rows) {
    for row in usual {
        if let [Some(charset), Some(collation)] = row.as_slice() {
            cluster.settings.insert(collation_setting(charset), collation.clone());
        }
    }
    for row in chosen {
        let [Some(variable), Some(value)] = row.as_slice() else { continue };
        // MySQL has a variable for this one alone.
        if variable == "default_collation_for_utf8mb4" {
            cluster.settings.insert(collation_setting("utf8mb4"), value.clone());
            continue;
        }
        for (charset, collation) in value.split(',').filter_map(|pair| pair.split_once('=')) {
            cluster.settings.insert(collation_setting(charset.trim()), collation.trim().to_owned());
        }
    }
}

fn tables(wanted: &mut Vec<Wanted>, cluster: &mut Cluster, rows: Rows) {
    for row in rows {
        let mut row = texts(row);
        let (name, kind) = (Ident::from(row.next().unwrap_or_default()), row.next().unwrap_or_default());
        if is_ours(&name) || kind == "TEMPORARY" {
            continue;
        }
        if row.next().is_some_and(|it| it == "1") {
            cluster.large.insert(Qualified::bare(name.clone()));
        }
        let kind = match kind.as_str() {
            "VIEW" | "SYSTEM VIEW" => Kind::View,
            "SEQUENCE" => Kind::Sequence,
            _ => Kind::Table,
        };
        wanted.push(Wanted::of(kind, name));
    }
}

fn triggers(wanted: &mut Vec<Wanted>, rows: Rows) {
    for row in rows {
        let mut row = texts(row);
        let (name, table) = (row.next().unwrap_or_default(), Ident::from(row.next().unwrap_or_default()));
        if !is_ours(&table) {
            wanted.push(Wanted::of(Kind::Trigger { table }, name));
        }
    }
}

fn routine(row: Vec<Option<String>>) -> Option<Wanted> {
    let mut row = texts(row);
    let name = row.next()?;
    let kind = match row.next()?.as_str() {
        "FUNCTION" => Kind::Function,
        "PROCEDURE" => Kind::Procedure,
        "PACKAGE" => Kind::Other("package"),
        _ => Kind::Other("package body"),
    };
    Some(Wanted::of(kind, name))
}

fn event(row: Vec<Option<String>>) -> Wanted {
    let mut row = texts(row);
    let name = row.next().unwrap_or_default();
    Wanted::of(Kind::Event { starts_when_made: row.next().is_some_and(|it| it == "1") }, name)
}
