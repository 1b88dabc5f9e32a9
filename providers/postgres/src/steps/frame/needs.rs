//! What each object cannot be without, as its definition says; the rest is in the `Depends` of the work.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use trueup_contract::Depends;
use trueup_state::{
    Address, Column, ForeignKey, Ident, Index, Object, ObjectKind, Part, PartKind, PostgresObject, PostgresTable,
    Qualified, RoutineBody, Schema, SqlText, Table, Term,
};

/// What every object of one schema needs.
pub(crate) struct Needs {
    needs: HashMap<Address, BTreeSet<Address>>,
    needed_by: HashMap<Address, Vec<Address>>,
}

impl Needs {
    /// What objects that are there need: what the definitions say together with what the server knows.
    pub(crate) fn before(schema: &Schema, depends: &Depends) -> Needs {
        Needs::of(schema, depends, &Bodies::default())
    }

    /// What objects need to be made, the bodies of routines included: the server looks at them then, and only then.
    pub(crate) fn after(schema: &Schema, depends: &Depends) -> Needs {
        Needs::of(schema, depends, &Bodies::of(&schema.objects()))
    }

    fn of(schema: &Schema, depends: &Depends, bodies: &Bodies) -> Needs {
        let objects = schema.objects();
        let types = types(&objects);
        let there: BTreeSet<&Address> = objects.iter().map(|(address, _)| address).collect();
        let mut needs = HashMap::new();
        let mut needed_by: HashMap<Address, Vec<Address>> = HashMap::new();
        for (address, object) in &objects {
            let mut all: BTreeSet<Address> = structural(address, *object, schema, &types);
            all.extend(depends.get(address).into_iter().flatten().cloned());
            all.extend(bodies.mentioned(*object));
            all.extend(of_attached(*object, schema, depends));
            all.retain(|it| it != address && there.contains(it));
            for needed in &all {
                needed_by.entry(needed.clone()).or_default().push(address.clone());
            }
            needs.insert(address.clone(), all);
        }
        Needs { needs, needed_by }
    }

    /// What an object needs.
    pub(crate) fn of_object(&self, address: &Address) -> impl Iterator<Item = &Address> {
        self.needs.get(address).into_iter().flatten()
    }

    /// Whether an object needs another.
    pub(crate) fn has(&self, address: &Address, needed: &Address) -> bool {
        self.needs.get(address).is_some_and(|it| it.contains(needed))
    }

    /// What needs an object, in address order.
    pub(crate) fn dependents(&self, address: &Address) -> &[Address] {
        self.needed_by.get(address).map_or(&[], Vec::as_slice)
    }

    /// Whether one of `from` needs, through any number of others, something that `is_goal` accepts.
    pub(crate) fn reaches<'a>(
        &'a self,
        from: impl IntoIterator<Item = &'a Address>,
        is_goal: impl Fn(&Address) -> bool,
    ) -> bool {
        let mut open: Vec<&Address> = from.into_iter().collect();
        let mut seen: BTreeSet<&Address> = open.iter().copied().collect();
        while let Some(address) = open.pop() {
            if is_goal(address) {
                return true;
            }
            open.extend(self.of_object(address).filter(|it| seen.insert(*it)));
        }
        false
    }
}

/// What may be called or read in a routine's body, by its own name.
#[derive(Default)]
struct Bodies(BTreeMap<String, Vec<Address>>);

