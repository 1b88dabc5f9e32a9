//! Connecting, and what is said when it fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

use std::{fs, os::unix::fs::PermissionsExt, path::Path, time::Duration};

use sqlx::{Row, postgres::PgSslMode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use trueup_contract::{Access, DatabaseError, Redacted};

use super::{Target, connect};

/// What must never be said.
const CANARY: &str = "c4n4ry";

fn server() -> String {
    std::env::var("TRUEUP_TEST_POSTGRES_URL").expect("TRUEUP_TEST_POSTGRES_URL names a server; see ./scripts/test")
}

fn target(url: &str, variables: &[(&str, &str)]) -> Result<Target, DatabaseError> {
    let environment = |name: &str| variables.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned());
    Target::within(&Redacted::new(url), &environment)
}

/// Everything that an error says, to people and to programmers.
fn said(error: &DatabaseError) -> String {
    [error.to_string(), format!("{error:?}")].join("\n")
}

async fn refused(url: &str, variables: &[(&str, &str)]) -> DatabaseError {
    let error = match target(url, variables) {
        Ok(target) => connect(&target, Access::Write).await.map(drop).expect_err("a connection"),
        Err(error) => error,
    };
    assert!(!said(&error).contains(CANARY), "{url}: {}", said(&error));
    error
}

/// A server that refuses everybody with this code, after it has asked for a password, which it repeats.
async fn refusing(code: &'static str, message: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move { refuse(stream, code, message).await });
        }
    });
    port
}

async fn refuse(mut stream: TcpStream, code: &str, message: &str) -> std::io::Result<()> {
    let mut length = [0; 4];
    loop {
        stream.read_exact(&mut length).await?;
        let mut rest = vec![0; u32::from_be_bytes(length) as usize - 4];
        stream.read_exact(&mut rest).await?;
        if rest != 80_877_103_u32.to_be_bytes() {
            break;
        }
        stream.write_all(b"N").await?;
    }
    stream.write_all(&[b'R', 0, 0, 0, 8, 0, 0, 0, 3]).await?;
    let mut kind = [0; 1];
    stream.read_exact(&mut kind).await?;
    stream.read_exact(&mut length).await?;
    let mut password = vec![0; u32::from_be_bytes(length) as usize - 4];
    stream.read_exact(&mut password).await?;
    let password = String::from_utf8(password).unwrap().replace('\0', "");
    let fields = ["SFATAL\0VFATAL\0C", code, "\0M", message, "\0D", "got ", &password, "\0\0"].concat();
    let size = u32::try_from(fields.len() + 4).unwrap();
    stream.write_all(b"E").await?;
    stream.write_all(&size.to_be_bytes()).await?;
    stream.write_all(fields.as_bytes()).await
}

fn password_file(folder: &Path, port: u16) -> String {
    let file = folder.join("pgpass");
    fs::write(&file, ["127.0.0.1:", &port.to_string(), ":*:anna:", CANARY, "\n"].concat()).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    file.display().to_string()
}

#[tokio::test]
async fn every_refusal_has_its_own_words_and_no_secret() {
    let cases = [
        ("28P01", "password authentication failed for user \"anna\"", "check the password"),
        ("28000", "role \"anna\" does not exist", "check the user's name"),
        ("28000", "no pg_hba.conf entry for host", "pg_hba.conf on the server"),
        ("3D000", "database \"shop\" does not exist", "there is no database `shop` on the server"),
        ("57P03", "the database system is starting up", "try again in a moment"),
        ("53300", "sorry, too many clients already", "`max_connections`"),
        ("42501", "permission denied for database \"shop\"", "the privilege CONNECT"),
        ("XX000", "something else", "something else"),
    ];
    for (code, message, expected) in cases {
        let port = refusing(code, message).await.to_string();
        let folder = tempfile::tempdir().unwrap();
        let file = password_file(folder.path(), port.parse().unwrap());
        let bare = ["postgresql://anna@127.0.0.1:", &port, "/shop"].concat();
        let whole = ["postgresql://anna:", CANARY, "@127.0.0.1:", &port, "/shop"].concat();
        let parameter = [&bare, "?password=", CANARY].concat();
        for (url, variables) in [
            (&whole, vec![]),
            (&parameter, vec![]),
            (&bare, vec![("PGPASSWORD", CANARY)]),
            (&bare, vec![("PGPASSFILE", file.as_str())]),
        ] {
            let error = said(&refused(url, &variables).await);
            assert!(error.contains(expected), "{url} {variables:?}: {error}");
            // The server did get the password.
            assert!(code == "3D000" || error.contains("got ***"), "{url} {variables:?}: {error}");
        }
    }
}

