//! Whatever is wrong with a MariaDB or MySQL server, a user or a declaration is said with its place and a way out, answered
//! with the right exit code, and nothing is written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

#[path = "support/mysql.rs"]
mod mysql;
mod support;

use std::net::TcpListener;

use mysql::{MySql, OwnServer, User};
use support::Project;

const USERS: &str = "CREATE TABLE users (id bigint PRIMARY KEY, name varchar(40));\n";
const TEAMS: &str = "CREATE TABLE teams (id bigint PRIMARY KEY);\n";

/// Run a command that must fail with this code and these words, and leave the folder as it was.
#[track_caller]
fn check(project: &Project, args: &[&str], code: i32, words: &[&str]) {
    let before = project.hash();
    project.run(args).exits(code).says(words);
    assert!(before == project.hash(), "`trueup {}` changed the folder", args.join(" "));
}

/// The same for every command that connects.
#[track_caller]
fn check_url(url: &str, words: &[&str]) {
    let project = mysql::project(url, USERS);
    for command in
        [&["plan"][..], &["apply", "--auto-approve"], &["check"], &["inspect"], &["drift"], &["plan", "--json"]]
    {
        check(&project, command, 1, words);
    }
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let url = ["mysql://anna@", &free, "/shop"].concat();
    check_url(&url, &[&free, "cannot be reached", "nothing listens there"]);
    check_url("mysql://anna@no-such-host.invalid/shop", &["no-such-host.invalid:3306", "no host of this name"]);
    check_url("mariadb://anna@localhost/shop?socket=/nowhere.sock", &["/nowhere.sock", "there is no such socket"]);
}

#[test]
fn something_else_that_listens_is_no_server() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = other.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        // Whoever comes is sent away.
        while let Ok((connection, _)) = other.accept() {
            drop(connection);
        }
    });
    check_url(&["mysql://anna@", &place, "/shop"].concat(), &[&place, "cannot be reached"]);
}

#[test]
fn a_database_that_is_not_there_is_named() {
    let database = MySql::create("missing");
    let url = [database.url(), "_not"].concat();
    check_url(&url, &["there is no database", "_missing_not`"]);
    let (server, _) = database.url().rsplit_once('/').unwrap();
    check_url(server, &["database"]);
}

#[test]
fn who_is_not_let_in_is_told_what_to_check() {
    let server = OwnServer::start(&[]);
    server.sql("", "CREATE USER anna IDENTIFIED BY 'right'; CREATE DATABASE shop; GRANT ALL ON shop.* TO anna");
    check_url(&server.url_as("anna:wrong", "shop"), &["Access denied", "`MYSQL_PWD`"]);
    check_url(&server.url_as("anna", "shop"), &["Access denied"]);
    check_url(&server.url_as("anna:right", "mysql"), &["Access denied", "privilege"]);
    mysql::project(&server.url_as("anna:right", "shop"), USERS).run(&["plan", "--detailed-exitcode"]).exits(2);
    let project = mysql::project(&server.url_as("anna", "shop"), USERS);
    project.run_with(&["plan", "--detailed-exitcode"], &[("MYSQL_PWD", "right")]).exits(2);
}

#[test]
fn a_server_that_is_read_only_is_planned_for_and_not_written_to() {
    let server = OwnServer::start(&[]);
    server.sql("", "CREATE DATABASE shop; CREATE USER anna; GRANT ALL ON shop.* TO anna");
    server.sql("shop", USERS);
    server.sql("", "SET GLOBAL read_only = 1");
    let project = mysql::project(&server.url_as("anna", "shop"), &[USERS, TEAMS].concat());
    project.run(&["plan", "--detailed-exitcode", "--out", "plan.json"]).exits(2).says(&["+ table teams"]);
    project.run(&["check"]).exits(1).says(&["writable         no", "can plan         yes", "can apply        no"]);
    project.run(&["check", "--for", "plan"]).exits(0);
    let words = ["read-only", "connect to the primary"];
    project.run(&["apply", "--auto-approve"]).exits(1).says(&words);
    project.run(&["apply", "plan.json"]).exits(1).says(&words);
    project.run(&["apply", "--auto-approve", "--state", "database"]).exits(1).says(&words);
    assert_eq!(
        server.value(
            "shop",
            "SELECT group_concat(table_name) FROM information_schema.tables WHERE table_schema = 'shop'"
        ),
        "users"
    );
    server.sql("", "SET GLOBAL read_only = 0");
    project.run(&["apply", "--auto-approve"]).exits(0);
    project.is_in_step();
}

