//! Views and materialized views.

use trueup_contract::Sql;
use trueup_state::{Ident, MaterializedView, Options, Pair, PostgresView, Qualified, Query, SqlText};

use crate::render::sql;

/// CREATE VIEW, or CREATE OR REPLACE VIEW, without the defaults of its columns. Replacing sets all options anew.
pub(crate) fn view(name: &Qualified, query: &Query, replace: bool) -> String {
    let Query { definition, extra } = query;
    let PostgresView { options: set, defaults: _ } = extra.postgres();
    let head = sql(if replace { "CREATE OR REPLACE VIEW" } else { "CREATE VIEW" }).name(name);
    let (columns, query) = parts(definition.written());
    let head = if columns.is_empty() { head } else { head.raw(columns) };
    options(head, &set).raw("AS").raw(query).finish()
}

/// CREATE MATERIALIZED VIEW, filled at once.
pub(crate) fn materialized(name: &Qualified, view: &MaterializedView) -> String {
    let MaterializedView { definition, options: set, access_method } = view;
    let head = sql("CREATE MATERIALIZED VIEW").name(name);
    let (columns, query) = parts(definition.written());
    let head = if columns.is_empty() { head } else { head.raw(columns) };
    let head = match access_method {
        Some(method) => head.raw("USING").ident(method),
        None => head,
    };
    options(head, set).raw("AS").raw(query).finish()
}

/// A definition's list of columns, if it has one, and its query: the options stand between the two.
fn parts(definition: &str) -> (&str, &str) {
    let text = definition.trim_start();
    if let Some(query) = after_as(text) {
        return ("", query);
    }
    let listed = text.starts_with('(').then(|| closing(text)).flatten().and_then(|end| {
        let (columns, rest) = text.split_at(end);
        Some((columns, after_as(rest.trim_start())?))
    });
    listed.unwrap_or(("", text))
}

/// What follows a leading `AS`.
fn after_as(text: &str) -> Option<&str> {
    let rest = text.get(..2).filter(|word| word.eq_ignore_ascii_case("as")).map(|_| &text[2..])?;
    rest.starts_with(|c: char| c.is_whitespace() || c == '(').then(|| rest.trim_start())
}

/// Just behind the parenthesis that closes the first one; names in between may be quoted.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quoted) = (0_u32, false);
    text.char_indices().find_map(|(at, c)| {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ => return None,
        }
        (depth == 0 && !quoted).then_some(at + 1)
    })
}

/// `WITH (name = value, …)`, where there are any.
pub(crate) fn options(sql: Sql, options: &Options) -> Sql {
    if options.is_empty() { sql } else { sql.raw("WITH").list(options, option) }
}

fn option(sql: Sql, (name, value): (&String, &String)) -> Sql {
    option_name(sql, name).raw("=").string(value)
}

/// The names of options are words, with `toast.` before some; anything else is quoted.
fn option_name(sql: Sql, name: &str) -> Sql {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.');
    if name.chars().all(plain) { sql.raw(name) } else { sql.ident(&Ident::from(name)) }
}

/// `ALTER … SET (…)` and `RESET (…)`: from one set of options to another.
pub(crate) fn alter_options(keywords: &str, name: &Qualified, sets: Pair<&Options>) -> Vec<String> {
    let Pair { before, after } = sets;
    let set: Vec<(&String, &String)> = after.iter().filter(|(key, value)| before.get(*key) != Some(value)).collect();
    let reset: Vec<&String> = before.keys().filter(|key| !after.contains_key(*key)).collect();
    let head = || sql(keywords).name(name);
    let mut statements = Vec::new();
    if !set.is_empty() {
        statements.push(head().raw("SET").list(set, option).finish());
    }
    if !reset.is_empty() {
        statements.push(head().raw("RESET").list(reset, |sql, key| option_name(sql, key)).finish());
    }
    statements
}

/// The default that a view's column has on insert, or none.
pub(crate) fn column_default(view: &Qualified, column: &Ident, default: Option<&SqlText>) -> String {
    let sql = sql("ALTER VIEW").name(view).raw("ALTER COLUMN").ident(column);
    match default {
        Some(default) => sql.raw("SET DEFAULT").text(default).finish(),
        None => sql.raw("DROP DEFAULT").finish(),
    }
}
