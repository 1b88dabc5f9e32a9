//! Databases and projects of a test's own on the MariaDB or MySQL server for tests.
#![allow(dead_code, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]
#![allow(missing_docs, unreachable_pub, reason = "shared by tests only")]

#[path = "../../providers/mysql/tests/support/mod.rs"]
mod server;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use crate::support::{
    Project, block_on,
    canary::{self, PASSWORD},
};

/// A database that is dropped at the end, and a user who may do everything.
pub struct MySql {
    database: server::TestDatabase,
    _user: User,
}

impl MySql {
    /// An empty database.
    pub fn create(what: &str) -> MySql {
        let mut database = block_on(server::TestDatabase::create(what));
        // Every run of every test has a password that must never be seen.
        let user = User::create(what);
        user.on_server(&["GRANT ALL ON *.* TO ", &user.account(), " WITH GRANT OPTION"].concat());
        database.url = user.url_of(&database.url);
        MySql { database, _user: user }
    }

    pub fn url(&self) -> &str {
        &self.database.url
    }

    pub fn name(&self) -> &str {
        &self.database.name
    }

    /// Run statements.
    pub fn sql(&self, statements: &str) {
        block_on(self.database.sql(statements));
    }

    /// Run a script as the command line client does, which ends statements with what the last DELIMITER line says.
    pub fn script(&self, text: &str) {
        let mut delimiter = ";".to_owned();
        let mut block = String::new();
        for line in text.lines().chain(["DELIMITER ;"]) {
            let Some(next) = line.strip_prefix("DELIMITER ") else {
                block.extend([line, "\n"]);
                continue;
            };
            let block = std::mem::take(&mut block);
            // The server takes many statements at once, if they end as it knows.
            let parts = if delimiter == ";" { vec![block.as_str()] } else { block.split(delimiter.as_str()).collect() };
            parts.into_iter().filter(|it| !it.trim().is_empty()).for_each(|it| self.sql(it));
            delimiter = next.to_owned();
        }
    }

    /// The rows of a query, every value as text.
    pub fn rows(&self, query: &str) -> Vec<Vec<String>> {
        block_on(self.database.rows(query))
    }

    /// The one value of a query.
    pub fn value(&self, query: &str) -> String {
        self.rows(query).into_iter().next().and_then(|row| row.into_iter().next()).unwrap_or_default()
    }

    /// The names of all tables and views, in order.
    pub fn relations(&self) -> String {
        self.value(
            "SELECT coalesce(group_concat(table_name ORDER BY table_name SEPARATOR ' '), '') \
             FROM information_schema.tables WHERE table_schema = database()",
        )
    }

    /// Whether the server is MariaDB.
    pub fn is_maria(&self) -> bool {
        self.value("SELECT version()").contains("MariaDB")
    }

    /// A project whose only environment is this database and whose schema is this text. The state is kept in a file.
    pub fn project(&self, schema: &str) -> Project {
        project(self.url(), schema)
    }

    /// The session of another program.
    pub fn session(&self) -> Session {
        Session::open(self.url())
    }
}

/// A project whose only environment is the database at this URL and whose schema is this text.
pub fn project(url: &str, schema: &str) -> Project {
    let project = Project::empty();
    let config = ["version = 1\n\n[schema]\nsource = \"schema/\"\n\n[env.dev]\nurl = \"", url, "\"\n"].concat();
    project.write("trueup.toml", config);
    project.write("schema/schema.sql", schema);
    project
}

/// The session of another program, with its transactions and locks.
pub struct Session {
    runtime: tokio::runtime::Runtime,
    connection: sqlx::MySqlConnection,
}

impl Session {
    pub fn open(url: &str) -> Session {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let connection = runtime.block_on(server::connect(url));
        Session { runtime, connection }
    }

    /// Run statements.
    pub fn sql(&mut self, statements: &str) {
        self.runtime.block_on(server::run(&mut self.connection, statements));
    }
}

