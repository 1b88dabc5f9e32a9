//! Databases and projects of a test's own on the PostgreSQL server for tests.
#![allow(dead_code, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]
#![allow(missing_docs, unreachable_pub, reason = "shared by tests only")]

#[path = "../../providers/postgres/tests/support/mod.rs"]
mod server;

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    process::Command,
};

use crate::support::{Project, block_on, canary};

/// A database that is dropped at the end.
pub struct Postgres(server::TestDatabase);

impl Postgres {
    /// An empty database.
    pub fn create(what: &str) -> Postgres {
        let mut database = block_on(server::TestDatabase::create(what));
        // Every run of every test has a password that must never be seen.
        database.url = canary::with_password(&database.url);
        Postgres(database)
    }

    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// Run statements.
    pub fn sql(&self, statements: &str) {
        block_on(self.0.sql(statements));
    }

    /// The rows of a query, every value as text.
    pub fn rows(&self, query: &str) -> Vec<Vec<String>> {
        block_on(self.0.rows(query))
    }

    /// The one value of a query.
    pub fn value(&self, query: &str) -> String {
        self.rows(query).into_iter().next().and_then(|row| row.into_iter().next()).unwrap_or_default()
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
    connection: sqlx::PgConnection,
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

/// A server of a test's own, whose settings may be changed. It is of the major version of the server for tests, if that
/// is installed here.
pub struct OwnServer {
    folder: tempfile::TempDir,
    url: String,
}

impl OwnServer {
    /// A server that trusts everybody on this machine.
    pub fn start() -> OwnServer {
        let folder = tempfile::tempdir().unwrap();
        // The server's programs run as another user where this process is root's.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let number = block_on(async {
            let mut connection = server::connect(&server::server_url()).await;
            server::rows(&mut connection, "SHOW server_version_num").await[0][0].parse::<u32>().unwrap()
        });
        let major = (number / 10_000).to_string();
        let majors = scripted(&["majors"]);
        let is_here = majors.lines().any(|line| line.split(' ').next() == Some(&major));
        let data = folder.path().join("server").display().to_string();
        let url = scripted(&["start", &data, if is_here { major.as_str() } else { "" }]);
        OwnServer { folder, url: url.trim().to_owned() }
    }

    /// The URL of a database, as the superuser.
    pub fn url(&self, database: &str) -> String {
        self.url_as("postgres", database)
    }

    /// The URL of a database, as this user, with or without a password: `anna:secret`.
    pub fn url_as(&self, user: &str, database: &str) -> String {
        ["postgresql://", user, "@127.0.0.1:", &self.port(), "/", database].concat()
    }

    pub fn port(&self) -> String {
        self.url.rsplit(':').next().and_then(|rest| rest.split('/').next()).unwrap().to_owned()
    }

    /// The folder with its socket.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().join("server")
    }

    /// Run statements in a database, as the superuser.
    pub fn sql(&self, database: &str, statements: &str) {
        block_on(async { server::run(&mut server::connect(&self.url(database)).await, statements).await });
    }

    /// Make a database.
    pub fn creates(&self, database: &str) {
        self.sql("postgres", &["CREATE DATABASE ", database].concat());
    }

    /// Let in whom these lines of pg_hba.conf let in, and the superuser.
    pub fn lets_in(&self, lines: &str) {
        let all = ["host all postgres 127.0.0.1/32 trust\nlocal all postgres trust\n", lines].concat();
        fs::write(self.folder().join("data/pg_hba.conf"), all).unwrap();
        self.sql("postgres", "SELECT pg_reload_conf()");
        // The signal is on its way.
        std::thread::sleep(std::time::Duration::from_millis(300));
    }

    /// Offer TLS with a certificate for `localhost`. The file with the certificate of who signed it, or `None` where the
    /// server was built without TLS.
    pub fn offers_tls(&self) -> Option<PathBuf> {
        let library = block_on(async {
            server::rows(&mut server::connect(&self.url("postgres")).await, "SHOW ssl_library").await[0][0].clone()
        });
        if library.is_empty() {
            return None;
        }
        let data = self.folder().join("data");
        let script = "umask 077; \
            openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -days 2 -subj /CN=tests && \
            openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=localhost && \
            echo subjectAltName=DNS:localhost > names && \
            openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.crt";
        let made = Command::new("sh").args(["-c", script]).current_dir(&data).output().unwrap();
        assert!(made.status.success(), "openssl: {}", String::from_utf8_lossy(&made.stderr));
        let owner = fs::metadata(&data).unwrap();
        for file in ["server.key", "server.crt"] {
            chown(data.join(file), Some(owner.uid()), Some(owner.gid())).unwrap();
        }
        self.sql("postgres", "ALTER SYSTEM SET ssl = on");
        scripted(&["restart", &self.folder().display().to_string()]);
        Some(data.join("ca.crt"))
    }

    /// Go on as a hot standby, whose primary never says anything.
    pub fn becomes_standby(&self) {
        fs::write(self.folder().join("data/standby.signal"), "").unwrap();
        scripted(&["restart", &self.folder().display().to_string()]);
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        scripted(&["stop", &self.folder().display().to_string()]);
    }
}

/// What `scripts/postgres` says.
fn scripted(args: &[&str]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/postgres");
    let output = Command::new(script).args(args).output().unwrap();
    assert!(output.status.success(), "scripts/postgres {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
