//! What objects need by what they are, beyond what their texts mention.

use std::collections::BTreeSet;

use trueup_state::{
    Address, Column, ForeignKey, Ident, Object, ObjectKind, Part, PartKind, PostgresObject, Qualified, SqlText, Table,
    Term,
};

use super::{Role, index::Index};

/// What an object needs by what it is.
pub(super) fn needs(index: &Index<'_>, address: &Address, object: Object<'_>, needs: &mut BTreeSet<Address>) {
    match (address, object) {
        (_, Object::Table(extra)) => {
            let extra = extra.postgres();
            let partition = extra.partition_of.as_ref().map(|it| &it.parent);
            for parent in extra.inherits.iter().chain(partition).chain(&extra.of_type) {
                needs.extend(index.find(Role::Type, parent).iter().cloned());
            }
            let server = extra.foreign.as_ref().map(|it| Qualified::bare(it.server.clone()));
            needs.extend(server.map(|it| Address::Object(ObjectKind::ForeignServer, it)));
            let method = extra.access_method.map(Qualified::bare);
            needs.extend(method.map(|it| Address::Object(ObjectKind::AccessMethod, it)));
        }
        (Address::Column(table, _), Object::Column(column)) => {
            of_column(index, column, needs);
            own_columns(index, table, column.generated.iter().map(|it| &it.expression), needs);
        }
        (Address::Check(table, _), Object::Check(it)) => own_columns(index, table, [&it.expression], needs),
        (Address::ForeignKey(table, _), Object::ForeignKey(key)) => of_foreign_key(index, table, key, needs),
        (Address::Index(owner, _), Object::Index(it)) => {
            needs.extend(index.find(Role::Relation, owner).iter().cloned());
            of_parts(index, owner, &it.parts, needs);
            let expressions = it.parts.iter().filter_map(|part| match &part.term {
                Term::Expression(text) => Some(text),
                Term::Column(_) => None,
            });
            own_columns(index, owner, expressions.chain(&it.predicate), needs);
            let extra = it.extra.postgres();
            needs.extend(extra.include.into_iter().map(|column| Address::Column(owner.clone(), column)));
            needs.insert(Address::Object(ObjectKind::AccessMethod, Qualified::bare(extra.method.clone())));
            // The operator class that a type has for another method may be an extension's.
            if !matches!(extra.method.text(), "btree" | "hash") {
                needs.extend(index.extensions());
            }
        }
        (Address::PrimaryKey(table), Object::PrimaryKey(it)) => of_parts(index, table, &it.parts, needs),
        (Address::Unique(table, _), Object::Unique(it)) => of_parts(index, table, &it.parts, needs),
        (Address::Part(PartKind::Exclude, table, _), Object::Postgres(PostgresObject::Exclude(it))) => {
            needs.extend(index.find(Role::Relation, table).iter().cloned());
            own_columns(index, table, [&it.definition], needs);
            needs.extend(index.extensions());
        }
        (Address::Trigger(owner, _) | Address::Part(_, owner, _), Object::Trigger(_) | Object::Postgres(_)) => {
            needs.extend(index.find(Role::Relation, owner).iter().cloned());
        }
        (_, Object::Postgres(object)) => of_postgres(index, object, needs),
        _ => (),
    }
}

/// The columns of a table that its own texts mention.
fn own_columns<'t>(
    index: &Index<'_>,
    table: &Qualified,
    texts: impl IntoIterator<Item = &'t SqlText>,
    needs: &mut BTreeSet<Address>,
) {
    for text in texts {
        let words = text.words().flat_map(|it| [Ident::from(it), Ident::from(it.to_ascii_lowercase())]).collect();
        index.columns(table, &words, false, needs);
    }
}

fn of_column(index: &Index<'_>, column: &Column, needs: &mut BTreeSet<Address>) {
    index.of_type(column.ty.canonical(), needs);
    if let Some(collation) = column.extra.postgres().collation {
        needs.extend(index.find(Role::Collation, &collation).iter().cloned());
    }
}

