//! A lock on a file, held as long as its holder lives.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::{Held, Holder, LockFailure};

/// How often a wait looks again.
const POLL: Duration = Duration::from_millis(50);

/// A locked file; its content names the holder. The operating system frees it when the process dies.
pub struct FileLock {
    file: File,
    path: PathBuf,
}

impl FileLock {
    /// Take the lock, waiting for another holder as long as `wait`.
    ///
    /// # Errors
    /// When someone else has it, or the file cannot be made.
    pub fn take(path: &Path, holder: &Holder, wait: Duration) -> Result<FileLock, LockFailure> {
        let start = Instant::now();
        loop {
            match FileLock::attempt(path, holder) {
                Err(LockFailure::Taken(_)) if start.elapsed() < wait => std::thread::sleep(POLL),
                other => return other,
            }
        }
    }

    /// Who holds the lock now, if anyone does.
    pub fn holder(path: &Path) -> Option<Holder> {
        let mut file = OpenOptions::new().read(true).write(true).open(path).ok()?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => read_holder(&mut file),
            _ => None,
        }
    }

    fn attempt(path: &Path, holder: &Holder) -> Result<FileLock, LockFailure> {
        let failed = |error: std::io::Error| {
            LockFailure::Failed([&path.display().to_string(), ": ", &error.to_string()].concat())
        };
        loop {
            let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
            let mut file = opened.map_err(failed)?;
            match file.try_lock() {
                Ok(()) => (),
                Err(TryLockError::WouldBlock) => return Err(LockFailure::Taken(read_holder(&mut file))),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
            // The holder before us removes the file while it still has the lock: ours may be on a file that is gone.
            if !is_same_file(&file, path) {
                continue;
            }
            let Holder { pid, host, since, command } = holder;
            let text = [&pid.to_string(), host.as_str(), since, command].join("\n");
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
    let mut lines = text.lines().map(str::to_owned);
    let pid = lines.next()?.parse().ok()?;
    Some(Holder { pid, host: lines.next()?, since: lines.next()?, command: lines.next()? })
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
