//! An apply to MariaDB or MySQL that is killed after any of its statements and run again ends right: no row is lost,
//! nothing is left behind. There, every statement about a schema commits by itself.
//!
//! `TRUEUP_CRASH_PLAN` runs a single plan again.
#![cfg(feature = "failpoints")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]
#![allow(clippy::print_stdout, dead_code, reason = "the pairs of schemas are those of another test")]

#[path = "property_mysql/facts.rs"]
mod facts;
#[path = "property_mysql/fixtures.rs"]
mod fixtures;
#[path = "property_mysql/generate.rs"]
mod generate;
#[path = "property_mysql/model.rs"]
mod model;
#[path = "property_mysql/mutate.rs"]
mod mutate;
#[path = "property/random.rs"]
mod random;
#[path = "property_mysql/render.rs"]
mod render;
#[path = "property_mysql/repair.rs"]
mod repair;
#[path = "property_mysql/rows.rs"]
mod rows;
#[path = "../providers/mysql/tests/support/mod.rs"]
mod server;
mod support;
#[path = "property/words.rs"]
mod words;

use std::{collections::BTreeSet, fs, time::Duration};

use model::{Product, Schema};
use random::Random;
use render::Script;
use sqlx::{AssertSqlSafe, Connection};
use support::{Project, Run, block_on};
use trueup_state::Lockfile;

/// How many evolutions are tried; every third keeps its state in the database.
const PLANS: usize = 50;
const SEED: u64 = 20260202;
const CONSENT: [&str; 4] = ["--unmanaged", "drop", "--allow", "destructive"];

const APPLY: &[&str] = &["apply", "--auto-approve"];
const APPLY_FILE: &[&str] = &["apply", "plan.json"];

/// A schema that the server accepts, as statements, with rows.
struct Side {
    schema: Schema,
    script: Script,
    seeds: Vec<String>,
    facts: BTreeSet<String>,
}

async fn side(random: &mut Random, schema: Schema) -> Option<Side> {
    let script = render::script(random, &schema);
    let seeds = rows::seeds(random, &schema);
    let database = server::TestDatabase::create("side").await;
    let mut connection = database.connect().await;
    for statement in script.statements() {
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut connection).await.ok()?;
    }
    let facts = facts::facts(&mut connection).await;
    connection.close().await.unwrap();
    Some(Side { schema, script, seeds, facts })
}

/// A database with rows, and what is declared next.
struct Evolution {
    number: u64,
    from: Side,
    to: Side,
    database: server::TestDatabase,
    project: Project,
    in_database: bool,
    /// What is recorded before, where that is in the database: names and contents.
    recorded: Vec<Vec<String>>,
    /// How many boundaries there are.
    steps: usize,
}

impl Evolution {
    /// The evolution of this number; `None` where the server does not accept it, or rows stand against it.
    fn new(number: u64, product: Product) -> Option<Evolution> {
        let mut random = Random::of(SEED, number);
        let mut first = generate::schema(&mut random, product);
        repair::repair(&mut first);
        let mut second = first.clone();
        mutate::mutate(&mut random, &mut second);
        repair::repair(&mut second);
        let from = block_on(side(&mut random, first))?;
        let to = block_on(side(&mut random, second))?;
        let database = block_on(server::TestDatabase::create("crash"));
        let project = Project::empty();
        let config = ["version = 1\n[schema]\nsource = \"schema.sql\"\n[env.dev]\nurl = \"", &database.url, "\"\n"];
        project.write("trueup.toml", config.concat());
        project.write("schema.sql", from.script.text());
        let in_database = number.is_multiple_of(3);
        let mut evolution =
            Evolution { number, from, to, database, project, in_database, recorded: Vec::new(), steps: 0 };
        let made = evolution.apply("");
        assert_eq!(
            made.code,
            Some(0),
            "plan {number}: {}{}\n{}",
            made.stdout,
            made.stderr,
            evolution.from.script.text()
        );
        if in_database {
            evolution.recorded = evolution.rows("SELECT name, content FROM trueup_state");
        }
        evolution.project.write("schema.sql", evolution.to.script.text());
        evolution.restore();
        let planned = evolution.run(&["plan", "--out", "plan.json", "--json"], "");
        evolution.steps = planned.json()["steps"].as_array().map_or(0, Vec::len);
        let snapshot = evolution.project.copy();
        let whole = evolution.apply("");
        evolution.project.restore(&snapshot);
        match whole.code {
            Some(0) if evolution.steps > 0 => Some(evolution),
            Some(0 | 3) => None,
            _ => panic!("plan {number}: {}{}\n{}", whole.stdout, whole.stderr, evolution.texts()),
        }
    }

