//! Range and base types as the options that would make them.

use std::collections::HashMap;

use sqlx::Row;
use trueup_contract::DatabaseError;

use super::oid;
use crate::{
    connect::failed,
    inspect::answers::{self, Answers},
};

/// The texts by type.
pub(super) async fn texts(answers: &mut Answers<'_>) -> Result<HashMap<u32, String>, DatabaseError> {
    let mut all = HashMap::new();
    for row in answers.rows(include_str!("../sql/ranges.sql")).await? {
        let mut options = Vec::new();
        for column in ["subtype", "subtype_opclass", "collation", "canonical", "subtype_diff"] {
            let value: Option<String> = row.try_get(column).map_err(failed)?;
            options.extend(value.map(|value| [column, " = ", &value].concat()));
        }
        let multirange: Option<String> = row.try_get("multirange").map_err(failed)?;
        options.extend(multirange.map(|value| ["multirange_type_name = ", &value].concat()));
        all.insert(oid(&row, "oid")?, ["(", &options.join(", "), ")"].concat());
    }
    for row in answers.rows(include_str!("../sql/base_types.sql")).await? {
        let options = answers::texts(&row, "options").map_err(failed)?;
        let is_defined: bool = row.try_get("is_defined").map_err(failed)?;
        if is_defined {
            all.insert(oid(&row, "oid")?, ["(", &options.join(", "), ")"].concat());
        }
    }
    Ok(all)
}
