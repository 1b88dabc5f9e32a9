//! CREATE statements, as people and servers write them.

use trueup_state::{IndexKind, ReferentialAction};

use super::*;
use crate::version::Version;

fn facts(version: &str) -> Facts {
    Facts { version: Version::parse(version), ..Facts::default() }
}

fn mariadb(text: &str) -> (String, Table) {
    table(text, "10.11.14-MariaDB")
}

#[track_caller]
fn table(text: &str, version: &str) -> (String, Table) {
    match created(text, &facts(version)).unwrap() {
        Created::Table { name, table } => (name.text().to_owned(), table),
        other => panic!("{other:?}"),
    }
}

fn refused(text: &str) -> String {
    created(text, &facts("10.11.14-MariaDB")).unwrap_err().message
}

fn types(columns: &str) -> Vec<String> {
    let (_, table) = mariadb(&["create table t (", columns, ")"].concat());
    table.columns.values().map(|it| it.ty.canonical().to_owned()).collect()
}

#[test]
fn synonyms_of_types_are_resolved() {
    assert_eq!(
        types(
            "a INTEGER, b dec, c numeric(5), d double precision, e real, f float(30), g bool, h character varying(3)"
        ),
        ["int", "decimal(10,0)", "decimal(5,0)", "double", "double", "double", "tinyint(1)", "varchar(3)"]
    );
    assert_eq!(
        types(
            "a char, b bit, c char byte, d long varbinary, e blob(70000), f year(4), g datetime(0), h int(4) zerofill"
        ),
        ["char(1)", "bit(1)", "binary(1)", "mediumblob", "mediumblob", "year", "datetime", "int(4) unsigned zerofill"]
    );
    assert_eq!(types("a enum('x ', \"it's\"), b varchar(9) charset binary"), ["enum('x','it''s')", "varbinary(9)"]);
    assert_eq!(refused("create table t (a frobnicate)"), "the type `frobnicate` is not known");
}

#[test]
fn character_sets_are_implied_by_collations() {
    let (_, table) = mariadb(
        "create table t (a varchar(9) charset utf8 collate utf8_bin, b text charset latin1 binary, c text \
        binary, d text \
         charset latin1, e nchar(3))",
    );
    let said: Vec<_> = table
        .columns
        .values()
        .map(|it| (it.extra.mysql().charset.unwrap_or_default(), it.collation.clone().unwrap_or_default()))
        .collect();
    let said: Vec<_> = said.iter().map(|(charset, collation)| (charset.as_str(), collation.text())).collect();
    assert_eq!(said, [("", "utf8mb3_bin"), ("", "latin1_bin"), ("", "_bin"), ("latin1", ""), ("utf8mb3", "")]);
}

#[test]
fn keys_without_names_get_those_of_the_server() {
    let (_, it) = mariadb(
        "create table t(a int, b int, key(a), key(a), key(b,a), unique(a), key a_4 (b), unique key(b), `primary` int, \
         key(`primary`), constraint c unique (b), constraint d unique e (b))",
    );
    let names: Vec<_> = it.indexes.keys().map(Ident::text).collect();
    assert_eq!(names, ["a", "a_2", "b", "a_3", "a_4", "b_2", "primary_2", "c", "e"]);
    let (_, it) = table("create table t (a int, key ((a + 1)), key (a, (a + 2)))", "8.4.0");
    assert_eq!(it.indexes.keys().map(Ident::text).collect::<Vec<_>>(), ["functional_index", "functional_index_2"]);
    assert_eq!(refused("create table t (a int, key a (a), key A (a))"), "the table has two keys `A`");
}

