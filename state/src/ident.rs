//! Names of schema objects.

use std::{borrow::Borrow, fmt, sync::Arc};

use serde::{Deserialize, Serialize};

/// An SQL identifier, unquoted, spelled as the database stores it.
///
/// It has no `AsRef<str>`: turning an identifier into SQL text is the `Sql` builder's business alone. [`Ident::text`]
/// is for comparing and for showing names to people. Names are shared, as one stands in many addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ident(Arc<str>);

impl Ident {
    /// The bare text, without quotes.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The text with ASCII letters in lower case, the form in which SQLite and unquoted SQL compare names.
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// Whether this is the empty name, which stands for "the connected database" where a namespace is expected.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for Ident {
    fn from(name: &str) -> Self {
        Ident(name.into())
    }
}

impl From<String> for Ident {
    fn from(name: String) -> Self {
        Ident(name.into())
    }
}

impl Borrow<str> for Ident {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A name inside a namespace, such as `public.users`.
///
/// MySQL and SQLite have no namespace inside the connected database; there it is the empty identifier and is not
/// shown, so that staging and production can share fingerprints.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Qualified {
    /// The namespace, empty for the connected database itself.
    #[serde(default, skip_serializing_if = "Ident::is_empty")]
    pub namespace: Ident,
    /// The object's own name.
    pub name: Ident,
}

impl Qualified {
    /// A name in the connected database, which is no namespace.
    pub fn bare(name: impl Into<Ident>) -> Qualified {
        Qualified { namespace: Ident::default(), name: name.into() }
    }
}

impl fmt::Display for Qualified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.namespace.is_empty() {
            write!(f, "{}.", self.namespace)?;
        }
        write!(f, "{}", self.name)
    }
}
