//! What is written over what a person wrote, and that nothing is left out silently.

use std::path::PathBuf;

use trueup_state::{
    Address, Check, Column, CompositeType, Defined, Definition, EnumType, Exclude, Extension, ForeignKey, Grant, Ident,
    Index, MaterializedView, MySqlDatabase, MySqlEvent, MySqlObject, MySqlSequence, ObjectKind, Part, PartKind, Policy,
    PostgresIndex, PostgresObject, PrimaryKey, Qualified, Query, ReferentialAction, Rule, Schema, Sequence,
    SequenceOptions, SqlText, Table, Trigger, Unique, View, ViewExtra, VirtualTable,
};

use super::write;

fn text(it: &str) -> SqlText {
    SqlText::new(it, it)
}

fn column(ty: &str, nullable: bool) -> Column {
    Column { ty: text(ty), nullable, default: None, collation: None, generated: None, extra: Default::default() }
}

fn name(table: &str) -> Qualified {
    Qualified { namespace: "public".into(), name: table.into() }
}

fn parts(columns: &[&str]) -> Vec<Part> {
    columns.iter().map(|it| Part::column((*it).into())).collect()
}

/// A table whose first column is its key.
fn table(table: &str, columns: &[(&str, &str)]) -> Table {
    let mut made = Table::default();
    for (name, ty) in columns {
        let ty = ty.strip_suffix('?').map_or((*ty, false), |it| (it, true));
        made.columns.insert((*name).into(), column(ty.0, ty.1));
    }
    let key = [table, "_pkey"].concat();
    made.primary_key =
        Some(PrimaryKey { name: Some(key.into()), parts: parts(&[columns[0].0]), extra: Default::default() });
    made
}

fn points(table: &mut Table, own: &str, column: &str, to: &str) {
    let key = ForeignKey {
        name: Some(own.into()),
        columns: vec![column.into()],
        references: name(to),
        referenced_columns: vec!["id".into()],
        on_delete: ReferentialAction::Cascade,
        on_update: ReferentialAction::Cascade,
        deferral: Default::default(),
        extra: Default::default(),
    };
    table.foreign_keys.insert(own.into(), key);
}

fn index(table: &mut Table, own: &str, columns: &[&str], unique: bool) {
    let index = Index { unique, parts: parts(columns), predicate: None, extra: Default::default() };
    table.indexes.insert(own.into(), index);
}

/// Users with posts, as the file below has it.
fn shop() -> Schema {
    let mut schema = Schema::default();
    let mut users = table("users", &[("id", "text"), ("email", "text"), ("role", "public.\"Role\"")]);
    users.columns["role"].default = Some(text("'admin'::public.\"Role\""));
    index(&mut users, "users_email_key", &["email"], true);
    let mut posts = table("Post", &[("id", "integer"), ("author_id", "text?"), ("title", "character varying(80)")]);
    posts.columns["id"].default = Some(text("nextval('public.\"Post_id_seq\"'::regclass)"));
    points(&mut posts, "Post_author_id_fkey", "author_id", "users");
    index(&mut posts, "by_author", &["author_id"], false);
    let tables = &mut schema.namespace_mut(&"public".into()).tables;
    tables.insert("users".into(), users);
    tables.insert("Post".into(), posts);
    let role = EnumType { labels: vec!["USER".to_owned(), "admin".to_owned()] };
    put(&mut schema, "enum:public.Role", PostgresObject::Enum(role));
    schema
}

fn put(schema: &mut Schema, address: &str, it: PostgresObject) {
    schema.others.insert(address.parse().unwrap(), Definition::Postgres(Box::new(it)));
}

const WRITTEN: &str = r#"// Ours.
generator client {
    provider = "prisma-client-js"
}

datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}

/// Who may come in.
model User {
  id    String @id @default(cuid())
  email String @unique // never shown
  role  Role   @default(ADMIN)

  // What they wrote.
  posts Post[]

  @@map("users")
}


model Post {
  id       Int     @id @default(autoincrement())
  authorId String? @map("author_id")
  /// At most one line.
  title  String @db.VarChar(80)
  author   User?   @relation(fields: [authorId], references: [id], onDelete: Cascade)

  @@index([authorId], map: "by_author")
}

enum Role {
  USER
  ADMIN @map("admin")
}
"#;

