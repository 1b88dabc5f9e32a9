//! Steps of small schemas, on both servers.

use std::collections::BTreeSet;

use trueup_contract::{Action, Cluster, Depends, Fact, Step, Work};
use trueup_state::{
    Address, Change, Column, ColumnExtra, ForeignKey, Ident, Index, IndexKind, MySqlColumn, MySqlIndex, MySqlTable,
    Pair, Part, PartitionBy, Partitions, PrimaryKey, Qualified, Schema, SqlText, Table, diff,
};

fn text(text: &str) -> SqlText {
    SqlText::new(text, text)
}

fn column(ty: &str) -> Column {
    let collation = ty.starts_with("varchar").then(|| Ident::from("utf8mb4_bin"));
    let none = ColumnExtra::None;
    Column { ty: text(ty), nullable: true, default: None, collation, generated: None, extra: none }
}

fn table(columns: &[(&str, Column)]) -> Table {
    let columns = columns.iter().map(|(name, it)| (Ident::from(*name), it.clone())).collect();
    let extra = MySqlTable { engine: Some("InnoDB".to_owned()), ..MySqlTable::default() }.into();
    Table { columns, extra, ..Table::default() }
}

fn schema(tables: &[(&str, Table)]) -> Schema {
    let mut schema = Schema::default();
    let namespace = schema.namespace_mut(&Ident::default());
    namespace.tables = tables.iter().map(|(name, it)| (Ident::from(*name), it.clone())).collect();
    schema
}

fn link(column: &str, to: &str) -> ForeignKey {
    ForeignKey {
        name: None,
        columns: vec![Ident::from(column)],
        references: Qualified::bare(to),
        referenced_columns: vec![Ident::from("id")],
        on_delete: trueup_state::ReferentialAction::Restrict,
        on_update: trueup_state::ReferentialAction::Restrict,
        deferral: trueup_state::Deferral::NotDeferrable,
        extra: trueup_state::ForeignKeyExtra::None,
    }
}

fn primary(column: &str) -> PrimaryKey {
    let parts = vec![Part::column(Ident::from(column))];
    PrimaryKey { name: None, parts, extra: trueup_state::KeyExtra::None }
}

fn index(unique: bool, column: &str) -> Index {
    let parts = vec![Part::column(Ident::from(column))];
    Index { unique, parts, predicate: None, extra: trueup_state::IndexExtra::None }
}

fn server(version: &str, large: &[&str]) -> Cluster {
    let mut cluster = Cluster::default();
    cluster.settings.insert("version".to_owned(), version.to_owned());
    cluster.large = large.iter().map(|it| Qualified::bare(*it)).collect();
    cluster
}

const MARIADB: &str = "10.11.6-MariaDB";
const MYSQL: &str = "9.1.0";

fn steps_on(cluster: &Cluster, before: &Schema, after: &Schema, renames: &[Change]) -> Vec<Step> {
    let renamed = super::renamed(before, renames);
    let changes: Vec<Change> = renames.iter().cloned().chain(diff(Pair { before: &renamed, after })).collect();
    let work = Work {
        observed: before,
        before: &renamed,
        after,
        declared: after,
        depends: Pair { before: &Depends::new(), after: &Depends::new() },
        replaceable: &BTreeSet::new(),
        cluster,
        changes: &changes,
        version: "",
        minimum_version: None,
    };
    super::steps(&work).unwrap()
}

fn sql(steps: &[Step]) -> Vec<&str> {
    steps.iter().map(|it| it.action.sql()).collect()
}