/// Whatever the server's own settings make of a session, a value that does not fit is refused.
#[test]
fn a_server_that_is_not_strict_is_treated_as_if_it_were() {
    let server = OwnServer::start(&["--sql-mode="]);
    server.sql("", "CREATE DATABASE shop");
    let project = mysql::project(&server.url("shop"), "CREATE TABLE t (id int PRIMARY KEY, a varchar(40), b int);\n");
    project.apply();
    project.is_in_step();
    server.sql("shop", "INSERT INTO t VALUES (1, 'much too long', 300)");
    for other in ["a varchar(3), b int", "a varchar(40), b tinyint", "a int, b int"] {
        project.declare(&["CREATE TABLE t (id int PRIMARY KEY, ", other, ");\n"].concat());
        project.run(&["apply", "--auto-approve", "--allow", "destructive"]).exits(3);
        assert_eq!(server.value("shop", "SELECT concat(a, b) FROM t"), "much too long300");
    }
    // Even where nothing is asked beforehand, the server shall not cut.
    let blind = project.run(&["apply", "--auto-approve", "--allow", "destructive", "--no-data-checks"]);
    assert_ne!(blind.code, Some(0), "{blind:?}");
    assert_eq!(server.value("shop", "SELECT concat(a, b) FROM t"), "much too long300");
}

/// Quotes, pipes and backslashes mean something else in some modes; what is declared and shown does not.
#[test]
fn a_server_with_other_quotes_is_in_step_after_an_apply() {
    let server = OwnServer::start(&["--sql-mode=ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES"]);
    server.sql("", "CREATE DATABASE shop");
    let schema = "CREATE TABLE t (id int PRIMARY KEY, a varchar(40) DEFAULT 'it''s', `b c` int COMMENT 'x \"y\"', \
                  CHECK (a <> 'q' OR `b c` > 1));\nCREATE VIEW v AS SELECT concat(a, '-') AS it FROM t;\n";
    let project = mysql::project(&server.url("shop"), schema);
    project.apply();
    project.is_in_step();
    server.sql("shop", "INSERT INTO t (id) VALUES (1)");
    assert_eq!(server.value("shop", "SELECT it FROM v"), "it's-");
    project.declare(&schema.replace("'it''s'", "'its'"));
    project.apply();
    project.is_in_step();
}

#[test]
fn names_that_the_server_keeps_in_small_letters_are_the_declared_ones() {
    let server = OwnServer::start(&["--lower-case-table-names=1"]);
    server.sql("", "CREATE DATABASE shop");
    let schema = "CREATE TABLE Users (Id int PRIMARY KEY);\n\
                  CREATE TABLE Orders (id int PRIMARY KEY, user_id int, CONSTRAINT To_User FOREIGN KEY (user_id) REFERENCES USERS (id));\n\
                  CREATE VIEW Both_Of AS SELECT Orders.id FROM ORDERS;\n";
    let project = mysql::project(&server.url("shop"), schema);
    project.apply();
    project.is_in_step();
    project.declare(&schema.replace("Users (Id int", "uSERS (Id bigint").replace("user_id int", "user_id bigint"));
    project.run(&["apply", "--auto-approve"]).exits(0);
    project.is_in_step();
    // Two tables whose names the server cannot tell apart.
    project.declare(&["CREATE TABLE a (id int);\nCREATE TABLE A (id int);\n"].concat());
    let run = project.run(&["plan"]);
    assert!(matches!(run.code, Some(1 | 3)), "{run:?}");
}

