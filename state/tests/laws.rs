//! What must hold for every schema, address and lockfile.

#![allow(clippy::unwrap_used, reason = "a law that cannot be stated fails")]

use indexmap::IndexMap;
use proptest::{
    collection::vec,
    option::of,
    prelude::*,
    sample::{Index as Choice, select},
};
use trueup_state::{
    Address, Change, Check, CheckExtra, Column, ColumnExtra, Conflict, DefaultScope, Deferral, Definition, Enabled,
    Entry, EnumType, Fingerprint, ForeignKey, ForeignKeyExtra, Generated, Grant, Ident, Index, IndexExtra, KeyExtra,
    Lockfile, Namespace, ObjectKind, Pair, Part, PartExtra, PartKind, PostgresObject, PrimaryKey, Qualified, Query,
    ReferentialAction, Rule, Schema, Seal, SqlText, SqliteColumn, SqliteKey, SqliteTable, Table, TableExtra, Term,
    Trigger, TriggerExtra, Unique, View, ViewExtra, VirtualTable, diff,
};

/// Few enough that two schemas often share a name, and hostile enough to break a careless text form.
const NAMES: [&str; 10] = ["a", "b", "users", "A", "my col", "x.y", "q\"q", "k:v", "é", ""];
const TEXTS: [&str; 5] = ["", "a > 0", "'it''s' || b", "\"my col\" is not null", "a > 1"];
const CONFLICTS: [Conflict; 5] =
    [Conflict::Abort, Conflict::Rollback, Conflict::Fail, Conflict::Ignore, Conflict::Replace];
const ACTIONS: [ReferentialAction; 5] = [
    ReferentialAction::NoAction,
    ReferentialAction::Restrict,
    ReferentialAction::SetNull,
    ReferentialAction::SetDefault,
    ReferentialAction::Cascade,
];
const DEFERRALS: [Deferral; 3] = [Deferral::NotDeferrable, Deferral::InitiallyImmediate, Deferral::InitiallyDeferred];

fn name() -> impl Strategy<Value = Ident> + Clone {
    select(&NAMES[..]).prop_map(Ident::from)
}

fn text() -> impl Strategy<Value = SqlText> {
    (select(&TEXTS[..]), any::<bool>()).prop_map(|(canonical, spelled)| {
        let written = if spelled { canonical.to_uppercase() } else { canonical.to_owned() };
        SqlText::new(canonical, written)
    })
}

fn named<T: std::fmt::Debug>(each: impl Strategy<Value = T>) -> impl Strategy<Value = IndexMap<Ident, T>> {
    vec((name(), each), 0..3).prop_map(|entries| entries.into_iter().collect())
}

fn column() -> impl Strategy<Value = Column> {
    let generated = (text(), any::<bool>()).prop_map(|(expression, stored)| Generated { expression, stored });
    let extra = select(&CONFLICTS[..]).prop_map(|not_null| ColumnExtra::from(SqliteColumn { not_null }));
    (text(), any::<bool>(), of(text()), of(name()), of(generated), extra).prop_map(
        |(ty, nullable, default, collation, generated, extra)| Column {
            ty,
            nullable,
            default,
            collation,
            generated,
            extra,
        },
    )
}

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let term = prop_oneof![name().prop_map(Term::Column), text().prop_map(Term::Expression)];
    let part = (term, of(name()), any::<bool>());
    vec(
        part.prop_map(|(term, collation, descending)| Part { term, collation, descending, extra: PartExtra::None }),
        1..3,
    )
}

fn key_extra() -> impl Strategy<Value = KeyExtra> {
    (select(&CONFLICTS[..]), any::<bool>(), any::<bool>()).prop_map(|(conflict, autoincrement, rowid_alias)| {
        KeyExtra::from(SqliteKey { conflict, autoincrement, rowid_alias })
    })
}

fn foreign_key() -> impl Strategy<Value = ForeignKey> {
    let references = (of(Just("app")), name())
        .prop_map(|(namespace, name)| Qualified { namespace: namespace.map(Ident::from).unwrap_or_default(), name });
    let (on_delete, on_update) = (select(&ACTIONS[..]), select(&ACTIONS[..]));
    (of(name()), vec(name(), 1..3), references, vec(name(), 0..2), on_delete, on_update, select(&DEFERRALS[..]))
        .prop_map(|(name, columns, references, referenced_columns, on_delete, on_update, deferral)| ForeignKey {
            name,
            columns,
            references,
            referenced_columns,
            on_delete,
            on_update,
            deferral,
            extra: ForeignKeyExtra::None,
        })
}

fn triggers() -> impl Strategy<Value = IndexMap<Ident, Trigger>> {
    named(text().prop_map(|definition| Trigger { definition, extra: TriggerExtra::None }))
}

