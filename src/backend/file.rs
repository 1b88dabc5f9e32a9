//! State in files: `state/<env>.lock` and, beside it while an apply runs, `state/<env>.journal`.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use async_trait::async_trait;
use trueup_contract::{Backend, BackendError, FileLock, Held, Holder, LockFailure};
use trueup_state::{Journal, Lockfile};

use crate::failpoint;

/// A lockfile in the file system.
pub struct FileBackend {
    lockfile: PathBuf,
    journal: PathBuf,
    guard: PathBuf,
}

impl FileBackend {
    /// Keep the lockfile at this path.
    pub fn new(lockfile: impl Into<PathBuf>) -> FileBackend {
        let lockfile = lockfile.into();
        let mut guard = lockfile.clone().into_os_string();
        guard.push(".trueup-lock");
        FileBackend { journal: lockfile.with_extension("journal"), guard: PathBuf::from(guard), lockfile }
    }

    fn lockfile_error(&self, cause: trueup_state::LockError) -> BackendError {
        BackendError::Lockfile { location: self.location(), cause }
    }
}

#[async_trait]
impl Backend for FileBackend {
    fn location(&self) -> String {
        self.lockfile.display().to_string()
    }

    async fn load(&mut self) -> Result<Option<Lockfile>, BackendError> {
        match read(&self.lockfile)? {
            Some(text) => Lockfile::parse(&text).map(Some).map_err(|cause| self.lockfile_error(cause)),
            None => Ok(None),
        }
    }

    async fn save(&mut self, next: &Lockfile, replaces: Option<u64>) -> Result<(), BackendError> {
        let found = self.load().await?.map(|lockfile| lockfile.serial);
        if found != replaces {
            return Err(BackendError::Stale { found: found.unwrap_or(0), expected: replaces.unwrap_or(0) });
        }
        let text = next.render().map_err(|cause| self.lockfile_error(cause))?;
        write(&self.lockfile, &text)
    }

    async fn journal(&mut self) -> Result<Option<Journal>, BackendError> {
        let location = self.journal.display().to_string();
        match read(&self.journal)? {
            Some(text) => Journal::parse(&text).map(Some).map_err(|cause| BackendError::Journal { location, cause }),
            None => Ok(None),
        }
    }

    async fn record(&mut self, journal: Option<&Journal>) -> Result<(), BackendError> {
        let location = self.journal.display().to_string();
        let Some(journal) = journal else {
            // An apply that was killed while it wrote leaves its half behind.
            let removed = remove(&beside(&self.journal)).and_then(|()| remove(&self.journal));
            return removed.map_err(|cause| BackendError::Io { location, action: "removed", cause });
        };
        let text = journal.render().map_err(|cause| BackendError::Journal { location, cause })?;
        write(&self.journal, &text)
    }

    async fn lock(&mut self, holder: &Holder, wait: Duration) -> Result<Box<dyn Held>, LockFailure> {
        let folder = self.guard.parent().filter(|it| !it.as_os_str().is_empty());
        if let Some(folder) = folder {
            fs::create_dir_all(folder).map_err(|error| LockFailure::Failed(error.to_string()))?;
        }
        Ok(Box::new(FileLock::take(&self.guard, holder, wait)?))
    }
}

fn read(path: &Path) -> Result<Option<String>, BackendError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(BackendError::Io { location: path.display().to_string(), action: "read", cause }),
    }
}

/// Remove a file, if it is there.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(cause),
        _ => Ok(()),
    }
}

/// Where a file is written before it takes the place of the one at `path`.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}

/// Replace a file so that a reader, or a crash, finds the old content or the new and nothing between: written beside,
/// flushed to disk, renamed, and the folder flushed too, since the rename is a change of the folder.
fn write(path: &Path, text: &str) -> Result<(), BackendError> {
    let failed = |cause: io::Error| BackendError::Io { location: path.display().to_string(), action: "written", cause };
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    let beside = beside(path);
    let mut file = File::create(&beside).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    failpoint::hit("state-before-rename");
    fs::rename(&beside, path).map_err(failed)?;
    failpoint::hit("state-after-rename");
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}
