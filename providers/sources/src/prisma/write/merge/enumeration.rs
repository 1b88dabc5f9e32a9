//! Enums.

use super::{Merge, closed};
use crate::prisma::{
    syntax::Member,
    write::{
        image::Enum,
        layout::{self, Entry, kept},
    },
};

impl Merge<'_> {
    pub(super) fn new_enum(&self, it: &Enum) -> String {
        let values = it.values.iter().map(|(name, label)| Entry::Made(self.render.value(name, label))).collect();
        ["enum ", &it.name, " {\n", &closed(values, self.render.enum_placed(it))].concat()
    }

    /// An enum with the values that the database has, in its order.
    pub(super) fn enumeration(&self, own: usize, it: &Enum) -> String {
        let known = &self.known.enums[own];
        let file = &self.known.files[known.file];
        let labels: Vec<&str> = it.values.iter().map(|(_, label)| label.as_str()).collect();
        if known.values.iter().map(|(_, label)| label.as_str()).eq(labels.iter().copied()) {
            return file.slice(known.block.span).to_owned();
        }
        // A value moves with the comments that stand right before it.
        let (mut lines, mut pending, mut tail) = (Vec::new(), Vec::new(), Vec::new());
        for member in &known.block.members {
            match member {
                Member::Value(value) => {
                    let label =
                        known.values.iter().find(|(name, _)| *name == value.name.text).map(|(_, label)| label.as_str());
                    pending.push(kept(file, member));
                    lines.push((label.unwrap_or_default(), std::mem::take(&mut pending)));
                }
                Member::Attribute(_) => {
                    tail.append(&mut pending);
                    tail.push(kept(file, member));
                }
                _ => pending.push(kept(file, member)),
            }
        }
        tail.append(&mut pending);
        let mut entries = Vec::new();
        for (name, label) in &it.values {
            match lines.iter().position(|(it, _)| it == label) {
                Some(at) => entries.append(&mut lines[at].1),
                None => entries.push(Entry::Made(self.render.value(name, label))),
            }
        }
        entries.append(&mut tail);
        [file.slice(known.block.header), &layout::text(&entries), file.slice(known.block.close)].concat()
    }
}
