//! How each kind of object is altered.

use std::collections::BTreeSet;

use trueup_contract::{Cluster, Depends, Work};
use trueup_state::*;

use super::{Alteration, alter, create, drop};
use crate::steps::Statement;

fn text(it: &str) -> SqlText {
    SqlText::new(it, it)
}

fn q(name: &str) -> Qualified {
    Qualified { namespace: Ident::from("app"), name: Ident::from(name) }
}

fn bare(name: &str) -> Qualified {
    Qualified::bare(name)
}

struct World {
    before: Schema,
    after: Schema,
    depends: Depends,
    replaceable: BTreeSet<Address>,
    cluster: Cluster,
    version: String,
}

impl World {
    fn new() -> World {
        World {
            before: Schema::default(),
            after: Schema::default(),
            depends: Depends::new(),
            replaceable: BTreeSet::new(),
            cluster: Cluster { role: Ident::from("postgres"), ..Cluster::default() },
            version: std::env::var("H8_VERSION").unwrap_or("15.3".to_owned()),
        }
    }

    fn work(&self) -> Work<'_> {
        Work {
            observed: &self.before,
            before: &self.before,
            after: &self.after,
            declared: &self.after,
            depends: Pair { before: &self.depends, after: &self.depends },
            replaceable: &self.replaceable,
            cluster: &self.cluster,
            changes: &[],
            version: &self.version,
            minimum_version: None,
        }
    }
}

fn sql(statements: Vec<Statement>) -> Vec<String> {
    statements.into_iter().map(|it| it.sql).collect()
}

fn column(ty: &str) -> Column {
    Column { ty: text(ty), nullable: true, default: None, collation: None, generated: None, extra: ColumnExtra::None }
}

fn table(schema: &mut Schema, name: &str, columns: &[(&str, &str)]) {
    let mut it = Table::default();
    for (name, ty) in columns {
        it.columns.insert(Ident::from(*name), column(ty));
    }
    schema.namespace_mut(&Ident::from("app")).tables.insert(Ident::from(name), it);
}

fn other(kind: ObjectKind, name: &str) -> Address {
    Address::Object(kind, q(name))
}

fn pg(it: PostgresObject) -> Definition {
    Definition::Postgres(Box::new(it))
}

fn defined(it: &str) -> Definition {
    pg(PostgresObject::Defined(Defined { definition: text(it), enabled: Enabled::Origin }))
}

fn labels(all: &[&str]) -> Definition {
    pg(PostgresObject::Enum(EnumType { labels: all.iter().map(|it| (*it).to_owned()).collect() }))
}

fn sequence() -> Sequence {
    Sequence { ty: "bigint".into(), options: SequenceOptions::of_type("bigint", 1), unlogged: false, owned_by: None }
}

fn routine(arguments: &[(ArgumentMode, &str, &str)], returns: Option<&str>, body: &str) -> Routine {
    let argument = |(mode, name, ty): &(ArgumentMode, &str, &str)| Argument {
        mode: *mode,
        name: Some(Ident::from(*name)).filter(|it| !it.is_empty()),
        ty: text(ty),
        default: None,
    };
    Routine {
        arguments: arguments.iter().map(argument).collect(),
        returns: returns.map(text),
        returns_set: false,
        language: Ident::from("plpgsql"),
        body: RoutineBody::Text(body.to_owned()),
        volatility: Volatility::Volatile,
        strict: false,
        security_definer: false,
        leakproof: false,
        window: false,
        parallel: Parallel::Unsafe,
        cost: None,
        rows: None,
        support: None,
        settings: Options::new(),
        transforms: Vec::new(),
    }
}

fn view(definition: &str, options: &[(&str, &str)], defaults: &[(&str, &str)]) -> Definition {
    let extra = PostgresView {
        options: options.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect(),
        defaults: defaults.iter().map(|(a, b)| (Ident::from(*a), text(b))).collect(),
    };
    Definition::View(Query { definition: text(definition), extra: extra.into() })
}

fn grant(all: &[(&str, bool)]) -> Definition {
    pg(PostgresObject::Grant(Grant { privileges: all.iter().map(|(a, b)| ((*a).to_owned(), *b)).collect() }))
}

