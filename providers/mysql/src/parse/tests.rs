//! The fold, on small scripts.

use std::{path::PathBuf, sync::Arc};

use trueup_contract::{DirectiveKind, RealizeError, Realized, Script, SourceFile};
use trueup_state::{Address, Ident, Object, ObjectKind, Qualified, Schema};

use crate::{facts::Facts, version::Version};

fn facts(version: &str) -> Facts {
    let collation = if version.contains("MariaDB") { "utf8mb4_general_ci" } else { "utf8mb4_0900_ai_ci" };
    Facts {
        version: Version::parse(version),
        engine: Some("InnoDB".to_owned()),
        collation: Some(collation.to_owned()),
        ..Facts::default()
    }
}

const MARIADB: &str = "10.11.14-MariaDB";
const MYSQL: &str = "9.7.0";

fn try_files(files: &[&str], facts: &Facts) -> Result<Realized, RealizeError> {
    let file = |(number, text): (usize, &&str)| SourceFile {
        path: Arc::new(PathBuf::from(["file", &number.to_string(), ".sql"].concat())),
        text: Arc::from(*text),
    };
    super::script(&Script { files: files.iter().enumerate().map(file).collect() }, facts)
}

fn folded(text: &str) -> Realized {
    match try_files(&[text], &facts(MARIADB)) {
        Ok(realized) => realized,
        Err(error) => panic!("{error}\n{text}"),
    }
}

/// Asserts that two scripts come to the same, order of columns included.
fn same(script: &str, plain: &str) {
    same_on(script, plain, MARIADB);
}

fn same_on(script: &str, plain: &str, version: &str) {
    let fold = |text: &str| match try_files(&[text], &facts(version)) {
        Ok(it) => it.schema,
        Err(error) => panic!("{error}\n{text}"),
    };
    let (one, other) = (nameless(fold(script)), nameless(fold(plain)));
    let columns = |schema: &Schema| -> Vec<(Ident, Vec<Ident>)> {
        schema.tables().map(|(name, it)| (name.name, it.columns.keys().cloned().collect())).collect()
    };
    assert_eq!(columns(&one), columns(&other), "{script}");
    assert_eq!(one, other, "{script}");
}

/// Without the marks that tell which names are given and which are made up.
fn nameless(mut schema: Schema) -> Schema {
    for table in schema.namespaces.values_mut().flat_map(|it| it.tables.values_mut()) {
        table.checks.values_mut().for_each(|it| it.name = None);
        table.foreign_keys.values_mut().for_each(|it| it.name = None);
    }
    schema
}

/// The message and the text that is underlined.
fn refused(text: &str) -> (String, String) {
    refused_files(&[text])
}

