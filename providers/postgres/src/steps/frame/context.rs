//! Everything that the makers of steps share.

use std::collections::{BTreeMap, BTreeSet};

use trueup_contract::{DialectError, Work};
use trueup_state::{Address, Change, Object, ObjectKind, Origins};

use super::needs::{self, Needs};
use crate::{
    steps::{
        Alteration, Statement,
        closure::{self, Closure},
        column, constraint, index, objects, partition, table,
    },
    version::Version,
};

/// How an altered object gets from one form to the other.
#[derive(Clone, Debug)]
pub(crate) enum Course {
    /// By these statements; what needs it survives them.
    InPlace(Vec<Statement>),
    /// By these statements, of which the first changes its type: not everything that needs it survives them.
    Retype(Vec<Statement>),
    /// It goes and comes again.
    Recreate,
}

/// What the makers of steps share.
pub(crate) struct Context<'a> {
    pub(crate) work: &'a Work<'a>,
    pub(crate) version: Version,
    pub(crate) origins: Origins,
    /// What each object needs, as it is and as it shall be.
    pub(crate) needs_before: Needs,
    pub(crate) needs_after: Needs,
    pub(crate) created: BTreeSet<Address>,
    /// The functions among what is created.
    pub(crate) new_functions: Vec<Address>,
    pub(crate) dropped: BTreeSet<Address>,
    pub(crate) altered: BTreeSet<Address>,
    /// How each altered object that stays gets its new form.
    pub(crate) courses: BTreeMap<Address, Course>,
    /// What goes and comes again because of others.
    pub(crate) closure: Closure,
    /// Changes that another statement brings about, by the object whose statement it is.
    pub(crate) absorbed: BTreeMap<Address, Address>,
    /// Constraints and indexes that are only called otherwise, with their names before.
    pub(crate) renamed: BTreeMap<Address, Address>,
}