fn table() -> impl Strategy<Value = Table> {
    let key = (of(name()), parts(), key_extra());
    let primary_key = key.prop_map(|(name, parts, extra)| PrimaryKey { name, parts, extra });
    let key = (of(name()), parts(), key_extra());
    let unique = key.prop_map(|(name, parts, extra)| Unique { name, parts, extra });
    let check = (of(name()), text()).prop_map(|(name, expression)| Check { name, expression, extra: CheckExtra::None });
    let index = (any::<bool>(), parts(), of(text()));
    let index =
        index.prop_map(|(unique, parts, predicate)| Index { unique, parts, predicate, extra: IndexExtra::None });
    let extra = (any::<bool>(), any::<bool>())
        .prop_map(|(strict, without_rowid)| TableExtra::from(SqliteTable { strict, without_rowid }));
    let parts = (named(column()), of(primary_key), named(unique), named(check), named(foreign_key()), named(index));
    (parts, triggers(), extra).prop_map(
        |((columns, primary_key, uniques, checks, foreign_keys, indexes), triggers, extra)| Table {
            columns,
            primary_key,
            uniques,
            checks,
            foreign_keys,
            indexes,
            triggers,
            extra,
        },
    )
}

/// What can own a name in a namespace; a table and a view of one schema never share one.
#[derive(Clone, Debug)]
enum Relation {
    Table(Table),
    View(View),
    VirtualTable(VirtualTable),
}

fn namespace() -> impl Strategy<Value = Namespace> {
    let view = (text(), triggers())
        .prop_map(|(definition, triggers)| View { query: Query { definition, extra: ViewExtra::None }, triggers });
    let virtual_table = (name(), text()).prop_map(|(module, arguments)| VirtualTable { module, arguments });
    let relation = prop_oneof![
        2 => table().prop_map(Relation::Table),
        1 => view.prop_map(Relation::View),
        1 => virtual_table.prop_map(Relation::VirtualTable),
    ];
    vec((name(), relation), 0..4).prop_map(|entries| {
        let relations: IndexMap<Ident, Relation> = entries.into_iter().collect();
        let mut namespace = Namespace::default();
        for (name, relation) in relations {
            match relation {
                Relation::Table(it) => drop(namespace.tables.insert(name, it)),
                Relation::View(it) => drop(namespace.views.insert(name, it)),
                Relation::VirtualTable(it) => drop(namespace.virtual_tables.insert(name, it)),
            }
        }
        namespace
    })
}

fn schema() -> impl Strategy<Value = Schema> {
    (of(namespace()), of(namespace()), vec(any::<u8>(), 6)).prop_map(|(own, app, chance)| {
        let own = own.map(|it| (Ident::default(), it));
        let app = app.map(|it| (Ident::from("app"), it));
        let mut schema = Schema { namespaces: own.into_iter().chain(app).collect(), others: IndexMap::new() };
        let objects: Vec<Address> = schema.objects().into_iter().map(|(address, _)| address).collect();
        for (at, chance) in chance.into_iter().enumerate() {
            let subject = objects.get(usize::from(chance) % (objects.len() + 1));
            // What lies in a namespace goes with it, so it can only be in one that is there.
            let namespace = schema.namespaces.get_key_value("app").map(|(name, _)| name.clone()).unwrap_or_default();
            schema.others.extend(other(at, chance, namespace, subject));
        }
        schema
    })
}

/// Something outside the tree: what stands by itself, or what hangs on an object that is there.
fn other(at: usize, chance: u8, namespace: Ident, subject: Option<&Address>) -> Option<(Address, Definition)> {
    let postgres = |it| Definition::Postgres(Box::new(it));
    let name = Qualified { namespace, name: NAMES[usize::from(chance) % NAMES.len()].into() };
    let labels = vec![chance.to_string()];
    match (at, subject) {
        (0, _) => Some((Address::Object(ObjectKind::Enum, name), postgres(PostgresObject::Enum(EnumType { labels })))),
        (1, _) => {
            let privileges = [("EXECUTE".to_owned(), chance > 128)].into();
            let routine = Address::Signed(ObjectKind::Function, name, "integer, text".into());
            Some((
                Address::Grant(Box::new(routine), "public".into()),
                postgres(PostgresObject::Grant(Grant { privileges })),
            ))
        }
        (2, Some(subject)) if subject.relation().is_some() => {
            let owner = subject.relation()?.clone();
            let rule = Rule { definition: SqlText::new("on delete", "on delete"), enabled: Enabled::Always };
            Some((Address::Part(PartKind::Rule, owner, name.name), postgres(PostgresObject::Rule(rule))))
        }
        (_, Some(subject)) => {
            let comment = PostgresObject::Comment(chance.to_string());
            Some((Address::Comment(Box::new(subject.clone())), postgres(comment)))
        }
        (_, None) => None,
    }
}

