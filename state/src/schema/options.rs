//! Options by name, in the order in which they were said.

use std::{
    collections::BTreeMap,
    ops::{Deref, DerefMut},
};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize, Serializer};

/// Storage parameters, settings of routines and other options, by name; values as text, in PostgreSQL's own spelling.
///
/// They keep the order in which they were said, for so they are stored; what they mean does not depend on it, and so
/// neither does equality nor how they are written down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Options(IndexMap<String, String>);

impl Options {
    /// No options.
    pub fn new() -> Options {
        Options::default()
    }

    /// Take one out; the others keep their order.
    pub fn remove(&mut self, name: &str) -> Option<String> {
        self.0.shift_remove(name)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Deref for Options {
    type Target = IndexMap<String, String>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Options {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl FromIterator<(String, String)> for Options {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(pairs: T) -> Options {
        Options(pairs.into_iter().collect())
    }
}

impl IntoIterator for Options {
    type Item = (String, String);
    type IntoIter = indexmap::map::IntoIter<String, String>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Options {
    type Item = (&'a String, &'a String);
    type IntoIter = indexmap::map::Iter<'a, String, String>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl Serialize for Options {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.iter().collect::<BTreeMap<_, _>>().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(names: [&str; 2]) -> Options {
        names.into_iter().map(|it| (it.to_owned(), "1".to_owned())).collect()
    }

    #[test]
    fn the_order_is_kept_and_means_nothing() {
        let (one, other) = (options(["b", "a"]), options(["a", "b"]));
        assert_eq!(one.keys().collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(one, other);
        assert_eq!(serde_json::to_string(&one).unwrap(), serde_json::to_string(&other).unwrap());
    }
}
