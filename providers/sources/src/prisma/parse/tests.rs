//! What is read, that nothing of it is lost, and where errors are.

use std::{path::PathBuf, sync::Arc};

use trueup_contract::SourceError;

use super::parse;
use crate::prisma::syntax::{Arity, BaseType, ExpressionKind, File, Item, Member, Span};

const WHOLE: &str = r#"// a schema
datasource db { // where
  provider   = "postgresql"
  extensions = [
    citext(schema: "public"),
    pg_trgm
  ]
}

/// A person.
model User {
  id    Int     @id @default(autoincrement()) /// its key

  name  String? @db.VarChar(80) // short
  tags  String[] @default(["a", "b\n"])
  where Unsupported("point")
  @@index([name(sort: Desc), id],
    map: "by_name")
} // end

enum Role {
  ADMIN @map("admin")
  @@map("roles")
}
"#;

fn read(text: &str) -> Result<File, SourceError> {
    parse(Arc::new(PathBuf::from("schema.prisma")), Arc::from(text))
}

fn tiled(file: &File) -> String {
    let mut whole = String::new();
    for item in &file.items {
        match item {
            Item::Blank(_) | Item::Comment(_) => whole.push_str(file.slice(item.span())),
            Item::Block(block) => {
                let mut inner = file.slice(block.header).to_owned();
                block.members.iter().for_each(|member| inner.push_str(file.slice(member.span())));
                inner.push_str(file.slice(block.close));
                assert_eq!(inner, file.slice(block.span));
                whole.push_str(&inner);
            }
        }
    }
    whole
}

#[test]
fn the_spans_put_together_are_the_text() {
    let whole = WHOLE.to_owned();
    for text in [whole.to_owned(), whole.replace('\n', "\r\n"), ["\u{feff}", whole.trim_end()].concat()] {
        assert_eq!(tiled(&read(&text).unwrap()), text);
    }
}

#[test]
fn fields_have_types_attributes_and_comments() {
    let file = read(WHOLE).unwrap();
    let user = file.blocks().nth(1).unwrap();
    assert_eq!(user.close_comment.as_ref().unwrap().text, " end");
    let fields: Vec<_> = user
        .members
        .iter()
        .filter_map(|member| match member {
            Member::Field(field) => Some(field),
            _ => None,
        })
        .collect();
    assert_eq!(fields[1].kind.arity, Arity::Optional);
    assert_eq!(file.slice(fields[1].attributes[0].span), "@db.VarChar(80)");
    assert_eq!(fields[1].comment.as_ref().unwrap().text, " short");
    assert!(fields[0].comment.as_ref().unwrap().is_documentation);
    let ExpressionKind::Array(tags) = &fields[2].attributes[0].unnamed().unwrap().value.kind else {
        panic!("no array");
    };
    assert_eq!(tags[1].kind, ExpressionKind::String("b\n".to_owned()));
    assert_eq!(fields[3].kind.base, BaseType::Unsupported("point".to_owned()));
}

#[test]
fn an_index_may_go_over_two_lines() {
    let file = read(WHOLE).unwrap();
    let Some(Member::Attribute(index)) = file.blocks().nth(1).unwrap().members.last() else { panic!("no attribute") };
    assert_eq!(index.attribute.named("map").unwrap().value.kind, ExpressionKind::String("by_name".to_owned()));
}

#[track_caller]
fn refused(text: &str, at: &str, message: &str) {
    let Err(SourceError::Malformed { offset, length, message: said, .. }) = read(text) else { panic!("read") };
    assert_eq!(said, message);
    assert_eq!(&text[Span::new(offset, offset + length).start..offset + length], at);
}

#[test]
fn errors_are_where_the_mistake_is() {
    refused("modle User {\n}\n", "modle", "`modle` is no kind of block");
    refused("model User {\n  id Int @id\n", "User", "the model `User` has no closing `}`");
    refused("model User {\n  id @id\n}\n", "id", "the field `id` has no type");
    refused("model User {\n  id Int[]?\n}\n", "Int[]?", "a list cannot be optional");
    refused("model User {\n  id Int @default(\"x)\n}\n", "\"x)", "this string is not closed");
    refused("model User {\n  id Int @default(1\n}\n", "}", "expected `,` or `)`, found `}`");
    refused("model User {\n  id Int id\n}\n", "id", "expected an attribute or the end of the line, found `id`");
    refused("model User { id Int }\n", "id", "expected the end of the line after `{`, found `id`");
    refused("enum Role {\n  _A\n}\n", "_A", "expected a value of the enum, or `}`, found `_A`");
    refused("datasource db {\n  provider: \"mysql\"\n}\n", ":", "expected `=`, found `:`");
}

#[test]
fn brackets_without_end_are_refused_before_the_stack_ends() {
    for open in ["[", "f(", "{a:"] {
        let text = ["model User {\n  id Int @default(", &open.repeat(100_000), "\n}\n"].concat();
        let Err(SourceError::Malformed { message, .. }) = read(&text) else { panic!("read") };
        assert_eq!(message, "too many brackets are open here");
    }
}
