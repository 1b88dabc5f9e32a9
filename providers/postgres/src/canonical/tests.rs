//! Declared texts and what PostgreSQL 14 to 18 make of them. Every row was read back from a server.

use indexmap::IndexMap;
use trueup_state::{
    Check, CheckExtra, ColumnExtra, Domain, EnumType, Generated, Namespace, ObjectKind, Policy, Sequence,
    SequenceOptions,
};

use super::*;

const COLUMNS: &[(&str, &str)] = &[
    ("small", "smallint"),
    ("i", "integer"),
    ("big", "bigint"),
    ("price", "numeric(12,2)"),
    ("ratio", "double precision"),
    ("t", "text"),
    ("v", "character varying(20)"),
    ("c", "character(3)"),
    ("flag", "boolean"),
    ("day", "date"),
    ("local", "timestamp without time zone"),
    ("at", "timestamp with time zone"),
    ("lasts", "interval"),
    ("id", "uuid"),
    ("data", "jsonb"),
    ("mood", "public.mood"),
    ("mail", "public.mail"),
    ("tags", "text[]"),
    ("order", "integer"),
];

fn named(name: &str) -> Qualified {
    Qualified { namespace: Ident::from("public"), name: Ident::from(name) }
}

fn put(schema: &mut Schema, kind: ObjectKind, name: &str, object: PostgresObject) {
    schema.others.insert(Address::Object(kind, named(name)), Definition::Postgres(Box::new(object)));
}

fn column(ty: &str, default: Option<&str>) -> Column {
    Column {
        ty: plain(ty),
        nullable: true,
        default: default.map(plain),
        collation: None,
        generated: None,
        extra: ColumnExtra::None,
    }
}

/// A schema with a table `things` and a few types.
fn schema() -> Schema {
    let mut schema = Schema::default();
    let labels = ["sad", "ok"].map(str::to_owned).to_vec();
    put(&mut schema, ObjectKind::Enum, "mood", PostgresObject::Enum(EnumType { labels }));
    let domain = Domain { ty: plain("text"), collation: None, nullable: true, default: None, checks: IndexMap::new() };
    put(&mut schema, ObjectKind::Domain, "mail", PostgresObject::Domain(domain));
    let options = SequenceOptions::of_type("bigint", 1);
    let sequence = Sequence { ty: "bigint".to_owned(), options, unlogged: false, owned_by: None };
    put(&mut schema, ObjectKind::Sequence, "tickets", PostgresObject::Sequence(sequence));
    let mut table = Table::default();
    for (name, ty) in COLUMNS {
        table.columns.insert(Ident::from(*name), column(ty, None));
    }
    let namespace: &mut Namespace = schema.namespace_mut(&Ident::from("public"));
    namespace.tables.insert(Ident::from("things"), table);
    schema
}

fn things(schema: &mut Schema) -> &mut Table {
    schema.table_mut(&named("things")).unwrap()
}

/// A check as it is declared, after the simulation.
fn checked(text: &str) -> SqlText {
    let mut schema = schema();
    let check = Check { name: None, expression: plain(text), extra: CheckExtra::None };
    things(&mut schema).checks.insert(Ident::from("c"), check);
    canonicalize(&mut schema);
    things(&mut schema).checks["c"].expression.clone()
}

fn check(rows: &[(&str, &str)]) {
    for (declared, expected) in rows {
        let text = checked(declared);
        assert_eq!(text.canonical(), *expected, "{declared}");
        assert_eq!(text.written(), declared.trim(), "what was declared is kept");
    }
}

/// Texts that nobody is certain of stay as they are.
fn unknown(texts: &[&str]) {
    for text in texts {
        assert_eq!(checked(text).canonical(), *text);
    }
}

