//! What a schema becomes by renames, in memory.

use trueup_state::{
    Address, Change, Definition, Ident, ObjectKind, PartKind, PostgresObject, Qualified, Schema, SqlText, Term,
};

use crate::steps::partition::indexes::{leave_out_usual, spelled_out};

/// The schema after the renames, texts that mention the old names included, as far as a text alone tells what it means.
pub(crate) fn renamed(schema: &Schema, renames: &[Change]) -> Schema {
    let mut schema = schema.clone();
    // Outer objects first: what lies in them is renamed under their names to come.
    let mut pairs: Vec<(&Address, &Address)> = renames
        .iter()
        .filter_map(|change| match change {
            Change::Rename { from, to } => Some((from, to)),
            Change::Create(_) | Change::Drop(_) | Change::Alter(_) => None,
        })
        .collect();
    pairs.sort_by_key(|(from, _)| from.depth());
    let mut done: Vec<(Address, &Address)> = Vec::new();
    for (from, to) in pairs {
        let from = done.iter().fold(from.clone(), |it, (from, to)| it.renamed(from, to));
        schema = one(&schema, &from, to);
        done.push((from, to));
    }
    schema
}

fn one(schema: &Schema, from: &Address, to: &Address) -> Schema {
    let mut after = Schema::default();
    let texts = Texts::of(from, to);
    for (address, object) in schema.objects() {
        let moved = address.renamed(from, to);
        let mut definition = object.to_definition();
        // The names of indexes stay when those that they were made of do not.
        if let (Address::Table(name), Definition::Table(extra)) = (&address, &mut definition) {
            let mut table = extra.postgres();
            if table.partition_of.is_some() {
                table.attached.extend(spelled_out(schema, name));
                if let (Some(old), Address::Index(..) | Address::Unique(..), Some(new)) = (from.name(), from, to.name())
                    && let Some(own) = table.attached.remove(old)
                {
                    table.attached.insert(new.clone(), own);
                }
                *extra = table.into();
            }
        }
        if address == *from {
            name_itself(&mut definition, to);
        }
        rename_value(&address, &mut definition, (from, to));
        definition = references(&address, definition, from, to);
        texts.rewrite(&address, &mut definition);
        let placed = after.put(&moved, definition);
        debug_assert!(placed.is_some(), "{moved}");
    }
    leave_out_usual(&mut after);
    after
}

/// Values of an enum are no objects by themselves.
fn rename_value(address: &Address, definition: &mut Definition, (from, to): (&Address, &Address)) {
    let (Address::Part(PartKind::EnumValue, ty, old), Some(new)) = (from, to.name()) else { return };
    if *address != Address::Object(ObjectKind::Enum, ty.clone()) {
        return;
    }
    if let Definition::Postgres(object) = definition
        && let PostgresObject::Enum(it) = object.as_mut()
    {
        it.labels.iter_mut().filter(|label| *label == old.text()).for_each(|label| new.text().clone_into(label));
    }
}

/// Constraints know their own names.
fn name_itself(definition: &mut Definition, to: &Address) {
    let own = match definition {
        Definition::Unique(it) => &mut it.name,
        Definition::Check(it) => &mut it.name,
        Definition::ForeignKey(it) => &mut it.name,
        _ => return,
    };
    if own.is_some() {
        *own = to.name().cloned();
    }
}

/// Names that a definition holds as names.
fn references(address: &Address, definition: Definition, from: &Address, to: &Address) -> Definition {
    let rename = |name: &mut Qualified| {
        if let Address::Table(it) = Address::Table(name.clone()).renamed(from, to) {
            *name = it;
        }
    };
    let column = |table: &Qualified, name: &mut Ident| {
        if let Address::Column(_, it) = Address::Column(table.clone(), name.clone()).renamed(from, to) {
            *name = it;
        }
    };
    match definition {
        Definition::Table(extra) => {
            let mut table = extra.postgres();
            table.inherits.iter_mut().for_each(rename);
            table.partition_of.iter_mut().for_each(|it| rename(&mut it.parent));
            Definition::Table(table.into())
        }
        Definition::Column(mut it) => {
            let mut extra = it.extra.postgres();
            if let Some(name) = extra.identity.as_mut().and_then(|it| it.name.as_mut()) {
                // It is where its table is.
                let own = Address::Object(ObjectKind::Sequence, name.clone()).renamed(from, to);
                let goes_along = address.owner().is_some_and(|owner| Address::Table(owner.clone()) == *from);
                let namespace = if goes_along { to.namespace() } else { own.namespace() };
                name.namespace = namespace.unwrap_or(&name.namespace).clone();
                it.extra = extra.into();
            }
            Definition::Column(it)
        }
        Definition::ForeignKey(mut key) => {
            let referenced = key.references.clone();
            key.referenced_columns.iter_mut().for_each(|it| column(&referenced, it));
            rename(&mut key.references);
            Definition::ForeignKey(key)
        }
        Definition::Postgres(mut object) => {
            if let PostgresObject::Sequence(sequence) = object.as_mut()
                && let Some((table, name)) = &mut sequence.owned_by
            {
                column(&table.clone(), name);
                rename(table);
            }
            Definition::Postgres(object)
        }
        other => other,
    }
}

/// Which words change in which texts.
struct Texts<'a> {
    from: &'a Address,
    old: String,
    new: String,
}

