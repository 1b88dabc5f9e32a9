//! What a URL and the environment name together.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use sqlx::{
    ConnectOptions,
    postgres::{PgConnectOptions, PgSslMode},
};
use trueup_contract::{DatabaseError, Redacted};

use super::{
    environment::{self, Environment},
    passwords, refusal,
    url::{self, Parameters},
};

/// Where sockets lie: Debian's place, and the one that PostgreSQL is built with.
const SOCKETS: &[&str] = &["/var/run/postgresql", "/tmp"];

/// Where a connection leads, and everything that it takes to open one.
#[derive(Clone)]
pub(crate) struct Target {
    options: PgConnectOptions,
    host: String,
    port: u16,
    database: String,
    tls: PgSslMode,
    timeout: Option<Duration>,
    /// What must never be shown.
    secrets: Vec<Redacted>,
    password: Option<String>,
}

impl Target {
    /// What this URL names in the environment of this process, and what the project's file adds to that.
    pub(crate) fn parse(url: &Redacted) -> Result<Target, DatabaseError> {
        Target::within(url, &|name| environment::of_process(name).or_else(|| url.variable(name)))
    }

    /// What this URL names in an environment.
    pub(crate) fn within(url: &Redacted, environment: Environment<'_>) -> Result<Target, DatabaseError> {
        let mut said = url::parse(url)?;
        environment::complete(&mut said, environment);
        let home = environment("HOME").map(PathBuf::from);
        let port = port(&said)?;
        let host = said.get("hostaddr").or(said.get("host")).cloned().unwrap_or_else(|| default_host(port));
        let user = match said.get("user").cloned().or_else(|| environment("USER")) {
            Some(user) => user,
            None => return Err(url::wrong("it names no user, and neither `PGUSER` nor `USER` is set")),
        };
        let database = said.get("dbname").unwrap_or(&user).clone();
        let mut tls = tls(&said)?;
        let mut options = start(said.get("options"))?;
        options = certificates(options, &said, home.as_deref(), &mut tls)?;
        if host.starts_with('/') {
            tls = PgSslMode::Disable;
            options = options.socket(&host);
        }
        let password = said.get("password").cloned().or_else(|| {
            let named = said.get("host").filter(|it| !SOCKETS.contains(&it.as_str()));
            let known = named.map_or(if host.starts_with('/') { "localhost" } else { &host }, |it| it);
            let file = said.get("passfile").map(PathBuf::from).or(home.map(|it| it.join(".pgpass")))?;
            passwords::look_up(&file, [known, &port.to_string(), &database, &user])
        });
        // An empty password is none, and keeps the driver from looking for one by itself.
        options = options.host(&host).port(port).username(&user).database(&database);
        options = options.password(password.as_deref().unwrap_or_default());
        options = options.application_name(said.get("application_name").map_or("trueup", |it| it));
        // A pooler between us and the server knows few settings at startup; ours are set afterwards.
        options = options.extra_float_digits(None).disable_statement_logging();
        let timeout = timeout(&said)?;
        Ok(Target { options, host, port, database, tls, timeout, secrets: vec![url.clone()], password })
    }

    /// For the driver.
    pub(crate) fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    /// Whether and how to encrypt.
    pub(crate) fn tls(&self) -> PgSslMode {
        self.tls
    }

    /// How long to wait for a connection, where someone said so.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// The database's name.
    pub(crate) fn database(&self) -> &str {
        &self.database
    }

    /// The same server and role, another database.
    pub(crate) fn with_database(&self, name: &str) -> Target {
        let options = self.options.clone().database(name);
        Target { options, database: name.to_owned(), ..self.clone() }
    }

    /// The same, under another name in `pg_stat_activity`.
    pub(crate) fn with_application_name(&self, name: &str) -> Target {
        Target { options: self.options.clone().application_name(name), ..self.clone() }
    }

    /// The server, for people.
    pub(crate) fn server(&self) -> String {
        match self.host.as_str() {
            host if host.starts_with('/') => [host, "/.s.PGSQL.", &self.port.to_string()].concat(),
            host if host.contains(':') => ["[", host, "]:", &self.port.to_string()].concat(),
            host => [host, ":", &self.port.to_string()].concat(),
        }
    }

    /// Server and database, for people.
    pub(crate) fn location(&self) -> String {
        [&self.server(), "/", &self.database].concat()
    }

    /// Why there is no connection, without secrets.
    pub(crate) fn refused(&self, error: sqlx::Error) -> DatabaseError {
        refusal::explained(self, error)
    }

