//! Values that must never change, because lockfiles in other people's repositories hold them.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::collections::BTreeMap;

use serde_json::{Value, json};
use trueup_state::{Definition, Entry, Fingerprint, LockError, Lockfile, Schema, Seal};

/// One definition of every kind, and one with the rarer fields filled in, with its hash.
fn definitions() -> Vec<(Value, &'static str)> {
    let column = json!({
        "type": "text", "nullable": false, "default": "'it''s'", "collation": "nocase",
        "generated": {"expression": "a + b", "stored": true}, "extra": {"sqlite": {"not_null": "ignore"}},
    });
    let primary_key = json!({
        "parts": [{"column": "id"}],
        "extra": {"sqlite": {"conflict": "replace", "autoincrement": true, "rowid_alias": true}},
    });
    let parts = json!([{"column": "id"}, {"expression": "lower ( email )", "collation": "nocase", "descending": true}]);
    let foreign_key = json!({
        "columns": ["a", "b"], "references": {"namespace": "app", "name": "users"}, "referenced_columns": ["c", "d"],
        "on_delete": "set_null", "on_update": "cascade", "deferral": "initially_deferred",
    });
    let definition = |kind: &str, is: Value| json!({"kind": kind, "is": is});
    vec![
        (json!({"kind": "namespace"}), "03f88b99c3d8073bba8948d6e762aac443b265f606cc05abd4d172f03a4def6a"),
        (definition("table", json!("none")), "32f48bf133bfd90ccf73fba29f784602ffdbb8f0116256007b8153afef2bfad5"),
        (
            definition("table", json!({"sqlite": {"strict": true, "without_rowid": true}})),
            "db9972ba554a8fb049e69509d6399ca8a74ad6aaafdbc2ebc6a7f3e20192c8dc",
        ),
        (
            definition("column", json!({"type": "integer", "nullable": true})),
            "c615a623d2231296c34c78beedaccaa3aa24bfcbc7f57e70fc941a7bbfef491b",
        ),
        (definition("column", column), "f12317e1f1e9b46b9dc6983e920ecc11fcbd20dbf3a6632ccc49f6f8d8efcb2d"),
        (definition("primary_key", primary_key), "9b344e22fa9ddcf0cd9253640531210cf043b3bb2bb540f1c69ee170395f74d8"),
        (
            definition("unique", json!({"name": "one", "parts": parts})),
            "dc6ecba7fdedbb5bf93369a1cdb75a32ffbd6f160b9d991a2852deed2c2a13a5",
        ),
        (
            definition("check", json!({"expression": "a > 0"})),
            "1506592952f9176cf8b4af7e0508990819969fd95115cc4d61ea7946db8f37c8",
        ),
        (definition("foreign_key", foreign_key), "2f441596292e4c8f0fb2f3bf8db7372fba9e5dfc3c7ae0ad236bb522e30766c7"),
        (
            definition("index", json!({"unique": true, "parts": parts, "predicate": "a > 0"})),
            "48100edd71680e040f83c300d50bda5de6e7eb5924cc4fc02e1c8cea9a76421b",
        ),
        (
            definition("trigger", json!({"definition": "after insert on t begin select 1 ; end"})),
            "11fb5d57dc19bdf06d9193560527f4886dcde1117f517eed637cfe0a3b3c6b48",
        ),
        (definition("view", json!("as select 1")), "f8c6568420b161a68454cb0499ac3fe0c08c2bfada75b184f011f03caf199e42"),
        (
            definition("virtual_table", json!({"module": "fts5", "arguments": "a , b"})),
            "c0000723fa0f0a8c9b3fa612f7d8dad92f6bc815a2cb3f81f0b4df3ea1843103",
        ),
    ]
}

fn define(kind: &str, is: Value) -> Definition {
    serde_json::from_value(json!({"kind": kind, "is": is})).unwrap()
}

/// Two namespaces with a table, a view and a virtual table.
fn schema() -> Schema {
    let mut schema = Schema::default();
    let put = |schema: &mut Schema, address: &str, definition: Definition| {
        schema.put(&address.parse().unwrap(), definition).unwrap();
    };
    put(&mut schema, "table:users", define("table", json!("none")));
    put(&mut schema, "column:users.id", define("column", json!({"type": "integer", "nullable": true})));
    put(&mut schema, "column:users.\"my col\"", define("column", json!({"type": "text", "nullable": true})));
    put(&mut schema, "schema:app", Definition::Namespace);
    put(&mut schema, "view:app.names", define("view", json!("as select id from users")));
    put(&mut schema, "trigger:app.names.t", define("trigger", json!({"definition": "instead of insert"})));
    put(&mut schema, "virtual_table:search", define("virtual_table", json!({"module": "fts5", "arguments": "body"})));
    schema
}

/// Format version 1, as it is committed to repositories.
const LOCKFILE: &str = r#"# Written by trueup. Do not edit: `trueup state verify` tells.
version = 1
lineage = "0e8f6a52"
serial = 2
provider = "sqlite"
target = "ff2f93d50d44841205d987fb24ba10d956ecb35998a4931f7bef74e6319cce0a"
desired = "d2098f08c5811eb87bff8f1afe63fd08bae07145fe55b581cd680d110bd260ff"
observed = "9e745e4df3ccea84b7221d219a7021f7956248a47fb0ff469487655930fbead6"
plan = "29fde71e3ef298312227db745efc78ceb1c4e97c3a45f8e1f3f8680fa8a8f9ac"

