//! What a URL names.

use std::{path::Path, time::Duration};

use sqlx::{
    ConnectOptions,
    mysql::{MySqlConnectOptions, MySqlSslMode},
};
use trueup_contract::{DatabaseError, Redacted};

use super::{
    refusal,
    url::{self, Parameters},
};

/// Where sockets lie: Debian's place, and the one that MySQL is built with.
const SOCKETS: &[&str] = &["/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock"];

/// The environment, as far as it is looked at.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Where a connection leads, and everything that it takes to open one.
#[derive(Clone)]
pub(crate) struct Target {
    options: MySqlConnectOptions,
    host: String,
    port: u16,
    socket: Option<String>,
    user: String,
    database: String,
    tls: MySqlSslMode,
    timeout: Option<Duration>,
    /// What must never be shown.
    secret: Redacted,
    password: Option<String>,
}

impl Target {
    /// What this URL names in the environment of this process, and what the project's file adds to that.
    pub(crate) fn parse(url: &Redacted) -> Result<Target, DatabaseError> {
        Target::within(url, &|name| std::env::var(name).ok().or_else(|| url.variable(name)))
    }

    /// What this URL names in an environment, of which the user's name and the password are taken where it has none.
    pub(crate) fn within(url: &Redacted, environment: Environment<'_>) -> Result<Target, DatabaseError> {
        let said = url::parse(url)?;
        let port = port(&said)?;
        let socket = said.get("socket").cloned().or_else(|| match said.get("host") {
            Some(host) => Some(host.clone()).filter(|host| host.starts_with('/')),
            None => SOCKETS.iter().find(|it| Path::new(it).exists()).map(|it| (*it).to_owned()),
        });
        let host = said.get("host").cloned().unwrap_or_else(|| "localhost".to_owned());
        let user = said.get("user").cloned().or_else(|| environment("USER")).filter(|it| !it.is_empty());
        let user = user.ok_or_else(|| url::wrong("it names no user, and `USER` is not set"))?;
        let database = said.get("database").cloned();
        let database = database.ok_or_else(|| url::wrong("it names no database: `mysql://user@host/database`"))?;
        let password = said.get("password").cloned().or_else(|| environment("MYSQL_PWD"));
        let password = password.filter(|it| !it.is_empty());
        let mut options = MySqlConnectOptions::new().host(&host).port(port).username(&user).database(&database);
        if let Some(password) = &password {
            options = options.password(password);
        }
        let mut tls = tls(&said)?;
        options = certificates(options, &said, &mut tls)?;
        if let Some(socket) = &socket {
            options = options.socket(socket);
        }
        // The session is made ours afterwards, whatever the driver would make of it.
        options = options.pipes_as_concat(false).no_engine_substitution(false).timezone(None::<String>);
        options = options.set_names(false).disable_statement_logging();
        let timeout = timeout(&said)?;
        Ok(Target { options, host, port, socket, user, database, tls, timeout, secret: url.clone(), password })
    }

    /// For the driver.
    pub(crate) fn options(&self) -> &MySqlConnectOptions {
        &self.options
    }

    /// Whether and how to encrypt.
    pub(crate) fn tls(&self) -> MySqlSslMode {
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

    /// The user's name.
    pub(crate) fn user(&self) -> &str {
        &self.user
    }

    /// The same server and user, another database.
    pub(crate) fn with_database(&self, name: &str) -> Target {
        let options = self.options.clone().database(name);
        Target { options, database: name.to_owned(), ..self.clone() }
    }

    /// Whether it leads through a socket of this machine.
    pub(crate) fn is_local(&self) -> bool {
        self.socket.is_some()
    }

    /// The server, for people.
    pub(crate) fn server(&self) -> String {
        match (&self.socket, self.host.as_str()) {
            (Some(socket), _) => socket.clone(),
            (None, host) if host.contains(':') => ["[", host, "]:", &self.port.to_string()].concat(),
            (None, host) => [host, ":", &self.port.to_string()].concat(),
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
        let clean = self.secret.scrub(text);
        match self.password.as_deref().filter(|password| password.len() > 2) {
            Some(password) => clean.replace(password, "***"),
            None => clean,
        }
    }
}

fn port(said: &Parameters) -> Result<u16, DatabaseError> {
    let Some(port) = said.get("port") else { return Ok(3306) };
    port.parse().ok().filter(|port| *port > 0).ok_or_else(|| url::wrong("the port is not a number from 1 to 65535"))
}

/// Seconds; zero and none mean our own patience.
fn timeout(said: &Parameters) -> Result<Option<Duration>, DatabaseError> {
    let Some(text) = said.get("connect-timeout") else { return Ok(None) };
    let seconds: u64 = text.trim().parse().map_err(|_| url::wrong("`connect-timeout` is not a number of seconds"))?;
    Ok(Some(seconds).filter(|seconds| *seconds > 0).map(Duration::from_secs))
}

fn tls(said: &Parameters) -> Result<MySqlSslMode, DatabaseError> {
    let Some(mode) = said.get("ssl-mode") else { return Ok(MySqlSslMode::Preferred) };
    Ok(match mode.to_ascii_lowercase().replace('_', "-").as_str() {
        "disabled" | "disable" => MySqlSslMode::Disabled,
        "preferred" | "prefer" => MySqlSslMode::Preferred,
        "required" | "require" => MySqlSslMode::Required,
        "verify-ca" => MySqlSslMode::VerifyCa,
        "verify-identity" | "verify-full" => MySqlSslMode::VerifyIdentity,
        _ => {
            return Err(url::wrong(
                "`ssl-mode` is one of DISABLED, PREFERRED, REQUIRED, VERIFY_CA and VERIFY_IDENTITY",
            ));
        }
    })
}

/// Certificates. Who names the one that is trusted wants it to be looked at.
fn certificates(
    mut options: MySqlConnectOptions,
    said: &Parameters,
    tls: &mut MySqlSslMode,
) -> Result<MySqlConnectOptions, DatabaseError> {
    for parameter in ["ssl-ca", "ssl-cert", "ssl-key"] {
        if said.get(parameter).is_some_and(|file| !Path::new(file).is_file()) {
            return Err(url::wrong(&["`", parameter, "` names no file"].concat()));
        }
    }
    if let Some(file) = said.get("ssl-ca") {
        options = options.ssl_ca(file);
        if !said.contains_key("ssl-mode") {
            *tls = MySqlSslMode::VerifyCa;
        }
    }
    match (said.get("ssl-cert"), said.get("ssl-key")) {
        (Some(certificate), Some(key)) => Ok(options.ssl_client_cert(certificate).ssl_client_key(key)),
        (None, None) => Ok(options),
        _ => Err(url::wrong("`ssl-cert` and `ssl-key` belong together")),
    }
}
