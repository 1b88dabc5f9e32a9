//! Names that PostgreSQL generates (`makeObjectName`, `ChooseIndexNameAddition` in `indexcmds.c`).

use trueup_state::{Ident, Identity, Object, Part, PostgresColumn, Qualified};

/// The bytes that a name may have.
const LONGEST: usize = 63;

/// `table_column_label`, cut to 63 bytes: the longer of the first two parts gives way, one byte after the other.
pub(crate) fn object_name(table: &str, column: Option<&str>, label: &str) -> Ident {
    let underscores = if column.is_some() { 2 } else { 1 };
    let room = LONGEST.saturating_sub(label.len() + underscores);
    let second_text = column.unwrap_or_default();
    let (mut first, mut second) = (table.len(), second_text.len());
    while first + second > room {
        if first > second {
            first -= 1;
        } else {
            second -= 1;
        }
    }
    let first = &table[..table.floor_char_boundary(first)];
    let second = &second_text[..second_text.floor_char_boundary(second)];
    let name = match column {
        Some(_) => [first, "_", second, "_", label].concat(),
        None => [first, "_", label].concat(),
    };
    Ident::from(name)
}

/// The name of the sequence of a `serial` or identity column, where nothing stands in the way.
pub(crate) fn sequence(table: &Qualified, column: &Ident) -> Qualified {
    let name = object_name(table.name.text(), Some(column.text()), "seq");
    Qualified { namespace: table.namespace.clone(), name }
}

/// The name of a column's NOT NULL constraint (18), where nothing stands in the way.
pub(crate) fn not_null(table: &Qualified, column: &Ident) -> Ident {
    object_name(table.name.text(), Some(column.text()), "not_null")
}

/// The NOT NULL constraint of a column (18).
pub(crate) fn not_null_of(table: &Qualified, column: &Ident, extra: &PostgresColumn) -> Ident {
    extra.not_null_name.clone().unwrap_or_else(|| not_null(table, column))
}

/// The sequence of an identity column.
pub(crate) fn identity(table: &Qualified, column: &Ident, identity: &Identity) -> Qualified {
    identity.name.clone().unwrap_or_else(|| sequence(table, column))
}

/// The first of `label`, `label1`, `label2`, … whose name is free.
pub(crate) fn first_free(table: &str, column: Option<&str>, label: &str, is_taken: impl Fn(&Ident) -> bool) -> Ident {
    let plain = object_name(table, column, label);
    if !is_taken(&plain) {
        return plain;
    }
    let mut number = 1u32;
    loop {
        let name = object_name(table, column, &[label, &number.to_string()].concat());
        if !is_taken(&name) || number == u32::MAX {
            return name;
        }
        number += 1;
    }
}

/// Several columns as one part of a name: `a_b`.
pub(crate) fn addition<'a>(columns: impl IntoIterator<Item = &'a str>) -> String {
    let mut all = String::new();
    for column in columns {
        if !all.is_empty() {
            all.push('_');
        }
        all.push_str(column);
        if all.len() > LONGEST {
            break;
        }
    }
    all
}

/// The names of an index's columns, numbers added to those that are there already (`ChooseIndexColumnNames`).
pub(crate) fn index_columns(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in names {
        let mut number = 0u32;
        let mut unique = name.clone();
        while all.contains(&unique) {
            number += 1;
            let digits = number.to_string();
            let room = LONGEST - digits.len();
            unique = [&name[..name.floor_char_boundary(room)], &digits].concat();
        }
        all.push(unique);
    }
    all
}

/// The name of a partition's index that hangs on this one of its parent's, where nothing stands in the way; `None` where
/// it depends on more than columns.
pub(crate) fn attached(table: &Qualified, above: Object<'_>) -> Option<Ident> {
    let columns = |parts: &[Part], include: &[Ident]| {
        let names: Option<Vec<String>> = parts.iter().map(|it| Some(it.column_name()?.text().to_owned())).collect();
        let all = index_columns(names?.into_iter().chain(include.iter().map(|it| it.text().to_owned())));
        Some(addition(all.iter().map(String::as_str)))
    };
    let name = |column: Option<String>, label| object_name(table.name.text(), column.as_deref(), label);
    match above {
        Object::PrimaryKey(_) => Some(name(None, "pkey")),
        Object::Unique(it) => Some(name(Some(columns(&it.parts, &it.extra.postgres().include)?), "key")),
        Object::Index(it) => Some(name(Some(columns(&it.parts, &it.extra.postgres().include)?), "idx")),
        _ => None,
    }
}
