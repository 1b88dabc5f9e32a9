//! One connection against a real server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

use std::time::{Duration, Instant};

use trueup_contract::{
    Access, Action, Database, DatabaseError, Fact, Group, Hazard, Holder, Lock, LockFailure, Observer, Progress,
    Provider, Question, Redacted, StateRecord, StateWrite, Step, Transaction,
};
use trueup_state::{Address, Qualified};

use super::support::{self, TestDatabase};
use crate::Postgres;

async fn open(database: &TestDatabase, access: Access) -> Box<dyn Database> {
    Postgres.connect(&Redacted::new(database.url.as_str()), access).await.unwrap()
}

fn step(sql: &str) -> Step {
    let summary = ["run ", sql.split(" (").next().unwrap()].concat();
    Step { summary, action: Action::Sql(sql.to_owned()), ..Step::default() }
}

fn group(steps: &[Step]) -> Group<'_> {
    Group { steps, revision: None, lock_timeout: Duration::from_millis(100), write: None }
}

#[derive(Default)]
struct Seen(Vec<Progress>);

impl Observer for Seen {
    fn observe(&mut self, progress: Progress) {
        self.0.push(progress);
    }
}

async fn run(database: &mut dyn Database, group: &Group<'_>) -> Result<Vec<Progress>, DatabaseError> {
    let mut seen = Seen::default();
    database.run_group(group, &mut seen).await.map(|()| seen.0)
}

/// Rows of a table stand against a step that takes this lock.
fn guarded(sql: &str, table: &str, fact: Fact) -> Step {
    let query = ["SELECT count(*), NULL, NULL FROM public.", table].concat();
    let question = Question { counts: "rows".to_owned(), sql: query, must_be_zero: true };
    let address = Address::Table(Qualified { namespace: "public".into(), name: table.into() });
    Step { hazards: vec![Hazard { address, fact, question: Some(question) }], lock: Lock::ReadsAndWrites, ..step(sql) }
}

#[tokio::test]
async fn a_server_says_what_it_is() {
    let database = TestDatabase::create("server").await;
    let server = open(&database, Access::Write).await.server().await.unwrap();
    assert_eq!(server.product, "PostgreSQL");
    assert!(server.version.starts_with(['1', '2']), "{}", server.version);
    assert!(!server.read_only);
    assert!(server.location.ends_with(&database.name), "{}", server.location);
    let reading = open(&database, Access::Read).await.server().await.unwrap();
    assert!(reading.read_only);
    assert_eq!(reading.identity, server.identity);
    let other = TestDatabase::create("other").await;
    assert_ne!(open(&other, Access::Read).await.server().await.unwrap().identity, server.identity);
    open(&database, Access::Read).await.inspect().await.unwrap();
}

#[tokio::test]
async fn a_database_that_is_read_only_by_default_stays_so() {
    let database = TestDatabase::create("default").await;
    let alter = ["ALTER DATABASE \"", &database.name, "\" SET default_transaction_read_only = on"].concat();
    database.sql(&alter).await;
    let mut connection = open(&database, Access::Write).await;
    assert!(connection.server().await.unwrap().read_only);
    let refused = run(&mut *connection, &group(&[step("CREATE TABLE public.a (id int)")])).await;
    assert!(matches!(refused, Err(DatabaseError::ReadOnly { .. })), "{refused:?}");
}

#[tokio::test]
async fn an_answer_has_a_count_samples_and_bytes() {
    let database = TestDatabase::create("answer").await;
    let mut connection = open(&database, Access::Read).await;
    let ask = |sql: &str| Question { counts: "things".to_owned(), sql: sql.to_owned(), must_be_zero: false };
    let answer = connection.answer(&ask("SELECT count(*), '[\"a\", 7]', 12::bigint FROM generate_series(1, 3)")).await;
    let answer = answer.unwrap();
    assert_eq!((answer.count, answer.samples, answer.bytes), (3, vec!["a".to_owned(), "7".to_owned()], Some(12)));
    let answer = connection.answer(&ask("SELECT 2::numeric, json_agg(x), NULL FROM unnest(ARRAY['é']) AS x")).await;
    assert_eq!(answer.unwrap().samples, ["é"]);
    let failed = connection.answer(&ask("SELECT count(*), NULL, NULL FROM missing")).await.unwrap_err();
    assert!(failed.to_string().contains("missing"), "{failed}");
    assert_eq!(connection.answer(&ask("SELECT 1, NULL, NULL")).await.unwrap().count, 1);
}

