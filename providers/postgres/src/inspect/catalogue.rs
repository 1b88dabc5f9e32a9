//! What has been read so far, and which catalogue row is which object.

use std::collections::HashMap;

use sqlx::{Decode, Postgres, Row, Type, postgres::PgRow, types::Json};
use trueup_contract::{Cluster, DatabaseError, Depends, Inspection, Unmodelled};
use trueup_state::{Address, Ident, Options, Qualified, Schema};

use crate::connect::failed;

/// System catalogues, by the OID that each has had since it exists (`pg_class.dat` and the headers of PostgreSQL 14 to
/// 18): `pg_depend`, `pg_description` and `pg_init_privs` name objects by them.
pub(crate) mod class {
    pub(crate) const TYPE: u32 = 1247;
    pub(crate) const PROC: u32 = 1255;
    pub(crate) const CLASS: u32 = 1259;
    pub(crate) const ATTRDEF: u32 = 2604;
    pub(crate) const CONSTRAINT: u32 = 2606;
    pub(crate) const NAMESPACE: u32 = 2615;
    pub(crate) const REWRITE: u32 = 2618;
    pub(crate) const TRIGGER: u32 = 2620;
    pub(crate) const EXTENSION: u32 = 3079;
    pub(crate) const POLICY: u32 = 3256;
    pub(crate) const PUBLICATION: u32 = 6104;
    pub(crate) const PUBLICATION_TABLE: u32 = 6106;
    pub(crate) const PUBLICATION_NAMESPACE: u32 = 6237;
}

/// One row of a system catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RowId {
    /// The catalogue.
    pub(crate) class: u32,
    /// The row.
    pub(crate) oid: u32,
    /// The column's number, or 0.
    pub(crate) part: i32,
}

/// A `pg_class` row outside the system's namespaces.
#[derive(Clone, Debug)]
pub(crate) struct Relation {
    /// Its full name.
    pub(crate) name: Qualified,
    /// `relkind`: `r`, `p`, `f`, `v`, `m`, `S` or `c`.
    pub(crate) kind: char,
    /// Whether an extension brought it.
    pub(crate) is_member: bool,
}

/// What an index takes from a column unless it says otherwise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ColumnKind {
    /// The row of its type.
    pub(crate) ty: u32,
    /// The row of its collation, or 0.
    pub(crate) collation: u32,
}

/// Everything read so far.
#[derive(Default)]
pub(crate) struct Catalogue {
    /// What we understand.
    pub(crate) schema: Schema,
    /// Which row is which object.
    pub(crate) addresses: HashMap<RowId, Address>,
    /// Rows that have no address to comment on, with the object that they are a part of: a default, a row type, the
    /// sequence of an identity column. What needs them needs that object.
    pub(crate) parts: HashMap<RowId, Address>,
    /// Which row is which object of an extension.
    pub(crate) members: HashMap<RowId, Address>,
    /// The table, view, sequence, … of each `pg_class` row, extensions' members and system relations not included.
    pub(crate) relations: HashMap<u32, Qualified>,
    /// The same with extensions' members, which a foreign key may point at.
    pub(crate) known: HashMap<u32, Relation>,
    /// The parents of each partition and child, in order.
    pub(crate) parents: HashMap<u32, Vec<u32>>,
    /// Columns by table and number, those of views, composite types and extensions' tables included.
    pub(crate) columns: HashMap<(u32, i16), Ident>,
    /// Types and collations of the same.
    pub(crate) kinds: HashMap<(u32, i16), ColumnKind>,
    /// What we do not understand.
    pub(crate) unmodelled: Vec<Unmodelled>,
    /// Which object needs which.
    pub(crate) depends: Depends,
    /// What is around the schema.
    pub(crate) cluster: Cluster,
}

impl Catalogue {
    /// Note which object a row is.
    pub(crate) fn is(&mut self, class: u32, oid: u32, part: i32, address: Address) {
        self.addresses.insert(RowId { class, oid, part }, address);
    }

    /// Note which object a row without an address of its own is a part of.
    pub(crate) fn is_part(&mut self, class: u32, oid: u32, address: Address) {
        self.parts.insert(RowId { class, oid, part: 0 }, address);
    }

