//! Every rule, one a file, and the words they share.

mod c301_rename;
mod c302_drop_not_null;
mod c303_drop_constraint;
mod d001_drop_table;
mod d002_drop_column;
mod d003_drop_schema;
mod d004_lose_sequence;
mod d005_narrow_type;
mod d006_change_collation;
mod d007_change_engine;
mod d009_lose_history;
mod f201_add_required_column;
mod f202_forbid_null;
mod f203_add_unique;
mod f204_make_unique;
mod f205_add_check;
mod f206_add_foreign_key;
mod f207_implicit_zero;
mod f210_refuse_values;
mod l101_index_build_blocking;
mod l102_index_drop_blocking;
mod l104_detach_blocking;
mod l105_constraint_validates;
mod l106_set_not_null;
mod l107_unique_or_pk_inline;
mod l108_exclusion;
mod l109_type_rewrite;
mod l110_volatile_default;
mod l111_stored_generated;
mod m701_mysql_copy;
mod m702_mysql_lock;
mod m703_mysql_expression_default;
mod m706_row_versions;
mod m707_no_online_tool;
mod q801_rebuild_table;
mod q802_cascade_risk;
mod q803_restore_objects;
mod q804_old_library;
mod u452_extension_version;
mod u455_unproven;
mod z401_rls_weaker;
mod z402_rls_stricter;
mod z403_grants;
mod z404_definer;

use trueup_contract::{Answer, Hazard};
use trueup_state::Address;

use super::Rule;
use crate::words::counted;

/// Every rule, in the order of codes.
pub static CHECKS: &[&Rule] = &[
    &c301_rename::RULE,
    &c302_drop_not_null::RULE,
    &c303_drop_constraint::RULE,
    &d001_drop_table::RULE,
    &d002_drop_column::RULE,
    &d003_drop_schema::RULE,
    &d004_lose_sequence::RULE,
    &d005_narrow_type::RULE,
    &d006_change_collation::RULE,
    &d007_change_engine::RULE,
    &d009_lose_history::RULE,
    &f201_add_required_column::RULE,
    &f202_forbid_null::RULE,
    &f203_add_unique::RULE,
    &f204_make_unique::RULE,
    &f205_add_check::RULE,
    &f206_add_foreign_key::RULE,
    &f207_implicit_zero::RULE,
    &f210_refuse_values::RULE,
    &l101_index_build_blocking::RULE,
    &l102_index_drop_blocking::RULE,
    &l104_detach_blocking::RULE,
    &l105_constraint_validates::RULE,
    &l106_set_not_null::RULE,
    &l107_unique_or_pk_inline::RULE,
    &l108_exclusion::RULE,
    &l109_type_rewrite::RULE,
    &l110_volatile_default::RULE,
    &l111_stored_generated::RULE,
    &m701_mysql_copy::RULE,
    &m702_mysql_lock::RULE,
    &m703_mysql_expression_default::RULE,
    &m706_row_versions::RULE,
    &m707_no_online_tool::RULE,
    &q801_rebuild_table::RULE,
    &q802_cascade_risk::RULE,
    &q803_restore_objects::RULE,
    &q804_old_library::RULE,
    &u452_extension_version::RULE,
    &u455_unproven::RULE,
    &z401_rls_weaker::RULE,
    &z402_rls_stricter::RULE,
    &z403_grants::RULE,
    &z404_definer::RULE,
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

/// How large the table is, if that was asked.
fn about(answer: Option<&Answer>) -> String {
    match answer {
        Some(Answer { count, samples: _, bytes: Some(bytes) }) => {
            ["; it has about ", &counted(*count, "row"), " (", &size(*bytes), ")"].concat()
        }
        Some(Answer { count, samples: _, bytes: None }) => ["; it has about ", &counted(*count, "row")].concat(),
        None => String::new(),
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
