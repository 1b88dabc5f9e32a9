//! The format against what its own tools expect.

use std::{path::PathBuf, sync::Arc};

use super::*;

const SCHEMA: &str = r#"
datasource db {
  provider = "postgresql"
  schemas  = ["public", "crm"]
}

enum Role {
  USER  @map("user")
  ADMIN
  @@map("role")
}

model user_note {
  id Int @id
}

model Post {
  id       Int      @id @default(autoincrement())
  authorId Int      @map("author_id")
  editorId Int?
  tags     String[]
  search   Unsupported("tsvector")?
  author   User     @relation("written", fields: [authorId], references: [id], onDelete: Cascade)
  editor   User?    @relation(name: "edited", fields: [editorId], references: [id])

  @@unique([authorId, editorId], map: "post_key", name: "both")
  @@index([authorId(sort: Desc)], map: "post_author_idx")
  @@map("posts")
  @@schema("crm")
}

model User {
  id      BigInt   @id
  email   String?  @unique(map: "u") @db.VarChar(320)
  made    DateTime @default(now()) @db.Timestamptz(6)
  role    Role     @default(USER)
  prefs   Json     @default("{\"a\": [1, \")\"]}")
  posts   Post[]   @relation("written")
  edited  Post[]   @relation("edited")
  @@schema("public")
}
"#;

const EXPECTED: &str = include_str!("expected.json");

fn render(schema: &str, before: Option<&str>, now: &str) -> String {
    let path = Arc::new(PathBuf::from("schema.prisma"));
    let file = trueup_sources::prisma::parse(path, Arc::from(schema)).unwrap();
    super::render(&[file], &crate::mirror::mirrored("postgresql", "db/schema/tables.json", before, now))
}

#[test]
fn the_format_is_met_to_the_byte() {
    assert_eq!(render(SCHEMA, None, "2026-01-02T03:04:05Z"), EXPECTED);
}

#[test]
fn the_time_moves_only_with_the_rest() {
    assert_eq!(render(SCHEMA, Some(EXPECTED), "2027-01-01T00:00:00Z"), EXPECTED);
    let changed = render(&SCHEMA.replace("320", "321"), Some(EXPECTED), "2027-01-01T00:00:00Z");
    assert!(changed.contains("\"updatedAt\": \"2027-01-01T00:00:00Z\""), "{changed}");
    assert_eq!(render(SCHEMA, Some("{"), "2026-01-02T03:04:05Z"), EXPECTED);
}

#[test]
fn names_are_in_the_order_of_words() {
    let mut names = ["b", "A1", "a", "A", "a_b", "aB", "ab", "_x", "1"];
    names.sort_by(|one, other| by_word(one, other));
    assert_eq!(names, ["_x", "1", "a", "A", "a_b", "A1", "ab", "aB", "b"]);
}
