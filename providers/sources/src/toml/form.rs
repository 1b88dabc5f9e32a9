//! The shapes that values may have, as data: what is read is held against them, and the JSON Schema is made of them.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// A key of a table, what may stand behind it, and what it means.
pub(super) struct Key {
    /// As it is written.
    pub(super) name: &'static str,
    /// What may stand behind it.
    pub(super) form: Form,
    /// What it means, for editors.
    pub(super) about: &'static str,
}

/// What a value may be.
pub(super) enum Form {
    /// A string.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Number,
    /// One of these strings.
    Word(&'static [&'static str]),
    /// A list.
    List(&'static Form),
    /// A table with names of the user's choice.
    Each(&'static Form),
    /// A table with these keys, in groups.
    Record(&'static [&'static [Key]]),
    /// Values of several kinds.
    Either(&'static [Form]),
}

/// Something that is wrong at a place of a file.
#[derive(Debug)]
pub(super) struct Wrong {
    /// Where, in bytes.
    pub(super) span: Range<usize>,
    /// What.
    pub(super) message: String,
    /// What to do.
    pub(super) hint: Option<String>,
}

impl Wrong {
    /// With a word of what to do.
    pub(super) fn new(span: Range<usize>, message: impl Into<String>, hint: impl Into<String>) -> Wrong {
        Wrong { span, message: message.into(), hint: Some(hint.into()) }
    }
}

impl Form {
    /// What it takes, in words.
    fn words(&self) -> String {
        match self {
            Form::Text => "a string".to_owned(),
            Form::Flag => "`true` or `false`".to_owned(),
            Form::Number => "a whole number".to_owned(),
            Form::Word(words) => {
                ["one of ", &words.iter().map(|it| quoted(it)).collect::<Vec<_>>().join(", ")].concat()
            }
            Form::List(_) => "a list".to_owned(),
            Form::Each(_) | Form::Record(_) => "a table".to_owned(),
            Form::Either(forms) => forms.iter().map(Form::words).collect::<Vec<_>>().join(" or "),
        }
    }

    /// Whether a value is of this kind, whatever is in it.
    fn takes(&self, value: &DeValue<'_>) -> bool {
        match self {
            Form::Text | Form::Word(_) => matches!(value, DeValue::String(_)),
            Form::Flag => matches!(value, DeValue::Boolean(_)),
            Form::Number => matches!(value, DeValue::Integer(_)),
            Form::List(_) => matches!(value, DeValue::Array(_)),
            Form::Each(_) | Form::Record(_) => matches!(value, DeValue::Table(_)),
            Form::Either(forms) => forms.iter().any(|form| form.takes(value)),
        }
    }

    /// Hold a value against it; `key` is what it stands behind.
    ///
    /// # Errors
    /// Where the value is something else, a key is not known, or a word is none of those that may be there.
    pub(super) fn check(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<(), Wrong> {
        let within = value.get_ref();
        if !self.takes(within) {
            let message = ["`", key, "` must be ", &self.words()].concat();
            return Err(Wrong { span: value.span(), message, hint: None });
        }
        match (self, within) {
            (Form::Either(forms), _) => {
                forms.iter().find(|form| form.takes(within)).map_or(Ok(()), |form| form.check(key, value))
            }
            (Form::Word(words), DeValue::String(text)) if !words.contains(&text.as_ref()) => {
                let message = ["`", key, "` must be ", &self.words(), ", not ", &quoted(text)].concat();
                Err(Wrong { span: value.span(), message, hint: nearest(text, words.iter().copied()) })
            }
            (Form::List(form), DeValue::Array(values)) => values.iter().try_for_each(|it| form.check(key, it)),
            (Form::Each(form), DeValue::Table(table)) => {
                table.iter().try_for_each(|(name, it)| form.check(name.get_ref(), it))
            }
            (Form::Record(groups), DeValue::Table(table)) => check_keys(groups, table),
            _ => Ok(()),
        }
    }
}

/// Hold a table against the keys that it may have.
///
/// # Errors
/// At the first key that is not known, or whose value is wrong.
pub(super) fn check_keys(groups: &[&[Key]], table: &DeTable<'_>) -> Result<(), Wrong> {
    let known = || groups.iter().copied().flatten();
    for (name, value) in table {
        let Some(key) = known().find(|key| key.name == name.get_ref()) else {
            let message = ["`", name.get_ref(), "` is not a key that may stand here"].concat();
            let names: Vec<&str> = known().map(|key| key.name).collect();
            let all = || Some(["the keys here are ", &names.join(", ")].concat());
            let hint = nearest(name.get_ref(), names.iter().copied()).or_else(all);
            return Err(Wrong { span: name.span(), message, hint });
        };
        key.form.check(key.name, value)?;
    }
    Ok(())
}

/// What was meant, perhaps.
fn nearest<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let near = known.map(|it| (strsim::damerau_levenshtein(wrong, it), it)).min()?;
    (near.0 <= 3 && near.0 < near.1.len()).then(|| ["did you mean ", &quoted(near.1), "?"].concat())
}

fn quoted(word: &str) -> String {
    ["`", word, "`"].concat()
}
