//! What of something that is written cannot be written with it.

use trueup_state::{
    Address, Column, ColumnExtra, Conflict, Deferral, ForeignKeyExtra, IndexExtra, KeyExtra, MySqlColumn, MySqlIndex,
    MySqlKey, MySqlPart, MySqlTable, Part, PostgresColumn, PostgresForeignKey, PostgresIndex, PostgresKey,
    PostgresPart, PostgresTable, Sequence, SequenceOptions, SqliteKey, SqliteTable, TableExtra,
};

use crate::prisma::write::{
    engine::Engine,
    types::{self, SqlType},
};

/// What is lost of one object.
#[derive(Clone, Debug, Default)]
pub(super) struct Lost(Vec<String>);

impl Lost {
    /// Something always is.
    pub(super) fn add(&mut self, what: &str) {
        self.0.push(what.to_owned());
    }

    /// Something is, if it is there.
    fn when(&mut self, is_there: bool, what: &str) {
        if is_there {
            self.add(what);
        }
    }

    /// One sentence, if anything is lost.
    pub(super) fn sentences(self) -> Vec<String> {
        let whole = |all: Vec<String>| ["not written: ", &all.join(", ")].concat();
        Some(self.0).filter(|it| !it.is_empty()).map(whole).into_iter().collect()
    }
}

/// Of a table.
pub(super) fn table(engine: Engine, extra: &TableExtra) -> Lost {
    let mut lost = Lost::default();
    match engine {
        Engine::Postgres => {
            let PostgresTable {
                unlogged,
                options,
                access_method,
                partition_by,
                partition_of: _,
                inherits: _,
                of_type,
                replica_identity,
                row_security,
                force_row_security,
                foreign: _,
                cluster_on,
                overrides: _,
                attached: _,
            } = extra.postgres();
            lost.when(unlogged, "that it is unlogged");
            lost.when(!options.is_empty(), "its storage parameters");
            lost.when(access_method.is_some(), "its access method");
            lost.when(partition_by.is_some(), "how it is partitioned");
            lost.when(of_type.is_some(), "the type that it is of");
            lost.when(replica_identity != trueup_state::ReplicaIdentity::default(), "its replica identity");
            lost.when(row_security || force_row_security, "row level security");
            lost.when(cluster_on.is_some(), "the index that it is clustered on");
        }
        Engine::MySql => {
            let MySqlTable { engine: storage, charset: _, collation, comment, options, partitions, versioned, periods } =
                extra.mysql();
            lost.when(storage.is_some_and(|it| !it.eq_ignore_ascii_case("innodb")), "its storage engine");
            lost.when(collation.is_some() && collation.as_deref() != engine.collation(), "its collation");
            lost.when(!comment.is_empty(), "its comment");
            lost.when(!options.is_empty(), "its options");
            lost.when(partitions.is_some(), "how it is partitioned");
            lost.when(versioned || !periods.is_empty(), "system versioning and periods");
        }
        Engine::Sqlite => {
            let SqliteTable { strict, without_rowid } = extra.sqlite();
            lost.when(strict, "STRICT");
            lost.when(without_rowid, "WITHOUT ROWID");
        }
    }
    lost
}

/// Of a column.
pub(super) fn column(engine: Engine, column: &Column, table_collation: Option<String>) -> Lost {
    let Column { ty, nullable, default: _, collation, generated, extra } = column;
    let mut lost = Lost::default();
    lost.when(generated.is_some(), "that it is generated, and from what");
    let sql = SqlType::of(ty.canonical());
    match engine {
        Engine::Postgres => {
            lost.when(sql.is_list && !nullable && types::native(engine, &sql).is_some(), "that the list is not null");
            postgres_column(extra, &mut lost);
        }
        Engine::MySql => {
            lost.when(collation.as_ref().map(|it| it.text().to_owned()) != table_collation && collation.is_some(), {
                "its collation"
            });
            my_sql_column(extra, types::is_json_text(column), &mut lost);
            lost.when(ty.canonical().contains("zerofill"), "ZEROFILL");
            let is_float = matches!(sql.base.as_str(), "float" | "double");
            lost.when(is_float && !sql.arguments.is_empty(), "how many digits it keeps");
        }
        Engine::Sqlite => {
            lost.when(collation.is_some(), "its collation");
            lost.when(extra.sqlite().not_null != Conflict::Abort, "what a violated NOT NULL does");
            let plain = ["INTEGER", "BIGINT", "BOOLEAN", "TEXT", "REAL", "DECIMAL", "DATETIME", "JSONB", "BLOB"];
            let is_other = !plain.iter().any(|it| it.eq_ignore_ascii_case(ty.canonical()))
                && types::native(engine, &sql).is_some();
            lost.when(is_other, &["the declared type `", ty.canonical(), "`"].concat());
        }
    }
    lost
}