#[test]
fn numbers_are_cast_where_there_is_no_operator_for_both() {
    check(&[
        ("price >= 0", "price >= (0)::numeric"),
        ("((price >= (0)::numeric))", "price >= (0)::numeric"),
        ("price >= -1", "price >= ('-1'::integer)::numeric"),
        ("price >= 0.5", "price >= 0.5"),
        ("big > 0", "big > 0"),
        ("small <> 3", "small <> 3"),
        ("big > 3000000000", "big > '3000000000'::bigint"),
        ("ratio < 1", "ratio < (1)::double precision"),
        ("price > '5'", "price > '5'::numeric"),
        ("i + big * 2 > 0", "(i + (big * 2)) > 0"),
        ("price * i > 0", "(price * (i)::numeric) > (0)::numeric"),
        ("i::bigint > 1", "(i)::bigint > 1"),
        ("price::numeric(12,2) > 0", "price > (0)::numeric"),
        ("-i < 0", "(- i) < 0"),
        ("i != 1", "i <> 1"),
        ("\"order\" > 0", "\"order\" > 0"),
        ("things.i > 0", "i > 0"),
    ]);
}

#[test]
fn strings_take_the_type_of_the_other_side() {
    check(&[
        ("t = 'a'", "t = 'a'::text"),
        ("v = 'a'", "(v)::text = 'a'::text"),
        ("c = 'a'", "c = 'a'::bpchar"),
        ("v = t", "(v)::text = t"),
        ("v LIKE 'a%'", "(v)::text ~~ 'a%'::text"),
        ("t NOT ILIKE 'a%'", "t !~~* 'a%'::text"),
        ("t ~ '^\\d+$'", "t ~ '^\\d+$'::text"),
        ("t SIMILAR TO 'a'", "t ~ similar_to_escape('a'::text)"),
        ("v || '-' || t = 'x'", "(((v)::text || '-'::text) || t) = 'x'::text"),
        ("mood = 'ok'", "mood = 'ok'::public.mood"),
        ("mail <> ''", "(mail)::text <> ''::text"),
        ("id <> '11111111-2222-3333-4444-555555555555'", "id <> '11111111-2222-3333-4444-555555555555'::uuid"),
        ("data <> '{}'", "data <> '{}'::jsonb"),
        ("data ->> 'a' = 'b'", "(data ->> 'a'::text) = 'b'::text"),
        ("t = 'it''s'", "t = 'it''s'::text"),
        ("t = NULL", "t = NULL::text"),
        ("'a' = ANY (tags)", "'a'::text = ANY (tags)"),
    ]);
}

#[test]
fn lists_become_arrays() {
    check(&[
        ("t IN ('a', 'b')", "t = ANY (ARRAY['a'::text, 'b'::text])"),
        ("v IN ('a', 'b')", "(v)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])"),
        // Read again, the text of the row before is another.
        (
            "((v)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            "(v)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text])",
        ),
        ("v = ANY (ARRAY['a', 'b'])", "(v)::text = ANY (ARRAY['a'::text, 'b'::text])"),
        ("i NOT IN (1, 2)", "i <> ALL (ARRAY[1, 2])"),
        ("price IN (1, 2)", "price = ANY (ARRAY[(1)::numeric, (2)::numeric])"),
        ("big IN (1, 2)", "big = ANY (ARRAY[(1)::bigint, (2)::bigint])"),
        ("t IN ('a')", "t = 'a'::text"),
        ("mood IN ('ok', 'sad')", "mood = ANY (ARRAY['ok'::public.mood, 'sad'::public.mood])"),
    ]);
}

#[test]
fn conditions_are_joined_as_the_grammar_joins_them() {
    check(&[
        ("flag AND i > 0 AND big > 0", "flag AND (i > 0) AND (big > 0)"),
        ("(flag AND i > 0) AND big > 0", "flag AND (i > 0) AND (big > 0)"),
        ("flag AND (i > 0 AND big > 0)", "flag AND ((i > 0) AND (big > 0))"),
        ("flag OR i > 0 AND big > 0", "flag OR ((i > 0) AND (big > 0))"),
        ("NOT flag", "NOT flag"),
        ("NOT i > 0 OR flag", "(NOT (i > 0)) OR flag"),
        ("i BETWEEN 1 AND 2", "(i >= 1) AND (i <= 2)"),
        ("i NOT BETWEEN 1 AND 2", "(i < 1) OR (i > 2)"),
        ("i BETWEEN 1 AND 2 AND flag", "((i >= 1) AND (i <= 2)) AND flag"),
        ("i IS NULL OR t IS NOT NULL", "(i IS NULL) OR (t IS NOT NULL)"),
        ("flag IS TRUE", "flag IS TRUE"),
        ("t IS DISTINCT FROM 'a'", "t IS DISTINCT FROM 'a'::text"),
        ("i IS NOT DISTINCT FROM 1", "NOT (i IS DISTINCT FROM 1)"),
    ]);
}

