//! The options of CREATE and ALTER FUNCTION.

use squawk_syntax::{SyntaxNode, ast, ast::AstNode};
use trueup_state::{Ident, Parallel, Qualified, Routine, RoutineBody, SqlText, Volatility};

use super::arguments::without_modifiers;
use crate::{
    Postgres,
    parse::{
        fold::{Fold, Trouble, wrong, wrong_with},
        names, types,
    },
};

/// Take over one option. What stands after AS goes to `source`.
pub(super) fn apply(
    fold: &mut Fold<'_>,
    routine: &mut Routine,
    option: &ast::FuncOption,
    source: &mut Option<RoutineBody>,
) -> Result<(), Trouble> {
    use ast::FuncOption as Option_;
    let node = option.syntax();
    match option {
        Option_::AsFuncOption(it) => *source = Some(target(it)?),
        Option_::LanguageFuncOption(it) => routine.language = language(it)?,
        Option_::CalledOnNullInputFuncOption(_) => routine.strict = false,
        Option_::ReturnsNullOnNullInputFuncOption(_) | Option_::StrictFuncOption(_) => routine.strict = true,
        Option_::CostFuncOption(it) => routine.cost = Some(number(node, it.literal())?),
        Option_::RowsFuncOption(it) => routine.rows = Some(number(node, it.literal())?),
        Option_::LeakproofFuncOption(_) => routine.leakproof = true,
        Option_::NotLeakproofFuncOption(_) => routine.leakproof = false,
        Option_::SecurityDefinerFuncOption(_) => routine.security_definer = true,
        Option_::SecurityInvokerFuncOption(_) => routine.security_definer = false,
        Option_::WindowFuncOption(_) => routine.window = true,
        Option_::ParallelFuncOption(it) => routine.parallel = parallel(it)?,
        Option_::VolatilityFuncOption(it) => {
            routine.volatility = match it {
                ast::VolatilityFuncOption::Immutable(_) => Volatility::Immutable,
                ast::VolatilityFuncOption::Stable(_) => Volatility::Stable,
                ast::VolatilityFuncOption::Volatile(_) => Volatility::Volatile,
            }
        }
        Option_::SupportFuncOption(it) => {
            let name = it.function_name_ref().ok_or_else(|| wrong(node, "a function is missing here"))?;
            routine.support = Some(fold.routine_name(name.syntax()));
        }
        Option_::TransformFuncOption(it) => routine.transforms = transforms(fold, it)?,
        Option_::SetFuncOption(it) => set(fold, routine, it)?,
        Option_::ResetFuncOption(it) => match it.config_parameter_ref() {
            Some(name) => drop(routine.settings.remove(&setting_name(name.syntax()))),
            None => routine.settings.clear(),
        },
    }
    Ok(())
}

fn target(it: &ast::AsFuncOption) -> Result<RoutineBody, Trouble> {
    let missing = || wrong(it.syntax(), "a string is missing here");
    let string = |literal: Option<ast::Literal>| literal.and_then(|it| names::string(&it)).ok_or_else(missing);
    Ok(match it.as_func_target().ok_or_else(missing)? {
        ast::AsFuncTarget::AsDefinition(it) => RoutineBody::Text(string(it.literal())?),
        ast::AsFuncTarget::AsObjFile(it) => {
            RoutineBody::Library { file: string(it.obj_file())?, symbol: string(it.link_symbol())? }
        }
    })
}

/// The body, now that the language is known: in C, one string is the library, whose symbol is the routine's name.
pub(super) fn body(language: &Ident, source: Option<RoutineBody>, name: &Qualified) -> Option<RoutineBody> {
    match (language.text(), source) {
        ("c", Some(RoutineBody::Text(file))) => {
            Some(RoutineBody::Library { file, symbol: name.name.text().to_owned() })
        }
        ("internal", None) => Some(RoutineBody::Text(name.name.text().to_owned())),
        (_, source) => source,
    }
}

/// Costs and row counts that are those PostgreSQL would take are not kept.
pub(super) fn without_defaults(routine: &mut Routine) {
    let cost = if matches!(routine.language.text(), "c" | "internal") { "1" } else { "100" };
    let rows = if routine.returns_set { "1000" } else { "0" };
    routine.cost.take_if(|it| it == cost);
    routine.rows.take_if(|it| it == rows);
}

