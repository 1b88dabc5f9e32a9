//! What each major version can do.

use sqlx::PgConnection;

/// A server's version, as `server_version_num` has it: 150018 is 15.18.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(u32);

impl Version {
    /// The oldest that is supported.
    pub(crate) const OLDEST: Version = Version(140_000);

    /// The version of the server at the other end; 0 if it did not say.
    pub(crate) fn of(connection: &PgConnection) -> Version {
        Version(connection.server_version_num().unwrap_or(0))
    }

    /// The version in a text such as `15.18`, `17beta2` or `15.18 (Debian 15.18-0+deb12u1)`. A text that says nothing is
    /// the oldest.
    pub(crate) fn parse(text: &str) -> Version {
        let number = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>().parse::<u32>().ok();
        let major = number(text).unwrap_or(14);
        let minor = text.split_once('.').and_then(|(_, minor)| number(minor)).unwrap_or(0);
        Version(major * 10_000 + minor)
    }

    /// Whether we know it.
    pub(crate) fn is_supported(self) -> bool {
        self >= Version::OLDEST
    }

    /// The product and its version, for people.
    pub(crate) fn product(self) -> String {
        ["PostgreSQL ", &self.number()].concat()
    }

    /// `15.18`.
    pub(crate) fn number(self) -> String {
        let (major, minor) = (self.0 / 10_000, self.0 % 10_000);
        // Before version 10, a major version had two numbers.
        match major {
            0 => "of an unknown version".to_owned(),
            1..10 => [major.to_string(), (minor / 100).to_string()].join("."),
            _ => [major.to_string(), minor.to_string()].join("."),
        }
    }

    fn is_at_least(self, major: u32) -> bool {
        self.0 >= major * 10_000
    }

    /// `UNIQUE NULLS NOT DISTINCT` (release-15).
    pub(crate) fn has_nulls_not_distinct(self) -> bool {
        self.is_at_least(15)
    }

    /// `security_invoker` of views (release-15).
    pub(crate) fn has_security_invoker(self) -> bool {
        self.is_at_least(15)
    }

    /// Column lists and row filters of publications, and publications of schemas (release-15).
    pub(crate) fn has_publication_filters(self) -> bool {
        self.is_at_least(15)
    }

    /// `ON DELETE SET NULL (columns)` of foreign keys (release-15).
    pub(crate) fn has_set_null_columns(self) -> bool {
        self.is_at_least(15)
    }

    /// Whether everybody may create in schema `public` (until release-14; release-15 took it away).
    pub(crate) fn lets_everybody_create_in_public(self) -> bool {
        !self.is_at_least(15)
    }

    /// `STORAGE` in `CREATE TABLE` (release-16).
    pub(crate) fn has_storage_in_create_table(self) -> bool {
        self.is_at_least(16)
    }

    /// `ALTER COLUMN … SET EXPRESSION` of generated columns (release-17).
    pub(crate) fn has_set_expression(self) -> bool {
        self.is_at_least(17)
    }

    /// The privilege `MAINTAIN` (release-17).
    pub(crate) fn has_maintain(self) -> bool {
        self.is_at_least(17)
    }

    /// Identity columns and exclusion constraints of partitioned tables (release-17).
    pub(crate) fn has_partitioned_identity(self) -> bool {
        self.is_at_least(17)
    }

    /// Virtual generated columns, which are what `GENERATED` means by default from then on (release-18).
    pub(crate) fn has_virtual_columns(self) -> bool {
        self.is_at_least(18)
    }

    /// `NOT NULL` as a constraint with a name, in `pg_constraint`, also `NOT VALID` (release-18).
    pub(crate) fn has_named_not_null(self) -> bool {
        self.is_at_least(18)
    }

    /// `NOT ENFORCED` of checks and foreign keys (release-18).
    pub(crate) fn has_not_enforced(self) -> bool {
        self.is_at_least(18)
    }

    /// `WITHOUT OVERLAPS` and `PERIOD` (release-18).
    pub(crate) fn has_temporal_keys(self) -> bool {
        self.is_at_least(18)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_written() {
        for (text, expected) in [
            ("15.18", Version(150_018)),
            ("17beta2", Version(170_000)),
            ("15.18 (Debian 15.18-0+deb12u1)", Version(150_018)),
            ("18", Version(180_000)),
            ("", Version::OLDEST),
        ] {
            assert_eq!(Version::parse(text), expected, "{text}");
        }
        assert_eq!(Version(150_018).number(), "15.18");
        assert_eq!(Version(90_624).product(), "PostgreSQL 9.6");
        assert!(!Version(130_022).is_supported() && Version(140_000).is_supported());
    }

    #[test]
    fn a_feature_begins_with_its_major_version() {
        assert!(!Version(170_010).has_virtual_columns() && Version(180_000).has_virtual_columns());
        assert!(
            Version(140_023).lets_everybody_create_in_public() && !Version(150_000).lets_everybody_create_in_public()
        );
    }
}
