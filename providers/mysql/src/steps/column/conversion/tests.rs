//! Every pair of types, on a real server: no row that the server refuses goes uncounted.

use sqlx::{AssertSqlSafe, MySqlConnection};
use trueup_state::{Column, ColumnExtra, Ident, SqlText};

use super::{Doubt, doubts};
use crate::database::support::{TestDatabase, rows, run};

/// Types that both servers write in this way.
const TYPES: [&str; 35] = [
    "tinyint",
    "smallint unsigned",
    "int",
    "bigint",
    "bigint unsigned",
    "decimal(10,2)",
    "decimal(6,3) unsigned",
    "decimal(30,0)",
    "float",
    "double",
    "double unsigned",
    "float(6,2)",
    "bit(1)",
    "bit(20)",
    "char(4)",
    "varchar(4)",
    "varchar(40)",
    "tinytext",
    "text",
    "binary(4)",
    "varbinary(4)",
    "varbinary(40)",
    "blob",
    "enum('a','b','1')",
    "enum('b','long name','a')",
    "set('a','b')",
    "set('b','c','2020')",
    "date",
    "datetime",
    "datetime(3)",
    "timestamp null",
    "time",
    "time(3)",
    "year",
    "point",
];

const VALUES: [&str; 36] = [
    "0",
    "1",
    "-1",
    "-0.4",
    "2.5",
    "12",
    "127.5",
    "255.4",
    "255.6",
    "999.9996",
    "99999999.996",
    "70000",
    "2020",
    "20200101",
    "16777217",
    "2147483648",
    "9223372036854775807",
    "18446744073709551615",
    "1e20",
    "1e40",
    "''",
    "'a'",
    "'b'",
    "'a,b'",
    "'long name'",
    "'abc'",
    "'12abc'",
    "'  7 '",
    "'é'",
    "x'ff'",
    "'2020-02-03'",
    "'2020-02-03 04:05:06.7'",
    "'2039-01-01'",
    "'12:13:14.5'",
    "'-800:00:00'",
    "POINT(1, 2)",
];

fn column(ty: &str) -> Column {
    let is_text = ["char", "varchar", "tinytext", "text", "enum", "set"].iter().any(|it| ty.starts_with(it));
    let collation = is_text.then(|| Ident::from("utf8mb4_bin"));
    let ty = SqlText::new(ty, ty);
    Column { ty, nullable: true, default: None, collation, generated: None, extra: ColumnExtra::None }
}

fn definition(ty: &str) -> String {
    match column(ty).collation {
        Some(collation) => ["x ", ty, " COLLATE ", collation.text()].concat(),
        None => ["x ", ty].concat(),
    }
}

async fn takes(connection: &mut MySqlConnection, statement: &str) -> bool {
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(connection).await.is_ok()
}

/// Rows of a type that is about to become another: what is not counted beforehand must be taken.
async fn untold(connection: &mut MySqlConnection, from: &str, to: &str) -> Vec<String> {
    let alter = ["ALTER TABLE u MODIFY ", &definition(to)].concat();
    let fresh = ["DROP TEMPORARY TABLE IF EXISTS u; CREATE TEMPORARY TABLE u (", &definition(from), ")"].concat();
    run(connection, &fresh).await;
    if !takes(connection, &alter).await {
        return Vec::new();
    }
    let refused = doubts(&Ident::from("x"), (&column(from), &column(to))).into_iter().filter_map(|it| match it {
        Doubt::Refused(condition) => Some(["(", &condition.finish(), ")"].concat()),
        Doubt::Changes(_) | Doubt::Unknown => None,
    });
    let conditions: Vec<String> = ["FALSE".to_owned()].into_iter().chain(refused).collect();
    let is_told = ["COALESCE(", &conditions.join(" OR "), ", FALSE)"].concat();
    // What only warns in a query stops what fills a table.
    let mode = "; SET sql_mode = ''; INSERT INTO u SELECT x FROM t WHERE NOT ";
    let fill = [&fresh, mode, &is_told, "; ", crate::connect::SESSION[1]].concat();
    run(connection, &fill).await;
    if takes(connection, &alter).await {
        return Vec::new();
    }
    run(connection, &fill).await;
    let values = rows(connection, "SELECT HEX(x) FROM u").await;
    vec![[from, " -> ", to, ": ", &format!("{values:?}")].concat()]
}

#[tokio::test]
async fn every_value_that_another_type_refuses_is_counted() {
    let database = TestDatabase::create("conversion").await;
    let mut connection = database.connect().await;
    run(&mut connection, crate::connect::SESSION[1]).await;
    let mut wrong = Vec::new();
    for from in TYPES {
        run(&mut connection, &["CREATE TEMPORARY TABLE t (", &definition(from), ")"].concat()).await;
        let mut count = 0;
        for value in VALUES {
            count += usize::from(takes(&mut connection, &["INSERT INTO t VALUES (", value, ")"].concat()).await);
        }
        assert!(count > 0, "no value for {from}");
        for to in TYPES.iter().filter(|it| **it != from) {
            wrong.extend(untold(&mut connection, from, to).await);
        }
        run(&mut connection, "DROP TEMPORARY TABLE t").await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
