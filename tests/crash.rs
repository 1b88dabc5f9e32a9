//! An apply that is killed at any moment and run again ends right: no row is lost, nothing is left behind.
#![cfg(feature = "failpoints")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    time::Duration,
};

use support::Project;
use trueup_state::Lockfile;

/// How many evolutions are tried; every third keeps its state in the database.
const PLANS: u64 = 50;
const ROWS: u64 = 40;

/// Small, and the same at every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }

    fn one_in(&mut self, limit: u64) -> bool {
        self.below(limit) == 0
    }
}

/// A table as it is declared; `id` and `payload` always stay, so that rows can be followed.
#[derive(Clone)]
struct Table {
    name: String,
    moved_from: Option<String>,
    /// Name, the rest of the definition, and the name before.
    columns: Vec<(String, &'static str, Option<String>)>,
    /// Written as `CHECK` or `FOREIGN KEY` at the end.
    constraints: Vec<String>,
    /// An index, a view and a trigger.
    extras: [bool; 3],
}

const DEFINITIONS: [&str; 5] = ["TEXT", "INTEGER DEFAULT 7", "TEXT NOT NULL DEFAULT 'x'", "REAL", "BLOB"];

impl Table {
    fn new(name: String, random: &mut Random) -> Table {
        let mut table =
            Table { name, moved_from: None, columns: Vec::new(), constraints: Vec::new(), extras: [false; 3] };
        for at in 0..random.below(4) {
            table.columns.push((format!("c{at}"), DEFINITIONS[random.below(5) as usize], None));
        }
        table.extras = [(); 3].map(|()| random.one_in(2));
        table
    }

    fn sql(&self) -> String {
        let Table { name, moved_from, columns, constraints, extras } = self;
        let moved =
            |from: &Option<String>| from.as_ref().map_or_else(String::new, |it| format!("-- @moved from={it}\n"));
        let mut parts = vec!["id INTEGER PRIMARY KEY".to_owned(), "payload TEXT".to_owned()];
        parts.extend(columns.iter().map(|(name, rest, from)| format!("{}{name} {rest}", moved(from))));
        parts.extend(constraints.iter().cloned());
        let mut sql = format!("{}CREATE TABLE {name} (\n{}\n);\n", moved(moved_from), parts.join(",\n"));
        if extras[0] {
            sql += &format!("CREATE INDEX {name}_payload ON {name} (payload);\n");
        }
        if extras[1] {
            sql += &format!("CREATE VIEW {name}_all AS SELECT id, payload FROM {name} WHERE id > 0;\n");
        }
        if extras[2] {
            let body = format!("UPDATE {name} SET payload = payload WHERE id = new.id;");
            sql += &format!("CREATE TRIGGER {name}_touch AFTER INSERT ON {name} BEGIN {body} END;\n");
        }
        sql
    }

    fn rows(&self) -> String {
        let series = format!("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS})");
        format!("INSERT INTO {0} (id, payload) {series} SELECT i, '{0}' || i FROM n;\n", self.name)
    }

    /// One change of this table.
    fn evolve(&mut self, random: &mut Random, other: Option<&str>) {
        match random.below(9) {
            0 => {
                self.columns.push((format!("added{}", self.columns.len()), DEFINITIONS[random.below(5) as usize], None))
            }
            1 => self.constraints.push("CHECK (id > 0)".to_owned()),
            2 => self.constraints.push(format!("CONSTRAINT said{} UNIQUE (payload, id)", self.constraints.len())),
            3 if other.is_some() => {
                self.constraints.push(format!("FOREIGN KEY (id) REFERENCES {} (id)", other.unwrap()));
            }
            4 if !self.columns.is_empty() => drop(self.columns.remove(0)),
            5 => {
                if let Some((name, _, from)) = self.columns.last_mut().filter(|(name, ..)| name.starts_with('c')) {
                    *from = Some(std::mem::replace(name, "renamed".to_owned()));
                }
            }
            // Only a table that may point at another is renamed, never one that is pointed at under its name.
            6 if other.is_some() && self.moved_from.is_none() => {
                let name = format!("{}_moved", self.name);
                self.moved_from = Some(std::mem::replace(&mut self.name, name));
            }
            7 => {
                self.columns.insert(0, (format!("required{}", self.columns.len()), "INTEGER NOT NULL DEFAULT 3", None))
            }
            _ => {
                let at = random.below(3) as usize;
                self.extras[at] = !self.extras[at];
            }
        }
    }
}

/// A database with rows, what is declared next, and which rows must be there in the end.
struct Evolution {
    project: Project,
    /// By the table's name in the end, and its name before.
    kept: BTreeMap<String, String>,
    in_database: bool,
}

impl Evolution {
    fn new(seed: u64) -> Evolution {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let count = 1 + random.below(4);
        let mut tables: Vec<Table> = (0..count).map(|at| Table::new(format!("t{at}"), &mut random)).collect();
        let write = |tables: &[Table]| tables.iter().map(Table::sql).collect::<String>();
        let in_database = seed.is_multiple_of(3);
        let project = Project::new(&write(&tables));
        let evolution = Evolution { project, kept: BTreeMap::new(), in_database };
        evolution.run(&["apply", "--auto-approve"], "").exits(0);
        evolution.project.sql(&tables.iter().map(Table::rows).collect::<String>());
        let names: Vec<String> = tables.iter().map(|it| it.name.clone()).collect();
        if tables.len() > 1 && random.one_in(3) {
            tables.pop();
        }
        let first = tables[0].name.clone();
        for (at, table) in tables.iter_mut().enumerate() {
            table.evolve(&mut random, (at > 0).then_some(&first));
            if random.one_in(2) {
                table.evolve(&mut random, None);
            }
        }
        let kept = tables.iter().zip(&names).map(|(table, before)| (table.name.clone(), before.clone())).collect();
        let mut fresh = Table::new("fresh".to_owned(), &mut random);
        fresh.columns.push(("only_here".to_owned(), "TEXT", None));
        fresh.constraints.push(format!("FOREIGN KEY (id) REFERENCES {} (id)", tables[0].name));
        tables.push(fresh);
        evolution.project.declare(&write(&tables));
        Evolution { kept, ..evolution }
    }