    /// The object of a row.
    pub(crate) fn address(&self, class: u32, oid: u32, part: i32) -> Option<&Address> {
        self.addresses.get(&RowId { class, oid, part })
    }

    /// The object that a row is a part of.
    pub(crate) fn part(&self, class: u32, oid: u32) -> Option<&Address> {
        self.parts.get(&RowId { class, oid, part: 0 })
    }

    /// The names of a table's columns. `None`: one of them is unknown.
    pub(crate) fn column_names(&self, table: u32, numbers: &[i16]) -> Option<Vec<Ident>> {
        numbers.iter().map(|number| self.columns.get(&(table, *number)).cloned()).collect()
    }

    /// Note something that we saw and do not understand.
    pub(crate) fn unmodelled(&mut self, kind: &str, name: impl ToString, reason: &str) {
        let reason = reason.to_owned();
        self.unmodelled.push(Unmodelled { kind: kind.to_owned(), name: name.to_string(), reason });
    }

    pub(super) fn finish(self) -> Inspection {
        Inspection {
            schema: self.schema,
            unmodelled: self.unmodelled,
            revision: None,
            depends: self.depends,
            cluster: self.cluster,
        }
    }
}

/// Reads the columns of a row one after another, in the order of the query.
pub(crate) struct Cells<'a> {
    row: &'a PgRow,
    next: usize,
}

impl<'a> Cells<'a> {
    pub(crate) fn of(row: &'a PgRow) -> Cells<'a> {
        Cells { row, next: 0 }
    }

    /// The next column.
    pub(crate) fn get<T: Decode<'a, Postgres> + Type<Postgres>>(&mut self) -> Result<T, DatabaseError> {
        self.next += 1;
        self.row.try_get(self.next - 1).map_err(failed)
    }

    /// The next column, an OID.
    pub(crate) fn oid(&mut self) -> Result<u32, DatabaseError> {
        self.get::<sqlx::postgres::types::Oid>().map(|oid| oid.0)
    }

    /// The next column, an OID that may be NULL or 0, which say the same.
    pub(crate) fn maybe_oid(&mut self) -> Result<Option<u32>, DatabaseError> {
        Ok(self.get::<Option<sqlx::postgres::types::Oid>>()?.map(|oid| oid.0).filter(|oid| *oid != 0))
    }

    /// The next column, a name.
    pub(crate) fn ident(&mut self) -> Result<Ident, DatabaseError> {
        self.get::<&str>().map(Ident::from)
    }

    /// The next column, a name that may be NULL.
    pub(crate) fn maybe_ident(&mut self) -> Result<Option<Ident>, DatabaseError> {
        Ok(self.get::<Option<&str>>()?.map(Ident::from))
    }

    /// The next two columns, a namespace and a name.
    pub(crate) fn qualified(&mut self) -> Result<Qualified, DatabaseError> {
        Ok(Qualified { namespace: self.ident()?, name: self.ident()? })
    }

    /// The next two columns, a namespace and a name that may be NULL.
    pub(crate) fn maybe_qualified(&mut self) -> Result<Option<Qualified>, DatabaseError> {
        let (namespace, name) = (self.maybe_ident()?, self.maybe_ident()?);
        Ok(namespace.zip(name).map(|(namespace, name)| Qualified { namespace, name }))
    }

    /// The next column, a "char" that was cast to text; a blank where it is empty.
    pub(crate) fn letter(&mut self) -> Result<char, DatabaseError> {
        Ok(self.get::<&str>()?.chars().next().unwrap_or(' '))
    }

    /// The next column, a list of texts.
    pub(crate) fn texts(&mut self) -> Result<Option<Vec<String>>, DatabaseError> {
        Ok(self.get::<Option<Json<_>>>()?.map(|it| it.0))
    }

    /// The next column, options as `pg_class.reloptions` has them: `{fillfactor=70}`.
    pub(crate) fn options(&mut self) -> Result<Options, DatabaseError> {
        let pairs = self.texts()?.unwrap_or_default();
        let split = |pair: String| match pair.split_once('=') {
            Some((name, value)) => (name.to_owned(), value.to_owned()),
            None => (pair, String::new()),
        };
        Ok(pairs.into_iter().map(split).collect())
    }
}