fn address(part: impl Strategy<Value = Ident> + Clone + 'static) -> impl Strategy<Value = Address> {
    let kinds: [fn(Qualified, Ident) -> Address; 18] = [
        |_, name| Address::Namespace(name),
        |owner, _| Address::Table(owner),
        Address::Column,
        |owner, _| Address::PrimaryKey(owner),
        Address::Unique,
        Address::Check,
        Address::ForeignKey,
        Address::Index,
        Address::Trigger,
        |owner, _| Address::View(owner),
        |owner, _| Address::VirtualTable(owner),
        |owner, _| Address::Object(ObjectKind::MaterializedView, owner),
        |owner, _| Address::Signed(ObjectKind::Function, owner, "integer, x.\"T (a)\"[]".into()),
        |owner, name| Address::Part(PartKind::Policy, owner, name),
        |owner, role| Address::Grant(Box::new(Address::Table(owner)), role),
        |owner, name| Address::Comment(Box::new(Address::Column(owner, name))),
        |owner, _| Address::Owner(Box::new(Address::Table(owner))),
        |owner, role| {
            let scope = DefaultScope { owner: owner.name, namespace: owner.namespace, objects: "tables".into() };
            Address::DefaultPrivileges(Box::new(scope), role)
        },
    ];
    (0..kinds.len(), part.clone(), part.clone(), part)
        .prop_map(move |(kind, namespace, owner, own)| kinds[kind](Qualified { namespace, name: owner }, own))
}

/// Anything at all, and more than its share of what an address is written with.
fn hostile() -> impl Strategy<Value = Ident> + Clone {
    let any_text = prop_oneof![any::<String>(), "[.\":, 'a\n\\\\é]{0,6}", "[a-z_$#-]{1,8}"];
    any_text.prop_map(Ident::from)
}

fn fingerprint() -> impl Strategy<Value = Fingerprint> {
    any::<u64>().prop_map(|seed| Fingerprint::of_bytes(&seed.to_le_bytes()))
}

/// A lockfile after a few writes, each with other objects.
fn lockfile(part: impl Strategy<Value = Ident> + Clone + 'static) -> impl Strategy<Value = Lockfile> {
    let word = part.clone().prop_map(|it| it.text().to_owned());
    let entry = (fingerprint(), fingerprint(), any::<bool>(), vec(address(part.clone()), 0..3))
        .prop_map(|(source, observed, protected, depends)| Entry { source, observed, protected, depends });
    let objects = proptest::collection::btree_map(address(part), entry, 0..3);
    let write = (objects, fingerprint(), of(fingerprint()), word.clone(), of(word.clone()));
    (word.clone(), word, fingerprint(), vec(write, 1..4)).prop_map(|(lineage, provider, target, writes)| {
        let empty = Lockfile::new(lineage, provider, target);
        writes.into_iter().fold(empty, |lockfile, (objects, desired, plan, action, at)| {
            Lockfile { objects, desired, observed: desired, plan, ..lockfile }.sealed(Seal { action, at })
        })
    })
}

/// The same schema with every map filled in another order.
fn reordered(mut schema: Schema, by: usize) -> Schema {
    fn turn<T>(map: &mut IndexMap<Ident, T>, by: usize) {
        let mut entries: Vec<(Ident, T)> = std::mem::take(map).into_iter().collect();
        let middle = by % entries.len().max(1);
        entries.rotate_left(middle);
        entries.reverse();
        map.extend(entries);
    }
    for Namespace { tables, views, virtual_tables } in schema.namespaces.values_mut() {
        for table in tables.values_mut() {
            let Table { columns, primary_key: _, uniques, checks, foreign_keys, indexes, triggers, extra: _ } = table;
            turn(columns, by);
            turn(uniques, by);
            turn(checks, by);
            turn(foreign_keys, by);
            turn(indexes, by);
            turn(triggers, by);
        }
        views.values_mut().for_each(|view| turn(&mut view.triggers, by));
        turn(tables, by);
        turn(views, by);
        turn(virtual_tables, by);
    }
    turn(&mut schema.namespaces, by);
    schema
}

