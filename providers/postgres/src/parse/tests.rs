//! Tables and what lies in them, in small scripts.

use std::{path::PathBuf, sync::Arc};

use trueup_contract::{DirectiveKind, Inspection, RealizeError, Realized, Script, SourceFile};
use trueup_state::{Address, Column, Table};

fn parse(files: &[&str]) -> Result<Realized, RealizeError> {
    let file = |(number, text): (usize, &&str)| SourceFile {
        path: Arc::new(PathBuf::from(["file", &number.to_string(), ".sql"].concat())),
        text: (*text).into(),
    };
    let files = files.iter().enumerate().map(file).collect();
    super::script(&Script { files }, &Inspection::default())
}

fn realized(sql: &str) -> Realized {
    parse(&[sql]).expect("it can be read")
}

/// The message of an error, with its place.
fn error(sql: &str) -> String {
    parse(&[sql]).expect_err("it is wrong").to_string()
}

fn address(text: &str) -> Address {
    text.parse().expect("it is an address")
}

fn table(realized: &Realized, name: &str) -> Table {
    let Address::Table(name) = address(&["table:", name].concat()) else { panic!("{name} is no table") };
    realized.schema.table(&name).cloned().expect("the table is there")
}

fn column(sql: &str) -> Column {
    let sql = ["CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (c ", sql, ");"].concat();
    table(&realized(&sql), "public.t").columns["c"].clone()
}

/// The names of everything in a table that has one.
fn names(sql: &str, of: &str) -> Vec<String> {
    let it = table(&realized(sql), of);
    let key = it.primary_key.iter().filter_map(|it| it.name.clone());
    let rest = it.uniques.keys().chain(it.checks.keys()).chain(it.foreign_keys.keys()).chain(it.indexes.keys());
    key.chain(rest.cloned()).map(|it| it.to_string()).collect()
}

#[test]
fn types_are_what_format_type_writes() {
    for (written, expected) in [
        ("int", "integer"),
        ("int8", "bigint"),
        ("BOOL", "boolean"),
        ("char", "character(1)"),
        ("char(3)", "character(3)"),
        ("\"char\"", "\"char\""),
        ("bpchar", "bpchar"),
        ("varchar(20)[3]", "character varying(20)[]"),
        ("national character varying(4)", "character varying(4)"),
        ("float(24)", "real"),
        ("float", "double precision"),
        ("decimal(5)", "numeric(5,0)"),
        ("numeric(10, 2)", "numeric(10,2)"),
        ("timestamptz(3)", "timestamp(3) with time zone"),
        ("time", "time without time zone"),
        ("interval day to second(3)", "interval day to second(3)"),
        ("bit varying(5)", "bit varying(5)"),
        ("_int4", "integer[]"),
        ("pg_catalog.int2", "smallint"),
        ("mood[][]", "public.mood[]"),
        ("public.mood", "public.mood"),
    ] {
        assert_eq!(column(written).ty.canonical(), expected, "{written}");
    }
}

#[test]
fn a_type_that_nobody_declares_is_an_error_with_its_place() {
    let message = error("CREATE TABLE t (\n  c nothing\n);");
    assert_eq!(message, "file0.sql:2:5: type `nothing` is not declared");
}

#[test]
fn a_type_may_be_declared_in_a_later_file() {
    let realized = parse(&["CREATE TABLE t (c mood);", "CREATE TYPE mood AS ENUM ('sad');"]).expect("it can be read");
    assert_eq!(table(&realized, "public.t").columns["c"].ty.canonical(), "public.mood");
}

#[test]
fn names_that_are_not_written_are_those_that_postgresql_generates() {
    let sql = "CREATE TABLE u (id int PRIMARY KEY);
        CREATE TABLE t (a int UNIQUE REFERENCES u, b int CHECK (b > 0), PRIMARY KEY (a, b), CHECK (a > b), UNIQUE (b, a));
        CREATE INDEX ON t (b); CREATE INDEX ON t (b); CREATE INDEX ON t (lower(b::text), (a + b));";
    let expected = [
        "t_pkey",
        "t_a_key",
        "t_b_a_key",
        "t_b_check",
        "t_check",
        "t_a_fkey",
        "t_b_idx",
        "t_b_idx1",
        "t_lower_expr_idx",
    ];
    assert_eq!(names(sql, "public.t"), expected);
}

#[test]
fn a_key_that_repeats_the_primary_key_is_not_made() {
    assert_eq!(names("CREATE TABLE t (a int PRIMARY KEY UNIQUE);", "public.t"), ["t_pkey"]);
}

