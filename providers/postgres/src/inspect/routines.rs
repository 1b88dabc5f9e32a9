//! The catalogue's functions and procedures.

use sqlx::{Row, postgres::PgRow, types::Json};
use trueup_contract::DatabaseError;
use trueup_state::{
    Address, Argument, ArgumentMode, Definition, Ident, ObjectKind, Options, Parallel, PostgresObject, Qualified,
    Routine, RoutineBody, SqlText, Volatility,
};

use super::{
    Catalogue,
    answers::{Answers, texts},
    catalogue::class,
};
use crate::{Postgres, canonical, connect::failed};

/// Read them.
pub(super) async fn read(answers: &mut Answers<'_>, catalogue: &mut Catalogue) -> Result<(), DatabaseError> {
    for row in answers.rows(include_str!("sql/routines.sql")).await? {
        let name = Qualified {
            namespace: Ident::from(row.try_get::<String, _>("namespace").map_err(failed)?),
            name: Ident::from(row.try_get::<String, _>("name").map_err(failed)?),
        };
        let kind: String = row.try_get("kind").map_err(failed)?;
        let signature: String = row.try_get("signature").map_err(failed)?;
        let oid: i64 = row.try_get("oid").map_err(failed)?;
        let kind_of = if kind == "p" { ObjectKind::Procedure } else { ObjectKind::Function };
        let address = Address::Signed(kind_of, name, Ident::from(signature));
        let routine = routine(&row, &kind).map_err(failed)?;
        catalogue.is(class::PROC, u32::try_from(oid).unwrap_or_default(), 0, address.clone());
        let object = PostgresObject::Routine(routine);
        catalogue.schema.others.insert(address, Definition::Postgres(Box::new(object)));
    }
    Ok(())
}

fn routine(row: &PgRow, kind: &str) -> Result<Routine, sqlx::Error> {
    let arguments = arguments(row)?;
    let returns_set: bool = row.try_get("returns_set")?;
    let language: String = row.try_get("language")?;
    let says_result = |it: &Argument| !matches!(it.mode, ArgumentMode::In | ArgumentMode::Variadic);
    let returns = (kind != "p" && !arguments.iter().any(says_result)).then(|| row.try_get::<String, _>("returns"));
    let returns = returns.transpose()?.map(|it| SqlText::new(it.clone(), it));
    let default_cost = if matches!(language.as_str(), "c" | "internal") { 1.0 } else { 100.0 };
    let default_rows = if returns_set { 1000.0 } else { 0.0 };
    let other = |value: f32, default: f32| Some(value).filter(|it| *it != default).map(|it| it.to_string());
    Ok(Routine {
        arguments,
        returns,
        returns_set,
        body: body(row, &language)?,
        language: Ident::from(language),
        volatility: match row.try_get::<String, _>("volatility")?.as_str() {
            "i" => Volatility::Immutable,
            "s" => Volatility::Stable,
            _ => Volatility::Volatile,
        },
        strict: row.try_get("strict")?,
        security_definer: row.try_get("security_definer")?,
        leakproof: row.try_get("leakproof")?,
        window: kind == "w",
        parallel: match row.try_get::<String, _>("parallel")?.as_str() {
            "s" => Parallel::Safe,
            "r" => Parallel::Restricted,
            _ => Parallel::Unsafe,
        },
        cost: other(row.try_get("cost")?, default_cost),
        rows: other(row.try_get("rows")?, default_rows),
        support: support(row)?,
        settings: settings(&texts(row, "settings")?),
        transforms: texts(row, "transforms")?.into_iter().map(|it| SqlText::new(it.clone(), it)).collect(),
    })
}

fn arguments(row: &PgRow) -> Result<Vec<Argument>, sqlx::Error> {
    let defaults: Json<Vec<Option<String>>> = row.try_get("defaults")?;
    let all = texts(row, "types")?.into_iter().zip(texts(row, "modes")?).zip(texts(row, "names")?).zip(defaults.0);
    let argument = |(((ty, mode), name), default): (((String, String), String), Option<String>)| Argument {
        mode: match mode.as_str() {
            "o" => ArgumentMode::Out,
            "b" => ArgumentMode::InOut,
            "v" => ArgumentMode::Variadic,
            "t" => ArgumentMode::Table,
            _ => ArgumentMode::In,
        },
        name: Some(name).filter(|it| !it.is_empty()).map(Ident::from),
        ty: SqlText::new(ty.clone(), ty),
        default: default.map(|it| canonical::plain(&it)),
    };
    Ok(all.map(argument).collect())
}

