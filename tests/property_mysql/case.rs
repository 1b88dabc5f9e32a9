//! One pair of schemas, in both directions.

use std::{collections::BTreeSet, fs, path::Path};

use sqlx::{AssertSqlSafe, Connection, MySqlConnection};
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
    model::{Product, Schema},
    mutate::mutate,
    random::Random,
    render::{self, Script},
    repair::repair,
    rows, server,
};

/// A schema with its spelling and its rows, and a database made of it.
struct Side {
    schema: Schema,
    script: Script,
    seeds: Vec<String>,
    declared: String,
    facts: BTreeSet<String>,
    database: server::TestDatabase,
}

/// Make a pair and go both ways; what goes wrong comes with everything that is needed to see it again.
pub(crate) async fn run(folder: &Path, product: Product, seed: u64, case: u64) -> Result<[Outcome; 2], String> {
    let mut random = Random::of(seed, case);
    let (a, b) = pair(&mut random, product).await;
    // Sometimes no row is looked at before the apply, which then must find out by itself.
    let blind = random.chance(15);
    let mut outcomes = [Outcome::Applied; 2];
    for (at, (from, to)) in [(&a, &b), (&b, &a)].into_iter().enumerate() {
        let explain = |reason: String| {
            let (before, seeds) = (from.script.text(), from.seeds.join(";\n"));
            let way = if at == 0 { "A to B" } else { "B to A" };
            format!("case {case}, {way}: {reason}\n-- before\n{before}-- rows\n{seeds};\n-- after\n{}", to.declared)
        };
        let declared = folder.join(format!("{case}-{at}.sql"));
        fs::write(&declared, &to.declared).unwrap();
        outcomes[at] = direction(&declared, from, to, blind).await.map_err(explain)?;
    }
    Ok(outcomes)
}

/// Two schemas that the server accepts; the second is the first after some changes, or one of its own.
async fn pair(random: &mut Random, product: Product) -> (Side, Side) {
    loop {
        let mut first = generate::schema(random, product);
        repair(&mut first);
        let Some(a) = side(random, first.clone()).await else { continue };
        for _ in 0..5 {
            let mut second = if random.chance(6) { generate::schema(random, product) } else { first.clone() };
            mutate(random, &mut second);
            repair(&mut second);
            if let Some(b) = side(random, second).await {
                return (a, b);
            }
        }
    }
}

async fn side(random: &mut Random, schema: Schema) -> Option<Side> {
    let script = render::script(random, &schema);
    let seeds = rows::seeds(random, &schema);
    let declared = if random.chance(50) { script.text() } else { script.shuffled(random) };
    let database = server::TestDatabase::create("property").await;
    let mut connection = database.connect().await;
    for statement in script.statements() {
        let made = sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut connection).await;
        if let Err(error) = made {
            if std::env::var_os("TRUEUP_PROPERTY_REJECTED").is_some() {
                println!("rejected: {error}: {statement}");
            }
            return None;
        }
    }
    let facts = facts(&mut connection).await;
    for seed in &seeds {
        let _ = sqlx::raw_sql(AssertSqlSafe(seed.clone())).execute(&mut connection).await;
    }
    connection.close().await.unwrap();
    Some(Side { schema, script, seeds, declared, facts, database })
}

async fn direction(declared: &Path, from: &Side, to: &Side, blind: bool) -> Result<Outcome, String> {
    let mut connection = from.database.connect().await;
    let kept = rows::kept(&mut connection, &from.schema, &to.schema).await;
    let outcome = match walk(&from.database.url, declared, blind).await? {
        None => Outcome::Applied,
        Some(outcome) => return refused(&mut connection, from, outcome, blind).await,
    };
    let found = facts(&mut connection).await;
    if let Some(differences) = differences(&to.facts, &found) {
        return Err(differences);
    }
    for kept in kept {
        if let Some(lost) = kept.lost(&mut connection).await {
            return Err(lost);
        }
    }
    Ok(outcome)
}

/// What is refused before the first step changes nothing. The server takes no statement about a schema back, so that what
/// it refuses itself stops in the middle, and so does a question that is asked only when its step's turn has come.
async fn refused(
    connection: &mut MySqlConnection,
    from: &Side,
    outcome: Outcome,
    blind: bool,
) -> Result<Outcome, String> {
    let may_stop = outcome == Outcome::RefusedUncounted || (blind && outcome == Outcome::RefusedApply);
    let same = may_stop || facts(connection).await == from.facts;
    if same { Ok(outcome) } else { Err(format!("{outcome:?}, and yet something was written")) }
}

async fn walk(url: &str, declared: &Path, blind: bool) -> Result<Option<Outcome>, String> {
    let mut workspace = open(url).await.map_err(|error| format!("open: {error}"))?;
    carry_out(&mut workspace, declared, &[], blind).await
}

async fn open(url: &str) -> Result<Workspace, EngineError> {
    let provider = registry::provider("mysql").unwrap();
    Workspace::open(provider, Redacted::new(url.to_owned()), Access::Write, Store::None).await
}
