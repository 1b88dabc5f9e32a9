//! Declarations in canonical form.

use async_trait::async_trait;
use trueup_contract::{DatabaseError, Desired, Inspection, Realize, RealizeError, Realized};
use trueup_state::{Change, Schema};

use crate::{MySql, facts::Facts, parse, steps};

#[async_trait]
impl Realize for MySql {
    /// What a declaration means depends on the server's defaults, so that it is read with them at hand.
    async fn realize(&self, desired: Desired, known: &Inspection) -> Result<Realized, RealizeError> {
        match desired {
            Desired::Schema { schema, depends } => Ok(Realized { schema, depends, ..Realized::default() }),
            Desired::Script(script) => parse::script(&script, &Facts::of(&known.cluster)),
        }
    }

    async fn rename(&self, schema: &Schema, renames: &[Change]) -> Result<Schema, DatabaseError> {
        Ok(steps::renamed(schema, renames))
    }
}