impl<'a> Context<'a> {
    pub(crate) fn of(work: &'a Work<'a>) -> Result<Context<'a>, DialectError> {
        let of_kind = |kind: fn(&Change) -> Option<&Address>| -> BTreeSet<Address> {
            work.changes.iter().filter_map(kind).cloned().collect()
        };
        let mut context = Context {
            work,
            version: Version::parse(work.version),
            origins: Origins::of(work.changes),
            needs_before: Needs::before(work.before, work.depends.before),
            needs_after: Needs::after(work.after, work.depends.after),
            created: of_kind(|change| match change {
                Change::Create(address) => Some(address),
                Change::Drop(_) | Change::Alter(_) | Change::Rename { from: _, to: _ } => None,
            }),
            dropped: of_kind(|change| match change {
                Change::Drop(address) => Some(address),
                Change::Create(_) | Change::Alter(_) | Change::Rename { from: _, to: _ } => None,
            }),
            altered: of_kind(|change| match change {
                Change::Alter(address) => Some(address),
                Change::Create(_) | Change::Drop(_) | Change::Rename { from: _, to: _ } => None,
            }),
            new_functions: Vec::new(),
            courses: BTreeMap::new(),
            closure: Closure::default(),
            absorbed: BTreeMap::new(),
            renamed: BTreeMap::new(),
        };
        let is_function = |it: &&Address| matches!(it, Address::Signed(ObjectKind::Function, ..));
        context.new_functions = context.created.iter().filter(is_function).cloned().collect();
        partition::absorb(&mut context);
        context.absorbed.extend(objects::comments_that_go_along(work));
        constraint::pair_renames(&mut context);
        for address in context.altered.clone() {
            let course = context.course(&address)?;
            context.courses.insert(address, course);
        }
        context.closure = closure::of(&context)?;
        let recreated = &context.closure.recreated;
        context.courses.retain(|address, _| !recreated.contains(address));
        Ok(context)
    }

    fn course(&self, address: &Address) -> Result<Course, DialectError> {
        let (Some(before), Some(after)) = (self.work.before.object(address), self.new_form(address)) else {
            return Ok(Course::InPlace(Vec::new()));
        };
        match (address, before, after) {
            (Address::Table(name), Object::Table(before), Object::Table(after)) => {
                table::alter(self, name, (&before.postgres(), &after.postgres())).map(Course::InPlace)
            }
            (Address::Column(table, name), Object::Column(before), Object::Column(after)) => {
                column::alter(self, (table, name), (before, after))
            }
            (Address::Index(owner, name), Object::Index(before), Object::Index(after)) => {
                Ok(index::alter(self, (owner, name), (before, after)))
            }
            (
                Address::PrimaryKey(_)
                | Address::Unique(..)
                | Address::Check(..)
                | Address::ForeignKey(..)
                | Address::Part(trueup_state::PartKind::Exclude, ..),
                before,
                after,
            ) => Ok(constraint::alter(self, address, before, after)),
            (_, before, after) => match objects::alter(self.work, address, before, after)? {
                Alteration::InPlace(statements) => Ok(Course::InPlace(statements)),
                Alteration::Recreate => Ok(Course::Recreate),
            },
        }
    }

    /// An object as it shall be: as it is declared, or else as it will be there.
    pub(crate) fn new_form(&self, address: &Address) -> Option<Object<'a>> {
        let there = self.work.after.object(address)?;
        Some(self.work.declared.object(address).unwrap_or(there))
    }

    /// Whether an object goes, for good or to come again.
    pub(crate) fn goes(&self, address: &Address) -> bool {
        self.dropped.contains(address) || self.closure.recreated.contains(address)
    }

    /// Whether an object comes, for the first time or again.
    pub(crate) fn comes(&self, address: &Address) -> bool {
        self.created.contains(address) || self.closure.recreated.contains(address)
    }

    /// What goes, each with everything that goes with it.
    pub(crate) fn gone(&self) -> BTreeMap<Address, BTreeSet<Address>> {
        let mut groups: BTreeMap<Address, BTreeSet<Address>> = BTreeMap::new();
        for address in self.dropped.iter().chain(&self.closure.recreated) {
            if self.absorbed.contains_key(address) {
                continue;
            }
            groups.entry(self.root(address)).or_default().insert(address.clone());
        }
        groups
    }

    /// The outermost object that goes and takes this one along.
    fn root(&self, address: &Address) -> Address {
        let mut root = address.clone();
        loop {
            let wholes = needs::wholes(&root, self.work.before);
            let taken = |it: &Address| self.goes(it) && !self.closure.explicit.contains(&root);
            match wholes.into_iter().find(taken) {
                Some(whole) => root = whole,
                None => return root,
            }
        }
    }

    /// What comes, each with what is made by the same statement.
    pub(crate) fn made(&self) -> BTreeMap<Address, BTreeSet<Address>> {
        let mut groups: BTreeMap<Address, BTreeSet<Address>> = BTreeMap::new();
        for address in self.created.iter().chain(&self.closure.recreated) {
            if self.absorbed.contains_key(address) {
                continue;
            }
            let whole =
                if self.is_inline(address) { address.owner().map(|owner| Address::Table(owner.clone())) } else { None };
            groups.entry(whole.unwrap_or_else(|| address.clone())).or_default().insert(address.clone());
        }
        groups
    }

    /// Whether an object is made inside its table's CREATE TABLE.
    fn is_inline(&self, address: &Address) -> bool {
        let is_part =
            matches!(address, Address::Column(..) | Address::PrimaryKey(_) | Address::Unique(..) | Address::Check(..));
        let table = address.owner().map(|owner| Address::Table(owner.clone()));
        let object = self.work.after.object(address);
        // CREATE TABLE makes a key for all partitions, and takes every check to hold.
        let is_other = match object {
            Some(Object::Check(it)) => it.extra.postgres().not_valid,
            other => other.is_some_and(partition::indexes::is_only),
        };
        is_part
            && !is_other
            && table.is_some_and(|table| self.created.contains(&table) && !table::must_wait(self, &table, address))
    }
}
