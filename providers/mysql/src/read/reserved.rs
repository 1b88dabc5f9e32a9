//! Words that are no names without quotes, as each product's servers refuse them.

use std::{collections::HashSet, sync::LazyLock};

use crate::version::{Flavor, Version};

/// Whether a word is reserved; without a server, whether it is on every one.
pub(super) fn is_reserved(word: &str, version: Option<Version>) -> bool {
    static EVERYWHERE: LazyLock<HashSet<&str>> = LazyLock::new(|| EVERYWHERE_WORDS.split_ascii_whitespace().collect());
    let word = word.to_ascii_lowercase();
    let has = |words: &str| words.split_ascii_whitespace().any(|it| it == word);
    let since =
        |words: &[(&str, (u32, u32, u32))], number| words.iter().any(|(it, from)| *it == word && number >= *from);
    EVERYWHERE.contains(word.as_str())
        || version.is_some_and(|it| match it.flavor {
            Flavor::MariaDb => has(MARIADB_WORDS) || since(&LATER_MARIADB_WORDS, it.number),
            Flavor::MySql => has(MYSQL_WORDS) || since(&LATER_MYSQL_WORDS, it.number),
        })
}

/// On every supported server.
const EVERYWHERE_WORDS: &str = "
    accessible add all alter analyze and as asc asensitive before between bigint binary blob both by call
    cascade case change char character check collate column condition constraint continue convert create cross
    current_date current_time current_timestamp current_user cursor databases day_hour day_microsecond
    day_minute day_second dec decimal declare default delayed delete desc describe deterministic distinct
    distinctrow div double drop dual each else elseif enclosed escaped except exists exit explain false fetch
    float float4 float8 for force foreign from fulltext grant group having high_priority hour_microsecond
    hour_minute hour_second if ignore in index infile inner inout insensitive insert int int1 int2 int3 int4
    int8 integer interval into is iterate join key keys kill leading leave left like limit linear lines load
    localtime localtimestamp lock long longblob longtext loop low_priority match maxvalue mediumblob mediumint
    mediumtext middleint minute_microsecond minute_second mod modifies natural no_write_to_binlog not null
    numeric on optimize optionally or order out outer outfile over partition precision primary procedure purge
    range read read_write reads real recursive references regexp release rename repeat replace require
    resignal restrict return revoke right rlike rows schemas second_microsecond select sensitive separator set
    show signal smallint spatial specific sql sql_big_result sql_calc_found_rows sql_small_result sqlexception
    sqlstate sqlwarning ssl starting straight_join table terminated then tinyblob tinyint tinytext to trailing
    trigger true undo union unique unlock unsigned update usage use using utc_date utc_time utc_timestamp
    values varbinary varchar varcharacter varying when where while with write xor year_month zerofill
";

/// On MariaDB.
const MARIADB_WORDS: &str = "
    current_role delete_domain_id do_domain_ids ignore_domain_ids master_demote_to_replica
    master_demote_to_slave offset page_checksum parse_vcol_expr portion ref_system_id returning
    stats_auto_recalc stats_persistent stats_sample_pages intersect
";

/// On MariaDB from a version on.
const LATER_MARIADB_WORDS: [(&str, (u32, u32, u32)); 2] = [("row_number", (10, 7, 0)), ("vector", (11, 7, 0))];

/// On MySQL.
const MYSQL_WORDS: &str = "
    cube cume_dist database dense_rank empty first_value function generated get grouping groups io_after_gtids
    io_before_gtids json_table lag last_value lateral lead nth_value ntile of optimizer_costs option
    percent_rank rank row schema stored system virtual window row_number
";

/// On MySQL from a version on.
const LATER_MYSQL_WORDS: [(&str, (u32, u32, u32)); 5] = [
    ("intersect", (8, 0, 31)),
    ("qualify", (8, 4, 0)),
    ("tablesample", (8, 4, 0)),
    ("library", (9, 2, 0)),
    ("external", (9, 7, 0)),
];
