//! What a declared schema takes over from the database.

use trueup_state::{Check, CheckExtra, DefaultScope, Grant, ObjectKind, Qualified, Table};

use super::*;

fn named(name: &str) -> Qualified {
    Qualified { namespace: Ident::from("public"), name: Ident::from(name) }
}

fn with_check(canonical: &str, written: &str) -> Schema {
    let mut schema = Schema::default();
    let check = Check { name: None, expression: SqlText::new(canonical, written), extra: CheckExtra::None };
    let mut table = Table::default();
    table.checks.insert(Ident::from("c"), check);
    schema.namespace_mut(&Ident::from("public")).tables.insert(Ident::from("t"), table);
    schema
}

#[test]
fn a_text_that_the_server_printed_is_what_is_there() {
    let observed = with_check("((a >= 1) AND (a <= 2)) AND b", "((a >= 1) AND (a <= 2)) AND b");
    let declared = with_check("(a >= 1) AND (a <= 2) AND b", "(((a >= 1) AND (a <= 2)) AND b)");
    assert_ne!(declared, observed);
    assert_eq!(normalize(declared, &observed, &Cluster::default()), observed);
    let other = with_check("(a >= 1) AND (a <= 3) AND b", "a BETWEEN 1 AND 3 AND b");
    assert_eq!(normalize(other.clone(), &observed, &Cluster::default()), other);
}

#[test]
fn an_extension_takes_over_what_it_does_not_say() {
    let extension = |schema: Option<&str>, version: Option<&str>| {
        let address = Address::Object(ObjectKind::Extension, Qualified::bare("citext"));
        let it = Extension { schema: schema.map(Ident::from), version: version.map(str::to_owned) };
        let mut all = Schema::default();
        all.others.insert(address, Definition::Postgres(Box::new(PostgresObject::Extension(it))));
        all
    };
    let observed = extension(Some("public"), Some("1.6"));
    let cluster = Cluster::default();
    assert_eq!(normalize(extension(None, None), &observed, &cluster), observed);
    let newer = extension(Some("public"), Some("1.7"));
    assert_eq!(normalize(newer.clone(), &observed, &cluster), newer);
    let available = Extension { schema: Some(Ident::from("app")), version: Some("1.5".to_owned()) };
    let cluster = Cluster { available: [(Ident::from("citext"), available)].into(), ..cluster };
    let new = normalize(extension(None, None), &Schema::default(), &cluster);
    assert_eq!(new, extension(Some("app"), Some("1.5")));
}

#[test]
fn what_the_owner_may_do_is_not_listed() {
    let grant = |role: &str| {
        let on = Box::new(Address::Column(named("t"), Ident::from("a")));
        let mut all = Schema::default();
        let it = Definition::Postgres(Box::new(PostgresObject::Grant(Grant::default())));
        all.others.insert(Address::Grant(on, Ident::from(role)), it);
        all
    };
    let mut cluster = Cluster { role: Ident::from("me"), ..Cluster::default() };
    let nothing = Schema::default();
    assert_eq!(normalize(grant("me"), &nothing, &cluster), nothing);
    assert_eq!(normalize(grant("you"), &nothing, &cluster), grant("you"));
    cluster.owners.insert(Address::Table(named("t")), Ident::from("you"));
    assert_eq!(normalize(grant("me"), &nothing, &cluster), grant("me"));
    assert_eq!(normalize(grant("you"), &nothing, &cluster), nothing);
}

#[test]
fn default_privileges_of_the_connected_role_name_no_role() {
    let privileges = |owner: &str| {
        let scope =
            DefaultScope { owner: Ident::from(owner), namespace: Ident::default(), objects: Ident::from("tables") };
        let mut all = Schema::default();
        let it = Definition::Postgres(Box::new(PostgresObject::Grant(Grant::default())));
        all.others.insert(Address::DefaultPrivileges(Box::new(scope), Ident::from("app")), it);
        all
    };
    let cluster = Cluster { role: Ident::from("me"), ..Cluster::default() };
    assert_eq!(normalize(privileges("me"), &Schema::default(), &cluster), privileges(""));
    assert_eq!(normalize(privileges("you"), &Schema::default(), &cluster), privileges("you"));
}

#[test]
fn types_of_extensions_are_qualified() {
    let cluster = Cluster { types: [(Ident::from("citext"), Ident::from("ext"))].into(), ..Cluster::default() };
    let check = |before: &str, after: &str| {
        let mut ty = SqlText::new(before, before);
        qualify(&mut ty, &cluster);
        assert_eq!(ty.canonical(), after);
    };
    check("citext", "ext.citext");
    check("citext[]", "ext.citext[]");
    check("text", "text");
    check("public.citext", "public.citext");
}
