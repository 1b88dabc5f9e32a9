//! Tokens.

use super::*;

fn version(text: &str) -> Option<Version> {
    Version::parse(text)
}

fn read(text: &str) -> Vec<(Kind, &str)> {
    significant(text, None).unwrap().into_iter().map(|it| (it.kind, it.text)).collect()
}

fn texts(text: &str, server: &str) -> String {
    significant(text, version(server)).unwrap().iter().map(|it| it.text).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_kind_of_token_is_told_from_the_others() {
    assert_eq!(
        read("größe$1 `a``b` @x @@sql_mode 'it''s' \"q\" x'4D' 0x4d b'01' 1.5e-3 .5 2fa <=> ->>"),
        [
            (Kind::Word, "größe$1"),
            (Kind::Quoted, "`a``b`"),
            (Kind::Variable, "@x"),
            (Kind::Variable, "@@sql_mode"),
            (Kind::String, "'it''s'"),
            (Kind::String, "\"q\""),
            (Kind::Bytes, "x'4D'"),
            (Kind::Bytes, "0x4d"),
            (Kind::Bits, "b'01'"),
            (Kind::Number, "1.5e-3"),
            (Kind::Number, ".5"),
            (Kind::Word, "2fa"),
            (Kind::Symbol, "<=>"),
            (Kind::Symbol, "->>"),
        ]
    );
    assert_eq!(read("a.1b"), [(Kind::Word, "a"), (Kind::Symbol, "."), (Kind::Word, "1b")]);
    assert_eq!(read("1e5"), [(Kind::Number, "1e5")]);
    assert_eq!(read("1.e"), [(Kind::Number, "1."), (Kind::Word, "e")]);
}

#[test]
fn quotes_and_escapes_are_taken_away() {
    let unquoted = |text| significant(text, None).unwrap()[0].unquoted().into_owned();
    assert_eq!(unquoted(r"'it''s \'so\' \\ \n\%'"), "it's 'so' \\ \n\\%");
    assert_eq!(unquoted("`a``b\\`"), "a`b\\");
    assert_eq!(unquoted("@'some host'"), "some host");
    assert_eq!(unquoted("@localhost"), "localhost");
    assert_eq!(unquoted("x'4D'"), "4D");
    assert_eq!(unquoted("0b01"), "01");
}

#[test]
fn comments_are_no_tokens_that_mean_something() {
    assert_eq!(texts("a -- b\nc --d /* e ; */ # f\ng", "10.11.0-MariaDB"), "a c - - d g");
}

#[test]
fn each_product_executes_the_comments_that_are_meant_for_it() {
    // As MariaDB 10.11 and 11.8 and MySQL 9.7 do.
    let text = "0 /*!40101 1*/ /*!50700 2*/ /*!100401 3*/ /*M!100401 4*/ /*! 5*/ /*!110000 6*/ /*M!50700 7*/";
    assert_eq!(texts(text, "10.11.14-MariaDB"), "0 1 3 4 5 7");
    assert_eq!(texts(text, "11.8.6-MariaDB"), "0 1 3 4 5 6 7");
    assert_eq!(texts(text, "9.7.4"), "0 1 2 5");
    assert_eq!(texts("/*!50001 a /* b */ c */ d", "9.7.4"), "a c d");
    assert_eq!(texts("/*!50701 a /* b */ c */ d", "10.11.14-MariaDB"), "d");
    assert_eq!(texts("/*M!999999\\- enable the sandbox mode */ d", "11.8.6-MariaDB"), "d");
}

#[test]
fn what_is_never_closed_is_refused_where_it_begins() {
    let refused = |text| tokens(text, None).unwrap_err().offset;
    assert_eq!(refused("a 'b"), 2);
    assert_eq!(refused("a `b"), 2);
    assert_eq!(refused("a /* b"), 2);
    assert_eq!(refused("a /*!40101 b"), 2);
    assert_eq!(refused("a \\ b"), 2);
}