#[test]
fn keys_say_how_they_are_kept() {
    let (_, it) = mariadb(
        "create table t (a int, b text, p point not null, primary key using btree (a) comment 'x', fulltext ft (b) \
         with parser ngram, spatial key (p), key k using hash (b(10) desc) ignored key_block_size = 8)",
    );
    assert_eq!(it.primary_key.unwrap().extra.mysql().comment, "x");
    assert_eq!(it.indexes["ft"].extra.mysql().kind, IndexKind::Fulltext);
    assert_eq!(it.indexes["p"].extra.mysql().kind, IndexKind::Spatial);
    let key = &it.indexes["k"];
    assert_eq!(key.parts[0].extra.mysql().prefix, Some(10));
    assert!(key.parts[0].descending && key.extra.mysql().invisible);
    assert_eq!(key.extra.mysql().method.as_deref(), Some("hash"));
    assert!(!it.columns["a"].nullable);
}

#[test]
fn keys_may_stand_before_their_columns() {
    let (_, it) = mariadb("create table t (primary key (A), key (B(9), c(9)), a int, b varchar(9), c varchar(10))");
    assert!(!it.columns["a"].nullable);
    let parts: Vec<_> =
        it.indexes["b"].parts.iter().map(|it| (it.column_name().unwrap().text(), it.extra.mysql().prefix)).collect();
    assert_eq!(parts, [("b", None), ("c", Some(9))]);
}

#[test]
fn each_product_has_its_own_words_for_checks_and_foreign_keys() {
    let (_, it) = mariadb("create table t (a int, check (a > 1), constraint CONSTRAINT_1 check (a > 2))");
    assert_eq!(it.checks["CONSTRAINT_2"].expression.canonical(), "a > 1");
    let text = "create table t (a int check (a > 1) references p (id), b int, check ((b > 0)), \
                constraint x check (b > 1), foreign key i (b) references p (id) on update no action)";
    let (_, it) = mariadb(text);
    assert_eq!(it.checks.keys().map(Ident::text).collect::<Vec<_>>(), ["x", "CONSTRAINT_1"]);
    assert_eq!(it.columns["a"].extra.mysql().check.unwrap().canonical(), "a > 1");
    assert_eq!(it.foreign_keys.keys().map(Ident::text).collect::<Vec<_>>(), ["t_ibfk_1", "i"]);
    assert_eq!(it.foreign_keys["i"].on_delete, ReferentialAction::Restrict);
    assert_eq!(it.foreign_keys["i"].on_update, ReferentialAction::NoAction);
    let (_, it) = table(text, "8.4.0");
    assert_eq!(it.checks.keys().map(Ident::text).collect::<Vec<_>>(), ["x", "t_chk_1", "t_chk_2"]);
    // Before MySQL 9, REFERENCES after a column is forgotten.
    assert_eq!(it.foreign_keys.keys().map(Ident::text).collect::<Vec<_>>(), ["t_ibfk_1"]);
    assert_eq!(it.foreign_keys["t_ibfk_1"].on_delete, ReferentialAction::NoAction);
    assert_eq!(it.indexes.keys().map(Ident::text).collect::<Vec<_>>(), ["i"]);
    assert_eq!(table(text, "9.0.0").1.foreign_keys.len(), 2);
}

