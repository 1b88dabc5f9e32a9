//! Hashes that say whether two things are the same.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{Address, Object, Schema};

/// A BLAKE3 hash, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

/// A text is not 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a fingerprint: it takes 64 hexadecimal digits")]
pub struct FingerprintError(String);

impl Fingerprint {
    /// The hash of bytes.
    pub fn of_bytes(bytes: &[u8]) -> Fingerprint {
        Fingerprint(blake3::hash(bytes).into())
    }

    /// The hash of one object's canonical form; the object's name is not part of it.
    pub fn of_object(object: Object<'_>) -> Fingerprint {
        // No value in an object is a map, so the bytes depend on the order of struct fields alone, and neither on
        // insertion order nor on `serde_json/preserve_order`. Golden values in the tests pin them.
        let mut bytes = Vec::with_capacity(256);
        let written = serde_json::to_writer(&mut bytes, &object);
        debug_assert!(written.is_ok(), "objects hold nothing that JSON cannot say");
        Fingerprint::of_bytes(&bytes)
    }

    /// The hash of a value as JSON. Its maps must be ordered ones (`BTreeMap`, [`Options`](crate::Options)), so that the
    /// bytes depend on the order of struct fields alone.
    ///
    /// # Errors
    /// When the value cannot be written as JSON, such as a map with keys that are not text.
    pub fn of_json(value: &impl Serialize) -> Result<Fingerprint, serde_json::Error> {
        let mut hasher = blake3::Hasher::new();
        serde_json::to_writer(std::io::BufWriter::with_capacity(1 << 16, &mut hasher), value)?;
        Ok(Fingerprint(hasher.finalize().into()))
    }

    /// The hash of a set of addressed objects, whatever the order they come in.
    pub fn of_set<'a>(objects: impl IntoIterator<Item = (&'a Address, Fingerprint)>) -> Fingerprint {
        let mut lines: Vec<(String, Fingerprint)> =
            objects.into_iter().map(|(address, hash)| (address.to_string(), hash)).collect();
        lines.sort_unstable();
        let mut hasher = blake3::Hasher::new();
        for (address, hash) in &lines {
            hasher.update(address.as_bytes());
            hasher.update(&[0]);
            hasher.update(&hash.0);
        }
        Fingerprint(hasher.finalize().into())
    }

    /// The hash of a whole schema: the set of its objects.
    pub fn of_schema(schema: &Schema) -> Fingerprint {
        let objects = schema.objects();
        Fingerprint::of_set(objects.iter().map(|(address, object)| (address, Fingerprint::of_object(*object))))
    }

    /// The first eight digits, enough to tell two things apart on a screen and in a generated name.
    pub fn short(&self) -> String {
        self.to_string().chars().take(8).collect()
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&blake3::Hash::from(self.0).to_hex())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Fingerprint {
    type Err = FingerprintError;

    fn from_str(text: &str) -> Result<Self, FingerprintError> {
        let hash = blake3::Hash::from_hex(text).map_err(|_| FingerprintError(text.to_owned()))?;
        Ok(Fingerprint(hash.into()))
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
