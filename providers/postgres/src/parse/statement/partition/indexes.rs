//! Indexes of partitions that hang on indexes of their parents.

use trueup_state::{
    Address, Definition, Ident, Index, Object, PostgresIndex, PostgresKey, PrimaryKey, Qualified, Unique,
};

use super::{children, has_partitions};
use crate::{
    naming,
    parse::{fold::Fold, statement::table::index_name},
};

/// What an index or a key is, though it may hang on its parent's, which alone is in the schema.
pub(crate) fn definition(fold: &Fold<'_>, name: &Qualified) -> Option<Definition> {
    let address = fold.taken.index(name)?;
    match (fold.schema.object(address), fold.attached.get(name)) {
        (Some(object), _) => Some(object.to_definition()),
        (None, Some(above)) => {
            let own = Some(name.name.clone());
            Some(match (address, without_only(definition(fold, above)?)) {
                (Address::PrimaryKey(_), Definition::PrimaryKey(it)) => {
                    Definition::PrimaryKey(PrimaryKey { name: own, ..it })
                }
                (Address::Unique(..), Definition::Unique(it)) => Definition::Unique(Unique { name: own, ..it }),
                (_, it) => it,
            })
        }
        (None, None) => None,
    }
}

/// An index of a partitioned table is there on its partitions, too.
pub(crate) fn spread(fold: &mut Fold<'_>, table: &Qualified, index: &Qualified) {
    if !has_partitions(fold, table) {
        return;
    }
    for child in children(fold, table) {
        hang(fold, index, &child);
    }
}

/// Every index of a partitioned table is there on a partition that it gets.
pub(crate) fn adopt(fold: &mut Fold<'_>, parent: &Qualified, child: &Qualified) {
    for index in all(fold, parent) {
        hang(fold, &index, child);
    }
}

/// Let one of a partition's own indexes hang on its parent's: one that fits, or a new one.
fn hang(fold: &mut Fold<'_>, index: &Qualified, child: &Qualified) {
    let Some(definition) = definition(fold, index) else { return };
    if let Some(own) = fitting(fold, &definition, child) {
        attach(fold, index, &own);
        return;
    }
    let own = generate(fold, &definition, child);
    fold.attached.insert(own.clone(), index.clone());
    spread(fold, child, &own);
}

/// The indexes of a table, those of keys and those that hang on its parent's included.
fn all(fold: &Fold<'_>, table: &Qualified) -> Vec<Qualified> {
    let full = |name: &Ident| Qualified { namespace: table.namespace.clone(), name: name.clone() };
    let mut names: Vec<Qualified> = Vec::new();
    if let Some(it) = fold.schema.table(table) {
        let key = it.primary_key.iter().filter_map(|it| it.name.as_ref());
        names.extend(key.chain(it.uniques.keys()).chain(it.indexes.keys()).map(full));
    }
    let is_own = |it: &&Qualified| fold.taken.index(it).is_some_and(|it| it.owner() == Some(table));
    let hanging: Vec<Qualified> = fold.attached.keys().filter(is_own).cloned().collect();
    names.extend(hanging.into_iter().filter(|it| !names.contains(it)).collect::<Vec<_>>());
    names
}

/// The first of a table's indexes that may hang on another and does not hang on any.
fn fitting(fold: &Fold<'_>, above: &Definition, table: &Qualified) -> Option<Qualified> {
    let free = all(fold, table).into_iter().filter(|it| !fold.attached.contains_key(it));
    let fits = |it: &Qualified| {
        let own = definition(fold, it)?;
        // Only a constraint may hang on a constraint, and only one of its kind.
        let is_kind = match (above, &own) {
            (Definition::Index(_), _) => true,
            (above, own) => std::mem::discriminant(above) == std::mem::discriminant(own),
        };
        Some(is_kind && shape(above)? == shape(&own)?)
    };
    free.into_iter().find(|it| fits(it) == Some(true))
}

/// An index without what may be otherwise on a partition (`CompareIndexInfo` in `index.c`).
fn shape(definition: &Definition) -> Option<Index> {
    let of_key = |parts: &[trueup_state::Part], key: PostgresKey| {
        let extra = PostgresIndex {
            include: key.include,
            nulls_not_distinct: key.nulls_not_distinct,
            ..PostgresIndex::default()
        };
        Index { unique: true, parts: parts.to_vec(), predicate: None, extra: extra.into() }
    };
    Some(match definition {
        Definition::PrimaryKey(it) => of_key(&it.parts, it.extra.postgres()),
        Definition::Unique(it) => of_key(&it.parts, it.extra.postgres()),
        Definition::Index(it) => {
            let PostgresIndex { method, include, nulls_not_distinct, .. } = it.extra.postgres();
            let extra = PostgresIndex { method, include, nulls_not_distinct, ..PostgresIndex::default() };
            Index { extra: extra.into(), ..it.clone() }
        }
        _ => return None,
    })
}

/// Note the index that PostgreSQL makes for a partition.
fn generate(fold: &mut Fold<'_>, above: &Definition, table: &Qualified) -> Qualified {
    let name = match above {
        Definition::Index(it) => index_name::generated_name(fold, table, it),
        Definition::Unique(it) => {
            let include = it.extra.postgres().include;
            let columns: Vec<&str> =
                it.parts.iter().filter_map(|it| it.column_name()).chain(&include).map(Ident::text).collect();
            fold.free_relation_name(table, Some(&naming::addition(columns)), "key", true)
        }
        _ => fold.free_relation_name(table, None, "pkey", true),
    };
    let full = Qualified { namespace: table.namespace.clone(), name: name.clone() };
    let address = match above {
        Definition::PrimaryKey(_) => Address::PrimaryKey(table.clone()),
        Definition::Unique(_) => Address::Unique(table.clone(), name),
        _ => Address::Index(table.clone(), name),
    };
    if !matches!(address, Address::Index(..)) {
        fold.taken.add_constraint(full.clone());
    }
    fold.taken.add_index(full.clone(), address);
    full
}

