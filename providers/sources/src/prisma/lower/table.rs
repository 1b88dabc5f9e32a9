//! Tables with their keys and indexes, the tables between models, and foreign keys.

use trueup_contract::Sql;
use trueup_state::Qualified;

use super::{Lowering, ident, qualified, reference::key_column, table_name};
use crate::prisma::{
    datamodel::{Column, Condition, Index, IndexKind, Key, Model, Relation, Spot},
    names,
    native::Provider,
    syntax::Arity,
};

/// What MySQL's tables are made with.
const MYSQL_TABLE: &str = ") DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;";

impl Lowering<'_> {
    pub(super) fn table(&mut self, model: &Model) {
        let mut lines: Vec<(Spot, Sql)> =
            model.columns.iter().map(|column| (column.spot, self.column(model, column))).collect();
        lines.extend(model.key.as_ref().and_then(|key| self.primary_key(model, key)));
        if self.provider() == Provider::Mysql {
            lines.extend(model.indexes.iter().map(|index| (index.spot, self.inner_index(model, index))));
        }
        let name = table_name(model);
        lines.extend(self.inner_references(&name));
        self.create_table(model.spot, &name, lines);
        if self.provider() != Provider::Mysql {
            for index in &model.indexes {
                self.push(index.spot, self.index(model, index));
            }
        }
    }

    fn create_table(&mut self, spot: Spot, name: &Qualified, lines: Vec<(Spot, Sql)>) {
        self.push(spot, self.sql("CREATE TABLE").name(name).raw("("));
        let last = lines.len().saturating_sub(1);
        for (at, (spot, line)) in lines.into_iter().enumerate() {
            self.push(spot, if at < last { line.raw(",") } else { line });
        }
        let end = if self.provider() == Provider::Mysql { MYSQL_TABLE } else { ");" };
        self.push(spot, self.sql(end));
    }

    fn primary_key(&self, model: &Model, key: &Key) -> Option<(Spot, Sql)> {
        let line = match self.provider() {
            Provider::Postgres | Provider::Cockroach => {
                let made = || names::primary_key(&model.mapped, self.provider().longest_name());
                let name = key.map.clone().unwrap_or_else(made);
                self.sql("CONSTRAINT").ident(&ident(&name)).raw("PRIMARY KEY")
            }
            Provider::Sqlite if key.fields.len() == 1 => return None,
            Provider::Mysql | Provider::Sqlite => self.sql("PRIMARY KEY"),
        };
        Some((key.spot, self.index_fields(line, model, &key.fields)))
    }

    /// An index as it stands in CREATE TABLE of MySQL.
    fn inner_index(&self, model: &Model, index: &Index) -> Sql {
        let keywords = match index.kind {
            IndexKind::Plain => "INDEX",
            IndexKind::Unique => "UNIQUE INDEX",
            IndexKind::Fulltext => "FULLTEXT INDEX",
        };
        let sql = self.sql(keywords).ident(&ident(&self.index_name(model, index)));
        self.index_fields(sql, model, &index.fields)
    }

    fn index(&self, model: &Model, index: &Index) -> Sql {
        let keywords = if index.kind == IndexKind::Unique { "CREATE UNIQUE INDEX" } else { "CREATE INDEX" };
        let name = ident(&self.index_name(model, index));
        let mut sql = self.sql(keywords).ident(&name).raw("ON").name(&table_name(model));
        if let Some(method) = index.method {
            sql = sql.raw("USING").raw(method);
        }
        sql = self.index_fields(sql, model, &index.fields);
        match &index.condition {
            Some(Condition::Raw(text)) => sql.raw("WHERE (").raw(text).raw(")"),
            Some(Condition::All(all)) => {
                sql = sql.raw("WHERE (");
                for (at, (column, differs, value)) in all.iter().enumerate() {
                    let column = &model.columns[*column];
                    let joined = if at > 0 { sql.raw("AND") } else { sql };
                    let left = joined.ident(&ident(&column.mapped));
                    sql = match (value, differs) {
                        (None, false) => left.raw("IS NULL"),
                        (None, true) => left.raw("IS NOT NULL"),
                        (Some(value), false) => self.literal(left.raw("="), column, value),
                        (Some(value), true) => self.literal(left.raw("<>"), column, value),
                    };
                }
                sql.raw(")")
            }
            None => sql,
        }
        .raw(";")
    }

    /// The tables between models that lead to many of each other.
    pub(super) fn joins(&mut self) {
        let data = self.data;
        for relation in &data.relations {
            let Relation::Join { name, models: [first, second], spot } = relation else { continue };
            self.join(name, [&data.models[*first], &data.models[*second]], *spot);
        }
    }

    fn join(&mut self, name: &str, models: [&Model; 2], spot: Spot) {
        let longest = self.provider().longest_name();
        let table = names::with_suffix(&["_", name].concat(), "", longest);
        let whole = qualified(models[0].schema.as_deref(), &table);
        let mut lines: Vec<(Spot, Sql)> = Vec::new();
        for (letter, model) in ["A", "B"].into_iter().zip(models) {
            let Some(column) = key_column(model) else { continue };
            let plain = Column { default: None, arity: Arity::Required, ..column.clone() };
            let typed = self.column_type(self.sql("").ident(&ident(letter)), &plain, false);
            lines.push((spot, typed.raw("NOT NULL")));
        }
        let pair = [ident("A"), ident("B")];
        // Since version 6 Prisma makes this a primary key on PostgreSQL, and nowhere else.
        let is_key = self.provider() == Provider::Postgres;
        let suffix = if is_key { "_AB_pkey" } else { "_AB_unique" };
        let both = ident(&names::with_suffix(&table, suffix, longest));
        let second = ident(&names::with_suffix(&table, "_B_index", longest));
        if is_key {
            lines.push((spot, self.sql("CONSTRAINT").ident(&both).raw("PRIMARY KEY").idents(&pair)));
        }
        if self.provider() == Provider::Mysql {
            lines.push((spot, self.sql("UNIQUE INDEX").ident(&both).idents(&pair)));
            lines.push((spot, self.sql("INDEX").ident(&second).idents(&pair[1..])));
        }
        lines.extend(self.inner_references(&whole));
        self.create_table(spot, &whole, lines);
        if self.provider() == Provider::Mysql {
            return;
        }
        if !is_key {
            self.push(spot, self.sql("CREATE UNIQUE INDEX").ident(&both).raw("ON").name(&whole).idents(&pair).raw(";"));
        }
        self.push(spot, self.sql("CREATE INDEX").ident(&second).raw("ON").name(&whole).idents(&pair[1..]).raw(";"));
    }

    /// The foreign keys of a table of SQLite, which stand inside.
    fn inner_references(&self, table: &Qualified) -> Vec<(Spot, Sql)> {
        if self.provider() != Provider::Sqlite {
            return Vec::new();
        }
        let own = self.references.get(table).into_iter().flatten();
        own.map(|reference| (reference.spot, reference.clause(self.sql("CONSTRAINT")))).collect()
    }

    pub(super) fn foreign_keys(&mut self) {
        if self.provider() == Provider::Sqlite {
            return;
        }
        for (table, own) in std::mem::take(&mut self.references) {
            for reference in own {
                let start = self.sql("ALTER TABLE").name(&table).raw("ADD CONSTRAINT");
                self.push(reference.spot, reference.clause(start).raw(";"));
            }
        }
    }
}