#[test]
fn a_foreign_key_may_point_at_a_table_further_down() {
    let realized = realized("CREATE TABLE a (b int REFERENCES b); CREATE TABLE b (id int PRIMARY KEY);");
    let key = &table(&realized, "public.a").foreign_keys["a_b_fkey"];
    assert_eq!(key.referenced_columns.iter().map(ToString::to_string).collect::<Vec<_>>(), ["id"]);
}

#[test]
fn a_foreign_key_to_nothing_is_an_error() {
    assert_eq!(error("CREATE TABLE a (b int REFERENCES b);"), "file0.sql:1:34: table `public.b` is not declared");
}

#[test]
fn serial_is_an_integer_with_a_sequence() {
    let realized = realized("CREATE TABLE t (id bigserial);");
    let column = &table(&realized, "public.t").columns["id"];
    assert_eq!(column.ty.canonical(), "bigint");
    assert!(!column.nullable);
    let default = column.default.as_ref().expect("it has a default");
    assert_eq!(default.canonical(), "nextval('public.t_id_seq'::regclass)");
    assert!(realized.schema.object(&address("sequence:public.t_id_seq")).is_some());
}

#[test]
fn null_as_a_default_is_none_unless_a_length_makes_it_one() {
    assert_eq!(column("text DEFAULT NULL").default, None);
    let sized = column("varchar(3) DEFAULT NULL").default.expect("it has a default");
    assert_eq!(sized.canonical(), "NULL::character varying");
}

#[test]
fn a_search_path_says_where_things_are_and_is_written_out() {
    let sql = "CREATE SCHEMA app; SET search_path = app; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE TABLE t (a int DEFAULT f());";
    let column = table(&realized(sql), "app.t").columns["a"].clone();
    assert_eq!(column.default.expect("it has a default").written(), "app.f()");
}

#[test]
fn a_partition_has_only_what_is_its_own() {
    let sql = "CREATE TABLE m (a int NOT NULL, b int DEFAULT 1) PARTITION BY range (a);
        CREATE TABLE p (a int NOT NULL, b int DEFAULT 2); ALTER TABLE m ATTACH PARTITION p FOR VALUES FROM (1) TO (maxvalue);";
    let partition = table(&realized(sql), "public.p");
    assert!(partition.columns.is_empty());
    let extra = partition.extra.postgres();
    assert_eq!(extra.partition_of.expect("it is one").bound.canonical(), "FOR VALUES FROM (1) TO (MAXVALUE)");
    assert_eq!(extra.overrides.keys().map(ToString::to_string).collect::<Vec<_>>(), ["b"]);
}

#[test]
fn what_psql_alone_understands_is_left_out() {
    let sql = "\\restrict abc\nCREATE TABLE t (a text);\nCOPY t (a) FROM stdin;\nit's; CREATE TABLE no (\n\\.\nCREATE TABLE u (a nothing);";
    assert_eq!(error(sql), "file0.sql:6:19: type `nothing` is not declared");
    assert!(error("\\i other.sql").contains("is not followed"));
}

#[test]
fn a_directive_speaks_of_what_it_stands_beside() {
    let sql = "-- @protect\nCREATE TABLE t (\n  a int, -- @moved from=old\n  -- @ignore\n  b int\n);";
    let directives = realized(sql).directives;
    let of = |name: &str| directives.iter().find(|it| it.address == address(name)).map(|it| it.kind.clone());
    assert_eq!(of("table:public.t"), Some(DirectiveKind::Protect));
    assert_eq!(of("column:public.t.a"), Some(DirectiveKind::Moved { from: "old".to_owned() }));
    assert_eq!(of("column:public.t.b"), Some(DirectiveKind::Ignore));
}

#[test]
fn a_table_twice_is_an_error_unless_it_says_so() {
    assert!(error("CREATE TABLE t (a int); CREATE TABLE t (a int);").contains("is declared twice"));
    realized("CREATE TABLE t (a int); CREATE TABLE IF NOT EXISTS t (a int);");
}

#[test]
fn a_renamed_table_takes_everything_along() {
    let sql =
        "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int REFERENCES a (id)); COMMENT ON TABLE a IS 'x';
        ALTER TABLE a RENAME TO c;";
    let realized = realized(sql);
    assert_eq!(table(&realized, "public.b").foreign_keys["b_a_fkey"].references.to_string(), "public.c");
    assert!(realized.schema.object(&address("comment:table:public.c")).is_some());
}

#[test]
fn statements_about_rows_are_skipped_and_reported() {
    let skipped = realized("CREATE TABLE t (a int); INSERT INTO t VALUES (1);").skipped;
    assert_eq!(skipped.len(), 1);
    assert!(error("CREATE TABLE t AS SELECT 1;").contains("is no declaration"));
}

