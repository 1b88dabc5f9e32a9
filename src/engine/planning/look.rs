//! Both sides of a plan: what is there, and what shall be.

use trueup_contract::{Coverage, Desired, Inspection, Loaded, Realized};
use trueup_state::{Address, Schema};

use crate::engine::{DesiredSource, EngineError, Known, Workspace, source};

/// Read the database and the declarations, side by side where the dialect allows it.
pub(super) async fn look_and_realize(
    workspace: &mut Workspace,
    desired: &DesiredSource,
) -> Result<(Known, Realized, Coverage), EngineError> {
    let provider = workspace.provider;
    let loaded = match desired {
        DesiredSource::Observed => None,
        other => Some(source::load_for(other, provider, Some(&workspace.server)).await?),
    };
    let coverage = loaded.as_ref().map(|it| it.coverage.clone()).unwrap_or_default();
    let early = loaded.clone().filter(|_| provider.realize().is_independent()).map(|loaded| {
        let runtime = tokio::runtime::Handle::current();
        let nothing = Inspection::default();
        tokio::task::spawn_blocking(move || runtime.block_on(source::realize(provider, loaded, &nothing)))
    });
    let known = workspace.known().await?;
    if let Some(early) = early
        && let Ok(Ok(realized)) = early.await
        && realized.asked.is_moot(&known.inspection)
    {
        return Ok((known, realized, coverage));
    }
    let recorded = || Desired::Schema { schema: recorded_part(&known), depends: known.inspection.depends.clone() };
    let loaded = loaded.unwrap_or_else(|| Loaded::whole(recorded()));
    let realized = source::realize(provider, loaded, &known.inspection).await?;
    Ok((known, realized, coverage))
}

/// Of what is there, that which is recorded as ours.
fn recorded_part(known: &Known) -> Schema {
    let mut part = known.inspection.schema.clone();
    let ours = |address: &Address| known.lockfile.as_ref().is_some_and(|lockfile| lockfile.owns(address));
    let foreign: Vec<Address> =
        part.objects().into_iter().map(|(address, _)| address).filter(|address| !ours(address)).collect();
    // Owners come first, so what they own may be gone already.
    for address in &foreign {
        let _ = part.remove(address);
    }
    part
}
