//! Which commands go with which authority. Each refusal names the command for the other direction.

use crate::{
    cli::failure::Failure,
    config::{Authority, Chosen, choose},
};

use super::Session;

impl Session {
    /// Which side is right, and which file says so.
    pub(in crate::cli) fn authority(&self) -> Result<Chosen, Failure> {
        let config = self.config.as_ref();
        let configured = config.and_then(|it| Some((it.authority?, it.file.as_path())));
        Ok(choose(configured, self.folder())?)
    }

    /// Refuse to bring a database to its code where the code is not the authority.
    pub(in crate::cli) fn require_code_authority(&self, command: &str) -> Result<(), Failure> {
        let chosen = self.authority()?;
        match chosen.authority {
            Authority::Code | Authority::Prisma => Ok(()),
            Authority::Database => Err(refused(
                command,
                "here the database is the authority, and the code is its mirror",
                &chosen,
                "`trueup pull` writes the mirror, `trueup pull --check` and `trueup drift` compare; \
                 `trueup diff env:NAME SOURCE` prints the SQL for a proposal",
            )),
            Authority::None => Err(no_database(command, &chosen)),
        }
    }

    /// Refuse to write the code from a database where the database is not the authority.
    pub(in crate::cli) fn require_database_authority(&self, command: &str) -> Result<(), Failure> {
        let chosen = self.authority()?;
        match chosen.authority {
            Authority::Database => Ok(()),
            Authority::Code | Authority::Prisma => Err(refused(
                command,
                "here the code is the authority, and it would be overwritten",
                &chosen,
                "`trueup plan` and `trueup apply` bring the database to its code; `trueup inspect` prints what the \
                 database holds; if the database is right, write authority = \"database\" into trueup.toml",
            )),
            Authority::None => Err(no_database(command, &chosen)),
        }
    }
}

fn refused(command: &str, why: &str, chosen: &Chosen, hint: &str) -> Failure {
    Failure::refused(["`trueup ", command, "` is refused: ", why, " (", &chosen.place(), ")"].concat(), hint)
}

fn no_database(command: &str, chosen: &Chosen) -> Failure {
    let hint = "write authority = \"code\" or \"database\" if there is one after all";
    refused(command, "this project manages no database", chosen, hint)
}
