//! Versions of MariaDB and MySQL.

use std::fmt;

use trueup_contract::DatabaseError;

/// The two products that speak this protocol and differ in much else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Flavor {
    /// MariaDB.
    MariaDb,
    /// MySQL, and what calls itself so: Percona Server, Aurora.
    MySql,
}

/// A server's product and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    /// Which product.
    pub(crate) flavor: Flavor,
    /// Major, minor, patch.
    pub(crate) number: (u32, u32, u32),
}

impl Version {
    /// The oldest MariaDB that is supported.
    const OLDEST_MARIADB: (u32, u32, u32) = (10, 6, 0);
    /// The oldest MySQL that is supported.
    const OLDEST_MYSQL: (u32, u32, u32) = (8, 0, 16);

    /// `10.11.14-MariaDB-0+deb12u2`, `8.4.3`, `9.7.0`; also `5.5.5-10.6.20-MariaDB`, as old servers greet.
    pub(crate) fn parse(text: &str) -> Option<Version> {
        let flavor = if text.to_ascii_lowercase().contains("mariadb") { Flavor::MariaDb } else { Flavor::MySql };
        let text = text.strip_prefix("5.5.5-").filter(|_| flavor == Flavor::MariaDb).unwrap_or(text);
        let mut numbers = text.split(['.', '-', '+', ' ', '~']).map_while(|it| it.parse::<u32>().ok());
        let number = (numbers.next()?, numbers.next()?, numbers.next().unwrap_or(0));
        Some(Version { flavor, number })
    }

    /// Whether this is MySQL, and at least this version of it.
    pub(crate) fn is_mysql(self, major: u32, minor: u32, patch: u32) -> bool {
        self.flavor == Flavor::MySql && self.number >= (major, minor, patch)
    }

    /// Refuses what is older than anything we know.
    pub(crate) fn supported(self) -> Result<Version, DatabaseError> {
        let oldest = match self.flavor {
            Flavor::MariaDb => Version::OLDEST_MARIADB,
            Flavor::MySql => Version::OLDEST_MYSQL,
        };
        if self.number >= oldest {
            return Ok(self);
        }
        let oldest = Version { flavor: self.flavor, number: oldest };
        Err(DatabaseError::TooOld { found: self.to_string(), oldest: oldest.to_string() })
    }
}

impl fmt::Display for Flavor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Flavor::MariaDb => "MariaDB",
            Flavor::MySql => "MySQL",
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (major, minor, patch) = self.number;
        write!(f, "{} {major}.{minor}.{patch}", self.flavor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_servers_say_them() {
        let read = |text| Version::parse(text).unwrap().to_string();
        assert_eq!(read("10.11.14-MariaDB-0+deb12u2"), "MariaDB 10.11.14");
        assert_eq!(read("5.5.5-10.6.20-MariaDB"), "MariaDB 10.6.20");
        assert_eq!(read("8.4.3"), "MySQL 8.4.3");
        assert_eq!(read("8.0.36-28"), "MySQL 8.0.36");
        assert_eq!(Version::parse("unknown"), None);
        assert!(Version::parse("5.7.44").unwrap().supported().is_err());
    }
}
