//! The scratch database: what is declared is made in an empty one, looked at there, and rolled back.

use std::collections::BTreeSet;

use trueup_contract::{Access, Database, Inspection, Redacted, StateRecord, Work};
use trueup_state::{Address, ObjectKind, Pair, Qualified, Schema, diff};

use super::{EngineError, Workspace, ladder::Compared};
use crate::plan::order;

/// Everything declared as the scratch database keeps it, or why it cannot.
pub(super) async fn rehearse(
    workspace: &Workspace,
    url: &Redacted,
    compared: &Compared<'_>,
) -> Result<Result<Schema, String>, EngineError> {
    let (mut database, empty, version) = open(workspace, url, compared).await?;
    let after = whole(compared, &empty.schema);
    let work = Work {
        observed: &empty.schema,
        before: &empty.schema,
        after: &after,
        declared: &after,
        depends: Pair { before: &empty.depends, after: compared.depends },
        replaceable: &BTreeSet::new(),
        cluster: &empty.cluster,
        changes: &diff(Pair { before: &empty.schema, after: &after }),
        version: &version,
        minimum_version: None,
    };
    let steps = workspace.provider.dialect().steps(&work).map_err(|error| error.to_string());
    let ordered = match steps.and_then(|steps| order(steps).map_err(|error| error.to_string())) {
        Ok(ordered) => ordered,
        Err(reason) => return Ok(Err(reason)),
    };
    let steps: Vec<_> = ordered.into_iter().map(|(step, _)| step).collect();
    Ok(database.rehearse(&steps).await.map(|found| found.schema).map_err(|error| error.to_string()))
}

/// Connect to it, and be sure that it is one: with what is there, and its version.
async fn open(
    workspace: &Workspace,
    url: &Redacted,
    compared: &Compared<'_>,
) -> Result<(Box<dyn Database>, Inspection, String), EngineError> {
    let provider = workspace.provider;
    let product = workspace.server.product.as_str();
    if !url.scheme().is_some_and(|scheme| provider.schemes().contains(&scheme.as_str())) {
        let schemes = provider.schemes().join(":, ");
        return Err(refused(&["it must be ", product, " too, with a URL that begins with one of ", &schemes, ":"]));
    }
    let mut database = provider.connect(url, Access::Write).await.map_err(EngineError::Scratch)?;
    let server = database.server().await.map_err(EngineError::Scratch)?;
    if server.identity == workspace.server.identity {
        return Err(refused(&["`", &server.location, "` is the database that is planned for"]));
    }
    let state = database.state().await.map_err(EngineError::Scratch)?;
    let found = database.inspect().await.map_err(EngineError::Scratch)?;
    if found.cluster.major != compared.known.inspection.cluster.major {
        let (own, other) = (server.version.as_str(), workspace.server.version.as_str());
        return Err(refused(&["`", &server.location, "` is ", product, " ", own, "; planned is for ", other]));
    }
    if let Some(first) = first_object(&found) {
        return Err(refused(&["`", &server.location, "` is not empty: there is ", &first]));
    }
    if state != StateRecord::default() {
        return Err(refused(&["`", &server.location, "` is not empty: there is trueup's record of it"]));
    }
    Ok((database, found, server.version))
}

fn refused(why: &[&str]) -> EngineError {
    let hint = "nothing was done; give an empty database of the same product and major version, or leave it out";
    EngineError::Refused { what: ["the scratch database is refused: ", &why.concat()].concat(), hint: hint.to_owned() }
}

/// The first object that is somebody's. Schemas with nothing in them and extensions may be there: those who plan are not
/// always allowed to make them.
fn first_object(found: &Inspection) -> Option<String> {
    let mut all = found.schema.objects().into_iter().map(|(address, _)| address);
    let first = all.find(|address| match address {
        Address::Comment(on) | Address::Grant(on, _) => !may_be_there(on),
        other => !may_be_there(other),
    });
    let unmodelled = || found.unmodelled.first().map(|it| ["`", &it.kind, " ", &it.name, "`"].concat());
    first.map(|address| ["`", &address.to_string(), "`"].concat()).or_else(unmodelled)
}

fn may_be_there(address: &Address) -> bool {
    matches!(address, Address::Namespace(_) | Address::Object(ObjectKind::Extension | ObjectKind::Database, _))
}

/// Everything declared, besides what is there; columns stand as they do in the database that is planned for, as `*` tells
/// their order.
fn whole(compared: &Compared<'_>, empty: &Schema) -> Schema {
    let mut whole = compared.declared.clone();
    for (address, object) in empty.objects() {
        if whole.object(&address).is_none() {
            // Without its owner, it is nothing that the steps would touch.
            let _ = whole.put(&address, object.to_definition());
        }
    }
    let tables: Vec<Qualified> = whole.tables().map(|(name, _)| name).collect();
    for name in tables {
        if let (Some(table), Some(there)) = (whole.table_mut(&name), compared.before.table(&name)) {
            table.columns.sort_by_cached_key(|column, _| there.columns.get_index_of(column).unwrap_or(usize::MAX));
        }
    }
    whole
}
