//! Scripts, split.

use super::*;

fn texts(text: &str) -> Vec<&str> {
    split(text, None).unwrap().statements.into_iter().map(|it| it.text).collect()
}

#[test]
fn statements_end_at_semicolons_outside_quotes_and_comments() {
    assert_eq!(texts("select ';'; -- a;\n select 2 /* ; */;; # ;\nselect 3"), ["select ';'", "select 2", "select 3"]);
    assert_eq!(texts("--liquibase formatted sql\nselect 1\n--2;\n--rollback;\n"), ["select 1\n--2"]);
    assert_eq!(split("a; b", None).unwrap().statements[1].at, 3);
}

#[test]
fn the_client_s_delimiter_is_honoured() {
    let text = "DELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT 1; END$$\n delimiter ;\nSELECT 2;\nDELIMITER ;;\n\
                /*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER t BEFORE INSERT ON x FOR EACH ROW \
                SET @a = 1; */;;\nDELIMITER ;\n";
    let read = texts(text);
    assert_eq!(read[0], "CREATE PROCEDURE p() BEGIN SELECT 1; END");
    assert_eq!(read[1], "SELECT 2");
    assert!(read[2].starts_with("CREATE*/ /*!50017 DEFINER") && read[2].ends_with("SET @a = 1"), "{}", read[2]);
    assert_eq!(read.len(), 3);
}

#[test]
fn use_needs_no_delimiter() {
    assert_eq!(texts("USE `a`\nselect 1;\nuse b; select 2"), ["USE `a`", "select 1", "use b", "select 2"]);
}

/// One statement, whatever is inside, and the one after it.
#[track_caller]
fn is_one(program: &str) {
    let text = [program, "; SELECT 1"].concat();
    assert_eq!(texts(&text), [program, "SELECT 1"]);
}

#[test]
fn stored_programs_are_not_split() {
    is_one("CREATE PROCEDURE p() SELECT CASE WHEN 1 THEN 2 ELSE 3 END");
    is_one("CREATE PROCEDURE p(IN a INT) COMMENT 'x' IF (a) THEN SELECT 1; ELSEIF b THEN SELECT 2; END IF");
    is_one("CREATE DEFINER=`r`@`h` TRIGGER t AFTER UPDATE ON x FOR EACH ROW SET NEW.a = IF(NEW.b, 1, 2)");
    is_one("CREATE TRIGGER t AFTER UPDATE ON x FOR EACH ROW FOLLOWS u BEGIN SET @a = 1; SET @b = NEW.end; END");
    is_one("CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1");
    is_one("CREATE OR REPLACE DEFINER=CURRENT_USER() EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN a; END");
    is_one("CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; END; SELECT 1; END");
    is_one("CREATE PROCEDURE p() BEGIN DECLARE CONTINUE HANDLER FOR NOT FOUND SET d = IF(1, 2, 3); SELECT 1; END");
    is_one("CREATE PROCEDURE p() l: LOOP IF a THEN LEAVE l; END IF; END LOOP l");
    is_one(
        "CREATE PROCEDURE p() BEGIN WHILE a DO SET b = REPEAT('x', 2); END WHILE; REPEAT c; UNTIL d END REPEAT; END",
    );
    is_one(
        "CREATE PROCEDURE p() BEGIN CASE a WHEN 1 THEN SELECT CASE b WHEN 1 THEN 2 END; ELSE BEGIN END; END CASE; END",
    );
    is_one("CREATE PROCEDURE p() BEGIN FOR i IN 1..2 DO SELECT i; END FOR; END");
    is_one("BEGIN NOT ATOMIC SELECT 1; END");
    is_one("ALTER EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN SELECT 1; END");
}

#[test]
fn what_a_statement_does_is_told_by_its_first_words() {
    let class = |text: &str| split(text, None).unwrap().statements[0].class;
    assert_eq!(
        class(
            "/*!50001 CREATE ALGORITHM=UNDEFINED */ /*!50013 DEFINER=`a`@`b` SQL SECURITY DEFINER */ \
                      /*!50001 VIEW v AS SELECT 1 */"
        ),
        Class::CreateView
    );
    assert_eq!(class("create or replace temporary table t (a int)"), Class::CreateTemporary);
    assert_eq!(class("create unique index i on t (a)"), Class::CreateIndex);
    assert_eq!(class("create definer = a procedure p() select 1"), Class::CreateRoutine);
    assert_eq!(class("create definer = current_user() sql security invoker view v as select 1"), Class::CreateView);
    assert_eq!(class("create user a"), Class::Server);
    assert_eq!(class("alter ignore table t add b int"), Class::AlterTable);
    assert_eq!(class("alter view v as select 1"), Class::Alter);
    assert_eq!(class("set names utf8"), Class::Set);
    assert_eq!(class("lock tables t write"), Class::NoSchema);
    assert_eq!(class("frobnicate"), Class::Unknown);
}
