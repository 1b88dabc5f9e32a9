//! CREATE VIEW.

use trueup_state::{MySqlView, Query};

use super::{Created, Cursor, Prefix, ReadError};
use crate::{
    canonical::{self, Names},
    token::Token,
};

/// What follows `VIEW`.
pub(super) fn read(mut cursor: Cursor<'_, '_>, prefix: Prefix) -> Result<Created, ReadError> {
    let name = cursor.created_name()?;
    let start = cursor;
    if cursor.peek_is("(") {
        cursor.names()?;
    }
    cursor.expect("as")?;
    if cursor.is_done() {
        return Err(cursor.wrong("a query"));
    }
    let tokens = start.rest();
    let (length, check_option) = check_option(tokens);
    let head = tokens.len() - cursor.rest().len();
    let definition = canonical::text(start.source(), &tokens[..length], Names::Any);
    let Prefix { definer, algorithm, invoker, aggregate: _ } = prefix;
    // The server warns and takes no algorithm where it cannot have this one.
    let can_be = |algorithm: &String| algorithm != "merge" || can_be_merged(&tokens[head..length]);
    let extra = MySqlView { definer, algorithm: algorithm.filter(can_be), invoker, check_option };
    Ok(Created::View { name, query: Query { definition, extra: extra.into() } })
}

/// How many tokens there are without `WITH CHECK OPTION`, and what that says.
fn check_option(tokens: &[Token<'_>]) -> (usize, Option<String>) {
    let ends_with = |words: &[&str]| {
        tokens.len() >= words.len()
            && tokens[tokens.len() - words.len()..].iter().zip(words).all(|(it, word)| it.is(word))
    };
    for (words, value) in [
        (["with", "cascaded", "check", "option"].as_slice(), "cascaded"),
        (["with", "local", "check", "option"].as_slice(), "local"),
        (["with", "check", "option"].as_slice(), "cascaded"),
    ] {
        if ends_with(words) {
            return (tokens.len() - words.len(), Some(value.to_owned()));
        }
    }
    (tokens.len(), None)
}

/// Words outside of parentheses with which a query's rows are not those of its tables.
const OWN_ROWS: &[&str] = &["distinct", "distinctrow", "except", "group", "having", "intersect", "limit", "union"];

/// Functions that make one value of many rows.
const AGGREGATES: &[&str] = &[
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "count",
    "group_concat",
    "json_arrayagg",
    "json_objectagg",
    "max",
    "min",
    "std",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "sum",
    "var_pop",
    "var_samp",
    "variance",
];

/// Whether a query can be put in the place of a view's name (MySQL 9 manual, 27.6.2); what is in a subquery does not
/// matter.
fn can_be_merged(tokens: &[Token<'_>]) -> bool {
    let tokens = canonical::strip_parentheses(tokens);
    // For each parenthesis that is open, whether it holds a subquery.
    let mut open: Vec<bool> = Vec::new();
    let mut has_tables = false;
    for (at, token) in tokens.iter().enumerate() {
        let next = tokens.get(at + 1);
        let next_is = |words: &[&str]| next.is_some_and(|it| it.is_any(words));
        if token.is("(") {
            open.push(next_is(&["select", "with", "values", "("]));
        } else if token.is(")") {
            open.pop();
        } else if open.is_empty() {
            if token.is_any(OWN_ROWS) {
                return false;
            }
            has_tables |= token.is("from") && !next_is(&["dual"]);
        }
        let is_value = token.is("over") || (token.is_any(AGGREGATES) && next_is(&["("]));
        if is_value && !open.contains(&true) {
            return false;
        }
    }
    has_tables
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

    use super::*;
    use crate::token::significant;

    /// Tried on MariaDB 10.11 and MySQL 9.7.
    #[test]
    fn a_view_with_rows_of_its_own_is_not_merged() {
        let merged = [
            "select a, 1 from t order by a",
            "select a, (select max(b) from u) from t",
            "select a from t where a in (select max(a) from u group by b)",
            "select t.a from t join (select a from u limit 1) as x on x.a = t.a",
            "with c as (select a from t) select a from c",
            "(select `group`, `count` from t)",
            "select extract(year from a) from t left join u on t.a = u.a",
        ];
        let not_merged = [
            "select distinct a from t",
            "select a from t group by a",
            "select 1 + count(*) from t",
            "select a from t having a > 1",
            "select a from t limit 3",
            "(select a from t) union (select a from u)",
            "select extract(year from now())",
            "select 1 from dual",
            "select a, (1 + row_number() over (order by a)) from t",
        ];
        let can_be = |query: &str| can_be_merged(&significant(query, None).unwrap());
        assert_eq!(merged.map(can_be), [true; 7]);
        assert_eq!(not_merged.map(can_be), [false; 9]);
    }
}
