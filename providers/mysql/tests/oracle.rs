//! How the server would write what is declared is asked of the server, and nothing is left behind.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

mod support;

use std::sync::Arc;

use support::TestDatabase;
use trueup_contract::{Access, Database, Desired, Inspection, Provider, Redacted, Script, Settled, SourceFile};
use trueup_mysql::MySql;
use trueup_state::{Address, Change, Pair, Qualified, Schema, diff};

const TABLES: &str = "
CREATE TABLE goods (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name varchar(40) DEFAULT (concat('a', \"b\")) COMMENT 'x',
  price decimal(10, 2) NOT NULL,
  gross decimal(10, 2) AS (price*1.19 + if(price between 1 and 2, 1, 0)) STORED,
  made datetime DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT sane CHECK (price >= 0 AND NOT (name LIKE 'no%') OR price IN (1,2))
);
";

const VIEWS: &str = "
CREATE VIEW cheap AS SELECT g.*, price * 2 twice FROM goods AS g WHERE price < 10 and not name is null;
CREATE VIEW cheaper AS SELECT id FROM cheap c WHERE c.twice < 2;
";

async fn open(database: &TestDatabase, access: Access) -> Box<dyn Database> {
    MySql.connect(&Redacted::new(database.url.as_str()), access).await.unwrap()
}

async fn declared(text: &str, known: &Inspection) -> Schema {
    let file = SourceFile { path: Arc::new("goods.sql".into()), text: text.into() };
    let desired = Desired::Script(Script { files: vec![file] });
    let realized = MySql.realize().realize(desired, known).await.unwrap();
    MySql.dialect().normalize(realized.schema, &known.schema, &known.cluster)
}

/// What differs, what the server says of it, and what still differs then.
async fn settled(connection: &mut dyn Database, text: &str) -> (Vec<Address>, Settled, Vec<Address>) {
    let known = connection.inspect().await.unwrap();
    let mut schema = declared(text, &known).await;
    let differing = |schema: &Schema| -> Vec<Address> {
        let changes = diff(Pair { before: &known.schema, after: schema });
        changes.iter().map(Change::address).cloned().collect()
    };
    let before = differing(&schema);
    let settled = connection.settle(&schema, &known, &before).await.unwrap();
    for (address, form) in settled.forms.clone() {
        let _ = schema.put(&address, form);
    }
    (before, settled, differing(&schema))
}

#[tokio::test]
async fn another_spelling_is_no_difference() {
    let database = TestDatabase::create("spelling").await;
    let text = [TABLES, VIEWS].concat();
    database.sql(&text).await;
    for access in [Access::Read, Access::Write] {
        let (before, settled, left) = settled(&mut *open(&database, access).await, &text).await;
        assert!(before.contains(&Address::View(Qualified::bare("cheap"))), "{before:?}");
        assert_eq!(left, [], "{:?}", settled.forms);
        assert!(settled.unproven.is_empty() && settled.skipped.is_none());
        let replaceable = Address::View(Qualified::bare("cheaper"));
        assert!(settled.replaceable.contains(&replaceable));
    }
    assert_eq!(database.rows("SHOW TABLES").await, [["cheap"], ["cheaper"], ["goods"]]);
}

#[tokio::test]
async fn a_real_difference_stays_one() {
    let database = TestDatabase::create("difference").await;
    database.sql(&[TABLES, VIEWS].concat()).await;
    let text = [&TABLES.replace("price >= 0", "price > 0").replace("1.19", "1.07"), VIEWS].concat();
    let (_, _, left) = settled(&mut *open(&database, Access::Read).await, &text).await;
    let goods = Qualified::bare("goods");
    assert_eq!(left, [Address::Column(goods.clone(), "gross".into()), Address::Check(goods, "sane".into())]);
}

#[tokio::test]
async fn what_the_plan_changes_is_no_question() {
    let database = TestDatabase::create("changes").await;
    database.sql(&[TABLES, VIEWS].concat()).await;
    let text = [&TABLES.replace("made datetime", "added int, made datetime"), VIEWS].concat();
    let (_, settled, left) = settled(&mut *open(&database, Access::Read).await, &text).await;
    let view = |name: &str| Address::View(Qualified::bare(name));
    assert!(left.contains(&view("cheap")), "{left:?}");
    assert!(!settled.unproven.contains(&view("cheap")));
    assert!(!settled.forms.iter().any(|(address, _)| *address == view("cheap")));
}

#[tokio::test]
async fn what_a_killed_plan_left_behind_goes() {
    let database = TestDatabase::create("leftovers").await;
    database.sql(&[TABLES, VIEWS, "CREATE VIEW trueup_q_7 AS SELECT 1;"].concat()).await;
    let (_, _, left) = settled(&mut *open(&database, Access::Read).await, &[TABLES, VIEWS].concat()).await;
    assert_eq!(left, []);
    assert_eq!(database.rows("SHOW TABLES").await, [["cheap"], ["cheaper"], ["goods"]]);
}
