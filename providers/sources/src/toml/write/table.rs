//! Tables with their columns and constraints.

use trueup_state::{
    Address, Column, Ident, MySqlTable, PostgresColumn, PostgresTable, Qualified, ReplicaIdentity, SqliteTable, Table,
    TableExtra,
};

use super::{
    Writer,
    document::{Body, Value, names, put, text},
    part, place, table_name,
};

/// Every table.
pub(super) fn tables(writer: &mut Writer<'_>) {
    for (name, table) in writer.schema.tables() {
        let address = Address::Table(name.clone());
        let Some((kind, key)) = place(&address) else { continue };
        let body = match structured(writer, &name, table) {
            Some(body) => {
                taken(writer, &name, table);
                body
            }
            None => stated(writer, &address),
        };
        *writer.document.entry(kind, &key) = body;
        part::of_table(writer, &name, table);
    }
}

/// What the structure says need not be said by statements.
fn taken(writer: &mut Writer<'_>, name: &Qualified, table: &Table) {
    let own = |make: fn(Qualified, Ident) -> Address, it: &Ident| make(name.clone(), it.clone());
    let mut addresses = vec![Address::Table(name.clone()), Address::PrimaryKey(name.clone())];
    addresses.extend(table.columns.keys().map(|it| own(Address::Column, it)));
    addresses.extend(table.uniques.keys().map(|it| own(Address::Unique, it)));
    addresses.extend(table.checks.keys().map(|it| own(Address::Check, it)));
    for address in addresses {
        writer.take(&address);
    }
}

fn stated(writer: &mut Writer<'_>, address: &Address) -> Body {
    let sql = writer.take(address).unwrap_or_default();
    Body::from([("sql".to_owned(), text(sql))])
}

/// A table whose columns and options can be said key by key.
fn structured(writer: &Writer<'_>, name: &Qualified, table: &Table) -> Option<Body> {
    let mut body = Body::new();
    body.insert("columns".to_owned(), Value::Table(Body::new()));
    let rest = match &table.extra {
        TableExtra::None => TableExtra::None,
        TableExtra::Postgres(extra) => postgres(extra, table, &mut body)?.into(),
        TableExtra::MySql(extra) => mysql(extra, &mut body)?.into(),
        TableExtra::Sqlite(extra) => sqlite(*extra, &mut body).into(),
    };
    let mut bare = table.clone();
    for (own, column) in &table.columns {
        let value = self::column(writer, name, &mut bare, own, column)?;
        put(&mut body, "columns", own.text(), value);
    }
    part::constraints(writer, name, table, &mut body)?;
    let bare = Table { extra: rest, ..table.clone() };
    let options = writer.dialect.piece(name, &bare, &Address::Table(name.clone())).unwrap_or_default();
    if !options.trim().is_empty() {
        body.insert("options".to_owned(), text(options.trim()));
    }
    if matches!(body.get("columns"), Some(Value::Table(columns)) if columns.is_empty()) {
        body.shift_remove("columns");
    }
    Some(body)
}

/// What PostgreSQL has besides; what is left is said by `options`.
fn postgres(extra: &PostgresTable, table: &Table, body: &mut Body) -> Option<PostgresTable> {
    let PostgresTable {
        unlogged,
        options,
        access_method,
        partition_by,
        partition_of,
        inherits,
        of_type,
        replica_identity,
        row_security,
        force_row_security,
        foreign,
        cluster_on,
        overrides,
        attached,
    } = extra;
    let is_plain = of_type.is_none() && foreign.is_none() && cluster_on.is_none();
    if !is_plain || !overrides.is_empty() || !attached.is_empty() || access_method.is_some() {
        return None;
    }
    if let Some(partition) = partition_of {
        if !table.columns.is_empty() {
            return None;
        }
        let bound = partition.bound.written().trim();
        let values = bound.get(.."for values ".len()).filter(|it| it.eq_ignore_ascii_case("for values "));
        body.insert("partition_of".to_owned(), text(table_name(&partition.parent)));
        body.insert("values".to_owned(), text(values.map_or(bound, |it| bound[it.len()..].trim())));
    }
    if !inherits.is_empty() {
        let parents: Vec<String> = inherits.iter().map(table_name).collect();
        body.insert("inherits".to_owned(), names(parents.iter().map(String::as_str)));
    }
    if let Some(key) = partition_by {
        body.insert("partition_by".to_owned(), text(key.written()));
    }
    flag(body, "unlogged", *unlogged);
    for (name, value) in options {
        put(body, "with", name, text(value.clone()));
    }
    flag(body, "row_security", *row_security);
    flag(body, "force_row_security", *force_row_security);
    match replica_identity {
        ReplicaIdentity::Default => (),
        ReplicaIdentity::Full => drop(body.insert("replica_identity".to_owned(), text("full"))),
        ReplicaIdentity::Nothing => drop(body.insert("replica_identity".to_owned(), text("nothing"))),
        ReplicaIdentity::Index(_) => return None,
    }
    Some(PostgresTable::default())
}

