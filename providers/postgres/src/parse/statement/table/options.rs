//! Lists of options: `WITH (name = value, …)` and `OPTIONS (name 'value', …)`.

use squawk_syntax::{SyntaxNode, ast, ast::AstNode};
use trueup_state::Options;

use crate::parse::{
    fold::{Trouble, wrong},
    names,
};

/// The options of a list, as PostgreSQL stores them: values as they are written, `true` where there is none.
pub(crate) fn storage(list: Option<ast::AttributeList>) -> Options {
    let options = list.into_iter().flat_map(|it| it.attribute_options().collect::<Vec<_>>());
    options
        .filter_map(|option| {
            let name = names::one(option.name()?.syntax());
            let name = match option.namespace() {
                Some(namespace) => [names::one(namespace.syntax()).text(), ".", name.text()].concat(),
                None => name.text().to_owned(),
            };
            let value = option.attribute_value().map_or_else(|| "true".to_owned(), |it| value(it.syntax()));
            Some((name, value))
        })
        // Tables have had no OIDs since PostgreSQL 12; that there shall be none is still accepted.
        .filter(|(name, value)| !(name == "oids" && value == "false"))
        .collect()
}

/// The names of a list that has no values.
pub(crate) fn keys(list: Option<ast::AttributeList>) -> Vec<String> {
    storage(list).keys().cloned().collect()
}

fn value(node: &SyntaxNode) -> String {
    if let Some(text) = node.children().find_map(ast::Literal::cast).and_then(|it| names::string(&it)) {
        return text;
    }
    let text: String = node.text().to_string().split_whitespace().collect();
    if text.starts_with('"') { names::ident(&text).text().to_owned() } else { text.to_ascii_lowercase() }
}

/// Change the options of a foreign object as `OPTIONS (ADD …, SET …, DROP …)` says.
pub(crate) fn foreign(list: Option<ast::AlterOptionList>, options: &mut Options) -> Result<(), Trouble> {
    for option in list.into_iter().flat_map(|it| it.alter_options().collect::<Vec<_>>()) {
        let node = option.syntax().clone();
        let name = node.children().find_map(ast::ForeignOptionName::cast).map(|it| names::one(it.syntax()));
        let value = node.children().find_map(ast::Literal::cast).and_then(|it| names::string(&it));
        let Some(name) = name.map(|it| it.text().to_owned()) else {
            return Err(wrong(&node, "a name is missing here"));
        };
        match (&option, value) {
            (ast::AlterOption::DropForeignOption(_), _) => drop(options.remove(&name)),
            (ast::AlterOption::AddForeignOption(_) | ast::AlterOption::SetForeignOption(_), Some(value)) => {
                options.insert(name, value);
            }
            (_, None) => return Err(wrong(&node, "a value is missing here")),
        }
    }
    Ok(())
}
