//! `trueup completions` and `trueup man`

use clap::Args;
use clap_complete::Shell;

use super::{definition, failure::Failure, report::Report};

#[derive(Args)]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self, report: &Report) -> Result<u8, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut definition(), "trueup", &mut script);
        report.data(&String::from_utf8_lossy(&script));
        Ok(0)
    }
}

/// The manual page, in roff.
pub(super) fn man(report: &Report) -> Result<u8, Failure> {
    let mut page = Vec::new();
    clap_mangen::Man::new(definition()).render(&mut page).map_err(|error| Failure::plain(error.to_string()))?;
    report.data(&String::from_utf8_lossy(&page));
    Ok(0)
}