#[test]
fn changes_of_a_table_are_one_statement_for_each_way_of_the_server() {
    let before = schema(&[("t", table(&[("a", column("int(11)")), ("b", column("varchar(10)"))]))]);
    let mut there = table(&[("a", column("bigint(20)")), ("n", column("int(11)")), ("b", column("varchar(20)"))]);
    there.indexes.insert(Ident::from("b"), index(false, "b"));
    let steps = steps_on(&server(MARIADB, &[]), &before, &schema(&[("t", there)]), &[]);
    assert_eq!(
        sql(&steps),
        [
            "ALTER TABLE `t` ADD COLUMN `n` int(11) AFTER `a`, ALGORITHM=INSTANT",
            "ALTER TABLE `t` MODIFY COLUMN `b` varchar(20) COLLATE utf8mb4_bin, ADD KEY `b` (`b`), \
             ALGORITHM=INPLACE, LOCK=NONE",
            "ALTER TABLE `t` MODIFY COLUMN `a` bigint(20), ALGORITHM=COPY, LOCK=SHARED",
        ]
    );
    let ways: Vec<&str> = steps[0].fallbacks.iter().map(Action::sql).collect();
    assert_eq!(ways.len(), 3);
    assert!(ways[0].ends_with("ALGORITHM=INPLACE, LOCK=NONE") && ways[2].ends_with("ALGORITHM=COPY, LOCK=SHARED"));
}

#[test]
fn a_large_table_is_not_copied_unless_somebody_says_so() {
    let mut was = table(&[("id", column("int"))]);
    was.primary_key = Some(primary("id"));
    let mut is = table(&[("id", column("bigint")), ("n", column("int"))]);
    is.primary_key = Some(primary("id"));
    let steps = steps_on(&server(MYSQL, &["t"]), &schema(&[("t", was)]), &schema(&[("t", is)]), &[]);
    let [at_once, copied] = steps.as_slice() else { panic!("{:?}", sql(&steps)) };
    assert!(at_once.fallbacks.iter().all(|it| !it.sql().contains("COPY")));
    assert!(copied.hazards.iter().any(|it| it.fact == Fact::CopiesTable));
    let commands = &copied.hand_over.as_ref().unwrap().commands;
    assert!(commands[0].contains("--alter='MODIFY COLUMN `id` bigint'"), "{commands:?}");
}

#[test]
fn a_foreign_key_goes_and_comes_again_where_its_columns_get_another_type() {
    let sides = |ty: &str| {
        let mut parent = table(&[("id", column(ty))]);
        parent.primary_key = Some(primary("id"));
        let mut child = table(&[("p", column(ty))]);
        child.indexes.insert(Ident::from("f"), index(false, "p"));
        child.foreign_keys.insert(Ident::from("f"), link("p", "parent"));
        schema(&[("parent", parent), ("child", child)])
    };
    let steps = steps_on(&server(MARIADB, &[]), &sides("int(11)"), &sides("bigint(20)"), &[]);
    let key = Address::ForeignKey(Qualified::bare("child"), Ident::from("f"));
    let gone = steps.iter().find(|it| it.removes.contains(&key)).unwrap();
    let made = steps.iter().find(|it| it.provides.contains(&key)).unwrap();
    let altered: Vec<&Step> = steps.iter().filter(|it| it.rewrites).collect();
    assert_eq!(altered.len(), 2);
    for step in altered {
        assert!(step.names.takes.iter().any(|it| gone.names.frees.contains(it)));
        assert!(step.names.frees.iter().any(|it| made.names.takes.contains(it)));
    }
}

#[test]
fn tables_that_point_at_each_other_are_linked_when_all_are_there() {
    let one = |to: &str| {
        let mut table = table(&[("id", column("int")), ("x", column("int"))]);
        table.primary_key = Some(primary("id"));
        table.indexes.insert(Ident::from("x"), index(false, "x"));
        table.foreign_keys.insert(Ident::from(["to_", to].concat()), link("x", to));
        table
    };
    let after = schema(&[("a", one("b")), ("b", one("a")), ("c", one("a"))]);
    let steps = steps_on(&server(MYSQL, &[]), &Schema::default(), &after, &[]);
    let inside = |name: &str| {
        let of = ["create table ", name].concat();
        steps.iter().find(|it| it.summary == of).unwrap().action.sql().contains("FOREIGN KEY")
    };
    assert!(!inside("a") && !inside("b") && inside("c"));
    assert_eq!(steps.iter().filter(|it| it.summary.starts_with("add foreign keys")).count(), 2);
}

