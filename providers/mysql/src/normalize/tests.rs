//! Normalisation, on small schemas.

use trueup_contract::Cluster;
use trueup_state::{Ident, Schema, Table};

use super::{normalize, resolve};
use crate::{
    facts::{Facts, collation_setting},
    read::{self, Created},
};

fn cluster(version: &str) -> Cluster {
    let collation = collation_setting("utf8mb4");
    let settings = [
        ("version", version),
        ("engine", "InnoDB"),
        ("collation", "latin1_swedish_ci"),
        (&collation, "utf8mb4_general_ci"),
        ("sql_mode", ""),
    ];
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Cluster { settings, ..Cluster::default() }
}

/// The schema of one CREATE TABLE on a server of a version.
fn schema(version: &str, create: &str) -> Schema {
    let facts = Facts::of(&cluster(version));
    let Created::Table { name, table, .. } = read::created(create, &facts).unwrap() else { panic!("{create}") };
    let mut schema = Schema::default();
    schema.namespace_mut(&Ident::default()).tables.insert(name, table);
    resolve(&mut schema, &facts);
    schema
}

fn table(version: &str, create: &str) -> Table {
    schema(version, create).tables().next().unwrap().1.clone()
}

const MARIADB: &str = "10.11.6-MariaDB";
const MYSQL: &str = "8.4.3";

#[test]
fn what_is_unsaid_is_what_the_server_prints() {
    let declared = "CREATE TABLE t (id int, u integer unsigned, c char character set utf8, b bool DEFAULT true, j json,
        v varchar(10) CHARACTER SET utf8mb4, w varchar(10) CHARACTER SET binary, PRIMARY KEY (id)) COMMENT ''";
    let printed = "CREATE TABLE `t` (`id` int(11) NOT NULL, `u` int(10) unsigned DEFAULT NULL,
        `c` char(1) CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci DEFAULT NULL, `b` tinyint(1) DEFAULT 1,
        `j` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`j`)),
        `v` varchar(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci DEFAULT NULL,
        `w` varbinary(10) DEFAULT NULL,
        PRIMARY KEY (`id`)) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci";
    assert_eq!(table(MARIADB, declared), table(MARIADB, printed));
    let printed = "CREATE TABLE `t` (`id` int NOT NULL, `u` int unsigned DEFAULT NULL,
        `c` char(1) CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci DEFAULT NULL, `b` tinyint(1) DEFAULT '1',
        `j` json DEFAULT NULL,
        `v` varchar(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci DEFAULT NULL,
        `w` varbinary(10) DEFAULT NULL,
        PRIMARY KEY (`id`)) ENGINE=InnoDB DEFAULT CHARSET=latin1";
    assert_eq!(table(MYSQL, declared), table(MYSQL, printed));
}

#[test]
fn a_width_that_is_declared_is_kept_where_the_server_keeps_it() {
    let ty = |version, ty: &str| {
        let create = ["CREATE TABLE t (a ", ty, ")"].concat();
        table(version, &create).columns["a"].ty.canonical().to_owned()
    };
    assert_eq!(ty(MARIADB, "int(5)"), "int(5)");
    assert_eq!(ty(MYSQL, "int(5)"), "int");
    assert_eq!(ty(MYSQL, "int(5) zerofill"), "int(5) unsigned zerofill");
    assert_eq!(ty(MYSQL, "tinyint(1)"), "tinyint(1)");
    assert_eq!(ty(MYSQL, "tinyint(1) unsigned"), "tinyint unsigned");
    assert_eq!(ty(MARIADB, "bigint unsigned"), "bigint(20) unsigned");
}

