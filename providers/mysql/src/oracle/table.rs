//! Questions about the parts of a table.

use indexmap::IndexMap;
use sqlx::MySqlConnection;
use trueup_contract::{DatabaseError, Settled};
use trueup_state::{
    Address, Check, Column, Definition, Generated, Ident, Index, MySqlColumn, MySqlTable, Options, Qualified, Schema,
    Table, Term,
};

use super::{Asking, answered, texts};
use crate::{
    connect::{Rows, ask as send, code, failed, number},
    database::privileges::Privileges,
    inspect::{OURS, at_home},
    normalize,
    read::{Created, created},
    render::{self, sql},
};

/// The parts of one table that are asked about.
pub(super) struct Family<'a> {
    table: &'a Table,
    parts: Vec<&'a Address>,
}

/// The parts that the server may write otherwise, by table.
pub(super) fn families<'a>(asking: &Asking<'a>, differing: &[&'a Address]) -> Vec<Family<'a>> {
    let mut families: IndexMap<&Qualified, Family<'a>> = IndexMap::new();
    for address in differing {
        let Some(owner) = address.owner() else { continue };
        let Some(table) = asking.declared.table(owner) else { continue };
        let is_question = match address {
            Address::Column(_, name) => table.columns.get(name).is_some_and(|it| it.extra.mysql().row.is_none()),
            Address::Check(..) => true,
            Address::Index(_, name) => table.indexes.get(name).is_some_and(has_expressions),
            _ => false,
        };
        if is_question {
            families.entry(owner).or_insert_with(|| Family { table, parts: Vec::new() }).parts.push(address);
        }
    }
    families.into_values().collect()
}

fn has_expressions(index: &Index) -> bool {
    index.parts.iter().any(|part| matches!(part.term, Term::Expression(_)))
}

/// Ask about all families in one message.
pub(super) async fn ask(
    connection: &mut MySqlConnection,
    asking: &Asking<'_>,
    privileges: &Privileges,
    families: Vec<Family<'_>>,
    settled: &mut Settled,
) -> Result<(), DatabaseError> {
    let statements: Vec<String> = families.iter().enumerate().flat_map(|(at, it)| it.statements(at)).collect();
    let answers = send(connection, &statements).await.map_err(failed)?;
    let denied = |answer: &Result<Rows, sqlx::Error>| {
        answer.as_ref().err().and_then(number).is_some_and(|it| code::DENIED.contains(&it))
    };
    if answers.first().is_some_and(denied) {
        let grant = privileges.grant(&["CREATE TEMPORARY TABLES"]);
        settled.skipped = Some(["the user may not make temporary tables: `", &grant, "`"].concat());
        return Ok(());
    }
    for (family, answers) in families.iter().zip(answers.chunks(STATEMENTS)) {
        let shown = answers.get(1).and_then(|it| it.as_ref().ok());
        let table = shown.and_then(|rows| family.read(rows, asking));
        for address in &family.parts {
            family.settle(address, table.as_ref(), asking, settled);
        }
    }
    Ok(())
}

/// How many statements there are for one family.
const STATEMENTS: usize = 3;

fn name(at: usize) -> Ident {
    Ident::from([OURS, "q_", &at.to_string()].concat())
}

impl Family<'_> {
    fn statements(&self, at: usize) -> [String; STATEMENTS] {
        let name = name(at);
        let create = render::create_table(&name, &temporary(self.table));
        let create = ["CREATE TEMPORARY TABLE", create.trim_start_matches("CREATE TABLE")].concat();
        let show = sql("SHOW CREATE TABLE").ident(&name).finish();
        // IF EXISTS: what could not be made is not there to be dropped.
        [create, show, sql("DROP TEMPORARY TABLE IF EXISTS").ident(&name).finish()]
    }

    /// The temporary table in canonical form.
    fn read(&self, rows: &Rows, asking: &Asking<'_>) -> Option<Table> {
        let text = rows.first()?.get(1)?.as_deref()?;
        let text = at_home(text, &asking.database, Some(asking.version));
        let Ok(Created::Table { name, table }) = created(&text, &asking.facts) else { return None };
        let mut schema = Schema::default();
        schema.namespace_mut(&Ident::default()).tables.insert(name, table);
        normalize::resolve(&mut schema, &asking.facts);
        schema.namespaces.swap_remove(&Ident::default())?.tables.into_values().next()
    }

    /// Take the form of one part. What could not be asked because it needs what the plan makes is a change.
    fn settle(&self, address: &Address, table: Option<&Table>, asking: &Asking<'_>, settled: &mut Settled) {
        if let Some(form) = table.and_then(|table| self.form(address, table)) {
            settled.forms.push((address.clone(), form));
            return;
        }
        let texts = asking.declared.object(address).map(|it| texts(&it)).unwrap_or_default();
        if !texts.iter().any(|text| asking.changes.are_mentioned(text)) {
            settled.unproven.insert(address.clone());
        }
    }

    fn form(&self, address: &Address, answer: &Table) -> Option<Definition> {
        match address {
            Address::Column(_, name) => {
                let form = column(self.table.columns.get(name)?, answer.columns.get(name)?);
                Some(Definition::Column(form))
            }
            Address::Check(_, name) => {
                let (declared, answer) = (self.table.checks.get(name)?, answer.checks.get(name)?);
                let expression = answered(&declared.expression, &answer.expression);
                Some(Definition::Check(Check { expression, ..declared.clone() }))
            }
            Address::Index(_, name) => {
                let mut form = self.table.indexes.get(name)?.clone();
                let answer = answer.indexes.get(name)?;
                for (part, answer) in form.parts.iter_mut().zip(&answer.parts) {
                    if let (Term::Expression(text), Term::Expression(answer)) = (&mut part.term, &answer.term) {
                        *text = answered(text, answer);
                    }
                }
                Some(Definition::Index(form))
            }
            _ => None,
        }
    }
}

