//! ALTER and DROP of functions and procedures.

use squawk_syntax::{SyntaxNode, ast, ast::AstNode};
use trueup_state::{Address, Definition, Ident, ObjectKind, PostgresObject, Qualified, Schema, SqlText};

use super::{find, is_temporary, options};
use crate::parse::{
    fold::{Fold, FoldResult, Folded, Trouble, later, wrong},
    names,
};

const FUNCTIONS: [ObjectKind; 1] = [ObjectKind::Function];
const PROCEDURES: [ObjectKind; 1] = [ObjectKind::Procedure];
const ROUTINES: [ObjectKind; 3] = [ObjectKind::Function, ObjectKind::Procedure, ObjectKind::Aggregate];

/// A routine as a statement names it.
struct Named {
    name: Option<SyntaxNode>,
    params: Option<ast::ParamList>,
}

/// What is done to it.
enum Action {
    Options(ast::FuncOptionList),
    Rename(Option<SyntaxNode>),
    Move(ast::SetSchema),
    /// Owners are not managed, and what an extension depends on is not either.
    Nothing,
}

pub(super) fn fold(fold: &mut Fold<'_>, stmt: &ast::Stmt) -> Option<FoldResult> {
    let node = stmt.syntax();
    Some(match stmt {
        ast::Stmt::AlterFunction(it) => {
            let named = it.function_sig().map(|it| of_function(&it));
            alter(fold, node, named, of_function_action(it.action()), &FUNCTIONS)
        }
        ast::Stmt::AlterProcedure(it) => {
            let named = it.procedure_sig().map(|it| of_procedure(&it));
            alter(fold, node, named, of_procedure_action(it.action()), &PROCEDURES)
        }
        ast::Stmt::AlterRoutine(it) => {
            let named = it.routine_sig().map(|it| of_routine(&it));
            alter(fold, node, named, of_routine_action(it.action()), &ROUTINES)
        }
        ast::Stmt::DropFunction(it) => {
            let all = it.function_sig_list().into_iter().flat_map(|it| it.function_sigs()).map(|it| of_function(&it));
            drop_all(fold, all.collect(), it.if_exists().is_some(), &FUNCTIONS)
        }
        ast::Stmt::DropProcedure(it) => {
            let list = it.procedure_sig_list().into_iter();
            let all = list.flat_map(|it| it.procedure_sigs()).map(|it| of_procedure(&it));
            drop_all(fold, all.collect(), it.if_exists().is_some(), &PROCEDURES)
        }
        ast::Stmt::DropRoutine(it) => {
            let all = it.routine_sig_list().into_iter().flat_map(|it| it.routine_sigs()).map(|it| of_routine(&it));
            drop_all(fold, all.collect(), it.if_exists().is_some(), &ROUTINES)
        }
        _ => return None,
    })
}

fn of_function(it: &ast::FunctionSig) -> Named {
    Named { name: it.function_name_ref().map(|it| it.syntax().clone()), params: it.param_list() }
}

fn of_procedure(it: &ast::ProcedureSig) -> Named {
    Named { name: it.procedure_name_ref().map(|it| it.syntax().clone()), params: it.param_list() }
}

fn of_routine(it: &ast::RoutineSig) -> Named {
    Named { name: it.routine_name_ref().map(|it| it.syntax().clone()), params: it.param_list() }
}

fn of_function_action(action: Option<ast::AlterFunctionAction>) -> Option<Action> {
    Some(match action? {
        ast::AlterFunctionAction::FuncOptionList(it) => Action::Options(it),
        ast::AlterFunctionAction::FunctionRenameTo(it) => {
            Action::Rename(it.function_name().map(|it| it.syntax().clone()))
        }
        ast::AlterFunctionAction::SetSchema(it) => Action::Move(it),
        ast::AlterFunctionAction::OwnerTo(_)
        | ast::AlterFunctionAction::DependsOnExtension(_)
        | ast::AlterFunctionAction::NoDependsOnExtension(_) => Action::Nothing,
    })
}

fn of_procedure_action(action: Option<ast::AlterProcedureAction>) -> Option<Action> {
    Some(match action? {
        ast::AlterProcedureAction::FuncOptionList(it) => Action::Options(it),
        ast::AlterProcedureAction::ProcedureRenameTo(it) => {
            Action::Rename(it.procedure_name().map(|it| it.syntax().clone()))
        }
        ast::AlterProcedureAction::SetSchema(it) => Action::Move(it),
        ast::AlterProcedureAction::OwnerTo(_)
        | ast::AlterProcedureAction::DependsOnExtension(_)
        | ast::AlterProcedureAction::NoDependsOnExtension(_) => Action::Nothing,
    })
}

fn of_routine_action(action: Option<ast::AlterRoutineAction>) -> Option<Action> {
    Some(match action? {
        ast::AlterRoutineAction::FuncOptionList(it) => Action::Options(it),
        ast::AlterRoutineAction::RoutineRenameTo(it) => Action::Rename(it.routine_name().map(|it| it.syntax().clone())),
        ast::AlterRoutineAction::SetSchema(it) => Action::Move(it),
        ast::AlterRoutineAction::OwnerTo(_)
        | ast::AlterRoutineAction::DependsOnExtension(_)
        | ast::AlterRoutineAction::NoDependsOnExtension(_) => Action::Nothing,
    })
}