#[test]
fn a_query_that_runs_a_routine_of_the_session_is_an_error() {
    let sql = "CREATE FUNCTION pg_temp.run(text) RETURNS void LANGUAGE plpgsql AS 'BEGIN EXECUTE $1; END';
        SELECT pg_temp.run('CREATE TABLE t ()');";
    assert!(error(sql).contains("this runs a routine of `pg_temp`"), "{}", error(sql));
}

#[test]
fn without_a_search_path_an_unqualified_function_is_postgresqls_own() {
    let sql = "CREATE TABLE t (a tsvector); SELECT pg_catalog.set_config('search_path', '', false);
        CREATE TRIGGER g BEFORE UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger('a');";
    let trigger = table(&realized(sql), "public.t").triggers["g"].clone();
    let text = trigger.definition.canonical();
    assert!(text.ends_with("EXECUTE FUNCTION tsvector_update_trigger('a')"), "{text}");
}

#[test]
fn a_constraint_of_a_table_alone_may_be_not_valid() {
    let sql = "CREATE TABLE t (a int); CREATE TABLE u (a int PRIMARY KEY);
        ALTER TABLE ONLY t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u NOT VALID;
        ALTER TABLE ONLY t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;";
    let table = table(&realized(sql), "public.t");
    assert!(table.foreign_keys["f"].extra.postgres().not_valid);
    assert!(table.checks["c"].extra.postgres().not_valid);
}

#[test]
fn an_index_of_a_partitioned_table_takes_one_of_a_partitions_that_fits() {
    let tables = "CREATE TABLE t (a int, b int) PARTITION BY LIST (a);
        CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);";
    let attached = |rest: &str, name: &str| {
        let it = table(&realized(&[tables, rest].concat()), name).extra.postgres().attached;
        it.into_iter().map(|(above, own)| (above.to_string(), own.to_string())).collect::<Vec<_>>()
    };
    let given = [("i".to_owned(), "given".to_owned())];
    assert_eq!(attached("CREATE INDEX given ON t1 (b); CREATE INDEX i ON t (b);", "public.t1"), given);
    assert_eq!(attached("CREATE INDEX i ON t (b); CREATE INDEX given ON t1 (b);", "public.t1"), []);
    assert_eq!(attached("CREATE INDEX i ON t (b); ALTER INDEX t1_b_idx RENAME TO given;", "public.t1"), given);
    let only =
        "CREATE INDEX i ON ONLY t (b); CREATE INDEX t1_b_idx ON t1 (b); ALTER INDEX i ATTACH PARTITION t1_b_idx;";
    assert_eq!(attached(only, "public.t1"), [("i".to_owned(), "t1_b_idx".to_owned())]);
    assert_eq!(attached(only, "public.t2"), []);
}

#[test]
fn blocks_that_only_guard_definitions_declare_them() {
    let guarded = "-- @protect\nDO $$ BEGIN\n  IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood') THEN\n    \
                   CREATE TYPE mood AS ENUM ('ok');\n  END IF;\nEND $$;\n\
                   do $x$ begin create table t (m mood); exception when duplicate_table then raise notice 'ö'; end $x$;\n\
                   DO $$ BEGIN\n  ALTER TABLE t ADD CONSTRAINT c CHECK (m = 'ok');\n\
                   EXCEPTION WHEN duplicate_object OR duplicate_table THEN NULL; END $$;";
    let realized = realized(guarded);
    assert_eq!(names(guarded, "public.t"), ["c"]);
    assert!(realized.skipped.is_empty(), "{:?}", realized.skipped);
    let place = realized.places[&address("enum:public.mood")].clone();
    assert_eq!((place.line, place.column), (4, 5));
}

#[test]
fn blocks_that_do_more_are_not_followed() {
    for block in [
        "IF EXISTS (SELECT FROM pg_type WHERE typname = 'mood') THEN CREATE TABLE t (); END IF;",
        "IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 'mood') THEN CREATE TABLE t (); END IF;",
        "IF NOT EXISTS (SELECT FROM settings WHERE name = 't') THEN CREATE TABLE t (); END IF;",
        "IF NOT EXISTS (SELECT FROM pg_class WHERE relname = 't') OR now() > '2020-01-01' THEN CREATE TABLE t (); END IF;",
        "IF NOT EXISTS (SELECT FROM pg_class WHERE relname = 't') THEN CREATE TABLE t (); ELSE DROP TABLE t; END IF;",
        "CREATE TABLE t (); EXCEPTION WHEN others THEN NULL;",
        "EXECUTE 'CREATE TABLE t ()';",
    ] {
        let realized = realized(&["DO $$ BEGIN ", block, " END $$"].concat());
        assert_eq!(realized.skipped.len(), 1, "{block}");
        assert!(realized.schema.namespaces["public"].tables.is_empty(), "{block}");
    }
}