[[object]]
address = "table:users"
source = "7d1aa223722b2aaa89b92fc6b2ef0baa709c01eab9f8494b1de5c335f2750707"
observed = "9e745e4df3ccea84b7221d219a7021f7956248a47fb0ff469487655930fbead6"
protected = true

[[object]]
address = 'column:users."my col"'
source = "7d1aa223722b2aaa89b92fc6b2ef0baa709c01eab9f8494b1de5c335f2750707"
observed = "9e745e4df3ccea84b7221d219a7021f7956248a47fb0ff469487655930fbead6"
depends = ["table:users"]

[[history]]
serial = 1
action = "import"
at = "2026-01-02T03:04:05Z"
content = "c7b14ffb077667403da55bdab56787970bd2f337f9b3178111c8d547d14f5f26"
hash = "6799711c003e81dc0ba146da61c4c9f844135d5cdaef9f51e2554b0d9e037e02"

[[history]]
serial = 2
action = "apply"
content = "da457c91ad6eabe9b9a4734692652be819f16bbbbe08153e354609e8c48199e9"
hash = "d660e15a5fc9dc8f823ec531c8774161a915ad63ad54fec62a2ef1653328543d"
"#;

fn lockfile() -> Lockfile {
    let hash = |text: &str| Fingerprint::of_bytes(text.as_bytes());
    let entry = |protected: bool, depends: &[&str]| Entry {
        source: hash("source"),
        observed: hash("observed"),
        protected,
        depends: depends.iter().map(|it| it.parse().unwrap()).collect(),
    };
    let objects = BTreeMap::from([
        ("table:users".parse().unwrap(), entry(true, &[])),
        ("column:users.\"my col\"".parse().unwrap(), entry(false, &["table:users"])),
    ]);
    let empty = Lockfile::new("0e8f6a52", "sqlite", hash("target"));
    let first = empty.sealed(Seal { action: "import".to_owned(), at: Some("2026-01-02T03:04:05Z".to_owned()) });
    let (desired, observed, plan) = (hash("desired"), hash("observed"), Some(hash("plan")));
    Lockfile { objects, desired, observed, plan, ..first }.sealed(Seal { action: "apply".to_owned(), at: None })
}

/// The golden lockfile with one piece of text replaced is refused, with these words.
fn check(piece: &str, replaced: &str, expected: &str) {
    assert_eq!(LOCKFILE.matches(piece).count(), 1, "{piece}");
    let error = Lockfile::parse(&LOCKFILE.replace(piece, replaced)).unwrap_err();
    let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
    let message = format!("{error} {source}");
    assert!(message.contains(expected), "{message}");
}

#[test]
fn an_object_is_written_and_hashed_as_ever() {
    for (json, hash) in definitions() {
        let definition: Definition = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(serde_json::to_value(&definition).unwrap(), json);
        assert_eq!(Fingerprint::of_object(definition.as_object()).to_string(), hash, "{json}");
    }
}

#[test]
fn a_schema_is_hashed_as_ever() {
    let hash = |schema: &Schema| Fingerprint::of_schema(schema).to_string();
    assert_eq!(hash(&schema()), "fef54d641da8449b53856997a87f34f5fca83e1de0a350affe8e0aa73ce70e21");
    assert_eq!(hash(&Schema::default()), "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
}

#[test]
fn a_lockfile_is_written_as_ever() {
    assert_eq!(lockfile().render().unwrap(), LOCKFILE);
    assert_eq!(Lockfile::parse(LOCKFILE).unwrap(), lockfile());
}

#[test]
fn an_unknown_key_is_refused() {
    check("serial = 2\nprovider", "serial = 2\nnote = 1\nprovider", "unknown field `note`");
    check("protected = true", "protected = true\nnote = 1", "unknown field `note`");
    check("action = \"apply\"", "action = \"apply\"\nnote = 1", "unknown field `note`");
}

#[test]
fn a_newer_format_is_named_whatever_else_it_holds() {
    check("version = 1", "version = 2", "the lockfile has format 2");
    check("version = 1", "version = 7\nnote = 1", "the lockfile has format 7");
    assert!(matches!(Lockfile::parse("version = 3"), Err(LockError::Version(3))));
}

#[test]
fn an_address_stands_once() {
    let again = |spelled: &str| {
        let object = LOCKFILE.split("\n\n").nth(1).unwrap();
        [object, "\n\n", &object.replace("\"table:users\"", spelled)].concat()
    };
    let object = LOCKFILE.split("\n\n").nth(1).unwrap();
    check(object, &again("\"table:users\""), "the lockfile lists `table:users` twice");
    check(object, &again("'table:\"users\"'"), "the lockfile lists `table:users` twice");
}

#[test]
fn what_does_not_fit_is_said() {
    check("# Written by trueup.", "Written by trueup.", "the lockfile cannot be read");
    check("lineage = \"0e8f6a52\"\n", "", "missing field `lineage`");
    check("table:users\"\nsource", "users\"\nsource", "`users` is not an address");
    check("\"d660e15a", "\"d660", "it takes 64 hexadecimal digits");
    check("protected = true\n", "", "its content is not what serial 2 wrote");
    check("serial = 2\nprovider", "serial = 3\nprovider", "its serial is 3, its history ends at 2");
    check("import", "imports", "history entry 1 does not fit the one before it");
    let (unsealed, _) = LOCKFILE.split_once("\n[[history]]").unwrap();
    assert_eq!(Lockfile::parse(unsealed).unwrap_err().to_string(), "the lockfile was edited: it has no history");
}
