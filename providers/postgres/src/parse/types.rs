//! Type names, from the tree to the text of `format_type` under an empty search path.

use squawk_syntax::{SyntaxKind, SyntaxNode, ast, ast::AstNode};
use trueup_state::{Ident, ObjectKind, Qualified, SqlText};

use super::{
    fold::{Fold, Trouble, wrong, wrong_with},
    names,
};
use crate::types;

/// A type as PostgreSQL would write it. Serial types are refused here; columns treat them before.
pub(crate) fn text(fold: &mut Fold<'_>, ty: &ast::Type) -> Result<SqlText, Trouble> {
    let text = written(fold, ty.syntax())?;
    Ok(SqlText::new(text.clone(), text))
}

/// The type that a serial type stands for: `integer` for `serial`.
pub(crate) fn serial(ty: &ast::Type) -> Option<&'static str> {
    let ast::Type::PathType(path) = ty else { return None };
    let path = names::path(path.path_ref()?.syntax());
    match path.as_slice() {
        [name] => match name.text() {
            "serial" | "serial4" => Some("integer"),
            "bigserial" | "serial8" => Some("bigint"),
            "smallserial" | "serial2" => Some("smallint"),
            _ => None,
        },
        _ => None,
    }
}

/// The text of a type's node.
pub(crate) fn written(fold: &Fold<'_>, ty: &SyntaxNode) -> Result<String, Trouble> {
    let modifiers = modifiers(ty);
    let has = |kind: SyntaxKind| ty.children_with_tokens().any(|it| it.kind() == kind);
    Ok(match ty.kind() {
        SyntaxKind::ARRAY_TYPE => {
            let Some(element) = ty.children().find(|it| ast::Type::can_cast(it.kind())) else {
                return Err(wrong(ty, "a type is missing here"));
            };
            [written(fold, &element)?.trim_end_matches("[]"), "[]"].concat()
        }
        SyntaxKind::PERCENT_TYPE => {
            let hint = "write the type itself: PostgreSQL forgets that it was taken from a column";
            return Err(wrong_with(ty, "`%TYPE` cannot be compared with what the database holds", hint));
        }
        SyntaxKind::VARCHAR_TYPE => with_modifiers("character varying", &modifiers),
        SyntaxKind::CHARACTER_TYPE => with_modifiers("character", &or_one(modifiers)),
        SyntaxKind::BIT_TYPE => with_modifiers("bit", &or_one(modifiers)),
        SyntaxKind::BIT_VARYING_TYPE => with_modifiers("bit varying", &modifiers),
        SyntaxKind::DOUBLE_TYPE => "double precision".to_owned(),
        SyntaxKind::TIME_TYPE | SyntaxKind::TIMESTAMP_TYPE => {
            let name = if ty.kind() == SyntaxKind::TIME_TYPE { "time" } else { "timestamp" };
            let zone = if has(SyntaxKind::WITH_TIMEZONE) { " with time zone" } else { " without time zone" };
            [&with_modifiers(name, &at_most_six(modifiers)), zone].concat()
        }
        SyntaxKind::INTERVAL_TYPE => interval(ty, modifiers),
        SyntaxKind::PATH_TYPE => return named(fold, ty, &modifiers),
        _ => return Err(wrong(ty, "this type is not understood")),
    })
}

/// What stands in parentheses behind a type's name.
fn modifiers(ty: &SyntaxNode) -> Vec<String> {
    let list = ty.children().find(|it| it.kind() == SyntaxKind::ARG_LIST);
    match list {
        Some(list) => {
            let arguments = list.children().filter(|it| it.kind() == SyntaxKind::ARG);
            arguments.map(|it| it.text().to_string().trim().to_owned()).collect()
        }
        None => {
            let literals = ty.children().filter(|it| it.kind() == SyntaxKind::LITERAL);
            literals.map(|it| it.text().to_string()).collect()
        }
    }
}

fn with_modifiers(name: &str, modifiers: &[String]) -> String {
    if modifiers.is_empty() { name.to_owned() } else { [name, "(", &modifiers.join(","), ")"].concat() }
}

fn or_one(modifiers: Vec<String>) -> Vec<String> {
    if modifiers.is_empty() { vec!["1".to_owned()] } else { modifiers }
}

/// Fractions of a second have six digits at most.
fn at_most_six(modifiers: Vec<String>) -> Vec<String> {
    let clipped = |it: String| if it.parse::<u32>().is_ok_and(|digits| digits > 6) { "6".to_owned() } else { it };
    modifiers.into_iter().map(clipped).collect()
}