#[test]
fn a_column_that_is_renamed_and_changed_is_so_in_one_clause() {
    let before = schema(&[("t", table(&[("a", column("int"))]))]);
    let after = schema(&[("t", table(&[("b", column("bigint"))]))]);
    let of = |name: &str| Address::Column(Qualified::bare("t"), Ident::from(name));
    let renames = [Change::Rename { from: of("a"), to: of("b") }];
    let steps = steps_on(&server(MYSQL, &[]), &before, &after, &renames);
    assert_eq!(sql(&steps), ["ALTER TABLE `t` CHANGE COLUMN `a` `b` bigint, ALGORITHM=COPY, LOCK=SHARED"]);
    assert_eq!((&steps[0].removes, &steps[0].provides), (&vec![of("a")], &vec![of("b")]));
}

#[test]
fn rows_are_counted_that_a_change_would_not_take() {
    let mut was = column("int(11)");
    was.nullable = true;
    let mut is = column("smallint(5) unsigned");
    is.nullable = false;
    let before = schema(&[("t", table(&[("a", was)]))]);
    let mut there = table(&[("a", is), ("u", column("varchar(5)"))]);
    there.indexes.insert(Ident::from("u"), index(true, "a"));
    let steps = steps_on(&server(MARIADB, &[]), &before, &schema(&[("t", there)]), &[]);
    let asked: Vec<&str> = steps
        .iter()
        .flat_map(|it| &it.hazards)
        .filter_map(|it| it.question.as_ref().filter(|it| it.must_be_zero))
        .map(|it| it.sql.as_str())
        .collect();
    let says = |part: &str| asked.iter().any(|it| it.contains(part));
    assert!(says("`a` IS NULL") && says("`a` NOT BETWEEN 0 AND 65535") && says("HAVING COUNT(*) > 1"), "{asked:?}");
}

#[test]
fn names_made_of_a_table_go_with_it() {
    let mut was = table(&[("p", column("int(11)"))]);
    was.foreign_keys.insert(Ident::from("old_ibfk_1"), link("p", "old"));
    let (old, new) = (Address::Table(Qualified::bare("old")), Address::Table(Qualified::bare("new")));
    let renamed = super::renamed(&schema(&[("old", was)]), &[Change::Rename { from: old, to: new }]);
    let table = renamed.table(&Qualified::bare("new")).unwrap();
    let (name, key) = table.foreign_keys.first().unwrap();
    assert_eq!((name.text(), &key.references), ("new_ibfk_1", &Qualified::bare("new")));
}

#[test]
fn mysql_takes_a_generated_column_along_with_the_column_it_speaks_of() {
    let sides = |name: &str| {
        let mut generated = column("int");
        let expression = text(&[name, " + 1"].concat());
        generated.generated = Some(trueup_state::Generated { expression, stored: false });
        schema(&[("t", table(&[(name, column("int")), ("g", generated)]))])
    };
    let of = |name: &str| Address::Column(Qualified::bare("t"), Ident::from(name));
    let renames = [Change::Rename { from: of("a"), to: of("b") }];
    let steps = |version| steps_on(&server(version, &[]), &sides("a"), &sides("b"), &renames);
    assert_eq!(sql(&steps(MARIADB)), ["ALTER TABLE `t` RENAME COLUMN `a` TO `b`, ALGORITHM=INSTANT"]);
    let made = steps(MYSQL);
    assert!(sql(&made)[0].contains("DROP COLUMN `g`, ADD COLUMN `g` int GENERATED ALWAYS AS (b + 1) VIRTUAL"));
}

#[test]
fn what_counts_up_must_not_lose_its_mark_unseen() {
    let of = |auto_increment: bool| {
        let mut id = column("int");
        id.nullable = false;
        id.extra = MySqlColumn { auto_increment, ..MySqlColumn::default() }.into();
        let mut table = table(&[("id", id)]);
        table.primary_key = Some(primary("id"));
        schema(&[("t", table)])
    };
    let steps = steps_on(&server(MYSQL, &[]), &of(true), &of(false), &[]);
    assert!(steps[0].hazards.iter().any(|it| it.fact == Fact::LosesSequence));
}

