//! DROP TABLE.

use squawk_syntax::SyntaxNode;
use trueup_state::{Address, Definition, Object, PostgresObject, Qualified, Sequence};

use crate::parse::{
    fold::{Fold, FoldResult, Folded, Trouble, wrong, wrong_with},
    statement::partition,
};

/// Drop tables that are there. What is dropped before it is declared may not be there, if the statement says so.
pub(crate) fn tables(fold: &mut Fold<'_>, nodes: &[SyntaxNode], if_exists: bool, is_cascade: bool) -> FoldResult {
    let mut names = Vec::new();
    for node in nodes {
        let found = fold.candidates(node).into_iter().find(|it| fold.schema.table(it).is_some());
        match found {
            Some(name) => names.push((name, node)),
            None if if_exists => (),
            None => {
                let message = ["table `", &node.text().to_string(), "` is not there at this point"].concat();
                return Err(wrong(node, message));
            }
        }
    }
    let all: Vec<Qualified> = names.iter().map(|(name, _)| name.clone()).collect();
    for (name, node) in names {
        table(fold, &name, node, &all, is_cascade)?;
    }
    Ok(Folded::Nothing)
}

fn table(
    fold: &mut Fold<'_>,
    name: &Qualified,
    node: &SyntaxNode,
    all: &[Qualified],
    is_cascade: bool,
) -> Result<(), Trouble> {
    if fold.schema.table(name).is_none() {
        return Ok(());
    }
    for child in partition::children(fold, name) {
        let is_partition = fold.schema.table(&child).is_some_and(|it| it.extra.postgres().partition_of.is_some());
        if is_partition || is_cascade || all.contains(&child) {
            table(fold, &child, node, all, is_cascade)?;
        } else {
            let message = ["table `", &child.to_string(), "` inherits from it"].concat();
            return Err(wrong_with(node, message, "drop that first, or write CASCADE"));
        }
    }
    if let Some(view) = dependent_view(fold, name) {
        let message = ["`", &view.to_string(), "` needs table `", &name.to_string(), "`"].concat();
        return Err(wrong_with(node, message, "leave out what shall not be there"));
    }
    let pointing: Vec<Address> = foreign_keys_to(fold, name);
    let others: Vec<&Address> = pointing.iter().filter(|it| it.owner().is_none_or(|it| !all.contains(it))).collect();
    if let (Some(key), false) = (others.first(), is_cascade) {
        let message = ["`", &key.to_string(), "` needs table `", &name.to_string(), "`"].concat();
        return Err(wrong_with(node, message, "drop that first, or write CASCADE"));
    }
    for key in &pointing {
        fold.schema.remove(key);
    }
    fold.forget(name);
    fold.schema.remove(&Address::Table(name.clone()));
    fold.schema.others.retain(|_, it| {
        let Definition::Postgres(object) = it else { return true };
        !matches!(object.as_ref(), PostgresObject::Sequence(Sequence { owned_by: Some((owner, _)), .. }) if owner == name)
    });
    Ok(())
}

fn foreign_keys_to(fold: &Fold<'_>, name: &Qualified) -> Vec<Address> {
    let tables = fold.schema.tables().filter(|(table, _)| table != name);
    let keys = tables.flat_map(|(table, it)| {
        let pointing = it.foreign_keys.iter().filter(|(_, key)| key.references == *name);
        pointing.map(|(key, _)| Address::ForeignKey(table.clone(), key.clone())).collect::<Vec<_>>()
    });
    keys.collect()
}

/// A view that shows a table, as far as its text tells.
fn dependent_view(fold: &Fold<'_>, name: &Qualified) -> Option<Address> {
    let shows = |(address, object): (Address, Object<'_>)| {
        let text = match object {
            Object::View(it) => &it.definition,
            Object::Postgres(PostgresObject::MaterializedView(it)) => &it.definition,
            _ => return None,
        };
        text.mentions(name.name.text()).then_some(address)
    };
    fold.schema.objects().into_iter().find_map(shows)
}
