//! The schema as SQL: one file, or one for each object.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use trueup_contract::{Declaration, Written};
use trueup_state::{Address, Ident, ObjectKind, PartKind, Qualified, Schema};

use super::{files, name};
use crate::config::Layout;

/// The first line of every file.
const HEADER: &str =
    "-- Mirror of the database, written by `trueup pull`. Edits are refused: change the database and pull again.\n";

/// Where the statements of a kind of object go: a folder with a file for each name, or one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Folder(&'static str),
    File(&'static str),
    /// A file that is read after all others, with the rest of its name.
    Last(&'static str),
}

/// The whole schema. The format can say everything, so nothing is lost.
pub(super) fn write(schema: &Schema, declarations: &[Declaration], path: &Path, layout: Layout) -> Written {
    let is_file = files::has_ending(path, "sql");
    let files = match layout {
        _ if is_file => BTreeMap::from([(path.to_owned(), joined(declarations))]),
        Layout::OneFile => BTreeMap::from([(path.join("schema.sql"), joined(declarations))]),
        Layout::FilePerObject => per_object(schema, declarations, path),
    };
    Written { files, losses: Vec::new() }
}

fn joined<'a>(declarations: impl IntoIterator<Item = &'a Declaration>) -> String {
    let mut text = HEADER.to_owned();
    for Declaration { address: _, sql } in declarations {
        text.push('\n');
        text.push_str(sql);
    }
    text
}

fn per_object(schema: &Schema, declarations: &[Declaration], folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut places: BTreeMap<(Ident, Place), BTreeMap<&str, Vec<&Declaration>>> = BTreeMap::new();
    for declaration in declarations {
        let (namespace, place, name) = declaration.address.as_ref().map_or(NOWHERE, |it| place(schema, it));
        let at = (namespace.cloned().unwrap_or_default(), place);
        places.entry(at).or_default().entry(name).or_default().push(declaration);
    }
    let namespaces = places.keys().map(|(namespace, _)| namespace.text()).filter(|it| !is_top(it));
    let namespaces = name::safe(namespaces);
    // Files are read in the order of their names.
    let last = namespaces.values().map(String::as_str).chain(["zz"]).max().unwrap_or_default();
    let mut files = BTreeMap::new();
    for ((namespace, place), objects) in &places {
        let folder = namespaces.get(namespace.text()).map_or_else(|| folder.to_owned(), |it| folder.join(it));
        let names = name::safe(objects.keys().copied());
        for (name, declarations) in objects {
            let path = match place {
                Place::Folder(kind) => folder.join(kind).join([names[name].as_str(), ".sql"].concat()),
                Place::File(file) => folder.join(file),
                Place::Last(file) => folder.join([last, file].concat()),
            };
            files.insert(path, joined(declarations.iter().copied()));
        }
    }
    files
}

/// The namespace whose objects stand at the top: in most databases there is no other.
fn is_top(namespace: &str) -> bool {
    matches!(namespace, "" | "public")
}

/// Where a statement goes that belongs to no object.
const NOWHERE: (Option<&Ident>, Place, &str) = (None, Place::File("other.sql"), "");

/// Where the statements of an object go: the namespace, the folder or file, and in a folder the name.
fn place<'a>(schema: &Schema, address: &'a Address) -> (Option<&'a Ident>, Place, &'a str) {
    let folder = |folder, name: &'a Qualified| (Some(&name.namespace), Place::Folder(folder), name.name.text());
    match address {
        Address::Grant(on, _) | Address::Comment(on) | Address::Owner(on) => place(schema, on),
        Address::Namespace(_) => (None, Place::File("schemas.sql"), ""),
        // What is created after them gets what they give.
        Address::DefaultPrivileges(..) => (None, Place::Last("_default_privileges.sql"), ""),
        Address::View(name) => folder("views", name),
        Address::Part(PartKind::DomainCheck | PartKind::EnumValue, owner, _) => folder("types", owner),
        Address::Object(kind, name) | Address::Signed(kind, name, _) => {
            let place = of_kind(*kind);
            let name_in_folder = if matches!(place, Place::Folder(_)) { name.name.text() } else { "" };
            (Some(&name.namespace), place, name_in_folder)
        }
        Address::Table(owner)
        | Address::VirtualTable(owner)
        | Address::Column(owner, _)
        | Address::PrimaryKey(owner)
        | Address::Unique(owner, _)
        | Address::Check(owner, _)
        | Address::ForeignKey(owner, _)
        | Address::Index(owner, _)
        | Address::Trigger(owner, _)
        | Address::Part(_, owner, _) => {
            let is_view = schema.view(owner).is_some()
                || schema.others.contains_key(&Address::Object(ObjectKind::MaterializedView, owner.clone()));
            folder(if is_view { "views" } else { "tables" }, owner)
        }
    }
}

/// Kinds of which there are many in a schema have a folder, the others share a file.
fn of_kind(kind: ObjectKind) -> Place {
    match kind {
        ObjectKind::Enum
        | ObjectKind::CompositeType
        | ObjectKind::RangeType
        | ObjectKind::BaseType
        | ObjectKind::Domain => Place::Folder("types"),
        ObjectKind::Sequence => Place::Folder("sequences"),
        ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Aggregate => Place::Folder("functions"),
        ObjectKind::MaterializedView => Place::Folder("views"),
        ObjectKind::Event => Place::Folder("events"),
        ObjectKind::Database => Place::File("database.sql"),
        ObjectKind::Extension => Place::File("extensions.sql"),
        ObjectKind::Language | ObjectKind::Transform => Place::File("languages.sql"),
        ObjectKind::Collation | ObjectKind::Conversion => Place::File("collations.sql"),
        ObjectKind::Operator | ObjectKind::OperatorFamily | ObjectKind::OperatorClass | ObjectKind::AccessMethod => {
            Place::File("operators.sql")
        }
        ObjectKind::Cast => Place::File("casts.sql"),
        ObjectKind::TextSearchParser
        | ObjectKind::TextSearchTemplate
        | ObjectKind::TextSearchDictionary
        | ObjectKind::TextSearchConfiguration => Place::File("text_search.sql"),
        ObjectKind::Statistics => Place::File("statistics.sql"),
        ObjectKind::ForeignDataWrapper | ObjectKind::ForeignServer | ObjectKind::UserMapping => {
            Place::File("foreign_data.sql")
        }
        ObjectKind::Publication | ObjectKind::Subscription => Place::File("replication.sql"),
        ObjectKind::EventTrigger => Place::File("event_triggers.sql"),
    }
}