/// A user of a test's own on the server for tests, who has a password, may nothing, and goes at the end.
pub struct User {
    name: String,
}

impl User {
    pub fn create(what: &str) -> User {
        let name: String = server::fresh_name(what).chars().skip("trueup_".len()).take(32).collect();
        let user = User { name };
        user.on_server(&["CREATE USER ", &user.account(), " IDENTIFIED BY '", PASSWORD, "'"].concat());
        user
    }

    /// As the user stands in statements.
    pub fn account(&self) -> String {
        ["'", &self.name, "'@'%'"].concat()
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Give a privilege: `SELECT ON TABLE t`, where `@` stands for the database.
    pub fn may(&self, database: &MySql, what: &str) {
        let what = what.replace('@', &["`", database.name(), "`"].concat());
        self.on_server(&["GRANT ", &what, " TO ", &self.account()].concat());
    }

    /// The URL of a database as this user.
    pub fn url(&self, database: &MySql) -> String {
        self.url_of(database.url())
    }

    fn url_of(&self, url: &str) -> String {
        let (_, place) = url.rsplit_once('@').unwrap();
        canary::with_password(&["mysql://", &self.name, "@", place].concat())
    }

    fn on_server(&self, statement: &str) {
        block_on(server::once(&server::server_url(), statement));
    }
}

impl Drop for User {
    fn drop(&mut self) {
        self.on_server(&["DROP USER IF EXISTS ", &self.account()].concat());
    }
}

/// A server of a test's own, whose settings may be changed. It is of the same product and version as the server for
/// tests.
pub struct OwnServer {
    folder: tempfile::TempDir,
    url: String,
}

impl OwnServer {
    /// A server with these options, which lets root in without a password.
    pub fn start(options: &[&str]) -> OwnServer {
        let folder = tempfile::tempdir().unwrap();
        // The server's programs run as another user where this process is root's.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let version = block_on(async {
            let mut connection = server::connect(&server::server_url()).await;
            server::rows(&mut connection, "SELECT version()").await[0][0].clone()
        });
        let numbers: Vec<&str> = version.split(['.', '-']).take(2).collect();
        let product = if version.contains("MariaDB") { "mariadb-" } else { "mysql-" };
        let name = [product, &numbers.join(".")].concat();
        let is_here = scripted(&["servers"]).lines().any(|line| line.split(' ').next() == Some(&name));
        let data = folder.path().join("server").display().to_string();
        let name = if is_here { name.as_str() } else { "" };
        let url = scripted(&[&["start", &data, name, ""], options].concat());
        OwnServer { folder, url: url.trim().to_owned() }
    }

    /// The URL of a database, as root.
    pub fn url(&self, database: &str) -> String {
        [&self.url, "/", database].concat()
    }

    /// The URL of a database, as this user, with or without a password: `anna:secret`.
    pub fn url_as(&self, user: &str, database: &str) -> String {
        ["mysql://", user, "@127.0.0.1:", &self.port(), "/", database].concat()
    }

    pub fn port(&self) -> String {
        self.url.rsplit(':').next().unwrap().to_owned()
    }

    /// The folder with its socket.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().join("server")
    }

    /// Run statements as root, in a database where one is named.
    pub fn sql(&self, database: &str, statements: &str) {
        block_on(server::once(&self.url(database), statements));
    }

    /// The one value of a query.
    pub fn value(&self, database: &str, query: &str) -> String {
        block_on(async {
            let mut connection = server::connect(&self.url(database)).await;
            server::rows(&mut connection, query).await.into_iter().flatten().next().unwrap_or_default()
        })
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        scripted(&["stop", &self.folder().display().to_string()]);
    }
}

/// What `scripts/mysql` says.
fn scripted(args: &[&str]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/mysql");
    let output = Command::new(script).args(args).output().unwrap();
    assert!(output.status.success(), "scripts/mysql {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