#[test]
fn names_that_differ_in_capitals_are_two() {
    let database = MySql::create("capitals");
    let project = database.project("CREATE TABLE a (id int);\nCREATE TABLE A (id int, ID2 int);\n");
    project.apply();
    project.is_in_step();
    assert_eq!(database.value("SELECT count(*) FROM information_schema.tables WHERE table_schema = database()"), "2");
    // Columns are another matter.
    let project = database.project("CREATE TABLE a (id int, ID int);\n");
    project.run(&["validate"]).exits(1).says(&["declared twice"]);
}

#[test]
fn who_may_not_see_everything_is_told_what_is_missing() {
    let database = MySql::create("sees_little");
    let schema = "CREATE TABLE users (id bigint PRIMARY KEY, name varchar(40));\nCREATE VIEW v AS SELECT id FROM users;\n\
         CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW SET new.name = 'x';\n\
         CREATE FUNCTION one() RETURNS int DETERMINISTIC RETURN 1;\n\
         CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DO SET @a = 1;\n";
    database.script(schema);
    let there = "SELECT concat_ws(' ', (SELECT count(*) FROM information_schema.tables WHERE table_schema = database()), \
         (SELECT count(*) FROM information_schema.triggers WHERE trigger_schema = database()), \
         (SELECT count(*) FROM information_schema.routines WHERE routine_schema = database()), \
         (SELECT count(*) FROM information_schema.events WHERE event_schema = database()))";
    let all = ["SELECT", "SHOW VIEW", "TRIGGER", "EVENT", "EXECUTE"];
    for without in all {
        let user = User::create("blind");
        let granted: Vec<&str> = all.into_iter().filter(|it| *it != without).collect();
        user.may(&database, &[&granted.join(", "), " ON @.*"].concat());
        let project = mysql::project(&user.url(&database), schema);
        let drops = ["--unmanaged", "drop", "--allow", "destructive", "--state", "none"];
        let plan = project.run(&[&["plan", "--detailed-exitcode"], &drops[..]].concat());
        // What is not seen is never taken for not there without a word.
        let said = [plan.stdout.as_str(), &plan.stderr].concat();
        assert!(said.contains("GRANT"), "without {without}: {plan:?}");
        project.run(&[&["apply", "--auto-approve"], &drops[..]].concat());
        assert_eq!(database.value(there), "2 1 1 1", "without {without}");
    }
}

#[test]
fn who_may_use_only_some_columns_is_told() {
    let database = MySql::create("columns");
    database.sql(USERS);
    let user = User::create("columns");
    user.may(&database, "SELECT (id) ON @.users");
    let project = mysql::project(&user.url(&database), USERS);
    project.run(&["plan", "--detailed-exitcode"]).exits(1).says(&["does not see everything", "GRANT TRIGGER"]);
    // What is shown of a table is all of it, or the rest is missed.
    user.may(&database, "TRIGGER, EVENT, EXECUTE ON @.*");
    let run = project.run(&["plan", "--detailed-exitcode"]);
    assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
}

