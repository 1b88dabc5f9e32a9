//! Pieces of SQL that we keep as text.

use std::{
    borrow::Cow,
    cell::Cell,
    hash::{Hash, Hasher},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A piece of SQL such as a check's expression: compared by its canonical form, shown as it was written.
///
/// The provider makes the canonical form: tokens joined by single spaces, keywords and identifiers in the case the
/// database compares them in, without quotes, comments or redundant parentheses. Invariant: only the canonical form
/// takes part in `==`, hashing and serialisation, so two spellings of one text are one value everywhere.
#[derive(Clone, Debug)]
pub struct SqlText {
    canonical: Box<str>,
    /// Absent when it is the canonical form itself.
    written: Option<Box<str>>,
}

impl SqlText {
    /// A text in its canonical form and in the form in which a person wrote it.
    pub fn new(canonical: impl Into<Box<str>>, written: impl Into<Box<str>>) -> SqlText {
        let canonical = canonical.into();
        let written = Some(written.into()).filter(|written| *written != canonical);
        SqlText { canonical, written }
    }

    /// The form to compare and to hash.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The form to show and to execute.
    pub fn written(&self) -> &str {
        self.written.as_deref().unwrap_or(&self.canonical)
    }

    /// The words of the canonical form outside string literals: keywords, numbers and identifiers, a quoted one whole.
    ///
    /// What a text refers to is a subset of these, so "mentions" may say yes too often and never no wrongly.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let mut quote = None;
        let is_between = move |c: char| {
            match quote {
                None if matches!(c, '\'' | '"') => quote = Some(c),
                Some(open) if open == c => quote = None,
                None | Some(_) => (),
            }
            quote == Some('\'') || (quote.is_none() && !is_plain(c))
        };
        self.canonical.split(is_between).map(|word| word.trim_start_matches('"')).filter(|word| !word.is_empty())
    }

    /// Whether one of [`SqlText::words`] is `name`, without regard to ASCII case.
    pub fn mentions(&self, name: &str) -> bool {
        if name.chars().all(is_plain) {
            self.words().any(|word| word.eq_ignore_ascii_case(name))
        } else {
            self.canonical.to_ascii_lowercase().contains(&name.to_ascii_lowercase().replace('"', "\"\""))
        }
    }
}

/// Whether a character may stand in an identifier without quotes.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
}

impl PartialEq for SqlText {
    fn eq(&self, other: &Self) -> bool {
        self.canonical == other.canonical
    }
}

impl Eq for SqlText {}

impl Hash for SqlText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.canonical.hash(state);
    }
}

impl Serialize for SqlText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.written {
            Some(written) if WHOLE.get() => {
                Both { canonical: self.canonical.as_ref().into(), written: written.as_ref().into() }
                    .serialize(serializer)
            }
            _ => serializer.serialize_str(&self.canonical),
        }
    }
}

thread_local! {
    /// Whether texts are being serialised with what was written.
    static WHOLE: Cell<bool> = const { Cell::new(false) };
}

/// Serialise with both forms of every text, where they differ: nothing is lost, and nothing of it may be hashed. Without
/// this, only the canonical form is written.
pub fn with_written<T>(serialize: impl FnOnce() -> T) -> T {
    /// Puts back what was, also where `serialize` does not return.
    struct Before(bool);
    impl Drop for Before {
        fn drop(&mut self) {
            WHOLE.set(self.0);
        }
    }
    let _before = Before(WHOLE.replace(true));
    serialize()
}

/// A text with both of its forms.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Both<'a> {
    canonical: Cow<'a, str>,
    written: Cow<'a, str>,
}

/// A text in one of the forms in which it stands in files.
#[derive(Deserialize)]
#[serde(untagged)]
enum Form<'a> {
    Canonical(Box<str>),
    Both(Both<'a>),
}

impl<'de> Deserialize<'de> for SqlText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Form::deserialize(deserializer)? {
            Form::Canonical(canonical) => SqlText { canonical, written: None },
            Form::Both(Both { canonical, written }) => SqlText::new(canonical, written),
        })
    }
}