#[test]
fn a_foreign_key_brings_the_index_that_it_needs() {
    let names = |create: &str| {
        let mut names: Vec<String> = table(MARIADB, create).indexes.keys().map(|it| it.text().to_owned()).collect();
        names.sort();
        names
    };
    let keys = |keys: &str| ["CREATE TABLE t (a int, b int, ", keys, ") ENGINE=InnoDB"].concat();
    assert_eq!(names(&keys("CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)")), ["f"]);
    assert_eq!(names(&keys("FOREIGN KEY (a) REFERENCES p (id)")), ["a"]);
    assert_eq!(names(&keys("KEY k (a, b), CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)")), ["k"]);
    assert_eq!(names(&keys("KEY k (b, a), CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)")), ["f", "k"]);
    let both = "CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id), CONSTRAINT g FOREIGN KEY (a, b) REFERENCES p (id, b)";
    assert_eq!(names(&keys(both)), ["g"]);
    let equal = "CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id), CONSTRAINT g FOREIGN KEY (a) REFERENCES p (b)";
    assert_eq!(names(&keys(equal)), ["g"]);
    let plain = table(MARIADB, "CREATE TABLE t (a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)) ENGINE=MyISAM");
    assert!(plain.foreign_keys.is_empty() && plain.indexes.contains_key("f"));
}

#[test]
fn a_nameless_foreign_key_is_the_equal_one_that_is_there() {
    let observed =
        schema(MARIADB, "CREATE TABLE t (a int, KEY a (a), CONSTRAINT t_ibfk_7 FOREIGN KEY (a) REFERENCES p (id))");
    let declared = schema(MARIADB, "CREATE TABLE t (a int, FOREIGN KEY (a) REFERENCES p (id))");
    let names = normalize(declared, &observed, &cluster(MARIADB));
    let cleared = normalize(observed.clone(), &Schema::default(), &cluster(MARIADB));
    assert_eq!(names, cleared);
}

#[test]
fn mariadb_cuts_what_is_too_long_for_a_key_and_hashes_what_is_unique() {
    let declared = "CREATE TABLE t (a varchar(1000) charset utf8mb4, b text, c tinytext, d blob, e varchar(2000),
        KEY a (a), KEY b (b), KEY c (c), KEY d (d), UNIQUE KEY u (b), UNIQUE KEY v (a), UNIQUE KEY w (b(10)))";
    let printed = "CREATE TABLE t (a varchar(1000) charset utf8mb4, b text, c tinytext, d blob, e varchar(2000),
        KEY a (a(768)), KEY b (b(3072)), KEY c (c(255)), KEY d (d(3072)), UNIQUE KEY u (b) USING HASH,
        UNIQUE KEY v (a) USING HASH, UNIQUE KEY w (b(10)))";
    assert_eq!(table(MARIADB, declared), table(MARIADB, printed));
    assert_ne!(table(MYSQL, declared), table(MYSQL, printed));
}

#[test]
fn binary_is_the_binary_collation_of_the_character_set_there_is() {
    let declared = "CREATE TABLE t (a varchar(10) binary, b char(3) charset ascii binary) charset utf8mb3";
    let printed = "CREATE TABLE t (a varchar(10) collate utf8mb3_bin, b char(3) collate ascii_bin) charset utf8mb3";
    assert_eq!(table(MARIADB, declared), table(MARIADB, printed));
}

#[test]
fn mysql_forgets_about_hashes_in_innodb() {
    let declared =
        "CREATE TABLE t (a int NOT NULL, PRIMARY KEY USING HASH (a), KEY k (a) USING HASH, KEY l (a) USING BTREE)";
    let printed = "CREATE TABLE t (a int NOT NULL, PRIMARY KEY (a), KEY k (a), KEY l (a) USING BTREE)";
    assert_eq!(table(MYSQL, declared), table(MYSQL, printed));
    assert_ne!(table(MARIADB, declared), table(MARIADB, printed));
}

#[test]
fn sizes_of_blocks_say_nothing_of_a_key_in_innodb_alone() {
    let of = |engine: &str, size: &str| {
        let text = ["CREATE TABLE t (a int NOT NULL, PRIMARY KEY (a)", size, ", KEY b (a)", size, ") ENGINE=", engine];
        table(MARIADB, &text.concat())
    };
    assert_eq!(of("InnoDB", " KEY_BLOCK_SIZE=8"), of("InnoDB", ""));
    assert_ne!(of("MyISAM", " KEY_BLOCK_SIZE=8"), of("MyISAM", ""));
}
