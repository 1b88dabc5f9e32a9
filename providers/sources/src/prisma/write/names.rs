//! Names in a Prisma schema.

use std::collections::BTreeSet;

/// Names that a model or an enum must not have (psl, `reserved_model_names.rs`), and scalar types.
const RESERVED: [&str; 58] = [
    "PrismaClient",
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "using",
    "typeof",
    "var",
    "void",
    "while",
    "with",
    "yield",
    "String",
    "Int",
    "BigInt",
    "Float",
    "Decimal",
    "Boolean",
    "DateTime",
    "Json",
    "Bytes",
    "Unsupported",
];

/// What a database's name is in a Prisma schema: a letter, then letters, digits and underscores.
pub(super) fn sanitized(name: &str) -> String {
    let from_letter = name.trim_start_matches(|it: char| !it.is_ascii_alphabetic());
    from_letter.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '_' }).collect()
}

/// A name for a model or an enum that none of `taken` has; it is taken then.
pub(super) fn type_name(name: &str, namespace: &str, taken: &mut BTreeSet<String>) -> String {
    let mut own = sanitized(name);
    if own.is_empty() {
        own = ["table_", &sanitized(&["t", name].concat())[1..]].concat();
    }
    if RESERVED.contains(&own.as_str()) {
        own = ["Renamed", &own].concat();
    }
    if taken.contains(&own) && !namespace.is_empty() {
        own = [&sanitized(namespace), "_", &own].concat();
    }
    free(own, taken)
}

/// A name for a field or a value that none of `taken` has; it is taken then.
pub(super) fn member_name(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut own = sanitized(name);
    if own.is_empty() {
        let rest: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        own = if name.is_empty() { "EMPTY_ENUM_VALUE".to_owned() } else { ["value_", &rest].concat() };
    }
    free(own, taken)
}

/// The name, with a number if it is taken.
pub(super) fn free(name: String, taken: &mut BTreeSet<String>) -> String {
    let mut candidate = name.clone();
    let mut number = 1;
    while !taken.insert(candidate.clone()) {
        number += 1;
        candidate = [name.as_str(), "_", &number.to_string()].concat();
    }
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_a_prisma_identifier() {
        let mut taken = BTreeSet::new();
        assert_eq!(type_name("_users", "public", &mut taken), "users");
        assert_eq!(type_name("users", "public", &mut taken), "public_users");
        assert_eq!(type_name("users", "", &mut taken), "users_2");
        assert_eq!(type_name("return", "", &mut taken), "Renamedreturn");
        assert_eq!(member_name("first-name", &mut taken), "first_name");
        assert_eq!(member_name("2", &mut taken), "value_2");
        assert_eq!(member_name("", &mut taken), "EMPTY_ENUM_VALUE");
    }
}
