//! What a source's format cannot say, it does not deny (see [`Coverage`]): such objects and attributes stay as they are.

use serde_json::{Map, Value};
use trueup_contract::{Coverage, Covered};
use trueup_state::{Address, Definition, Object, ObjectKind, Schema};

use crate::plan::{Drift, DriftKind};

/// Put into `desired` what the format cannot say of objects that are on both sides, as it is there.
pub(super) fn complete(desired: &mut Schema, there: &Schema, coverage: &Coverage) {
    if coverage.is_whole() {
        return;
    }
    if let Some(alike) = coverage.alike {
        alike(desired, there);
    }
    leave_defaults(desired, there, coverage);
    let differing: Vec<(Address, Definition)> = desired
        .objects()
        .into_iter()
        .filter_map(|(address, declared)| {
            let observed = there.object(&address).filter(|it| *it != declared)?;
            let whole = match coverage.of(&address) {
                None => observed.to_definition(),
                Some(covered) if covered.attributes.is_empty() => return None,
                Some(covered) => merged(observed, declared, &covered)?,
            };
            Some((address, whole))
        })
        .collect();
    for (address, definition) in differing {
        let _ = desired.put(&address, definition);
    }
}

/// Put into `desired` the defaults that are left to the database.
fn leave_defaults(desired: &mut Schema, there: &Schema, coverage: &Coverage) {
    let open: Vec<Address> = if coverage.open_defaults.is_empty() {
        Vec::new()
    } else {
        let addresses = there.objects().into_iter().map(|(address, _)| address);
        addresses.filter(|it| coverage.leaves_default(it)).collect()
    };
    for address in open {
        let (Some(Object::Column(own)), Address::Column(table, name)) = (there.object(&address), &address) else {
            continue;
        };
        if let Some(column) = desired.table_mut(table).and_then(|it| it.columns.get_mut(name)) {
            column.default.clone_from(&own.default);
        }
    }
}

/// Put into `desired` what is there and could not be declared: what to compare it with is then the whole.
pub fn complete_all(desired: &mut Schema, there: &Schema, coverage: &Coverage) {
    complete(desired, there, coverage);
    let kept: Vec<(Address, Definition)> = {
        let beyond = Beyond { coverage, there, desired };
        let objects = there.objects().into_iter().filter(|(address, _)| beyond.keeps(address));
        objects.map(|(address, it)| (address, it.to_definition())).collect()
    };
    for (address, definition) in kept {
        let _ = desired.put(&address, definition);
    }
}

/// What is there and not declared, and whether that says anything.
#[derive(Clone, Copy)]
pub(super) struct Beyond<'a> {
    pub(super) coverage: &'a Coverage,
    pub(super) there: &'a Schema,
    pub(super) desired: &'a Schema,
}

impl Beyond<'_> {
    /// Whether an object is there, not declared, and stays, as the format could not have declared it.
    pub(super) fn keeps(&self, address: &Address) -> bool {
        if self.coverage.is_whole() || self.desired.object(address).is_some() {
            return false;
        }
        let is_unsayable = self.is_unsayable(address) && self.goes_with(address).is_none();
        is_unsayable || self.wholes(address).any(|it| self.is_undeclared(&it) && self.keeps(&it))
    }

    /// What takes an object along that could not have been declared: the table, or what it hangs on.
    pub(super) fn goes_with(&self, address: &Address) -> Option<Address> {
        if self.coverage.is_whole() || !self.is_unsayable(address) {
            return None;
        }
        self.wholes(address).find(|it| self.is_undeclared(it) && !self.keeps(it))
    }

    /// What an object may live and die with.
    fn wholes<'b>(&self, address: &'b Address) -> impl Iterator<Item = Address> + use<'b> {
        let relation = address.owner().into_iter().flat_map(|name| {
            let view = Address::Object(ObjectKind::MaterializedView, name.clone());
            [Address::Table(name.clone()), Address::View(name.clone()), view]
        });
        address.subject().into_iter().cloned().chain(relation)
    }

    fn is_undeclared(&self, address: &Address) -> bool {
        self.there.object(address).is_some() && self.desired.object(address).is_none()
    }

    fn is_unsayable(&self, address: &Address) -> bool {
        let Some(object) = self.there.object(address).filter(|_| self.is_undeclared(address)) else { return false };
        if self.coverage.ignores(address)
            || self.coverage.beyond.is_some_and(|it| it(address, self.desired, self.there))
        {
            return true;
        }
        match self.coverage.of(address) {
            None => true,
            Some(Covered { attributes: [], keeps_richer: true, .. }) => !self.goes_as_it_came(address),
            Some(covered) if covered.keeps_richer && is_richer(object, &covered) => true,
            Some(covered) if is_of_another_kind(object, &covered) => true,
            Some(_) => matches!(address, Address::Namespace(_)) && self.holds_more(address),
        }
    }

    /// Whether the format would have brought this by itself for something that goes, and nothing that stays may need it.
    fn goes_as_it_came(&self, address: &Address) -> bool {
        let Coverage { brings, .. } = self.coverage;
        let text = address.to_string();
        let Some(brought) = brings.iter().find(|it| it.address == text) else { return false };
        let says = |object: Object<'_>, words: &[&str]| {
            let said = serde_json::to_string(&object.to_definition()).unwrap_or_default().to_lowercase();
            words.iter().any(|word| said.contains(word))
        };
        let is_need = |object: Object<'_>| says(object, brought.needed_by);
        let may_need = |object: Object<'_>| is_need(object) || says(object, brought.perhaps_by);
        let is_other = |it: &Address| it != address && it.subject() != Some(address);
        let stays = |it: &Address| self.desired.object(it).is_none() && self.keeps(it);
        let there = || self.there.objects().into_iter().filter(|(it, _)| is_other(it));
        there().any(|(_, it)| is_need(it))
            && !self.desired.objects().into_iter().any(|(_, it)| may_need(it))
            && !there().any(|(it, object)| may_need(object) && stays(&it))
    }

    /// Whether something in a namespace stays.
    fn holds_more(&self, namespace: &Address) -> bool {
        self.there.objects().into_iter().any(|(it, _)| it.is_within(namespace) && self.keeps(&it))
    }
}