#[test]
fn what_show_create_table_prints_is_read_to_its_end() {
    let (name, it) = table(
        "CREATE TABLE `t` (\n  `id` bigint unsigned NOT NULL AUTO_INCREMENT,\n  `p` point NOT NULL /*!80003 \
        SRID 4326 */,\n \
         `g` int GENERATED ALWAYS AS ((`id` + 1)) STORED /*!80023 INVISIBLE */,\n  `m` datetime(3) DEFAULT \
         CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3) COMMENT 'it''s',\n  PRIMARY KEY (`id`),\n  KEY `k` (`g`) \
         /*!80000 INVISIBLE */,\n  CONSTRAINT `c` CHECK ((`g` > 1)) /*!80016 NOT ENFORCED */\n) /*!50100 TABLESPACE \
         `innodb_system` */ ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci \
         STATS_PERSISTENT=1 ROW_FORMAT=DYNAMIC COMMENT='x'\n/*!50100 PARTITION BY RANGE (`id`)\nSUBPARTITION BY HASH \
         (`id`)\nSUBPARTITIONS 2\n(PARTITION p0 VALUES LESS THAN (10) COMMENT = 'y' ENGINE = InnoDB,\n \
         PARTITION p1 VALUES \
         LESS THAN MAXVALUE ENGINE = InnoDB) */",
        "9.7.0",
    );
    assert_eq!(name, "t");
    let extra = it.extra.mysql();
    assert_eq!(extra.engine.as_deref(), Some("InnoDB"));
    assert_eq!(extra.collation.as_deref(), Some("utf8mb4_0900_ai_ci"));
    assert_eq!((extra.charset, extra.comment.as_str()), (None, "x"));
    assert_eq!(extra.options.keys().collect::<Vec<_>>(), ["tablespace", "stats_persistent", "row_format"]);
    let partitions = extra.partitions.unwrap();
    assert_eq!((partitions.by.method.as_str(), partitions.by.terms.canonical()), ("range", "id"));
    assert_eq!(partitions.subpartition_by.unwrap().count, Some(2));
    let values: Vec<_> = partitions.list.iter().map(|it| it.values.as_ref().unwrap().canonical()).collect();
    assert_eq!(values, ["less than ( 10 )", "less than maxvalue"]);
    assert_eq!(it.columns["p"].extra.mysql().srid, Some(4326));
    assert!(it.columns["g"].extra.mysql().invisible && it.columns["g"].generated.as_ref().unwrap().stored);
    assert_eq!(it.columns["m"].extra.mysql().on_update.unwrap().canonical(), "current_timestamp(3)");
    assert!(it.checks["c"].extra.mysql().not_enforced);
}

#[test]
fn tables_of_mariadb_may_be_versioned() {
    let (_, it) = mariadb(
        "CREATE TABLE `t` (`a` varchar(9) /*M!100301 COMPRESSED*/ DEFAULT NULL, `s` timestamp(6) GENERATED \
        ALWAYS AS ROW \
         START, `e` timestamp(6) GENERATED ALWAYS AS ROW END INVISIBLE, `w` int(11) DEFAULT NULL WITHOUT SYSTEM \
         VERSIONING, PERIOD FOR SYSTEM_TIME (`s`, `e`)) ENGINE=InnoDB `page_compressed`=1 WITH SYSTEM VERSIONING \
         PARTITION BY SYSTEM_TIME INTERVAL 1 MONTH STARTS TIMESTAMP'2026-11-21 00:00:00' (PARTITION `p0` \
         HISTORY ENGINE \
         = InnoDB, PARTITION `c` CURRENT ENGINE = InnoDB)",
    );
    let extra = it.extra.mysql();
    assert!(extra.versioned && extra.periods.contains_key("SYSTEM_TIME") && it.columns["w"].extra.mysql().unversioned);
    assert_eq!(extra.options["page_compressed"], "1");
    assert_eq!(extra.partitions.unwrap().list[0].values.as_ref().unwrap().canonical(), "history");
    assert!(it.columns["a"].extra.mysql().options.contains_key("compressed"));
}

#[test]
fn columns_may_say_everything_in_any_order() {
    let (_, it) = mariadb(
        "create table t (a serial, b varchar(9) comment 'x' default 'y' not null unique collate utf8mb4_bin invisible, \
         c int key, d int as (c + 1) persistent unique key check (d > 1), `e,f` int)",
    );
    assert_eq!(it.indexes.keys().map(Ident::text).collect::<Vec<_>>(), ["a", "b", "d"]);
    assert_eq!(it.primary_key.unwrap().parts[0].column_name().unwrap().text(), "c");
    assert!(it.columns["a"].extra.mysql().auto_increment && !it.columns["a"].nullable);
    assert_eq!(it.columns["b"].default.as_ref().unwrap().canonical(), "'y'");
    assert!(it.columns.contains_key("e,f"));
}

