//! The catalogue's answers to all queries of an inspection, which are asked in one round trip.

use futures_util::{TryStreamExt, stream::BoxStream};
use sqlx::{AssertSqlSafe, Either, PgConnection, Row, postgres::PgRow, types::Json};
use trueup_contract::DatabaseError;

use crate::{connect::failed, version::Version};

/// The queries, in the order in which their answers are read. Each is a file with a header that names the oldest server
/// that it runs on.
const QUERIES: [&str; 40] = [
    include_str!("sql/relations.sql"),
    include_str!("sql/inherits.sql"),
    include_str!("sql/extensions.sql"),
    include_str!("sql/available.sql"),
    include_str!("sql/members.sql"),
    include_str!("sql/attributes.sql"),
    include_str!("sql/domain_checks.sql"),
    include_str!("sql/ranges.sql"),
    include_str!("sql/base_types.sql"),
    include_str!("sql/types.sql"),
    include_str!("sql/tables.sql"),
    include_str!("sql/identities.sql"),
    include_str!("sql/columns.sql"),
    include_str!("sql/sequences.sql"),
    include_str!("sql/constraints.sql"),
    include_str!("sql/views.sql"),
    include_str!("sql/domains.sql"),
    include_str!("sql/operator_classes.sql"),
    include_str!("sql/collations.sql"),
    include_str!("sql/index_columns.sql"),
    include_str!("sql/indexes.sql"),
    include_str!("sql/attached_indexes.sql"),
    include_str!("sql/routines.sql"),
    include_str!("sql/triggers.sql"),
    include_str!("sql/rules.sql"),
    include_str!("sql/policies.sql"),
    include_str!("sql/operators.sql"),
    include_str!("sql/defined.sql"),
    include_str!("sql/text_search.sql"),
    include_str!("sql/foreign.sql"),
    PUBLICATIONS,
    include_str!("sql/unmodelled.sql"),
    include_str!("sql/cluster.sql"),
    include_str!("sql/large.sql"),
    include_str!("sql/owners.sql"),
    include_str!("sql/grants.sql"),
    include_str!("sql/given.sql"),
    include_str!("sql/default_grants.sql"),
    include_str!("sql/comments.sql"),
    include_str!("sql/dependencies.sql"),
];

const PUBLICATIONS: &str = include_str!("sql/publications.sql");

/// Compiling a query for a catalogue takes longer than it saves; numbers come as texts, and whole.
const SETTINGS: &str = "SET LOCAL jit = off; SET LOCAL extra_float_digits = 1";

/// What comes back. The server works on the next answer while one is read.
pub(crate) struct Answers<'c> {
    stream: BoxStream<'c, Result<Either<sqlx::postgres::PgQueryResult, PgRow>, sqlx::Error>>,
    /// How many were read.
    at: usize,
    /// The server's version.
    pub(crate) version: Version,
}

impl Answers<'_> {
    /// Ask everything. Several statements in one message are what only the simple query protocol has.
    pub(super) async fn to_all(connection: &mut PgConnection) -> Result<Answers<'_>, DatabaseError> {
        let version = Version::of(connection);
        let queries = QUERIES.map(|query| match query {
            PUBLICATIONS if version.major() < 15 => include_str!("sql/publications_14.sql"),
            query => query,
        });
        let script = [SETTINGS, &queries.join("\n;\n")].join(";\n");
        let stream = sqlx::raw_sql(AssertSqlSafe(script)).fetch_many(connection);
        let mut answers = Answers { stream, at: 0, version };
        for _ in SETTINGS.split(';') {
            answers.next().await?;
        }
        Ok(answers)
    }

    /// Every row of a query, which must be the next one.
    pub(crate) async fn rows(&mut self, sql: &'static str) -> Result<Vec<PgRow>, DatabaseError> {
        let next = QUERIES.get(self.at).copied();
        if next != Some(sql) {
            let what = ["the answers are read in another order than they were asked for: ", sql].concat();
            return Err(DatabaseError::Failed(what));
        }
        self.at += 1;
        self.next().await
    }

    async fn next(&mut self) -> Result<Vec<PgRow>, DatabaseError> {
        let mut rows = Vec::new();
        while let Some(Either::Right(row)) = self.stream.try_next().await.map_err(failed)? {
            rows.push(row);
        }
        Ok(rows)
    }
}

/// A list of texts. As an array in its textual form, sqlx takes an element `NULL` for no text at all.
pub(super) fn texts(row: &PgRow, column: &str) -> Result<Vec<String>, sqlx::Error> {
    row.try_get::<Json<_>, _>(column).map(|it| it.0)
}