fn interval(ty: &SyntaxNode, modifiers: Vec<String>) -> String {
    let fields = ty.children().find(|it| ast::IntervalQualifier::can_cast(it.kind()));
    let Some(fields) = fields else {
        return with_modifiers("interval", &at_most_six(modifiers));
    };
    let tokens = fields.children_with_tokens().filter_map(|it| it.into_token());
    let words = tokens.filter(|it| !it.kind().is_trivia() && it.kind().is_keyword());
    let words: Vec<String> = words.map(|it| it.text().to_ascii_lowercase()).collect();
    let digits = fields.children().filter(|it| it.kind() == SyntaxKind::LITERAL).map(|it| it.text().to_string());
    with_modifiers(&["interval ", &words.join(" ")].concat(), &at_most_six(digits.collect()))
}

/// A type by a plain name.
fn named(fold: &Fold<'_>, ty: &SyntaxNode, modifiers: &[String]) -> Result<String, Trouble> {
    let Some(node) = ty.children().find(|it| it.kind() == SyntaxKind::PATH_REF) else {
        return Err(wrong(ty, "a type is missing here"));
    };
    let path = names::path(&node);
    let is_quoted = node.text().to_string().contains('"');
    match path.as_slice() {
        [name] if serial_word(name.text()) && user(fold, &path).is_none() => {
            Err(wrong(&node, ["`", name.text(), "` stands only for a column's type"].concat()))
        }
        [name] => match own(fold, ty, name.text(), is_quoted, modifiers)? {
            Some(text) => Ok(text),
            None => of_user(fold, &node, &path, modifiers),
        },
        [namespace, name] if namespace.text() == "pg_catalog" => {
            let found = own(fold, ty, name.text(), true, modifiers)?;
            found.ok_or_else(|| wrong(&node, ["type `", &names::quoted(name), "` is not one of PostgreSQL's"].concat()))
        }
        _ => of_user(fold, &node, &path, modifiers),
    }
}

fn serial_word(name: &str) -> bool {
    matches!(name, "serial" | "serial2" | "serial4" | "serial8" | "bigserial" | "smallserial")
}

/// One of PostgreSQL's own types. In quotes or with its namespace, a name is the catalogue's, otherwise it may be SQL's.
fn own(
    fold: &Fold<'_>,
    ty: &SyntaxNode,
    name: &str,
    is_exact: bool,
    modifiers: &[String],
) -> Result<Option<String>, Trouble> {
    let plain = modifiers.to_vec();
    Ok(Some(match name {
        "varchar" => with_modifiers("character varying", modifiers),
        // Without a length, these two are not `character(1)` and `bit(1)`.
        "bpchar" if !modifiers.is_empty() => with_modifiers("character", modifiers),
        "bit" if modifiers.is_empty() => "\"bit\"".to_owned(),
        "bit" => with_modifiers("bit", modifiers),
        "varbit" => with_modifiers("bit varying", modifiers),
        "numeric" | "decimal" | "dec" => numeric(modifiers),
        "float" if !is_exact => match modifiers.first().map(|it| it.parse::<u32>()) {
            None | Some(Ok(25..=53)) => "double precision".to_owned(),
            Some(Ok(1..=24)) => "real".to_owned(),
            Some(_) => return Err(wrong(ty, "`float` takes between 1 and 53 bits")),
        },
        "time" => [&with_modifiers("time", &at_most_six(plain)), " without time zone"].concat(),
        "timetz" => [&with_modifiers("time", &at_most_six(plain)), " with time zone"].concat(),
        "timestamp" => [&with_modifiers("timestamp", &at_most_six(plain)), " without time zone"].concat(),
        "timestamptz" => [&with_modifiers("timestamp", &at_most_six(plain)), " with time zone"].concat(),
        "interval" => with_modifiers("interval", &at_most_six(plain)),
        _ => match types::own(name) {
            Some(_) if !modifiers.is_empty() => {
                return Err(wrong(ty, ["type `", name, "` takes nothing in parentheses"].concat()));
            }
            Some(text) => text.to_owned(),
            None => return Ok(array_name(fold, name)),
        },
    }))
}

/// `_int4` is how the catalogue calls `integer[]`.
fn array_name(fold: &Fold<'_>, name: &str) -> Option<String> {
    let element = name.strip_prefix('_')?;
    if let Some(found) = user(fold, &[Ident::from(element)]) {
        return Some([&names::qualified(&found), "[]"].concat());
    }
    let element = match element {
        "varchar" => "character varying",
        "numeric" => "numeric",
        "time" => "time without time zone",
        "timetz" => "time with time zone",
        "timestamp" => "timestamp without time zone",
        "timestamptz" => "timestamp with time zone",
        "interval" => "interval",
        "varbit" => "bit varying",
        "bit" => "\"bit\"",
        _ => types::own(element)?,
    };
    Some([element, "[]"].concat())
}

fn numeric(modifiers: &[String]) -> String {
    match modifiers {
        [precision] => ["numeric(", precision, ",0)"].concat(),
        _ => with_modifiers("numeric", &modifiers.iter().map(|it| it.replace(' ', "")).collect::<Vec<_>>()),
    }
}