/// The one routine that is named.
fn one(fold: &mut Fold<'_>, node: &SyntaxNode, named: &Named, kinds: &[ObjectKind]) -> Result<Address, Trouble> {
    let name = named.name.as_ref().ok_or_else(|| wrong(node, "a name is missing here"))?;
    let mut found = find(fold, name, named.params.as_ref(), kinds)?;
    match (found.pop(), found.pop()) {
        (Some(address), None) => Ok(address),
        (Some(_), Some(_)) => Err(wrong(name, "there is more than one of this name: its argument types must be said")),
        (None, _) => {
            let whole = name.parent().unwrap_or_else(|| name.clone());
            Err(later(&whole, ["routine ", whole.text().to_string().trim()].concat()))
        }
    }
}

fn drop_all(fold: &mut Fold<'_>, all: Vec<Named>, if_exists: bool, kinds: &[ObjectKind]) -> FoldResult {
    for named in all {
        let Some(name) = named.name.clone().filter(|it| !is_temporary(it)) else { continue };
        match one(fold, &name, &named, kinds) {
            Ok(address) => {
                fold.mentions.remove(&address);
                fold.schema.remove(&address);
            }
            Err(Trouble::Later { .. }) if if_exists => (),
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(Folded::Nothing)
}

fn alter(
    fold: &mut Fold<'_>,
    node: &SyntaxNode,
    named: Option<Named>,
    action: Option<Action>,
    kinds: &[ObjectKind],
) -> FoldResult {
    let Some((named, action)) = named.zip(action) else { return Err(wrong(node, "this is not understood")) };
    if matches!(action, Action::Nothing) || named.name.as_ref().is_some_and(is_temporary) {
        return Ok(Folded::Nothing);
    }
    let address = one(fold, node, &named, kinds)?;
    match action {
        Action::Nothing => (),
        Action::Options(list) => change(fold, node, &address, &list)?,
        Action::Rename(to) => {
            let to = to.ok_or_else(|| wrong(node, "a name is missing here"))?;
            let name = names::one(&to);
            rename(fold, node, &address, |from| Qualified { namespace: from.namespace.clone(), name })?;
        }
        Action::Move(it) => {
            let to = it.schema_ref().ok_or_else(|| wrong(node, "a schema is missing here"))?;
            let namespace = names::one(to.syntax());
            fold.namespaces.insert(namespace.clone());
            rename(fold, node, &address, |from| Qualified { namespace, name: from.name.clone() })?;
        }
    }
    Ok(Folded::Nothing)
}

fn change(
    fold: &mut Fold<'_>,
    node: &SyntaxNode,
    address: &Address,
    list: &ast::FuncOptionList,
) -> Result<(), Trouble> {
    let Some(routine) = super::routine_at(fold, address) else { return Err(wrong(node, "this is not understood")) };
    let mut routine = routine.clone();
    for option in list.options() {
        options::apply(fold, &mut routine, &option, &mut None)?;
    }
    options::without_defaults(&mut routine);
    let definition = Definition::Postgres(Box::new(PostgresObject::Routine(routine)));
    if let Some(place) = fold.schema.others.get_mut(address) {
        *place = definition;
    }
    Ok(())
}

/// Put a routine under another name, with what is on it, and let triggers call it by that.
fn rename(
    fold: &mut Fold<'_>,
    node: &SyntaxNode,
    address: &Address,
    name: impl FnOnce(&Qualified) -> Qualified,
) -> Result<(), Trouble> {
    let Address::Signed(kind, from, signature) = address else { return Err(wrong(node, "this is not understood")) };
    let to = name(from);
    let renamed = Address::Signed(*kind, to.clone(), signature.clone());
    if renamed == *address {
        return Ok(());
    }
    if fold.schema.others.contains_key(&renamed) {
        return Err(wrong(node, "there is already a routine of this name"));
    }
    let others = std::mem::take(&mut fold.schema.others);
    let on = |it: Address| match it {
        it if it == *address => renamed.clone(),
        Address::Grant(on, role) if *on == *address => Address::Grant(Box::new(renamed.clone()), role),
        Address::Comment(on) if *on == *address => Address::Comment(Box::new(renamed.clone())),
        it => it,
    };
    fold.schema.others = others.into_iter().map(|(it, object)| (on(it), object)).collect();
    if let Some(mentions) = fold.mentions.remove(address) {
        fold.mentions.insert(renamed.clone(), mentions);
    }
    if *kind == ObjectKind::Function && *signature == Ident::default() {
        call_by(&mut fold.schema, from, &to);
        for mentions in fold.mentions.values_mut() {
            mentions.need_instead(address, &renamed);
        }
    }
    Ok(())
}

/// Triggers call a function by its name.
fn call_by(schema: &mut Schema, from: &Qualified, to: &Qualified) {
    let call = |name: &Qualified| [" EXECUTE FUNCTION ", &names::qualified(name), "("].concat();
    let (from, to) = (call(from), call(to));
    for namespace in schema.namespaces.values_mut() {
        let of_tables = namespace.tables.values_mut().flat_map(|it| it.triggers.values_mut());
        let of_views = namespace.views.values_mut().flat_map(|it| it.triggers.values_mut());
        for trigger in of_tables.chain(of_views) {
            let definition = &trigger.definition;
            if definition.canonical().contains(&from) {
                let renamed = |text: &str| text.replacen(&from, &to, 1);
                trigger.definition = SqlText::new(renamed(definition.canonical()), renamed(definition.written()));
            }
        }
    }
}
