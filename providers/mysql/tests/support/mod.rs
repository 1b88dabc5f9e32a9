//! Databases of a test's own on the MariaDB or MySQL server for tests.
#![allow(dead_code, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]
#![allow(missing_docs, unreachable_pub, reason = "shared by tests only")]

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, MySqlConnection, Row, ValueRef,
    mysql::{MySqlConnectOptions, MySqlRow},
};

/// The URL of the server, without a database. Its user may create databases.
pub fn server_url() -> String {
    std::env::var("TRUEUP_TEST_MYSQL_URL").expect(
        "TRUEUP_TEST_MYSQL_URL names a MariaDB or MySQL server for tests; ./scripts/test starts one, \
         and so does `scripts/mysql start FOLDER`",
    )
}

/// The server's URL with another database.
pub fn url_of(database: &str) -> String {
    let server = server_url();
    let (whole, query) = server.split_once('?').map_or((server.as_str(), ""), |(whole, query)| (whole, query));
    let (scheme, rest) = whole.split_once("://").unwrap();
    let authority = rest.split('/').next().unwrap();
    let url = [scheme, "://", authority, "/", database].concat();
    if query.is_empty() { url } else { [&url, "?", query].concat() }
}

/// A database that is dropped at the end.
pub struct TestDatabase {
    pub name: String,
    pub url: String,
}

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A name that no other test and no other run uses.
pub fn fresh_name(what: &str) -> String {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    ["trueup_test_", &std::process::id().to_string(), "_", &number.to_string(), "_", what].concat()
}

impl TestDatabase {
    /// An empty database.
    pub async fn create(what: &str) -> TestDatabase {
        let name: String = fresh_name(what).chars().take(64).collect();
        once(&server_url(), &["CREATE DATABASE `", &name, "`"].concat()).await;
        TestDatabase { url: url_of(&name), name }
    }

    /// A connection of another program.
    pub async fn connect(&self) -> MySqlConnection {
        connect(&self.url).await
    }

    /// Run statements.
    pub async fn sql(&self, statements: &str) {
        once(&self.url, statements).await;
    }

    /// The rows of a query, every value as text.
    pub async fn rows(&self, query: &str) -> Vec<Vec<String>> {
        let mut connection = self.connect().await;
        let found = rows(&mut connection, query).await;
        connection.close().await.unwrap();
        found
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let drops = ["DROP DATABASE IF EXISTS `", &self.name, "`"].concat();
        // A test's own runtime cannot be entered again.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(once(&server_url(), &drops));
        });
        assert!(dropped.join().is_ok() || std::thread::panicking(), "the test's database cannot be dropped");
    }
}

/// A session with the settings that the server itself gives it, as the command line client has one.
pub async fn connect(url: &str) -> MySqlConnection {
    let options: MySqlConnectOptions = url.parse().unwrap();
    let plain = options.pipes_as_concat(false).no_engine_substitution(false).timezone(None).set_names(false);
    let mut connection = plain.disable_statement_logging().connect().await.unwrap();
    run(&mut connection, "SET NAMES utf8mb4").await;
    connection
}

/// Run statements in a session of their own.
pub async fn once(url: &str, statements: &str) {
    let mut connection = connect(url).await;
    run(&mut connection, statements).await;
    connection.close().await.unwrap();
}

pub async fn run(connection: &mut MySqlConnection, statements: &str) {
    let ran = sqlx::raw_sql(AssertSqlSafe(statements.to_owned())).execute(connection).await;
    ran.unwrap_or_else(|error| panic!("{error}: {statements}"));
}

/// The text protocol gives every value as text; NULL is `NULL`.
pub async fn rows(connection: &mut MySqlConnection, query: &str) -> Vec<Vec<String>> {
    let found = sqlx::raw_sql(AssertSqlSafe(query.to_owned())).fetch_all(connection).await;
    let text = |row: &MySqlRow, at: usize| {
        if row.try_get_raw(at).unwrap().is_null() {
            return "NULL".to_owned();
        }
        let bytes = row.try_get_unchecked::<Vec<u8>, _>(at).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let found = found.unwrap_or_else(|error| panic!("{error}: {query}"));
    found.iter().map(|row| (0..row.len()).map(|at| text(row, at)).collect()).collect()
}
