//! Partitions, inheritance and LIKE.

mod attach;
pub(crate) mod indexes;
mod like;

use indexmap::IndexMap;
use squawk_syntax::{SyntaxKind, SyntaxNode, ast, ast::AstNode};
use trueup_state::{Column, Ident, InheritedColumn, Qualified, SqlText, Table, TableExtra};

use crate::parse::fold::{Fold, Trouble, wrong};

pub(crate) use attach::{attach, detach, disinherit, inherit};
pub(crate) use like::{Copied, like};

/// A column of a table: its own, or one that it inherits, as it is there.
pub(crate) fn column(fold: &Fold<'_>, table: &Qualified, name: &Ident) -> Option<Column> {
    let it = fold.schema.table(table)?;
    if let Some(own) = it.columns.get(name) {
        return Some(own.clone());
    }
    let extra = it.extra.postgres();
    let parents = extra.partition_of.iter().map(|it| &it.parent).chain(&extra.inherits);
    let inherited = parents.into_iter().find_map(|parent| column(fold, parent, name))?;
    let other = extra.overrides.get(name).cloned().unwrap_or_default();
    Some(overridden(inherited, &other))
}

/// A parent's column as the child has it.
fn overridden(column: Column, other: &InheritedColumn) -> Column {
    let InheritedColumn { default, no_default, not_null } = other;
    let mut column = column;
    column.nullable &= !not_null;
    if *no_default {
        column.default = None;
    }
    if let Some(default) = default {
        match &mut column.generated {
            Some(generated) => generated.expression = default.clone(),
            None => column.default = Some(default.clone()),
        }
    }
    column
}

/// All columns of a table, inherited ones first.
pub(crate) fn columns(fold: &Fold<'_>, table: &Qualified) -> IndexMap<Ident, Column> {
    let Some(it) = fold.schema.table(table) else { return IndexMap::new() };
    let extra = it.extra.postgres();
    let mut all = IndexMap::new();
    for parent in extra.partition_of.iter().map(|it| &it.parent).chain(&extra.inherits) {
        for (name, inherited) in columns(fold, parent) {
            let other = extra.overrides.get(&name).cloned().unwrap_or_default();
            all.entry(name).or_insert_with(|| overridden(inherited, &other));
        }
    }
    all.extend(it.columns.iter().map(|(name, own)| (name.clone(), own.clone())));
    all
}

/// The tables that hang directly on a table, with whether as partitions.
pub(crate) fn children(fold: &Fold<'_>, table: &Qualified) -> Vec<Qualified> {
    let hangs = |it: &Table| match &it.extra {
        TableExtra::Postgres(extra) => {
            extra.partition_of.as_ref().is_some_and(|it| it.parent == *table) || extra.inherits.contains(table)
        }
        _ => false,
    };
    fold.schema.tables().filter(|(_, it)| hangs(it)).map(|(name, _)| name).collect()
}

/// Whether a table has partitions: an index that is made for it alone is not whole.
pub(crate) fn has_partitions(fold: &Fold<'_>, table: &Qualified) -> bool {
    let is_partitioned = fold.schema.table(table).is_some_and(|it| match &it.extra {
        TableExtra::Postgres(extra) => extra.partition_by.is_some(),
        _ => false,
    });
    is_partitioned && !children(fold, table).is_empty()
}

/// A table and everything that hangs on it, parents first.
pub(crate) fn with_descendants(fold: &Fold<'_>, table: &Qualified) -> Vec<Qualified> {
    let mut all = vec![table.clone()];
    let mut at = 0;
    while let Some(next) = all.get(at).cloned() {
        for child in children(fold, &next) {
            if !all.contains(&child) {
                all.push(child);
            }
        }
        at += 1;
    }
    all
}