fn language(it: &ast::LanguageFuncOption) -> Result<Ident, Trouble> {
    match (it.language_ref(), it.literal()) {
        (Some(name), _) => Ok(names::one(name.syntax())),
        // A string is folded to lower case, too, as it was in old releases.
        (None, Some(literal)) => {
            let value = names::string(&literal).ok_or_else(|| wrong(it.syntax(), "a language is missing here"))?;
            Ok(Ident::from(value.to_ascii_lowercase()))
        }
        (None, None) => Err(wrong(it.syntax(), "a language is missing here")),
    }
}

/// A number as PostgreSQL keeps it, in single precision.
fn number(node: &SyntaxNode, literal: Option<ast::Literal>) -> Result<String, Trouble> {
    let text = literal.map(|it| it.syntax().text().to_string());
    let value = text.and_then(|it| it.trim().parse::<f32>().ok());
    value.map(|it| it.to_string()).ok_or_else(|| wrong(node, "a number is missing here"))
}

fn parallel(it: &ast::ParallelFuncOption) -> Result<Parallel, Trouble> {
    let word = it.ident_token().map(|token| names::ident(token.text()));
    match word.as_ref().map(Ident::text) {
        Some("unsafe") => Ok(Parallel::Unsafe),
        Some("restricted") => Ok(Parallel::Restricted),
        Some("safe") => Ok(Parallel::Safe),
        _ => Err(wrong(it.syntax(), "it must be `UNSAFE`, `RESTRICTED` or `SAFE`")),
    }
}

fn transforms(fold: &mut Fold<'_>, it: &ast::TransformFuncOption) -> Result<Vec<SqlText>, Trouble> {
    let each = |it: ast::TransformForType| {
        let ty = it.ty().ok_or_else(|| wrong(it.syntax(), "a type is missing here"))?;
        let text = without_modifiers(types::text(fold, &ty)?.canonical());
        Ok(SqlText::new(text.clone(), text))
    };
    it.transform_for_types().map(each).collect()
}

/// Settings are compared without regard to case, as PostgreSQL does.
fn setting_name(node: &SyntaxNode) -> String {
    let path: Vec<String> = names::path(node).iter().map(|it| it.text().to_ascii_lowercase()).collect();
    path.join(".")
}

fn set(fold: &Fold<'_>, routine: &mut Routine, it: &ast::SetFuncOption) -> Result<(), Trouble> {
    let node = it.syntax();
    let Some(param) = it.set_config_param() else {
        return Err(wrong(node, "this setting is not understood"));
    };
    let name = match param.config_parameter_ref() {
        Some(name) => setting_name(name.syntax()),
        None => return Err(wrong_with(node, "this setting is not understood", "write `SET name TO value`")),
    };
    let elements = match param.config_assignment() {
        Some(ast::ConfigAssignment::FromCurrent(_)) if name == "search_path" => {
            fold.search_path.iter().map(|it| it.text().to_owned()).collect()
        }
        Some(ast::ConfigAssignment::FromCurrent(_)) => {
            let hint = "write the value itself: `SET name TO value`";
            return Err(wrong_with(node, "what is current is not known here", hint));
        }
        Some(ast::ConfigAssignment::ToConfigValue(it)) => it.config_values().map(|it| value(&it)).collect::<Vec<_>>(),
        None => return Err(wrong(node, "a value is missing here")),
    };
    if elements.is_empty() {
        // `TO DEFAULT` takes back what was said before.
        routine.settings.remove(&name);
        return Ok(());
    }
    let elements = if Postgres::is_list_setting(&name) { elements } else { vec![elements.join(", ")] };
    routine.settings.insert(name, Postgres::setting_value(&elements));
    Ok(())
}

fn value(it: &ast::ConfigValue) -> String {
    if let ast::ConfigValue::Literal(literal) = it
        && let Some(text) = names::string(literal)
    {
        return text;
    }
    match it {
        ast::ConfigValue::ConfigValueName(name) => names::one(name.syntax()).text().to_owned(),
        ast::ConfigValue::Literal(_) | ast::ConfigValue::PrefixExpr(_) => {
            let text: String = it.syntax().text().to_string();
            text.split_whitespace().collect::<String>().to_ascii_lowercase()
        }
    }
}
