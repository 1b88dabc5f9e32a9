//! The chain of history entries that makes an edit of the lockfile evident.

use serde::{Deserialize, Serialize};

use crate::{Fingerprint, LockError, Lockfile};

/// One finished write of the lockfile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HistoryEntry {
    /// The serial this write gave.
    pub serial: u64,
    /// The command that wrote, such as `apply`.
    pub action: String,
    /// When, in RFC 3339; for people, and not part of any hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The hash of everything the lockfile held after this write.
    pub content: Fingerprint,
    /// The hash of this entry and the one before.
    pub hash: Fingerprint,
}

/// What a write says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// The command that writes.
    pub action: String,
    /// The time, from the command line's clock; `None` leaves it out.
    pub at: Option<String>,
}

impl HistoryEntry {
    pub(super) fn seal(lockfile: &Lockfile, seal: Seal) -> HistoryEntry {
        let Seal { action, at } = seal;
        let content = content(lockfile);
        let hash = chain(lockfile.history.last(), lockfile.serial, &action, content);
        HistoryEntry { serial: lockfile.serial, action, at, content, hash }
    }
}

pub(super) fn verify(lockfile: &Lockfile) -> Result<(), LockError> {
    let edited = |what: String| Err(LockError::Edited { what });
    let mut before = None;
    for entry in &lockfile.history {
        if entry.hash != chain(before, entry.serial, &entry.action, entry.content) {
            return edited(format!("history entry {} does not fit the one before it", entry.serial));
        }
        before = Some(entry);
    }
    match before {
        None if lockfile.serial == 0 && lockfile.objects.is_empty() => Ok(()),
        None => edited("it has no history".to_owned()),
        Some(last) if last.serial != lockfile.serial => {
            edited(format!("its serial is {}, its history ends at {}", lockfile.serial, last.serial))
        }
        Some(last) if last.content != content(lockfile) => {
            edited(format!("its content is not what serial {} wrote", last.serial))
        }
        Some(_) => Ok(()),
    }
}

fn chain(before: Option<&HistoryEntry>, serial: u64, action: &str, content: Fingerprint) -> Fingerprint {
    let before = before.map(|entry| entry.hash.to_string()).unwrap_or_default();
    Fingerprint::of_bytes(format!("{before}\n{serial}\n{action}\n{content}").as_bytes())
}

/// The hash of everything but the history.
fn content(lockfile: &Lockfile) -> Fingerprint {
    use std::fmt::Write;
    let Lockfile { lineage, serial, provider, target, desired, observed, plan, objects, history: _ } = lockfile;
    let plan = plan.map(|plan| plan.to_string()).unwrap_or_default();
    let mut text = format!("{lineage}\n{serial}\n{provider}\n{target}\n{desired}\n{observed}\n{plan}\n");
    for (address, entry) in objects {
        let crate::Entry { source, observed, protected, depends } = entry;
        // Writing to a String cannot fail.
        let _ = write!(text, "{address}\0{source}\0{observed}\0{protected}");
        for needed in depends {
            let _ = write!(text, "\0{needed}");
        }
        text.push('\n');
    }
    Fingerprint::of_bytes(text.as_bytes())
}