/// An apply as a user without a privilege is refused by the server with its name, and what it was to change is as before.
#[test]
fn who_may_not_change_something_is_told_what_and_by_what_privilege() {
    let database = MySql::create("denied");
    database.sql(USERS);
    let seeing = "SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE, CREATE TEMPORARY TABLES ON @.*";
    let (none, rest) = ("none", "CREATE, ALTER, DROP, INDEX, REFERENCES ON @.*");
    for (may, schema, said) in [
        (none, [USERS, TEAMS].concat(), "CREATE command denied"),
        (none, USERS.replace("name", "born date, name"), "ALTER"),
        (rest, [USERS, "CREATE VIEW v AS SELECT id FROM users;\n"].concat(), "CREATE VIEW"),
        (rest, [USERS, "CREATE FUNCTION one() RETURNS int DETERMINISTIC RETURN 1;\n"].concat(), "denied"),
    ] {
        let user = User::create("denied");
        user.may(&database, seeing);
        if may != none {
            user.may(&database, may);
        }
        let project = mysql::project(&user.url(&database), &schema);
        let run = project.run(&["apply", "--auto-approve", "--state", "none"]);
        assert!(matches!(run.code, Some(1 | 3)), "{schema}: {run:?}");
        run.says(&[said]);
        assert_eq!(database.relations(), "users", "{schema}");
    }
}

#[test]
fn a_state_that_may_not_be_kept_in_the_database_is_told_with_what_to_grant() {
    let database = MySql::create("no_state");
    let user = User::create("no_state");
    user.may(&database, "SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE ON @.*");
    let project = mysql::project(&user.url(&database), USERS);
    let run = project.run(&["apply", "--auto-approve", "--state", "database"]).exits(1);
    run.says(&["`trueup_state`", "denied", "GRANT CREATE", "--state"]);
}

/// What is wrong in a declaration is found without a database.
#[track_caller]
fn check_schema(schema: &str, words: &[&str]) {
    let project = mysql::project("mysql://anna@no-such-host.invalid/shop", schema);
    check(&project, &["validate"], 1, words);
}

#[test]
fn a_mistake_is_told_with_line_and_column_without_a_database() {
    check_schema("CREATE TABLE a (id int);\nCREATE TABEL b (id int);\n", &["schema/schema.sql:2:1", "TABEL"]);
    check_schema("CREATE TABLE a (id int);\n\nCREATE TABLE b (\n  id nosuch\n);\n", &["schema.sql:4:6", "`nosuch`"]);
    check_schema("CREATE TABLE a (id int DEFAULT 'x);\n", &["schema.sql:1:32"]);
    check_schema("CREATE TABLE a (id int,, b int);\n", &["schema.sql:1:24"]);
    check_schema(&[USERS, USERS].concat(), &["schema.sql:2:14", "`users` is declared twice"]);
    check_schema("CREATE INDEX i ON nosuch (id);\n", &["schema.sql:1:19", "`nosuch`"]);
    check_schema(&[USERS, "CREATE INDEX i ON users (mail);\n"].concat(), &["schema.sql:2:26", "`mail`"]);
    check_schema("CREATE TABLE a (id int, id int);\n", &["schema.sql:1:25", "`id`"]);
    check_schema("CREATE TABLE a (id int, PRIMARY KEY (nope));\n", &["schema.sql:1:38", "`nope`"]);
    check_schema(
        "CREATE TRIGGER t BEFORE INSERT ON nosuch FOR EACH ROW SET @a = 1;\n",
        &["schema.sql:1:35", "`nosuch`"],
    );
    check_schema("CREATE TABLE a (\n  id int COMMENT 'never ends\n);\n", &["schema.sql:2:18"]);
}

#[test]
fn two_databases_in_one_declaration_are_refused() {
    let schema = "CREATE TABLE one.t (id int);\nCREATE TABLE other.t (id int);\n";
    let project = mysql::project("mysql://anna@no-such-host.invalid/shop", schema);
    check(&project, &["validate"], 3, &["schema.sql:2:14", "`other` is another database"]);
}

#[test]
fn a_name_that_is_too_long_is_told_with_its_place() {
    let long = "n".repeat(65);
    check_schema(&["CREATE TABLE ", &long, " (id int);\n"].concat(), &["schema.sql:1:14", "64"]);
    check_schema(&["CREATE TABLE a (\n  ", &long, " int\n);\n"].concat(), &["schema.sql:2:3", "64"]);
    check_schema(&["CREATE TABLE a (id int,\n  KEY ", &long, " (id));\n"].concat(), &["schema.sql:2:7", "64"]);
    // In letters, not in bytes.
    let letters = "é".repeat(64);
    let database = MySql::create("letters");
    let project = database.project(&["CREATE TABLE `", &letters, "` (`", &letters, "` int);\n"].concat());
    project.apply();
    project.is_in_step();
}

