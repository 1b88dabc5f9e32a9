//! Connecting, and what is said when it fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

use std::time::Duration;

use sqlx::mysql::MySqlSslMode;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use trueup_contract::{Access, DatabaseError, Redacted};

use super::{Target, connect, rows};

/// What must never be said.
const CANARY: &str = "c4n4ry";

fn server() -> String {
    std::env::var("TRUEUP_TEST_MYSQL_URL").expect("TRUEUP_TEST_MYSQL_URL names a server; see ./scripts/test")
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

/// A server that greets everybody with this error, and repeats a secret in it.
async fn refusing(number: u16, message: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let text = [message, " ", CANARY].concat();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut packet = vec![0xff];
            packet.extend(number.to_le_bytes());
            packet.extend(b"#08004");
            packet.extend(text.as_bytes());
            let mut bytes = u32::try_from(packet.len()).unwrap().to_le_bytes();
            bytes[3] = 0;
            stream.write_all(&bytes).await.unwrap();
            stream.write_all(&packet).await.unwrap();
            let _ = stream.read(&mut [0; 64]).await;
        }
    });
    port.to_string()
}

#[tokio::test]
async fn every_refusal_has_its_own_words_and_no_secret() {
    let cases = [
        (1045, "Access denied for user 'anna'@'db'", "check user and password"),
        (1044, "Access denied for user 'anna'@'db' to database 'shop'", "privileges on the database"),
        (1049, "Unknown database 'shop'", "there is no database `shop` on the server"),
        (1040, "Too many connections", "raise the limit"),
        (1053, "Server shutdown in progress", "try again in a moment"),
        (3159, "Connections using insecure transport are prohibited", "`ssl-mode=REQUIRED`"),
        (9999, "something else", "something else"),
    ];
    for (number, message, expected) in cases {
        let port = refusing(number, message).await;
        let bare = ["mysql://anna@127.0.0.1:", &port, "/shop"].concat();
        let whole = ["mysql://anna:", CANARY, "@127.0.0.1:", &port, "/shop"].concat();
        let parameter = [&bare, "?password=", CANARY].concat();
        for (url, variables) in [(&whole, vec![]), (&parameter, vec![]), (&bare, vec![("MYSQL_PWD", CANARY)])] {
            let error = said(&refused(url, &variables).await);
            assert!(error.contains(expected), "{url} {variables:?}: {error}");
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
        ([CANARY, "@127.0.0.1:", &silent.0, "/shop?connect-timeout=1"].concat(), "does not answer"),
        ([CANARY, "@/shop?socket=/nowhere/s"].concat(), "there is no such socket"),
        ([CANARY, "@no-such-host.invalid/shop"].concat(), "no-such-host.invalid:3306"),
    ] {
        let error = refused(&["mysql://anna:", &place].concat(), &[]).await;
        assert!(matches!(error, DatabaseError::Unreachable { .. }), "{error:?}");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn a_database_or_a_user_that_is_missing_is_named() {
    let server = server();
    let (scheme, rest) = server.split_once("://").unwrap();
    let (user, place) = rest.split_once('@').unwrap();
    let place = place.split('/').next().unwrap();
    let url = |user: &str, database: &str| [scheme, "://", user, "@", place, "/", database].concat();
    let error = refused(&url(user, "trueup_no_such_database"), &[]).await;
    assert!(matches!(&error, DatabaseError::NoDatabase(name) if name == "trueup_no_such_database"), "{error:?}");
    let error = refused(&url(&["trueup_nobody:", CANARY].concat(), "mysql"), &[]).await;
    assert!(matches!(&error, DatabaseError::Denied(words) if words.contains("'trueup_nobody'@'")), "{error:?}");
}

#[tokio::test]
async fn a_session_is_the_same_whatever_the_server_says() {
    let server = server();
    let whole = server.split('?').next().unwrap().trim_end_matches('/');
    let url = [whole, "/mysql"].concat();
    for (access, read_only) in [(Access::Read, "1"), (Access::Write, "0")] {
        let (mut connection, version) = connect(&target(&url, &[]).unwrap(), access).await.unwrap();
        let is_read_only = if version.is_mysql(8, 0, 0) { "@@transaction_read_only" } else { "@@tx_read_only" };
        for (setting, expected) in [
            ("@@sql_mode", "NO_AUTO_VALUE_ON_ZERO,STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION"),
            ("@@character_set_client", "utf8mb4"),
            ("@@character_set_results", "utf8mb4"),
            ("@@autocommit", "1"),
            ("@@lock_wait_timeout", "60"),
            (is_read_only, read_only),
        ] {
            let found = rows(&mut connection, &["SELECT ", setting].concat()).await.unwrap();
            assert_eq!(found, [[Some(expected.to_owned())]], "{setting}");
        }
    }
}

#[test]
fn what_the_url_does_not_say_is_the_users_own() {
    let named = target("mariadb://db/x", &[("USER", "berta"), ("MYSQL_PWD", "secret")]).unwrap();
    assert_eq!((named.user(), named.location().as_str()), ("berta", "db:3306/x"));
    assert!(matches!(named.tls(), MySqlSslMode::Preferred));
    let loud = target("mysql://anna@[::1]:1/other?sslmode=verify-full&connect_timeout=7", &[]).unwrap();
    assert_eq!((loud.user(), loud.location().as_str()), ("anna", "[::1]:1/other"));
    assert_eq!(loud.timeout(), Some(Duration::from_secs(7)));
    assert!(matches!(loud.tls(), MySqlSslMode::VerifyIdentity));
    let socket = target("mysql://anna@/x?socket=/run/s.sock", &[]).unwrap();
    assert_eq!(socket.location(), "/run/s.sock/x");
}

#[test]
fn what_is_wrong_in_a_url_is_said_without_it() {
    for url in [
        "mysql://anna:c4n4ry@db:c4n4ry/x",
        "mysql://anna:c4n4ry@db:0/x",
        "mysql://anna@db/x?ssl-mode=c4n4ry",
        "mysql://anna@db/x?connect-timeout=c4n4ry",
        "mysql://anna:c4n4ry@db",
    ] {
        let error = target(url, &[]).map(drop).unwrap_err();
        assert!(matches!(error, DatabaseError::Url(_)) && !said(&error).contains(CANARY), "{url}: {}", said(&error));
    }
}
