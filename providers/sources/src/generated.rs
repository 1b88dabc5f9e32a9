//! SQL made from another format, with the place that each line was made from.

use std::{path::PathBuf, sync::Arc};

use trueup_contract::{Coverage, Desired, Loaded, Origin, Place, Script, SourceFile, SourceFinding};

/// SQL text under construction.
#[derive(Clone, Debug, Default)]
pub struct Generated {
    text: String,
    line: usize,
    origins: Vec<Origin>,
}

impl Generated {
    /// Add lines, all of which were made from what stands at this place.
    pub fn push(&mut self, lines: &str, place: &Place, offset: usize, length: usize) {
        self.origins.push(Origin { line: self.line + 1, place: place.clone(), offset, length });
        self.line += lines.trim_end_matches('\n').matches('\n').count() + 1;
        self.text.push_str(lines.trim_end_matches('\n'));
        self.text.push('\n');
    }

    /// The finished text as a source that was read from `path`.
    pub fn finish(self, path: PathBuf, coverage: Coverage, findings: Vec<SourceFinding>) -> Loaded {
        let file = SourceFile { path: Arc::new(path), text: Arc::from(self.text) };
        Loaded { desired: Desired::Script(Script { files: vec![file] }), coverage, origins: self.origins, findings }
    }
}
