//! Statements that define no schema, and those that we do not know.

use squawk_syntax::{SyntaxNode, ast, ast::AstNode};
use trueup_state::Ident;

use crate::parse::{
    fold::{Fold, FoldResult, Folded, refused},
    names,
};

/// SET search_path, harmless and skipped statements.
pub(crate) fn fold(fold: &mut Fold<'_>, stmt: &ast::Stmt) -> Option<FoldResult> {
    if let Some(path) = search_path(stmt) {
        fold.search_path = path;
        return Some(Ok(Folded::Nothing));
    }
    if let Some(role) = role(stmt) {
        fold.role = role.filter(|it| *it != fold.target.cluster().role);
        return Some(Ok(Folded::Nothing));
    }
    let skipped = |why: &str| Some(Ok(Folded::Skipped(why.to_owned())));
    match stmt {
        ast::Stmt::EmptyStmt(_)
        | ast::Stmt::Set(_)
        | ast::Stmt::Reset(_)
        | ast::Stmt::SetConstraints(_)
        | ast::Stmt::SetTransaction(_)
        | ast::Stmt::Show(_)
        | ast::Stmt::Begin(_)
        | ast::Stmt::Commit(_)
        | ast::Stmt::SavepointCreate(_)
        | ast::Stmt::ReleaseSavepoint(_)
        | ast::Stmt::Checkpoint(_)
        | ast::Stmt::Discard(_)
        | ast::Stmt::Load(_)
        | ast::Stmt::Lock(_)
        | ast::Stmt::Listen(_)
        | ast::Stmt::Unlisten(_)
        | ast::Stmt::Notify(_) => Some(Ok(Folded::Nothing)),
        ast::Stmt::Rollback(_) => Some(Err(refused(
            stmt.syntax(),
            "ROLLBACK takes back what stands before it",
            "leave out what shall not be there",
        ))),
        ast::Stmt::Do(_) => skipped("the code in DO is not followed; what it creates is not declared by it"),
        ast::Stmt::Call(_) => skipped("CALL runs code that is not followed"),
        ast::Stmt::Select(_) if calls_temporary_routine(stmt.syntax()) => Some(Err(refused(
            stmt.syntax(),
            "this runs a routine of `pg_temp`, whose code is not followed and may define schema",
            "write what it defines as statements of its own",
        ))),
        _ => kind_of_data(stmt).or_else(|| kind_of_server(stmt)).map(|why| Ok(Folded::Skipped(why.to_owned()))),
    }
}

/// Whether a query runs a routine that the script has made for itself: that is done for what the routine does.
fn calls_temporary_routine(node: &SyntaxNode) -> bool {
    let calls = node.descendants().filter_map(ast::CallExpr::cast);
    let names = calls.filter_map(|it| it.syntax().children().next()).map(|it| names::path(&it));
    names.into_iter().any(|it| matches!(it.as_slice(), [namespace, _] if namespace.text() == "pg_temp"))
}

/// The role that a statement goes on as: none is the one that is connected.
fn role(stmt: &ast::Stmt) -> Option<Option<Ident>> {
    let target = match stmt {
        ast::Stmt::SetRole(it) => it.set_role_target()?.syntax().clone(),
        ast::Stmt::SetSessionAuth(it) => it.set_session_auth_target()?.syntax().clone(),
        ast::Stmt::ResetRole(_) | ast::Stmt::ResetSessionAuth(_) => return Some(None),
        _ => return None,
    };
    let is_back = ast::SetRoleNone::can_cast(target.kind()) || ast::SetSessionAuthDefault::can_cast(target.kind());
    Some((!is_back).then(|| config_value(&target)))
}

/// Why a statement about rows is skipped.
fn kind_of_data(stmt: &ast::Stmt) -> Option<&'static str> {
    Some(match stmt {
        ast::Stmt::Insert(_) => "INSERT defines no schema",
        ast::Stmt::Update(_) => "UPDATE defines no schema",
        ast::Stmt::Delete(_) => "DELETE defines no schema",
        ast::Stmt::Merge(_) => "MERGE defines no schema",
        ast::Stmt::Truncate(_) => "TRUNCATE defines no schema",
        ast::Stmt::Copy(_) => "COPY defines no schema",
        ast::Stmt::Select(_)
        | ast::Stmt::CompoundSelect(_)
        | ast::Stmt::ParenSelect(_)
        | ast::Stmt::Values(_)
        | ast::Stmt::Table(_) => "a query defines no schema",
        ast::Stmt::Refresh(_) => "REFRESH defines no schema",
        ast::Stmt::Analyze(_) => "ANALYZE defines no schema",
        ast::Stmt::Vacuum(_) => "VACUUM defines no schema",
        ast::Stmt::Reindex(_) => "REINDEX defines no schema",
        ast::Stmt::Repack(_) => "REPACK defines no schema",
        ast::Stmt::Cluster(_) => "CLUSTER defines no schema; ALTER TABLE … CLUSTER ON does",
        ast::Stmt::Explain(_) => "EXPLAIN defines no schema",
        ast::Stmt::Prepare(_)
        | ast::Stmt::Execute(_)
        | ast::Stmt::Deallocate(_)
        | ast::Stmt::PrepareTransaction(_)
        | ast::Stmt::Declare(_)
        | ast::Stmt::Fetch(_)
        | ast::Stmt::Move(_)
        | ast::Stmt::Close(_) => "prepared statements and cursors define no schema",
        _ => return None,
    })
}

