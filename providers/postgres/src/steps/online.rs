//! Work on all rows of a large table while others go on reading and writing it.
//!
//! An index is built or dropped CONCURRENTLY; a check or foreign key comes as NOT VALID and is validated by itself; a key
//! comes from an index that was built before it; NOT NULL comes from a check that was validated before it. None of that
//! is atomic with the rest of the plan, so a small table is worked on in the plan's transaction. What goes and comes
//! again because of a change that locks the table anyway goes that way, too.

use trueup_contract::{Fact, Transaction};
use trueup_state::{Address, Fingerprint, Ident, Index, Object, Part, PostgresIndex, PostgresKey, Qualified};

use super::{Statement, frame::context::Context};
use crate::render::{sql, table as render};

/// Whether a table that stays is so large.
pub(super) fn is_large(context: &Context<'_>, table: &Qualified) -> bool {
    let address = Address::Table(table.clone());
    context.work.cluster.large.contains(&context.origins.table(table))
        && !context.comes(&address)
        && !context.dropped.contains(&address)
}

/// Whether an index or constraint comes or goes for its own sake, on such a table.
pub(super) fn is_beside(context: &Context<'_>, address: &Address) -> bool {
    let recreated = context.closure.recreated.contains(address) || context.altered.contains(address);
    address.owner().is_some_and(|table| is_large(context, table)) && !recreated
}

/// Whether a constraint has such a way to come.
pub(super) fn has_way(context: &Context<'_>, address: &Address, object: Object<'_>) -> bool {
    is_beside(context, address)
        && match object {
            Object::PrimaryKey(key) => !key.extra.postgres().without_overlaps,
            Object::Unique(key) => !key.extra.postgres().without_overlaps,
            Object::Check(it) => {
                let extra = it.extra.postgres();
                !extra.not_valid && !extra.not_enforced
            }
            Object::ForeignKey(it) => {
                let extra = it.extra.postgres();
                !extra.not_valid && !extra.not_enforced && !extra.period
            }
            _ => false,
        }
}

/// Whether a fact about a change does not hold, because the change is carried out beside the others.
pub(super) fn spares(context: &Context<'_>, address: &Address, fact: &Fact) -> bool {
    match fact {
        Fact::BuildsIndex | Fact::DropsIndex | Fact::ValidatesConstraint | Fact::BuildsKey => {
            is_beside(context, address)
        }
        Fact::ScansForNull => address.owner().is_some_and(|table| is_large(context, table)),
        _ => false,
    }
}

/// A name for what stands there only while a plan runs.
fn passing(purpose: &str, address: &Address) -> Ident {
    let hash = Fingerprint::of_bytes(address.to_string().as_bytes()).to_string();
    let hash: String = hash.chars().rev().take(8).collect();
    Ident::from(["trueup_", purpose, "_", &hash].concat())
}

/// VALIDATE CONSTRAINT, for which nobody has to wait.
fn validate(table: &Qualified, name: &Ident) -> Statement {
    let statement = sql("ALTER TABLE").name(table).raw("VALIDATE CONSTRAINT").ident(name).finish();
    Statement {
        summary: Some(["validate constraint ", name.text(), " of ", &table.to_string()].concat()),
        transaction: Transaction::Outside,
        ..Statement::of(statement)
    }
}

/// A constraint that comes as NOT VALID is validated next.
pub(super) fn validated(table: &Qualified, name: &Ident, mut add: Statement) -> Vec<Statement> {
    add.sql.push_str(" NOT VALID");
    vec![add, validate(table, name)]
}

/// The index that a key is made from, and the key.
pub(super) fn key(
    table: &Qualified,
    name: &Ident,
    (parts, extra): (&[Part], PostgresKey),
    is_primary: bool,
    add: Statement,
) -> Vec<Statement> {
    let PostgresKey { include, nulls_not_distinct, without_overlaps: _, deferral, options, only: _ } = extra;
    let extra =
        PostgresIndex { method: "btree".into(), include, nulls_not_distinct, options, ..PostgresIndex::default() };
    let index = Index { unique: true, parts: parts.to_vec(), predicate: None, extra: extra.into() };
    let build = Statement {
        summary: Some(["build the index of ", name.text(), " on ", &table.to_string()].concat()),
        transaction: Transaction::Outside,
        hazards: add.hazards,
        ..Statement::of(render::create_index_beside(table, name, &index))
    };
    let words = if is_primary { "PRIMARY KEY USING INDEX" } else { "UNIQUE USING INDEX" };
    let constraint = sql("ALTER TABLE").name(table).raw("ADD CONSTRAINT").ident(name).raw(words).ident(name);
    let constraint = match deferral {
        trueup_state::Deferral::NotDeferrable => constraint,
        trueup_state::Deferral::InitiallyImmediate => constraint.raw("DEFERRABLE"),
        trueup_state::Deferral::InitiallyDeferred => constraint.raw("DEFERRABLE INITIALLY DEFERRED"),
    };
    vec![build, Statement { hazards: Vec::new(), sql: constraint.finish(), ..add }]
}

/// SET NOT NULL on the word of a check: the table is not searched again (ALTER TABLE, "SET NOT NULL").
pub(super) fn not_null(table: &Qualified, column: &Ident, set: Statement) -> Vec<Statement> {
    let name = passing("not_null", &Address::Column(table.clone(), column.clone()));
    let alter = || sql("ALTER TABLE").name(table);
    let check = alter().raw("ADD CONSTRAINT").ident(&name).raw("CHECK (").ident(column).raw("IS NOT NULL) NOT VALID");
    let summary = ["look for NULL in ", &table.to_string(), ".", column.text()].concat();
    let look = Statement { summary: Some(summary), hazards: set.hazards.clone(), ..Statement::of(check.finish()) };
    let forget = Statement { lock: set.lock, ..Statement::of(alter().raw("DROP CONSTRAINT").ident(&name).finish()) };
    vec![look, validate(table, &name), Statement { hazards: Vec::new(), ..set }, forget]
}
