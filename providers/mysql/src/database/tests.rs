//! One connection against a real server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use trueup_contract::{
    Access, Action, Database, DatabaseError, Fact, Group, Hazard, Holder, LockFailure, Observer, Progress, Provider,
    Question, Redacted, StateRecord, StateWrite, Step, Transaction,
};
use trueup_state::{Address, Qualified};

use super::support::{self, TestDatabase};
use crate::MySql;

async fn open(database: &TestDatabase, access: Access) -> Box<dyn Database> {
    MySql.connect(&Redacted::new(database.url.as_str()), access).await.unwrap()
}

fn step(sql: &str) -> Step {
    let summary = ["run ", sql.split(" (").next().unwrap()].concat();
    Step { summary, action: Action::Sql(sql.to_owned()), transaction: Transaction::Outside, ..Step::default() }
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

fn table(name: &str) -> Address {
    Address::Table(Qualified::bare(name))
}

#[tokio::test]
async fn a_server_says_what_it_is() {
    let database = TestDatabase::create("server").await;
    let server = open(&database, Access::Write).await.server().await.unwrap();
    assert!(["MariaDB", "MySQL"].contains(&server.product.as_str()), "{}", server.product);
    assert!(server.version.split('.').count() == 3, "{}", server.version);
    assert!(!server.read_only);
    assert!(server.location.ends_with(&database.name), "{}", server.location);
    let lacks = server.facts.iter().find(|(name, _)| name == "missing privileges").unwrap();
    assert_eq!(lacks.1, "none");
    let reading = open(&database, Access::Read).await.server().await.unwrap();
    assert!(reading.read_only);
    assert_eq!(reading.identity, server.identity);
    let other = TestDatabase::create("other").await;
    assert_ne!(open(&other, Access::Read).await.server().await.unwrap().identity, server.identity);
}

#[tokio::test]
async fn an_answer_has_a_count_samples_and_bytes() {
    let database = TestDatabase::create("answer").await;
    let mut connection = open(&database, Access::Read).await;
    let ask = |sql: &str| Question { counts: "things".to_owned(), sql: sql.to_owned(), must_be_zero: false };
    let answer = connection.answer(&ask("SELECT COUNT(*), '[\"a\", 7]', 12 FROM (SELECT 1 UNION SELECT 2) AS x")).await;
    let answer = answer.unwrap();
    assert_eq!((answer.count, answer.samples, answer.bytes), (2, vec!["a".to_owned(), "7".to_owned()], Some(12)));
    let answer = connection.answer(&ask("SELECT CAST(2 AS DECIMAL(10, 2)), JSON_ARRAYAGG('é'), NULL")).await.unwrap();
    assert_eq!((answer.count, answer.samples), (2, vec!["é".to_owned()]));
    let answer = connection.answer(&ask("SELECT SUM(1), NULL, CAST(7 AS UNSIGNED)")).await.unwrap();
    assert_eq!((answer.count, answer.bytes), (1, Some(7)));
    let failed = connection.answer(&ask("SELECT COUNT(*), NULL, NULL FROM missing")).await.unwrap_err();
    assert!(failed.to_string().contains("missing"), "{failed}");
    assert_eq!(connection.answer(&ask("SELECT 1, NULL, NULL")).await.unwrap().count, 1);
}

#[tokio::test]
async fn events_are_in_order_and_what_ran_stays() {
    let database = TestDatabase::create("group").await;
    let mut connection = open(&database, Access::Write).await;
    let two = "SET @a = ';'; -- a comment; and\nCREATE TABLE a (id int COMMENT 'x;y');CREATE TABLE b (id int)";
    let seen = run(&mut *connection, &group(&[step(two)])).await.unwrap();
    use Progress::{Committed, Committing, Finished, Started};
    assert_eq!(seen, [Started(0), Finished(0), Committing, Committed]);
    match run(&mut *connection, &group(&[step("DROP TABLE a; CREATE TABLE b (id int)")])).await {
        Err(DatabaseError::Step { step, message }) => {
            assert_eq!(step, "run DROP TABLE a; CREATE TABLE b");
            assert!(message.contains("already exists") && message.contains("1050"), "{message}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(database.rows("SHOW TABLES").await, [["b"]]);
    assert!(run(&mut *open(&database, Access::Read).await, &group(&[step("DROP TABLE b")])).await.is_err());
    assert_eq!(database.rows("SHOW TABLES").await, [["b"]]);
}

#[tokio::test]
async fn a_stored_program_is_one_statement() {
    let database = TestDatabase::create("program").await;
    let mut connection = open(&database, Access::Write).await;
    let steps = "CREATE TABLE t (id int);\nCREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN SET @a = 1; SET @b = 2; \
                 END;\nCREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END";
    run(&mut *connection, &group(&[step(steps)])).await.unwrap();
    assert_eq!(
        database.rows("SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()").await,
        [["1"]]
    );
}

#[tokio::test]
async fn rows_stand_against_a_step_before_anything_is_done() {
    let database = TestDatabase::create("refused").await;
    database.sql("CREATE TABLE t (id int); INSERT INTO t VALUES (1), (2)").await;
    let mut connection = open(&database, Access::Write).await;
    let sql = "SELECT COUNT(*), JSON_ARRAYAGG(id), NULL FROM t".to_owned();
    let question = Question { counts: "rows".to_owned(), sql, must_be_zero: true };
    let hazard = Hazard { address: table("t"), fact: Fact::DropsTable, question: Some(question) };
    let steps = [step("CREATE TABLE a (id int)"), Step { hazards: vec![hazard], ..step("DROP TABLE t") }];
    match run(&mut *connection, &group(&steps)).await {
        Err(DatabaseError::Refused { answer, .. }) => assert_eq!((answer.count, answer.samples.len()), (2, 2)),
        other => panic!("{other:?}"),
    }
    assert_eq!(database.rows("SHOW TABLES").await, [["t"]]);
    database.sql("DELETE FROM t").await;
    run(&mut *connection, &group(&steps)).await.unwrap();
    assert_eq!(database.rows("SHOW TABLES").await, [["a"]]);
}

#[tokio::test]
async fn what_cannot_be_done_in_one_way_is_done_in_the_next() {
    let database = TestDatabase::create("ways").await;
    database.sql("CREATE TABLE t (id int PRIMARY KEY, a int)").await;
    let mut connection = open(&database, Access::Write).await;
    let change = |algorithm: &str| ["ALTER TABLE t MODIFY a varchar(20), ALGORITHM=", algorithm].concat();
    let one = step(&change("INSTANT"));
    let refused = run(&mut *connection, &group(std::slice::from_ref(&one))).await;
    assert!(matches!(refused, Err(DatabaseError::Step { .. })), "{refused:?}");
    let ways = ["INPLACE", "COPY"].map(|it| Action::Sql(change(it)));
    run(&mut *connection, &group(&[Step { fallbacks: ways.to_vec(), ..one.clone() }])).await.unwrap();
    assert_eq!(
        database
            .rows(
                "SELECT DATA_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND COLUMN_NAME = 'a'"
            )
            .await,
        [["varchar"]]
    );
    let wrong = Step { fallbacks: ways.to_vec(), ..step("ALTER TABLE missing ADD a int") };
    let failed = run(&mut *connection, &group(&[wrong])).await.unwrap_err();
    assert!(failed.to_string().contains("missing"), "{failed}");
}

#[tokio::test]
async fn who_blocks_is_told() {
    let database = TestDatabase::create("blocked").await;
    database.sql("CREATE TABLE t (id int)").await;
    let mut other = database.connect().await;
    support::run(&mut other, "START TRANSACTION; SELECT COUNT(*) FROM t /* a long report */").await;
    let mut connection = open(&database, Access::Write).await;
    let start = Instant::now();
    match run(&mut *connection, &group(&[step("ALTER TABLE t ADD COLUMN name text")])).await {
        Err(DatabaseError::Blocked { step, waited, holders }) => {
            assert_eq!(step, "run ALTER TABLE t ADD COLUMN name text");
            assert!(waited >= Duration::from_secs(3) && start.elapsed() < Duration::from_secs(12), "{waited:?}");
            assert!(holders.iter().any(|it| it.contains("connection ") && it.contains("since 2")), "{holders:?}");
        }
        other => panic!("{other:?}"),
    }
    support::run(&mut other, "COMMIT").await;
    run(&mut *connection, &group(&[step("ALTER TABLE t ADD COLUMN name text")])).await.unwrap();
}

#[tokio::test]
async fn state_is_swapped_only_for_what_was_read() {
    let database = TestDatabase::create("state").await;
    let mut connection = open(&database, Access::Write).await;
    assert_eq!(connection.state().await.unwrap(), StateRecord::default());
    assert!(database.rows("SHOW TABLES").await.is_empty());
    let write = |next: &str, there: Option<&str>| StateWrite {
        lockfile: Some((next.to_owned(), there.map(str::to_owned))),
        journal: None,
    };
    let with = |write| Group { write: Some(write), ..group(&[]) };
    run(&mut *connection, &with(write("one", None))).await.unwrap();
    // To the server, trailing spaces and other capitals would be the same.
    for there in [None, Some("two"), Some("one "), Some("ONE")] {
        let refused = run(&mut *connection, &with(write("other", there))).await;
        assert!(matches!(refused, Err(DatabaseError::StateMoved)), "{refused:?}");
    }
    run(&mut *connection, &with(write("two", Some("one")))).await.unwrap();
    assert_eq!(open(&database, Access::Read).await.state().await.unwrap().lockfile.as_deref(), Some("two"));
    assert!(connection.inspect().await.unwrap().schema.tables().next().is_none());
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
    assert!(open(&elsewhere, Access::Write).await.lock(&holder("apply"), Duration::ZERO).await.is_ok());
    assert!(guard.is_held());
    drop(guard);
    let guard = other.lock(&holder("destroy"), Duration::ZERO).await.unwrap();
    let held = [
        "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '",
        &database.name,
        "' AND INFO LIKE 'SELECT IS_USED%'",
    ];
    let start = Instant::now();
    let id = loop {
        let found = database.rows(&held.concat()).await;
        if let Some(row) = found.iter().find(|row| row[0] != "NULL") {
            break row[0].clone();
        }
        assert!(start.elapsed() < Duration::from_secs(5), "its session is not to be seen");
    };
    support::once(&support::server_url(), &["KILL ", &id].concat()).await;
    let start = Instant::now();
    while guard.is_held() {
        assert!(start.elapsed() < Duration::from_secs(5), "it is lost and does not say so");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn a_statement_of_an_apply_that_has_gone_is_waited_for() {
    let database = TestDatabase::create("gone").await;
    let mut one = open(&database, Access::Write).await;
    let guard = one.lock(&holder("apply"), Duration::ZERO).await.unwrap();
    let steps = [step("DO SLEEP(4)")];
    let running = group(&steps);
    assert!(tokio::time::timeout(Duration::from_millis(300), run(&mut *one, &running)).await.is_err());
    drop((one, guard));
    let mut other = open(&database, Access::Write).await;
    match other.lock(&holder("apply"), Duration::ZERO).await.map(drop) {
        Err(LockFailure::Failed(reason)) => assert!(reason.contains("of an apply that has gone"), "{reason}"),
        other => panic!("{other:?}"),
    }
    other.lock(&holder("apply"), Duration::from_secs(10)).await.unwrap();
}

#[tokio::test]
async fn what_was_not_touched_is_not_read_again() {
    let database = TestDatabase::create("look").await;
    database.sql("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int REFERENCES a (id))").await;
    database.sql("CREATE VIEW v AS SELECT id FROM a").await;
    let mut connection = open(&database, Access::Write).await;
    let before = connection.inspect().await.unwrap();
    database.sql("ALTER TABLE a ADD c int; CREATE TABLE d (id int); DROP VIEW v").await;
    database.sql("CREATE PROCEDURE p() SELECT 1; CREATE TRIGGER g BEFORE INSERT ON d FOR EACH ROW SET @a = 1").await;
    let name = Qualified::bare("p");
    let procedure = Address::Signed(trueup_state::ObjectKind::Procedure, name, "".into());
    let view = Address::View(Qualified::bare("v"));
    let touched: BTreeSet<Address> = [table("a"), table("d"), view, procedure].into();
    let looked = connection.look(&before, &touched).await.unwrap();
    let whole = connection.inspect().await.unwrap();
    assert_eq!((looked.schema, looked.unmodelled), (whole.schema, whole.unmodelled));
}

#[tokio::test]
async fn a_scratch_copy_has_the_rows_and_goes() {
    let database = TestDatabase::create("copied").await;
    database.sql("CREATE TABLE t (id int PRIMARY KEY, d date NOT NULL, n int AS (id + 1))").await;
    database.sql("SET sql_mode = ''; INSERT INTO t (id, d) VALUES (7, '0000-00-00')").await;
    database.sql("CREATE TABLE u (id int, FOREIGN KEY (id) REFERENCES t (id)); INSERT INTO u VALUES (7)").await;
    database.sql("CREATE VIEW z AS SELECT id FROM t; CREATE VIEW a AS SELECT id FROM z").await;
    database.sql("CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.d = NOW(); END").await;
    database.sql("CREATE FUNCTION f(x int) RETURNS int DETERMINISTIC RETURN x").await;
    let url = Redacted::new(database.url.as_str());
    let mut copy = MySql.scratch(&url, None).await.unwrap();
    let sql = "SELECT MAX(id), JSON_ARRAYAGG(CONCAT(d, n)), NULL FROM t".to_owned();
    let answer = copy.answer(&Question { counts: "ids".to_owned(), sql, must_be_zero: false }).await.unwrap();
    assert_eq!((answer.count, answer.samples), (7, vec!["0000-00-008".to_owned()]));
    let found = copy.inspect().await.unwrap();
    let there = open(&database, Access::Read).await.inspect().await.unwrap();
    assert_eq!((found.schema, found.unmodelled), (there.schema, there.unmodelled));
    let location = copy.server().await.unwrap().location;
    let name = location.rsplit('/').next().unwrap().to_owned();
    assert!(name.starts_with("trueup_scratch_"), "{name}");
    let exists = ["SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '", &name, "'"].concat();
    assert_eq!(database.rows(&exists).await, [["1"]]);
    drop(copy);
    assert_eq!(database.rows(&exists).await, [["0"]]);
}

#[tokio::test]
async fn a_scratch_copy_with_a_name_stays() {
    let database = TestDatabase::create("named").await;
    let url = Redacted::new(database.url.as_str());
    let into = support::fresh_name("copy");
    drop(MySql.scratch(&url, Some(&Redacted::new(support::url_of(&into)))).await.unwrap());
    let taken = MySql.scratch(&url, Some(&Redacted::new(support::url_of(&into)))).await.map(drop);
    assert!(taken.unwrap_err().to_string().contains("exists already"));
    let elsewhere = "mysql://root@elsewhere.invalid/x";
    assert!(MySql.scratch(&url, Some(&Redacted::new(elsewhere))).await.is_err());
    database.sql(&["DROP DATABASE `", &into, "`"].concat()).await;
}

/// A user of a test's own, and the URL with which it comes.
struct User {
    name: String,
    url: String,
}

impl User {
    async fn with(database: &TestDatabase, grants: &[&str]) -> User {
        let name = support::fresh_name("u").replace("trueup_test_", "tu_");
        let account = ["'", &name, "'@'%'"].concat();
        database.sql(&["CREATE USER ", &account, " IDENTIFIED BY 'pässwörd'"].concat()).await;
        for grant in grants {
            database.sql(&["GRANT ", grant, " ON `", &database.name, "`.* TO ", &account].concat()).await;
        }
        let (scheme, rest) = database.url.split_once("://").unwrap();
        let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
        let url = [scheme, "://", &name, ":p%C3%A4sswörd@", place].concat();
        User { name, url }
    }

    async fn open(&self) -> Box<dyn Database> {
        MySql.connect(&Redacted::new(self.url.as_str()), Access::Write).await.unwrap()
    }

    async fn drop(self, database: &TestDatabase) {
        database.sql(&["DROP USER '", &self.name, "'@'%'"].concat()).await;
    }
}

#[tokio::test]
async fn what_a_user_may_not_see_is_not_taken_for_nothing() {
    let database = TestDatabase::create("blind").await;
    database.sql("CREATE TABLE t (id int); CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.id = 1").await;
    database.sql("CREATE VIEW v AS SELECT id FROM t; CREATE PROCEDURE p() SELECT 1").await;
    let user = User::with(&database, &["SELECT"]).await;
    let refused = user.open().await.inspect().await.map(drop).unwrap_err();
    assert!(
        matches!(&refused, DatabaseError::Denied(words) if words.contains("GRANT TRIGGER, EVENT, EXECUTE ON `")),
        "{refused}"
    );
    user.drop(&database).await;
    let user = User::with(&database, &["SELECT, TRIGGER, EVENT, EXECUTE"]).await;
    let mut connection = user.open().await;
    let found = connection.inspect().await.unwrap();
    let kinds: Vec<(&str, &str)> = found.unmodelled.iter().map(|it| (it.kind.as_str(), it.name.as_str())).collect();
    assert_eq!(kinds, [("view", "v"), ("procedure", "p")], "{:?}", found.unmodelled);
    assert!(found.unmodelled[0].reason.contains("GRANT SELECT, SHOW VIEW"), "{:?}", found.unmodelled);
    let lacks = connection.server().await.unwrap().facts.into_iter().find(|(name, _)| name == "missing privileges");
    assert!(lacks.unwrap().1.contains("SHOW VIEW, CREATE, ALTER, DROP"));
    let failed = run(&mut *connection, &group(&[step("ALTER TABLE t ADD a int")])).await.unwrap_err().to_string();
    assert!(failed.contains("ALTER command denied"), "{failed}");
    user.drop(&database).await;
    let user = User::with(&database, &["ALL"]).await;
    let mut connection = user.open().await;
    let found = connection.inspect().await.unwrap();
    assert!(found.unmodelled.iter().all(|it| it.kind == "procedure"), "{:?}", found.unmodelled);
    run(&mut *connection, &group(&[step("ALTER TABLE t ADD a int")])).await.unwrap();
    user.drop(&database).await;
}

#[tokio::test]
async fn a_view_that_lacks_its_table_is_read_all_the_same() {
    let database = TestDatabase::create("broken").await;
    database.sql("CREATE TABLE t (id int); CREATE VIEW v AS SELECT t.id FROM t; DROP TABLE t").await;
    let found = open(&database, Access::Read).await.inspect().await.unwrap();
    assert_eq!(found.unmodelled, []);
    assert!(found.schema.views().count() == 1);
    let view = found.schema.object(&Address::View(Qualified::bare("v"))).unwrap().to_definition();
    let text = format!("{view:?}");
    assert!(!text.contains(&database.name), "{text}");
}

#[tokio::test]
async fn what_is_tried_leaves_an_empty_database_empty() {
    let database = TestDatabase::create("tried").await;
    let mut connection = open(&database, Access::Write).await;
    let made = |address: Address, sql: &str| Step { provides: vec![address], ..step(sql) };
    let procedure = Address::Signed(trueup_state::ObjectKind::Procedure, Qualified::bare("p"), "".into());
    let mut steps = vec![
        made(table("a"), "CREATE TABLE a (id int PRIMARY KEY)"),
        made(table("b"), "CREATE TABLE b (id int, CONSTRAINT k FOREIGN KEY (id) REFERENCES a (id))"),
        made(Address::View(Qualified::bare("v")), "CREATE VIEW v AS SELECT id FROM b"),
        made(procedure, "CREATE PROCEDURE p() SELECT 1"),
    ];
    let found = connection.rehearse(&steps).await.unwrap();
    assert_eq!((found.schema.tables().count(), found.schema.views().count()), (2, 1));
    steps.push(step("this is no statement"));
    assert!(matches!(connection.rehearse(&steps).await.map(drop), Err(DatabaseError::Step { .. })));
    assert!(database.rows("SHOW TABLES").await.is_empty());
    assert_eq!(database.rows("SHOW PROCEDURE STATUS WHERE Db = DATABASE()").await.len(), 0);
    database.sql("CREATE TABLE somebodys (id int)").await;
    assert!(matches!(connection.rehearse(&steps).await.map(drop), Err(DatabaseError::Unsupported(_))));
    assert_eq!(database.rows("SHOW TABLES").await, [["somebodys"]]);
}
