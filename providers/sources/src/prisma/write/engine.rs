//! What Prisma takes for granted of each kind of database (Prisma 6, psl: builtin connectors).

use trueup_state::{Ident, ReferentialAction};

use crate::prisma::native::{PROVIDERS, Provider};

/// The kinds of databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::prisma) enum Engine {
    Postgres,
    MySql,
    Sqlite,
}

impl Engine {
    /// The engine of a dialect.
    pub(in crate::prisma) fn of(dialect: &str) -> Option<Engine> {
        let (_, provider, _) = PROVIDERS.iter().find(|(.., spoken)| *spoken == dialect)?;
        [Engine::Postgres, Engine::MySql, Engine::Sqlite].into_iter().find(|it| it.provider() == *provider)
    }

    /// The provider, whose types and limits it has.
    pub(super) fn provider(self) -> Provider {
        match self {
            Engine::Postgres => Provider::Postgres,
            Engine::MySql => Provider::Mysql,
            Engine::Sqlite => Provider::Sqlite,
        }
    }

    /// What a datasource calls it.
    pub(super) fn word(self) -> &'static str {
        PROVIDERS.iter().find(|(_, provider, _)| *provider == self.provider()).map_or("", |(word, ..)| word)
    }

    /// How long a name of a constraint may be, in bytes.
    pub(super) fn longest_name(self) -> usize {
        self.provider().longest_name()
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
