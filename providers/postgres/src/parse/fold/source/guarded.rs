//! DO blocks that only guard definitions, as scripts that may run twice have them:
//!
//! ```sql
//! DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 'mood') THEN CREATE TYPE mood AS ENUM ('ok'); END IF; END $$;
//! DO $$ BEGIN CREATE TYPE mood AS ENUM ('ok'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;
//! ```
//!
//! In a new database what they guard is made, so that is what they declare. Such blocks are opened: all but the
//! definitions is blanked, offsets stay. Code that could do anything else is not followed.

use std::collections::BTreeSet;

use squawk_syntax::{
    SyntaxKind, SyntaxNode,
    ast::{self, AstNode},
};

use crate::parse::{depth, names};

/// What PostgreSQL raises when something is there already (manual, appendix A, classes 42 and 58).
const DUPLICATES: &[&str] = &[
    "duplicate_alias",
    "duplicate_column",
    "duplicate_function",
    "duplicate_object",
    "duplicate_schema",
    "duplicate_table",
    "invalid_table_definition",
];

/// The text with such blocks opened, if there are any.
pub(super) fn open(text: &str, tree: &ast::SourceFile) -> Option<String> {
    let mut out = text.as_bytes().to_vec();
    let mut is_changed = false;
    for stmt in tree.stmts() {
        let ast::Stmt::Do(block) = stmt else { continue };
        if let Some(kept) = definitions(&block) {
            is_changed = true;
            blank(&mut out, block.syntax().text_range().into(), &kept);
        }
    }
    // Only whole characters are replaced, each by as many spaces as it has bytes.
    if is_changed { String::from_utf8(out).ok() } else { None }
}

fn blank(out: &mut [u8], range: std::ops::Range<usize>, kept: &[std::ops::Range<usize>]) {
    for at in range {
        if !kept.iter().any(|it| it.contains(&at)) && !out[at].is_ascii_whitespace() {
            out[at] = b' ';
        }
    }
}

/// Where the definitions and the comments of a block stand, if it is such a block.
fn definitions(stmt: &ast::Do) -> Option<Vec<std::ops::Range<usize>>> {
    if depth::is_body_exceeded(&stmt.syntax().text().to_string()) {
        return None;
    }
    let body = stmt.plpgsql()?;
    if !body.errors().is_empty() {
        return None;
    }
    let mut found = Vec::new();
    gather(&body.tree().block()?, &BTreeSet::new(), &mut found)?;
    let comments = body.syntax().descendants_with_tokens().filter_map(|it| it.into_token());
    let comments = comments.filter(|it| it.kind() == SyntaxKind::COMMENT).map(|it| it.text_range());
    let kept = found.iter().map(|it| it.text_range()).chain(comments).map(|range| {
        let source = body.source_range(range);
        // What is written with escapes does not stand there as it is meant.
        (source.len() == range.len()).then(|| source.into())
    });
    kept.collect()
}

/// The definitions of a block that does nothing else. `names` are those of which it has been said that they are not there.
fn gather(block: &ast::PlpgsqlBlock, names: &BTreeSet<String>, found: &mut Vec<SyntaxNode>) -> Option<()> {
    if block.declare_section().is_some() || block.label().is_some() {
        return None;
    }
    for handler in block.exception().into_iter().flat_map(|it| it.handlers()) {
        let is_duplicate = |it: ast::PlpgsqlCondition| {
            it.ident_token().is_some_and(|name| DUPLICATES.contains(&name.text().to_ascii_lowercase().as_str()))
        };
        let does_nothing = handler.body().is_some_and(|body| body.stmts().all(|it| is_idle(&it)));
        if !handler.conditions().all(is_duplicate) || !does_nothing {
            return None;
        }
    }
    gather_body(&block.body()?, names, found)
}

