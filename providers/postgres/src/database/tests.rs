//! One connection against a real server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

use trueup_contract::{Access, Database, Provider, Redacted, Scope};

use crate::Postgres;

fn url() -> Redacted {
    let url = std::env::var("TRUEUP_TEST_POSTGRES_URL");
    Redacted::new(url.expect("TRUEUP_TEST_POSTGRES_URL names a server for tests; ./scripts/test starts one"))
}

async fn open(access: Access) -> Box<dyn Database> {
    Postgres.connect(&url(), access).await.unwrap()
}

#[tokio::test]
async fn a_server_says_what_it_is() {
    let server = open(Access::Write).await.server().await.unwrap();
    assert_eq!(server.product, "PostgreSQL");
    assert!(server.version.starts_with(['1', '2']), "{}", server.version);
    assert!(!server.read_only);
    let other = open(Access::Read).await.server().await.unwrap();
    assert!(other.read_only);
    assert_eq!(other.identity, server.identity);
    open(Access::Read).await.inspect(&Scope::default()).await.unwrap();
}