#[test]
fn what_counts_up_goes_from_one_column_to_another_in_one_statement() {
    let of = |counts: &str| {
        let column = |name: &str| {
            let mut column = column("int");
            column.nullable = false;
            column.extra = MySqlColumn { auto_increment: name == counts, ..MySqlColumn::default() }.into();
            column
        };
        let mut table = table(&[("id", column("id")), ("n", column("n"))]);
        table.primary_key = Some(primary("id"));
        table.indexes.insert(Ident::from("n"), index(false, "n"));
        schema(&[("t", table)])
    };
    for version in [MARIADB, MYSQL] {
        let steps = steps_on(&server(version, &[]), &of("n"), &of("id"), &[]);
        assert!(matches!(sql(&steps).as_slice(), [one] if one.contains("`n` int NOT NULL,")), "{:?}", sql(&steps));
    }
}

#[test]
fn what_speaks_of_a_column_that_goes_and_comes_again_does_so_too() {
    let sides = |is_computed: bool| {
        let generated = |text_of: &str| trueup_state::Generated { expression: text(text_of), stored: false };
        let (mut g, mut h) = (column("int"), column("int"));
        g.generated = is_computed.then(|| generated("a + 1"));
        h.generated = Some(generated("g + 1"));
        let mut table = table(&[("a", column("int")), ("g", g), ("h", h)]);
        let check =
            trueup_state::Check { name: None, expression: text("g > 0"), extra: trueup_state::CheckExtra::None };
        table.checks.insert(Ident::from("c"), check);
        schema(&[("t", table)])
    };
    for version in [MARIADB, MYSQL] {
        let steps = steps_on(&server(version, &[]), &sides(true), &sides(false), &[]);
        let [one] = sql(&steps)[..] else { panic!("{:?}", sql(&steps)) };
        for part in ["DROP COLUMN `g`", "DROP COLUMN `h`, ADD COLUMN `h`", "ADD CONSTRAINT `c` CHECK (g > 0)"] {
            assert!(one.contains(part), "{one}");
        }
    }
}

#[test]
fn mysql_has_a_spatial_index_gone_before_its_column_gets_another_reference_system() {
    let of = |srid: u32| {
        let mut place = column("point");
        place.nullable = false;
        place.extra = MySqlColumn { srid: Some(srid), ..MySqlColumn::default() }.into();
        let mut table = table(&[("place", place)]);
        let mut near = index(false, "place");
        near.extra = MySqlIndex { kind: IndexKind::Spatial, ..MySqlIndex::default() }.into();
        table.indexes.insert(Ident::from("near"), near);
        schema(&[("t", table)])
    };
    let steps = steps_on(&server(MYSQL, &[]), &of(4326), &of(0), &[]);
    let [gone, made] = sql(&steps)[..] else { panic!("{:?}", sql(&steps)) };
    assert!(gone.starts_with("ALTER TABLE `t` DROP INDEX `near`,"), "{gone}");
    assert!(made.contains("SRID 0") && made.contains("ADD SPATIAL KEY `near`"), "{made}");
}

#[test]
fn partitions_are_made_when_their_columns_are_there_and_go_before_theirs_do() {
    let of = |name: &str| {
        let mut table = table(&[("id", column("int")), (name, column("int"))]);
        let mut extra = table.extra.mysql();
        let by = PartitionBy { method: "hash".to_owned(), terms: text(name), count: None };
        extra.partitions = Some(Partitions { by, subpartition_by: None, count: Some(5), list: Vec::new() });
        table.extra = extra.into();
        schema(&[("t", table)])
    };
    let steps = steps_on(&server(MARIADB, &[]), &of("a"), &of("b"), &[]);
    let [gone, changed, made] = steps.as_slice() else { panic!("{:?}", sql(&steps)) };
    assert!(gone.action.sql().ends_with("REMOVE PARTITIONING"), "{}", gone.action.sql());
    assert!(made.action.sql().contains("PARTITION BY HASH (b)"), "{}", made.action.sql());
    let waits = |step: &Step, other: &Step| step.names.takes.iter().any(|it| other.names.frees.contains(it));
    assert!(waits(changed, gone) && waits(made, changed) && waits(made, gone) && !waits(gone, changed));
}
