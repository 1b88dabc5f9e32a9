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
            version: "15.3".to_owned(),
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

/// The statements that lead from one form to another, at an address of a world; `None`: the object is made again.
fn altered(world: &World, address: &Address, before: &Definition, after: &Definition) -> Option<Vec<String>> {
    match alter(&world.work(), address, before.as_object(), after.as_object()).unwrap() {
        Alteration::InPlace(statements) => Some(sql(statements)),
        Alteration::Recreate => None,
    }
}

fn check(address: &Address, before: Definition, after: Definition, expected: &[&str]) {
    assert_eq!(altered(&World::new(), address, &before, &after).unwrap(), expected);
}

fn is_made_again(address: &Address, before: Definition, after: Definition) {
    assert_eq!(altered(&World::new(), address, &before, &after), None);
}

#[test]
fn new_values_of_an_enum_stand_beside_old_ones_and_are_usable_after_a_commit() {
    let address = other(ObjectKind::Enum, "e");
    let expected = [
        r#"ALTER TYPE "app"."e" ADD VALUE 'a' BEFORE 'b'"#,
        r#"ALTER TYPE "app"."e" ADD VALUE 'aa' AFTER 'a'"#,
        r#"ALTER TYPE "app"."e" ADD VALUE 'c' AFTER 'b'"#,
        r#"ALTER TYPE "app"."e" ADD VALUE 'it''s'"#,
    ];
    check(&address, labels(&["b", "d"]), labels(&["a", "aa", "b", "c", "d", "it's"]), &expected);
    let (before, after) = (labels(&["a"]), labels(&["a", "b"]));
    let world = World::new();
    match alter(&world.work(), &address, before.as_object(), after.as_object()).unwrap() {
        Alteration::InPlace(it) => assert_eq!(it[0].transaction, trueup_contract::Transaction::CommitAfter),
        Alteration::Recreate => panic!("a value is added in place"),
    }
}

#[test]
fn an_enum_that_loses_or_reorders_values_is_made_again() {
    let address = other(ObjectKind::Enum, "e");
    is_made_again(&address, labels(&["a", "b"]), labels(&["a"]));
    is_made_again(&address, labels(&["a", "b"]), labels(&["b", "a"]));
}

#[test]
fn the_checks_of_a_domain_are_renamed_validated_dropped_and_added() {
    let before = domain(
        "integer",
        true,
        Some("1"),
        &[("a", "VALUE > 0", false), ("b", "VALUE < 10", true), ("gone", "VALUE <> 5", false)],
    );
    let after = domain(
        "integer",
        false,
        None,
        &[("a2", "VALUE > 0", false), ("b", "VALUE < 10", false), ("new", "VALUE <> 9", true)],
    );
    let expected = [
        r#"ALTER DOMAIN "app"."d" RENAME CONSTRAINT "a" TO "a2""#,
        r#"ALTER DOMAIN "app"."d" VALIDATE CONSTRAINT "b""#,
        r#"ALTER DOMAIN "app"."d" DROP CONSTRAINT "gone""#,
        r#"ALTER DOMAIN "app"."d" DROP DEFAULT"#,
        r#"ALTER DOMAIN "app"."d" SET NOT NULL"#,
        r#"ALTER DOMAIN "app"."d" ADD CONSTRAINT "new" CHECK (VALUE <> 9) NOT VALID"#,
    ];
    check(&other(ObjectKind::Domain, "d"), before, after, &expected);
    is_made_again(&other(ObjectKind::Domain, "d"), domain("text", true, None, &[]), domain("integer", true, None, &[]));
}

