//! Bringing a declared schema into the form of the database it is for.

use trueup_contract::Cluster;
use trueup_state::Schema;

/// What is not declared and there anyway is taken over: the namespace `public`, versions and schemas of extensions, …
pub(crate) fn normalize(desired: Schema, _observed: &Schema, _cluster: &Cluster) -> Schema {
    desired
}
