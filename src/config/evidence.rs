//! `[evidence]`: where a run leaves its evidence, and what the files are called.

use serde::Deserialize;

/// `[evidence]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceConfig {
    /// The folder that every plan, apply, pull and drift writes to; without it only `--evidence` writes.
    pub dir: Option<String>,
    /// The name of the file with the differences.
    #[serde(default = "diff_name")]
    pub diff: String,
    /// The folder for programs, below the other one.
    #[serde(default = "artifacts_name")]
    pub artifacts: String,
    /// What the work is called.
    pub task: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
}

impl Default for EvidenceConfig {
    fn default() -> Self {
        EvidenceConfig { dir: None, diff: diff_name(), artifacts: artifacts_name(), task: None, owner: None }
    }
}

impl EvidenceConfig {
    /// What is wrong with it, if anything: the names are of files in the folder, not of places elsewhere.
    pub(super) fn wrong(&self) -> Option<String> {
        let names = [("diff", &self.diff), ("artifacts", &self.artifacts)];
        let is_name = |name: &str| !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '\\']);
        let (key, name) = names.into_iter().find(|(_, name)| !is_name(name))?;
        Some(["[evidence] ", key, " = \"", name, "\": write a name without a folder"].concat())
    }
}

fn diff_name() -> String {
    "01-schema-diff-preview.md".to_owned()
}

fn artifacts_name() -> String {
    "artifacts".to_owned()
}
