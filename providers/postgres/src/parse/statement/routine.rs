//! Functions and procedures.

mod alter;
mod arguments;
mod options;

use squawk_syntax::{SyntaxNode, ast, ast::AstNode};
use trueup_state::{
    Address, ArgumentMode, Definition, Ident, ObjectKind, Parallel, PostgresObject, Qualified, Routine, RoutineBody,
    SqlText, Volatility,
};

use crate::parse::{
    fold::{Fold, FoldResult, Folded, Trouble, wrong, wrong_with},
    names,
};

/// CREATE, ALTER and DROP of functions and procedures.
pub(crate) fn fold(fold: &mut Fold<'_>, stmt: &ast::Stmt) -> Option<FoldResult> {
    Some(match stmt {
        ast::Stmt::CreateFunction(it) => create(fold, &Parts::of_function(it)),
        ast::Stmt::CreateProcedure(it) => create(fold, &Parts::of_procedure(it)),
        _ => return alter::fold(fold, stmt),
    })
}

/// What CREATE FUNCTION and CREATE PROCEDURE have in common.
struct Parts {
    whole: SyntaxNode,
    kind: ObjectKind,
    name: Option<SyntaxNode>,
    params: Option<ast::ParamList>,
    returns: Option<ast::RetType>,
    options: Option<ast::FuncOptionList>,
    body: Option<ast::RoutineBody>,
    or_replace: bool,
}

impl Parts {
    fn of_function(it: &ast::CreateFunction) -> Parts {
        Parts {
            whole: it.syntax().clone(),
            kind: ObjectKind::Function,
            name: it.name().map(|name| name.syntax().clone()),
            params: it.param_list(),
            returns: it.ret_type(),
            options: it.option_list(),
            body: it.body(),
            or_replace: it.or_replace().is_some(),
        }
    }

    fn of_procedure(it: &ast::CreateProcedure) -> Parts {
        Parts {
            whole: it.syntax().clone(),
            kind: ObjectKind::Procedure,
            name: it.name().map(|name| name.syntax().clone()),
            params: it.param_list(),
            returns: None,
            options: it.option_list(),
            body: it.body(),
            or_replace: it.or_replace().is_some(),
        }
    }
}

fn create(fold: &mut Fold<'_>, parts: &Parts) -> FoldResult {
    let Some(name) = &parts.name else { return Err(wrong(&parts.whole, "a name is missing here")) };
    if is_temporary(name) {
        return Ok(Folded::Skipped("what is in `pg_temp` goes with its session".to_owned()));
    }
    let qualified = fold.new_name(name)?;
    let routine = routine(fold, parts, &qualified)?;
    let signature = arguments::signature(&routine.arguments);
    let address = Address::Signed(parts.kind, qualified.clone(), signature.clone());
    let others = [ObjectKind::Function, ObjectKind::Procedure, ObjectKind::Aggregate];
    let taken = |kind: &ObjectKind| {
        fold.schema.others.contains_key(&Address::Signed(*kind, qualified.clone(), signature.clone()))
    };
    match others.iter().find(|kind| taken(kind)) {
        Some(kind) if *kind == parts.kind && parts.or_replace => (),
        Some(kind) => return Err(twice(name, kind.words(), parts.or_replace && *kind == parts.kind)),
        None => (),
    }
    fold.mentions.remove(&address);
    mention(fold, &address, parts, &routine);
    fold.schema.others.insert(address.clone(), Definition::Postgres(Box::new(PostgresObject::Routine(routine))));
    Ok(Folded::Object(address))
}

/// Whether a name is in the schema of what goes with its session.
pub(super) fn is_temporary(name: &SyntaxNode) -> bool {
    matches!(names::path(name).as_slice(), [namespace, _] if namespace.text() == "pg_temp")
}

/// Something is declared that is there already.
pub(super) fn twice(name: &SyntaxNode, kind: &str, or_replace: bool) -> Trouble {
    let message = [kind, " `", name.text().to_string().trim(), "` is declared twice"].concat();
    if or_replace {
        wrong(name, message)
    } else {
        wrong_with(name, message, "write `CREATE OR REPLACE` for the second")
    }
}