/// What the server alone knows is told before anything is written, or as its answer with the object's name.
#[track_caller]
fn check_refused(database: &MySql, schema: &str, words: &[&str]) {
    let project = database.project(schema);
    let run = project.run(&["apply", "--auto-approve", "--state", "none"]);
    assert!(matches!(run.code, Some(1 | 3)), "{run:?}");
    run.says(words);
    assert_eq!(database.relations(), "");
}

#[test]
fn what_is_too_much_for_a_table_is_told_with_its_name() {
    let database = MySql::create("too_much");
    let wide = "CREATE TABLE wide (a varchar(16000), b varchar(16000)) CHARACTER SET utf8mb4;\n";
    check_refused(&database, wide, &["wide", "Row size too large"]);
    let columns: Vec<String> = (0..1100).map(|at| format!("c{at} int")).collect();
    let keys: Vec<String> = (0..65).map(|at| format!("KEY k{at} (c{at})")).collect();
    let many = format!("CREATE TABLE many ({}, {});\n", columns[..70].join(", "), keys.join(", "));
    check_refused(&database, &many, &["many", "Too many keys"]);
    check_refused(
        &database,
        &format!("CREATE TABLE columns_of ({});\n", columns.join(", ")),
        &["columns_of", "Too many columns"],
    );
    let long = "CREATE TABLE long_key (a varchar(2000), PRIMARY KEY (a)) CHARACTER SET utf8mb4;\n";
    check_refused(&database, long, &["long_key", "too long"]);
    check_refused(&database, "CREATE TABLE twice (a int, KEY (a, a));\n", &["twice", "Duplicate column name"]);
}

#[test]
fn reserved_words_are_names_in_quotes() {
    let database = MySql::create("reserved");
    let schema = "CREATE TABLE `table` (`select` int PRIMARY KEY, `from` varchar(9), `key` int, KEY `index` (`from`),\n\
                  CONSTRAINT `check` CHECK (`key` > 0), CONSTRAINT `foreign` FOREIGN KEY (`key`) REFERENCES `table` (`select`));\n\
                  CREATE VIEW `view` AS SELECT `select` AS `where` FROM `table`;\n\
                  CREATE TRIGGER `trigger` BEFORE INSERT ON `table` FOR EACH ROW SET new.`from` = 'x';\n\
                  CREATE PROCEDURE `procedure`(`in` int) SET @a = `in`;\n";
    let project = database.project(schema);
    project.apply();
    project.is_in_step();
    project.declare(
        &schema
            .replace("`from` varchar(9)", "`order` varchar(9)")
            .replace("(`from`)", "(`order`)")
            .replace("new.`from`", "new.`order`"),
    );
    project.run(&["apply", "--auto-approve", "--allow", "destructive"]).exits(0);
    project.is_in_step();
    let unquoted = database.project("CREATE TABLE order (id int);\n");
    unquoted.run(&["validate"]).exits(1).says(&["schema.sql:1:14", "order"]);
}

#[test]
fn what_is_declared_twice_under_one_name_is_told() {
    check_schema(&[USERS, "CREATE VIEW users AS SELECT 1;\n"].concat(), &["schema.sql:2:13", "`users`"]);
    check_schema("CREATE TABLE a (id int, KEY k (id), KEY k (id));\n", &["`k`"]);
    check_schema("CREATE PROCEDURE p() SET @a = 1;\nCREATE PROCEDURE p() SET @a = 2;\n", &["schema.sql:2:18", "`p`"]);
}