    fn texts(&self) -> String {
        let (before, after) = (self.from.script.text(), self.to.script.text());
        format!("-- before\n{before}-- rows\n{};\n-- after\n{after}", self.from.seeds.join(";\n"))
    }

    fn rows(&self, query: &str) -> Vec<Vec<String>> {
        block_on(self.database.rows(query))
    }

    /// The database as it was before, under the same name.
    fn restore(&self) {
        block_on(async {
            let name = render::quoted(&self.database.name);
            let made = format!("DROP DATABASE {name}; CREATE DATABASE {name}");
            server::once(&server::server_url(), &made).await;
            let mut connection = self.database.connect().await;
            for statement in self.from.script.statements() {
                server::run(&mut connection, statement).await;
            }
            for seed in &self.from.seeds {
                let _ = sqlx::raw_sql(AssertSqlSafe(seed.clone())).execute(&mut connection).await;
            }
            if self.in_database && !self.recorded.is_empty() {
                let table = "CREATE TABLE trueup_state (name varchar(32) NOT NULL PRIMARY KEY, content longtext NOT NULL) \
                             ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
                server::run(&mut connection, table).await;
            }
            for row in &self.recorded {
                let insert = "INSERT INTO trueup_state VALUES (?, ?)";
                sqlx::query(insert).bind(&row[0]).bind(&row[1]).execute(&mut connection).await.unwrap();
            }
            connection.close().await.unwrap();
        });
    }

    fn run(&self, args: &[&str], failpoint: &str) -> Run {
        let state: &[&str] = if self.in_database { &["--state", "database"] } else { &[] };
        let consent: &[&str] = if args == APPLY_FILE { &[] } else { &CONSENT };
        let all = [args, consent, state].concat();
        self.project.run_with(&all, &[("TRUEUP_FAILPOINT", failpoint)])
    }

    fn apply(&self, failpoint: &str) -> Run {
        self.run(APPLY, failpoint)
    }

    /// Whether what is recorded can be read, in the middle of things.
    fn state_parses(&self, what: &str) {
        let text = if self.in_database {
            let query = "SELECT content FROM trueup_state WHERE name = 'lockfile'";
            self.rows(query).into_iter().flatten().next()
        } else {
            fs::read_to_string(self.project.path("state/dev.lock")).ok()
        };
        if let Some(text) = text {
            Lockfile::parse(&text).unwrap_or_else(|error| panic!("{what}: {error}\n{text}"));
        }
    }

    /// Everything is as it should be after an apply.
    fn ends_right(&self, what: &str, kept: &[rows::Kept]) {
        let plan = self.run(&["plan", "--detailed-exitcode"], "");
        assert_eq!(plan.code, Some(0), "{what}: the second plan is not empty\n{}{}", plan.stdout, plan.stderr);
        self.state_parses(what);
        block_on(async {
            let mut connection = self.database.connect().await;
            let found = facts::facts(&mut connection).await;
            if let Some(differences) = facts::differences(&self.to.facts, &found) {
                panic!("{what}: {differences}");
            }
            for kept in kept {
                if let Some(lost) = kept.lost(&mut connection).await {
                    panic!("{what}: {lost}");
                }
            }
            connection.close().await.unwrap();
        });
        let ours = self.rows(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = database() \
                              AND table_name LIKE 'trueup\\_%' AND table_name <> 'trueup_state'",
        );
        assert!(ours.is_empty(), "{what}: left behind: {ours:?}");
        if self.in_database {
            let names = self.rows("SELECT name FROM trueup_state");
            assert_eq!(names, [["lockfile"]], "{what}: a journal is left");
        }
        let state = self.project.path("state");
        let left = fs::read_dir(state).into_iter().flatten().map(|it| it.unwrap().file_name().into_string().unwrap());
        let left: Vec<String> = left.filter(|name| name != "dev.lock").collect();
        assert!(left.is_empty(), "{what}: left behind: {left:?}");
    }

    fn kept(&self) -> Vec<rows::Kept> {
        block_on(async {
            let mut connection = self.database.connect().await;
            rows::kept(&mut connection, &self.from.schema, &self.to.schema).await
        })
    }