/// Why a statement about the server is skipped.
fn kind_of_server(stmt: &ast::Stmt) -> Option<&'static str> {
    Some(match stmt {
        ast::Stmt::CreateRole(_)
        | ast::Stmt::CreateUser(_)
        | ast::Stmt::CreateGroup(_)
        | ast::Stmt::AlterRole(_)
        | ast::Stmt::AlterUser(_)
        | ast::Stmt::AlterGroup(_)
        | ast::Stmt::DropRole(_)
        | ast::Stmt::DropUser(_)
        | ast::Stmt::DropGroup(_) => "roles belong to the whole server and are not managed",
        ast::Stmt::CreateDatabase(_) | ast::Stmt::AlterDatabase(_) | ast::Stmt::DropDatabase(_) => {
            "databases themselves are not managed"
        }
        ast::Stmt::CreateTablespace(_) | ast::Stmt::AlterTablespace(_) | ast::Stmt::DropTablespace(_) => {
            "tablespaces belong to the whole server and are not managed"
        }
        ast::Stmt::AlterSystem(_) => "the server's settings are not managed",
        ast::Stmt::AlterLargeObject(_) => "large objects are not managed",
        ast::Stmt::SecurityLabel(_) => "security labels are not managed",
        _ => return None,
    })
}

/// The last family: whatever nobody knew is an error, for it may define schema.
pub(crate) fn refuse(_fold: &mut Fold<'_>, stmt: &ast::Stmt) -> Option<FoldResult> {
    let text = stmt.syntax().text().to_string();
    let words: Vec<&str> = text.split_whitespace().take(3).collect();
    let message = ["`", &words.join(" "), " …` is not supported in a declared schema"].concat();
    Some(Err(refused(stmt.syntax(), message, "leave it out, and do it by hand")))
}

/// The search path that a statement sets.
pub(crate) fn search_path(stmt: &ast::Stmt) -> Option<Vec<Ident>> {
    let usual = || vec![Ident::from("public")];
    match stmt {
        ast::Stmt::Set(set) => match set.set_target()? {
            ast::SetTarget::SetConfig(config) => {
                let name = config.syntax().children().find_map(ast::ConfigParameterRef::cast)?;
                if names::one(name.syntax()).text() != "search_path" {
                    return None;
                }
                let values = config.syntax().descendants().filter(|it| ast::ConfigValue::can_cast(it.kind()));
                let values: Vec<Ident> = values.map(|it| config_value(&it)).collect();
                // `TO DEFAULT` has no value.
                Some(if values.is_empty() { usual() } else { usable(values) })
            }
            ast::SetTarget::SetSchemaValue(value) => {
                let literal =
                    value.syntax().descendants().find(|it| it.kind() == squawk_syntax::SyntaxKind::LITERAL)?;
                Some(usable(vec![config_value(&literal)]))
            }
            _ => None,
        },
        ast::Stmt::Reset(reset) => match reset.reset_target()? {
            ast::ResetTarget::All(_) => Some(usual()),
            ast::ResetTarget::ConfigParameterRef(name) => {
                (names::one(name.syntax()).text() == "search_path").then(usual)
            }
            _ => None,
        },
        ast::Stmt::Select(select) => set_config(select),
        _ => None,
    }
}

fn config_value(node: &SyntaxNode) -> Ident {
    match ast::Literal::cast(node.clone()).and_then(|it| names::string(&it)) {
        Some(text) => Ident::from(text),
        None => names::one(node),
    }
}

/// `SELECT pg_catalog.set_config('search_path', 'app, public', false)`.
fn set_config(select: &ast::Select) -> Option<Vec<Ident>> {
    let call = select.syntax().descendants().find_map(ast::CallExpr::cast)?;
    let name = names::path(&call.syntax().children().next()?);
    if name.last()?.text() != "set_config" {
        return None;
    }
    let arguments = call.arg_list()?;
    let mut texts = arguments.syntax().descendants().filter_map(ast::Literal::cast).map(|it| names::string(&it));
    if !texts.next()??.eq_ignore_ascii_case("search_path") {
        return None;
    }
    let path = texts.next()??;
    Some(usable(path.split(',').map(|it| names::ident(it.trim())).collect()))
}

/// Without what leads nowhere that something could be declared.
fn usable(path: Vec<Ident>) -> Vec<Ident> {
    path.into_iter().filter(|it| !matches!(it.text(), "" | "$user" | "pg_catalog" | "pg_temp")).collect()
}
