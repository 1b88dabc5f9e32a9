//! `trueup state`

use clap::{Args, Subcommand};
use serde_json::json;
use trueup_contract::Access;
use trueup_state::{Address, Lockfile, Seal};

use super::{
    failure::Failure,
    options::ConnectionOptions,
    report::Report,
    session::{self, Session},
};
use crate::engine::Workspace;

#[derive(Args)]
pub(super) struct State {
    #[command(flatten)]
    pub(super) options: ConnectionOptions,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// The lockfile's head and history
    Show,
    /// The objects that are ours
    List,
    /// Check that nobody edited the lockfile
    Verify,
    /// Stop managing objects; they stay in the database
    Forget {
        /// The objects
        #[arg(required = true)]
        addresses: Vec<String>,
    },
    /// Record an object under another address
    Move {
        /// The address before
        from: String,
        /// The address after
        to: String,
    },
    /// Never drop these objects
    Protect {
        /// The objects
        #[arg(required = true)]
        addresses: Vec<String>,
    },
    /// Let these objects be dropped again
    Unprotect {
        /// The objects
        #[arg(required = true)]
        addresses: Vec<String>,
    },
    /// Who holds the lock; a dead process holds none
    Unlock,
    /// Say that the lockfile belongs to the database it is used with now
    Rebind,
}

impl State {
    pub(super) async fn run(self, report: &Report) -> Result<u8, Failure> {
        let session = Session::open(&self.options)?;
        let writes = !matches!(self.action, Action::Show | Action::List | Action::Verify);
        let mut workspace = session.workspace(if writes { Access::Write } else { Access::Read }).await?;
        if let Action::Unlock = self.action {
            return unlock(&mut workspace, report).await;
        }
        let wait = session.lock_wait()?;
        let _locks = if writes { Some(workspace.lock("state", &session::now(), wait).await?) } else { None };
        let lockfile = load(&mut workspace).await?;
        match self.action {
            Action::Show => show(report, &workspace, &lockfile),
            Action::List => list(report, &lockfile),
            Action::Verify => verified(report, &lockfile),
            Action::Forget { addresses } => {
                let next =
                    edit(lockfile.clone(), &addresses, true, |next, address| drop(next.objects.remove(address)))?;
                save(&mut workspace, next, &lockfile, "forget", report).await?;
            }
            Action::Protect { addresses } => {
                let next =
                    edit(lockfile.clone(), &addresses, false, |next, address| set_protected(next, address, true))?;
                save(&mut workspace, next, &lockfile, "protect", report).await?;
            }
            Action::Unprotect { addresses } => {
                let next =
                    edit(lockfile.clone(), &addresses, false, |next, address| set_protected(next, address, false))?;
                save(&mut workspace, next, &lockfile, "unprotect", report).await?;
            }
            Action::Move { from, to } => {
                let next = moved(lockfile.clone(), &from, &to)?;
                save(&mut workspace, next, &lockfile, "move", report).await?;
            }
            Action::Rebind => {
                let mut next = lockfile.clone();
                next.target = workspace.server.identity;
                save(&mut workspace, next, &lockfile, "rebind", report).await?;
            }
            Action::Unlock => (),
        }
        Ok(0)
    }
}

async fn load(workspace: &mut Workspace) -> Result<Lockfile, Failure> {
    let Some(mut backend) = workspace.store.backend(workspace.database.as_mut()) else {
        return Err(Failure::plain("`--state none` keeps nothing"));
    };
    let location = backend.location();
    let loaded = backend.load().await.map_err(Failure::backend)?;
    loaded.ok_or_else(|| {
        Failure::with_hint(["nothing is recorded in ", &location].concat(), "the first `trueup apply` records it")
    })
}

async fn save(
    workspace: &mut Workspace,
    mut next: Lockfile,
    replaces: &Lockfile,
    action: &str,
    report: &Report,
) -> Result<(), Failure> {
    next.plan = None;
    let next = next.sealed(Seal { action: action.to_owned(), at: Some(session::now()) });
    if let Some(mut backend) = workspace.store.backend(workspace.database.as_mut()) {
        backend.save(&next, Some(replaces.serial)).await.map_err(Failure::backend)?;
    }
    report.note(&["recorded (lockfile serial ", &next.serial.to_string(), "); the database was not touched"].concat());
    if report.is_json() {
        report.value(&json!({"action": action, "serial": next.serial}));
    }
    Ok(())
}

