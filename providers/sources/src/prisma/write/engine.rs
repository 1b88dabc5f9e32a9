//! What Prisma takes for granted of each kind of database (Prisma 6, psl: builtin connectors).

use trueup_state::{Ident, ReferentialAction};

/// The kinds of databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::prisma) enum Engine {
    Postgres,
    MySql,
    Sqlite,
}

/// (the dialect's name, the engine, the provider in a datasource).
const ENGINES: [(&str, Engine, &str); 3] = [
    ("postgres", Engine::Postgres, "postgresql"),
    ("mysql", Engine::MySql, "mysql"),
    ("sqlite", Engine::Sqlite, "sqlite"),
];

impl Engine {
    /// The engine of a dialect.
    pub(in crate::prisma) fn of(dialect: &str) -> Option<Engine> {
        ENGINES.iter().find(|(name, ..)| *name == dialect).map(|(_, engine, _)| *engine)
    }

    /// The provider of a datasource.
    pub(super) fn provider(self) -> &'static str {
        ENGINES.iter().find(|(_, engine, _)| *engine == self).map_or("", |(.., provider)| provider)
    }

    /// How long a name of a constraint may be, in bytes.
    pub(super) fn longest_name(self) -> usize {
        match self {
            Engine::Postgres => 63,
            Engine::MySql => 64,
            Engine::Sqlite => 10_000,
        }
    }

    /// Whether a primary key has a name of its own.
    pub(super) fn names_primary_keys(self) -> bool {
        self == Engine::Postgres
    }

    /// Whether a foreign key has a name.
    pub(super) fn names_foreign_keys(self) -> bool {
        self != Engine::Sqlite
    }

    /// Where objects are when nothing is said.
    pub(super) fn namespace(self) -> Ident {
        Ident::from(if self == Engine::Postgres { "public" } else { "" })
    }

    /// What a foreign key does on delete when a relation says nothing.
    pub(super) fn on_delete(self, is_required: bool) -> ReferentialAction {
        if is_required { ReferentialAction::Restrict } else { ReferentialAction::SetNull }
    }

    /// The collation that Prisma Migrate gives to new tables.
    pub(super) fn collation(self) -> Option<&'static str> {
        (self == Engine::MySql).then_some("utf8mb4_unicode_ci")
    }
}
