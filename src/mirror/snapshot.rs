//! A schema as it was found, in a file: everything that the mirror is made from, without a connection.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trueup_contract::{Cluster, Depends, Inspection, Server, Unmodelled};
use trueup_state::{Address, Ident, ObjectKind, Qualified, Schema, with_written};

/// The format that is written and read.
const FORMAT_VERSION: &str = "2.0";

/// What was found in a database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// The version of the format.
    format_version: String,
    /// The provider's name, such as `postgres`.
    pub provider: String,
    /// What was connected to.
    pub server: SnapshotServer,
    /// What was understood.
    #[serde(default)]
    pub schema: Schema,
    /// What the database says of which object needs which.
    #[serde(default, skip_serializing_if = "Depends::is_empty")]
    pub depends: Depends,
    /// Data types that extensions bring which are out of sight, with the namespaces they are in.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    types: BTreeMap<Ident, Ident>,
    /// What was not understood.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmodelled: Vec<Unmodelled>,
}

/// The product that the schema was found in. Where it is and what it is called is not told: a snapshot is passed around.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotServer {
    /// Its name: `PostgreSQL`.
    pub product: String,
    /// Its version.
    pub version: String,
}

/// A file is no snapshot that can be used.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// It is not JSON of our form.
    #[error("it is no snapshot: {0}")]
    Malformed(#[source] serde_json::Error),
    /// It was written by another version of trueup.
    #[error("it has format {0}, this trueup reads format {FORMAT_VERSION}")]
    Version(String),
}

/// As much of a snapshot as says which version it is.
#[derive(Deserialize)]
struct Head {
    format_version: String,
}

impl Snapshot {
    /// What an inspection found.
    pub fn of(provider: &str, server: &Server, found: &Inspection) -> Snapshot {
        Snapshot {
            format_version: FORMAT_VERSION.to_owned(),
            provider: provider.to_owned(),
            server: SnapshotServer { product: server.product.clone(), version: server.version.clone() },
            schema: found.schema.clone(),
            depends: found.depends.clone(),
            types: types_out_of_sight(found),
            unmodelled: found.unmodelled.clone(),
        }
    }

    /// What is declared: there is no server yet.
    pub fn declared(provider: &str, schema: Schema, depends: Depends) -> Snapshot {
        Snapshot {
            format_version: FORMAT_VERSION.to_owned(),
            provider: provider.to_owned(),
            server: SnapshotServer::default(),
            schema,
            depends,
            types: BTreeMap::new(),
            unmodelled: Vec::new(),
        }
    }

    /// Read the written form.
    ///
    /// # Errors
    /// When the text is no snapshot, or one of another version.
    pub fn parse(text: &str) -> Result<Snapshot, SnapshotError> {
        let Head { format_version } = serde_json::from_str(text).map_err(SnapshotError::Malformed)?;
        if format_version != FORMAT_VERSION {
            return Err(SnapshotError::Version(format_version));
        }
        serde_json::from_str(text).map_err(SnapshotError::Malformed)
    }

    /// The lossless form of the contract that stands beside `normalized-db-schema-v2`: the same schema, without what tells
    /// one server from another.
    pub(super) fn render_context(&self) -> String {
        let Snapshot { format_version: _, provider, server: _, schema, depends, types: _, unmodelled } = self;
        let context = Context { version: 3, provider, schema, depends, unmodelled };
        pretty(&context)
    }

    /// What of the server decides how declarations of the schema are read.
    pub fn cluster(&self) -> Cluster {
        let major = self.server.version.split(|c: char| !c.is_ascii_digit()).next();
        Cluster { major: major.and_then(|it| it.parse().ok()), types: self.types.clone(), ..Cluster::default() }
    }

    /// The same as it is read back: with a connection and without, what is made from it has the same bytes. The order in
    /// which things were found, which says nothing but for columns, is gone.
    ///
    /// # Errors
    /// When the written form cannot be read, which is a mistake of ours.
    pub fn read_back(&self) -> Result<Snapshot, SnapshotError> {
        Snapshot::parse(&self.render())
    }

    /// The written form, with nothing left out: two spaces of indentation, and a newline.
    pub fn render(&self) -> String {
        pretty(self)
    }
}

fn types_out_of_sight(found: &Inspection) -> BTreeMap<Ident, Ident> {
    let is_seen = |extension: &Ident| {
        let address = Address::Object(ObjectKind::Extension, Qualified::bare(extension.clone()));
        found.schema.object(&address).is_some()
    };
    let members = found.cluster.members.iter().filter(|(_, extension)| !is_seen(extension));
    let types = members.filter_map(|(address, _)| match address {
        Address::Object(kind, name) if kind.is_type() => Some((name.name.clone(), name.namespace.clone())),
        _ => None,
    });
    types.collect()
}

/// A snapshot as the contract has it.
#[derive(Serialize)]
struct Context<'a> {
    version: u32,
    provider: &'a str,
    schema: &'a Schema,
    #[serde(skip_serializing_if = "Depends::is_empty")]
    depends: &'a Depends,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    unmodelled: &'a [Unmodelled],
}

fn pretty(value: &impl Serialize) -> String {
    let mut text = with_written(|| serde_json::to_string_pretty(value)).unwrap_or_default();
    text.push('\n');
    text
}
