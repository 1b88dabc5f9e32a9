//! Extensions, and what they say about which namespaces to look at.

use std::collections::BTreeSet;

use serde::Serialize;
use trueup_contract::Inspection;
use trueup_state::{Address, Definition, Ident, ObjectKind, PostgresObject};

use crate::engine::Scope;

/// An extension that is installed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExtensionFound {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The schema that its objects are in, where it says.
    pub schema: String,
    /// The schemas that it made, as the catalogue's dependencies say.
    pub schemas: Vec<String>,
    /// How many objects belong to it.
    pub objects: usize,
    /// What to know about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'static str>,
}

/// What to leave out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// The namespaces that hold nothing but what extensions made.
    pub exclude: Vec<String>,
    /// Whether the configuration leaves all of them out already.
    pub is_followed: bool,
    /// The line for the environment in trueup.toml.
    pub line: String,
}

/// What to know about extensions that make objects outside what belongs to them (their manuals).
const NOTES: [(&str, &str); 10] = [
    ("pg_cron", "its jobs are rows of `cron.job`, no schema; leave `cron` out"),
    ("pg_partman", "it makes partitions while the database runs; ignore them: `[ignore] addresses = [\"table:…_p*\"]`"),
    ("pg_trgm", "nothing to leave out: its functions and operators are its own and never touched"),
    ("pgcrypto", "nothing to leave out; `gen_random_uuid()` is the server's own since PostgreSQL 13"),
    ("pgrouting", "its functions `pgr_…` are its own and never touched"),
    ("postgis", "its functions `st_…` and `spatial_ref_sys` are its own and never touched"),
    ("postgis_tiger_geocoder", "what it loads into `tiger_data` is made while the database runs; leave it out"),
    ("timescaledb", "chunks lie in `_timescaledb_internal` and are made while the database runs; leave it out"),
    ("uuid-ossp", "nothing to leave out; defaults with `uuid_generate_v4()` need it to stay"),
    ("vector", "nothing to leave out: its types and operators are its own and never touched"),
];

/// The extensions of a database, but for the one that every database has.
pub fn extensions(inspection: &Inspection) -> Vec<ExtensionFound> {
    let mut found = Vec::new();
    for (address, definition) in &inspection.schema.others {
        let (Address::Object(ObjectKind::Extension, name), Definition::Postgres(object)) = (address, definition) else {
            continue;
        };
        let PostgresObject::Extension(extension) = object.as_ref() else { continue };
        let name = name.name.text();
        if name == "plpgsql" {
            continue;
        }
        let members = inspection.cluster.members.iter().filter(|(_, owner)| owner.text() == name);
        let members: Vec<&Address> = members.map(|(address, _)| address).collect();
        let made = members.iter().filter_map(|address| match address {
            Address::Namespace(name) => Some(name.text().to_owned()),
            _ => None,
        });
        found.push(ExtensionFound {
            name: name.to_owned(),
            version: extension.version.clone().unwrap_or_default(),
            schema: extension.schema.as_ref().map(|it| it.text().to_owned()).unwrap_or_default(),
            schemas: made.collect(),
            objects: members.len(),
            note: NOTES.iter().find(|(known, _)| *known == name).map(|(_, note)| *note),
        });
    }
    found
}

/// The namespaces that extensions made or fill alone. What belongs to an extension is never touched in any case; these
/// are left out because what they are used for lies in them too.
pub(super) fn advice(inspection: &Inspection, extensions: &[ExtensionFound], scope: &Scope) -> Option<Advice> {
    let objects = inspection.schema.objects();
    let taken: BTreeSet<&Ident> = objects.iter().filter_map(|(address, _)| in_namespace(address)).collect();
    // A schema of an extension's own choice was made with it; one that somebody chose is theirs to declare.
    let chose = |it: &&ExtensionFound| {
        let known = inspection.cluster.available.get(&Ident::from(it.name.as_str()));
        known.and_then(|known| known.schema.as_ref()).is_some_and(|schema| schema.text() == it.schema)
    };
    let is_usual = |name: &&String| matches!(name.as_str(), "" | "public" | "pg_catalog");
    let filled = extensions.iter().filter(chose).map(|it| &it.schema).filter(|name| !is_usual(name));
    let filled = filled.filter(|name| !taken.contains(&Ident::from(name.as_str())));
    let made = extensions.iter().flat_map(|it| &it.schemas);
    let exclude: BTreeSet<&String> = made.chain(filled).collect();
    if exclude.is_empty() {
        return None;
    }
    let excluded: BTreeSet<&str> = scope.exclude.iter().map(Ident::text).collect();
    let is_followed = exclude.iter().all(|name| excluded.contains(name.as_str()));
    let whole: BTreeSet<&str> = exclude.iter().map(|it| it.as_str()).chain(excluded).collect();
    let list = |names: &mut dyn Iterator<Item = &str>| {
        let quoted: Vec<String> = names.map(|it| toml::Value::from(it).to_string()).collect();
        ["[", &quoted.join(", "), "]"].concat()
    };
    let include = match scope.include.is_empty() {
        true => String::new(),
        false => ["include = ", &list(&mut scope.include.iter().map(Ident::text)), ", "].concat(),
    };
    let line = ["schemas = { ", &include, "exclude = ", &list(&mut whole.into_iter()), " }"].concat();
    Some(Advice { exclude: exclude.into_iter().cloned().collect(), is_followed, line })
}

/// The namespace that an object is in; the namespace itself and what is said about it do not count.
fn in_namespace(address: &Address) -> Option<&Ident> {
    match address {
        Address::Namespace(_) | Address::Grant(..) | Address::Comment(_) | Address::Owner(_) => None,
        other => other.namespace(),
    }
}
