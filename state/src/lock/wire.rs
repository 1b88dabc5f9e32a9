//! The lockfile's written form, version 1: TOML, meant to be committed and reviewed.

use serde::{Deserialize, Serialize};

use crate::{Address, Entry, Fingerprint, HistoryEntry, LockError, Lockfile};

const HEADER: &str = "# Written by trueup. Do not edit: `trueup state verify` tells.\n";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    version: u32,
    lineage: String,
    serial: u64,
    provider: String,
    target: Fingerprint,
    desired: Fingerprint,
    observed: Fingerprint,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    plan: Option<Fingerprint>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    object: Vec<WireObject>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    history: Vec<HistoryEntry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireObject {
    address: Address,
    source: Fingerprint,
    observed: Fingerprint,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    protected: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    depends: Vec<Address>,
}

/// Only the version, so that a newer format is named as such and not as a parse error.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

pub(super) fn parse(text: &str) -> Result<Lockfile, LockError> {
    let wire: Wire = toml::from_str(text).map_err(|error| match toml::from_str::<Version>(text) {
        Ok(Version { version }) if version != 1 => LockError::Version(version),
        _ => LockError::Malformed(error),
    })?;
    let Wire { version, lineage, serial, provider, target, desired, observed, plan, object, history } = wire;
    if version != 1 {
        return Err(LockError::Version(version));
    }
    let mut lockfile =
        Lockfile { serial, desired, observed, plan, history, ..Lockfile::new(lineage, provider, target) };
    for WireObject { address, source, observed, protected, depends } in object {
        let entry = Entry { source, observed, protected, depends };
        if lockfile.objects.insert(address.clone(), entry).is_some() {
            return Err(LockError::Twice(address));
        }
    }
    Ok(lockfile)
}

pub(super) fn render(lockfile: &Lockfile) -> Result<String, LockError> {
    let Lockfile { lineage, serial, provider, target, desired, observed, plan, objects, history } = lockfile.clone();
    let object = objects
        .into_iter()
        .map(|(address, Entry { source, observed, protected, depends })| WireObject {
            address,
            source,
            observed,
            protected,
            depends,
        })
        .collect();
    let wire = Wire { version: 1, lineage, serial, provider, target, desired, observed, plan, object, history };
    Ok(format!("{HEADER}{}", toml::to_string(&wire).map_err(LockError::Unwritable)?))
}
