//! What schemas become, and what is refused where.

use std::{path::PathBuf, sync::Arc};

use trueup_contract::{Desired, SourceError};

use super::{lower::lower, parse, resolve::resolve};

const POSTGRES: &str = "datasource db {\n  provider = \"postgresql\"\n}\n";
const MYSQL: &str = "datasource db {\n  provider = \"mysql\"\n}\n";
const SQLITE: &str = "datasource db {\n  provider = \"sqlite\"\n}\n";

fn load(head: &str, body: &str) -> Result<String, SourceError> {
    let text = [head, body].concat();
    let path = Arc::new(PathBuf::from("schema.prisma"));
    let files = [parse(path.clone(), Arc::from(text))?];
    let dialect = match head {
        MYSQL => "mysql",
        SQLITE => "sqlite",
        _ => "postgres",
    };
    let data = resolve(&files, dialect)?;
    let loaded = lower(&data, &files).finish(path.as_ref().clone(), super::coverage::coverage(&data), Vec::new());
    let Desired::Script(script) = loaded.desired else { panic!("no script") };
    Ok(script.files[0].text.to_string())
}

#[track_caller]
fn becomes(head: &str, body: &str, expected: &[&str]) {
    let sql = load(head, body).unwrap();
    for line in expected {
        assert!(sql.contains(line), "`{line}` is not in\n{sql}");
    }
}

#[track_caller]
fn refused(body: &str, at: &str, message: &str) {
    refused_by(POSTGRES, body, at, message);
}

