//! Whose objects are. That counts only for objects of which the declarations say it, and only where it is asked for or
//! was before.

use std::collections::BTreeSet;

use trueup_contract::{Inspection, Realized};
use trueup_state::{Address, Definition, PostgresObject};

use super::{Known, Workspace};

/// Put the declared owners into the declared schema, and those of the same objects into what is there; without `counts`,
/// only the recorded ones.
pub(super) fn join(workspace: &mut Workspace, known: &mut Known, realized: &mut Realized, counts: bool) {
    let owners = std::mem::take(&mut realized.owners);
    known.inspection.schema.others.retain(|address, _| !matches!(address, Address::Owner(_)));
    let recorded = std::mem::take(&mut workspace.owners);
    for (on, role) in owners {
        let is_declared = realized.schema.object(&on).is_some();
        let address = Address::Owner(Box::new(on));
        if is_declared && (counts || recorded.contains(&address)) {
            workspace.owners.insert(address.clone());
            realized.schema.others.insert(address, Definition::Postgres(Box::new(PostgresObject::Owner(role))));
        }
    }
    observe(&mut known.inspection, &workspace.owners);
}

/// Put the owners of these objects, as far as they are there, into what is there.
pub(crate) fn observe(inspection: &mut Inspection, owners: &BTreeSet<Address>) {
    for address in owners {
        let Address::Owner(on) = address else { continue };
        if inspection.schema.object(on).is_some() {
            let owner = inspection.cluster.owners.get(on).unwrap_or(&inspection.cluster.role).clone();
            let definition = Definition::Postgres(Box::new(PostgresObject::Owner(owner)));
            inspection.schema.others.insert(address.clone(), definition);
        }
    }
}
