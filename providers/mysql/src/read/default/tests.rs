//! Defaults, as a server prints them.

use super::*;
use crate::{facts::Facts, token::significant};

fn read(ty: &str, text: &str) -> String {
    let tokens = significant(text, None).unwrap();
    let facts = Facts::default();
    let mut cursor = Cursor::new(text, &tokens, &facts);
    let read = default(&mut cursor, ty).unwrap();
    cursor.finish().unwrap();
    read.map_or_else(|| "NULL".to_owned(), |it| it.canonical().to_owned())
}

#[test]
fn numbers_are_kept_as_the_server_prints_them() {
    // As MariaDB 10.11 does.
    for (ty, text, kept) in [
        ("int(11)", "'05'", "5"),
        ("int(11)", "- 5", "-5"),
        ("int(11)", "1.6", "2"),
        ("int(11)", "b'11'", "3"),
        ("int(4) unsigned zerofill", "0005", "5"),
        ("tinyint(1)", "TRUE", "1"),
        ("bigint(20) unsigned", "18446744073709551615", "18446744073709551615"),
        ("int(11)", "(-(5))", "-5"),
        ("decimal(10,2)", "0", "0.00"),
        ("decimal(10,2)", "'1.235'", "1.24"),
        ("decimal(5,1)", "1e2", "100.0"),
        ("decimal(10,0)", "9.5", "10"),
        ("decimal(5,1)", "-0.01", "0.0"),
        ("float", "1.50", "1.5"),
        ("float", "123456789", "123457000"),
        ("double", "1e15", "1e15"),
        ("double", "1e-5", "0.00001"),
        ("double(7,3)", "1", "1.000"),
        ("year", "'20'", "2020"),
        ("year", "0", "0000"),
        ("bit(8)", "5", "b'101'"),
        ("bit(8)", "'1'", "b'110001'"),
        ("bit(8)", "b'00'", "b'0'"),
    ] {
        assert_eq!(read(ty, text), kept, "{ty} {text}");
    }
}

#[test]
fn texts_are_kept_as_the_server_prints_them() {
    for (ty, text, kept) in [
        ("varchar(10)", "7", "'7'"),
        ("varchar(10)", "007", "'7'"),
        ("varchar(10)", "1.50", "'1.50'"),
        ("varchar(10)", "1e3", "'1000'"),
        ("varchar(10)", "true", "'1'"),
        ("varchar(10)", "\"it's\" ' \\\\'", "'it''s \\'"),
        ("varchar(10)", "(_utf8mb4'x')", "'x'"),
        ("varchar(10)", "x'4142'", "'AB'"),
        ("varchar(10)", "NULL", "NULL"),
        ("binary(4)", "'ab\\0\\0'", "'ab'"),
        ("varbinary(4)", "0x00FF", "x'00ff'"),
        ("enum('a','it''s')", "'A'", "'a'"),
        ("set('a','b','c')", "'c,a'", "'a,c'"),
        ("uuid", "'C4F0FAE6-8E0B-11EE-B9D1-0242AC120002'", "'c4f0fae6-8e0b-11ee-b9d1-0242ac120002'"),
    ] {
        assert_eq!(read(ty, text), kept, "{ty} {text}");
    }
}

#[test]
fn moments_are_kept_as_the_server_prints_them() {
    for (ty, text, kept) in [
        ("date", "'2020-1-1'", "'2020-01-01'"),
        ("date", "20200101", "'2020-01-01'"),
        ("datetime", "'2020-01-01'", "'2020-01-01 00:00:00'"),
        ("datetime(3)", "'2020-01-01 10:00'", "'2020-01-01 10:00:00.000'"),
        ("datetime", "0", "'0000-00-00 00:00:00'"),
        ("timestamp", "'0000-00-00 00:00:00'", "'0000-00-00 00:00:00'"),
        ("time", "'10:00'", "'10:00:00'"),
        ("time(3)", "100000", "'10:00:00.000'"),
        ("datetime", "now()", "current_timestamp()"),
        ("datetime(6)", "LOCALTIMESTAMP(6)", "current_timestamp(6)"),
        ("timestamp", "(CURRENT_TIMESTAMP)", "current_timestamp()"),
        ("date", "(CURRENT_DATE + INTERVAL 1 DAY)", "curdate ( ) + interval 1 day"),
    ] {
        assert_eq!(read(ty, text), kept, "{ty} {text}");
    }
}

#[test]
fn expressions_are_tokens() {
    assert_eq!(read("varchar(9)", "(concat('a', `B`))"), "concat ( 'a' , b )");
    assert_eq!(read("varchar(9)", "uuid()"), "uuid ( )");
    assert_eq!(read("int(11)", "NEXT VALUE FOR s"), "nextval ( s )");
}
