//! What SQLite itself understands of a database, and its texts word by word: the judge that knows nothing of trueup.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Connection, Row, SqliteConnection};

use super::{
    render::quoted,
    words::{groups_after, sequence_count, words},
};

/// Names are compared in lower case, columns and constraints in any order.
const FACTS: &str = r#"
WITH relation AS MATERIALIZED (
  SELECT name, type, wr, strict, lower(name) AS known FROM pragma_table_list
  WHERE schema = 'main' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
)
SELECT json_array('relation', known, type, wr, strict) AS fact FROM relation
UNION ALL
SELECT json_array('column', r.known, lower(c.name), lower(replace(c.type, ' ', '')), c."notnull", c.dflt_value,
  c.pk, c.hidden)
FROM relation AS r, pragma_table_xinfo(r.name) AS c WHERE r.type != 'view'
UNION ALL
SELECT json_array('index', r.known, iif(i.origin = 'c', lower(i.name), i.origin), i."unique", i.partial,
  (SELECT group_concat(concat_ws(' ', lower(x.name), x.cid = -2, x.desc, lower(x.coll)), ', ')
   FROM (SELECT * FROM pragma_index_xinfo(i.name) WHERE key ORDER BY seqno) AS x))
FROM relation AS r, pragma_index_list(r.name) AS i
UNION ALL
SELECT json_array('key', r.known, (SELECT group_concat(concat_ws(' ', lower(f."table"), lower(f."from"), lower(f."to"),
  f.on_update, f.on_delete, f.match), ', ') FROM (SELECT * FROM pragma_foreign_key_list(r.name) ORDER BY id, seq) AS f
  WHERE f.id = k.id))
FROM relation AS r, (SELECT DISTINCT l.name AS owner, p.id AS id
  FROM relation AS l, pragma_foreign_key_list(l.name) AS p) AS k
WHERE k.owner = r.name
ORDER BY 1"#;

/// Everything that must be equal in two databases, and the names of constraints, which need only be there.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) facts: Vec<String>,
    pub(crate) names: BTreeMap<String, usize>,
}

pub(crate) async fn facts(connection: &mut SqliteConnection) -> Facts {
    let mut found = Facts::default();
    for row in sqlx::query(FACTS).fetch_all(&mut *connection).await.unwrap() {
        found.facts.push(row.get(0));
    }
    let texts = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' \
                 AND NOT EXISTS (SELECT 1 FROM pragma_table_list AS l WHERE l.name = tbl_name AND l.type = 'shadow')";
    let mut tables = Vec::new();
    for row in sqlx::query(texts).fetch_all(&mut *connection).await.unwrap() {
        let (kind, name, owner, sql): (String, String, String, String) =
            (row.get(0), row.get(1), row.get(2), row.get(3));
        let mut text = words(&sql);
        let label = format!("{kind} {} of {}", name.to_lowercase(), owner.to_lowercase());
        if kind == "table" && text.get(1).is_some_and(|word| word == "table") {
            table_facts(&label, &text, &mut found);
            tables.push(name);
        } else {
            // What is unnecessary and always means the same.
            text.retain(|word| !word.is_empty());
            if let Some(at) = text.windows(3).position(|it| it == ["if", "not", "exists"]) {
                text.drain(at..at + 3);
            }
            found.facts.push(format!("{label}: {}", text.join(" ")));
        }
    }
    for table in tables {
        collations(connection, &table, &mut found.facts).await;
    }
    found.facts.sort();
    found
}

/// What no pragma tells of a table: checks, generated values, conflict clauses, deferral, AUTOINCREMENT.
fn table_facts(label: &str, text: &[String], found: &mut Facts) {
    let mut facts = groups_after(text, "check");
    facts.extend(groups_after(text, "as"));
    facts.sort();
    let conflicts = ["rollback", "fail", "ignore", "replace"];
    for clause in conflicts {
        let on = sequence_count(text, &["on", "conflict", clause]);
        facts.push(format!("on conflict {clause}: {on}"));
    }
    let deferred = sequence_count(text, &["deferrable", "initially", "deferred"]);
    let not_deferred = sequence_count(text, &["not", "deferrable", "initially", "deferred"]);
    facts.push(format!("deferred: {}", deferred - not_deferred));
    facts.push(format!("autoincrement: {}", sequence_count(text, &["autoincrement"])));
    found.facts.push(format!("{label}: {facts:?}"));
    for pair in text.windows(2).filter(|pair| pair[0] == "constraint") {
        *found.names.entry(format!("{label}: {}", pair[1])).or_default() += 1;
    }
}

/// A column's collation shows only in an index: one is made for a moment.
async fn collations(connection: &mut SqliteConnection, table: &str, facts: &mut Vec<String>) {
    let mut moment = connection.begin().await.unwrap();
    let name = table.replace('\'', "''");
    let list = format!(
        "SELECT group_concat('\"' || replace(name, '\"', '\"\"') || '\"', ', ') FROM pragma_table_xinfo('{name}')"
    );
    let columns: String = sqlx::query(AssertSqlSafe(list)).fetch_one(&mut *moment).await.unwrap().get(0);
    let probe = format!("CREATE INDEX main.trueup_probe ON {} ({columns})", quoted(table));
    sqlx::raw_sql(AssertSqlSafe(probe)).execute(&mut *moment).await.unwrap();
    let query = "SELECT lower(name), lower(coll) FROM pragma_index_xinfo('trueup_probe') WHERE key";
    for row in sqlx::query(query).fetch_all(&mut *moment).await.unwrap() {
        let (column, collation): (String, String) = (row.get(0), row.get(1));
        facts.push(format!("collation of {} {column}: {collation}", table.to_lowercase()));
    }
    moment.rollback().await.unwrap();
}

/// How two databases differ.
pub(crate) fn differences(wanted: &Facts, found: &Facts) -> Option<String> {
    let missing: Vec<&String> = wanted.facts.iter().filter(|it| !found.facts.contains(it)).collect();
    let surplus: Vec<&String> = found.facts.iter().filter(|it| !wanted.facts.contains(it)).collect();
    let unnamed = wanted.names.iter().filter(|(name, count)| found.names.get(*name).is_none_or(|it| it < *count));
    let unnamed: Vec<&String> = unnamed.map(|it| it.0).collect();
    let same =
        missing.is_empty() && surplus.is_empty() && unnamed.is_empty() && wanted.facts.len() == found.facts.len();
    (!same)
        .then(|| format!("declared, not there: {missing:#?}\nthere, not declared: {surplus:#?}\nno name: {unnamed:?}"))
}