fn postgres_column(extra: &ColumnExtra, lost: &mut Lost) {
    let PostgresColumn {
        collation,
        identity,
        storage,
        compression,
        statistics,
        options,
        foreign_options: _,
        not_null_name,
        not_null_no_inherit,
        not_null_not_valid,
    } = extra.postgres();
    lost.when(collation.is_some(), "its collation");
    lost.when(identity.is_some(), "that it is an identity column, which Prisma takes for a sequence's");
    lost.when(storage.is_some() || compression.is_some(), "how it is stored");
    lost.when(statistics.is_some() || !options.is_empty(), "its statistics and options");
    lost.when(
        not_null_name.is_some() || not_null_no_inherit || not_null_not_valid,
        "its NOT NULL constraint's name and kind",
    );
}

fn my_sql_column(extra: &ColumnExtra, is_json: bool, lost: &mut Lost) {
    let MySqlColumn {
        charset: _,
        auto_increment: _,
        on_update,
        invisible,
        comment,
        srid,
        check,
        options,
        unversioned,
        row,
    } = extra.mysql();
    lost.when(on_update.is_some(), "ON UPDATE");
    lost.when(invisible, "that it is invisible");
    lost.when(!comment.is_empty(), "its comment");
    lost.when(srid.is_some(), "its SRID");
    lost.when(check.is_some() && !is_json, "its check");
    lost.when(!options.is_empty(), "its options");
    lost.when(unversioned || row.is_some(), "system versioning");
}

/// Of a primary key or a unique constraint.
pub(super) fn key(parts: &[Part], extra: &KeyExtra) -> Lost {
    let mut lost = Lost::default();
    for it in parts {
        part(it, &mut lost);
    }
    let PostgresKey { include, nulls_not_distinct, without_overlaps, deferral, options, only } = extra.postgres();
    lost.when(!include.is_empty(), "INCLUDE");
    lost.when(nulls_not_distinct, "NULLS NOT DISTINCT");
    lost.when(without_overlaps, "WITHOUT OVERLAPS");
    lost.when(deferral != Deferral::default(), "that it is deferrable");
    lost.when(!options.is_empty(), "its storage parameters");
    lost.when(only, "ONLY");
    let MySqlKey { method, comment, options } = extra.mysql();
    lost.when(method.is_some() || !options.is_empty() || !comment.is_empty(), "its method, options or comment");
    let SqliteKey { conflict, autoincrement, rowid_alias } = extra.sqlite();
    lost.when(conflict != Conflict::Abort, "what a violation does");
    lost.when(rowid_alias && !autoincrement, "that it has no AUTOINCREMENT");
    lost
}

fn part(part: &Part, lost: &mut Lost) {
    let Part { term: _, collation, descending: _, extra } = part;
    let PostgresPart { collation: own, operator_class: _, operator_class_options, nulls_opposite } = extra.postgres();
    let MySqlPart { prefix: _ } = extra.mysql();
    lost.when(collation.is_some() || own.is_some(), "a collation");
    lost.when(!operator_class_options.is_empty(), "parameters of an operator class");
    lost.when(nulls_opposite, "where NULL is sorted");
}

/// Of a foreign key.
pub(super) fn foreign_key(deferral: &Deferral, extra: &ForeignKeyExtra) -> Lost {
    let mut lost = Lost::default();
    let PostgresForeignKey { match_full, delete_columns, not_valid, not_enforced, period } = extra.postgres();
    lost.when(*deferral != Deferral::default(), "that it is deferrable");
    lost.when(match_full, "MATCH FULL");
    lost.when(!delete_columns.is_empty(), "which columns are set on delete");
    lost.when(not_valid || not_enforced, "that it is not valid or not enforced");
    lost.when(period, "PERIOD");
    lost
}

/// Of an index.
pub(super) fn index(parts: &[Part], extra: &IndexExtra) -> Lost {
    let mut lost = Lost::default();
    for it in parts {
        part(it, &mut lost);
    }
    let PostgresIndex { method: _, include, nulls_not_distinct, options, is_invalid, only, statistics } =
        extra.postgres();
    lost.when(!include.is_empty(), "INCLUDE");
    lost.when(nulls_not_distinct, "NULLS NOT DISTINCT");
    lost.when(!options.is_empty(), "its storage parameters");
    lost.when(is_invalid, "that it is invalid");
    lost.when(only, "ONLY");
    lost.when(!statistics.is_empty(), "its statistics");
    let MySqlIndex { kind: _, method: _, invisible, comment, parser, options, without_overlaps } = extra.mysql();
    lost.when(invisible, "that it is invisible");
    lost.when(!comment.is_empty(), "its comment");
    lost.when(parser.is_some(), "its parser");
    lost.when(!options.is_empty(), "its options");
    lost.when(without_overlaps.is_some(), "WITHOUT OVERLAPS");
    lost
}

/// Of the sequence of a column that counts.
pub(super) fn sequence(address: &Address, it: &Sequence) -> Lost {
    let Sequence { ty, options, unlogged, owned_by } = it;
    let mut lost = Lost::default();
    let usual = owned_by.as_ref().map(|(table, column)| [table.name.text(), "_", column.text(), "_seq"].concat());
    lost.when(*options != SequenceOptions::of_type(ty, 1), "its options");
    lost.when(*unlogged, "that it is unlogged");
    lost.when(address.name().map(|it| it.text().to_owned()) != usual, "its name");
    lost
}