#[tokio::test]
async fn a_group_is_one_transaction_and_its_events_are_in_order() {
    let database = TestDatabase::create("group").await;
    let mut connection = open(&database, Access::Write).await;
    let steps = [step("CREATE TABLE public.a (id int)"), step("CREATE TABLE public.b (id int)")];
    let seen = run(&mut *connection, &group(&steps)).await.unwrap();
    use Progress::{Committed, Committing, Finished, Started};
    assert_eq!(seen, [Started(0), Finished(0), Started(1), Finished(1), Committing, Committed]);
    let steps = [step("DROP TABLE public.a"), step("CREATE TABLE public.b (id int)")];
    match run(&mut *connection, &group(&steps)).await {
        Err(DatabaseError::Step { step, message }) => {
            assert_eq!(step, "run CREATE TABLE public.b");
            assert!(message.contains("already exists"), "{message}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(database.rows("SELECT to_regclass('public.a')").await, [["a"]]);
    assert!(run(&mut *open(&database, Access::Read).await, &group(&steps)).await.is_err());
}

#[tokio::test]
async fn of_steps_that_go_together_the_one_that_fails_is_named() {
    let database = TestDatabase::create("batch").await;
    let mut connection = open(&database, Access::Write).await;
    let made = |name: &str, sql: &str| {
        let address = Address::Table(Qualified { namespace: "public".into(), name: name.into() });
        Step { changes: vec![address.clone()], provides: vec![address], ..step(sql) }
    };
    let mut steps = vec![
        made("a", "CREATE TABLE public.a (id int) -- a comment"),
        made("b", "CREATE TABLE public.b (id int)"),
        made("c", "CREATE TABLE public.c (id txt)"),
        made("d", "CREATE TABLE public.d (id int)"),
    ];
    match run(&mut *connection, &group(&steps)).await {
        Err(DatabaseError::Step { step, message }) => {
            assert_eq!(step, "run CREATE TABLE public.c");
            assert!(message.contains("\"txt\" does not exist; at `txt)`"), "{message}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(database.rows("SELECT to_regclass('public.a')").await, [["NULL"]]);
    steps.remove(2);
    let seen = run(&mut *connection, &group(&steps)).await.unwrap();
    use Progress::{Committed, Committing, Finished, Started};
    let each = (0..3).flat_map(|at| [Started(at), Finished(at)]).chain([Committing, Committed]);
    assert_eq!(seen, each.collect::<Vec<_>>());
    assert_eq!(database.rows("SELECT to_regclass('public.a'), to_regclass('public.d')").await, [["a", "d"]]);
}

#[tokio::test]
async fn an_error_says_where_and_what_to_do() {
    let database = TestDatabase::create("where").await;
    let mut connection = open(&database, Access::Write).await;
    let steps = [step("CREATE TABLE public.a (\n  id int,\n  name txt\n)")];
    let said = run(&mut *connection, &group(&steps)).await.unwrap_err().to_string();
    assert!(said.contains("type \"txt\" does not exist; at `txt`"), "{said}");
    database.sql("CREATE TABLE p (id int PRIMARY KEY); CREATE VIEW v AS SELECT * FROM p").await;
    let said = run(&mut *connection, &group(&[step("DROP TABLE public.p")])).await.unwrap_err().to_string();
    assert!(said.contains("view v depends on table p") && said.contains("hint: Use DROP ... CASCADE"), "{said}");
}

#[tokio::test]
async fn a_deferred_constraint_fails_at_the_commit() {
    let database = TestDatabase::create("deferred").await;
    database.sql("CREATE TABLE p (id int PRIMARY KEY, up int REFERENCES p DEFERRABLE INITIALLY DEFERRED)").await;
    let steps = [step("INSERT INTO public.p VALUES (1, 2)")];
    let failed = run(&mut *open(&database, Access::Write).await, &group(&steps)).await.unwrap_err().to_string();
    assert!(failed.starts_with("commit: ") && failed.contains("violates foreign key"), "{failed}");
}

#[tokio::test]
async fn rows_stand_against_a_group_before_it_runs() {
    let database = TestDatabase::create("refused").await;
    database.sql("CREATE TABLE t AS SELECT 1 AS id").await;
    let mut connection = open(&database, Access::Write).await;
    let steps = [step("CREATE TABLE public.a (id int)"), guarded("DROP TABLE public.t", "t", Fact::DropsTable)];
    let refused = run(&mut *connection, &group(&steps)).await;
    assert!(matches!(refused, Err(DatabaseError::Refused { answer, .. }) if answer.count == 1));
    assert_eq!(database.rows("SELECT to_regclass('public.a'), to_regclass('public.t')").await, [["NULL", "t"]]);
    database.sql("DELETE FROM t").await;
    run(&mut *connection, &group(&steps)).await.unwrap();
    assert_eq!(database.rows("SELECT to_regclass('public.a'), to_regclass('public.t')").await, [["a", "NULL"]]);
}

#[tokio::test]
async fn a_row_that_is_written_while_the_lock_is_waited_for_is_seen() {
    let database = TestDatabase::create("late").await;
    database.sql("CREATE TABLE t (id int)").await;
    let mut other = database.connect().await;
    support::run(&mut other, "BEGIN; INSERT INTO t VALUES (1)").await;
    let mut connection = open(&database, Access::Write).await;
    let steps = [guarded("DROP TABLE public.t", "t", Fact::DropsTable)];
    let group = Group { lock_timeout: Duration::from_secs(5), ..group(&steps) };
    let commits = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        support::run(&mut other, "COMMIT").await;
    };
    let (ran, ()) = tokio::join!(run(&mut *connection, &group), commits);
    assert!(matches!(ran, Err(DatabaseError::Refused { .. })), "{ran:?}");
    assert_eq!(database.rows("SELECT count(*) FROM t").await, [["1"]]);
}

#[tokio::test]
async fn a_lock_that_is_freed_in_time_is_waited_for() {
    let database = TestDatabase::create("waits").await;
    database.sql("CREATE TABLE t (id int)").await;
    let mut other = database.connect().await;
    support::run(&mut other, "BEGIN; SELECT * FROM t").await;
    let mut connection = open(&database, Access::Write).await;
    let steps = [step("CREATE TABLE public.a (id int)"), step("ALTER TABLE public.t ADD COLUMN name text")];
    let group = group(&steps);
    let commits = async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        support::run(&mut other, "COMMIT").await;
    };
    let (ran, ()) = tokio::join!(run(&mut *connection, &group), commits);
    use Progress::{Committed, Committing, Finished, Started};
    assert_eq!(ran.unwrap(), [Started(0), Finished(0), Started(1), Finished(1), Committing, Committed]);
}

#[tokio::test]
async fn who_keeps_a_lock_is_named() {
    let database = TestDatabase::create("blocked").await;
    database.sql("CREATE TABLE t (id int)").await;
    let mut other = database.connect().await;
    support::run(&mut other, "SET application_name = 'report'; BEGIN; SELECT 'a long report' FROM t").await;
    let mut connection = open(&database, Access::Write).await;
    let start = Instant::now();
    match run(&mut *connection, &group(&[step("ALTER TABLE public.t ADD COLUMN name text")])).await {
        Err(DatabaseError::Blocked { step, waited, holders }) => {
            assert_eq!(step, "run ALTER TABLE public.t ADD COLUMN name text");
            assert!(waited >= Duration::from_secs(3) && start.elapsed() < Duration::from_secs(9), "{waited:?}");
            let [holder] = holders.as_slice() else { panic!("{holders:?}") };
            for word in ["(report)", "idle in transaction", "since 2", "a long report"] {
                assert!(holder.contains(word), "{holder}");
            }
        }
        other => panic!("{other:?}"),
    }
    support::run(&mut other, "COMMIT").await;
    run(&mut *connection, &group(&[step("ALTER TABLE public.t ADD COLUMN name text")])).await.unwrap();
}

#[tokio::test]
async fn a_step_outside_of_transactions_runs_alone() {
    let database = TestDatabase::create("outside").await;
    database.sql("CREATE TABLE t (id int)").await;
    let mut connection = open(&database, Access::Write).await;
    let outside = |sql: &str| Step { transaction: Transaction::Outside, ..step(sql) };
    let steps = [outside("CREATE INDEX CONCURRENTLY t_id ON public.t (id)")];
    let write = StateWrite { lockfile: Some(("one".to_owned(), None)), journal: None };
    let seen = run(&mut *connection, &Group { write: Some(write), ..group(&steps) }).await.unwrap();
    use Progress::{Committed, Committing, Finished, Started};
    assert_eq!(seen, [Started(0), Finished(0), Committing, Committed]);
    assert_eq!(connection.state().await.unwrap().lockfile.as_deref(), Some("one"));
    let failed = run(&mut *connection, &group(&[outside("CREATE INDEX CONCURRENTLY x ON public.t (no)")])).await;
    assert!(matches!(failed, Err(DatabaseError::Step { .. })), "{failed:?}");
    let two = [steps[0].clone(), steps[0].clone()];
    assert!(matches!(run(&mut *connection, &group(&two)).await, Err(DatabaseError::Unsupported(_))));
}

#[tokio::test]
async fn a_new_value_of_an_enum_is_committed_by_itself() {
    let database = TestDatabase::create("enum").await;
    database.sql("CREATE TYPE mood AS ENUM ('sad')").await;
    let mut connection = open(&database, Access::Write).await;
    let add = Step { transaction: Transaction::CommitAfter, ..step("ALTER TYPE public.mood ADD VALUE 'glad'") };
    run(&mut *connection, &group(&[add])).await.unwrap();
    run(&mut *connection, &group(&[step("CREATE TABLE public.t (m public.mood DEFAULT 'glad')")])).await.unwrap();
}

#[tokio::test]
async fn a_connection_that_breaks_is_told_with_its_step() {
    let database = TestDatabase::create("broken").await;
    let mut connection = open(&database, Access::Write).await;
    let steps = [
        step("CREATE TABLE public.a (id int)"),
        step("SELECT pg_terminate_backend(pg_backend_pid())"),
        step("CREATE TABLE public.b (id int)"),
    ];
    match run(&mut *connection, &group(&steps)).await {
        Err(DatabaseError::Step { step, message }) => {
            assert!(step.contains("pg_terminate_backend"), "{step}");
            assert!(message.contains("terminating connection"), "{message}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(database.rows("SELECT to_regclass('public.a')").await, [["NULL"]]);
    assert!(connection.server().await.is_err());
}

#[tokio::test]
async fn what_is_given_up_half_way_leaves_nothing() {
    let database = TestDatabase::create("dropped").await;
    let mut connection = open(&database, Access::Write).await;
    let steps = [step("CREATE TABLE public.a (id int)"), step("SELECT pg_sleep(60)")];
    let group = group(&steps);
    let given_up = tokio::time::timeout(Duration::from_millis(300), run(&mut *connection, &group)).await;
    assert!(given_up.is_err());
    drop(connection);
    let start = Instant::now();
    let active = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    while database.rows(active).await != [["0"]] {
        assert!(start.elapsed() < Duration::from_secs(10), "the server goes on");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(database.rows("SELECT to_regclass('public.a')").await, [["NULL"]]);
}

#[tokio::test]
async fn state_is_swapped_only_for_what_was_read() {
    let database = TestDatabase::create("state").await;
    let mut connection = open(&database, Access::Write).await;
    assert_eq!(connection.state().await.unwrap(), StateRecord::default());
    assert_eq!(database.rows("SELECT to_regnamespace('trueup')").await, [["NULL"]]);
    let write = |next: &str, there: Option<&str>| StateWrite {
        lockfile: Some((next.to_owned(), there.map(str::to_owned))),
        journal: None,
    };
    let with = |write| Group { write: Some(write), ..group(&[]) };
    run(&mut *connection, &with(write("one", None))).await.unwrap();
    for there in [None, Some("two")] {
        let refused = run(&mut *connection, &with(write("other", there))).await;
        assert!(matches!(refused, Err(DatabaseError::StateMoved)), "{refused:?}");
    }
    run(&mut *connection, &with(write("two", Some("one")))).await.unwrap();
    assert_eq!(open(&database, Access::Read).await.state().await.unwrap().lockfile.as_deref(), Some("two"));
}

fn holder(command: &str) -> Holder {
    let (host, since) = ("a-host".to_owned(), "2000-01-01T00:00:00Z".to_owned());
    Holder { pid: 7, host, since, command: command.to_owned() }
}

#[tokio::test]
async fn a_lock_excludes_another_until_it_goes() {
    let database = TestDatabase::create("lock").await;
    let mut one = open(&database, Access::Write).await;
    let mut other = open(&database, Access::Write).await;
    let guard = one.lock(&holder("apply"), Duration::ZERO).await.unwrap();
    match other.lock(&holder("destroy"), Duration::ZERO).await {
        Err(LockFailure::Taken(Some(found))) => assert_eq!(found, holder("apply")),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("it was given twice"),
    }
    let elsewhere = TestDatabase::create("elsewhere").await;
    let apart = open(&elsewhere, Access::Write).await.lock(&holder("apply"), Duration::ZERO).await;
    assert!(apart.is_ok());
    assert!(guard.is_held());
    drop(guard);
    let guard = other.lock(&holder("destroy"), Duration::ZERO).await.unwrap();
    let held = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = \
                (SELECT oid FROM pg_database WHERE datname = current_database())";
    database.sql(held).await;
    let start = Instant::now();
    while guard.is_held() {
        assert!(start.elapsed() < Duration::from_secs(5), "it is lost and does not say so");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn a_holder_is_named_to_roles_that_may_not_see_its_query() {
    let database = TestDatabase::create("roles").await;
    let role = support::fresh_name("role");
    database.sql(&["CREATE ROLE ", &role, " LOGIN"].concat()).await;
    let mut one = open(&database, Access::Write).await;
    let guard = one.lock(&holder("apply"), Duration::ZERO).await.unwrap();
    let url = [database.url.as_str(), "?user=", &role].concat();
    let mut other = Postgres.connect(&Redacted::new(url), Access::Write).await.unwrap();
    let refused = other.lock(&holder("destroy"), Duration::ZERO).await;
    drop((other, guard));
    database.sql(&["DROP ROLE ", &role].concat()).await;
    assert!(matches!(refused, Err(LockFailure::Taken(Some(found))) if found == holder("apply")));
}

#[tokio::test]
async fn a_scratch_copy_has_the_rows_and_goes() {
    let database = TestDatabase::create("copied").await;
    database.sql("CREATE TABLE t AS SELECT 7 AS id").await;
    let url = Redacted::new(database.url.as_str());
    let other = database.connect().await;
    assert!(matches!(Postgres.scratch(&url, None).await.map(drop), Err(DatabaseError::Unsupported(_))));
    sqlx::Connection::close(other).await.unwrap();
    let mut copy = Postgres.scratch(&url, None).await.unwrap();
    let sql = "SELECT max(id), NULL, NULL FROM public.t".to_owned();
    let question = Question { counts: "ids".to_owned(), sql, must_be_zero: false };
    assert_eq!(copy.answer(&question).await.unwrap().count, 7);
    let location = copy.server().await.unwrap().location;
    let name = location.rsplit('/').next().unwrap().to_owned();
    assert!(name.starts_with("trueup_scratch_"), "{name}");
    let exists = ["SELECT count(*) FROM pg_database WHERE datname = '", &name, "'"].concat();
    assert_eq!(database.rows(&exists).await, [["1"]]);
    drop(copy);
    assert_eq!(database.rows(&exists).await, [["0"]]);
}

#[tokio::test]
async fn a_scratch_copy_with_a_name_stays() {
    let database = TestDatabase::create("named").await;
    let url = Redacted::new(database.url.as_str());
    let (into, again) = (support::fresh_name("copy"), support::fresh_name("copy"));
    drop(Postgres.scratch(&url, Some(&Redacted::new(support::url_of(&into)))).await.unwrap());
    let taken = Postgres.scratch(&url, Some(&Redacted::new(support::url_of(&into)))).await.map(drop);
    assert!(taken.unwrap_err().to_string().contains("exists already"));
    let elsewhere = ["postgresql://postgres@elsewhere.invalid/", &again].concat();
    assert!(Postgres.scratch(&url, Some(&Redacted::new(elsewhere))).await.is_err());
    database.sql(&["DROP DATABASE \"", &into, "\" WITH (FORCE)"].concat()).await;
}