#[track_caller]
fn over(schema: &Schema, there: &str) -> String {
    let there = [(PathBuf::from("schema.prisma"), there.to_owned())];
    let written = write("postgres", schema, &there).unwrap();
    let again: Vec<_> = written.files.clone().into_iter().collect();
    assert_eq!(write("postgres", schema, &again).unwrap(), written, "writing twice gives something else");
    written.files.into_values().collect()
}

/// What a change of the schema does to the file: (what goes, what comes).
#[track_caller]
fn check(change: impl Fn(&mut Schema), gone: &[&str], come: &[&str]) {
    let mut schema = shop();
    change(&mut schema);
    let text = over(&schema, WRITTEN);
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (old, new) = (lines(WRITTEN), lines(&text));
    let without = |one: &[String], other: &[String]| -> Vec<String> {
        one.iter().filter(|it| !other.contains(it)).cloned().collect()
    };
    assert_eq!((without(&old, &new).join("\n"), without(&new, &old).join("\n")), (gone.join("\n"), come.join("\n")));
}

#[test]
fn where_nothing_differs_not_one_byte_changes() {
    assert_eq!(over(&shop(), WRITTEN), WRITTEN);
}

#[test]
fn a_schema_without_a_file_is_written_as_it_is_introspected() {
    let text = over(&shop(), "");
    let expected = r#"generator client {
  provider = "prisma-client-js"
}

datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}

model Post {
  id        Int     @id @default(autoincrement())
  author_id String?
  title     String  @db.VarChar(80)
  users     users?  @relation(fields: [author_id], references: [id], onDelete: Cascade)

  @@index([author_id], map: "by_author")
}

model users {
  id    String @id
  email String @unique
  role  Role   @default(admin)
  Post  Post[]
}

enum Role {
  USER
  admin
}
"#;
    assert_eq!(text, expected);
}

#[test]
fn what_differs_changes_and_nothing_else() {
    check(
        |it| it.table_mut(&name("users")).unwrap().columns["email"].nullable = true,
        &[
            "  id    String @id @default(cuid())",
            "  email String @unique // never shown",
            "  role  Role   @default(ADMIN)",
        ],
        &[
            "  id    String  @id @default(cuid())",
            "  email String? @unique // never shown",
            "  role  Role    @default(ADMIN)",
        ],
    );
    check(
        |it| drop(it.table_mut(&name("users")).unwrap().columns.insert("age".into(), column("smallint", false))),
        &[],
        &["  age   Int    @db.SmallInt"],
    );
    check(
        |it| drop(it.table_mut(&name("Post")).unwrap().columns.shift_remove("title")),
        &["  /// At most one line.", "  title  String @db.VarChar(80)"],
        &[],
    );
    check(
        |it| drop(it.table_mut(&name("Post")).unwrap().indexes.shift_remove("by_author")),
        &["  @@index([authorId], map: \"by_author\")"],
        &[],
    );
    check(
        |it| index(it.table_mut(&name("Post")).unwrap(), "Post_title_idx", &["title"], false),
        &[],
        &["  @@index([title])"],
    );
    check(
        |it| drop(it.table_mut(&name("Post")).unwrap().foreign_keys.shift_remove("Post_author_id_fkey")),
        &[
            "  // What they wrote.",
            "  posts Post[]",
            "  author   User?   @relation(fields: [authorId], references: [id], onDelete: Cascade)",
        ],
        &[],
    );
    let labels = ["USER", "guest", "admin"].map(str::to_owned).to_vec();
    check(
        |it| put(it, "enum:public.Role", PostgresObject::Enum(EnumType { labels: labels.clone() })),
        &[],
        &["  guest"],
    );
}

#[test]
fn a_new_table_comes_at_the_end_and_a_dropped_one_goes_with_its_comments() {
    let mut schema = shop();
    let mut tags = table("tags", &[("id", "integer"), ("post_id", "integer")]);
    points(&mut tags, "tags_post_id_fkey", "post_id", "Post");
    let tables = &mut schema.namespace_mut(&"public".into()).tables;
    tables.insert("tags".into(), tags);
    tables.shift_remove("users");
    tables.get_mut("Post").unwrap().foreign_keys.clear();
    let text = over(&schema, WRITTEN);
    assert!(!text.contains("User") && !text.contains("Who may come in") && text.starts_with("// Ours."), "{text}");
    assert!(text.contains("\n  tags     tags[]\n"), "{text}");
    let end = "\nmodel tags {\n  id      Int  @id\n  post_id Int\n  Post    Post @relation(fields: [post_id], references: [id], onDelete: Cascade)\n}\n";
    assert!(text.ends_with(end), "{text}");
}