    fn run(&self, args: &[&str], failpoint: &str) -> support::Run {
        let state: &[&str] = if self.in_database { &["--state", "database"] } else { &[] };
        self.project.run_with(&[args, state].concat(), &[("TRUEUP_FAILPOINT", failpoint)])
    }

    /// Whether what is recorded can be read, in the middle of things.
    fn state_parses(&self, what: &str) {
        let text =
            if self.in_database { self.recorded("lockfile") } else { file(&self.project.path("state/dev.lock")) };
        if let Some(text) = text {
            Lockfile::parse(&text).unwrap_or_else(|error| panic!("{what}: {error}\n{text}"));
        }
    }

    fn recorded(&self, kind: &str) -> Option<String> {
        let exists = "SELECT count(*) FROM sqlite_schema WHERE name = 'trueup_state'";
        if self.project.value(exists) == "0" {
            return None;
        }
        let query = format!("SELECT content FROM trueup_state WHERE kind = '{kind}'");
        self.project.rows(&query).pop().and_then(|mut row| row.pop())
    }

    /// Everything is as it should be after an apply.
    fn ends_right(&self, what: &str) {
        let Run { code, stdout, stderr } = self.run(&["plan", "--detailed-exitcode"], "");
        assert_eq!(code, Some(0), "{what}: the second plan is not empty\n{stdout}{stderr}");
        self.state_parses(what);
        assert_eq!(self.project.value("PRAGMA integrity_check"), "ok", "{what}");
        for (table, before) in &self.kept {
            let whole = format!("SELECT count(*) FROM {table} WHERE payload = '{before}' || id");
            assert_eq!(self.project.value(&whole), ROWS.to_string(), "{what}: rows of {table}");
        }
        let names: BTreeSet<String> =
            self.project.rows("SELECT name FROM sqlite_schema").into_iter().flatten().collect();
        assert!(!names.iter().any(|it| it.starts_with("trueup_") && it != "trueup_state"), "{what}: {names:?}");
        assert!(!self.in_database || self.recorded("journal").is_none(), "{what}: a journal is left");
        let state = self.project.path("state");
        let left = fs::read_dir(state).into_iter().flatten().map(|it| it.unwrap().file_name().into_string().unwrap());
        let left: Vec<String> = left.filter(|name| name != "dev.lock").collect();
        assert!(left.is_empty(), "{what}: left behind: {left:?}");
    }
}

use support::Run;

fn file(path: &Path) -> Option<String> {
    path.exists().then(|| fs::read_to_string(path).unwrap())
}

/// Every name in the sources, and for those that are passed more than once the later times too.
fn failpoints() -> BTreeSet<String> {
    fn collect(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let names = text.split("failpoint::hit(\"").skip(1).filter_map(|rest| rest.split('"').next());
            found.extend(names.map(str::to_owned));
        }
    }
    let mut found = BTreeSet::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() >= 10, "{found:?}");
    // The journal before and after the steps, and the lockfile, are three writes.
    found.extend(["state-before-rename@2", "state-before-rename@3", "step-finished@2"].map(str::to_owned));
    found
}