impl Bodies {
    fn of(objects: &[(Address, Object<'_>)]) -> Bodies {
        let mut named: BTreeMap<String, Vec<Address>> = BTreeMap::new();
        for (address, _) in objects {
            let may_be_meant = match address {
                Address::Table(_) | Address::View(_) | Address::Object(ObjectKind::MaterializedView, _) => true,
                Address::Signed(kind, _, _) => matches!(kind, ObjectKind::Function | ObjectKind::Aggregate),
                _ => false,
            };
            if let Some(name) = address.name().filter(|_| may_be_meant) {
                named.entry(name.folded()).or_default().push(address.clone());
            }
        }
        Bodies(named)
    }

    /// What a body in SQL mentions: the server looks at it when the routine is made, and keeps nothing of it.
    fn mentioned(&self, object: Object<'_>) -> Vec<Address> {
        let Object::Postgres(PostgresObject::Routine(routine)) = object else { return Vec::new() };
        let RoutineBody::Text(body) = &routine.body else { return Vec::new() };
        if routine.language.text() != "sql" {
            return Vec::new();
        }
        let body = SqlText::new(body.as_str(), body.as_str());
        let words: BTreeSet<String> = body.words().map(str::to_ascii_lowercase).collect();
        words.iter().filter_map(|word| self.0.get(word)).flatten().cloned().collect()
    }
}

/// Types that are objects, row types included, by full name.
type Types = BTreeMap<Qualified, Address>;

fn types(objects: &[(Address, Object<'_>)]) -> Types {
    let entry = |(address, _): &(Address, Object<'_>)| match address {
        Address::Table(name) | Address::View(name) | Address::Object(ObjectKind::MaterializedView, name) => {
            Some((name.clone(), address.clone()))
        }
        Address::Object(kind, name) if kind.is_type() => Some((name.clone(), address.clone())),
        _ => None,
    };
    objects.iter().filter_map(entry).collect()
}

/// The type that a type's text names, where it is an object: `public.mood[]` is `public.mood`.
fn named_type<'a>(text: &SqlText, types: &'a Types) -> Option<&'a Address> {
    let mut parts: Vec<String> = vec![String::new()];
    let mut quoted = false;
    for c in text.canonical().trim_start_matches("SETOF ").chars() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(String::new()),
            '[' | '(' | ' ' if !quoted => break,
            _ => parts.last_mut()?.push(c),
        }
    }
    match parts.as_slice() {
        [namespace, name] => {
            let name = Qualified { namespace: namespace.as_str().into(), name: name.as_str().into() };
            types.get(&name)
        }
        _ => None,
    }
}

fn structural(address: &Address, object: Object<'_>, schema: &Schema, types: &Types) -> BTreeSet<Address> {
    let mut needs = BTreeSet::new();
    needs.extend(subject(address, schema));
    if address.subject().is_none() {
        needs.extend(address.namespace().map(|it| Address::Namespace(it.clone())));
        needs.extend(address.owner().into_iter().flat_map(|owner| relation(owner, schema)));
    }
    match (object, address) {
        (Object::Table(extra), Address::Table(_)) => needs.extend(of_table(&extra.postgres(), types)),
        (Object::Column(column), Address::Column(table, _)) => needs.extend(of_column(table, column, schema, types)),
        (Object::PrimaryKey(key), Address::PrimaryKey(table)) => {
            needs.extend(columns(table, parts(&key.parts).chain(&key.extra.postgres().include)));
        }
        (Object::Unique(key), Address::Unique(table, _)) => {
            needs.extend(columns(table, parts(&key.parts).chain(&key.extra.postgres().include)));
        }
        (Object::Check(check), Address::Check(table, _)) => {
            needs.extend(mentioned(table, &check.expression, schema));
        }
        (Object::ForeignKey(key), Address::ForeignKey(table, _)) => needs.extend(of_foreign_key(table, key, schema)),
        (Object::Index(index), Address::Index(table, _)) => needs.extend(of_index(table, index, schema)),
        (Object::Postgres(it), _) => needs.extend(of_object(address, it, schema, types)),
        (_, _) => (),
    }
    needs
}

/// The table or view of this name.
fn relation(name: &Qualified, schema: &Schema) -> Option<Address> {
    let kinds = [
        Address::Table(name.clone()),
        Address::View(name.clone()),
        Address::Object(ObjectKind::MaterializedView, name.clone()),
        Address::Object(ObjectKind::Domain, name.clone()),
    ];
    kinds.into_iter().find(|it| schema.object(it).is_some())
}

fn of_table(extra: &PostgresTable, types: &Types) -> Vec<Address> {
    let mut needs: Vec<Address> = extra.inherits.iter().map(|parent| Address::Table(parent.clone())).collect();
    needs.extend(extra.partition_of.iter().map(|it| Address::Table(it.parent.clone())));
    needs.extend(extra.of_type.iter().filter_map(|it| types.get(it).cloned()));
    let server = extra.foreign.iter().map(|it| Qualified::bare(it.server.clone()));
    needs.extend(server.map(|it| Address::Object(ObjectKind::ForeignServer, it)));
    needs
}