fn body(row: &PgRow, language: &str) -> Result<RoutineBody, sqlx::Error> {
    if let Some(text) = row.try_get::<Option<String>, _>("body")? {
        return Ok(RoutineBody::Sql(canonical::plain(&text)));
    }
    let source: String = row.try_get("source")?;
    Ok(match row.try_get::<Option<String>, _>("library")? {
        Some(file) if language == "c" => RoutineBody::Library { file, symbol: source },
        Some(_) | None => RoutineBody::Text(source),
    })
}

fn support(row: &PgRow) -> Result<Option<Qualified>, sqlx::Error> {
    let namespace: Option<String> = row.try_get("support_namespace")?;
    let name: Option<String> = row.try_get("support_name")?;
    Ok(namespace.zip(name).map(|(namespace, name)| Qualified { namespace: namespace.into(), name: name.into() }))
}

/// `pg_proc.proconfig`: each entry is `name=value`.
fn settings(entries: &[String]) -> Options {
    let entries = entries.iter().filter_map(|entry| entry.split_once('='));
    entries
        .map(|(name, value)| {
            let name = name.to_ascii_lowercase();
            let elements = if Postgres::is_list_setting(&name) { split_list(value) } else { vec![value.to_owned()] };
            (name, Postgres::setting_value(&elements))
        })
        .collect()
}

/// The elements of a list in which names are quoted as identifiers are (`SplitGUCList`).
fn split_list(value: &str) -> Vec<String> {
    let mut elements = Vec::new();
    let mut rest = value.trim();
    while !rest.is_empty() {
        let (element, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let mut element = String::new();
                let mut rest = quoted;
                while let Some((before, after)) = rest.split_once('"') {
                    element.push_str(before);
                    rest = after;
                    match after.strip_prefix('"') {
                        Some(more) => {
                            element.push('"');
                            rest = more;
                        }
                        None => break,
                    }
                }
                (element, rest)
            }
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                (rest[..end].trim().to_owned(), &rest[end..])
            }
        };
        elements.push(element);
        rest = after.trim_start().strip_prefix(',').unwrap_or_default().trim_start();
    }
    elements
}

impl Postgres {
    /// Whether a setting is a list of names, each quoted by itself (`GUC_LIST_QUOTE` of PostgreSQL 14 to 18, the same
    /// list as `variable_is_guc_list_quote` of its pg_dump).
    pub(crate) fn is_list_setting(name: &str) -> bool {
        matches!(
            name,
            "local_preload_libraries"
                | "search_path"
                | "session_preload_libraries"
                | "shared_preload_libraries"
                | "temp_tablespaces"
                | "unix_socket_directories"
        )
    }

    /// The one form of the value of a routine's setting: what follows `TO` in `pg_get_functiondef`, where each element is
    /// a string literal.
    pub(crate) fn setting_value(elements: &[String]) -> String {
        let literals: Vec<String> = elements.iter().map(|it| ["'", &it.replace('\'', "''"), "'"].concat()).collect();
        literals.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_split_as_names_are_quoted() {
        assert_eq!(split_list(r#""$user", public"#), ["$user", "public"]);
        assert_eq!(split_list(r#""a""b,c", d"#), [r#"a"b,c"#, "d"]);
        assert_eq!(split_list(r#""""#), [""]);
    }

    #[test]
    fn settings_are_string_literals() {
        let entries = ["search_path=\"\"".to_owned(), "TimeZone=UTC".to_owned(), "my.x=a, 'b'".to_owned()];
        let expected = [("search_path", "''"), ("timezone", "'UTC'"), ("my.x", "'a, ''b'''")];
        let expected: Options = expected.into_iter().map(|(name, it)| (name.to_owned(), it.to_owned())).collect();
        assert_eq!(settings(&entries), expected);
    }
}