/// What MySQL and MariaDB have besides.
fn mysql(extra: &MySqlTable, body: &mut Body) -> Option<MySqlTable> {
    let MySqlTable { engine, charset, collation, comment, options, partitions, versioned, periods } = extra.clone();
    if !periods.is_empty() {
        return None;
    }
    for (key, value) in [("engine", engine), ("charset", charset), ("collation", collation)] {
        if let Some(value) = value {
            body.insert(key.to_owned(), text(value));
        }
    }
    if !comment.is_empty() {
        body.insert("comment".to_owned(), text(comment));
    }
    Some(MySqlTable { options, partitions, versioned, ..MySqlTable::default() })
}

fn sqlite(extra: SqliteTable, body: &mut Body) -> SqliteTable {
    let SqliteTable { strict, without_rowid } = extra;
    flag(body, "strict", strict);
    flag(body, "without_rowid", without_rowid);
    SqliteTable::default()
}

fn flag(body: &mut Body, key: &str, value: bool) {
    if value {
        body.insert(key.to_owned(), Value::Flag(true));
    }
}

/// A column: what stands after its name, and what CREATE TABLE has no words for. What is said by keys is taken out of `bare`.
fn column(writer: &Writer<'_>, name: &Qualified, bare: &mut Table, own: &Ident, column: &Column) -> Option<Value> {
    let mut body = Body::new();
    if writer.is("postgres") {
        let PostgresColumn { storage, statistics, options, foreign_options, not_null_not_valid, .. } =
            column.extra.postgres();
        if !options.is_empty() || !foreign_options.is_empty() || not_null_not_valid {
            return None;
        }
        if let Some(storage) = storage {
            body.insert("storage".to_owned(), text(storage));
        }
        if let Some(statistics) = statistics {
            body.insert("statistics".to_owned(), Value::Number(statistics.into()));
        }
    }
    if writer.is("mysql") {
        let mut extra = column.extra.mysql();
        let comment = std::mem::take(&mut extra.comment);
        if !comment.is_empty() {
            body.insert("comment".to_owned(), text(comment));
        }
        bare.columns.insert(own.clone(), Column { extra: extra.into(), ..column.clone() });
    }
    let piece = writer.dialect.piece(name, bare, &Address::Column(name.clone(), own.clone()))?;
    let ty = part::after_name(writer, own, &piece)?.to_owned();
    let ty = if is_plain_identity(column) { ty.replacen("GENERATED ALWAYS AS IDENTITY", "identity", 1) } else { ty };
    if body.is_empty() {
        return Some(Value::Text(ty));
    }
    body.shift_insert(0, "type".to_owned(), Value::Text(ty));
    Some(Value::Table(body))
}

/// Whether our own word says all of how rows are numbered.
fn is_plain_identity(column: &Column) -> bool {
    let identity = column.extra.postgres().identity;
    identity.is_some_and(|it| {
        let usual = trueup_state::SequenceOptions::of_type(column.ty.canonical(), 1);
        it.always && it.name.is_none() && it.sequence == usual
    })
}
