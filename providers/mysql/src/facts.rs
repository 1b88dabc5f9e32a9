//! What the server fills in where a declaration says nothing.

use std::collections::BTreeMap;

use trueup_contract::Cluster;

use crate::version::{Flavor, Version};

/// What decides, besides the text, what a declaration means. Kept in `Cluster::settings`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    /// The server's version; `None` where there is no connection.
    pub(crate) version: Option<Version>,
    /// The default storage engine: `InnoDB`.
    pub(crate) engine: Option<String>,
    /// The collation of the connected database.
    pub(crate) collation: Option<String>,
    /// The default collation of each character set.
    pub(crate) collations: BTreeMap<String, String>,
    /// `lower_case_table_names`: 0 keeps case, 1 folds, 2 keeps and ignores it.
    pub(crate) lower_case_table_names: u8,
    /// Whether `explicit_defaults_for_timestamp` is off, so that the first TIMESTAMP column updates itself.
    pub(crate) implicit_timestamps: bool,
    /// The SQL mode of new sessions.
    pub(crate) sql_mode: String,
}

/// The prefix of the settings that say the default collation of a character set.
const COLLATION_OF: &str = "collation_of.";

impl Facts {
    /// As they are in a cluster; those of no server where there is none.
    pub(crate) fn of(cluster: &Cluster) -> Facts {
        let get = |name: &str| cluster.settings.get(name).cloned();
        let collations = cluster
            .settings
            .iter()
            .filter_map(|(name, value)| Some((name.strip_prefix(COLLATION_OF)?.to_owned(), value.clone())));
        Facts {
            version: get("version").and_then(|it| Version::parse(&it)),
            engine: get("engine"),
            collation: get("collation"),
            collations: collations.collect(),
            lower_case_table_names: get("lower_case_table_names").and_then(|it| it.parse().ok()).unwrap_or(0),
            implicit_timestamps: get("explicit_defaults_for_timestamp").as_deref() == Some("0"),
            sql_mode: get("sql_mode").unwrap_or_default(),
        }
    }

    /// Whether the server is MariaDB; without a server, it is taken for one.
    pub(crate) fn is_mariadb(&self) -> bool {
        self.version.is_none_or(|it| it.flavor == Flavor::MariaDb)
    }

    /// The default collation of a character set, as far as it is known.
    pub(crate) fn collation_of(&self, charset: &str) -> Option<String> {
        let known = match charset {
            "utf8mb4" => "utf8mb4_general_ci",
            "utf8mb3" => "utf8mb3_general_ci",
            "latin1" => "latin1_swedish_ci",
            "ascii" => "ascii_general_ci",
            "binary" => "binary",
            _ => "",
        };
        self.collations.get(charset).cloned().or_else(|| Some(known.to_owned()).filter(|it| !it.is_empty()))
    }
}

/// The settings of a cluster under the names that [`Facts::of`] looks for: `version`, `engine`, `collation`,
/// `lower_case_table_names`, `explicit_defaults_for_timestamp` (0 or 1), `sql_mode`, and the collation of a character set.
pub(crate) fn collation_setting(charset: &str) -> String {
    [COLLATION_OF, charset].concat()
}