/// Change the records of these objects, and of what they own where that goes with them.
fn edit(
    mut lockfile: Lockfile,
    texts: &[String],
    with_parts: bool,
    change: impl Fn(&mut Lockfile, &Address),
) -> Result<Lockfile, Failure> {
    for text in texts {
        let address: Address =
            text.parse().map_err(|error: trueup_state::AddressError| Failure::plain(error.to_string()))?;
        if !lockfile.owns(&address) {
            return Err(super::graph::not_there(text, lockfile.objects.keys().map(ToString::to_string)));
        }
        let is_whole = with_parts && address.owner().is_none();
        let fits = |it: &Address| *it == address || (is_whole && it.relation() == address.relation());
        let found: Vec<Address> = lockfile.objects.keys().filter(|it| fits(it)).cloned().collect();
        found.iter().for_each(|it| change(&mut lockfile, it));
    }
    Ok(lockfile)
}

fn set_protected(lockfile: &mut Lockfile, address: &Address, protected: bool) {
    if let Some(entry) = lockfile.objects.get_mut(address) {
        entry.protected = protected;
    }
}

fn moved(mut lockfile: Lockfile, from: &str, to: &str) -> Result<Lockfile, Failure> {
    let parse = |text: &str| text.parse::<Address>().map_err(|error| Failure::plain(error.to_string()));
    let (from, to) = (parse(from)?, parse(to)?);
    if lockfile.owns(&to) {
        return Err(Failure::plain(["`", &to.to_string(), "` is recorded already"].concat()));
    }
    let whole = from.owner().is_none() && to.owner().is_none();
    let fits = |it: &Address| *it == from || (whole && it.owner().is_some() && it.owner() == from.relation());
    let found: Vec<Address> = lockfile.objects.keys().filter(|it| fits(it)).cloned().collect();
    if found.is_empty() {
        return Err(super::graph::not_there(&from.to_string(), lockfile.objects.keys().map(ToString::to_string)));
    }
    for address in found {
        let next = match to.relation() {
            _ if address == from => to.clone(),
            Some(owner) => address.with_owner(owner),
            None => continue,
        };
        if let Some(entry) = lockfile.objects.remove(&address) {
            lockfile.objects.insert(next, entry);
        }
    }
    Ok(lockfile)
}

fn show(report: &Report, workspace: &Workspace, lockfile: &Lockfile) {
    let Lockfile { lineage, serial, provider, target, desired, observed, plan, objects, history } = lockfile;
    if report.is_json() {
        report.value(&json!({
            "lineage": lineage, "serial": serial, "provider": provider, "target": target, "desired": desired,
            "observed": observed, "plan": plan, "objects": objects.len(), "history": history,
        }));
        return;
    }
    let bound = if *target == workspace.server.identity { "this database" } else { "another database" };
    let mut out = format!(
        "lineage   {lineage}\nserial    {serial}\nprovider  {provider}\nbelongs   to {bound}\nobjects   {}\n",
        objects.len()
    );
    for entry in history.iter().rev().take(20) {
        out.push_str(&format!("{:>8}  {} {}\n", entry.serial, entry.at.as_deref().unwrap_or("-"), entry.action));
    }
    report.data(&out);
}

/// Loading has verified it.
fn verified(report: &Report, lockfile: &Lockfile) {
    if report.is_json() {
        report.value(&json!({"verified": true, "serial": lockfile.serial}));
        return;
    }
    report.data(&["the lockfile is as trueup wrote it (serial ", &lockfile.serial.to_string(), ")"].concat());
}

fn list(report: &Report, lockfile: &Lockfile) {
    if report.is_json() {
        let objects: Vec<_> = lockfile
            .objects
            .iter()
            .map(|(address, entry)| json!({"address": address, "protected": entry.protected, "depends": entry.depends}))
            .collect();
        report.value(&json!(objects));
        return;
    }
    let line = |(address, entry): (&Address, &trueup_state::Entry)| {
        let mark = if entry.protected { "  (protected)\n" } else { "\n" };
        [&address.to_string(), mark].concat()
    };
    report.data(&lockfile.objects.iter().map(line).collect::<String>());
}

/// The lock is the operating system's: a process that dies frees it, so there is never one to break by force.
async fn unlock(workspace: &mut Workspace, report: &Report) -> Result<u8, Failure> {
    workspace.lock("state unlock", &session::now(), std::time::Duration::ZERO).await?;
    if report.is_json() {
        report.value(&json!({"held": false}));
    } else {
        report.data("nobody holds the lock");
    }
    Ok(0)
}
