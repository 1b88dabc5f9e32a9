//! One pair of schemas, in both directions.

use std::{fs, path::Path};

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row, SqliteConnection, sqlite::SqliteConnectOptions};
use trueup::{
    backend::Store,
    engine::{EngineError, Workspace},
    registry,
};
use trueup_contract::{Access, Redacted};

use super::{
    carry_out::{Outcome, carry_out},
    facts::{differences, facts},
    generate,
    model::Schema,
    mutate::mutate,
    random::Random,
    render::{self, Script},
    repair::repair,
    rows,
};

/// A schema with its spelling and its rows.
struct Side {
    schema: Schema,
    script: Script,
    seeds: Vec<String>,
    declared: String,
}

/// Make a pair and go both ways; what goes wrong comes with everything that is needed to see it again.
pub(crate) async fn run(folder: &Path, seed: u64, case: u64) -> Result<[Outcome; 2], String> {
    let mut random = Random::of(seed, case);
    let (a, b) = pair(&mut random).await;
    // Sometimes no row is looked at before the apply, which then must find out by itself.
    let blind = random.chance(15);
    let mut outcomes = [Outcome::Applied; 2];
    for (at, (from, to)) in [(&a, &b), (&b, &a)].into_iter().enumerate() {
        let explain = |reason: String| {
            let (before, seeds) = (from.script.text(), from.seeds.join(";\n"));
            let way = if at == 0 { "A to B" } else { "B to A" };
            format!("case {case}, {way}: {reason}\n-- before\n{before}-- rows\n{seeds};\n-- after\n{}", to.declared)
        };
        let folder = folder.join(format!("{case}-{at}"));
        fs::create_dir(&folder).unwrap();
        outcomes[at] = direction(&folder, from, to, blind).await.map_err(explain)?;
        fs::remove_dir_all(&folder).unwrap();
    }
    Ok(outcomes)
}

/// Two schemas that SQLite accepts; the second is the first after some changes, or one of its own.
async fn pair(random: &mut Random) -> (Side, Side) {
    loop {
        let mut first = generate::schema(random);
        repair(&mut first);
        let mut second = if random.chance(6) { generate::schema(random) } else { first.clone() };
        mutate(random, &mut second);
        repair(&mut second);
        if let (Some(a), Some(b)) = (side(random, first).await, side(random, second).await) {
            return (a, b);
        }
    }
}

async fn side(random: &mut Random, schema: Schema) -> Option<Side> {
    let script = render::script(random, &schema);
    let seeds = rows::seeds(random, &schema);
    let declared = if random.chance(50) { script.text() } else { script.shuffled(random) };
    let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    let made = sqlx::raw_sql(AssertSqlSafe(script.text())).execute(&mut connection).await;
    made.is_ok().then_some(Side { schema, script, seeds, declared })
}

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .foreign_keys(true)
        .disable_statement_logging()
        .pragma("synchronous", "off")
        .pragma("journal_mode", "memory")
}

/// A database made of one side, with its rows.
async fn made(file: &Path, side: &Side) -> SqliteConnection {
    let mut connection = options(file).connect().await.unwrap();
    run_all(&mut connection, &side.script.storage.join(";\n")).await.unwrap();
    for seed in &side.seeds {
        let _ = run_all(&mut connection, seed).await;
    }
    run_all(&mut connection, &side.script.programs.join(";\n")).await.unwrap();
    connection
}

async fn run_all(connection: &mut SqliteConnection, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await.map(drop)
}

async fn direction(folder: &Path, from: &Side, to: &Side, blind: bool) -> Result<Outcome, String> {
    let (file, declared) = (folder.join("live.db"), folder.join("after.sql"));
    let mut connection = made(&file, from).await;
    fs::write(&declared, &to.declared).unwrap();
    let violated = violations(&mut connection).await?;
    let kept = rows::kept(&mut connection, &from.schema, &to.schema).await;
    connection.close().await.unwrap();
    let bytes = fs::read(&file).unwrap();

    let outcome = match walk(&file, &declared, blind).await {
        Ok(None) => Outcome::Applied,
        Ok(Some(outcome)) => {
            let same = fs::read(&file).unwrap() == bytes;
            return if same { Ok(outcome) } else { Err(format!("{outcome:?}, and yet something was written")) };
        }
        Err(reason) => return Err(reason),
    };
    let mut connection = options(&file).connect().await.unwrap();
    let mut reference = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    run_all(&mut reference, &to.script.text()).await.unwrap();
    let (wanted, found) = (facts(&mut reference).await, facts(&mut connection).await);
    if let Some(differences) = differences(&wanted, &found) {
        return Err(differences);
    }
    for kept in kept {
        if let Some(lost) = kept.lost(&mut connection).await {
            return Err(lost);
        }
    }
    if violations(&mut connection).await? > violated {
        return Err("foreign keys are violated".to_owned());
    }
    let integrity = sqlx::query("PRAGMA integrity_check").fetch_one(&mut connection).await.unwrap();
    match integrity.get::<String, _>(0) {
        ok if ok == "ok" => Ok(outcome),
        other => Err(format!("integrity: {other}")),
    }
}

async fn violations(connection: &mut SqliteConnection) -> Result<usize, String> {
    let rows = sqlx::query("PRAGMA foreign_key_check").fetch_all(connection).await;
    rows.map(|rows| rows.len()).map_err(|error| format!("foreign keys cannot be checked: {error}"))
}

async fn walk(file: &Path, declared: &Path, blind: bool) -> Result<Option<Outcome>, String> {
    let mut workspace = open(file).await.map_err(|error| format!("open: {error}"))?;
    carry_out(&mut workspace, declared, &[], blind).await
}

async fn open(file: &Path) -> Result<Workspace, EngineError> {
    let url = Redacted::new(format!("sqlite:{}", file.display()));
    let provider = registry::provider("sqlite").unwrap();
    Workspace::open(provider, url, Access::Write, Store::None).await
}