#[test]
fn the_first_timestamp_may_be_set_by_itself() {
    let facts = Facts { implicit_timestamps: true, ..facts("10.6.0-MariaDB") };
    let Created::Table { table, .. } =
        created("create table t (a timestamp, b timestamp, c timestamp null)", &facts).unwrap()
    else {
        panic!()
    };
    let default = |name: &str| table.columns[name].default.as_ref().map(|it| it.canonical().to_owned());
    assert_eq!(default("a").unwrap(), "current_timestamp()");
    assert!(table.columns["a"].extra.mysql().on_update.is_some());
    assert_eq!(default("b").unwrap(), "'0000-00-00 00:00:00'");
    assert!(!table.columns["b"].nullable && table.columns["c"].nullable && default("c").is_none());
}

#[test]
fn views_are_read_without_their_options() {
    let text = "CREATE ALGORITHM=MERGE DEFINER=`x`@`%` SQL SECURITY INVOKER VIEW `v` (`A`) AS SELECT `b` FROM \
                T WITH LOCAL \
                CHECK OPTION";
    let Created::View { name, query } = created(text, &facts("8.4.0")).unwrap() else { panic!() };
    assert_eq!((name.text(), query.definition.canonical()), ("v", "( A ) as select b from t"));
    let extra = query.extra.mysql();
    assert_eq!((extra.definer.as_deref(), extra.algorithm.as_deref()), (Some("x@%"), Some("merge")));
    assert!(extra.invoker);
    assert_eq!(extra.check_option.as_deref(), Some("local"));
}

#[test]
fn triggers_are_the_same_in_all_spellings() {
    let read = |text: &str| match created(text, &facts("8.4.0")).unwrap() {
        Created::Trigger { trigger, precedes, .. } => {
            (trigger.definition.canonical().to_owned(), trigger.extra.mysql().follows, precedes)
        }
        other => panic!("{other:?}"),
    };
    let (one, follows, _) = read("create trigger t before insert on Users for each row follows s set new.a = 1");
    let (other, _, precedes) = read(
        "CREATE DEFINER=`root`@`localhost` TRIGGER `t` BEFORE INSERT ON `Users` FOR EACH ROW PRECEDES u set new.a=1",
    );
    assert_eq!(one, "before insert on Users for each row set new . a = 1");
    assert_eq!(one, other);
    assert_eq!((follows.unwrap().text(), precedes.unwrap().text()), ("s", "u"));
}

#[test]
fn routines_say_their_characteristics_in_any_order() {
    let text = "CREATE DEFINER=`r`@`h` FUNCTION `f`(a int, b varchar(10) charset latin1) RETURNS varchar(10) \
                CHARSET utf8mb4 \
                COLLATE utf8mb4_bin\n READS SQL DATA\n DETERMINISTIC\n SQL SECURITY INVOKER\n COMMENT 'x'\nreturn 'a'";
    let Created::Routine { kind, routine, .. } = created(text, &facts("10.11.0-MariaDB")).unwrap() else { panic!() };
    assert_eq!(kind, ObjectKind::Function);
    assert_eq!(routine.returns.unwrap().canonical(), "varchar(10) charset utf8mb4 collate utf8mb4_bin");
    assert_eq!(routine.arguments.canonical(), "a int , b varchar ( 10 ) charset latin1");
    assert!(routine.deterministic && routine.invoker);
    assert_eq!((routine.data_access.as_deref(), routine.body.canonical()), (Some("reads sql data"), "return 'a'"));
    assert!(refused("create function f returns string soname 'x.so'").contains("SONAME"));
}

#[test]
fn events_and_sequences_are_read() {
    let text = "CREATE DEFINER=`root`@`localhost` EVENT `e` ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01' ENDS \
                '2031-01-01 \
                00:00:00' ON COMPLETION PRESERVE DISABLE ON REPLICA COMMENT 'q' DO select 1";
    let Created::Event { event, .. } = created(text, &facts("8.4.0")).unwrap() else { panic!() };
    assert_eq!(event.schedule.canonical(), "every 1 day starts '2030-01-01 00:00:00' ends '2031-01-01 00:00:00'");
    assert!(event.preserve);
    assert_eq!(event.status.as_deref(), Some("disable on slave"));
    let sequence = |text: &str| match created(text, &facts("10.11.0-MariaDB")).unwrap() {
        Created::Sequence { sequence, .. } => sequence,
        other => panic!("{other:?}"),
    };
    let down = sequence("create sequence s increment -1");
    assert_eq!((down.start, down.minimum, down.maximum, down.cache), (-1, -i64::MAX, -1, 1000));
    assert_eq!(
        sequence(
            "CREATE SEQUENCE `s` start with 1 minvalue 1 maxvalue 9223372036854775806 increment by 1 nocache nocycle"
        ),
        sequence("create sequence s nocache"),
    );
}