#[track_caller]
fn refused_by(head: &str, body: &str, at: &str, message: &str) {
    match load(head, body) {
        Ok(sql) => panic!("not refused:\n{sql}"),
        Err(SourceError::Malformed { offset, length, message: said, hint, .. }) => {
            let text = [head, body].concat();
            let whole = [said.as_str(), hint.as_deref().unwrap_or_default()].join(" | ");
            assert!(whole.contains(message), "{whole}");
            assert_eq!(&text[offset..offset + length], at);
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_moment_is_written_in_utc_where_the_database_keeps_no_offset() {
    let model = |moment: &str| ["model A {\n  id Int @id\n  at DateTime @default(\"", moment, "\")\n}\n"].concat();
    becomes(MYSQL, &model("2026-01-31T12:00:00.5Z"), &["DEFAULT '2026-01-31 12:00:00.500'"]);
    let east = "2026-01-31T12:00:00+02:00";
    refused_by(MYSQL, &model(east), &["\"", east, "\""].concat(), "write the same moment in UTC");
}

#[test]
fn names_are_made_from_those_in_the_database() {
    becomes(
        POSTGRES,
        "model User {\n  id Int @id @default(autoincrement())\n  mail String @unique @map(\"e_mail\")\n  posts \
         Post[]\n  \
         @@map(\"users\")\n}\nmodel Post {\n  id Int @id\n  authorId Int? @map(\"author_id\")\n  author User? \
         @relation(fields: [authorId], references: [id])\n  @@index([authorId, id(sort: Desc)])\n}\n",
        &[
            "\"id\" SERIAL NOT NULL,",
            "CONSTRAINT \"users_pkey\" PRIMARY KEY (\"id\")",
            "CREATE UNIQUE INDEX \"users_e_mail_key\" ON \"users\" (\"e_mail\");",
            "CREATE INDEX \"Post_author_id_id_idx\" ON \"Post\" (\"author_id\", \"id\" DESC);",
            "ALTER TABLE \"Post\" ADD CONSTRAINT \"Post_author_id_fkey\" FOREIGN KEY (\"author_id\") REFERENCES \
             \"users\" (\"id\") ON DELETE SET NULL ON UPDATE CASCADE;",
        ],
    );
}

const PAIR: &str = "model Tag {\n  id BigInt @id @default(autoincrement())\n  posts Post[]\n}\nmodel Post {\n  id String @id \
                    @default(cuid())\n  tags Tag[]\n}\n";

#[test]
fn two_lists_get_a_table_between_with_the_first_name_in_column_a() {
    becomes(
        POSTGRES,
        PAIR,
        &[
            "CREATE TABLE \"_PostToTag\" (\n\"A\" TEXT NOT NULL,\n\"B\" BIGINT NOT NULL,",
            "CONSTRAINT \"_PostToTag_AB_pkey\" PRIMARY KEY (\"A\", \"B\")",
            "CREATE INDEX \"_PostToTag_B_index\" ON \"_PostToTag\" (\"B\");",
        ],
    );
    becomes(SQLITE, PAIR, &["CREATE UNIQUE INDEX \"_PostToTag_AB_unique\" ON \"_PostToTag\" (\"A\", \"B\");"]);
    becomes(MYSQL, PAIR, &["UNIQUE INDEX `_PostToTag_AB_unique` (`A`, `B`),", "`A` VARCHAR(191) NOT NULL,"]);
}

#[test]
fn an_enum_is_a_type_or_stands_in_the_column_or_is_text() {
    let body =
        "enum Role {\n  ADMIN @map(\"admin\")\n  USER\n}\nmodel User {\n  id Int @id\n  role Role @default(ADMIN)\n}\n";
    becomes(POSTGRES, body, &["CREATE TYPE \"Role\" AS ENUM ('admin', 'USER');", "\"Role\" NOT NULL DEFAULT 'admin'"]);
    becomes(MYSQL, body, &["`role` ENUM ('admin', 'USER') NOT NULL DEFAULT 'admin'"]);
    becomes(SQLITE, body, &["\"role\" TEXT NOT NULL DEFAULT 'admin'"]);
}

#[test]
fn a_label_of_no_letters_is_read_and_a_name_of_none_refused() {
    let body = "enum Role {\n  EMPTY_ENUM_VALUE @map(\"\")\n  USER\n}\nmodel User {\n  id Int @id\n  role Role \
                @default(EMPTY_ENUM_VALUE)\n}\n";
    becomes(POSTGRES, body, &["AS ENUM ('', 'USER');", "\"Role\" NOT NULL DEFAULT ''"]);
    becomes(MYSQL, body, &["`role` ENUM ('', 'USER') NOT NULL DEFAULT ''"]);
    refused("model A {\n  id Int @id @map(\"\")\n}\n", "\"\"", "a name cannot be empty");
}

#[test]
fn what_counts_in_vain_is_told() {
    let told = |head: &str, dialect: &str, ty: &str| {
        let text = [head, "model A {\n  id ", ty, " @id @default(autoincrement())\n}\n"].concat();
        let files = [parse(Arc::new(PathBuf::from("schema.prisma")), Arc::from(text)).unwrap()];
        let found = super::findings::findings(&resolve(&files, dialect).unwrap(), &files);
        found.iter().map(|it| [&it.place.to_string(), ": ", &it.message].concat()).collect::<Vec<_>>()
    };
    let wide = told(SQLITE, "sqlite", "BigInt");
    assert!(wide.len() == 1 && wide[0].starts_with("schema.prisma:5:3: SQLite gives `id` no numbers"), "{wide:?}");
    assert!(told(SQLITE, "sqlite", "Int").is_empty() && told(POSTGRES, "postgres", "BigInt").is_empty());
}

#[test]
fn defaults_are_those_of_the_provider() {
    let body = "model A {\n  id Int @id\n  made DateTime @default(now())\n  at DateTime \
                @default(\"2026-01-31T12:00:00.5+02:00\")\n  key String @default(uuid())\n  text String @default(\"it's\")\n  \
                raw String @default(dbgenerated(\"upper('x')\"))\n  at2 DateTime @updatedAt\n}\n";
    becomes(
        POSTGRES,
        body,
        &[
            "\"made\" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,",
            "DEFAULT '2026-01-31 12:00:00.500 +02:00',",
            "\"key\" TEXT NOT NULL,",
            "DEFAULT 'it''s',",
            "DEFAULT upper('x'),",
            "\"at2\" TIMESTAMP(3) NOT NULL,",
        ],
    );
    let utc = body.replace("+02:00", "Z");
    becomes(MYSQL, &utc, &["`made` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),"]);
    let lists = "model A {\n  id Int @id\n  a String[] @default([\"x\"])\n  b Int[]\n}\n";
    becomes(POSTGRES, lists, &["\"a\" TEXT[] DEFAULT ARRAY[ 'x']::TEXT[],", "\"b\" INTEGER[],"]);
}

#[test]
fn schemas_and_extensions_come_first() {
    let head = "datasource db {\n  provider = \"postgresql\"\n  schemas = [\"auth\", \"public\"]\n  extensions = \
                [citext(schema: \"public\")]\n}\n";
    let body = "model A {\n  id Int @id\n  @@schema(\"auth\")\n}\n";
    becomes(head, body, &["CREATE SCHEMA \"auth\";\nCREATE EXTENSION", "CREATE TABLE \"auth\".\"A\" ("]);
    refused_by(head, "model A {\n  id Int @id\n}\n", "A", "does not say in which schema");
    refused_by(head, "model A {\n  id Int @id\n  @@schema(\"aut\")\n}\n", "\"aut\"", "did you mean `auth`?");
}

#[test]
fn without_foreign_keys_there_are_indexes_only() {
    let head = "datasource db {\n  provider = \"postgresql\"\n  relationMode = \"prisma\"\n}\n";
    assert!(!load(head, PAIR).unwrap().contains("FOREIGN KEY"));
}

#[test]
fn views_are_left_to_the_database() {
    let sql = load(POSTGRES, "view V {\n  id Int @unique\n}\nmodel A {\n  id Int @id\n}\n").unwrap();
    assert!(!sql.contains("\"V\""), "{sql}");
}

#[test]
fn words_that_are_not_known_are_refused_with_the_one_that_was_meant() {
    refused("model A {\n  id Int @id\n  b Int @uniqe\n}\n", "@uniqe", "did you mean `@unique`?");
    refused("model A {\n  id Int @id\n  b Strng\n}\n", "Strng", "did you mean `String`?");
    refused("model A {\n  id Int @id\n  b String @db.Varchar(3)\n}\n", "db.Varchar", "did you mean `@db.VarChar`?");
    refused("model A {\n  id Int @id\n  @@indx([id])\n}\n", "@@indx([id])", "did you mean `@@index`?");
    refused("model A {\n  id Int @id(mapp: \"x\")\n}\n", "mapp", "did you mean `map`?");
    refused("model A {\n  id Int @id\n  @@index([idd])\n}\n", "idd", "did you mean `id`?");
    refused("enum E {\n  ONE\n}\nmodel A {\n  id Int @id\n  e E @default(OEN)\n}\n", "OEN", "did you mean `ONE`?");
    refused_by("datasource db {\n  provdier = \"x\"\n}\n", "", "provdier", "did you mean `provider`?");
}

#[test]
fn types_and_defaults_must_fit() {
    refused("model A {\n  id Int @id\n  b Int @db.VarChar(3)\n}\n", "@db.VarChar(3)", "is for String");
    refused("model A {\n  id Int @id\n  b DateTime @db.Timestamp(9)\n}\n", "9", "from 0 to 6");
    refused("model A {\n  id Int @id\n  b Int @default(\"x\")\n}\n", "\"x\"", "this is no Int");
    refused("model A {\n  id Int @id\n  b String @default(now())\n}\n", "now()", "is for a single DateTime");
    refused("model A {\n  b Int\n}\n", "A", "by which its rows can be told apart");
    refused("model A {\n  id Int? @id\n}\n", "@id", "is not required");
    refused("model A {\n  id Int @id\n  b Int @id\n}\n", "@id", "one primary key");
    refused_by(SQLITE, "model A {\n  id Int @id\n  b Int[]\n}\n", "Int[]", "no lists");
}

#[test]
fn relations_need_both_sides_and_their_columns() {
    let one = "model A {\n  id Int @id\n  bId Int\n  b B @relation(fields: [bId], references: [id])\n}\n";
    refused(&[one, "model B {\n  id Int @id\n}\n"].concat(), "b", "add a field such as `a A[]` to `B`");
    refused(&[one, "model B {\n  id Int @id\n  a A?\n}\n"].concat(), "b", "must be unique");
    refused(&[one, "model B {\n  id Int @id\n  a A[]\n  c A[]\n}\n"].concat(), "b", "the same relation");
    let two = one.replace("references: [id]", "references: [x]");
    refused(&[two.as_str(), "model B {\n  id Int @id\n  x Int\n  a A[]\n}\n"].concat(), "x", "unique");
    let three = one.replace("bId Int\n", "bId String\n");
    refused(&[three.as_str(), "model B {\n  id Int @id\n  a A[]\n}\n"].concat(), "bId", "different types");
    let four = one.replace("bId Int\n", "bId Int?\n");
    refused(&[four.as_str(), "model B {\n  id Int @id\n  a A[]\n}\n"].concat(), "b", "write `?`");
    refused("model A {\n  id Int @id\n  b B\n}\nmodel B {\n  id Int @id\n  a A[]\n}\n", "b", "which columns hold it");
}

#[test]
fn a_schema_of_another_provider_is_refused_at_the_provider() {
    let text = Arc::from(MYSQL);
    let files = [parse(Arc::new(PathBuf::from("schema.prisma")), text).unwrap()];
    let Err(SourceError::Malformed { place, .. }) = resolve(&files, "postgres") else { panic!("not refused") };
    assert_eq!((place.line, place.column), (2, 14));
}