    /// A text without secrets.
    pub(crate) fn scrub(&self, text: &str) -> String {
        let clean = self.secrets.iter().fold(text.to_owned(), |text, secret| secret.scrub(&text));
        match self.password.as_deref().filter(|password| password.len() > 2) {
            Some(password) => clean.replace(password, "***"),
            None => clean,
        }
    }
}

fn port(said: &Parameters) -> Result<u16, DatabaseError> {
    let Some(port) = said.get("port") else { return Ok(5432) };
    port.parse().ok().filter(|port| *port > 0).ok_or_else(|| url::wrong("the port is not a number from 1 to 65535"))
}

/// A socket where one waits, and otherwise this machine.
fn default_host(port: u16) -> String {
    let socket = [".s.PGSQL.", &port.to_string()].concat();
    let waits = |folder: &&&str| Path::new(folder).join(&socket).exists();
    SOCKETS.iter().find(waits).map_or("localhost", |folder| folder).to_owned()
}

/// Seconds; zero, negative and none mean to wait as long as it takes to libpq, and our own patience here.
fn timeout(said: &Parameters) -> Result<Option<Duration>, DatabaseError> {
    let Some(text) = said.get("connect_timeout") else { return Ok(None) };
    let seconds: i64 = text.trim().parse().map_err(|_| url::wrong("`connect_timeout` is not a number of seconds"))?;
    Ok(u64::try_from(seconds).ok().filter(|seconds| *seconds > 0).map(Duration::from_secs))
}

/// The driver takes the raw text of `options` only in a URL.
fn start(options: Option<&String>) -> Result<PgConnectOptions, DatabaseError> {
    let Some(options) = options else { return Ok(PgConnectOptions::new_without_pgpass()) };
    let coded: String = options.bytes().flat_map(|byte| ['%', hex(byte >> 4), hex(byte & 15)]).collect();
    PgConnectOptions::from_str(&["postgresql://localhost/?options=", &coded].concat())
        .map_err(|_| url::wrong("`options` cannot be read"))
}

fn hex(digit: u8) -> char {
    char::from_digit(u32::from(digit), 16).unwrap_or('0')
}

fn tls(said: &Parameters) -> Result<PgSslMode, DatabaseError> {
    let mode = match said.get("sslmode").map(String::as_str) {
        None => PgSslMode::Prefer,
        Some(mode) => mode.parse().map_err(|_| {
            url::wrong("`sslmode` is one of disable, allow, prefer, require, verify-ca and verify-full")
        })?,
    };
    // Channel binding proves that nobody stands between us and the server. The driver does not have it; verifying the
    // server's certificate and name proves the same.
    let binds = said.get("channel_binding").is_some_and(|it| it == "require");
    Ok(if binds { PgSslMode::VerifyFull } else { mode })
}

/// Certificates that are named or lie where libpq looks for them. A root certificate turns `require` into `verify-ca`,
/// as it does there.
fn certificates(
    mut options: PgConnectOptions,
    said: &Parameters,
    home: Option<&Path>,
    tls: &mut PgSslMode,
) -> Result<PgConnectOptions, DatabaseError> {
    for parameter in ["sslrootcert", "sslcert", "sslkey"] {
        if said.get(parameter).is_some_and(|file| file != "system" && !Path::new(file).is_file()) {
            return Err(url::wrong(&["`", parameter, "` names no file"].concat()));
        }
    }
    let lies = |name: &str| home.map(|home| home.join(".postgresql").join(name)).filter(|path| path.is_file());
    let named = |parameter: &str, name: &str| said.get(parameter).map(PathBuf::from).or_else(|| lies(name));
    if said.get("sslrootcert").is_some_and(|it| it == "system") {
        // The driver trusts the system's own certificates anyway.
        options = options.ssl_root_cert_from_pem(Vec::new());
        if !matches!(tls, PgSslMode::Disable) {
            *tls = PgSslMode::VerifyFull;
        }
    } else if let Some(root) = named("sslrootcert", "root.crt") {
        options = options.ssl_root_cert(root);
        if matches!(tls, PgSslMode::Require) {
            *tls = PgSslMode::VerifyCa;
        }
    }
    match (named("sslcert", "postgresql.crt"), named("sslkey", "postgresql.key")) {
        (Some(certificate), Some(key)) => Ok(options.ssl_client_cert(certificate).ssl_client_key(key)),
        _ if said.contains_key("sslcert") || said.contains_key("sslkey") => {
            Err(url::wrong("`sslcert` and `sslkey` belong together"))
        }
        _ => Ok(options),
    }
}