#[test]
fn databases_have_a_character_set() {
    let text = "CREATE DATABASE `d` /*!40100 DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin */ /*!80016 DEFAULT \
                ENCRYPTION='N' */";
    let Created::Database { database, .. } = created(text, &facts("8.4.0")).unwrap() else { panic!() };
    assert_eq!((database.charset, database.collation.as_deref()), (None, Some("utf8mb4_bin")));
}

#[test]
fn what_is_not_understood_is_refused_with_its_place() {
    let error = created("create table t (a int frob)", &facts("8.4.0")).unwrap_err();
    assert_eq!((error.message.as_str(), error.offset), ("expected a comma, found `frob`", 22));
    assert!(refused("create table t (a int) select 1").contains("depend on a query"));
    assert!(refused("create table d.t (a int)").contains("another database"));
    assert!(refused("create table t (a int, foreign key (a) references d.p (id))").contains("another database"));
    assert_eq!(refused("create table t (a int, A int)"), "the table has two columns `A`");
    assert!(refused("create package p as end").contains("expected what to create"));
}

#[test]
fn what_is_left_out_between_commas_is_missed_at_the_second_comma() {
    let told = |text: &str| {
        let error = created(text, &facts("10.11.14-MariaDB")).unwrap_err();
        (error.message, error.offset)
    };
    assert_eq!(told("create table t (id int,, b int)"), ("expected a column, found `,`".to_owned(), 23));
    assert_eq!(told("create table t (id int,)"), ("expected a column, found `)`".to_owned(), 23));
    assert_eq!(told("create table t (id int, key (id,))"), ("expected a column, found `)`".to_owned(), 32));
    assert_eq!(told("create table t (id varchar(), b int)").1, 27);
}

#[test]
fn reserved_words_are_no_names_without_quotes() {
    let told = |text: &str, version: &str| created(text, &facts(version)).map_err(|it| (it.message, it.hint));
    let error = told("create table order (id int)", "10.11.14-MariaDB").unwrap_err();
    assert_eq!(error.0, "expected a name, found the reserved word `order`");
    assert_eq!(error.1.as_deref(), Some("if it is a name, quote it: `order`"));
    for text in
        ["create table t (group int)", "create table t (a int, key key (a))", "create view `v` (in) as select 1"]
    {
        assert!(told(text, "9.7.0").is_err(), "{text}");
    }
    // Each product has words of its own.
    assert!(told("create table t (rank int)", "9.7.0").is_err());
    assert!(told("create table t (rank int)", "10.11.14-MariaDB").is_ok());
    assert!(told("create table t (offset int)", "10.11.14-MariaDB").is_err());
    assert!(told("create table t (offset int)", "9.7.0").is_ok());
    assert!(told("create table t (library int)", "8.4.3").is_ok());
    assert!(told("create table t (`order` int)", "9.7.0").is_ok());
}

#[test]
fn a_primary_key_that_is_also_unique_is_one_key_on_mariadb() {
    let indexes = |text: &str, version: &str| table(text, version).1.indexes.len();
    for text in ["create table t (a int primary key unique)", "create table t (a int unique primary key)"] {
        assert_eq!(indexes(text, "10.11.14-MariaDB"), 0);
        assert_eq!(indexes(text, "9.7.0"), 1);
    }
    assert_eq!(indexes("create table t (a serial unique)", "9.7.0"), 1);
    assert_eq!(indexes("create table t (a int primary key, unique (a))", "10.11.14-MariaDB"), 1);
}