/// What a temporary table can have of a table: its columns and checks, and indexes with expressions.
fn temporary(table: &Table) -> Table {
    let columns = table.columns.iter().filter_map(|(name, column)| {
        let mut extra = column.extra.mysql();
        if extra.row.is_some() {
            return None;
        }
        extra.auto_increment = false;
        extra.unversioned = false;
        extra.options = Options::new();
        Some((name.clone(), Column { extra: extra.into(), ..column.clone() }))
    });
    let MySqlTable { engine, collation, .. } = table.extra.mysql();
    let engine = engine.as_deref().filter(|it| ["MyISAM", "Aria"].contains(it)).unwrap_or("InnoDB");
    let extra = MySqlTable { engine: Some(engine.to_owned()), collation, ..MySqlTable::default() };
    let indexes = table.indexes.iter().filter(|(_, index)| has_expressions(index));
    Table {
        columns: columns.collect(),
        checks: table.checks.clone(),
        indexes: indexes.map(|(name, index)| (name.clone(), index.clone())).collect(),
        extra: extra.into(),
        ..Table::default()
    }
}

/// A declared column as the server would have it; what a temporary table cannot have stays as it is declared.
fn column(declared: &Column, answer: &Column) -> Column {
    let own = declared.extra.mysql();
    let MySqlColumn { on_update, invisible, comment, check, .. } = answer.extra.mysql();
    let default = match (&declared.default, &answer.default) {
        (_, _) if own.auto_increment => declared.default.clone(),
        (Some(declared), Some(answer)) => Some(answered(declared, answer)),
        (_, answer) => answer.clone(),
    };
    let generated = match (&declared.generated, &answer.generated) {
        (Some(declared), Some(answer)) => {
            Some(Generated { expression: answered(&declared.expression, &answer.expression), stored: answer.stored })
        }
        (_, answer) => answer.clone(),
    };
    let check = match (&own.check, check) {
        (Some(declared), Some(answer)) => Some(answered(declared, &answer)),
        (_, answer) => answer,
    };
    Column {
        ty: answered(&declared.ty, &answer.ty),
        nullable: answer.nullable,
        default,
        collation: answer.collation.clone(),
        generated,
        extra: MySqlColumn { on_update, invisible, comment, check, ..own }.into(),
    }
}