struct Case {
    name: &'static str,
    prelude: &'static str,
    address: Address,
    before: Definition,
    after: Definition,
    replaceable: bool,
}

fn domain(ty: &str, nullable: bool, default: Option<&str>, checks: &[(&str, &str, bool)]) -> Definition {
    let check = |(name, expression, not_valid): &(&str, &str, bool)| {
        let extra = PostgresCheck { not_valid: *not_valid, ..PostgresCheck::default() };
        let name = Ident::from(*name);
        (name.clone(), Check { name: Some(name), expression: text(expression), extra: extra.into() })
    };
    let checks = checks.iter().map(check).collect();
    pg(PostgresObject::Domain(Domain { ty: text(ty), collation: None, nullable, default: default.map(text), checks }))
}

fn policy(permissive: bool, command: &str, roles: &[&str], using: Option<&str>, check: Option<&str>) -> Definition {
    let roles = roles.iter().map(|it| Ident::from(*it)).collect();
    let (using, check) = (using.map(text), check.map(text));
    pg(PostgresObject::Policy(Policy { permissive, command: command.into(), roles, using, check }))
}

fn trigger(definition: &str, enabled: Enabled, constraint: bool) -> Definition {
    Definition::Trigger(Trigger { definition: text(definition), extra: PostgresTrigger { enabled, constraint }.into() })
}

fn rule(definition: &str, enabled: Enabled) -> Definition {
    pg(PostgresObject::Rule(Rule { definition: text(definition), enabled }))
}

fn attributes(all: &[(&str, &str)]) -> Definition {
    let attribute = |(name, ty): &(&str, &str)| Attribute { name: Ident::from(*name), ty: text(ty), collation: None };
    pg(PostgresObject::Composite(CompositeType { attributes: all.iter().map(attribute).collect() }))
}

fn function(name: &str, signature: &str) -> Address {
    Address::Signed(ObjectKind::Function, q(name), Ident::from(signature))
}

fn fun(it: Routine) -> Definition {
    pg(PostgresObject::Routine(it))
}

