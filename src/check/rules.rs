//! Every rule, one a file, and the words they share.

mod d001_drop_table;
mod d002_drop_column;
mod d003_drop_schema;
mod d004_lose_sequence;
mod d005_narrow_type;
mod f201_add_required_column;
mod f202_forbid_null;
mod f203_add_unique;
mod f204_make_unique;
mod f205_add_check;
mod f206_add_foreign_key;
mod f210_refuse_values;
mod q801_rebuild_table;
mod q802_cascade_risk;
mod q803_restore_objects;
mod q804_old_library;
mod u455_unproven;

use trueup_contract::{Answer, Hazard};
use trueup_state::Address;

use super::Check;
use crate::words::counted;

/// Every rule, in the order of codes.
pub static CHECKS: &[&dyn Check] = &[
    &d001_drop_table::DropTable,
    &d002_drop_column::DropColumn,
    &d003_drop_schema::DropSchema,
    &d004_lose_sequence::LoseSequence,
    &d005_narrow_type::NarrowType,
    &f201_add_required_column::AddRequiredColumn,
    &f202_forbid_null::ForbidNull,
    &f203_add_unique::AddUnique,
    &f204_make_unique::MakeUnique,
    &f205_add_check::AddCheck,
    &f206_add_foreign_key::AddForeignKey,
    &f210_refuse_values::RefuseValues,
    &q801_rebuild_table::RebuildTable,
    &q802_cascade_risk::CascadeRisk,
    &q803_restore_objects::RestoreObjects,
    &q804_old_library::OldLibrary,
    &u455_unproven::Unproven,
];

/// An address as it stands in a sentence: without its kind.
fn shown(address: &Address) -> String {
    let text = address.to_string();
    text.split_once(':').map_or(text.clone(), |(_, name)| name.to_owned())
}

/// How many rows, if that was asked.
fn said(answer: Option<&Answer>) -> String {
    match answer {
        Some(answer) => counted(answer.count, "row"),
        None => "all its rows".to_owned(),
    }
}

/// What must hold, and how many rows stand against it.
fn against(hazard: &Hazard, answer: Option<&Answer>, what: &str) -> String {
    let subject = [hazard.address.kind(), " ", &shown(&hazard.address), " ", what].concat();
    let Some(question) = hazard.question.as_ref() else { return subject };
    match answer {
        None => [&subject, "; apply counts ", &question.counts, " and refuses if there are any"].concat(),
        Some(answer) if answer.count == 0 => [&subject, "; no row stands against it now"].concat(),
        Some(answer) => {
            let samples = if answer.samples.is_empty() {
                String::new()
            } else {
                [" (", &answer.samples.join(", "), ")"].concat()
            };
            [&subject, ", but there are ", &answer.count.to_string(), " ", &question.counts, &samples].concat()
        }
    }
}

/// Bytes in words.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["B", "KiB", "MiB", "GiB"];
    let mut value = bytes;
    let mut unit = 0;
    while value >= 10 * 1024 && unit + 1 < UNITS.len() {
        value /= 1024;
        unit += 1;
    }
    [&value.to_string(), " ", UNITS[unit]].concat()
}