impl<'a> Texts<'a> {
    fn of(from: &'a Address, to: &'a Address) -> Texts<'a> {
        let name = |address: &Address| match address {
            Address::Namespace(name) => [&quoted(name), "."].concat(),
            Address::Column(_, name) => quoted(name),
            Address::Table(name) | Address::View(name) | Address::Object(_, name) | Address::Signed(_, name, _) => {
                [&quoted(&name.namespace), ".", &quoted(&name.name)].concat()
            }
            Address::Part(PartKind::EnumValue, ty, value) => {
                let literal = value.text().replace('\'', "''");
                ["'", &literal, "'::", &quoted(&ty.namespace), ".", &quoted(&ty.name)].concat()
            }
            _ => String::new(),
        };
        Texts { from, old: name(from), new: name(to) }
    }

    fn rewrite(&self, address: &Address, definition: &mut Definition) {
        if self.old.is_empty() {
            return;
        }
        if let Address::Column(table, old) = self.from {
            // A column's name means the column only in its own table's parts.
            if address.owner() == Some(table) {
                columns(definition, old, &Ident::from(self.new.trim_matches('"')));
                each_text(definition, &mut |text| *text = self.replaced(text));
            }
            return;
        }
        each_text(definition, &mut |text| *text = self.replaced(text));
    }

    /// The text with the whole name replaced where it stands outside of strings.
    fn replaced(&self, text: &SqlText) -> SqlText {
        let mut rest = text.canonical();
        let mut result = String::with_capacity(rest.len());
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$' || c == '"';
        let mut in_string = false;
        while let Some(c) = rest.chars().next() {
            let before = result.chars().last();
            let ends = |after: &str| self.old.ends_with('.') || !after.chars().next().is_some_and(is_word);
            let is_literal = in_string && !self.old.contains('.');
            if !is_literal
                && let Some(after) = rest.strip_prefix(self.old.as_str())
                && !before.is_some_and(|it| is_word(it) || (it == '.' && self.old.contains('.')))
                && ends(after)
            {
                result.push_str(&self.new);
                rest = after;
                continue;
            }
            in_string ^= c == '\'';
            result.push(c);
            rest = &rest[c.len_utf8()..];
        }
        if result == text.canonical() { text.clone() } else { SqlText::new(result.as_str(), result.as_str()) }
    }
}

/// A name as PostgreSQL prints it.
fn quoted(name: &Ident) -> String {
    let text = name.text();
    let is_plain = text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !text.starts_with(|c: char| c.is_ascii_digit());
    if is_plain { text.to_owned() } else { ["\"", &text.replace('"', "\"\""), "\""].concat() }
}

/// A column's name where it stands as a name.
fn columns(definition: &mut Definition, old: &Ident, new: &Ident) {
    let rename = |name: &mut Ident| {
        if name == old {
            *name = new.clone();
        }
    };
    let parts = |parts: &mut Vec<trueup_state::Part>| {
        for part in parts {
            if let Term::Column(name) = &mut part.term {
                rename(name);
            }
        }
    };
    match definition {
        Definition::PrimaryKey(key) => {
            parts(&mut key.parts);
            let mut extra = key.extra.postgres();
            extra.include.iter_mut().for_each(rename);
            key.extra = extra.into();
        }
        Definition::Unique(key) => {
            parts(&mut key.parts);
            let mut extra = key.extra.postgres();
            extra.include.iter_mut().for_each(rename);
            key.extra = extra.into();
        }
        Definition::ForeignKey(key) => key.columns.iter_mut().for_each(rename),
        Definition::Index(index) => {
            parts(&mut index.parts);
            let mut extra = index.extra.postgres();
            extra.include.iter_mut().for_each(rename);
            index.extra = extra.into();
        }
        _ => (),
    }
}

fn each_text(definition: &mut Definition, each: &mut dyn FnMut(&mut SqlText)) {
    match definition {
        Definition::Namespace | Definition::PrimaryKey(_) | Definition::Unique(_) | Definition::ForeignKey(_) => (),
        Definition::VirtualTable(_) | Definition::MySql(_) => (),
        Definition::Table(extra) => {
            let mut table = extra.postgres();
            table.partition_by.iter_mut().for_each(&mut *each);
            table.overrides.values_mut().filter_map(|it| it.default.as_mut()).for_each(each);
            *extra = table.into();
        }
        Definition::Column(it) => {
            each(&mut it.ty);
            it.default.iter_mut().for_each(&mut *each);
            it.generated.iter_mut().for_each(|generated| each(&mut generated.expression));
        }
        Definition::Check(it) => each(&mut it.expression),
        Definition::Index(it) => {
            it.predicate.iter_mut().for_each(&mut *each);
            for part in &mut it.parts {
                if let Term::Expression(text) = &mut part.term {
                    each(text);
                }
            }
        }
        Definition::Trigger(it) => each(&mut it.definition),
        Definition::View(it) => each(&mut it.definition),
        Definition::Postgres(it) => match it.as_mut() {
            PostgresObject::Domain(it) => {
                each(&mut it.ty);
                it.default.iter_mut().for_each(&mut *each);
                it.checks.values_mut().for_each(|check| each(&mut check.expression));
            }
            PostgresObject::Composite(it) => it.attributes.iter_mut().for_each(|attribute| each(&mut attribute.ty)),
            PostgresObject::MaterializedView(it) => each(&mut it.definition),
            PostgresObject::Exclude(it) => each(&mut it.definition),
            PostgresObject::Policy(it) => it.using.iter_mut().chain(&mut it.check).for_each(each),
            PostgresObject::Rule(it) => each(&mut it.definition),
            PostgresObject::Routine(it) => {
                it.arguments.iter_mut().for_each(|argument| each(&mut argument.ty));
                it.returns.iter_mut().for_each(each);
            }
            PostgresObject::Defined(it) => each(&mut it.definition),
            PostgresObject::Extension(_)
            | PostgresObject::Sequence(_)
            | PostgresObject::Enum(_)
            | PostgresObject::Grant(_)
            | PostgresObject::Comment(_)
            | PostgresObject::Owner(_) => (),
        },
    }
}
