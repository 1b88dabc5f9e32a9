//! Bringing a declared schema into the form of the database it is for.

mod not_null;
#[cfg(test)]
mod tests;
mod texts;
mod view_defaults;

use trueup_contract::Cluster;
use trueup_state::{Address, Definition, Extension, Ident, Object, PostgresObject, Schema, SqlText};

use crate::canonical::{plain, quoted};

/// What is not declared and there anyway is taken over: the namespace `public`, versions and schemas of extensions, those
/// that a new one would get included; and so is the form that is there of every text that was declared just as the server prints it.
pub(crate) fn normalize(mut desired: Schema, observed: &Schema, cluster: &Cluster) -> Schema {
    let public = Ident::from("public");
    if observed.namespaces.contains_key(&public) {
        desired.namespaces.entry(public).or_default();
    }
    grants(&mut desired, cluster);
    default_privileges(&mut desired, cluster);
    types(&mut desired, cluster);
    for (address, definition) in &mut desired.others {
        if let Definition::Postgres(object) = definition
            && let PostgresObject::Extension(extension) = &mut **object
            && let Some(name) = address.name()
        {
            match observed.object(address) {
                Some(Object::Postgres(PostgresObject::Extension(there))) => adopt_extension(extension, there),
                _ => cluster.available.get(name).into_iter().for_each(|it| adopt_extension(extension, it)),
            }
        }
    }
    not_null::forget(&mut desired, cluster.major);
    view_defaults::adopt(&mut desired, observed);
    adopt_texts(&mut desired, observed);
    desired
}

fn adopt_extension(extension: &mut Extension, there: &Extension) {
    let Extension { schema, version } = extension;
    if schema.is_none() {
        schema.clone_from(&there.schema);
    }
    if version.is_none() {
        version.clone_from(&there.version);
    }
}

/// The owner of an object goes by no name, so what is declared for the name of one was declared for another database;
/// what is new will be the connected role's.
fn grants(desired: &mut Schema, cluster: &Cluster) {
    desired.others.retain(|address, _| {
        let Address::Grant(on, role) = address else { return true };
        let whole = match &**on {
            Address::Column(owner, _) => [Address::Table(owner.clone()), Address::View(owner.clone())],
            other => [other.clone(), other.clone()],
        };
        let owner = whole.iter().find_map(|it| cluster.owners.get(it)).unwrap_or(&cluster.role);
        owner.is_empty() || owner != role
    });
}

/// The connected role's own default privileges are those of no role in particular.
fn default_privileges(desired: &mut Schema, cluster: &Cluster) {
    let is_own = |address: &Address| match address {
        Address::DefaultPrivileges(scope, _) => !scope.owner.is_empty() && scope.owner == cluster.role,
        _ => false,
    };
    if !desired.others.keys().any(is_own) {
        return;
    }
    let all = std::mem::take(&mut desired.others);
    for (address, definition) in all {
        let address = match address {
            Address::DefaultPrivileges(mut scope, role) if scope.owner == cluster.role => {
                scope.owner = Ident::default();
                Address::DefaultPrivileges(scope, role)
            }
            other => other,
        };
        desired.others.insert(address, definition);
    }
}

/// Types of extensions are known by where the extension has put them.
fn types(desired: &mut Schema, cluster: &Cluster) {
    if cluster.types.is_empty() {
        return;
    }
    for objects in desired.namespaces.values_mut() {
        for table in objects.tables.values_mut() {
            table.columns.values_mut().for_each(|it| qualify(&mut it.ty, cluster));
        }
    }
    for definition in desired.others.values_mut() {
        let Definition::Postgres(object) = definition else { continue };
        match &mut **object {
            PostgresObject::Domain(it) => qualify(&mut it.ty, cluster),
            PostgresObject::Composite(it) => it.attributes.iter_mut().for_each(|it| qualify(&mut it.ty, cluster)),
            _ => (),
        }
    }
}

fn qualify(ty: &mut SqlText, cluster: &Cluster) {
    let text = ty.canonical();
    let end = text.find(['(', '[']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.contains(['.', ' ', '"']) {
        return;
    }
    let Some(namespace) = cluster.types.get(&Ident::from(name)) else { return };
    let canonical = [&quoted(namespace.text()), ".", &quoted(name), rest].concat();
    *ty = SqlText::new(canonical, ty.written());
}

/// What was declared as the server prints it is what is there, even where the server would print it in another way if
/// it read its own text again: of `a BETWEEN 1 AND 2 AND b` it prints two pairs of parentheses and reads one.
fn adopt_texts(desired: &mut Schema, observed: &Schema) {
    let mut adopted = Vec::new();
    for (address, object) in desired.objects() {
        let Some(there) = observed.object(&address).filter(|there| *there != object) else { continue };
        let mut definition = object.to_definition();
        let mut other = there.to_definition();
        let there: Vec<SqlText> = texts::of(&mut other).into_iter().map(|it| it.clone()).collect();
        let own = texts::of(&mut definition);
        let mut any = false;
        if own.len() != there.len() {
            continue;
        }
        for (own, there) in own.into_iter().zip(there) {
            if *own != there && plain(own.written()) == there {
                *own = SqlText::new(there.canonical(), own.written());
                any = true;
            }
        }
        if any {
            adopted.push((address, definition));
        }
    }
    for (address, definition) in adopted {
        // It was read from there.
        let _ = desired.put(&address, definition);
    }
}
