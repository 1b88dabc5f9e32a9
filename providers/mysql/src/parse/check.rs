//! What cannot be, and is said before any server is asked.

use std::collections::BTreeSet;

use trueup_contract::RealizeError;
use trueup_state::{Column, ForeignKey, Ident, Part, PartExtra, Qualified, Table, Term};

use super::{
    Fold, Trouble,
    element::{Element, Kind},
    names::find,
    source::Text,
    statement::Stmt,
};
use crate::{facts::Facts, normalize::split_type, read::nearest};

/// How many characters a name may have (MySQL manual, 11.2.1).
const LONGEST_NAME: usize = 64;

/// Names of a statement that is about to declare something: none may be too long.
pub(super) fn names(stmt: &Stmt<'_>, names: &[&Ident]) -> Result<(), Trouble> {
    for name in names {
        let length = name.text().chars().count();
        if length > LONGEST_NAME {
            let message = ["this name has ", &length.to_string(), " characters; names may have 64"].concat();
            return Err(stmt.wrong_name(name, message));
        }
        if name.is_empty() || name.text().ends_with(' ') {
            return Err(stmt.wrong_name(name, "a name may neither be empty nor end with a space"));
        }
    }
    Ok(())
}

/// The table in which trueup keeps its state: dumps hold it.
pub(super) fn is_state_table(name: &Ident) -> bool {
    name.folded() == "trueup_state"
}

/// Tables whose names begin so are not part of a schema.
pub(super) fn not_our_own(stmt: &Stmt<'_>, name: &Ident) -> Result<(), Trouble> {
    if !name.folded().starts_with("trueup_") {
        return Ok(());
    }
    let message = ["`", name.text(), "` is a name that trueup keeps for itself"].concat();
    Err(stmt.wrong_name(name, message).hint("choose another name"))
}

/// Elements of one table: no two columns, keys or constraints may have one name, and there may be one primary key.
pub(super) fn elements(elements: &[Element]) -> Result<(), Trouble> {
    let mut seen = BTreeSet::new();
    let mut has_primary = false;
    for element in elements {
        let head = &element.head;
        let at = |message: String| Trouble::at(head.start, head.len(), message);
        if element.kind == Kind::PrimaryKey && std::mem::replace(&mut has_primary, true) {
            return Err(at("this table has two primary keys".to_owned()));
        }
        let Some(name) = &element.name else { continue };
        let (space, kind) = match element.kind {
            Kind::Column => (0, "column"),
            Kind::Key => (1, "key"),
            Kind::Check => (2, "check"),
            Kind::ForeignKey => (3, "foreign key"),
            Kind::PrimaryKey | Kind::Period => continue,
        };
        if !seen.insert((space, name.folded())) {
            return Err(at([kind, " `", name.text(), "` is declared twice"].concat()));
        }
        let length = name.text().chars().count();
        if length > LONGEST_NAME {
            return Err(at(["this name has ", &length.to_string(), " characters; names may have 64"].concat()));
        }
    }
    Ok(())
}

/// A table after a statement: what keys speak of is there, spelled as the columns are.
pub(super) fn table(stmt: &Stmt<'_>, table: &mut Table) -> Result<(), Trouble> {
    let columns = &table.columns;
    let unknown = |column: &Ident| {
        let trouble = stmt.wrong_name(column, ["key over the unknown column `", column.text(), "`"].concat());
        match nearest(column.text(), columns.keys().map(Ident::text)) {
            Some(near) => trouble.hint(["did you mean `", &near, "`?"].concat()),
            None => trouble.hint("declare the column, or correct the name"),
        }
    };
    let spell = |name: &mut Ident| match find(columns, name) {
        Some(found) => {
            *name = found;
            Ok(())
        }
        None => Err(unknown(name)),
    };
    let spell_parts = |parts: &mut Vec<Part>| -> Result<(), Trouble> {
        for part in parts {
            if let Term::Column(name) = &mut part.term {
                spell(name)?;
                if columns.get(name).is_some_and(|it| is_whole(it, part)) {
                    part.extra = PartExtra::None;
                }
            }
        }
        Ok(())
    };
    if let Some(key) = &mut table.primary_key {
        spell_parts(&mut key.parts)?;
    }
    table.indexes.values_mut().try_for_each(|index| spell_parts(&mut index.parts))?;
    for key in table.foreign_keys.values_mut() {
        key.columns.iter_mut().try_for_each(spell)?;
    }
    let primary: Vec<Ident> = table.primary_key.iter().flat_map(|it| columns_of(&it.parts)).collect();
    for name in primary {
        if let Some(column) = table.columns.get_mut(&name) {
            column.nullable = false;
        }
    }
    auto_increment(stmt, table)
}