/// Consent to every drop, and to each that might be a rename.
const ALLOW: [&str; 12] = [
    "--allow",
    "destructive",
    "--allow",
    "D001:table:t3",
    "--allow",
    "D002:column:t0.c0",
    "--allow",
    "D002:column:t1.c0",
    "--allow",
    "D002:column:t2.c0",
    "--allow",
    "D002:column:t3.c0",
];
const APPLY_FILE: &[&str] = &["apply", "plan.json"];

/// Kill an apply at a place, then run it again; whether it was killed.
fn check(evolution: &Evolution, failpoint: &str, args: &[&str], what: &str) -> bool {
    let killed = evolution.run(args, failpoint);
    assert!(matches!(killed.code, None | Some(0)), "{what}: {killed:?}");
    evolution.state_parses(what);
    let again = evolution.run(args, "");
    assert_eq!(again.code, Some(0), "{what}: {}{}", again.stdout, again.stderr);
    evolution.ends_right(what);
    killed.code.is_none()
}

/// Every place in turn, for the plans of one half.
fn check_all(seeds: impl Iterator<Item = u64>) {
    let places = failpoints();
    let mut reached = BTreeSet::new();
    let apply = [&["apply", "--auto-approve"], &ALLOW[..]].concat();
    for seed in seeds {
        let evolution = Evolution::new(seed);
        evolution.run(&[&["plan", "--out", "plan.json"], &ALLOW[..]].concat(), "").exits(0);
        let snapshot = evolution.project.copy();
        let is_passed = |place: &&String| !evolution.in_database || !place.starts_with("state-");
        for (at, place) in places.iter().filter(is_passed).enumerate() {
            // Each plan goes through a file at every second place, and each place at every second plan.
            let args = if (at as u64 + seed / 2).is_multiple_of(2) { APPLY_FILE } else { &apply };
            evolution.project.restore(&snapshot);
            if check(&evolution, place, args, &format!("plan {seed} killed at {place}")) {
                reached.insert(place.clone());
            }
        }
    }
    assert_eq!(reached, places, "some places were never reached");
}

#[test]
fn a_killed_apply_goes_on_for_even_plans() {
    check_all((0..PLANS).step_by(2));
}

#[test]
fn a_killed_apply_goes_on_for_odd_plans() {
    check_all((1..PLANS).step_by(2));
}

#[test]
fn a_killed_apply_goes_on_in_a_database_that_was_moved() {
    let evolution = Evolution::new(1);
    let moved = Evolution { project: evolution.project.copy(), ..evolution };
    let snapshot = moved.project.copy();
    for place in ["journal-intent", "after-commit", "journal-done", "before-lockfile"] {
        moved.project.restore(&snapshot);
        assert!(check(&moved, place, &["apply", "--auto-approve"], &format!("moved and killed at {place}")));
    }
}

/// A rebuild that takes long enough to be killed in its midst.
fn large() -> Project {
    let project = Project::applied("CREATE TABLE big (id INTEGER PRIMARY KEY, payload TEXT, amount INTEGER);\n");
    let series = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)";
    project.sql(&format!("INSERT INTO big {series} SELECT i, 'payload ' || i, i FROM n"));
    project.declare(
        "CREATE TABLE big (id INTEGER PRIMARY KEY, payload TEXT NOT NULL, amount INTEGER CHECK (amount > 0));\n\
         CREATE INDEX by_amount ON big (amount, payload);\n",
    );
    project
}

#[test]
fn an_apply_that_is_killed_at_any_time_goes_on() {
    let project = large();
    project.run(&["plan", "--out", "plan.json"]).exits(0);
    let snapshot = project.copy();
    let sum = "SELECT count(*) || ' ' || sum(id) || ' ' || sum(amount) || ' ' || sum(length(payload)) FROM big";
    let before = project.value(sum);
    let mut random = Random(42);
    let mut killed = 0;
    for round in 0..12 {
        project.restore(&snapshot);
        let args = if round % 2 == 0 { APPLY_FILE } else { &["apply", "--auto-approve"] };
        let mut child = project.start(args);
        std::thread::sleep(Duration::from_millis(random.below(700)));
        child.kill().unwrap();
        killed += u32::from(!child.wait().unwrap().success());
        project.run(args).exits(0);
        assert_eq!(project.value(sum), before, "round {round}");
        assert_eq!(project.value("PRAGMA integrity_check"), "ok", "round {round}");
        project.run(&["state", "verify"]).exits(0);
        project.is_in_step();
        assert!(!project.path("state/dev.journal").exists(), "round {round}");
    }
    assert!(killed > 0, "no apply was killed in time");
}
