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

    /// Whether we know it.
    pub(crate) fn is_supported(self) -> bool {
        self >= Version::OLDEST
    }

    /// `15` of 15.18.
    pub(crate) fn major(self) -> u32 {
        self.0 / 10_000
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
        assert_eq!(Version(0).product(), "PostgreSQL of an unknown version");
    }
}