/// `RANGE (created_at)`.
pub(crate) fn strategy(fold: &Fold<'_>, by: &ast::PartitionBy) -> Result<SqlText, Trouble> {
    let (Some(strategy), Some(items)) = (by.partition_strategy(), by.partition_item_list()) else {
        return Err(wrong(by.syntax(), "how it is partitioned is missing here"));
    };
    let word = strategy.syntax().text().to_string().trim().trim_matches('"').to_ascii_uppercase();
    if !matches!(word.as_str(), "RANGE" | "LIST" | "HASH") {
        return Err(wrong(strategy.syntax(), "tables are partitioned by RANGE, LIST or HASH"));
    }
    Ok(fold.sql_text(&[&word, " ", &fold.written(items.syntax())].concat()))
}

/// `FOR VALUES …` or `DEFAULT`, with keywords as PostgreSQL writes them.
pub(crate) fn bound(fold: &Fold<'_>, node: &SyntaxNode) -> SqlText {
    let mut text = String::new();
    for element in node.children_with_tokens() {
        let piece = match &element {
            squawk_syntax::SyntaxElement::Token(token) if token.kind().is_trivia() => continue,
            squawk_syntax::SyntaxElement::Token(token) => token.text().to_ascii_uppercase(),
            squawk_syntax::SyntaxElement::Node(inner) => value_list(fold, inner),
        };
        let is_glued = text.is_empty() || text.ends_with('(') || piece == ")" || piece == ",";
        if !is_glued {
            text.push(' ');
        }
        text.push_str(&piece);
    }
    fold.sql_text(&text)
}

/// The values of a bound, with MINVALUE and MAXVALUE as PostgreSQL writes them.
fn value_list(fold: &Fold<'_>, node: &SyntaxNode) -> String {
    if node.kind() == SyntaxKind::HASH_PARTITION_BOUND {
        let text = node.text().to_string().to_ascii_lowercase();
        return text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    if !matches!(node.kind(), SyntaxKind::PARTITION_FROM_VALUES | SyntaxKind::PARTITION_TO_VALUES) {
        return limit(fold, node);
    }
    let values: Vec<String> = node.children().map(|it| limit(fold, &it)).collect();
    ["(", &values.join(", "), ")"].concat()
}

fn limit(fold: &Fold<'_>, node: &SyntaxNode) -> String {
    let text = fold.written(node);
    let is_limit = matches!(text.to_ascii_uppercase().as_str(), "MINVALUE" | "MAXVALUE" | "TRUE" | "FALSE" | "NULL");
    match (is_limit, text.to_ascii_lowercase().as_str()) {
        (true, lower @ ("true" | "false")) => lower.to_owned(),
        (true, _) => text.to_ascii_uppercase(),
        (false, _) => text,
    }
}

/// What children say of inherited columns, only where it is not what the parent says.
pub(crate) fn settle_overrides(fold: &mut Fold<'_>) {
    let has_overrides = |table: &Table| !table.extra.postgres().overrides.is_empty();
    let tables: Vec<Qualified> =
        fold.schema.tables().filter(|(_, it)| has_overrides(it)).map(|(name, _)| name).collect();
    let mut settled = Vec::new();
    for name in tables {
        let Some(extra) = fold.schema.table(&name).map(|it| it.extra.postgres()) else { continue };
        let parents: Vec<Qualified> =
            extra.partition_of.iter().map(|it| it.parent.clone()).chain(extra.inherits.iter().cloned()).collect();
        let mut extra = extra;
        extra.overrides.retain(|column_name, other| {
            let Some(above) = parents.iter().find_map(|parent| column(fold, parent, column_name)) else { return true };
            let Column { ty: _, nullable, default, collation: _, generated, extra: _ } = &above;
            let inherited = default.as_ref().or(generated.as_ref().map(|it| &it.expression));
            other.not_null &= nullable;
            other.no_default &= inherited.is_some();
            if other.default.as_ref() == inherited {
                other.default = None;
            }
            *other != InheritedColumn::default()
        });
        settled.push((name, extra));
    }
    for (name, extra) in settled {
        if let Some(table) = fold.schema.table_mut(&name) {
            table.extra = extra.into();
        }
    }
}
