//! Who needs whom in a small schema.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::collections::BTreeSet;

use serde_json::{Value, json};
use trueup_state::{Address, Definition, References, Schema, SqlText};

/// A schema from addresses, owners first, and what is there.
fn schema(objects: &[(&str, Value)]) -> Schema {
    let mut schema = Schema::default();
    for (address, is) in objects {
        let (kind, _) = address.split_once(':').unwrap();
        let definition: Definition = serde_json::from_value(json!({"kind": kind, "is": is})).unwrap();
        schema.put(&address.parse().unwrap(), definition).unwrap();
    }
    schema
}

fn column() -> Value {
    json!({"type": "text", "nullable": true})
}

fn generated(expression: &str) -> Value {
    json!({"type": "", "nullable": true, "generated": {"expression": expression, "stored": false}})
}

fn key(columns: &[&str]) -> Value {
    json!({"parts": columns.iter().map(|name| json!({"column": name})).collect::<Vec<_>>()})
}

fn blog() -> Schema {
    let to_users = json!({"columns": ["author"], "references": {"name": "users"}});
    let to_email = json!({"columns": ["email"], "references": {"name": "users"}, "referenced_columns": ["EMAIL"]});
    let to_itself = json!({"columns": ["parent"], "references": {"name": "posts"}, "referenced_columns": ["id"]});
    let index = json!({"unique": false, "parts": [{"expression": "lower ( email )"}], "predicate": "id > 0"});
    let count = "after insert on posts begin update users set email = new . email where id = new . author ; end";
    schema(&[
        ("table:users", json!("none")),
        ("column:users.id", column()),
        ("column:users.email", column()),
        ("column:users.mail_host", generated("substr ( email , 'id' )")),
        ("primary_key:users", key(&["id"])),
        ("unique:users.email_key", key(&["email"])),
        ("check:users.email_check", json!({"expression": "email like '%@%' and id != 'mail_host'"})),
        ("index:users.users_email", index),
        ("table:posts", json!("none")),
        ("column:posts.id", column()),
        ("column:posts.parent", column()),
        ("column:posts.author", column()),
        ("column:posts.email", column()),
        ("foreign_key:posts.author_fkey", to_users),
        ("foreign_key:posts.email_fkey", to_email),
        ("foreign_key:posts.parent_fkey", to_itself),
        ("trigger:posts.posts_count", json!({"definition": count})),
        ("view:names", json!("as select Email from users as u where 'posts' = ''")),
        ("view:letters", json!("as select upper ( email ) from names")),
        ("trigger:letters.letters_insert", json!({"definition": "instead of insert on letters begin select 1 ; end"})),
        ("virtual_table:search", json!({"module": "fts5", "arguments": "body , content = posts"})),
    ])
}

/// Names that only quotes can hold, in texts beside strings that look like them.
fn hostile() -> Schema {
    let reads = "as select \"it's\" , \"my col\" from \"my table\" where b = 'x'";
    schema(&[
        ("table:\"my table\"", json!("none")),
        ("column:\"my table\".\"it's\"", column()),
        ("column:\"my table\".\"my col\"", column()),
        ("column:\"my table\".\"2fa\"", column()),
        ("column:\"my table\".b", column()),
        ("column:\"my table\".\"→\"", column()),
        ("check:\"my table\".one", json!({"expression": "\"it's\" > 0 and b > 0"})),
        ("check:\"my table\".two", json!({"expression": "\"2fa\" > '\"my col\" b' or → = '→'"})),
        ("view:readers", json!(reads)),
    ])
}

fn addresses(texts: &str) -> Vec<Address> {
    let mut addresses: Vec<Address> =
        texts.split(" + ").filter(|it| !it.is_empty()).map(|it| it.parse().unwrap()).collect();
    addresses.sort_unstable();
    addresses
}

fn check(schema: &Schema, of: &str, needs: &str) {
    let references = References::of(schema);
    assert_eq!(references.needs(&of.parse().unwrap()), addresses(needs), "{of}");
}