/// What the indexes need that a partition is made with: those which hang on its parent's under names of their own.
fn of_attached(object: Object<'_>, schema: &Schema, depends: &Depends) -> BTreeSet<Address> {
    let Object::Table(extra) = object else { return BTreeSet::new() };
    let extra = extra.postgres();
    let parent = extra.partition_of.map(|it| it.parent).filter(|_| !extra.attached.is_empty());
    let Some((parent, table)) = parent.and_then(|it| schema.table(&it).map(|table| (it, table))) else {
        return BTreeSet::new();
    };
    let index = |(name, index): (&Ident, &Index)| {
        let known = depends.get(&Address::Index(parent.clone(), name.clone()));
        known.into_iter().flatten().cloned().chain(of_index(&parent, index, schema)).collect::<Vec<_>>()
    };
    table.indexes.iter().flat_map(index).filter(|it| !matches!(it, Address::Column(..))).collect()
}

fn of_column(table: &Qualified, column: &Column, schema: &Schema, types: &Types) -> Vec<Address> {
    let mut needs: Vec<Address> = named_type(&column.ty, types).cloned().into_iter().collect();
    let generated = column.generated.iter();
    needs.extend(generated.flat_map(|it| mentioned(table, &it.expression, schema)));
    needs.extend(column.default.iter().flat_map(|it| sequences(it, schema)));
    let collation = column.extra.postgres().collation;
    needs.extend(collation.map(|it| Address::Object(ObjectKind::Collation, it)));
    needs
}

/// The sequences that a default takes values from: `nextval('public.s'::regclass)`.
fn sequences(text: &SqlText, schema: &Schema) -> Vec<Address> {
    if !text.canonical().contains("nextval(") {
        return Vec::new();
    }
    let literals = text.canonical().split('\'').skip(1).step_by(2);
    literals.filter_map(|it| sequence(&it.replace('"', ""), schema)).collect()
}

/// The sequence of a name: most often its full name, or one in `public`.
fn sequence(text: &str, schema: &Schema) -> Option<Address> {
    let (namespace, name) = text.split_once('.').unwrap_or(("public", text));
    let address =
        Address::Object(ObjectKind::Sequence, Qualified { namespace: Ident::from(namespace), name: Ident::from(name) });
    if schema.others.contains_key(&address) {
        return Some(address);
    }
    let is_it = |it: &&Address| match it {
        Address::Object(ObjectKind::Sequence, name) => name.name.text() == text || name.to_string() == text,
        _ => false,
    };
    schema.others.keys().find(is_it).cloned()
}

fn parts(parts: &[Part]) -> impl Iterator<Item = &Ident> {
    parts.iter().filter_map(Part::column_name)
}

fn columns<'a>(table: &Qualified, names: impl IntoIterator<Item = &'a Ident>) -> Vec<Address> {
    names.into_iter().map(|name| Address::Column(table.clone(), name.clone())).collect()
}

/// The columns of a table that a text mentions.
pub(crate) fn mentioned(table: &Qualified, text: &SqlText, schema: &Schema) -> Vec<Address> {
    let Some(table_object) = schema.table(table) else { return Vec::new() };
    columns(table, table_object.columns.keys().filter(|name| text.mentions(name.text())))
}

fn of_foreign_key(table: &Qualified, key: &ForeignKey, schema: &Schema) -> Vec<Address> {
    let mut needs = columns(table, &key.columns);
    needs.push(Address::Table(key.references.clone()));
    needs.extend(columns(&key.references, &key.referenced_columns));
    if let Some(parent) = schema.table(&key.references) {
        needs.extend(referenced_key(&key.references, parent, &key.referenced_columns));
    }
    needs
}

