//! Columns of tables, and the names of those of everything else.

mod identities;
mod overrides;

use trueup_contract::DatabaseError;
use trueup_state::{Address, Column, Generated, PostgresColumn, SqlText};

use super::{
    Catalogue,
    answers::Answers,
    catalogue::{Cells, ColumnKind, class},
};
use crate::canonical::plain;
use overrides::{Inherited, Overrides};

/// One column as the catalogue has it.
struct Read {
    is_local: bool,
    column: Column,
    extra: PostgresColumn,
    /// The row of its default or its expression.
    default: Option<u32>,
}

/// Read them.
pub(super) async fn read(answers: &mut Answers<'_>, catalogue: &mut Catalogue) -> Result<(), DatabaseError> {
    let mut identities = identities::read(answers, catalogue).await?;
    let mut overrides = Overrides::of(catalogue);
    for row in &answers.rows(include_str!("sql/columns.sql")).await? {
        let mut cells = Cells::of(row);
        let (table, number) = (cells.oid()?, cells.get::<i16>()?);
        let Some(relation) = catalogue.known.get(&table).cloned() else { continue };
        let name = cells.ident()?;
        let address = Address::Column(relation.name.clone(), name.clone());
        catalogue.columns.insert((table, number), name.clone());
        catalogue.kinds.insert((table, number), ColumnKind { collation: cells.oid()?, ty: cells.oid()? });
        if relation.kind != 'c' && !relation.is_member {
            catalogue.is(class::CLASS, table, number.into(), address.clone());
        }
        if !matches!(relation.kind, 'r' | 'p' | 'f') {
            continue;
        }
        let mut read = column(&mut cells)?;
        overrides.note(table, &name, &read);
        if relation.is_member {
            continue;
        }
        if let Some(identity) = identities.remove(&(table, number)) {
            read.extra.identity = Some(identity.of(&relation.name, &name));
            catalogue.is_part(class::CLASS, identity.sequence, address.clone());
        }
        if let Some(default) = read.default {
            catalogue.is_part(class::ATTRDEF, default, address);
        }
        if read.is_local
            && let Some(owner) = catalogue.schema.table_mut(&relation.name)
        {
            owner.columns.insert(name, Column { extra: read.extra.into(), ..read.column });
        }
    }
    overrides.settle(catalogue);
    Ok(())
}

/// What a row says of a table's column.
fn column(cells: &mut Cells<'_>) -> Result<Read, DatabaseError> {
    let ty = cells.get::<&str>()?;
    let ty = SqlText::new(ty, ty);
    let nullable = cells.get()?;
    let is_local = cells.get()?;
    let generated = cells.letter()?;
    let expression = cells.get::<Option<&str>>()?.map(plain);
    let default = cells.maybe_oid()?;
    let (default_text, generated) = match (generated, expression) {
        ('s' | 'v', Some(expression)) => (None, Some(Generated { expression, stored: generated == 's' })),
        (_, expression) => (expression, None),
    };
    let extra = PostgresColumn {
        collation: cells.maybe_qualified()?,
        identity: None,
        storage: cells.get::<Option<&str>>()?.and_then(storage).map(str::to_owned),
        compression: compression(cells.letter()?).map(str::to_owned),
        statistics: cells.get()?,
        options: cells.options()?,
        foreign_options: cells.options()?,
        // Known when the constraints are.
        not_null_name: None,
        not_null_no_inherit: false,
        not_null_not_valid: false,
    };
    let column = Column {
        ty,
        nullable,
        default: default_text,
        collation: None,
        generated,
        extra: trueup_state::ColumnExtra::None,
    };
    Ok(Read { is_local, column, extra, default })
}

/// The words for `pg_attribute.attstorage`.
fn storage(letter: &str) -> Option<&'static str> {
    Some(match letter {
        "p" => "plain",
        "e" => "external",
        "m" => "main",
        "x" => "extended",
        _ => return None,
    })
}

/// The words for `pg_attribute.attcompression`.
fn compression(letter: char) -> Option<&'static str> {
    match letter {
        'p' => Some("pglz"),
        'l' => Some("lz4"),
        _ => None,
    }
}

impl Read {
    /// What a child may have otherwise.
    fn inherited(&self) -> Inherited {
        let Column { ty: _, nullable, default, collation: _, generated, extra: _ } = &self.column;
        let default = default.clone().or_else(|| generated.as_ref().map(|it| it.expression.clone()));
        Inherited { is_local: self.is_local, default, nullable: *nullable, extra: self.extra.clone() }
    }
}
