//! Declarations in canonical form.

use async_trait::async_trait;
use trueup_contract::{DatabaseError, Desired, Inspection, Realize, RealizeError, Realized};
use trueup_state::{Change, Schema};

use crate::{Postgres, canonical, parse, steps};

#[async_trait]
impl Realize for Postgres {
    async fn realize(&self, desired: Desired, known: &Inspection) -> Result<Realized, RealizeError> {
        match desired {
            Desired::Schema { schema, depends } => Ok(Realized { schema, depends, ..Realized::default() }),
            Desired::Script(script) => {
                let mut realized = parse::script(&script, known)?;
                canonical::canonicalize(&mut realized.schema);
                Ok(realized)
            }
        }
    }

    fn is_independent(&self) -> bool {
        true
    }

    async fn rename(&self, schema: &Schema, renames: &[Change]) -> Result<Schema, DatabaseError> {
        Ok(steps::renamed(schema, renames))
    }
}