fn cases() -> Vec<Case> {
    use ArgumentMode as M;
    let t = "CREATE TABLE app.t (id integer PRIMARY KEY, b text);";
    let c = |name, prelude, address, before, after| Case { name, prelude, address, before, after, replaceable: false };
    let s = |it: Sequence| pg(PostgresObject::Sequence(it));
    let mut other_sequence = sequence();
    other_sequence.ty = "integer".into();
    other_sequence.options = SequenceOptions { cycle: true, cache: 5, ..SequenceOptions::of_type("integer", -2) };
    let small = Sequence { ty: "smallint".into(), options: SequenceOptions::of_type("smallint", 1), ..sequence() };
    let owned = Sequence { owned_by: Some((q("t"), Ident::from("id"))), ..sequence() };
    let mv = |definition: &str, options: &[(&str, &str)]| {
        let options = options.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect();
        pg(PostgresObject::MaterializedView(MaterializedView {
            definition: text(definition),
            options,
            access_method: None,
        }))
    };
    let tf = "CREATE FUNCTION app.tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';CREATE FUNCTION app.ef() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';";
    let ttf: &'static str = Box::leak([t, tf].concat().into_boxed_str());
    let body = "BEGIN\n  RETURN 1; -- $$ $body$\nEND";
    let mut rich = routine(&[(M::In, "a", "integer"), (M::Variadic, "b", "text[]")], Some("integer"), body);
    rich.volatility = Volatility::Stable;
    rich.strict = true;
    rich.security_definer = true;
    rich.leakproof = true;
    rich.parallel = Parallel::Safe;
    rich.cost = Some("7".into());
    rich.settings.insert("search_path".into(), "app, pg_temp".into());
    rich.settings.insert("my.setting".into(), "'x'".into());
    let poor = routine(&[(M::In, "", "integer"), (M::Variadic, "", "text[]")], Some("integer"), "BEGIN RETURN 2; END");
    let mut rows = routine(
        &[(M::In, "a", "integer"), (M::Table, "x", "integer"), (M::Table, "y", "text")],
        None,
        "BEGIN RETURN; END",
    );
    rows.returns_set = true;
    rows.rows = Some("10".into());
    let mut rows2 = routine(
        &[(M::In, "a", "integer"), (M::Table, "x", "integer"), (M::Table, "z", "text")],
        None,
        "BEGIN RETURN; END",
    );
    rows2.returns_set = true;
    let mut outs = routine(&[(M::In, "a", "integer"), (M::Out, "x", "integer")], None, "BEGIN x := 1; END");
    outs.arguments[0].default = Some(text("1"));
    let mut outs2 = routine(&[(M::In, "a", "integer"), (M::Out, "z", "integer")], None, "BEGIN z := 1; END");
    outs2.arguments[0].default = Some(text("2"));
    outs2.returns_set = true;
    let mut atomic = routine(&[(M::In, "a", "integer")], Some("integer"), "");
    atomic.language = Ident::from("sql");
    atomic.body = RoutineBody::Sql(text("RETURN (a + 1)"));
    let mut atomic2 = atomic.clone();
    atomic2.body = RoutineBody::Sql(text("BEGIN ATOMIC\n SELECT (a + 2);\nEND"));
    let mut proc = routine(&[(M::In, "a", "integer"), (M::InOut, "x", "integer")], None, "BEGIN x := a; END");
    proc.settings.insert("work_mem".into(), "'1MB'".into());
    let mut proc2 = proc.clone();
    proc2.settings.clear();
    let ext = |schema: &str, version: Option<&str>| {
        pg(PostgresObject::Extension(Extension { schema: Some(Ident::from(schema)), version: version.map(Into::into) }))
    };
    let comment = |it: &str| pg(PostgresObject::Comment(it.to_owned()));
    let on = |it: Address| Address::Comment(Box::new(it));
    let to = |it: Address, role: &str| Address::Grant(Box::new(it), Ident::from(role));
    let defaults = |objects: &str, namespace: &str, role: &str| {
        let scope =
            DefaultScope { owner: Ident::default(), namespace: Ident::from(namespace), objects: Ident::from(objects) };
        Address::DefaultPrivileges(Box::new(scope), Ident::from(role))
    };
    let signed = |kind, name: Qualified, signature: &str| Address::Signed(kind, name, Ident::from(signature));
    let trig = |name: &str| Address::Trigger(q("t"), Ident::from(name));
    let part = |kind, name: &str| Address::Part(kind, q("t"), Ident::from(name));
    let event = |enabled| {
        pg(PostgresObject::Defined(Defined {
            definition: text("ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION app.ef()"),
            enabled,
        }))
    };
    let mut all = vec![
        c("sequence_options", "", other(ObjectKind::Sequence, "s"), s(sequence()), s(other_sequence.clone())),
        c("sequence_back", "", other(ObjectKind::Sequence, "s"), s(other_sequence), s(sequence())),
        c("sequence_small", "", other(ObjectKind::Sequence, "s"), s(small.clone()), s(sequence())),
        c("sequence_smaller", "", other(ObjectKind::Sequence, "s"), s(sequence()), s(small)),
        c("sequence_owned", t, other(ObjectKind::Sequence, "s"), s(sequence()), s(owned.clone())),
        c("sequence_unowned", t, other(ObjectKind::Sequence, "s"), s(owned), s(sequence())),
        c(
            "enum_add",
            "",
            other(ObjectKind::Enum, "e"),
            labels(&["b", "d"]),
            labels(&["a", "aa", "b", "c", "cc", "d", "it's", "z"]),
        ),
        c("enum_from_none", "", other(ObjectKind::Enum, "e"), labels(&[]), labels(&["a", "b"])),
        c(
            "domain",
            "",
            other(ObjectKind::Domain, "d"),
            domain(
                "integer",
                true,
                Some("1"),
                &[
                    ("a", "VALUE > 0", false),
                    ("b", "VALUE < 10", true),
                    ("gone", "VALUE <> 5", false),
                    ("same", "VALUE <> 6", false),
                    ("other", "VALUE <> 7", false),
                ],
            ),
            domain(
                "integer",
                false,
                None,
                &[
                    ("a2", "VALUE > 0", false),
                    ("b", "VALUE < 10", false),
                    ("same", "VALUE <> 6", false),
                    ("other", "VALUE <> 8", true),
                    ("new", "VALUE <> 9", false),
                ],
            ),
        ),
        c(
            "domain_default",
            "",
            other(ObjectKind::Domain, "d"),
            domain("text", false, None, &[]),
            domain("text", true, Some("'x'::text"), &[]),
        ),
        c(
            "composite",
            "",
            other(ObjectKind::CompositeType, "c"),
            attributes(&[("a", "integer"), ("b", "text"), ("c", "text")]),
            attributes(&[("a", "bigint"), ("c", "text"), ("D d", "date")]),
        ),
        c(
            "composite_all",
            "",
            other(ObjectKind::CompositeType, "c"),
            attributes(&[("a", "integer")]),
            attributes(&[("b", "bigint")]),
        ),
        c(
            "view_options",
            t,
            Address::View(q("v")),
            view("SELECT t.id, t.b FROM app.t", &[("security_barrier", "true")], &[("b", "'x'::text")]),
            view("SELECT t.id, t.b FROM app.t", &[("check_option", "local")], &[("id", "5")]),
        ),
        c(
            "view_columns",
            t,
            Address::View(q("v")),
            view("(a, \"b)\") AS SELECT t.id, t.b FROM app.t", &[("security_barrier", "true")], &[]),
            view("(a, \"b)\") AS SELECT t.id, t.b FROM app.t", &[], &[]),
        ),
        Case {
            replaceable: true,
            ..c(
                "view_replaced",
                t,
                Address::View(q("v")),
                view("SELECT t.id FROM app.t", &[("security_barrier", "true")], &[("id", "1")]),
                view("SELECT t.id, t.b FROM app.t WHERE (t.id > 0)", &[("check_option", "cascaded")], &[("id", "2")]),
            )
        },
        c(
            "matview",
            t,
            other(ObjectKind::MaterializedView, "m"),
            mv("SELECT t.id FROM app.t", &[("fillfactor", "70"), ("toast.autovacuum_enabled", "false")]),
            mv("SELECT t.id FROM app.t", &[("fillfactor", "80")]),
        ),
        c("function", "", function("f", "integer, text[]"), fun(poor.clone()), fun(rich.clone())),
        c("function_renamed_argument", "", function("f", "integer, text[]"), fun(rich), fun(poor)),
        c("function_table", "", function("f", "integer"), fun(rows.clone()), fun(rows2)),
        c(
            "function_out",
            "",
            function("f", "integer"),
            fun(outs.clone()),
            fun(Routine { returns_set: false, ..outs2.clone() }),
        ),
        c("function_set", "", function("f", "integer"), fun(outs), fun(outs2)),
        c("function_rows", "", function("f", "integer"), fun(rows.clone()), fun(Routine { rows: None, ..rows })),
        c("function_atomic", "", function("f", "integer"), fun(atomic), fun(atomic2)),
        c("procedure", "", signed(ObjectKind::Procedure, q("p"), "integer, integer"), fun(proc), fun(proc2)),
        c(
            "trigger",
            ttf,
            trig("T"),
            trigger("BEFORE INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION app.tf('it''s')", Enabled::Disabled, false),
            trigger("AFTER UPDATE OF b ON app.t FOR EACH ROW EXECUTE FUNCTION app.tf()", Enabled::Origin, false),
        ),
        c(
            "trigger_state",
            ttf,
            trig("T"),
            trigger("BEFORE INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION app.tf()", Enabled::Origin, false),
            trigger("BEFORE INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION app.tf()", Enabled::Always, false),
        ),
        c(
            "trigger_kept_state",
            ttf,
            trig("T"),
            trigger("BEFORE INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION app.tf()", Enabled::Replica, false),
            trigger("BEFORE UPDATE ON app.t FOR EACH ROW EXECUTE FUNCTION app.tf()", Enabled::Replica, false),
        ),
        c(
            "constraint_trigger",
            ttf,
            trig("T"),
            trigger(
                "AFTER INSERT ON app.t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.tf()",
                Enabled::Origin,
                true,
            ),
            trigger(
                "AFTER INSERT ON app.t NOT DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION app.tf()",
                Enabled::Replica,
                true,
            ),
        ),
        c(
            "rule",
            t,
            part(PartKind::Rule, "r"),
            rule("ON INSERT TO app.t DO INSTEAD NOTHING", Enabled::Disabled),
            rule("ON DELETE TO app.t WHERE (old.id > 1) DO ALSO DELETE FROM app.t", Enabled::Disabled),
        ),
        c(
            "rule_state",
            t,
            part(PartKind::Rule, "r"),
            rule("ON INSERT TO app.t DO INSTEAD NOTHING", Enabled::Always),
            rule("ON INSERT TO app.t DO INSTEAD NOTHING", Enabled::Origin),
        ),
        c(
            "policy",
            t,
            part(PartKind::Policy, "p"),
            policy(false, "all", &["public"], Some("id > 0"), None),
            policy(false, "all", &["h8_a", "h8_b"], Some("id > 1"), Some("id > 2")),
        ),
        c(
            "policy_back",
            t,
            part(PartKind::Policy, "p"),
            policy(true, "insert", &["h8_a"], None, Some("id > 2")),
            policy(true, "insert", &["public"], None, Some("id > 3")),
        ),
        c(
            "policy_less",
            t,
            part(PartKind::Policy, "p"),
            policy(true, "update", &["h8_a"], Some("true"), Some("id > 2")),
            policy(true, "update", &["h8_a"], Some("true"), None),
        ),
        c(
            "extension",
            "",
            Address::Object(ObjectKind::Extension, bare("citext")),
            ext("public", Some("1.5")),
            ext("app", Some("1.6")),
        ),
        c(
            "event_trigger",
            tf,
            Address::Object(ObjectKind::EventTrigger, bare("h8_e")),
            event(Enabled::Disabled),
            event(Enabled::Replica),
        ),
        c(
            "range",
            "",
            other(ObjectKind::RangeType, "r"),
            defined("(subtype = integer)"),
            defined("(subtype = bigint)"),
        ),
        c("collation", "", other(ObjectKind::Collation, "k"), defined("(locale = 'C')"), defined("(locale = 'POSIX')")),
        c(
            "aggregate",
            "",
            signed(ObjectKind::Aggregate, q("a"), "integer"),
            defined("(integer) (SFUNC = int4pl, STYPE = integer)"),
            defined("(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0')"),
        ),
        c(
            "aggregate_none",
            "",
            signed(ObjectKind::Aggregate, q("a"), ""),
            defined("(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '1')"),
            defined("(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0')"),
        ),
        c(
            "operator",
            "",
            signed(ObjectKind::Operator, q("=#="), "integer, integer"),
            defined("(FUNCTION = int4eq, LEFTARG = integer, RIGHTARG = integer)"),
            defined("(FUNCTION = int4eq, LEFTARG = integer, RIGHTARG = integer, HASHES)"),
        ),
        c("operator_family", "", signed(ObjectKind::OperatorFamily, q("of"), "btree"), defined(""), defined("")),
        c(
            "operator_class",
            "",
            signed(ObjectKind::OperatorClass, q("oc"), "btree"),
            defined(
                "FOR TYPE integer USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(integer, integer)",
            ),
            defined("FOR TYPE bigint USING btree AS OPERATOR 3 ="),
        ),
        c(
            "cast",
            "CREATE TYPE app.ct AS (a integer); CREATE FUNCTION app.cf(app.ct) RETURNS integer LANGUAGE sql AS 'SELECT 1';",
            signed(ObjectKind::Cast, bare("app.ct"), "integer"),
            defined("WITH FUNCTION app.cf(app.ct)"),
            defined("WITH FUNCTION app.cf(app.ct) AS ASSIGNMENT"),
        ),
        c(
            "conversion",
            "",
            other(ObjectKind::Conversion, "k"),
            defined("FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8"),
            defined("FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8"),
        ),
        c(
            "ts_dictionary",
            "",
            other(ObjectKind::TextSearchDictionary, "k"),
            defined("(TEMPLATE = simple)"),
            defined("(TEMPLATE = simple, accept = 'false')"),
        ),
        c(
            "ts_configuration",
            "",
            other(ObjectKind::TextSearchConfiguration, "k"),
            defined("(PARSER = \"default\")"),
            defined("(COPY = pg_catalog.english)"),
        ),
        c(
            "statistics",
            t,
            other(ObjectKind::Statistics, "k"),
            defined("(ndistinct) ON id, b FROM app.t"),
            defined("ON id, b FROM app.t"),
        ),
        c(
            "fdw",
            "",
            Address::Object(ObjectKind::ForeignDataWrapper, bare("h8_w")),
            defined("OPTIONS (a '1', \"B c\" 'it''s, (x)', d '2')"),
            defined("OPTIONS (\"B c\" 'it''s', d '2', e '3')"),
        ),
        c(
            "server",
            "CREATE FOREIGN DATA WRAPPER h8_w;",
            Address::Object(ObjectKind::ForeignServer, bare("h8_s")),
            defined("TYPE 'x' VERSION '1' FOREIGN DATA WRAPPER h8_w OPTIONS (host 'a')"),
            defined("TYPE 'x' VERSION '1' FOREIGN DATA WRAPPER h8_w"),
        ),
        c(
            "user_mapping",
            "CREATE FOREIGN DATA WRAPPER h8_w; CREATE SERVER h8_s FOREIGN DATA WRAPPER h8_w;",
            signed(ObjectKind::UserMapping, bare("h8_s"), "h8_a"),
            defined("OPTIONS (a '1')"),
            defined("OPTIONS (a '2')"),
        ),
        c(
            "user_mapping_public",
            "CREATE FOREIGN DATA WRAPPER h8_w; CREATE SERVER h8_s FOREIGN DATA WRAPPER h8_w;",
            signed(ObjectKind::UserMapping, bare("h8_s"), "public"),
            defined(""),
            defined("OPTIONS (a '2')"),
        ),
        c(
            "publication",
            t,
            Address::Object(ObjectKind::Publication, bare("h8_p")),
            defined("FOR TABLE app.t WITH (publish = 'insert')"),
            defined("WITH (publish = 'insert, update')"),
        ),
        c(
            "publication_set",
            "CREATE TABLE app.t (id integer PRIMARY KEY, b text);CREATE TABLE app.u (id integer);",
            Address::Object(ObjectKind::Publication, bare("h8_p")),
            defined("FOR TABLE app.t"),
            defined("FOR TABLE ONLY app.t, app.u WITH (publish = 'insert', publish_via_partition_root = 'true')"),
        ),
        c(
            "language",
            "",
            Address::Object(ObjectKind::Language, bare("h8_l")),
            defined("HANDLER plpgsql_call_handler"),
            defined("HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler"),
        ),
        c(
            "access_method",
            "",
            Address::Object(ObjectKind::AccessMethod, bare("h8_m")),
            defined("TYPE INDEX HANDLER bthandler"),
            defined("TYPE TABLE HANDLER heap_tableam_handler"),
        ),
        c(
            "grant_table",
            t,
            to(Address::Table(q("t")), "h8_a"),
            grant(&[("SELECT", true), ("INSERT", false), ("DELETE", true)]),
            grant(&[("SELECT", false), ("INSERT", true), ("UPDATE", false)]),
        ),
        c(
            "grant_column",
            t,
            to(Address::Column(q("t"), Ident::from("b")), "public"),
            grant(&[("SELECT", false), ("UPDATE", false)]),
            grant(&[("SELECT", false), ("INSERT", false)]),
        ),
        c(
            "grant_function",
            "CREATE FUNCTION app.f(integer, text[]) RETURNS integer LANGUAGE sql AS 'SELECT 1';",
            to(function("f", "integer, text[]"), "public"),
            grant(&[]),
            grant(&[("EXECUTE", false)]),
        ),
        c(
            "grant_type",
            "CREATE TYPE app.e AS ENUM ('a');",
            to(other(ObjectKind::Enum, "e"), "public"),
            grant(&[]),
            grant(&[]),
        ),
        c(
            "grant_schema",
            "",
            to(Address::Namespace(Ident::from("app")), "h8_a"),
            grant(&[("USAGE", false)]),
            grant(&[("USAGE", false), ("CREATE", false)]),
        ),
        c(
            "grant_public",
            "",
            to(Address::Namespace(Ident::from("public")), "public"),
            grant(&[]),
            grant(&[("USAGE", false)]),
        ),
        c("default_anywhere", "", defaults("functions", "", "public"), grant(&[]), grant(&[])),
        c(
            "default_here",
            "",
            defaults("tables", "app", "h8_a"),
            grant(&[("SELECT", false)]),
            grant(&[("SELECT", true), ("INSERT", false)]),
        ),
    ];
    for (name, prelude, on_what) in [
        ("comment_table", t, Address::Table(q("t"))),
        ("comment_column", t, Address::Column(q("t"), Ident::from("b"))),
        ("comment_schema", "", Address::Namespace(Ident::from("app"))),
        (
            "comment_function",
            "CREATE FUNCTION app.f(integer, text[]) RETURNS integer LANGUAGE sql AS 'SELECT 1';",
            function("f", "integer, text[]"),
        ),
        (
            "comment_operator",
            "CREATE OPERATOR app.=#= (FUNCTION = int4eq, LEFTARG = integer, RIGHTARG = integer);",
            signed(ObjectKind::Operator, q("=#="), "integer, integer"),
        ),
        (
            "comment_domain_check",
            "CREATE DOMAIN app.d AS integer CONSTRAINT c CHECK (VALUE > 0);",
            Address::Part(PartKind::DomainCheck, q("d"), Ident::from("c")),
        ),
        ("comment_policy", "CREATE TABLE app.t (id integer); CREATE POLICY p ON app.t;", part(PartKind::Policy, "p")),
        (
            "comment_index",
            "CREATE TABLE app.t (id integer); CREATE INDEX i ON app.t (id);",
            Address::Index(q("t"), Ident::from("i")),
        ),
    ] {
        all.push(c(name, prelude, on(on_what), comment("it's\nso"), comment("")));
    }
    all
}

