//! What a version of SQLite can do: questions, not numbers.

/// A version of the SQLite library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(u32, u32, u32);

/// A feature of stored schemas, and the first version that can open a database with it (sqlite.org/changes.html).
pub(crate) struct Feature {
    pub(crate) name: &'static str,
    pub(crate) since: Version,
}

pub(crate) const STRICT_TABLE: Feature = Feature { name: "STRICT tables", since: Version(3, 37, 0) };
pub(crate) const GENERATED_COLUMN: Feature = Feature { name: "generated columns", since: Version(3, 31, 0) };
pub(crate) const EXPRESSION_INDEX: Feature = Feature { name: "indexes on expressions", since: Version(3, 9, 0) };
pub(crate) const WITHOUT_ROWID: Feature = Feature { name: "WITHOUT ROWID tables", since: Version(3, 8, 2) };
pub(crate) const PARTIAL_INDEX: Feature = Feature { name: "partial indexes", since: Version(3, 8, 0) };

impl Version {
    /// Older than every feature.
    pub(crate) const OLDEST: Version = Version(0, 0, 0);

    /// Read `3.51.3`; missing numbers are zero.
    pub(crate) fn parse(text: &str) -> Option<Version> {
        let mut numbers = text.trim().split('.').map(|number| number.parse().ok());
        let first = numbers.next()??;
        Some(Version(first, numbers.next().unwrap_or(Some(0))?, numbers.next().unwrap_or(Some(0))?))
    }

    /// `ALTER TABLE … RENAME COLUMN` (3.25, sqlite.org/releaselog/3_25_0.html).
    pub(crate) fn can_rename_column(self) -> bool {
        self >= Version(3, 25, 0)
    }

    /// `ALTER TABLE … DROP COLUMN` (3.35, sqlite.org/releaselog/3_35_0.html).
    pub(crate) fn can_drop_column(self) -> bool {
        self >= Version(3, 35, 0)
    }

    /// `ALTER TABLE … ADD CONSTRAINT … CHECK`, `DROP CONSTRAINT`, `ALTER COLUMN … SET NOT NULL` and `DROP NOT NULL`
    /// (3.53, sqlite.org/releaselog/3_53_0.html).
    pub(crate) fn can_alter_constraints(self) -> bool {
        self >= Version(3, 53, 0)
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Version(major, minor, patch) = self;
        write!(f, "{major}.{minor}.{patch}")
    }
}
