//! The order in which triggers fire.

use std::collections::HashMap;

use trueup_state::{Ident, Schema, Trigger};

/// Triggers of one table, time and event fire in an order, and each but the first says after which: in the order in which
/// they stand, moved to where `FOLLOWS` wants them.
pub(super) fn chain(schema: &mut Schema) {
    for table in schema.namespaces.values_mut().flat_map(|it| it.tables.values_mut()) {
        let mut moments: HashMap<String, Vec<Ident>> = HashMap::new();
        for (name, trigger) in &table.triggers {
            let order = moments.entry(moment(trigger)).or_default();
            let follows = trigger.extra.mysql().follows;
            let place =
                follows.and_then(|it| order.iter().position(|name| *name == it)).map_or(order.len(), |at| at + 1);
            order.insert(place, name.clone());
        }
        for order in moments.into_values() {
            let mut before = None;
            for name in order {
                let Some(trigger) = table.triggers.get_mut(&name) else { continue };
                let mut extra = trigger.extra.mysql();
                extra.follows = before.replace(name);
                trigger.extra = extra.into();
            }
        }
    }
}

/// Before or after what: the first two words of the definition.
pub(crate) fn moment(trigger: &Trigger) -> String {
    trigger.definition.canonical().split(' ').take(2).collect::<Vec<_>>().join(" ").to_ascii_lowercase()
}
