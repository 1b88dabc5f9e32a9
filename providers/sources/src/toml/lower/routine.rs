//! Functions and procedures.

use trueup_contract::SourceError;

use super::{line, missing, only};
use crate::toml::{
    node::Node,
    script::{Engine, Lines},
};

/// CREATE FUNCTION, CREATE PROCEDURE.
pub(super) fn routine<'a>(engine: Engine, kind: &str, name: &str, node: Node<'a>) -> Result<Lines<'a>, SourceError> {
    let body = missing(node.text("body"), node, "body", "body = \"select 1\"")?;
    only(engine, &[Engine::Postgres], node, &["language"])?;
    let mut lines = line(&["CREATE ", &kind.to_ascii_uppercase(), " ", name], node.key);
    match node.text("arguments") {
        Some(arguments) => lines.text("(", arguments, ")"),
        None => lines.behind("()"),
    }
    if let Some(returns) = node.text("returns") {
        lines.text("RETURNS ", returns, "");
    }
    if engine == Engine::Postgres {
        let language = node.text("language").map_or("sql", |it| it.text);
        lines.line(["LANGUAGE ", &engine.ident(language)].concat(), node.key);
    }
    if let Some(options) = node.text("options") {
        lines.text("", options, "");
    }
    if engine == Engine::Postgres {
        let quote = dollar_quote(body.text);
        lines.text(&["AS ", &quote].concat(), body, "");
        lines.join(&quote);
    } else {
        lines.text("", body, "");
    }
    Ok(lines)
}

/// What a text can stand between without ending early.
fn dollar_quote(text: &str) -> String {
    let fits = |it: &&&str| !text.contains(**it) && !text.ends_with('$');
    let quote = ["$$", "$body$", "$function$", "$trueup$"].iter().find(fits).copied();
    quote.map_or_else(|| ["$q", &text.len().to_string(), "$"].concat(), str::to_owned)
}
