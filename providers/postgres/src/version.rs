//! Which versions of the server are supported.

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

    /// The version that [`Version::product`] told. One that we cannot read is older than every feature.
    pub(crate) fn parse(text: &str) -> Version {
        let number = text.trim_start_matches(|c: char| !c.is_ascii_digit());
        let mut parts = number.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse::<u32>().unwrap_or(0));
        let (major, minor) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
        Version(major.saturating_mul(10_000).saturating_add(minor))
    }

    /// Whether we know it.
    pub(crate) fn is_supported(self) -> bool {
        self >= Version::OLDEST
    }

    /// `15` of 15.18.
    pub(crate) fn major(self) -> u32 {
        self.0 / 10_000
    }

    /// `ALTER TABLE … ALTER COLUMN … SET EXPRESSION` (PostgreSQL 17 release notes, E.10.3.1).
    pub(crate) fn can_set_expression(self) -> bool {
        self.major() >= 17
    }

    /// `ALTER TABLE … SET ACCESS METHOD` (PostgreSQL 15 release notes, E.16.3.3).
    pub(crate) fn can_set_access_method(self) -> bool {
        self.major() >= 15
    }

    /// Whether the server can be asked if a string is a value of a type (16, `pg_input_is_valid`).
    pub(crate) fn tells_valid_input(self) -> bool {
        self.major() >= 16
    }

    /// Whether NOT NULL constraints have names, and `ALTER CONSTRAINT … [NOT] ENFORCED` is there (18).
    pub(crate) fn names_not_null(self) -> bool {
        self.major() >= 18
    }

    /// The product and its version, for people.
    pub(crate) fn product(self) -> String {
        let (major, minor) = (self.0 / 10_000, self.0 % 10_000);
        // Before version 10, a major version had two numbers.
        let number = match major {
            0 => "of an unknown version".to_owned(),
            1..10 => [major.to_string(), (minor / 100).to_string()].join("."),
            _ => [major.to_string(), minor.to_string()].join("."),
        };
        ["PostgreSQL ", &number].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_older_than_14_is_not_supported() {
        assert!(!Version(0).is_supported() && !Version(90_624).is_supported() && !Version(130_022).is_supported());
        assert!(Version(140_000).is_supported() && Version(180_004).is_supported());
    }

    #[test]
    fn a_version_is_told_as_its_server_tells_it() {
        assert_eq!(Version(150_018).product(), "PostgreSQL 15.18");
        assert_eq!(Version(90_624).product(), "PostgreSQL 9.6");
        assert_eq!(Version::parse(&Version(150_018).product()), Version(150_018));
        assert_eq!(Version::parse(&Version(0).product()), Version(0));
        assert_eq!(Version(0).product(), "PostgreSQL of an unknown version");
    }
}
