//! The lock that keeps two applies apart: a file beside the database, locked as long as its holder lives.
//!
//! The database file itself must not be opened a second time: closing any handle to it would drop SQLite's own POSIX
//! locks (sqlite.org/howtocorrupt.html, section 2.2).

use std::{
    ffi::OsString,
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use trueup_contract::{Held, Holder, LockFailure};

/// A locked file; its content names the holder.
pub(crate) struct FileLock {
    file: File,
    path: PathBuf,
}

/// How often a wait looks again.
const POLL: Duration = Duration::from_millis(50);

impl FileLock {
    /// Where the lock of a database lies.
    pub(crate) fn beside(database: &Path) -> PathBuf {
        let mut name = OsString::from(database);
        name.push(".trueup-lock");
        PathBuf::from(name)
    }

    /// Take the lock, waiting for another holder as long as `wait`.
    pub(crate) async fn take(path: &Path, holder: &Holder, wait: Duration) -> Result<FileLock, LockFailure> {
        let start = Instant::now();
        loop {
            match FileLock::attempt(path, holder) {
                Err(LockFailure::Taken(_)) if start.elapsed() < wait => tokio::time::sleep(POLL).await,
                other => return other,
            }
        }
    }

    fn attempt(path: &Path, holder: &Holder) -> Result<FileLock, LockFailure> {
        let failed = |error: std::io::Error| LockFailure::Failed([&path.display().to_string(), ": ", &error.to_string()].concat());
        loop {
            let mut file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(path)
                .map_err(failed)?;
            match file.try_lock() {
                Ok(()) => (),
                Err(TryLockError::WouldBlock) => return Err(LockFailure::Taken(read_holder(&mut file))),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
            // The holder before us removes the file while it still has the lock: ours may be on a file that is gone.
            if !is_same_file(&file, path) {
                continue;
            }
            let text = serde_json::to_string(holder).unwrap_or_default();
            file.set_len(0).and_then(|()| file.write_all(text.as_bytes())).map_err(failed)?;
            return Ok(FileLock { file, path: path.to_owned() });
        }
    }
}

impl Held for FileLock {
    fn is_held(&self) -> bool {
        is_same_file(&self.file, &self.path)
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // A file that stays behind does no harm: the lock is on the open file, not on its being there.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn read_holder(file: &mut File) -> Option<Holder> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

#[cfg(unix)]
fn is_same_file(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), path.metadata()) {
        (Ok(ours), Ok(theirs)) => ours.ino() == theirs.ino() && ours.dev() == theirs.dev(),
        (_, _) => false,
    }
}

#[cfg(not(unix))]
fn is_same_file(_: &File, path: &Path) -> bool {
    path.exists()
}