#[test]
fn an_object_needs_what_it_refers_to() {
    for (of, needs) in [
        ("table:users", ""),
        ("column:users.email", "table:users"),
        ("column:users.mail_host", "table:users + column:users.email"),
        ("primary_key:users", "table:users + column:users.id"),
        ("unique:users.email_key", "table:users + column:users.email"),
        ("check:users.email_check", "table:users + column:users.id + column:users.email"),
        ("index:users.users_email", "table:users + column:users.id + column:users.email"),
        ("foreign_key:posts.author_fkey", "table:posts + column:posts.author + table:users + primary_key:users"),
        ("foreign_key:posts.email_fkey", "table:posts + column:posts.email + table:users + column:users.email"),
        ("foreign_key:posts.parent_fkey", "table:posts + column:posts.parent + column:posts.id"),
        ("view:names", "table:users + column:users.email"),
        ("view:letters", "view:names"),
        ("trigger:letters.letters_insert", "view:letters"),
        ("virtual_table:search", "table:posts"),
        ("table:nowhere", ""),
    ] {
        check(&blog(), of, needs);
    }
}

#[test]
fn a_trigger_needs_every_table_and_column_it_mentions() {
    let posts = "table:posts + column:posts.id + column:posts.email + column:posts.author";
    let users = "table:users + column:users.id + column:users.email";
    check(&blog(), "trigger:posts.posts_count", &[posts, users].join(" + "));
}

#[test]
fn a_name_that_takes_quotes_is_found() {
    let table = "table:\"my table\"";
    let columns = |names: &[&str]| {
        let columns = names.iter().map(|name| format!(" + column:\"my table\".{name}"));
        [table.to_owned(), columns.collect()].concat()
    };
    check(&hostile(), "check:\"my table\".one", &columns(&["\"it's\"", "b"]));
    check(&hostile(), "check:\"my table\".two", &columns(&["\"2fa\"", "\"→\""]));
    check(&hostile(), "view:readers", &columns(&["\"it's\"", "\"my col\"", "b"]));
}

#[test]
fn what_needs_an_object_is_what_it_is_needed_by() {
    for schema in [blog(), hostile()] {
        let references = References::of(&schema);
        for (address, _) in schema.objects() {
            for needed in references.needs(&address) {
                assert!(references.needed_by(&needed).contains(&address), "{address} needs {needed}");
                assert!(references.edges().contains(&(&address, &needed)));
            }
        }
        let pairs: usize = schema.objects().iter().map(|(it, _)| references.needed_by(it).len()).sum();
        assert_eq!(references.edges().len(), pairs);
    }
}

#[test]
fn dependents_are_reached_through_others() {
    let schema = blog();
    let references = References::of(&schema);
    for (of, dependents) in [
        ("trigger:posts.posts_count", ""),
        ("view:names", "view:letters + trigger:letters.letters_insert"),
        (
            "column:users.email + column:posts.email",
            "column:users.mail_host + unique:users.email_key + check:users.email_check + index:users.users_email \
             + foreign_key:posts.email_fkey + trigger:posts.posts_count + view:names + view:letters \
             + trigger:letters.letters_insert",
        ),
        ("primary_key:users + table:nowhere", "foreign_key:posts.author_fkey"),
    ] {
        let expected: BTreeSet<Address> = addresses(dependents).into_iter().collect();
        assert_eq!(references.dependents(&addresses(of)), expected, "{of}");
    }
}

#[test]
fn among_leaves_out_what_is_not_asked_about() {
    let asked: BTreeSet<Address> = addresses("view:letters + view:names + column:users.email").into_iter().collect();
    let among = References::of(&blog()).among(&asked);
    assert_eq!(among.keys().cloned().collect::<BTreeSet<_>>(), asked);
    assert_eq!(among[&"view:letters".parse().unwrap()], addresses("view:names"));
    assert_eq!(among[&"view:names".parse().unwrap()], addresses("column:users.email"));
    assert_eq!(among[&"column:users.email".parse().unwrap()], []);
}

#[test]
fn a_text_mentions_each_name_it_holds_and_no_string() {
    for (canonical, name, expected) in [
        ("a > 0", "A", true),
        ("ab > 0", "a", false),
        ("'a' || b", "a", false),
        ("'it''s a' || b", "b", true),
        ("\"it's\" > 0 and a > 0", "a", true),
        ("\"2fa\" > 0", "2fa", true),
        ("\"my col\" > 0", "My Col", true),
        ("\"q\"\"q\" > 0", "q\"q", true),
        ("a→b > 0", "a→b", true),
        ("new . email", "email", true),
        ("", "a", false),
    ] {
        assert_eq!(SqlText::new(canonical, canonical).mentions(name), expected, "{name} in {canonical}");
    }
}