fn routine(fold: &mut Fold<'_>, parts: &Parts, name: &Qualified) -> Result<Routine, Trouble> {
    let mut arguments = match &parts.params {
        Some(list) => arguments::read(fold, list)?,
        None => Vec::new(),
    };
    let (returns, returns_set) = match &parts.returns {
        Some(it) => arguments::result(fold, it, &mut arguments)?,
        None => (None, false),
    };
    let mut routine = Routine {
        arguments,
        returns,
        returns_set,
        language: Ident::default(),
        body: RoutineBody::Text(String::new()),
        volatility: Volatility::Volatile,
        strict: false,
        security_definer: false,
        leakproof: false,
        window: false,
        parallel: Parallel::Unsafe,
        cost: None,
        rows: None,
        support: None,
        settings: trueup_state::Options::new(),
        transforms: Vec::new(),
    };
    let mut source = None;
    for option in parts.options.iter().flat_map(ast::FuncOptionList::options) {
        options::apply(fold, &mut routine, &option, &mut source)?;
    }
    if let Some(body) = &parts.body {
        if routine.language.is_empty() {
            routine.language = Ident::from("sql");
        }
        source = Some(RoutineBody::Sql(body_text(fold, body)));
    }
    if routine.language.is_empty() {
        return Err(wrong(&parts.whole, "the language is missing"));
    }
    routine.body =
        options::body(&routine.language, source, name).ok_or_else(|| wrong(&parts.whole, "the body is missing"))?;
    options::without_defaults(&mut routine);
    Ok(routine)
}

fn body_text(fold: &Fold<'_>, body: &ast::RoutineBody) -> SqlText {
    fold.text(body.syntax())
}

/// Note what a routine mentions. Of a body in a string, only one in SQL is looked at when the routine is created.
fn mention(fold: &mut Fold<'_>, address: &Address, parts: &Parts, routine: &Routine) {
    for param in parts.params.iter().flat_map(ast::ParamList::params) {
        fold.mention(address, param.syntax());
    }
    if let Some(returns) = &parts.returns {
        fold.mention(address, returns.syntax());
    }
    for option in parts.options.iter().flat_map(ast::FuncOptionList::options) {
        if let ast::FuncOption::SupportFuncOption(_) | ast::FuncOption::TransformFuncOption(_) = option {
            fold.mention(address, option.syntax());
        }
    }
    match (&parts.body, &routine.body) {
        (Some(body), _) => fold.mention(address, body.syntax()),
        (None, RoutineBody::Text(text)) if routine.language.text() == "sql" => fold.mention_text(address, text),
        (None, RoutineBody::Text(text)) if routine.language.text() == "plpgsql" => {
            fold.mention_declarations(address, text);
        }
        (None, _) => (),
    }
}

/// The routines that a name with argument types, or without, stands for.
pub(crate) fn find(
    fold: &mut Fold<'_>,
    name: &SyntaxNode,
    params: Option<&ast::ParamList>,
    kinds: &[ObjectKind],
) -> Result<Vec<Address>, Trouble> {
    let arguments = match params {
        Some(list) => Some(arguments::read(fold, list)?),
        None => None,
    };
    let inputs = arguments.as_deref().map(arguments::signature);
    // The arguments of a procedure may also be given with those that are only results.
    let every = arguments.as_deref().map(arguments::all_types);
    for candidate in fold.candidates(name) {
        let of_name = |address: &&Address| matches!(address, Address::Signed(kind, it, _) if kinds.contains(kind) && *it == candidate);
        let found: Vec<&Address> = fold.schema.others.keys().filter(of_name).collect();
        let chosen: Vec<Address> = found
            .iter()
            .filter(|address| {
                let Address::Signed(kind, _, signature) = address else { return false };
                inputs.as_ref().is_none_or(|it| it == signature)
                    || *kind == ObjectKind::Procedure && every.as_ref() == procedure_types(fold, address).as_ref()
            })
            .map(|it| (*it).clone())
            .collect();
        if !chosen.is_empty() {
            return Ok(chosen);
        }
    }
    Ok(Vec::new())
}

fn procedure_types(fold: &Fold<'_>, address: &Address) -> Option<Ident> {
    match routine_at(fold, address) {
        Some(routine) if routine.arguments.iter().any(|it| it.mode == ArgumentMode::Out) => {
            Some(arguments::all_types(&routine.arguments))
        }
        _ => None,
    }
}

fn routine_at<'a>(fold: &'a Fold<'_>, address: &Address) -> Option<&'a Routine> {
    match fold.schema.others.get(address)? {
        Definition::Postgres(object) => match object.as_ref() {
            PostgresObject::Routine(it) => Some(it),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests;