#[test]
fn calls_cast_their_arguments() {
    check(&[
        ("lower(v) = 'a'", "lower((v)::text) = 'a'::text"),
        ("length(t) BETWEEN 1 AND 5", "(length(t) >= 1) AND (length(t) <= 5)"),
        ("left(t, 1) = 'a'", "\"left\"(t, 1) = 'a'::text"),
        ("trim(v) <> ''", "TRIM(BOTH FROM v) <> ''::text"),
        ("coalesce(v, '') <> ''", "(COALESCE(v, ''::character varying))::text <> ''::text"),
        ("coalesce(price, 0) >= 0", "COALESCE(price, (0)::numeric) >= (0)::numeric"),
        ("extract(year from at) > 2000", "EXTRACT(year FROM at) > (2000)::numeric"),
        ("at > now() - interval '1 day'", "at > (now() - '1 day'::interval)"),
        ("local > now() AT TIME ZONE 'utc'", "local > (now() AT TIME ZONE 'utc'::text)"),
        ("day >= '2020-01-01'", "day >= '2020-01-01'::date"),
        ("CASE WHEN flag THEN 'a' END = t", "CASE WHEN flag THEN 'a'::text ELSE NULL::text END = t"),
        ("CASE v WHEN 'a' THEN 1 ELSE 2 END > i", "CASE v WHEN 'a'::text THEN 1 ELSE 2 END > i"),
        ("nullif(t, '') IS NOT NULL", "NULLIF(t, ''::text) IS NOT NULL"),
    ]);
}

#[test]
fn what_is_not_certain_stays_as_it_was_written() {
    unknown(&[
        "mine(i) > 0",
        "at > '2020-01-01'",
        "nobody > 0",
        "mood = 'happy'",
        "day = 'today'",
        "data @> '{\"b\":1,\"a\":2}'",
        "i = (SELECT 1)",
        "t = c",
        "coalesce(v, t) = 'a'",
        "i > 0x10",
        "i IN (1, big)",
        "other.i > 0",
        "i OPERATOR(pg_catalog.>) 0",
    ]);
}

#[test]
fn a_routine_of_ones_own_makes_its_name_uncertain() {
    let mut schema = schema();
    let check = Check { name: None, expression: plain("lower(v) = 'a'"), extra: CheckExtra::None };
    things(&mut schema).checks.insert(Ident::from("c"), check);
    let address = Address::Signed(ObjectKind::Function, named("lower"), Ident::from("character varying"));
    schema.others.insert(address, Definition::Postgres(Box::new(PostgresObject::Comment(String::new()))));
    canonicalize(&mut schema);
    assert_eq!(things(&mut schema).checks["c"].expression.canonical(), "lower(v) = 'a'");
}

