//! Partitions, in ALTER TABLE.

use trueup_state::{Ident, Options, PartitionDefinition, Partitions};

use super::Alter;
use crate::{
    parse::{
        Trouble,
        statement::{if_exists, if_not_exists},
    },
    read::{Cursor, partition_definitions, partitions},
};

impl Alter<'_> {
    /// `PARTITION BY`, `REMOVE PARTITIONING`, and clauses about single partitions.
    pub(super) fn partitions(&mut self, mut cursor: Cursor<'_, '_>) -> Result<(), Trouble> {
        if cursor.peek_is("partition") {
            self.work.extra.partitions = Some(partitions(&mut cursor)?);
            return Ok(cursor.finish()?);
        }
        if cursor.accept_all(&["remove", "partitioning"]) {
            self.work.extra.partitions = None;
            return Ok(cursor.finish()?);
        }
        let Some(mut partitions) = self.work.extra.partitions.take() else {
            return Err(cursor.refuse("this table has no partitions").into());
        };
        if cursor.accept_all(&["add", "partition"]) {
            if_not_exists(&mut cursor);
            self.add_partitions(&mut partitions, &mut cursor)?;
        } else if cursor.accept_all(&["drop", "partition"]) {
            let if_exists = if_exists(&mut cursor);
            for name in names(&mut cursor)? {
                match position(&partitions, &name) {
                    Some(at) => drop(partitions.list.remove(at)),
                    None if if_exists => (),
                    None => return Err(self.missing("partition", &name)),
                }
            }
        } else if cursor.accept_all(&["reorganize", "partition"]) {
            self.reorganize(&mut partitions, &mut cursor)?;
        } else if cursor.accept_all(&["coalesce", "partition"]) {
            let fewer: u32 = cursor.number()?;
            resize(&mut partitions, |count| count.saturating_sub(fewer));
        } else if is_about_rows(&cursor) {
            cursor = cursor.over(&[]);
        } else {
            let trouble = Trouble::from(cursor.refuse("this clause about partitions is not understood"));
            return Err(trouble.hint("declare the table with the partitions that it shall have").refusal());
        }
        self.work.extra.partitions = Some(partitions);
        Ok(cursor.finish()?)
    }

    fn add_partitions(&self, partitions: &mut Partitions, cursor: &mut Cursor<'_, '_>) -> Result<(), Trouble> {
        if cursor.accept("partitions") {
            let more: u32 = cursor.number()?;
            resize(partitions, |count| count.saturating_add(more));
            return Ok(());
        }
        for definition in partition_definitions(cursor)? {
            if position(partitions, &definition.name).is_some() {
                let (table, name) = (self.work.name.text(), definition.name.text());
                let message = ["table `", table, "` already has a partition `", name, "`"].concat();
                return Err(self.stmt.wrong_name(&definition.name, message));
            }
            // The partition of the present stays the last.
            let is_current =
                |it: &PartitionDefinition| it.values.as_ref().is_some_and(|it| it.canonical() == "current");
            let last = partitions.list.len() - usize::from(partitions.list.last().is_some_and(is_current));
            partitions.list.insert(last, definition);
        }
        Ok(())
    }

    /// `REORGANIZE PARTITION a, b INTO (…)`: others in their place.
    fn reorganize(&self, partitions: &mut Partitions, cursor: &mut Cursor<'_, '_>) -> Result<(), Trouble> {
        if cursor.is_done() {
            return Ok(());
        }
        let mut first = partitions.list.len();
        for name in names(cursor)? {
            let at = position(partitions, &name).ok_or_else(|| self.missing("partition", &name))?;
            partitions.list.remove(at);
            first = first.min(at);
        }
        cursor.expect("into")?;
        let new = partition_definitions(cursor)?;
        partitions.list.splice(first..first, new);
        Ok(())
    }
}

/// Whether a clause says something about rows alone.
fn is_about_rows(cursor: &Cursor<'_, '_>) -> bool {
    cursor.peek_any(&["truncate", "check", "analyze", "optimize", "rebuild", "repair", "exchange"])
}

fn position(partitions: &Partitions, name: &Ident) -> Option<usize> {
    partitions.list.iter().position(|it| it.name.text().eq_ignore_ascii_case(name.text()))
}

fn names(cursor: &mut Cursor<'_, '_>) -> Result<Vec<Ident>, Trouble> {
    let mut names = vec![cursor.name("a partition")?];
    while cursor.accept(",") {
        names.push(cursor.name("a partition")?);
    }
    Ok(names)
}

/// Partitions by hash or key are counted, unless they have names.
fn resize(partitions: &mut Partitions, to: impl Fn(u32) -> u32) {
    if partitions.list.is_empty() {
        partitions.count = Some(to(partitions.count.unwrap_or(1)));
        return;
    }
    let count = to(u32::try_from(partitions.list.len()).unwrap_or(u32::MAX)) as usize;
    for number in partitions.list.len()..count {
        let name = Ident::from(["p", &number.to_string()].concat());
        partitions.list.push(PartitionDefinition {
            name,
            values: None,
            options: Options::new(),
            subpartitions: Vec::new(),
        });
    }
    partitions.list.truncate(count);
}
