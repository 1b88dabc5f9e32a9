//! The clauses of ALTER TABLE, and when each takes effect.

use std::collections::BTreeSet;

use crate::{
    parse::statement::{if_exists, sees},
    read::{Cursor, split_commas},
    token::Token,
};

/// When clauses take effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    DropKeys,
    DropColumns,
    Rename,
    Options,
    Add,
    Partitions,
    NewName,
}

impl Phase {
    pub(super) const ALL: [Phase; 7] = [
        Phase::DropKeys,
        Phase::DropColumns,
        Phase::Rename,
        Phase::Options,
        Phase::Add,
        Phase::Partitions,
        Phase::NewName,
    ];
}

/// One clause.
#[derive(Clone, Copy)]
pub(super) struct Clause<'t, 'a> {
    pub(super) cursor: Cursor<'t, 'a>,
    phases: &'static [Phase],
}

impl Clause<'_, '_> {
    /// Whether it does something in a phase.
    pub(super) fn is_in(&self, phase: Phase) -> bool {
        self.phases.contains(&phase)
    }
}

/// The clauses of a statement; those that say nothing about a schema are left out.
pub(super) fn all<'t, 'a>(cursor: Cursor<'t, 'a>) -> Vec<Clause<'t, 'a>> {
    let mut clauses = Vec::new();
    let mut is_ordering = false;
    for tokens in split_commas(cursor.rest()) {
        if names_partitions(tokens) {
            // Their names have commas between, and no other clause may follow.
            let at = cursor.rest().iter().position(|it| Some(it.at) == tokens.first().map(|it| it.at));
            let tokens = &cursor.rest()[at.unwrap_or_default()..];
            clauses.push(Clause { cursor: cursor.over(tokens), phases: &[Phase::Partitions] });
            break;
        }
        // What follows `ORDER BY` and a comma is a column, unless it begins another clause.
        is_ordering =
            sees(tokens, &["order", "by"]) || (is_ordering && matches!(tokens, [_] | [_, _]) && !begins_clause(tokens));
        if is_ordering {
            continue;
        }
        let (clause, partitioning) = tokens.split_at(partitioning(tokens));
        for tokens in [clause, partitioning].into_iter().filter(|it| !it.is_empty()) {
            clauses.push(Clause { cursor: cursor.over(tokens), phases: phases(tokens) });
        }
    }
    clauses
}

/// Whether a clause is about partitions by their names.
fn names_partitions(tokens: &[Token<'_>]) -> bool {
    let verbs = ["drop", "reorganize", "truncate", "check", "analyze", "optimize", "rebuild", "repair"];
    let verb = tokens.first().is_some_and(|it| it.is_any(&verbs));
    verb && tokens.len() > 2 && tokens[1].is("partition")
}

fn begins_clause(tokens: &[Token<'_>]) -> bool {
    let first = tokens.first();
    first.is_some_and(|it| it.is_any(&["add", "drop", "modify", "change", "alter", "rename", "force", "convert"]))
        || tokens.iter().any(|it| it.is("="))
}

/// Where `PARTITION BY` or `REMOVE PARTITIONING` begins behind another clause, without a comma between.
fn partitioning(tokens: &[Token<'_>]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        if token.is("(") {
            depth += 1;
        } else if token.is(")") {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && at > 0 {
            let rest = &tokens[at..];
            if sees(rest, &["partition", "by"]) || sees(rest, &["remove", "partitioning"]) {
                return at;
            }
        }
    }
    tokens.len()
}

/// Words that begin clauses about how a table is altered, or about its rows.
const NO_SCHEMA: [&str; 10] = [
    "force",
    "algorithm",
    "lock",
    "enable",
    "disable",
    "order",
    "secondary_load",
    "secondary_unload",
    "discard",
    "import",
];

fn phases(tokens: &[Token<'_>]) -> &'static [Phase] {
    let starts = |words: &[&str]| sees(tokens, words);
    let first = |words: &[&str]| words.iter().any(|word| sees(tokens, &[word]));
    let second = |words: &[&str]| tokens.get(1).is_some_and(|it| it.is_any(words));
    if first(&NO_SCHEMA) || starts(&["with", "validation"]) || starts(&["without", "validation"]) {
        &[]
    } else if first(&["partition", "coalesce", "reorganize", "remove"]) || second(&["partition"]) {
        &[Phase::Partitions]
    } else if first(&["drop"]) {
        match second(&["index", "key", "primary", "foreign", "constraint", "check", "system", "period"]) {
            true if tokens.len() > 2 => &[Phase::DropKeys],
            _ => &[Phase::DropColumns],
        }
    } else if first(&["change"]) {
        &[Phase::Rename, Phase::Add]
    } else if first(&["rename"]) && second(&["column", "index", "key"]) && tokens.len() > 3 {
        &[Phase::Rename]
    } else if first(&["rename"]) {
        &[Phase::NewName]
    } else if first(&["add", "modify", "alter"]) {
        &[Phase::Add]
    } else {
        &[Phase::Options]
    }
}

/// The columns that clauses drop or change, in lower case.
pub(super) fn touched(clauses: &[Clause<'_, '_>]) -> BTreeSet<String> {
    let column = |clause: &Clause<'_, '_>| {
        let mut cursor = clause.cursor;
        let is_change = cursor.accept_any(&["change", "modify"]).is_some();
        let is_drop = clause.is_in(Phase::DropColumns) && cursor.accept("drop");
        if !is_change && !is_drop {
            return None;
        }
        cursor.accept("column");
        if_exists(&mut cursor);
        cursor.name("a column").ok().map(|it| it.folded())
    };
    clauses.iter().filter_map(column).collect()
}