#[test]
fn rows_are_asked_before_a_domain_refuses_their_values() {
    let mut world = World::new();
    table(&mut world.before, "t", &[("c", "app.d")]);
    table(&mut world.after, "t", &[("c", "app.d")]);
    let (before, after) =
        (domain("integer", true, None, &[]), domain("integer", true, None, &[("a", "VALUE > 0", false)]));
    let address = other(ObjectKind::Domain, "d");
    let altered = alter(&world.work(), &address, before.as_object(), after.as_object()).unwrap();
    let Alteration::InPlace(statements) = altered else { panic!("a check is added in place") };
    let question = statements[0].hazards[0].question.as_ref().unwrap();
    assert!(question.must_be_zero);
    assert!(question.sql.contains(r#"SELECT "c" ::integer AS value) AS v WHERE NOT (VALUE > 0)"#), "{}", question.sql);
}

#[test]
fn attributes_change_in_place_unless_columns_hold_values_of_them() {
    let (before, after) =
        (attributes(&[("a", "integer"), ("b", "text")]), attributes(&[("a", "bigint"), ("c", "date")]));
    let address = other(ObjectKind::CompositeType, "c");
    let expected = [
        r#"ALTER TYPE "app"."c" DROP ATTRIBUTE "b""#,
        r#"ALTER TYPE "app"."c" ALTER ATTRIBUTE "a" TYPE bigint"#,
        r#"ALTER TYPE "app"."c" ADD ATTRIBUTE "c" date"#,
    ];
    check(&address, before.clone(), after.clone(), &expected);
    let mut world = World::new();
    table(&mut world.before, "t", &[("v", "app.c")]);
    table(&mut world.after, "t", &[("v", "app.c")]);
    assert!(alter(&world.work(), &address, before.as_object(), after.as_object()).is_err());
}

#[test]
fn a_sequence_says_only_what_changed_and_begins_anew_where_it_must() {
    let form = |it: Sequence| pg(PostgresObject::Sequence(it));
    let address = other(ObjectKind::Sequence, "s");
    let mut cached = sequence();
    cached.options.cache = 5;
    check(&address, form(sequence()), form(cached), &[r#"ALTER SEQUENCE "app"."s" CACHE 5"#]);
    let small = Sequence { ty: "smallint".into(), options: SequenceOptions::of_type("smallint", 1), ..sequence() };
    let expected = r#"ALTER SEQUENCE "app"."s" AS smallint MINVALUE 1 MAXVALUE 32767"#;
    check(&address, form(sequence()), form(small), &[expected]);
    let down = Sequence { options: SequenceOptions::of_type("bigint", -1), ..sequence() };
    let mut world = World::new();
    world.after.put(&address, form(down.clone())).unwrap();
    let altered = altered(&world, &address, &form(sequence()), &form(down)).unwrap();
    assert!(altered[0].ends_with("START WITH -1 RESTART"), "{altered:?}");
}

#[test]
fn a_sequence_that_goes_with_a_column_is_named_for_what_each_step_does_to_it() {
    let world = World::new();
    let owned = Sequence { owned_by: Some((q("t"), "id".into())), ..sequence() };
    let form = |it: &Sequence| pg(PostgresObject::Sequence(it.clone()));
    let address = other(ObjectKind::Sequence, "s");
    let made = create(&world.work(), &address, form(&owned).as_object()).unwrap();
    let named = |all: &[Statement]| all.iter().map(|it| it.summary.clone()).collect::<Vec<_>>();
    assert_eq!(named(&made), [None, Some("tie sequence app.s to column app.t.id".to_owned())]);
    let Alteration::InPlace(freed) =
        alter(&world.work(), &address, form(&owned).as_object(), form(&sequence()).as_object()).unwrap()
    else {
        panic!("the sequence is made anew");
    };
    assert_eq!(named(&freed), [Some("untie sequence app.s from its column".to_owned())]);
}

#[test]
fn a_routine_is_replaced_only_where_postgresql_allows_it() {
    use ArgumentMode::{In, Out};
    let address = function("f", "integer");
    let plain = routine(&[(In, "", "integer")], Some("integer"), "BEGIN RETURN 1; END");
    let named = routine(&[(In, "a", "integer")], Some("integer"), "BEGIN RETURN 2; END");
    let expected = r#"CREATE OR REPLACE FUNCTION "app"."f" ("a" integer) RETURNS integer LANGUAGE "plpgsql" AS $$BEGIN RETURN 2; END$$"#;
    check(&address, fun(plain.clone()), fun(named.clone()), &[expected]);
    is_made_again(&address, fun(named.clone()), fun(plain.clone()));
    is_made_again(&address, fun(plain.clone()), fun(Routine { returns: Some(text("bigint")), ..plain.clone() }));
    let mut filled = named.clone();
    filled.arguments[0].default = Some(text("1"));
    is_made_again(&address, fun(filled), fun(named));
    let out = |name| fun(routine(&[(Out, name, "integer"), (Out, "y", "text")], None, "BEGIN END"));
    is_made_again(&address, out("x"), out("z"));
}

#[test]
fn a_view_is_replaced_where_the_server_says_so() {
    let address = Address::View(q("v"));
    let before = view("SELECT t.id FROM app.t", &[("security_barrier", "true")], &[("id", "1")]);
    let options = view("SELECT t.id FROM app.t", &[("check_option", "local")], &[]);
    let expected = [
        r#"ALTER VIEW "app"."v" SET (check_option = 'local')"#,
        r#"ALTER VIEW "app"."v" RESET (security_barrier)"#,
        r#"ALTER VIEW "app"."v" ALTER COLUMN "id" DROP DEFAULT"#,
    ];
    check(&address, before.clone(), options, &expected);
    let after = view("SELECT t.id, t.b FROM app.t", &[], &[("id", "1")]);
    is_made_again(&address, before.clone(), after.clone());
    let mut world = World::new();
    world.replaceable.insert(address.clone());
    let expected = [r#"CREATE OR REPLACE VIEW "app"."v" AS SELECT t.id, t.b FROM app.t"#];
    assert_eq!(altered(&world, &address, &before, &after).unwrap(), expected);
}

#[test]
fn a_trigger_that_replaces_another_fires_as_it_shall() {
    let address = Address::Trigger(q("t"), Ident::from("T"));
    let form = |event: &str, enabled, constraint| {
        trigger(&[event, " ON app.t FOR EACH ROW EXECUTE FUNCTION app.tf()"].concat(), enabled, constraint)
    };
    let expected = [
        r#"CREATE OR REPLACE TRIGGER "T" BEFORE UPDATE ON app.t FOR EACH ROW EXECUTE FUNCTION app.tf()"#,
        r#"ALTER TABLE "app"."t" ENABLE REPLICA TRIGGER "T""#,
    ];
    let (before, after) =
        (form("BEFORE INSERT", Enabled::Replica, false), form("BEFORE UPDATE", Enabled::Replica, false));
    check(&address, before, after, &expected);
    is_made_again(&address, form("AFTER INSERT", Enabled::Origin, true), form("AFTER UPDATE", Enabled::Origin, true));
    let (before, after) = (
        rule("ON INSERT TO app.t DO INSTEAD NOTHING", Enabled::Always),
        rule("ON INSERT TO app.t DO INSTEAD NOTHING", Enabled::Disabled),
    );
    let address = Address::Part(PartKind::Rule, q("t"), Ident::from("r"));
    check(&address, before, after, &[r#"ALTER TABLE "app"."t" DISABLE RULE "r""#]);
}

#[test]
fn a_policy_cannot_lose_an_expression_in_place() {
    let address = Address::Part(PartKind::Policy, q("t"), Ident::from("p"));
    let before = policy(true, "all", &["public"], Some("id > 0"), None);
    let after = policy(true, "all", &["a", "b"], Some("id > 1"), Some("id > 2"));
    let expected = r#"ALTER POLICY "p" ON "app"."t" TO "a", "b" USING (id > 1) WITH CHECK (id > 2)"#;
    check(&address, before.clone(), after.clone(), &[expected]);
    is_made_again(&address, after, before);
}

#[test]
fn privileges_go_before_they_come_and_columns_keep_theirs() {
    let to = |on: Address| Address::Grant(Box::new(on), Ident::from("r"));
    let address = to(Address::Table(q("t")));
    let (before, after) =
        (grant(&[("SELECT", true), ("DELETE", false)]), grant(&[("SELECT", false), ("INSERT", true)]));
    let expected = [
        r#"REVOKE DELETE ON TABLE "app"."t" FROM "r""#,
        r#"REVOKE GRANT OPTION FOR SELECT ON TABLE "app"."t" FROM "r""#,
        r#"GRANT INSERT ON TABLE "app"."t" TO "r" WITH GRANT OPTION"#,
    ];
    check(&address, before.clone(), after, &expected);
    let mut world = World::new();
    table(&mut world.after, "t", &[("b", "text")]);
    let column = Address::Column(q("t"), Ident::from("b"));
    world.after.put(&to(column), grant(&[("SELECT", false)])).unwrap();
    let dropped = sql(drop(&world.work(), &address, before.as_object()).unwrap());
    let expected =
        [r#"REVOKE DELETE, SELECT ON TABLE "app"."t" FROM "r""#, r#"GRANT SELECT ("b") ON TABLE "app"."t" TO "r""#];
    assert_eq!(dropped, expected);
}

#[test]
fn a_grant_to_a_role_that_is_not_there_is_refused() {
    let mut world = World::new();
    world.cluster.roles.insert(Ident::from("postgres"));
    let address = Address::Grant(Box::new(Address::Namespace(Ident::from("app"))), Ident::from("nobody"));
    let refused = create(&world.work(), &address, grant(&[("USAGE", false)]).as_object()).unwrap_err();
    assert!(refused.reason.contains("nobody"), "{refused}");
}

#[test]
fn what_default_privileges_give_is_taken_away_where_it_is_not_declared() {
    let scope = DefaultScope { owner: Ident::default(), namespace: Ident::from("app"), objects: Ident::from("tables") };
    let mut world = World::new();
    let by_default = Address::DefaultPrivileges(Box::new(scope), Ident::from("r"));
    for schema in [&mut world.before, &mut world.after] {
        schema.put(&by_default, grant(&[("SELECT", false), ("INSERT", false)])).unwrap();
    }
    let made = sql(create(&world.work(), &Address::View(q("v")), view("SELECT 1", &[], &[]).as_object()).unwrap());
    let revoked = r#"REVOKE INSERT, SELECT ON TABLE "app"."v" FROM "r""#;
    assert_eq!(made, [r#"CREATE VIEW "app"."v" AS SELECT 1"#, revoked]);
    let granted = Address::Grant(Box::new(Address::View(q("v"))), Ident::from("r"));
    world.after.put(&granted, grant(&[("SELECT", false), ("INSERT", false)])).unwrap();
    assert!(super::after_create(&world.work(), &Address::View(q("v"))).is_empty());
}

#[test]
fn options_of_servers_change_without_a_loss_of_secrets() {
    let server = Address::Object(ObjectKind::ForeignServer, bare("s"));
    let form = |it: &str| defined(it);
    check(
        &server,
        form("VERSION '1' FOREIGN DATA WRAPPER w OPTIONS (a '1', b 'x, (y)')"),
        form("VERSION '2 x' FOREIGN DATA WRAPPER w OPTIONS (b 'z', c '3')"),
        &[r#"ALTER SERVER "s" VERSION '2 x' OPTIONS (DROP a, SET b 'z', ADD c '3')"#],
    );
    let (before, after) = (form("FOREIGN DATA WRAPPER w"), form("FOREIGN DATA WRAPPER v"));
    assert!(alter(&World::new().work(), &server, before.as_object(), after.as_object()).is_err());
}

#[test]
fn a_publication_goes_back_to_what_is_usual() {
    let address = Address::Object(ObjectKind::Publication, bare("p"));
    let expected = [
        r#"ALTER PUBLICATION "p" SET TABLE app.t, app.u"#,
        r#"ALTER PUBLICATION "p" SET (publish = 'insert, update, delete, truncate')"#,
    ];
    let after = defined("FOR TABLE app.t, TABLE app.u");
    check(&address, defined("FOR TABLE app.t WITH (publish = 'insert')"), after, &expected);
    is_made_again(&address, defined("FOR ALL TABLES"), defined("FOR TABLE app.t"));
}