/// Whether a prefix is as long as its column, and so is none.
fn is_whole(column: &Column, part: &Part) -> bool {
    let (base, rest) = split_type(column.ty.canonical());
    let length = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')?.0.parse::<u32>().ok());
    matches!(base, "char" | "varchar" | "binary" | "varbinary")
        && part.extra.mysql().prefix.is_some_and(|prefix| length.unwrap_or(1) <= prefix)
}

/// The columns of a key.
pub(super) fn columns_of(parts: &[Part]) -> impl Iterator<Item = Ident> {
    parts.iter().filter_map(|part| part.column_name().cloned())
}

/// One column may count, and it has to be part of a key.
fn auto_increment(stmt: &Stmt<'_>, table: &Table) -> Result<(), Trouble> {
    let mut counting = table.columns.iter().filter(|(_, it)| it.extra.mysql().auto_increment).map(|(name, _)| name);
    let Some(name) = counting.next() else { return Ok(()) };
    if let Some(other) = counting.next() {
        return Err(stmt.wrong_name(other, "a table may have one AUTO_INCREMENT column"));
    }
    let keys = table.primary_key.iter().map(|it| &it.parts).chain(table.indexes.values().map(|it| &it.parts));
    if keys.flat_map(|parts| columns_of(parts)).any(|it| it == *name) {
        return Ok(());
    }
    let message = ["the AUTO_INCREMENT column `", name.text(), "` has to be part of a key"].concat();
    Err(stmt.wrong_name(name, message).hint("make it the primary key, or add a key over it"))
}

/// When everything is declared: foreign keys point at tables and columns that are there, spelled as those are.
pub(super) fn references(fold: &mut Fold<'_>, texts: &[Text<'_>]) -> Result<(), RealizeError> {
    let mut spelled: Vec<(Ident, Ident, Qualified, Vec<Ident>)> = Vec::new();
    for (name, table) in fold.schema.namespaces.get("").into_iter().flat_map(|it| &it.tables) {
        for (own, key) in &table.foreign_keys {
            let (to, columns) = reference(fold, table, key).map_err(|wrong| dangling(fold, texts, name, &wrong))?;
            spelled.push((name.clone(), own.clone(), to, columns));
        }
    }
    for (table, name, references, columns) in spelled {
        if let Some(key) = fold.tables().get_mut(&table).and_then(|it| it.foreign_keys.get_mut(&name)) {
            (key.references, key.referenced_columns) = (references, columns);
        }
    }
    Ok(())
}

/// The word of a foreign key that is wrong, what is wrong with it, and what to do.
struct Dangling {
    word: Ident,
    message: String,
    hint: &'static str,
}

