//! Which declared object needs which: found by name, so there may be one too many, never one too few.
//!
//! A view needs what it shows, a default or a generated column what it calls. What a stored program mentions need not be there
//! when it is created, but is better: it is heeded where it leads in no circle.

use std::collections::{BTreeMap, BTreeSet};

use trueup_contract::Depends;
use trueup_state::{Address, Ident, MySqlObject, Object, ObjectKind, Qualified, Schema, SqlText};

/// What each object needs.
pub(super) fn of(schema: &Schema) -> Depends {
    let names = Names::of(schema);
    let mut depends = Depends::new();
    let mut wishes = Vec::new();
    for (address, object) in schema.objects() {
        let (needs, wished) = names.needs(&address, object);
        let is_real = |it: &Address| *it != address && !it.is_within(&address) && !address.is_within(it);
        let needs: BTreeSet<Address> = needs.into_iter().filter(is_real).collect();
        wishes.extend(
            wished.into_iter().filter(is_real).filter(|it| !needs.contains(it)).map(|it| (address.clone(), it)),
        );
        if !needs.is_empty() {
            depends.insert(address, needs);
        }
    }
    for (object, needed) in wishes {
        if !leads_to(&depends, &needed, &object) {
            depends.entry(object).or_default().insert(needed);
        }
    }
    depends
}

fn leads_to(depends: &Depends, from: &Address, to: &Address) -> bool {
    let mut seen = BTreeSet::new();
    let mut waiting = vec![from];
    while let Some(address) = waiting.pop() {
        if address == to {
            return true;
        }
        if seen.insert(address) {
            waiting.extend(depends.get(address).into_iter().flatten());
        }
    }
    false
}

/// What may be named, by its name in lower case.
#[derive(Default)]
struct Names {
    relations: BTreeMap<String, Address>,
    /// Functions and sequences, which an expression may use.
    functions: BTreeMap<String, Address>,
    procedures: BTreeMap<String, Address>,
}

impl Names {
    fn of(schema: &Schema) -> Names {
        let mut names = Names::default();
        let key = |name: &Ident| name.text().to_lowercase();
        for (name, _) in schema.tables() {
            names.relations.insert(key(&name.name), Address::Table(name));
        }
        for (name, _) in schema.views() {
            names.relations.insert(key(&name.name), Address::View(name));
        }
        for address in schema.others.keys() {
            let map = match address {
                Address::Signed(ObjectKind::Function, ..) | Address::Object(ObjectKind::Sequence, _) => {
                    &mut names.functions
                }
                Address::Signed(ObjectKind::Procedure, ..) => &mut names.procedures,
                _ => continue,
            };
            if let Some(name) = address.name() {
                map.insert(key(name), address.clone());
            }
        }
        names
    }

    /// What an object needs for certain, and what it would be good to have before.
    fn needs(&self, address: &Address, object: Object<'_>) -> (BTreeSet<Address>, BTreeSet<Address>) {
        let (mut needs, mut wishes) = (BTreeSet::new(), BTreeSet::new());
        let anything = [&self.relations, &self.functions, &self.procedures];
        match object {
            Object::View(it) => {
                needs.extend(shown(&it.definition, &self.relations));
                needs.extend(mentioned(&it.definition, &[&self.functions]));
                wishes.extend(mentioned(&it.definition, &[&self.relations]));
            }
            Object::Column(it) => {
                let generated = it.generated.as_ref().map(|it| &it.expression);
                for text in it.default.iter().chain(generated) {
                    needs.extend(mentioned(text, &[&self.functions]));
                }
            }
            Object::Check(it) => needs.extend(mentioned(&it.expression, &[&self.functions])),
            Object::Trigger(it) => {
                wishes.extend(mentioned(&it.definition, &anything));
                // The trigger that it fires after.
                if let (Some(other), Some(table)) = (it.extra.mysql().follows, address.owner()) {
                    needs.insert(Address::Trigger(Qualified::clone(table), other));
                }
            }
            Object::MySql(MySqlObject::Routine(it)) => wishes.extend(mentioned(&it.body, &anything)),
            Object::MySql(MySqlObject::Event(it)) => wishes.extend(mentioned(&it.body, &anything)),
            _ => (),
        }
        (needs, wishes)
    }
}

/// Everything of these that a text mentions.
fn mentioned(text: &SqlText, maps: &[&BTreeMap<String, Address>]) -> Vec<Address> {
    if maps.iter().all(|it| it.is_empty()) {
        return Vec::new();
    }
    let found = |word: String| maps.iter().filter_map(|map| map.get(&word).cloned()).collect::<Vec<_>>();
    words(text).flat_map(found).collect()
}

/// The words of a text in lower case, names in quotes whole.
fn words(text: &SqlText) -> impl Iterator<Item = String> {
    text.words().map(|it| it.trim_end_matches('"').replace("\"\"", "\"").to_lowercase())
}

/// The relations that a query reads: what stands behind FROM and JOIN.
fn shown(text: &SqlText, relations: &BTreeMap<String, Address>) -> Vec<Address> {
    let mut is_source = false;
    let mut found = Vec::new();
    for word in text.canonical().split(' ') {
        let name = word.trim_matches('"').to_lowercase();
        if is_source && let Some(address) = relations.get(&name) {
            found.push(address.clone());
        }
        is_source = matches!(name.as_str(), "from" | "join" | "straight_join") || (is_source && word == "(");
    }
    found
}