fn gather_body(body: &ast::PlpgsqlBody, names: &BTreeSet<String>, found: &mut Vec<SyntaxNode>) -> Option<()> {
    for stmt in body.stmts() {
        match stmt {
            it if is_idle(&it) => (),
            ast::PlpgsqlStmt::PlpgsqlExecSqlStmt(it) => {
                let stmt = it.stmt()?;
                if !names.is_empty() && !speaks_of(stmt.syntax(), names) {
                    return None;
                }
                found.push(it.syntax().clone());
            }
            ast::PlpgsqlStmt::PlpgsqlIfStmt(it) => {
                if it.else_clause().is_some() || it.elsifs().next().is_some() {
                    return None;
                }
                gather_body(&it.then_body()?, &absent(it.cond()?.syntax())?, found)?;
            }
            ast::PlpgsqlStmt::PlpgsqlBlock(it) => gather(&it, names, found)?,
            _ => return None,
        }
    }
    Some(())
}

/// Whether a statement does nothing, or tells somebody something.
fn is_idle(stmt: &ast::PlpgsqlStmt) -> bool {
    match stmt {
        ast::PlpgsqlStmt::PlpgsqlNullStmt(_) => true,
        ast::PlpgsqlStmt::PlpgsqlRaiseStmt(it) => it.level().is_some_and(|level| level.exception_token().is_none()),
        _ => false,
    }
}

/// The names of which a condition says that they are not there: it is `NOT EXISTS (SELECT … FROM` the catalogue`)`.
fn absent(condition: &SyntaxNode) -> Option<BTreeSet<String>> {
    let tokens = condition.descendants_with_tokens().filter_map(|it| it.into_token());
    let mut tokens: Vec<_> = tokens.filter(|it| !it.kind().is_trivia()).collect();
    while tokens.first().is_some_and(|it| it.text() == "(") && closes_at_the_end(&tokens) {
        tokens = tokens[1..tokens.len() - 1].to_vec();
    }
    let [not, exists, query @ ..] = tokens.as_slice() else { return None };
    if not.kind() != SyntaxKind::NOT_KW || exists.kind() != SyntaxKind::EXISTS_KW || !closes_at_the_end(query) {
        return None;
    }
    let mut relations = condition.descendants().filter_map(ast::FromItem::cast).peekable();
    relations.peek()?;
    let is_catalogue = |item: ast::FromItem| match item {
        ast::FromItem::RelationFromItem(it) => it.relation_name_ref().is_some_and(|it| is_catalogue(it.syntax())),
        _ => false,
    };
    if !relations.all(is_catalogue) {
        return None;
    }
    let literals = tokens.iter().filter(|it| it.kind() == SyntaxKind::STRING);
    let name = |text: &str| {
        let text = text.trim_matches('\'').to_lowercase();
        text.rsplit('.').next().unwrap_or_default().trim_matches('"').to_owned()
    };
    let names: BTreeSet<String> = literals.map(|it| name(it.text())).collect();
    (!names.is_empty()).then_some(names)
}

/// Whether the parenthesis at the beginning ends with the last token.
fn closes_at_the_end(tokens: &[squawk_syntax::SyntaxToken]) -> bool {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.text() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => (),
        }
        if depth == 0 {
            return at > 0 && at + 1 == tokens.len();
        }
    }
    false
}

fn is_catalogue(name: &SyntaxNode) -> bool {
    match names::path(name).as_slice() {
        [name] => name.text().starts_with("pg_"),
        [namespace, _] => matches!(namespace.text(), "pg_catalog" | "information_schema"),
        _ => false,
    }
}

/// Whether a statement names one of these.
fn speaks_of(stmt: &SyntaxNode, names: &BTreeSet<String>) -> bool {
    let tokens = stmt.descendants_with_tokens().filter_map(|it| it.into_token());
    let mut words = tokens.filter(|it| !it.kind().is_trivia()).map(|it| it.text().to_lowercase());
    words.any(|it| names.contains(it.trim_matches(['"', '\''])))
}
