//! The reader and PostgreSQL agree: what a script is read as is what a database made from it is inspected as; and a
//! database made from the rendering of another is the same.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up fails")]

#[path = "agreement/objects.rs"]
mod objects;
#[path = "agreement/programs.rs"]
mod programs;
mod support;
#[path = "agreement/tables.rs"]
mod tables;

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use support::TestDatabase;
use trueup_contract::{Access, Desired, Inspection, Provider, Redacted, Script, SourceFile};
use trueup_postgres::Postgres;
use trueup_state::{Address, Pair, Schema, diff};

/// A line that names an object whose text the server writes in another way when it reads its own
/// again. It must differ, or the line has to go.
const RESPELLED: &str = "-- respelled: ";

/// A line that says which server a script needs.
const SINCE: &str = "-- since: ";

async fn inspect(database: &TestDatabase) -> Result<Inspection, String> {
    let url = Redacted::new(database.url.clone());
    let mut connection = Postgres.connect(&url, Access::Read).await.map_err(|error| error.to_string())?;
    connection.inspect().await.map_err(|error| error.to_string())
}

/// What a script says, in the form in which the database that was made from it is inspected; the database is asked how
/// it writes texts.
async fn read(script: &str, database: &TestDatabase, known: &Inspection) -> Result<Schema, String> {
    let file = SourceFile { path: Arc::new(PathBuf::from("schema.sql")), text: script.into() };
    let desired = Desired::Script(Script { files: vec![file] });
    let realized = Postgres.realize().realize(desired, known).await.map_err(|error| error.to_string())?;
    let mut declared = Postgres.dialect().normalize(realized.schema, &known.schema, &known.cluster);
    let changes = diff(Pair { before: &known.schema, after: &declared });
    let is_there = |it: &&Address| known.schema.object(it).is_some() && declared.object(it).is_some();
    let differing: Vec<Address> = changes.iter().map(|it| it.address()).filter(is_there).cloned().collect();
    let url = Redacted::new(database.url.clone());
    let mut connection = Postgres.connect(&url, Access::Read).await.map_err(|error| error.to_string())?;
    let settled = connection.settle(&declared, known, &differing).await.map_err(|error| error.to_string())?;
    for (address, definition) in settled.forms {
        declared.put(&address, definition).ok_or("it settles what is not declared")?;
    }
    Ok(declared)
}

/// How two schemas differ, but for some addresses that must differ.
fn differences(sides: Pair<&Schema>, texts: &BTreeSet<&str>) -> Vec<String> {
    let changes = diff(sides);
    let found: BTreeSet<String> = changes.iter().map(|change| change.address().to_string()).collect();
    let needless = texts.iter().filter(|text| !found.contains(**text));
    let mut wrong: Vec<String> = needless.map(|text| format!("{text} agrees by now")).collect();
    let object = |schema: &Schema, address: &Address| format!("{:?}", schema.object(address));
    for change in changes.iter().filter(|change| !texts.contains(change.address().to_string().as_str())) {
        let address = change.address();
        let Pair { before, after } = sides.map(|schema| object(schema, address));
        wrong.push(format!("{address}\n    in the database: {before}\n    otherwise:       {after}"));
    }
    wrong
}

/// What is wrong with a script, if anything is.
async fn disagreements(script: &str) -> Vec<String> {
    let respelled = script.lines().filter_map(|line| line.trim().strip_prefix(RESPELLED)).collect();
    let database = TestDatabase::create("agreement").await;
    database.sql(script).await;
    let found = match inspect(&database).await {
        Ok(found) => found,
        Err(error) => return vec![format!("not inspected: {error}")],
    };
    let mut wrong: Vec<String> = found.unmodelled.iter().map(|it| format!("not understood: {it:?}")).collect();
    if found.schema.objects().len() < 2 {
        wrong.push("nothing is found".to_owned());
    }
    match read(script, &database, &found).await {
        Ok(declared) => wrong.extend(differences(Pair { before: &found.schema, after: &declared }, &BTreeSet::new())),
        Err(error) => wrong.push(format!("not read: {error}")),
    }
    wrong.extend(unlike_its_copy(&found.schema, &respelled).await.into_iter().map(|it| format!("its copy: {it}")));
    wrong
}

/// How a database differs from one that is made from its rendering.
async fn unlike_its_copy(schema: &Schema, respelled: &BTreeSet<&str>) -> Vec<String> {
    let rendered = Postgres.dialect().render(schema);
    let copy = TestDatabase::create("copy").await;
    let created = sqlx::raw_sql(sqlx::AssertSqlSafe(rendered.clone())).execute(&mut copy.connect().await).await;
    if let Err(error) = created {
        return vec![format!("{error}, rendered as\n{rendered}")];
    }
    match inspect(&copy).await {
        Ok(copied) => differences(Pair { before: schema, after: &copied.schema }, respelled),
        Err(error) => vec![format!("not inspected: {error}")],
    }
}

/// Every script is read as what PostgreSQL makes of it.
fn check(scripts: &[&str]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut wrong = Vec::new();
    runtime.block_on(async {
        let version =
            support::rows(&mut support::connect(&support::server_url()).await, "SHOW server_version_num").await;
        let major = version[0][0].parse::<u32>().unwrap() / 10_000;
        for script in scripts {
            let since = script.lines().find_map(|line| line.trim().strip_prefix(SINCE));
            if since.is_some_and(|since| since.parse::<u32>().unwrap() > major) {
                continue;
            }
            let found = disagreements(script).await;
            if !found.is_empty() {
                wrong.push(format!("{script}\n  {}", found.join("\n  ")));
            }
        }
    });
    assert!(wrong.is_empty(), "{} of {} disagree:\n\n{}", wrong.len(), scripts.len(), wrong.join("\n\n"));
}
