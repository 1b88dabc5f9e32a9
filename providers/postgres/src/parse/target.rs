//! What is asked of the target while declarations are read, noted down: read without it, they may have to be read again.

use std::cell::RefCell;

use trueup_contract::{Asked, Cluster, Inspection};
use trueup_state::{Ident, Schema};

/// The target, or nothing where there is none yet.
pub(crate) struct Target<'a> {
    inspection: &'a Inspection,
    asked: RefCell<Asked>,
}

impl<'a> Target<'a> {
    pub(super) fn of(inspection: &'a Inspection) -> Target<'a> {
        Target { inspection, asked: RefCell::default() }
    }

    /// What is in it.
    pub(crate) fn schema(&self) -> &'a Schema {
        self.asked.borrow_mut().more = true;
        &self.inspection.schema
    }

    /// What is around its schema.
    pub(crate) fn cluster(&self) -> &'a Cluster {
        self.asked.borrow_mut().more = true;
        &self.inspection.cluster
    }

    /// What is around its schema, to be asked of types, routines and extensions' objects of this name alone.
    pub(crate) fn cluster_on(&self, name: &Ident) -> &'a Cluster {
        let mut asked = self.asked.borrow_mut();
        if !asked.names.contains(name) {
            asked.names.insert(name.clone());
        }
        &self.inspection.cluster
    }

    /// Everything that was asked.
    pub(super) fn asked(&self) -> Asked {
        self.asked.borrow().clone()
    }
}