#[test]
fn a_table_of_pairs_is_a_relation_from_many_to_many() {
    let mut schema = shop();
    let mut pairs = table("_PostTousers", &[("A", "integer"), ("B", "text")]);
    pairs.primary_key = None;
    points(&mut pairs, "_PostTousers_A_fkey", "A", "Post");
    points(&mut pairs, "_PostTousers_B_fkey", "B", "users");
    index(&mut pairs, "_PostTousers_AB_unique", &["A", "B"], true);
    index(&mut pairs, "_PostTousers_B_index", &["B"], false);
    schema.namespace_mut(&"public".into()).tables.insert("_PostTousers".into(), pairs);
    let text = over(&schema, "");
    assert!(!text.contains("model PostTousers") && text.contains("users[]"), "{text}");
    let ordinary = |it: &mut Schema| {
        it.table_mut(&name("_PostTousers")).unwrap().columns.insert("at".into(), column("date", true));
    };
    ordinary(&mut schema);
    assert!(over(&schema, "").contains("model PostTousers {"), "a table with more than pairs is a model");
}

#[test]
fn two_relations_between_two_tables_are_told_apart_by_their_columns() {
    let mut schema = shop();
    let posts = schema.table_mut(&name("Post")).unwrap();
    posts.columns.insert("editor_id".into(), column("text", true));
    points(posts, "Post_editor_id_fkey", "editor_id", "users");
    let text = over(&schema, "");
    for it in ["users_Post_editor_idTousers", "Post_Post_editor_idTousers", "@relation(\"Post_editor_idTousers\""] {
        assert!(text.contains(it), "{it}: {text}");
    }
}

#[test]
fn a_table_without_a_key_is_left_to_the_database() {
    let mut schema = shop();
    schema.table_mut(&name("Post")).unwrap().primary_key = None;
    let text = over(&schema, "");
    assert!(text.contains("valid unique identifier") && text.contains("  @@ignore\n}"), "{text}");
    assert!(text.contains("Post[] @ignore"), "{text}");
}

#[test]
fn names_that_prisma_cannot_have_are_mapped() {
    let mut schema = Schema::default();
    let odd = table("2fa codes", &[("1st", "integer"), ("user-name", "text")]);
    schema.namespace_mut(&"app".into()).tables.insert("2fa codes".into(), odd);
    let text = over(&schema, "");
    for it in [
        "model fa_codes {",
        "st        Int    @id @map(\"1st\")",
        "user_name String @map(\"user-name\")",
        "@@map(\"2fa codes\")",
        "@@schema(\"app\")",
        "schemas  = [\"app\"]",
    ] {
        assert!(text.contains(it), "{it}: {text}");
    }
}

/// Everything that a schema can hold, once.
fn everything() -> Schema {
    let mut schema = shop();
    let posts = schema.table_mut(&name("Post")).unwrap();
    let expression = || text("title <> ''");
    posts.checks.insert("c".into(), Check { name: None, expression: expression(), extra: Default::default() });
    posts.triggers.insert("t".into(), Trigger { definition: text("x"), extra: Default::default() });
    posts
        .uniques
        .insert("u".into(), Unique { name: Some("u".into()), parts: parts(&["title"]), extra: Default::default() });
    index(posts, "partial", &["title"], false);
    posts.indexes["partial"].predicate = Some(expression());
    index(posts, "hnsw", &["title"], false);
    posts.indexes["hnsw"].extra = PostgresIndex { method: "hnsw".into(), ..PostgresIndex::default() }.into();
    let query = Query { definition: text("AS SELECT 1"), extra: ViewExtra::None };
    let namespace = schema.namespace_mut(&"public".into());
    namespace.views.insert("v".into(), View { query, triggers: Default::default() });
    let module = VirtualTable { module: "fts5".into(), arguments: text("") };
    namespace.virtual_tables.insert("w".into(), module);
    let defined = || PostgresObject::Defined(Defined { definition: text("x"), enabled: Default::default() });
    for kind in ObjectKind::all() {
        schema.others.insert(Address::Object(kind, name("x")), Definition::Postgres(Box::new(defined())));
    }
    let options = SequenceOptions::of_type("bigint", 1);
    let sequence = Sequence { ty: "bigint".to_owned(), options, unlogged: false, owned_by: None };
    let view = MaterializedView { definition: text("x"), options: Default::default(), access_method: None };
    let policy = Policy { permissive: true, command: "all".to_owned(), roles: Vec::new(), using: None, check: None };
    for (address, it) in [
        ("extension:citext", PostgresObject::Extension(Extension::default())),
        ("sequence:public.s", PostgresObject::Sequence(sequence)),
        ("composite_type:public.pair", PostgresObject::Composite(CompositeType::default())),
        ("materialized_view:public.m", PostgresObject::MaterializedView(view)),
        ("policy:public.Post.p", PostgresObject::Policy(policy)),
        ("rule:public.Post.r", PostgresObject::Rule(Rule { definition: text("x"), enabled: Default::default() })),
        (
            "exclude:public.Post.e",
            PostgresObject::Exclude(Exclude { definition: text("x"), deferral: Default::default() }),
        ),
        ("grant:app@table:public.Post", PostgresObject::Grant(Grant::default())),
        ("comment:table:public.Post", PostgresObject::Comment("a".to_owned())),
        ("owner:table:public.Post", PostgresObject::Owner("me".into())),
    ] {
        put(&mut schema, address, it);
    }
    let check = Address::Part(PartKind::DomainCheck, name("d"), "c".into());
    schema.others.insert(check, Definition::Postgres(Box::new(defined())));
    schema
}