/// An index of a partition hangs on one of its parent's from now on, which alone is in the schema. A constraint whose
/// index hangs on one that is no constraint's stays what it is.
pub(crate) fn attach(fold: &mut Fold<'_>, parent: &Qualified, child: &Qualified) {
    let Some(own) = fold.taken.index(child).cloned() else { return };
    let is_constraint = !matches!(own, Address::Index(..));
    let is_below_index = matches!(definition(fold, parent), Some(Definition::Index(_)) | None);
    if !(is_constraint && is_below_index) {
        fold.schema.remove(&own);
        fold.mentions.remove(&own);
    }
    fold.attached.insert(child.clone(), parent.clone());
}

/// What hung on a parent's index is the table's own from now on.
pub(crate) fn detach(fold: &mut Fold<'_>, table: &Qualified) {
    for name in all(fold, table) {
        if let (Some(definition), Some(address)) = (definition(fold, &name), fold.taken.index(&name).cloned())
            && fold.attached.remove(&name).is_some()
        {
            // Nothing of this name is there, or it is the same.
            let _ = fold.schema.put(&address, without_only(definition));
        }
    }
}

fn without_only(definition: Definition) -> Definition {
    match definition {
        Definition::Index(it) => {
            let extra = PostgresIndex { only: false, ..it.extra.postgres() };
            Definition::Index(Index { extra: extra.into(), ..it })
        }
        Definition::PrimaryKey(it) => {
            let extra = PostgresKey { only: false, ..it.extra.postgres() };
            Definition::PrimaryKey(PrimaryKey { extra: extra.into(), ..it })
        }
        Definition::Unique(it) => {
            let extra = PostgresKey { only: false, ..it.extra.postgres() };
            Definition::Unique(Unique { extra: extra.into(), ..it })
        }
        other => other,
    }
}

/// An index that goes takes along what hangs on it.
pub(crate) fn forget(fold: &mut Fold<'_>, index: &Qualified) {
    fold.attached.remove(index);
    let hanging = fold.attached.iter().filter(|(_, above)| *above == index);
    let hanging: Vec<Qualified> = hanging.map(|(own, _)| own.clone()).collect();
    for own in hanging {
        forget(fold, &own);
        let is_object = fold.taken.index(&own).is_some_and(|it| fold.schema.object(it).is_some());
        if !is_object {
            fold.taken.remove_index(&own);
            fold.taken.remove_constraint(&own);
        }
    }
}

/// Another name for an index, wherever it hangs.
pub(crate) fn rename(fold: &mut Fold<'_>, before: &Qualified, after: &Qualified) {
    if let Some(above) = fold.attached.remove(before) {
        fold.attached.insert(after.clone(), above);
    }
    for above in fold.attached.values_mut().filter(|above| *above == before) {
        above.clone_from(after);
    }
}

/// Say what is only known when everything is declared: which indexes of partitioned tables are not there on all of
/// their partitions, and what those that are there are called.
pub(crate) fn settle(fold: &mut Fold<'_>) {
    let only = |object: Object<'_>| match object {
        Object::Index(it) => it.extra.postgres().only,
        Object::PrimaryKey(it) => it.extra.postgres().only,
        Object::Unique(it) => it.extra.postgres().only,
        _ => false,
    };
    let tables: Vec<Qualified> = fold.schema.tables().map(|(name, _)| name).collect();
    for table in &tables {
        for index in all_only(fold, table, only) {
            if is_whole(fold, table, &index)
                && let (Some(definition), Some(address)) = (definition(fold, &index), fold.taken.index(&index).cloned())
            {
                let _ = fold.schema.put(&address, without_only(definition));
            }
        }
    }
    for (own, above) in fold.attached.clone() {
        let Some(table) = fold.taken.index(&own).and_then(Address::owner).cloned() else { continue };
        let mut root = above;
        while let Some(next) = fold.attached.get(&root) {
            root = next.clone();
        }
        let Some(definition) = definition(fold, &root) else { continue };
        let object = definition.as_object();
        if !only(object) && naming::attached(&table, object).as_ref() == Some(&own.name) {
            continue;
        }
        if let Some(it) = fold.schema.table_mut(&table) {
            let mut extra = it.extra.postgres();
            extra.attached.insert(root.name, own.name);
            it.extra = extra.into();
        }
    }
}

fn all_only(fold: &Fold<'_>, table: &Qualified, only: impl Fn(Object<'_>) -> bool) -> Vec<Qualified> {
    if !has_partitions(fold, table) {
        return Vec::new();
    }
    let mut names = all(fold, table);
    names.retain(|it| {
        let object = fold.taken.index(it).and_then(|address| fold.schema.object(address));
        object.is_some_and(&only)
    });
    names
}

/// Whether every partition has an index that hangs on this one.
fn is_whole(fold: &Fold<'_>, table: &Qualified, index: &Qualified) -> bool {
    let hanging: Vec<(&Qualified, &Qualified)> = fold
        .attached
        .iter()
        .filter(|(_, above)| *above == index)
        .filter_map(|(own, _)| Some((fold.taken.index(own)?.owner()?, own)))
        .collect();
    children(fold, table)
        .iter()
        .all(|child| hanging.iter().any(|(owner, own)| *owner == child && is_whole(fold, child, own)))
}