/// Take out of the drift what the source does not speak of: kinds that it cannot say, and objects that differ from what
/// was recorded only in what it cannot say.
pub(super) fn relevant_drift(drift: &mut Vec<Drift>, sides: (&Schema, &Schema), coverage: &Coverage) {
    let (there, desired) = sides;
    let is_as_declared = |it: &Address| there.object(it).is_some() && there.object(it) == desired.object(it);
    drift.retain(|it| match coverage.of(&it.address) {
        None => false,
        Some(covered) => covered.attributes.is_empty() || it.kind == DriftKind::Missing || !is_as_declared(&it.address),
    });
}

/// What is declared, with what cannot be said as it is there.
fn merged(there: Object<'_>, declared: Object<'_>, covered: &Covered) -> Option<Definition> {
    let mut whole = serde_json::to_value(there.to_definition()).ok()?;
    let declared = serde_json::to_value(declared.to_definition()).ok()?;
    let family = |it: &Value| it["is"]["type"].as_str().map(Covered::type_family);
    let retyped = family(&whole) != family(&declared);
    let of_types = Covered::OF_ONE_TYPE.iter().filter(|_| retyped);
    for path in covered.attributes.iter().chain(of_types) {
        take(&mut whole["is"], &declared["is"], &segments(path));
    }
    let definition: Definition = serde_json::from_value(whole).ok()?;
    Some(definition.plain())
}

fn segments(path: &str) -> Vec<&str> {
    path.split('.').collect()
}

/// Make what is at a path of `whole` what it is in `from`.
fn take(whole: &mut Value, from: &Value, path: &[&str]) {
    let Some((first, rest)) = path.split_first() else {
        *whole = from.clone();
        return;
    };
    if let (Value::Array(entries), Value::Array(others)) = (&mut *whole, from) {
        take_entries(entries, others, path);
        return;
    }
    if from.is_array() || whole.is_array() {
        *whole = from.clone();
        return;
    }
    match (from.get(first), whole.as_object_mut()) {
        (None, None) => (),
        (None, Some(object)) if rest.is_empty() => drop(object.remove(*first)),
        (None, Some(object)) => {
            if let Some(inner) = object.get_mut(*first) {
                take(inner, &Value::Null, rest);
            }
        }
        (Some(value), None) => {
            *whole = Value::Object(Map::new());
            whole[*first] = if rest.is_empty() { value.clone() } else { Value::Object(Map::new()) };
            take(&mut whole[*first], value, rest);
        }
        (Some(value), Some(object)) => {
            take(object.entry(*first).or_insert_with(|| Value::Object(Map::new())), value, rest);
        }
    }
}

/// The same for the entries of a list; an entry that speaks of something else is another one.
fn take_entries(entries: &mut Vec<Value>, others: &[Value], path: &[&str]) {
    let subject = |entry: &Value| ["column", "expression"].map(|it| entry.get(it).cloned());
    let old = std::mem::take(entries);
    for (at, other) in others.iter().enumerate() {
        let same = old.get(at).filter(|it| other.is_object() && subject(it) == subject(other));
        let mut entry = same.unwrap_or(other).clone();
        if same.is_some() {
            take(&mut entry, other, path);
        }
        entries.push(entry);
    }
}

/// Whether an object has more than can be said.
fn is_richer(object: Object<'_>, covered: &Covered) -> bool {
    let Ok(mut whole) = serde_json::to_value(object.to_definition()) else { return false };
    for path in covered.attributes {
        remove(&mut whole["is"], &segments(path));
    }
    says_something(&whole["is"])
}

/// Whether a table is more than a table, such as a partition or what a foreign server has, and that cannot be said.
fn is_of_another_kind(object: Object<'_>, covered: &Covered) -> bool {
    if !matches!(object, Object::Table(_)) || covered.attributes.is_empty() {
        return false;
    }
    let Ok(whole) = serde_json::to_value(object.to_definition()) else { return false };
    let is_so = |path: &str| segments(path).into_iter().try_fold(&whole["is"], |at, key| at.get(key)).is_some();
    Covered::OTHER_TABLES.iter().any(|path| is_so(path) && !covered.attributes.contains(path))
}

fn remove(whole: &mut Value, path: &[&str]) {
    match (whole, path) {
        (Value::Array(entries), path) => entries.iter_mut().for_each(|it| remove(it, path)),
        (Value::Object(object), [last]) => drop(object.remove(*last)),
        (Value::Object(object), [first, rest @ ..]) => {
            if let Some(inner) = object.get_mut(*first) {
                remove(inner, rest);
            }
        }
        (_, _) => (),
    }
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(entries) => entries.iter().any(says_something),
        Value::Object(object) => object.values().any(says_something),
        Value::String(text) => !text.is_empty() && text != "none",
        Value::Bool(true) | Value::Number(_) => true,
    }
}