#[test]
fn nothing_is_left_out_silently() {
    let schema = everything();
    let written = write("postgres", &schema, &[]).unwrap();
    let is_written = |it: &Address| match it {
        Address::Column(..) | Address::PrimaryKey(_) | Address::ForeignKey(..) | Address::Unique(..) => true,
        Address::Table(_) | Address::Namespace(_) => true,
        Address::Index(_, name) => matches!(name.text(), "by_author" | "users_email_key"),
        Address::Object(ObjectKind::Enum, name) => name.name.text() == "Role",
        _ => false,
    };
    for (address, _) in schema.objects() {
        let is_lost = written.losses.iter().any(|it| it.address == address);
        assert_ne!(is_lost, is_written(&address), "{address}: written or in the list, and not both");
    }
}

#[test]
fn what_only_mysql_has_is_in_the_list() {
    let mut schema = Schema::default();
    let event = MySqlEvent {
        schedule: text("EVERY 1 DAY"),
        preserve: false,
        status: None,
        comment: String::new(),
        body: text("DO 1"),
        definer: None,
        sql_mode: None,
    };
    let sequence =
        MySqlSequence { start: 1, increment: 1, minimum: 1, maximum: 9, cache: 0, cycle: false, engine: None };
    let database = MySqlDatabase { charset: None, collation: Some("utf8mb4_bin".to_owned()) };
    for (kind, it) in [
        (ObjectKind::Event, MySqlObject::Event(event)),
        (ObjectKind::Sequence, MySqlObject::Sequence(sequence)),
        (ObjectKind::Database, MySqlObject::Database(database)),
    ] {
        let name = if kind == ObjectKind::Database { Qualified::default() } else { Qualified::bare("x") };
        schema.others.insert(Address::Object(kind, name), Definition::MySql(Box::new(it)));
    }
    assert_eq!(write("mysql", &schema, &[]).unwrap().losses.len(), 3);
}

#[test]
fn a_table_that_is_no_model_is_named_once_and_not_by_its_parts() {
    let mut schema = shop();
    schema.namespace_mut(&"public".into()).tables.insert(Ident::from("empty"), Table::default());
    let written = write("postgres", &schema, &[]).unwrap();
    let all: Vec<String> = written.losses.iter().map(|it| it.address.to_string()).collect();
    assert_eq!(all, ["table:public.empty"]);
}

#[test]
fn native_types_have_the_name_of_the_datasource_before_them() {
    let mut schema = Schema::default();
    let own = table("t", &[("id", "integer"), ("name", "character varying(20)")]);
    schema.namespace_mut(&"public".into()).tables.insert("t".into(), own);
    let head = "generator client {\n  provider = \"prisma-client-js\"\n}\n\ndatasource pg {\n  provider = \"postgresql\"\n}\n\n";
    let there = [head, "model t {\n  id   Int    @id\n  name String @pg.VarChar(\"20\")\n}\n"].concat();
    assert_eq!(over(&schema, &there), there);
    schema.table_mut(&name("t")).unwrap().columns.insert("short".into(), column("character varying(7)", false));
    let text = over(&schema, &there);
    assert!(text.contains("short String @pg.VarChar(7)") && text.contains("@pg.VarChar(\"20\")"), "{text}");
}
