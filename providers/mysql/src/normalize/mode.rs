//! SQL modes of the other product.

use trueup_state::{Definition, MySqlObject, MySqlTrigger, Schema};

use crate::facts::Facts;

/// Modes that MariaDB 10.11 lists ("SQL_MODE") and MySQL 8.0 refuses, and that change nothing of what a program does there:
/// no statement makes accounts by the way any more, `SHOW CREATE` has no bearing on programs, and rounding is what MySQL
/// does. Those that change what a program does, such as `ORACLE`, stay, so that the server refuses them by name.
const MEANINGLESS_IN_MYSQL: [&str; 5] =
    ["NO_AUTO_CREATE_USER", "NO_KEY_OPTIONS", "NO_TABLE_OPTIONS", "NO_FIELD_OPTIONS", "TIME_ROUND_FRACTIONAL"];

/// Leave out of every declared mode what means nothing to a MySQL server.
pub(super) fn forget_foreign(desired: &mut Schema, facts: &Facts) {
    if facts.is_mariadb() {
        return;
    }
    for (_, objects) in &mut desired.namespaces {
        for trigger in objects.tables.values_mut().flat_map(|table| table.triggers.values_mut()) {
            let MySqlTrigger { definer, sql_mode, follows } = trigger.extra.mysql();
            trigger.extra = MySqlTrigger { definer, sql_mode: sql_mode.map(|it| meant(&it)), follows }.into();
        }
    }
    for definition in desired.others.values_mut() {
        let Definition::MySql(object) = definition else { continue };
        let mode = match &mut **object {
            MySqlObject::Routine(it) => &mut it.sql_mode,
            MySqlObject::Event(it) => &mut it.sql_mode,
            MySqlObject::Sequence(_) | MySqlObject::Database(_) => continue,
        };
        *mode = mode.take().map(|it| meant(&it));
    }
}

fn meant(mode: &str) -> String {
    let is_meant = |word: &&str| !MEANINGLESS_IN_MYSQL.iter().any(|it| it.eq_ignore_ascii_case(word.trim()));
    mode.split(',').filter(is_meant).collect::<Vec<&str>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_that_mean_nothing_in_mysql_are_left_out_and_no_others() {
        let mode = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION";
        assert_eq!(meant(mode), "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION");
        assert_eq!(meant("no_auto_create_user"), "");
        assert_eq!(meant("ORACLE,EMPTY_STRING_IS_NULL"), "ORACLE,EMPTY_STRING_IS_NULL");
    }
}