fn refused_files(files: &[&str]) -> (String, String) {
    match try_files(files, &facts(MARIADB)) {
        Ok(_) => panic!("this is accepted: {files:?}"),
        Err(RealizeError::At { offset, length, message, place, hint, .. }) => {
            let number = place.file.to_string_lossy().replace(|c: char| !c.is_ascii_digit(), "");
            let file = files[number.parse::<usize>().unwrap()];
            (message + &hint.unwrap_or_default(), file[offset..offset + length].to_owned())
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn altering_comes_to_the_same_as_declaring_at_once() {
    let cases = [
        ("create table t (a int); alter table t add b int", "create table t (a int, b int)"),
        ("create table t (a int); alter table t add column b int first", "create table t (b int, a int)"),
        (
            "create table t (a int, c int); alter table t add b int default 5 after a, add (d int, e int)",
            "create table t (a int, b int default 5, c int, d int, e int)",
        ),
        ("create table t (a int, b int, key k (a, b)); alter table t drop a", "create table t (b int, key k (b))"),
        ("create table t (a int, b int, key k (a)); alter table t drop a, drop key k", "create table t (b int)"),
        (
            "create table t (a int, b int); alter table t modify a bigint not null after b",
            "create table t (b int, a bigint not null)",
        ),
        (
            "create table t (a int, b int as (a + 1), key (a), check (a > 0)); alter table t change a z bigint",
            "create table t (z bigint, b int as (z + 1), key a (z), check (z > 0))",
        ),
        (
            "create table t (a int, b int, key k (a)); alter table t change a b int, change b a int",
            "create table t (b int, a int, key k (b))",
        ),
        ("create table t (a int, b int, check (b > 0)); alter table t drop b", "create table t (a int)"),
        ("create table t (a int); alter table t alter a set default 5", "create table t (a int default 5)"),
        ("create table t (a int default 5); alter table t alter column a drop default", "create table t (a int)"),
        (
            "create table t (a int, key (a)); alter table t add unique (a), add index x (a)",
            "create table t (a int, key a (a), unique a_2 (a), key x (a))",
        ),
        (
            "create table t (a int, key k (a)); alter table t rename index k to l, alter index l ignored",
            "create table t (a int, key l (a) ignored)",
        ),
        (
            "create table t (a int); alter table t add primary key (a)",
            "create table t (a int not null, primary key (a))",
        ),
        ("create table t (a int primary key); alter table t drop primary key", "create table t (a int not null)"),
        (
            "create table t (a int); alter table t comment 'x', engine = Aria",
            "create table t (a int) engine=Aria comment='x'",
        ),
        ("create table t (a int) comment 'x'; alter table t comment ''", "create table t (a int)"),
        ("create table t (a int); alter table t order by a, a desc, force, algorithm=copy", "create table t (a int)"),
        ("create table t (a int); alter table if exists u add b int", "create table t (a int)"),
        (
            "create table t (a int); alter table t add column if not exists a int, drop column if exists z",
            "create table t (a int)",
        ),
        ("create table t (a int); alter table t rename to u", "create table u (a int)"),
        ("create table t (a int, key k (a)); drop index k on t", "create table t (a int)"),
        ("create table t (a int); create unique index k on t (a)", "create table t (a int, unique key k (a))"),
    ];
    for (script, plain) in cases {
        same(script, plain);
    }
}

#[test]
fn checks_are_numbered_as_each_product_does() {
    let script = "create table t (a int, check (a > 1), check (a > 2)); alter table t drop constraint ONE; \
                  alter table t add check (a > 3)";
    same(
        &script.replace("ONE", "CONSTRAINT_1"),
        "create table t (a int, constraint CONSTRAINT_2 check (a > 2), constraint CONSTRAINT_1 check (a > 3))",
    );
    same_on(
        &script.replace("ONE", "t_chk_1"),
        "create table t (a int, constraint t_chk_2 check (a > 2), constraint t_chk_3 check (a > 3))",
        MYSQL,
    );
}

#[test]
fn foreign_keys_are_numbered_after_the_highest_and_follow_their_table() {
    same(
        "create table p (a int primary key); create table c (a int, constraint c_ibfk_5 foreign key (a) references p (a)); \
         alter table c add foreign key (a) references p (a)",
        "create table p (a int primary key); create table c (a int, key c_ibfk_5 (a), \
         constraint c_ibfk_5 foreign key (a) references p (a), constraint c_ibfk_6 foreign key (a) references p (a))",
    );
    same(
        "create table p (a int primary key); create table c (a int, foreign key (a) references p (a)); \
         create trigger r before insert on c for each row set @x = 1; rename table c to d, p to q",
        "create table q (a int primary key); create table d (a int, key (a), constraint d_ibfk_1 foreign key (a) references q (a)); \
         create trigger r before insert on d for each row set @x = 1",
    );
    same(
        "create table p (a int primary key); create table c (a int, foreign key (a) references p (a)); \
         alter table c add constraint c_ibfk_9 foreign key (a) references p (a), add foreign key (a) references p (a)",
        "create table p (a int primary key); create table c (a int, key (a), foreign key (a) references p (a), \
         constraint c_ibfk_9 foreign key (a) references p (a), constraint c_ibfk_2 foreign key (a) references p (a))",
    );
}

#[test]
fn the_index_of_a_foreign_key_stays_until_another_does_as_well() {
    let start =
        "create table p (a int primary key); create table c (a int, constraint f foreign key (a) references p (a)); ";
    same(
        &[start, "alter table c drop foreign key f"].concat(),
        "create table p (a int primary key); create table c (a int, key f (a))",
    );
    same(
        &[start, "alter table c add key k (a)"].concat(),
        "create table p (a int primary key); create table c (a int, key k (a), constraint f foreign key (a) references p (a))",
    );
}

#[test]
fn a_default_character_set_is_for_new_columns_and_a_conversion_for_all() {
    same(
        "create table t (a varchar(5)) charset latin1; alter table t charset utf8mb4; alter table t add b varchar(5)",
        "create table t (a varchar(5) charset latin1, b varchar(5)) charset utf8mb4",
    );
    same(
        "create table t (a text, b varchar(5) collate latin1_bin, c longtext, d blob) charset latin1; \
         alter table t convert to character set utf8mb4 collate utf8mb4_bin",
        "create table t (a mediumtext, b varchar(5), c longtext, d blob) charset utf8mb4 collate utf8mb4_bin",
    );
}

#[test]
fn triggers_fire_where_they_are_put() {
    same(
        "create table t (a int); create trigger a before insert on t for each row set @x = 1; \
         create trigger b before insert on t for each row set @x = 2; \
         create trigger c before insert on t for each row precedes b set @x = 3; \
         create trigger d before insert on t for each row follows a set @x = 4",
        "create table t (a int); create trigger a before insert on t for each row set @x = 1; \
         create trigger d before insert on t for each row set @x = 4; \
         create trigger c before insert on t for each row set @x = 3; \
         create trigger b before insert on t for each row set @x = 2",
    );
}

#[test]
fn partitions_come_and_go() {
    let start = "create table t (a int) partition by range (a) (partition p0 values less than (10), partition p1 values less than (20)); ";
    same(
        &[
            start,
            "alter table t add partition (partition p2 values less than maxvalue); alter table t drop partition p0",
        ]
        .concat(),
        "create table t (a int) partition by range (a) (partition p1 values less than (20), partition p2 values less than maxvalue)",
    );
    same(
        &[start, "alter table t reorganize partition p0, p1 into (partition n values less than (20))"].concat(),
        "create table t (a int) partition by range (a) (partition n values less than (20))",
    );
    same(&[start, "alter table t remove partitioning"].concat(), "create table t (a int)");
    same(
        "create table t (a int); alter table t partition by hash (a) partitions 4; alter table t coalesce partition 1",
        "create table t (a int) partition by hash (a) partitions 3",
    );
}

#[test]
fn a_table_like_another_has_no_foreign_keys_and_no_triggers() {
    same(
        "create table p (a int primary key); create table c (a int, foreign key f (a) references p (a), check (a > 0)) comment 'x'; \
         create trigger r before insert on c for each row set @x = 1; create table d like c; drop table c",
        "create table p (a int primary key); create table d (a int, key f (a), check (a > 0)) comment 'x'",
    );
}

#[test]
fn the_connected_database_may_be_named_and_no_other() {
    same(
        "create database if not exists x; use x; create table x.t (a int); create view x.v as select x.t.a from x.t; \
         create table u (a int, key (a), foreign key (a) references `x`.t (a)); create index k on x.t (a)",
        "create table t (a int, key k (a)); create view v as select t.a from t; \
         create table u (a int, key (a), foreign key (a) references t (a))",
    );
    let (message, text) = refused("use x; create table t (a int); use y");
    assert!(message.contains("`y` is another database than `x`"), "{message}");
    assert_eq!(text, "y");
    assert_eq!(refused("use x; create table t (a int); alter table y.t add b int").1, "y");
}

#[test]
fn what_is_declared_further_down_or_in_another_file_is_found() {
    let files = [
        "alter table t add b int; create index k on t (b); create trigger r before insert on t for each row set @x = 1",
        "create table t (a int)",
    ];
    let realized = try_files(&files, &facts(MARIADB)).unwrap();
    let table = realized.schema.table(&Qualified::bare("t")).unwrap();
    assert_eq!(table.columns.len(), 2);
    assert!(table.indexes.contains_key("k") && table.triggers.contains_key("r"));
}

#[test]
fn names_of_tables_compare_as_the_server_compares_them() {
    let script = "create table T (a int); alter table t add B int; create index k on t (b)";
    assert!(try_files(&[script], &facts(MARIADB)).is_err());
    let ignoring = Facts { lower_case_table_names: 2, ..facts(MARIADB) };
    let realized = try_files(&[script], &ignoring).unwrap();
    let table = realized.schema.table(&Qualified::bare("T")).unwrap();
    assert_eq!(table.indexes["k"].parts[0].column_name(), Some(&Ident::from("B")));
}

#[test]
fn what_dumps_write_is_folded() {
    let dump = "
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
DROP TABLE IF EXISTS `t`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
CREATE TABLE `t` (
  `a` int(11) DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `t` WRITE;
/*!40000 ALTER TABLE `t` DISABLE KEYS */;
/*!40000 ALTER TABLE `t` ENABLE KEYS */;
UNLOCK TABLES;
/*!50003 SET @saved_sql_mode       = @@sql_mode */ ;
/*!50003 SET sql_mode              = 'STRICT_TRANS_TABLES' */ ;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`%`*/ /*!50003 TRIGGER r BEFORE INSERT ON t FOR EACH ROW BEGIN
  SET NEW.a = 1; -- here; too
END */;;
DELIMITER ;
/*!50003 SET sql_mode              = @saved_sql_mode */ ;
/*!50001 DROP VIEW IF EXISTS `v`*/;
/*!50001 CREATE VIEW `v` AS SELECT
 1 AS `a` */;
/*!50001 DROP VIEW IF EXISTS `v`*/;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`%` SQL SECURITY DEFINER */
/*!50001 VIEW `v` AS select `t`.`a` AS `a` from `t` */;
INSERT INTO t VALUES (1);
/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
";
    let realized = folded(dump);
    let table = realized.schema.table(&Qualified::bare("t")).unwrap();
    let trigger = table.triggers.get("r").unwrap().extra.mysql();
    assert_eq!(trigger.sql_mode.as_deref(), Some("STRICT_TRANS_TABLES"));
    assert_eq!(trigger.definer.as_deref(), Some("root@%"));
    let view = realized.schema.view(&Qualified::bare("v")).unwrap();
    assert!(view.query.definition.canonical().contains("from"), "{:?}", view.query);
    assert_eq!(realized.skipped.len(), 1);
    let needs = &realized.depends[&Address::View(Qualified::bare("v"))];
    assert!(needs.contains(&Address::Table(Qualified::bare("t"))));
}

#[test]
fn alter_of_other_objects_changes_what_it_says() {
    same(
        "create sequence s increment 2; alter sequence s cache 10 restart 5",
        "create sequence s increment 2 cache 10",
    );
    same(
        "create event e on schedule every 1 day comment 'x' do select 1; \
         alter event e on schedule every 2 day disable rename to f do select 2",
        "create event f on schedule every 2 day disable comment 'x' do select 2",
    );
    same(
        "create procedure p () select 1; alter procedure p sql security invoker comment 'x'",
        "create procedure p () sql security invoker comment 'x' select 1",
    );
    same("create view v as select 1; alter view v as select 2", "create view v as select 2");
}

#[test]
fn what_cannot_be_is_refused_where_it_stands() {
    let cases = [
        ("create table t (a int, A int)", "declared twice", "A"),
        ("create table t (a int); create table t (b int)", "declared twice", "t"),
        ("create table t (a int, key (b))", "unknown column `b`", "b"),
        ("create table t (a int primary key, primary key (a))", "primary key", ""),
        ("create table t (a int auto_increment)", "part of a key", "a"),
        ("create table t (a int); alter table t add a int", "two columns", "a"),
        ("create table t (a int); alter table t drop b", "no column `b`", "b"),
        ("create table t (a int, b int as (a)); alter table t drop a", "generated column `b` needs", "a"),
        ("create table t (a int); alter table tt add b int", "not declared", "tt"),
        ("create table t (a int, foreign key (a) references u (a))", "`u` is not declared", "u"),
        ("create table t (a int references u (a)); create table u (a bigint primary key)", "is bigint", "a"),
        ("create table t (a int references u (a)); create table u (a int)", "no key of table `u`", "a"),
        ("create table t (a int) create table u (a int)", "the end of the statement", "create"),
        ("delimiter //\ncreate procedure p () begin end\ncreate table u (a int)", "the end of the statement", "create"),
        ("drop table t", "not declared before", "t"),
        ("create table trueup_state (a int)", "keeps for itself", "trueup_state"),
        ("create table t as select 1", "depend on a query", "as"),
        ("frobnicate the database", "no statement begins", "frobnicate the database"),
        ("create table t (a varchr(20))", "varchar", "varchr"),
        ("set sql_mode = 'ANSI_QUOTES'; create table \"t\" (a int)", "ANSI_QUOTES", "\"t\""),
        ("prepare s from 'drop table t'; execute s", "put together at run time", "execute s"),
    ];
    for (script, message, text) in cases {
        let (said, at) = refused(script);
        assert!(said.contains(message), "{script}: {said}");
        assert!(text.is_empty() || at == text, "{script}: {said}: {at}");
    }
    let long = "x".repeat(65);
    assert_eq!(refused(&["create table ", &long, " (a int)"].concat()).1, long);
}

#[test]
fn rows_and_privileges_are_skipped_with_a_word() {
    let realized = folded("insert into t values (1); grant select on *.* to x; create temporary table q (a int)");
    let said: Vec<&str> = realized.skipped.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(said.len(), 3);
    assert!(said[1].contains("privileges are not managed"));
    assert_eq!(realized.schema, Schema::default());
}

#[test]
fn what_dumps_hold_besides_is_read_over() {
    let dump = "set @old = @@foreign_key_checks, foreign_key_checks = 0; create table t (a int references u (a)); \
        create table u (a int); create table `trueup_state` (name varchar(32) primary key, content longtext); \
        alter table `trueup_state` disable keys";
    let realized = folded(dump);
    assert_eq!(realized.schema.tables().count(), 2);
    assert_eq!(realized.skipped.len(), 1);
}

#[test]
fn a_loop_up_to_a_column_end_may_create_tables() {
    folded("create procedure p () begin while @a < end do create temporary table x (a int); end while; end");
}

#[test]
fn directives_speak_of_what_they_stand_beside() {
    let realized = folded(
        "-- @protect\ncreate table t (\n  a int, -- @moved from=b\n  -- @ignore\n  key k (a)\n);\n-- @moved from=w\ncreate view v as select 1;",
    );
    let table = Qualified::bare("t");
    let said: Vec<_> = realized.directives.iter().map(|it| (it.address.clone(), it.kind.clone())).collect();
    let expected = [
        (Address::Table(table.clone()), DirectiveKind::Protect),
        (Address::Column(table.clone(), "a".into()), DirectiveKind::Moved { from: "b".to_owned() }),
        (Address::Index(table, "k".into()), DirectiveKind::Ignore),
        (Address::View(Qualified::bare("v")), DirectiveKind::Moved { from: "w".to_owned() }),
    ];
    assert_eq!(said, expected);
    assert!(refused("create table t (a int);\n-- @moved to=x").0.contains("is not understood"));
    assert!(refused("create table t (a int);\n-- @protect").0.contains("beside nothing"));
}

#[test]
fn programs_wish_for_what_they_mention_without_circles() {
    let realized = folded(
        "create function f () returns int return g(); create function g () returns int return f(); \
         create table t (a int); create view v as select f() from t; create view w as select * from v join t",
    );
    let function = |name: &str| Address::Signed(ObjectKind::Function, Qualified::bare(name), Ident::default());
    assert!(realized.depends[&function("f")].contains(&function("g")));
    assert!(!realized.depends.contains_key(&function("g")));
    let view = |name: &str| Address::View(Qualified::bare(name));
    assert!(realized.depends[&view("v")].contains(&function("f")));
    assert!(realized.depends[&view("w")].contains(&view("v")));
}

#[test]
fn places_are_known_of_tables_columns_and_indexes() {
    let realized = folded("create table t (\n  a int\n);\ncreate index k on t (a);");
    let line = |address: Address| realized.place(&address).map(|it| it.line);
    let table = Qualified::bare("t");
    assert_eq!(line(Address::Table(table.clone())), Some(1));
    assert_eq!(line(Address::Column(table.clone(), "a".into())), Some(2));
    assert_eq!(line(Address::Index(table.clone(), "k".into())), Some(4));
    assert!(matches!(realized.schema.object(&Address::Table(table)), Some(Object::Table(_))));
}

#[test]
fn characters_that_the_server_does_not_show_are_refused() {
    let refused_on = |text: &str, version: &str| try_files(&[text], &facts(version)).is_err();
    for text in [
        "create table t (a int comment '😀')",
        "create table t (a int) comment = '😀'",
        "create table t (a enum('x', '😀'))",
        "create table t (a int); alter table t add b set('😀')",
        "create procedure p () comment '😀' select 1",
    ] {
        assert!(refused_on(text, MARIADB), "{text}");
        assert!(refused_on(text, MYSQL), "{text}");
    }
    for text in ["create view v as select '😀' as a", "create procedure p () select '😀'"] {
        assert!(!refused_on(text, MARIADB), "{text}");
        assert!(!refused_on(text, MYSQL), "{text}");
    }
    let default = "create table t (a varchar(9) default '😀')";
    assert!(refused_on(default, MARIADB) && !refused_on(default, MYSQL));
    let check = "create table t (a varchar(9), check (a <> '😀'))";
    assert!(!refused_on(check, MARIADB) && refused_on(check, MYSQL));
}
