//! Enums.

use trueup_state::{EnumType, PostgresObject};

use super::Tokens;
use crate::parse::fold::Trouble;

/// What follows `AS ENUM`.
pub(super) fn create(tokens: &mut Tokens) -> Result<PostgresObject, Trouble> {
    tokens.need("(")?;
    let mut labels: Vec<String> = Vec::new();
    while !tokens.is(")") {
        let at = tokens.trouble("a value stands twice in this enum");
        let label = label(tokens)?;
        if labels.contains(&label) {
            return Err(at);
        }
        labels.push(label);
        if !tokens.take(",") {
            break;
        }
    }
    tokens.need(")")?;
    Ok(PostgresObject::Enum(EnumType { labels }))
}

/// A value. PostgreSQL refuses what does not fit into a name.
fn label(tokens: &mut Tokens) -> Result<String, Trouble> {
    let trouble = tokens.trouble("a value of an enum can have at most 63 bytes");
    let label = tokens.string()?;
    if label.len() > 63 { Err(trouble) } else { Ok(label) }
}

/// ADD VALUE and RENAME VALUE.
pub(super) fn alter(tokens: &mut Tokens, it: &mut EnumType) -> Result<(), Trouble> {
    let EnumType { labels } = it;
    let position = |labels: &[String], label: &str| labels.iter().position(|it| it == label);
    if tokens.take("ADD VALUE") {
        let if_not_exists = tokens.take("IF NOT EXISTS");
        let exists = tokens.trouble("this value is there already");
        let value = label(tokens)?;
        let (before, after) = (tokens.take("BEFORE"), tokens.take("AFTER"));
        let mut at = labels.len();
        if before || after {
            let missing = tokens.trouble("the enum has no such value");
            at = position(labels, &label(tokens)?).ok_or(missing)? + usize::from(after);
        }
        match position(labels, &value) {
            Some(_) if if_not_exists => (),
            Some(_) => return Err(exists),
            None => labels.insert(at, value),
        }
        return Ok(());
    }
    tokens.need("RENAME VALUE")?;
    let missing = tokens.trouble("the enum has no such value");
    let at = position(labels, &label(tokens)?).ok_or(missing)?;
    tokens.need("TO")?;
    let exists = tokens.trouble("this value is there already");
    let value = label(tokens)?;
    if position(labels, &value).is_some() {
        return Err(exists);
    }
    labels[at] = value;
    Ok(())
}