/// The line with another value behind its key; `None` for a line that holds nothing, and for the times, which are for
/// people and in no hash.
fn edited(line: &str, at: &Choice) -> Option<String> {
    let (key, value) = line.split_once(" = ").filter(|(key, _)| *key != "at")?;
    let value = match key {
        "serial" | "version" => (value.parse::<u64>().unwrap() + 1 + at.index(7) as u64).to_string(),
        "protected" => return Some(String::new()),
        "address" => "\"table:of another name\"".to_owned(),
        "depends" => "[\"table:of another name\"]".to_owned(),
        "lineage" | "provider" | "action" => "\"another word\"".to_owned(),
        _ => {
            let at = 1 + at.index(value.len() - 2);
            let digit = value[at..=at].chars().next().and_then(|digit| digit.to_digit(16)).unwrap();
            let other = char::from_digit((digit + 1) % 16, 16).unwrap();
            [&value[..at], &other.to_string(), &value[at + 1..]].concat()
        }
    };
    Some([key, " = ", &value].concat())
}

/// Apply `changes` to `before` one at a time; each must change both the schema and its fingerprint.
fn check(before: &Schema, after: &Schema, changes: &[Change]) -> Result<(), TestCaseError> {
    let mut schema = before.clone();
    for change in changes {
        let earlier = schema.clone();
        schema.apply(change, after).map_err(|error| TestCaseError::fail(format!("{change:?}: {error}")))?;
        prop_assert_ne!(&earlier, &schema, "{:?} changes nothing", change);
        prop_assert_ne!(Fingerprint::of_schema(&earlier), Fingerprint::of_schema(&schema), "{:?}", change);
    }
    prop_assert_eq!(&schema, after);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn applying_every_change_gives_the_schema_after(before in schema(), after in schema()) {
        check(&before, &after, &diff(Pair { before: &before, after: &after }))?;
    }

    #[test]
    fn nothing_differs_from_itself(schema in schema(), by in 0usize..5) {
        let same = reordered(schema.clone(), by);
        prop_assert_eq!(diff(Pair { before: &schema, after: &same }), []);
        prop_assert_eq!(&schema, &same);
        prop_assert_eq!(Fingerprint::of_schema(&schema), Fingerprint::of_schema(&same));
    }

    #[test]
    fn schemas_are_equal_as_their_fingerprints_are(a in schema(), b in schema()) {
        let changes = diff(Pair { before: &a, after: &b });
        prop_assert_eq!(a == b, Fingerprint::of_schema(&a) == Fingerprint::of_schema(&b));
        prop_assert_eq!(a == b, changes.is_empty());
    }

    #[test]
    fn a_definition_survives_a_plan_file(schema in schema()) {
        for (address, object) in schema.objects() {
            let json = serde_json::to_string(&object.to_definition()).unwrap();
            let read: Definition = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(read.as_object(), object, "{} as {}", address, json);
            prop_assert_eq!(Fingerprint::of_object(read.as_object()), Fingerprint::of_object(object));
            prop_assert_eq!(schema.object(&address), Some(object));
        }
    }

    #[test]
    fn an_address_is_read_as_it_is_written(address in address(hostile())) {
        let text = address.to_string();
        prop_assert_eq!(text.parse(), Ok(address.clone()));
        let json = serde_json::to_string(&address).unwrap();
        prop_assert_eq!(&json, &serde_json::to_string(&text).unwrap());
        prop_assert_eq!(serde_json::from_str::<Address>(&json).unwrap(), address);
    }

    #[test]
    fn any_text_is_an_address_of_one_spelling_or_none(text in "(table|column|schema|view|x):[a\".]{0,8}") {
        if let Ok(address) = text.parse::<Address>() {
            prop_assert_eq!(address.to_string().parse(), Ok(address));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_lockfile_is_read_as_it_is_written(lockfile in lockfile(hostile())) {
        let text = lockfile.render().unwrap();
        prop_assert_eq!(&lockfile.render().unwrap(), &text);
        let read = Lockfile::parse(&text).map_err(|error| TestCaseError::fail(format!("{error:?} in {text}")))?;
        prop_assert_eq!(read.render().unwrap(), text);
        prop_assert_eq!(read, lockfile);
    }

    #[test]
    fn every_edit_of_a_lockfile_is_noticed(lockfile in lockfile(name()), at in any::<Choice>()) {
        let text = lockfile.render().unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let Some(edited) = edited(line, &at) else { continue };
            for other in [edited, String::new()] {
                let mut lines = lines.clone();
                lines[number] = &other;
                prop_assert!(Lockfile::parse(&lines.join("\n")).is_err(), "`{}` for `{}` in {}", other, line, text);
            }
        }
    }

    #[test]
    fn a_history_entry_that_is_gone_is_noticed(lockfile in lockfile(name()), at in any::<Choice>()) {
        let mut lockfile = lockfile;
        lockfile.history.remove(at.index(lockfile.history.len()));
        prop_assert!(Lockfile::parse(&lockfile.render().unwrap()).is_err());
    }
}
