//! Schemas.

use squawk_syntax::{SyntaxNode, ast, ast::AstNode};
use trueup_state::{Address, Ident};

use crate::parse::{
    fold::{Fold, FoldResult, Folded, Trouble, schema_target, wrong, wrong_with},
    names,
};

/// CREATE, ALTER and DROP SCHEMA.
pub(crate) fn fold(fold: &mut Fold<'_>, stmt: &ast::Stmt) -> Option<FoldResult> {
    match stmt {
        ast::Stmt::CreateSchema(create) => Some(create_schema(fold, create)),
        ast::Stmt::AlterSchema(alter) => Some(alter_schema(alter)),
        ast::Stmt::DropSchema(drop) => Some(drop_schema(fold, drop)),
        _ => None,
    }
}

fn create_schema(fold: &mut Fold<'_>, create: &ast::CreateSchema) -> FoldResult {
    let target = create.create_schema_target();
    let Some(name) = target.as_ref().and_then(schema_target) else {
        return Err(wrong(create.syntax(), "a name is missing here"));
    };
    let address = Address::Namespace(name.clone());
    let may_be_there = create.if_not_exists().is_some() || name.text() == "public";
    if !may_be_there && fold.created.contains_key(&address) {
        return Err(wrong(create.syntax(), ["schema `", name.text(), "` is declared twice"].concat()));
    }
    fold.namespaces.insert(name.clone());
    fold.schema.namespace_mut(&name);
    let elements: Vec<SyntaxNode> =
        create.syntax().children().filter(|it| ast::SchemaElement::can_cast(it.kind())).collect();
    let outer = fold.search_path.clone();
    fold.search_path.insert(0, name);
    let result = fold_elements(fold, elements);
    fold.search_path = outer;
    result?;
    fold.created.entry(address.clone()).or_insert_with(|| create.syntax().clone());
    Ok(Folded::Object(address))
}

/// The statements inside CREATE SCHEMA, in whichever order they can be taken.
fn fold_elements(fold: &mut Fold<'_>, mut elements: Vec<SyntaxNode>) -> Result<(), Trouble> {
    while !elements.is_empty() {
        let before = elements.len();
        let (mut still, mut trouble) = (Vec::new(), None);
        for element in elements {
            let Some(stmt) = ast::Stmt::cast(element.clone()) else { continue };
            match super::fold(fold, &stmt) {
                Ok(Folded::Object(address)) => fold.part(&element, address),
                Ok(Folded::Nothing | Folded::Skipped(_)) => (),
                Err(Trouble::Later { node, missing }) => {
                    trouble = Some(wrong(&node, [&missing, " is not declared"].concat()));
                    still.push(element);
                }
                Err(wrong) => return Err(wrong),
            }
        }
        elements = still;
        if elements.len() == before
            && let Some(trouble) = trouble
        {
            return Err(trouble);
        }
    }
    Ok(())
}

fn alter_schema(alter: &ast::AlterSchema) -> FoldResult {
    match alter.action() {
        Some(ast::AlterSchemaAction::SchemaRenameTo(rename)) => Err(wrong_with(
            rename.syntax(),
            "a schema is declared under the name that it shall have",
            "write the new name everywhere, and `-- @moved from=OLD` beside its CREATE SCHEMA",
        )),
        // Who owns what is not managed.
        Some(ast::AlterSchemaAction::OwnerTo(_)) | None => Ok(Folded::Nothing),
    }
}

fn drop_schema(fold: &mut Fold<'_>, drop: &ast::DropSchema) -> FoldResult {
    for name in drop.schema_refs() {
        let name: Ident = names::one(name.syntax());
        let is_there = fold.schema.namespaces.contains_key(&name);
        if !is_there && drop.if_exists().is_none() {
            let message = ["schema `", name.text(), "` is not there at this point"].concat();
            return Err(wrong(drop.syntax(), message));
        }
        if is_there {
            let namespace = Address::Namespace(name.clone());
            fold.schema.remove(&namespace);
            fold.created.retain(|it, _| *it != namespace && !it.is_within(&namespace));
            fold.mentions.retain(|it, _| *it != namespace && !it.is_within(&namespace));
            fold.unresolved.retain(|it| it.table.namespace != name);
        }
        fold.namespaces.insert(name);
    }
    Ok(Folded::Nothing)
}
