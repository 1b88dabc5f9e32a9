//! Ordinary, partitioned and foreign tables.

pub(super) mod relations;

use trueup_contract::DatabaseError;
use trueup_state::{
    Address, ForeignTable, Options, Partition, PostgresTable, Qualified, ReplicaIdentity, SqlText, Table,
};

use super::{
    Catalogue,
    answers::Answers,
    catalogue::{Cells, class},
};
use crate::canonical::plain;

/// Read them, without their parts.
pub(super) async fn read(answers: &mut Answers<'_>, catalogue: &mut Catalogue) -> Result<(), DatabaseError> {
    for row in &answers.rows(include_str!("sql/tables.sql")).await? {
        let mut cells = Cells::of(row);
        let oid = cells.oid()?;
        let Some(name) = catalogue.relations.get(&oid).cloned() else { continue };
        let (extra, bound) = table(&mut cells)?;
        let extra = hang(catalogue, oid, extra, bound);
        catalogue.is(class::CLASS, oid, 0, Address::Table(name.clone()));
        let tables = &mut catalogue.schema.namespace_mut(&name.namespace).tables;
        tables.insert(name.name, Table { extra: extra.into(), ..Table::default() });
    }
    Ok(())
}

/// What a row says, and the bound of a partition.
fn table(cells: &mut Cells<'_>) -> Result<(PostgresTable, Option<SqlText>), DatabaseError> {
    let unlogged = cells.get()?;
    let mut options = cells.options()?;
    let prefixed = cells.options()?.into_iter().map(|(name, value)| (["toast.", &name].concat(), value));
    options.extend(prefixed.collect::<Options>());
    let access_method = cells.maybe_ident()?;
    let partition_by = cells.get::<Option<&str>>()?.map(plain);
    let bound = cells.get::<Option<&str>>()?.map(plain);
    let of_type = cells.maybe_qualified()?;
    let identity = cells.letter()?;
    let replica = cells.maybe_ident()?;
    let row_security = cells.get()?;
    let force_row_security = cells.get()?;
    let server = cells.maybe_ident()?;
    let foreign_options = cells.options()?;
    let foreign = server.map(|server| ForeignTable { server, options: foreign_options });
    let extra = PostgresTable {
        unlogged,
        options,
        access_method,
        partition_by,
        partition_of: None,
        inherits: Vec::new(),
        of_type,
        replica_identity: match (identity, replica) {
            ('f', _) => ReplicaIdentity::Full,
            ('i', Some(index)) => ReplicaIdentity::Index(index),
            // An index that is gone leaves its table with nothing (ALTER TABLE, REPLICA IDENTITY).
            ('n' | 'i', _) => ReplicaIdentity::Nothing,
            (_, _) => ReplicaIdentity::Default,
        },
        row_security,
        force_row_security,
        foreign,
        cluster_on: cells.maybe_ident()?,
        // Known when the columns are.
        overrides: Default::default(),
        // Known when the indexes are.
        attached: Default::default(),
    };
    Ok((extra, bound))
}

/// Hang a table on its parents.
fn hang(catalogue: &mut Catalogue, oid: u32, mut extra: PostgresTable, bound: Option<SqlText>) -> PostgresTable {
    let parents = catalogue.parents.get(&oid).map(Vec::as_slice).unwrap_or_default();
    let mut names: Vec<Qualified> =
        parents.iter().filter_map(|parent| catalogue.known.get(parent)).map(|it| it.name.clone()).collect();
    match bound {
        Some(bound) => extra.partition_of = names.pop().map(|parent| Partition { parent, bound }),
        None => extra.inherits = names,
    }
    extra
}
