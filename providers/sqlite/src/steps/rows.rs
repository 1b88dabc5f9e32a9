//! What existing rows may have against a table's new shape.

use trueup_contract::{Fact, Hazard, Question, Sql};
use trueup_state::{Address, Check, Column, ForeignKey, Ident, Index, Part, Qualified, SqlText, Table, Term};

use super::{
    Context,
    copy::{self, Value, is_rowid_alias},
    questions,
};
use crate::{
    affinity::{Affinity, affinity},
    render::sql,
};

/// A table before and after, and the rows as they will be.
struct Rows<'a> {
    context: &'a Context<'a>,
    name: &'a Qualified,
    before: &'a Table,
    after: &'a Table,
    projection: Sql,
}

impl<'a> Rows<'a> {
    fn of(context: &'a Context<'a>, name: &'a Qualified, before: &'a Table, after: &'a Table) -> Rows<'a> {
        Rows { context, name, before, after, projection: copy::projection(context, name, before, after) }
    }

    fn matching(&self, condition: &Sql, counts: String) -> Question {
        // The projection has the columns of `after`; it has a rowid only if both sides do.
        let key = match copy::rowid_name(self.before) {
            None if copy::rowid_name(self.after).is_some() => sql("NULL"),
            _ => questions::row_key(self.after),
        };
        questions::matching(&self.projection, self.name, &key, condition, counts)
    }

    /// Whether the values of a column may be other ones, or compare in another way, than before.
    fn changes(&self, column: &Ident) -> bool {
        match (self.before.columns.get(column), self.after.columns.get(column)) {
            (Some(before), Some(after)) => {
                let filled = before.nullable && !after.nullable;
                before.ty != after.ty
                    || before.collation != after.collation
                    || before.generated != after.generated
                    || filled
            }
            (_, _) => true,
        }
    }

    fn text_changes(&self, text: &SqlText) -> bool {
        self.after.columns.keys().any(|column| text.mentions(column.text()) && self.changes(column))
    }

    fn parts_change(&self, parts: &[Part]) -> bool {
        parts.iter().any(|part| match &part.term {
            Term::Column(column) => self.changes(column),
            Term::Expression(text) => self.text_changes(text),
        })
    }
}

/// The hazards of everything inside the table, indexes included.
pub(super) fn hazards(context: &Context<'_>, name: &Qualified, before: &Table, after: &Table) -> Vec<Hazard> {
    let rows = Rows::of(context, name, before, after);
    let mut hazards = Vec::new();
    for (column_name, column, value) in copy::values(before, after) {
        hazards.extend(column_hazards(&rows, column_name, column, &value));
    }
    hazards.extend(dropped_columns(&rows));
    hazards.extend(sequence_hazard(&rows));
    hazards.extend(key_hazards(&rows));
    hazards.extend(after.indexes.iter().filter_map(|(own, index)| index_hazard(&rows, own, index)));
    hazards.extend(after.checks.iter().filter_map(|(own, check)| check_hazard(&rows, own, check)));
    hazards.extend(after.foreign_keys.iter().filter_map(|(own, key)| foreign_key_hazard(&rows, own, key)));
    hazards
}

/// The hazards of one index on a table that is not rebuilt.
pub(super) fn index_hazards(context: &Context<'_>, table: &Qualified, name: &Ident) -> Vec<Hazard> {
    let (Some(before), Some(after)) = (context.work.before.table(table), context.work.after.table(table)) else {
        return Vec::new();
    };
    let rows = Rows::of(context, table, before, after);
    after.indexes.get(name).and_then(|index| index_hazard(&rows, name, index)).into_iter().collect()
}

fn column_hazards(rows: &Rows<'_>, name: &Ident, column: &Column, value: &Value<'_>) -> Vec<Hazard> {
    let address = Address::Column(rows.name.clone(), name.clone());
    let hazard = |fact: Fact, question: Question| Hazard { address: address.clone(), fact, question: Some(question) };
    let said = |what: &str| ["rows of ", &rows.name.to_string(), " where ", name.text(), what].concat();
    let is_null = sql("").ident(name).raw("IS NULL");
    let mut hazards = Vec::new();
    let is_alias = is_rowid_alias(rows.after, name);
    match value {
        Value::Null if !column.nullable && !is_alias => {
            let question = Question { must_be_zero: true, ..questions::rows(&rows.context.origins.table(rows.name)) };
            hazards.push(hazard(Fact::AddsRequiredColumn, question));
        }
        Value::Default(default) if !column.nullable && copy::is_null(default) && !is_alias => {
            let question = Question { must_be_zero: true, ..questions::rows(&rows.context.origins.table(rows.name)) };
            hazards.push(hazard(Fact::AddsRequiredColumn, question));
        }
        Value::Default(_) if rows.after.extra.sqlite().strict && !is_alias => {
            hazards.extend(refusal(rows, name, column))
        }
        Value::Null | Value::Default(_) => (),
        Value::Generated(_) => {
            if !column.nullable && rows.changes(name) {
                let fact = Fact::ForbidsNull { default_fills: false };
                hazards.push(hazard(fact, rows.matching(&is_null, said(" would be NULL"))));
            }
        }
        Value::Filled { name: own, .. } => {
            let origin = rows.context.origins.table(rows.name);
            let column = rows.context.origins.column(rows.name, own);
            let condition = sql("").ident(&column).raw("IS NULL");
            let query = sql("SELECT count(*), NULL, NULL FROM").name(&origin).raw("WHERE").sql(&condition).finish();
            let question = Question { counts: said(" is NULL"), sql: query, must_be_zero: false };
            hazards.push(hazard(Fact::ForbidsNull { default_fills: true }, question));
        }
        Value::Column { before, .. } => {
            if before.nullable && !column.nullable && !is_alias {
                let fact = Fact::ForbidsNull { default_fills: false };
                hazards.push(hazard(fact, rows.matching(&is_null, said(" is NULL"))));
            }
        }
    }
    if let Value::Column { name: own, before } | Value::Filled { name: own, before, .. } = value {
        hazards.extend(type_hazards(rows, (name, column), (own, before)));
    }
    hazards
}

/// What a change of type, or STRICT, does to the values that are there.
fn type_hazards(rows: &Rows<'_>, (name, after): (&Ident, &Column), (own, before): (&Ident, &Column)) -> Vec<Hazard> {
    let address = Address::Column(rows.name.clone(), name.clone());
    let counts = |what: &str| ["rows of ", &rows.name.to_string(), " where ", name.text(), what].concat();
    let mut hazards = Vec::new();
    let was_checked = rows.before.extra.sqlite().strict;
    let is_alias = is_rowid_alias(rows.after, name);
    let checks = (rows.after.extra.sqlite().strict && (!was_checked || before.ty != after.ty))
        || (is_alias && !is_rowid_alias(rows.before, own));
    hazards.extend(refusal(rows, name, after).filter(|_| checks));
    if is_alias && !is_rowid_alias(rows.before, own) {
        // The rowid has no NULL: SQLite would make up an id.
        let condition = sql("").ident(name).raw("IS NULL");
        let question = Some(rows.matching(&condition, counts(" is NULL")));
        let fact = Fact::ForbidsNull { default_fills: false };
        hazards.push(Hazard { address: address.clone(), fact, question });
    }
    if let Some(condition) = altered(rows, own, before, after) {
        let origin = rows.context.origins.table(rows.name);
        let query = sql("SELECT count(*), NULL, NULL FROM").name(&origin).raw("WHERE").sql(&condition).finish();
        let question = Question { counts: counts(" would read differently"), sql: query, must_be_zero: false };
        let fact = Fact::Narrows { from: before.ty.written().to_owned(), to: after.ty.written().to_owned() };
        hazards.push(Hazard { address, fact, question: Some(question) });
    }
    hazards
}

/// The question for values that a STRICT column or a rowid refuses.
fn refusal(rows: &Rows<'_>, name: &Ident, after: &Column) -> Option<Hazard> {
    let condition = refused(name, after)?;
    let to = after.ty.written().to_owned();
    let counts = ["rows of ", &rows.name.to_string(), " where ", name.text(), " cannot be stored as ", &to].concat();
    let question = Some(rows.matching(&condition, counts));
    let address = Address::Column(rows.name.clone(), name.clone());
    Some(Hazard { address, fact: Fact::RefusesValues { to }, question })
}

/// The condition for a value that a STRICT column or a rowid refuses (sqlite.org/stricttables.html).
fn refused(name: &Ident, after: &Column) -> Option<Sql> {
    let column = || sql("").ident(name);
    let type_is_not = |ty: &str| column().raw("IS NOT NULL AND typeof(").sql(&column()).raw(") <>").string(ty);
    match after.ty.canonical() {
        "int" | "integer" => Some(
            type_is_not("integer")
                .raw("AND NOT (typeof(")
                .sql(&column())
                .raw(") = 'real' AND")
                .sql(&column())
                .raw("= CAST(")
                .sql(&column())
                .raw("AS INTEGER))"),
        ),
        "real" => {
            let types = sql("typeof(").sql(&column()).raw(") NOT IN ('integer', 'real')");
            Some(column().raw("IS NOT NULL AND").sql(&types))
        }
        "text" => Some(type_is_not("text")),
        "blob" => Some(type_is_not("blob")),
        _ => None,
    }
}

/// The condition for a value that would be another one after its conversion: `'007'` stored as 7, or an integer beyond
/// 2^53 stored as a floating-point number.
fn altered(rows: &Rows<'_>, own: &Ident, before: &Column, after: &Column) -> Option<Sql> {
    let (from, to) = (affinity(rows.before, before), affinity(rows.after, after));
    let origin = rows.context.origins.column(rows.name, own);
    let column = || sql("").ident(&origin);
    let text_to_number = || {
        let number = sql("CAST(").sql(&column()).raw("AS NUMERIC)");
        let reads = column().raw("=").sql(&number);
        let differs = sql("CAST(").sql(&number).raw("AS TEXT) <>").sql(&column());
        sql("typeof(").sql(&column()).raw(") = 'text' AND").sql(&reads).raw("AND").sql(&differs)
    };
    let too_large =
        || sql("typeof(").sql(&column()).raw(") = 'integer' AND abs(").sql(&column()).raw(") > 9007199254740992");
    match (from, to) {
        (Affinity::Text | Affinity::Blob, Affinity::Integer | Affinity::Numeric) => Some(text_to_number()),
        (Affinity::Text | Affinity::Blob, Affinity::Real) => {
            Some(sql("(").sql(&text_to_number()).raw(") OR (").sql(&too_large()).raw(")"))
        }
        (Affinity::Integer | Affinity::Numeric, Affinity::Real) => Some(too_large()),
        (Affinity::Text, Affinity::Text) => None,
        // A floating-point number is written with 15 digits, which do not always read back as the same number.
        (_, Affinity::Text) => {
            let again = sql("CAST(CAST(").sql(&column()).raw("AS TEXT) AS REAL)");
            Some(sql("typeof(").sql(&column()).raw(") = 'real' AND").sql(&again).raw("<>").sql(&column()))
        }
        (_, _) => None,
    }
}

fn dropped_columns(rows: &Rows<'_>) -> Vec<Hazard> {
    // Values give way to computed ones as if the column had been dropped.
    let stays = |name: &Ident| rows.after.columns.get(name).is_some_and(|column| column.generated.is_none());
    let dropped = rows.before.columns.iter().filter(|(name, _)| !stays(name));
    let stored = dropped.filter(|(_, column)| column.generated.is_none());
    stored
        .map(|(name, _)| {
            let origin = rows.context.origins.table(rows.name);
            let question = questions::values(&origin, &rows.context.origins.column(rows.name, name));
            let address = Address::Column(rows.name.clone(), name.clone());
            Hazard { address, fact: Fact::DropsColumn, question: Some(question) }
        })
        .collect()
}

/// Without AUTOINCREMENT the mark of ids already given goes, and with the highest row its id may come again.
fn sequence_hazard(rows: &Rows<'_>) -> Option<Hazard> {
    let counts = |table: &Table| table.primary_key.as_ref().is_some_and(|key| key.extra.sqlite().autoincrement);
    (counts(rows.before) && !counts(rows.after)).then(|| Hazard {
        address: Address::PrimaryKey(rows.name.clone()),
        fact: Fact::LosesSequence,
        question: Some(questions::sequence(&rows.context.origins.table(rows.name))),
    })
}

fn key_hazards(rows: &Rows<'_>) -> Vec<Hazard> {
    let mut hazards = Vec::new();
    if let Some(key) = &rows.after.primary_key {
        let same = rows.before.primary_key.as_ref().is_some_and(|before| before.parts == key.parts);
        if !same || rows.parts_change(&key.parts) {
            hazards.extend(duplicate_hazard(rows, Address::PrimaryKey(rows.name.clone()), &key.parts));
        }
    }
    for (own, unique) in &rows.after.uniques {
        let same = rows.before.uniques.values().any(|before| before.parts == unique.parts);
        if !same || rows.parts_change(&unique.parts) {
            hazards.extend(duplicate_hazard(rows, Address::Unique(rows.name.clone(), own.clone()), &unique.parts));
        }
    }
    hazards
}

fn duplicate_hazard(rows: &Rows<'_>, address: Address, parts: &[Part]) -> Option<Hazard> {
    // A new column without a value is a NULL in every row, or a rowid; neither collides.
    let empty = |part: &Part| {
        part.column_name().is_some_and(|name| {
            let column = rows.after.columns.get(name);
            !rows.before.columns.contains_key(name)
                && column.is_some_and(|it| it.default.is_none() && it.generated.is_none())
        })
    };
    if parts.iter().any(empty) {
        return None;
    }
    let question = duplicates(rows, parts, None);
    Some(Hazard { address, fact: Fact::AddsUnique, question: Some(question) })
}

fn duplicates(rows: &Rows<'_>, parts: &[Part], predicate: Option<&SqlText>) -> Question {
    let mut said = Vec::new();
    let mut terms = Vec::new();
    for part in parts {
        let (term, collation) = match &part.term {
            Term::Column(name) => {
                said.push(name.text().to_owned());
                (sql("").ident(name), rows.after.columns.get(name).and_then(|column| column.collation.as_ref()))
            }
            Term::Expression(text) => {
                said.push(text.written().to_owned());
                (sql("(").text(text).raw(")"), None)
            }
        };
        terms.push(match part.collation.as_ref().or(collation) {
            Some(collation) => term.raw("COLLATE").ident(collation),
            None => term,
        });
    }
    let condition = predicate.map(|text| sql("").text(text));
    let counts =
        ["values of (", &said.join(", "), ") in ", &rows.name.to_string(), " that stand in several rows"].concat();
    questions::duplicates(&rows.projection, rows.name, &terms, condition.as_ref(), counts)
}

fn index_hazard(rows: &Rows<'_>, name: &Ident, index: &Index) -> Option<Hazard> {
    let before = rows.before.indexes.get(name);
    let same = before.is_some_and(|before| before == index);
    let values_change =
        rows.parts_change(&index.parts) || index.predicate.as_ref().is_some_and(|it| rows.text_changes(it));
    if !index.unique || (same && !values_change) {
        return None;
    }
    let fact = if before.is_some_and(|before| !before.unique) { Fact::MakesUnique } else { Fact::AddsUnique };
    let question = Some(duplicates(rows, &index.parts, index.predicate.as_ref()));
    Some(Hazard { address: Address::Index(rows.name.clone(), name.clone()), fact, question })
}

fn check_hazard(rows: &Rows<'_>, name: &Ident, check: &Check) -> Option<Hazard> {
    let same = rows.before.checks.values().any(|before| before.expression == check.expression);
    if same && !rows.text_changes(&check.expression) {
        return None;
    }
    let condition = sql("NOT (").text(&check.expression).raw(")");
    let counts = ["rows of ", &rows.name.to_string(), " that break ", check.expression.written()].concat();
    let question = Some(rows.matching(&condition, counts));
    Some(Hazard { address: Address::Check(rows.name.clone(), name.clone()), fact: Fact::AddsCheck, question })
}

fn foreign_key_hazard(rows: &Rows<'_>, name: &Ident, key: &ForeignKey) -> Option<Hazard> {
    let points = |before: &ForeignKey| {
        before.columns == key.columns
            && before.references == key.references
            && before.referenced_columns == key.referenced_columns
    };
    let same = rows.before.foreign_keys.values().any(points);
    let added = |column: &Ident| {
        let default = rows.after.columns.get(column).and_then(|it| it.default.as_ref());
        let empty = default.is_none_or(copy::is_null) && !is_rowid_alias(rows.after, column);
        !rows.before.columns.contains_key(column) && empty
    };
    if (same && !key.columns.iter().any(|column| rows.changes(column))) || key.columns.iter().any(added) {
        return None;
    }
    let question = Some(rows.matching(&orphan_condition(rows, key)?, orphan_counts(rows, key)));
    Some(Hazard { address: Address::ForeignKey(rows.name.clone(), name.clone()), fact: Fact::AddsForeignKey, question })
}

fn orphan_counts(rows: &Rows<'_>, key: &ForeignKey) -> String {
    let columns: Vec<&str> = key.columns.iter().map(Ident::text).collect();
    let parts = ["rows of ", &rows.name.to_string(), " whose ", &columns.join(", "), " is in no row of "];
    [parts.concat(), key.references.to_string()].concat()
}

/// The condition for a row that points nowhere. `None` where the parent is not known, which is not ours to judge.
fn orphan_condition(rows: &Rows<'_>, key: &ForeignKey) -> Option<Sql> {
    let Rows { context, name, before: _, after: _, projection } = rows;
    let after = context.work.after.table(&key.references)?;
    let mut condition = sql("");
    for (at, column) in key.columns.iter().enumerate() {
        let not_null = sql("").ident(&name.name).raw(".").ident(column);
        condition = if at > 0 { condition.raw("AND") } else { condition }.sql(&not_null).raw("IS NOT NULL");
    }
    let Some(before) = context.work.before.table(&key.references) else { return Some(condition) };
    let parents = if key.references == **name {
        projection.clone()
    } else {
        copy::projection(context, &key.references, before, after)
    };
    let primary = after.primary_key.iter().flat_map(|it| it.parts.iter().filter_map(Part::column_name));
    let referenced: Vec<&Ident> =
        if key.referenced_columns.is_empty() { primary.collect() } else { key.referenced_columns.iter().collect() };
    let alias = Ident::from("trueup_parent");
    let mut exists = sql("SELECT 1 FROM").sql(&parents).raw("AS").ident(&alias).raw("WHERE");
    for (at, (parent, child)) in referenced.iter().zip(&key.columns).enumerate() {
        let parent = sql("").ident(&alias).raw(".").ident(parent);
        let child = sql("").ident(&name.name).raw(".").ident(child);
        exists = if at > 0 { exists.raw("AND") } else { exists }.sql(&parent).raw("=").sql(&child);
    }
    Some(condition.raw("AND NOT EXISTS (").sql(&exists).raw(")"))
}