    /// Where an apply is killed: after each of its statements, and at some of the other places, which are others for the
    /// next plan. A lock outlives who held it by half a second, so all of them would take long.
    fn places(&self) -> Vec<String> {
        let number = self.number as usize;
        let after = (1..=self.steps).map(|at| format!("step-finished@{at}"));
        let around = (1..=self.steps).map(|at| {
            let place = if (at + number).is_multiple_of(2) { "journal-intent" } else { "journal-done" };
            format!("{place}@{at}")
        });
        let rest: &[&str] = if self.in_database {
            &["apply-locked", "apply-verified", "before-lockfile", "after-lockfile"]
        } else {
            &["before-lockfile", "state-before-rename@2", "after-lockfile", "state-after-rename@2", "apply-verified"]
        };
        let rest = [number, number / 2 + 1].map(|at| rest[at % rest.len()].to_owned());
        after.chain(around).chain(rest).collect()
    }

    /// Kill an apply at each of its places, and run it again: the same plan from its file, or a new one.
    fn check(&self, reached: &mut BTreeSet<String>) {
        let snapshot = self.project.copy();
        for (at, place) in self.places().iter().enumerate() {
            let what = format!("plan {} killed at {place}\n{}", self.number, self.texts());
            self.restore();
            self.project.restore(&snapshot);
            let kept = self.kept();
            let from_file = (at as u64 + self.number).is_multiple_of(2);
            let args = if from_file { APPLY_FILE } else { APPLY };
            let killed = self.run(args, place);
            assert!(matches!(killed.code, None | Some(0)), "{what}: {}{}", killed.stdout, killed.stderr);
            self.state_parses(&what);
            let again = self.run(args, "");
            assert_eq!(again.code, Some(0), "{what}: {}{}", again.stdout, again.stderr);
            self.ends_right(&what, &kept);
            if killed.code.is_none() {
                reached.insert(place.split('@').next().unwrap_or_default().to_owned());
            }
        }
    }
}

fn product() -> Product {
    let version = block_on(async {
        let mut connection = server::connect(&server::server_url()).await;
        server::rows(&mut connection, "SELECT version()").await[0][0].clone()
    });
    if version.contains("MariaDB") { Product::Maria } else { Product::MySql }
}

/// So many plans of one half, at its places.
fn check_all(half: u64, plans: usize) {
    let product = product();
    if let Ok(number) = std::env::var("TRUEUP_CRASH_PLAN") {
        let number: u64 = number.parse().unwrap();
        if number % 2 == half
            && let Some(evolution) = Evolution::new(number, product)
        {
            evolution.check(&mut BTreeSet::new());
        }
        return;
    }
    let mut reached = BTreeSet::new();
    let evolutions = (0..).map(|it| it * 2 + half).filter_map(|number| Evolution::new(number, product)).take(plans);
    let steps: usize = evolutions
        .map(|evolution| {
            evolution.check(&mut reached);
            evolution.steps
        })
        .sum();
    println!("{plans} plans with {steps} steps, killed at: {reached:?}");
    assert_eq!(reached.len(), 9, "some places were never reached: {reached:?}");
}

#[test]
fn a_killed_apply_goes_on_for_even_plans() {
    check_all(0, PLANS / 2);
}

#[test]
fn a_killed_apply_goes_on_for_odd_plans() {
    check_all(1, PLANS / 2);
}

/// The server goes on with a statement whose client was killed, and what comes next must wait for it.
#[test]
fn an_apply_that_is_killed_at_any_time_goes_on() {
    let product = product();
    let mut random = Random::of(SEED, 1_000_000);
    let mut killed = 0;
    let evolutions = (500..).filter_map(|number| Evolution::new(number, product)).filter(|it| it.steps > 2).take(4);
    for evolution in evolutions {
        let snapshot = evolution.project.copy();
        for round in 0..6 {
            let what = format!("plan {} round {round}\n{}", evolution.number, evolution.texts());
            evolution.restore();
            evolution.project.restore(&snapshot);
            let kept = evolution.kept();
            let state: &[&str] = if evolution.in_database { &["--state", "database"] } else { &[] };
            let mut child = evolution.project.start(&[&["apply", "plan.json"], state].concat());
            std::thread::sleep(Duration::from_millis(20 + random.below(300) as u64));
            child.kill().unwrap();
            killed += u32::from(!child.wait().unwrap().success());
            let again = evolution.apply("");
            assert_eq!(again.code, Some(0), "{what}: {}{}", again.stdout, again.stderr);
            evolution.ends_right(&what, &kept);
        }
    }
    assert!(killed > 0, "no apply was killed in time");
}
