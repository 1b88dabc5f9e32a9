//! Filling in what is left unsaid.

use trueup_contract::Cluster;
use trueup_state::Schema;

use crate::facts::Facts;

/// What a server with these defaults makes of a schema that was read: on both sides alike.
#[allow(dead_code, reason = "not called yet")]
pub(crate) fn resolve(_schema: &mut Schema, _facts: &Facts) {}

/// What is not declared and there anyway is taken over.
pub(crate) fn normalize(desired: Schema, _observed: &Schema, _cluster: &Cluster) -> Schema {
    desired
}