/// What a foreign key points at, as it is spelled there.
fn reference(fold: &Fold<'_>, from: &Table, key: &ForeignKey) -> Result<(Qualified, Vec<Ident>), Dangling> {
    const HINT: &str = "declare it, or correct the name";
    let ForeignKey { columns: own, references, referenced_columns, .. } = key;
    let missing = || {
        let message = ["table `", references.name.text(), "` is not declared"].concat();
        Dangling { word: references.name.clone(), message, hint: HINT }
    };
    let name = fold.table_name(&references.name).ok_or_else(missing)?;
    let to = Qualified::bare(name);
    let Some(table) = fold.schema.table(&to) else { return Err(missing()) };
    let spell = |column: &Ident| {
        find(&table.columns, column).ok_or_else(|| {
            let message = ["table `", to.name.text(), "` has no column `", column.text(), "`"].concat();
            Dangling { word: column.clone(), message, hint: HINT }
        })
    };
    let columns: Vec<Ident> = referenced_columns.iter().map(spell).collect::<Result<_, _>>()?;
    if !fold.unchecked && is_innodb(fold.facts, from) && is_innodb(fold.facts, table) {
        for (own, column) in own.iter().zip(&columns) {
            same_type((own, from), (column, table))?;
        }
        has_key(&to.name, table, &columns)?;
    }
    Ok((to, columns))
}

/// Whether foreign keys of a table are looked at: other engines read over them, or have rules of their own.
fn is_innodb(facts: &Facts, table: &Table) -> bool {
    let engine = table.extra.mysql().engine.or_else(|| facts.engine.clone());
    engine.is_none_or(|it| it.eq_ignore_ascii_case("InnoDB"))
}

/// Whole numbers point at whole numbers of the same size and sign.
fn same_type(own: (&Ident, &Table), other: (&Ident, &Table)) -> Result<(), Dangling> {
    let ty = |(name, table): (&Ident, &Table)| {
        let ty = table.columns.get(name)?.ty.canonical();
        let (base, _) = split_type(ty);
        let is_whole = matches!(base, "tinyint" | "smallint" | "mediumint" | "int" | "bigint");
        is_whole.then(|| [base, if ty.contains(" unsigned") { " unsigned" } else { "" }].concat())
    };
    let (Some(own_type), Some(other_type)) = (ty(own), ty(other)) else { return Ok(()) };
    if own_type == other_type {
        return Ok(());
    }
    let column = |(name, _): (&Ident, &Table), ty: &str| ["`", name.text(), "` is ", ty].concat();
    let message = ["column ", &column(own, &own_type), ", but the referenced ", &column(other, &other_type)].concat();
    Err(Dangling { word: other.0.clone(), message, hint: "give both columns the same type" })
}

/// A key of the other table begins with the columns that are referenced; a foreign key of its own makes one.
fn has_key(name: &Ident, table: &Table, columns: &[Ident]) -> Result<(), Dangling> {
    let Some(first) = columns.first() else { return Ok(()) };
    let parts = table.primary_key.iter().map(|it| &it.parts).chain(table.indexes.values().map(|it| &it.parts));
    let mut keys = parts.filter_map(|parts| parts.first()?.column_name());
    if keys.any(|it| it == first) || table.foreign_keys.values().any(|it| it.columns.first() == Some(first)) {
        return Ok(());
    }
    let message = ["no key of table `", name.text(), "` begins with `", first.text(), "`"].concat();
    Err(Dangling {
        word: first.clone(),
        message,
        hint: "make a primary or unique key of the columns that are referenced",
    })
}

fn dangling(fold: &Fold<'_>, texts: &[Text<'_>], table: &Ident, wrong: &Dangling) -> RealizeError {
    let Dangling { word, message, hint } = wrong;
    let whole = ["foreign key of `", table.text(), "`: ", message].concat();
    let (file, range) = fold.origins.get(table).cloned().unwrap_or_default();
    let Some(text) = texts.get(file) else { return trueup_contract::DatabaseError::Failed(whole).into() };
    let tokens = text.statements.iter().skip_while(|it| it.at < range.start).flat_map(|it| &it.tokens);
    let found = tokens
        .skip_while(|it| !it.is("references"))
        .find(|it| it.is_name() && it.unquoted().eq_ignore_ascii_case(word.text()));
    let (at, length) = found.map_or((range.start, 1), |it| (it.at, it.text.len()));
    text.error(Trouble::at(at, length, whole).hint(*hint))
}