/// The columns of a key or an index, and what else its parts name.
fn of_parts(index: &Index<'_>, table: &Qualified, parts: &[Part], needs: &mut BTreeSet<Address>) {
    for part in parts {
        index.columns(table, &part.column_name().into_iter().cloned().collect(), false, needs);
        let extra = part.extra.postgres();
        if let Some(collation) = &extra.collation {
            needs.extend(index.find(Role::Collation, collation).iter().cloned());
        }
        if let Some(class) = &extra.operator_class {
            needs.extend(index.find(Role::Other, class).iter().cloned());
        }
    }
}

/// Both tables' columns, and the key that makes the referenced ones unique.
fn of_foreign_key(index: &Index<'_>, table: &Qualified, key: &ForeignKey, needs: &mut BTreeSet<Address>) {
    let to = &key.references;
    needs.insert(Address::Table(to.clone()));
    index.columns(table, &key.columns.iter().cloned().collect(), false, needs);
    index.columns(to, &key.referenced_columns.iter().cloned().collect(), false, needs);
    let Some(referenced) = index.tables.get(to) else { return };
    needs.extend(unique_keys(to, referenced, &key.referenced_columns));
}

fn unique_keys(name: &Qualified, table: &Table, columns: &[Ident]) -> Vec<Address> {
    let wanted: BTreeSet<&Ident> = columns.iter().collect();
    let is_it = |parts: &[Part]| {
        let own: Option<BTreeSet<&Ident>> = parts.iter().map(Part::column_name).collect();
        own.is_some_and(|own| own == wanted)
    };
    if table.primary_key.as_ref().is_some_and(|it| columns.is_empty() || is_it(&it.parts)) {
        return vec![Address::PrimaryKey(name.clone())];
    }
    let unique = table.uniques.iter().find(|(_, it)| is_it(&it.parts));
    if let Some((key, _)) = unique {
        return vec![Address::Unique(name.clone(), key.clone())];
    }
    let index = table.indexes.iter().find(|(_, it)| it.unique && it.predicate.is_none() && is_it(&it.parts));
    index.map(|(index, _)| Address::Index(name.clone(), index.clone())).into_iter().collect()
}

fn of_postgres(index: &Index<'_>, object: &PostgresObject, needs: &mut BTreeSet<Address>) {
    match object {
        PostgresObject::Domain(it) => {
            index.of_type(it.ty.canonical(), needs);
            if let Some(collation) = &it.collation {
                needs.extend(index.find(Role::Collation, collation).iter().cloned());
            }
        }
        PostgresObject::Composite(it) => {
            for attribute in &it.attributes {
                index.of_type(attribute.ty.canonical(), needs);
                if let Some(collation) = &attribute.collation {
                    needs.extend(index.find(Role::Collation, collation).iter().cloned());
                }
            }
        }
        PostgresObject::Routine(it) => {
            let types = it.arguments.iter().map(|it| &it.ty).chain(&it.returns).chain(&it.transforms);
            types.for_each(|it| index.of_type(it.canonical(), needs));
            if let Some(support) = &it.support {
                needs.extend(index.find(Role::Routine, support).iter().cloned());
            }
            needs.insert(Address::Object(ObjectKind::Language, Qualified::bare(it.language.clone())));
        }
        PostgresObject::MaterializedView(it) => {
            let method = it.access_method.clone().map(Qualified::bare);
            needs.extend(method.map(|it| Address::Object(ObjectKind::AccessMethod, it)));
        }
        PostgresObject::Extension(_)
        | PostgresObject::Sequence(_)
        | PostgresObject::Enum(_)
        | PostgresObject::Exclude(_)
        | PostgresObject::Policy(_)
        | PostgresObject::Rule(_)
        | PostgresObject::Grant(_)
        | PostgresObject::Comment(_)
        | PostgresObject::Owner(_)
        | PostgresObject::Defined(_) => (),
    }
}