#[tokio::test]
async fn a_host_that_does_not_answer_is_unreachable() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port().to_string();
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = silent.local_addr().map(|it| (it.port().to_string(), silent)).unwrap();
    for (place, expected) in [
        ([CANARY, "@127.0.0.1:", &free, "/shop"].concat(), "nothing listens there"),
        ([CANARY, "@127.0.0.1:", &silent.0, "/shop?connect_timeout=1"].concat(), "does not answer"),
        ([CANARY, "@/shop?host=/nowhere"].concat(), "there is no such socket"),
        ([CANARY, "@no-such-host.invalid/shop"].concat(), "no-such-host.invalid:5432"),
    ] {
        let error = refused(&["postgresql://anna:", &place].concat(), &[]).await;
        assert!(matches!(error, DatabaseError::Unreachable { .. }), "{error:?}");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn a_server_without_tls_is_refused_where_tls_is_required() {
    let port = refusing("XX000", "").await.to_string();
    for mode in ["require", "verify-ca", "verify-full"] {
        let url = ["postgresql://anna:", CANARY, "@127.0.0.1:", &port, "/shop?sslmode=", mode].concat();
        let error = refused(&url, &[]).await;
        assert!(matches!(error, DatabaseError::Unreachable { .. }), "{error:?}");
        assert!(error.to_string().contains("does not offer TLS"), "{error}");
    }
}

#[tokio::test]
async fn a_database_or_a_role_that_is_missing_is_named() {
    let server = server();
    let (scheme, rest) = server.split_once("://").unwrap();
    let place = rest.split('/').next().unwrap().rsplit('@').next().unwrap();
    let url = |user: &str, database: &str| [scheme, "://", user, ":", CANARY, "@", place, "/", database].concat();
    let error = refused(&url("postgres", "trueup_no_such_database"), &[]).await;
    assert!(matches!(&error, DatabaseError::NoDatabase(name) if name == "trueup_no_such_database"), "{error:?}");
    let error = refused(&url("trueup_no_such_role", "postgres"), &[]).await;
    assert!(matches!(&error, DatabaseError::Denied(words) if words.contains("trueup_no_such_role")), "{error:?}");
}

#[tokio::test]
async fn a_session_is_the_same_whatever_the_url_and_the_role_say() {
    let options = "options=-c%20search_path%3Dpg_catalog%20-c%20DateStyle%3DGerman%20-c%20statement_timeout%3D1s";
    let url = [server().split('?').next().unwrap(), "?", options].concat();
    for (access, read_only) in [(Access::Read, "on"), (Access::Write, "off")] {
        let mut connection = connect(&target(&url, &[]).unwrap(), access).await.unwrap();
        for (setting, expected) in [
            ("SHOW search_path", "\"\""),
            ("SHOW DateStyle", "ISO, MDY"),
            ("SHOW statement_timeout", "0"),
            ("SHOW TimeZone", "UTC"),
            ("SHOW application_name", "trueup"),
            ("SHOW default_transaction_read_only", read_only),
        ] {
            let row = sqlx::raw_sql(setting).fetch_one(&mut connection).await.unwrap();
            assert_eq!(row.try_get_unchecked::<String, _>(0).unwrap(), expected, "{setting}");
        }
    }
}

#[test]
fn the_environment_says_what_the_url_does_not() {
    let variables = [
        ("PGHOST", "db.example"),
        ("PGPORT", "6000"),
        ("PGUSER", "berta"),
        ("PGDATABASE", "shop"),
        ("PGSSLMODE", "verify-full"),
        ("PGCONNECT_TIMEOUT", "7"),
    ];
    let silent = target("postgresql://", &variables).unwrap();
    assert_eq!(silent.location(), "db.example:6000/shop");
    assert_eq!((silent.options().get_username(), silent.timeout()), ("berta", Some(Duration::from_secs(7))));
    assert!(matches!(silent.tls(), PgSslMode::VerifyFull));
    let loud = target("postgresql://anna@[::1]:1/other?sslmode=disable&connect_timeout=0", &variables).unwrap();
    assert_eq!(loud.location(), "[::1]:1/other");
    assert_eq!((loud.options().get_username(), loud.timeout()), ("anna", None));
    assert!(matches!(loud.tls(), PgSslMode::Disable));
    // A database without a name is called as the user is.
    assert_eq!(target("postgresql://anna@db", &[]).unwrap().location(), "db:5432/anna");
    // An address of the environment does not lead a host of the URL elsewhere.
    let led = target("postgresql://anna@db/x", &[("PGHOSTADDR", "10.0.0.1")]).unwrap();
    assert_eq!(led.location(), "db:5432/x");
}

#[test]
fn required_channel_binding_becomes_a_verified_certificate() {
    let target = target("postgresql://anna@db/x?sslmode=require&channel_binding=require", &[]).unwrap();
    assert!(matches!(target.tls(), PgSslMode::VerifyFull));
}

#[test]
fn a_socket_needs_no_tls() {
    let target = target("postgresql://anna@/x?host=/run/postgresql&sslmode=verify-full", &[]).unwrap();
    assert!(matches!(target.tls(), PgSslMode::Disable));
    assert_eq!(target.location(), "/run/postgresql/.s.PGSQL.5432/x");
}

#[test]
fn what_is_wrong_in_a_url_is_said_without_it() {
    for url in [
        "postgresql://anna:c4n4ry@db:c4n4ry/x",
        "postgresql://anna:c4n4ry@db:0/x",
        "postgresql://anna@db/x?sslmode=c4n4ry",
        "postgresql://anna@db/x?connect_timeout=c4n4ry",
        "postgresql://c4n4ry:c4n4ry/c4n4ry@db/x",
    ] {
        let error = target(url, &[]).map(drop).unwrap_err();
        assert!(matches!(error, DatabaseError::Url(_)) && !said(&error).contains(CANARY), "{url}: {}", said(&error));
    }
}