/// The key that makes the referenced columns unique.
fn referenced_key(name: &Qualified, table: &Table, referenced: &[Ident]) -> Option<Address> {
    let wanted: BTreeSet<&Ident> = referenced.iter().collect();
    let is_it = |of: &[Part]| parts(of).collect::<BTreeSet<_>>() == wanted && of.len() == wanted.len();
    let primary = table.primary_key.iter().filter(|key| wanted.is_empty() || is_it(&key.parts));
    let primary = primary.map(|_| Address::PrimaryKey(name.clone()));
    let uniques = table.uniques.iter().filter(|(_, key)| is_it(&key.parts));
    let uniques = uniques.map(|(own, _)| Address::Unique(name.clone(), own.clone()));
    let indexes = table.indexes.iter().filter(|(_, it)| it.unique && it.predicate.is_none() && is_it(&it.parts));
    let indexes = indexes.map(|(own, _)| Address::Index(name.clone(), own.clone()));
    primary.chain(uniques).chain(indexes).next()
}

fn of_index(table: &Qualified, index: &Index, schema: &Schema) -> Vec<Address> {
    let extra = index.extra.postgres();
    let mut needs = columns(table, parts(&index.parts).chain(&extra.include));
    for part in &index.parts {
        if let Term::Expression(text) = &part.term {
            needs.extend(mentioned(table, text, schema));
        }
        let part = part.extra.postgres();
        let class = part.operator_class.filter(|it| !it.namespace.is_empty());
        let signed = class.map(|it| Address::Signed(ObjectKind::OperatorClass, it, extra.method.clone()));
        needs.extend(signed);
        needs.extend(part.collation.map(|it| Address::Object(ObjectKind::Collation, it)));
    }
    needs.extend(index.predicate.iter().flat_map(|text| mentioned(table, text, schema)));
    needs
}

fn of_object(address: &Address, object: &PostgresObject, schema: &Schema, types: &Types) -> Vec<Address> {
    let typed = |text: &SqlText| named_type(text, types).cloned();
    match object {
        PostgresObject::Extension(it) => it.schema.iter().map(|name| Address::Namespace(name.clone())).collect(),
        // The column that a sequence goes with needs the sequence, not the other way round.
        PostgresObject::Sequence(_) => Vec::new(),
        PostgresObject::Domain(it) => typed(&it.ty).into_iter().collect(),
        PostgresObject::Composite(it) => it.attributes.iter().filter_map(|attribute| typed(&attribute.ty)).collect(),
        PostgresObject::Routine(it) => {
            let arguments = it.arguments.iter().filter_map(|argument| typed(&argument.ty));
            arguments.chain(it.returns.as_ref().and_then(typed)).collect()
        }
        PostgresObject::Exclude(it) => match address {
            Address::Part(PartKind::Exclude, table, _) => mentioned(table, &it.definition, schema),
            _ => Vec::new(),
        },
        PostgresObject::Policy(it) => {
            let texts = it.using.iter().chain(&it.check);
            address
                .owner()
                .into_iter()
                .flat_map(|table| texts.clone().flat_map(|text| mentioned(table, text, schema)))
                .collect()
        }
        PostgresObject::Enum(_)
        | PostgresObject::MaterializedView(_)
        | PostgresObject::Rule(_)
        | PostgresObject::Grant(_)
        | PostgresObject::Comment(_)
        | PostgresObject::Owner(_)
        | PostgresObject::Defined(_) => Vec::new(),
    }
}

/// What a comment or a grant is on. A view's column and a composite type's attribute are no objects by themselves.
fn subject(address: &Address, schema: &Schema) -> Option<Address> {
    let subject = address.subject()?;
    let whole = match subject {
        Address::Column(owner, _) if schema.object(subject).is_none() => {
            let composite = Address::Object(ObjectKind::CompositeType, owner.clone());
            relation(owner, schema).or_else(|| schema.object(&composite).map(|_| composite))
        }
        _ => None,
    };
    Some(whole.unwrap_or_else(|| subject.clone()))
}

/// What an object lives and dies with.
pub(crate) fn wholes(address: &Address, schema: &Schema) -> Vec<Address> {
    if let Some(subject) = subject(address, schema) {
        return vec![subject];
    }
    if let Address::Object(ObjectKind::Sequence, _) = address
        && let Some(Object::Postgres(PostgresObject::Sequence(it))) = schema.object(address)
    {
        let columns = it.owned_by.iter();
        return columns.map(|(table, column)| Address::Column(table.clone(), column.clone())).collect();
    }
    address.owner().and_then(|owner| relation(owner, schema)).into_iter().collect()
}