#[test]
fn defaults_take_the_type_of_the_column() {
    let rows = [
        ("character varying(20)", "'a'", "'a'::character varying"),
        ("character varying(20)", "NULL", "NULL::character varying"),
        ("character varying(20)", "'a'::text", "'a'::text"),
        ("text", "'a'", "'a'::text"),
        ("numeric(12,2)", "0", "0"),
        ("numeric(12,2)", "'0'", "'0'::numeric"),
        ("integer", "-1", "'-1'::integer"),
        ("integer", "(5)", "5"),
        ("bigint", "5000000000", "'5000000000'::bigint"),
        ("double precision", "-0.5", "'-0.5'::numeric"),
        ("boolean", "FALSE", "false"),
        ("boolean", "'t'", "true"),
        ("timestamp with time zone", "now()", "now()"),
        ("timestamp with time zone", "current_timestamp", "CURRENT_TIMESTAMP"),
        ("timestamp without time zone", "(now() at time zone 'utc')", "now() AT TIME ZONE 'utc'::text"),
        ("date", "current_date", "CURRENT_DATE"),
        ("interval", "'1 day'", "'1 day'::interval"),
        ("uuid", "gen_random_uuid()", "gen_random_uuid()"),
        ("jsonb", "'{}'", "'{}'::jsonb"),
        ("text[]", "'{}'", "'{}'::text[]"),
        ("text[]", "ARRAY[]::text[]", "ARRAY[]::text[]"),
        ("text[]", "array['a', 'b']", "ARRAY['a'::text, 'b'::text]"),
        ("public.mood", "'ok'", "'ok'::public.mood"),
        ("public.mood", "'ok'::mood", "'ok'::public.mood"),
        ("public.mail", "'x'", "'x'::text"),
        ("bigint", "nextval('tickets')", "nextval('public.tickets'::regclass)"),
        ("bigint", "nextval('public.tickets'::regclass)", "nextval('public.tickets'::regclass)"),
        ("timestamp with time zone", "'2020-01-01'", "'2020-01-01'"),
        ("interval", "'24 hours'", "'24 hours'"),
        ("public.mood", "'happy'", "'happy'"),
    ];
    for (ty, declared, expected) in rows {
        let mut schema = schema();
        things(&mut schema).columns.insert(Ident::from("x"), column(ty, Some(declared)));
        canonicalize(&mut schema);
        let default = things(&mut schema).columns["x"].default.clone().unwrap();
        assert_eq!(default.canonical(), expected, "{ty}: {declared}");
    }
}

#[test]
fn a_default_of_null_is_none() {
    for (ty, declared) in [("text", "NULL"), ("integer", "NULL::integer"), ("public.mood", "NULL")] {
        let mut schema = schema();
        things(&mut schema).columns.insert(Ident::from("x"), column(ty, Some(declared)));
        canonicalize(&mut schema);
        assert_eq!(things(&mut schema).columns["x"].default, None, "{ty}");
    }
}

#[test]
fn generated_columns_policies_and_domains_are_expressions_too() {
    let mut schema = schema();
    let mut generated = column("text", None);
    generated.generated = Some(Generated { expression: plain("upper(v)"), stored: true });
    things(&mut schema).columns.insert(Ident::from("x"), generated);
    let policy = Policy {
        permissive: true,
        command: "all".to_owned(),
        roles: Vec::new(),
        using: Some(plain("v = current_setting('app.user')")),
        check: None,
    };
    let address = Address::Part(PartKind::Policy, named("things"), Ident::from("p"));
    schema.others.insert(address.clone(), Definition::Postgres(Box::new(PostgresObject::Policy(policy))));
    let check = Check { name: None, expression: plain("value LIKE '%@%'"), extra: CheckExtra::None };
    let checks = [(Ident::from("c"), check)].into_iter().collect();
    let domain = Domain { ty: plain("character varying"), collation: None, nullable: true, default: None, checks };
    put(&mut schema, ObjectKind::Domain, "at_sign", PostgresObject::Domain(domain));
    canonicalize(&mut schema);
    let generated = things(&mut schema).columns["x"].generated.clone().unwrap();
    assert_eq!(generated.expression.canonical(), "upper((v)::text)");
    let texts = |address: &Address| match &schema.others[address] {
        Definition::Postgres(it) => it.texts().iter().map(|it| it.canonical().to_owned()).collect::<Vec<String>>(),
        _ => Vec::new(),
    };
    assert_eq!(texts(&address), ["(v)::text = current_setting('app.user'::text)"]);
    let domain = Address::Object(ObjectKind::Domain, named("at_sign"));
    assert_eq!(texts(&domain), ["character varying", "(VALUE)::text ~~ '%@%'::text"]);
}
