//! What is left of a text in its canonical form.

use super::*;
use crate::token::significant;

fn expression_of(text: &str) -> SqlText {
    expression(text, &significant(text, None).unwrap())
}

#[test]
fn spacing_case_quotes_and_comments_do_not_count() {
    let canonical = |text| expression_of(text).canonical().to_owned();
    assert_eq!(canonical("((`A`+1) > /* why */ B)"), "( a + 1 ) > b");
    assert_eq!(canonical("(a) + (b)"), "( a ) + ( b )");
    assert_eq!(canonical("a != \"it's\" 'x' && `null` is NOT null"), "a <> 'it''sx' && \"null\" is not null");
    assert_eq!(
        canonical("_UTF8MB4'x' = 0x4D and b'01' = 0b01 or `a b` = @`X`"),
        "'x' = x'4d' and b'01' = b'01' or \"a b\" = @x"
    );
}

#[test]
fn backslashes_are_resolved() {
    assert_eq!(expression_of(r"'a\'b\\c'").canonical(), r"'a''b\c'");
    assert_eq!(sendable_literal(r"a'b\c"), r"'a''b\\c'");
}

#[test]
fn what_is_sent_has_no_marks_of_executed_comments() {
    let source = "/*!50003 SET @a = 1 /* one */ */ /*!50003 , @b = 2 */";
    let it = text(source, &significant(source, None).unwrap(), Names::Any);
    assert_eq!(it.written(), "SET @a = 1 , @b = 2");
    let source = "SET @a = 1 -- one\n, @b = 2";
    assert_eq!(text(source, &significant(source, None).unwrap(), Names::Any).written(), source);
}

#[test]
fn names_in_backquotes_keep_their_case_in_bodies() {
    let source = "SELECT `Name` FROM Users";
    assert_eq!(text(source, &significant(source, None).unwrap(), Names::Any).canonical(), "select Name from users");
}