#[test]
fn dump() {
    let Ok(out) = std::env::var("H8_OUT") else { return };
    for case in cases() {
        let mut world = World::new();
        world.before.namespace_mut(&Ident::from("app"));
        world.after.namespace_mut(&Ident::from("app"));
        if case.replaceable {
            world.replaceable.insert(case.address.clone());
        }
        for schema in [&mut world.before, &mut world.after] {
            if let Address::Grant(on, _) | Address::Comment(on) = &case.address {
                if let Some(table_name) = on.relation() {
                    table(schema, table_name.name.text(), &[("id", "integer"), ("b", "text")]);
                } else if on.as_ref() != &Address::Namespace(Ident::from("app")) {
                    let _ = schema.put(on, labels(&[]));
                }
            }
            table(schema, "t", &[("id", "integer"), ("b", "text")]);
        }
        let domain = other(ObjectKind::Domain, "d");
        let d = super::tests::domain("integer", true, None, &[("c", "VALUE > 0", false)]);
        if case.name == "comment_domain_check" {
            world.after.put(&domain, d).unwrap();
        }
        if matches!(case.address, Address::Object(..) | Address::Signed(..)) {
            world.before.put(&case.address, case.before.clone()).unwrap();
            world.after.put(&case.address, case.after.clone()).unwrap();
        }
        let work = world.work();
        let (before, after) = (case.before.as_object(), case.after.as_object());
        let make = |it| sql(create(&work, &case.address, it).unwrap());
        let unmake = |it| sql(drop(&work, &case.address, it).unwrap());
        let (altered, how) = match alter(&work, &case.address, before, after).unwrap() {
            Alteration::InPlace(it) => (sql(it), "in place"),
            Alteration::Recreate => (unmake(before).into_iter().chain(make(after)).collect(), "recreated"),
        };
        let write = |part: &str, all: &[String]| {
            let text: String = all.iter().map(|it| [it.as_str(), ";\n"].concat()).collect();
            std::fs::write([&out, "/", case.name, ".", part, ".sql"].concat(), text).unwrap();
        };
        write("0prelude", &[case.prelude.to_owned()]);
        write("1before", &make(before));
        write("2alter", &[vec![["-- ", how].concat()], altered].concat());
        write("3after", &make(after));
        write("4drop", &unmake(after));
    }
}
