//! Sequences inside columns: what identity and serial columns have.

use squawk_syntax::{SyntaxNode, ast, ast::AstNode};
use trueup_state::{Qualified, SequenceOptions};

use crate::parse::{
    fold::{Trouble, wrong},
    names,
};

/// The options of a sequence of a type: its defaults with what is written, or those it had with what is changed.
pub(crate) fn options(
    ty: &str,
    before: Option<&SequenceOptions>,
    written: impl Iterator<Item = ast::SequenceOption> + Clone,
) -> Result<SequenceOptions, Trouble> {
    let mut increment = before.map_or(1, |it| it.increment);
    for option in written.clone() {
        if let ast::SequenceOption::OptionIncrement(it) = option {
            increment = number(it.syntax())?;
        }
    }
    let defaults = SequenceOptions::of_type(ty, increment);
    let mut options = before.cloned().unwrap_or_else(|| defaults.clone());
    options.increment = increment;
    let mut start = None;
    for option in written {
        let node = option.syntax().clone();
        match option {
            ast::SequenceOption::OptionStart(_) => start = Some(number(&node)?),
            ast::SequenceOption::OptionMinValue(_) => options.minimum = number(&node)?,
            ast::SequenceOption::OptionMaxValue(_) => options.maximum = number(&node)?,
            ast::SequenceOption::OptionNoMinValue(_) => options.minimum = defaults.minimum,
            ast::SequenceOption::OptionNoMaxValue(_) => options.maximum = defaults.maximum,
            ast::SequenceOption::OptionCache(_) => options.cache = number(&node)?,
            ast::SequenceOption::OptionCycle(_) => options.cycle = true,
            ast::SequenceOption::OptionNoCycle(_) => options.cycle = false,
            ast::SequenceOption::OptionIncrement(_)
            | ast::SequenceOption::OptionSequenceName(_)
            | ast::SequenceOption::OptionAsType(_)
            | ast::SequenceOption::OptionOwnedBy(_)
            | ast::SequenceOption::OptionLogged(_)
            | ast::SequenceOption::OptionUnlogged(_)
            // Where it goes on is data.
            | ast::SequenceOption::OptionRestart(_) => (),
        }
    }
    options.start = match (start, before) {
        (Some(start), _) => start,
        (None, Some(before)) => before.start,
        (None, None) if increment < 0 => options.maximum,
        (None, None) => options.minimum,
    };
    Ok(options)
}

/// The number that an option ends in.
fn number(option: &SyntaxNode) -> Result<i64, Trouble> {
    let Some(expression) = option.children().find(|it| ast::Expr::can_cast(it.kind())) else {
        return Err(wrong(option, "a number is missing here"));
    };
    let text: String = expression.text().to_string().chars().filter(|c| !c.is_whitespace() && *c != '_').collect();
    text.parse().map_err(|_| wrong(&expression, "this is not a number that a sequence can have"))
}

/// The name that is written for an identity column's sequence.
pub(crate) fn sequence_name(
    table: &Qualified,
    written: impl Iterator<Item = ast::SequenceOption>,
) -> Option<Qualified> {
    for option in written {
        if let ast::SequenceOption::OptionSequenceName(it) = option {
            return match names::path(it.sequence()?.syntax()).as_slice() {
                [.., namespace, name] => Some(Qualified { namespace: namespace.clone(), name: name.clone() }),
                [name] => Some(Qualified { namespace: table.namespace.clone(), name: name.clone() }),
                [] => None,
            };
        }
    }
    None
}