/// A type of the schema's own or of an extension.
fn of_user(fold: &Fold<'_>, node: &SyntaxNode, path: &[Ident], modifiers: &[String]) -> Result<String, Trouble> {
    let Some(name) = user(fold, path).or_else(|| array_of(fold, path)) else {
        let name = path.last().map(|it| it.text().to_owned()).unwrap_or_default();
        let extension = types::of_extension(&name).next();
        let message = ["type `", node.text().to_string().trim(), "` is not declared"].concat();
        return Err(match extension {
            Some(extension) => wrong_with(
                node,
                message,
                ["extension `", extension, "` brings a type of this name: declare that, too"].concat(),
            ),
            None => wrong(node, message),
        });
    };
    let text = if name.name.text().ends_with("[]") {
        [&names::qualified(&Qualified { name: Ident::from(name.name.text().trim_end_matches("[]")), ..name }), "[]"]
            .concat()
    } else {
        names::qualified(&name)
    };
    Ok([text, user_modifiers(path, modifiers)].concat())
}

/// `public._mood` is how the catalogue calls `public.mood[]`.
fn array_of(fold: &Fold<'_>, path: &[Ident]) -> Option<Qualified> {
    let (last, before) = path.split_last()?;
    let element = Ident::from(last.text().strip_prefix('_')?);
    let mut path = before.to_vec();
    path.push(element);
    let found = declared(fold, &path)?;
    Some(Qualified { name: Ident::from([found.name.text(), "[]"].concat()), ..found })
}

fn user_modifiers(path: &[Ident], modifiers: &[String]) -> String {
    let name = path.last().map_or("", |it| it.text());
    if let ("geometry" | "geography", [shape, rest @ ..]) = (name, modifiers)
        && let Some(text) = types::spatial_modifier(name, shape, rest.first().map_or("", String::as_str))
    {
        return text;
    }
    with_modifiers("", modifiers)
}

/// The full name of a type that is no type of PostgreSQL's own.
pub(crate) fn user(fold: &Fold<'_>, path: &[Ident]) -> Option<Qualified> {
    declared(fold, path).or_else(|| of_extensions(fold, path))
}

/// What is declared, or what the target has: types and the row types of relations.
fn declared(fold: &Fold<'_>, path: &[Ident]) -> Option<Qualified> {
    let candidates: Vec<Qualified> = match path {
        [name] => {
            let full = fold.search_path.iter();
            full.map(|it| Qualified { namespace: it.clone(), name: name.clone() }).collect()
        }
        [.., namespace, name] => vec![Qualified { namespace: namespace.clone(), name: name.clone() }],
        [] => Vec::new(),
    };
    let is_declared = |it: &Qualified| fold.declared.types.contains(it) || fold.declared.relations.contains(it);
    candidates.iter().find(|it| is_declared(it)).or_else(|| candidates.iter().find(|it| is_there(fold, it))).cloned()
}

/// Whether the target has a type of this name in a schema that extensions do not fill.
fn is_there(fold: &Fold<'_>, name: &Qualified) -> bool {
    if name.namespace.text() == "information_schema" {
        return true;
    }
    // Where something is declared, everything is: what else is there would be dropped.
    if fold.declared.namespaces.contains(&name.namespace) {
        return false;
    }
    let target = fold.target.schema();
    let kinds = [
        ObjectKind::Enum,
        ObjectKind::CompositeType,
        ObjectKind::RangeType,
        ObjectKind::BaseType,
        ObjectKind::Domain,
        ObjectKind::MaterializedView,
    ];
    let is_object = |kind| target.others.contains_key(&trueup_state::Address::Object(kind, name.clone()));
    target.table(name).is_some() || target.view(name).is_some() || kinds.into_iter().any(is_object)
}

/// What extensions bring: those that are installed, those that are declared and known to us, and those that are not.
fn of_extensions(fold: &Fold<'_>, path: &[Ident]) -> Option<Qualified> {
    let name = path.last()?;
    let said = path.len().checked_sub(2).and_then(|at| path.get(at));
    let full = |namespace: &Ident| Qualified { namespace: said.unwrap_or(namespace).clone(), name: name.clone() };
    if let Some(namespace) = fold.target.cluster_on(name).types.get(name)
        && said.is_none_or(|it| it == namespace)
    {
        return Some(full(namespace));
    }
    let schemas = &fold.declared.extension_schemas;
    if let Some(namespace) = types::of_extension(name.text()).find_map(|it| schemas.get(it)) {
        return Some(full(namespace));
    }
    // An extension that we do not know may bring anything.
    let unknown = schemas.iter().find(|(it, _)| !types::is_known_extension(it.text()));
    unknown.map(|(_, namespace)| full(namespace))
}
