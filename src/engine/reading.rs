//! Whether a schema that comes from a file is what it seems: whoever edits the file can put anything into its texts.

use std::{path::PathBuf, sync::Arc};

use trueup_contract::{Cluster, Coverage, Declaration, Depends, Inspection, Place, Provider, RealizeError};
use trueup_sources::Generated;
use trueup_state::{Address, Pair, Schema, diff};

use super::{EngineError, realize};

/// Read a schema as the statements that make it, in the way in which the provider reads what people write: every object
/// comes back as it was, and nothing beside it. What it needs by `depends` and does not hold is taken to be there.
/// `cluster`: what is known of the server that it was found on.
///
/// # Errors
/// When a statement cannot be read, or something else comes back; the object is named.
pub async fn read_back(
    provider: &dyn Provider,
    schema: &Schema,
    depends: &Depends,
    cluster: Cluster,
) -> Result<(), EngineError> {
    let dialect = provider.dialect();
    let mut script = Generated::default();
    for Declaration { address, sql } in dialect.declare(schema) {
        let name = address.map_or_else(|| dialect.name().to_owned(), |it| it.to_string());
        script.push(&sql, &Place { file: Arc::new(PathBuf::from(name)), line: 1, column: 1 }, 0, 0);
    }
    let loaded = script.finish(PathBuf::new(), Coverage::default(), Vec::new());
    let known = around(schema, depends, cluster);
    let realized = match realize(provider, loaded, &known).await {
        Err(EngineError::Realize(RealizeError::At { place, message, .. })) => return Err(other(&place, &message)),
        read => read?,
    };
    if let Some(skipped) = realized.skipped.first() {
        return Err(other(&skipped.place, &skipped.message));
    }
    let read = dialect.normalize(realized.schema, schema, &known.cluster);
    match diff(Pair { before: schema, after: &read }).first() {
        None => Ok(()),
        Some(change) => Err(wrong(&change.address().to_string(), "what it says is read as something else")),
    }
}

/// The schema, with as much of what is out of its sight as declarations can speak of: tables and types.
fn around(schema: &Schema, depends: &Depends, mut cluster: Cluster) -> Inspection {
    let mut whole = schema.clone();
    for address in depends.values().flatten().filter(|it| schema.object(it).is_none()) {
        match (address, address.relation()) {
            (Address::Object(kind, name), _) if kind.is_type() => {
                cluster.types.insert(name.name.clone(), name.namespace.clone());
            }
            (_, Some(name)) if schema.namespaces.get(&name.namespace).is_none() => {
                whole.namespace_mut(&name.namespace).tables.entry(name.name.clone()).or_default();
            }
            _ => (),
        }
    }
    Inspection { schema: whole, cluster, ..Inspection::default() }
}

fn other(place: &Place, why: &str) -> EngineError {
    wrong(&place.file.display().to_string(), why)
}

fn wrong(object: &str, why: &str) -> EngineError {
    let what = ["`", object, "` is not as a database has it: ", why].concat();
    EngineError::Wrong {
        what,
        hint: "it was edited; `trueup inspect --format json` of the database writes it anew".to_owned(),
    }
}
