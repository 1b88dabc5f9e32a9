//! A schema as TOML: structured where that says all of an object, its statements otherwise. Nothing is lost.

mod attached;
mod document;
mod object;
mod part;
mod table;

use std::collections::BTreeMap;

use trueup_contract::{Declaration, Dialect};
use trueup_state::{Address, Ident, Qualified, Schema};

use document::{Document, Value, text};

/// One object of a schema in trueup's own format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TomlObject {
    /// The kind, as it stands in the file: `table`.
    pub kind: &'static str,
    /// The name, as it stands in the file: `users`, `app.users`.
    pub name: String,
    /// What declares it.
    pub text: String,
}

/// A schema in trueup's own format, object by object, in the order of kinds and names; `declarations` are its statements
/// ([`Dialect::declare`]).
pub fn write_toml(schema: &Schema, dialect: &dyn Dialect, declarations: &[Declaration]) -> Vec<TomlObject> {
    let mut writer = Writer::of(schema, dialect, declarations);
    table::tables(&mut writer);
    object::objects(&mut writer);
    part::others(&mut writer);
    attached::attached(&mut writer);
    writer.leftovers();
    let object = |(kind, name, text)| TomlObject { kind, name, text };
    writer.document.finish().into_iter().map(object).collect()
}

/// What is being written.
struct Writer<'a> {
    schema: &'a Schema,
    dialect: &'a dyn Dialect,
    /// What each object's statements are, as far as the document does not say it yet.
    statements: BTreeMap<Address, Vec<String>>,
    /// Statements of no object.
    loose: Vec<String>,
    document: Document,
}

impl<'a> Writer<'a> {
    fn of(schema: &'a Schema, dialect: &'a dyn Dialect, declarations: &[Declaration]) -> Writer<'a> {
        let mut statements: BTreeMap<Address, Vec<String>> = BTreeMap::new();
        let mut loose = Vec::new();
        for Declaration { address, sql } in declarations {
            let sql = sql.trim_end().to_owned();
            match address {
                Some(address) => statements.entry(address.clone()).or_default().push(sql),
                None => loose.push(sql),
            }
        }
        Writer { schema, dialect, statements, loose, document: Document::default() }
    }

    /// Whether the dialect is PostgreSQL's, MySQL's, SQLite's.
    fn is(&self, name: &str) -> bool {
        self.dialect.name() == name
    }

    /// The statements of an object, which the document says from now on.
    fn take(&mut self, address: &Address) -> Option<String> {
        self.statements.remove(address).map(|it| it.join("\n"))
    }

    /// What no form has room for, by its address.
    fn leftovers(&mut self) {
        // Schema `public` is in every database.
        self.statements.remove(&Address::Namespace(Ident::from("public")));
        for (address, statements) in std::mem::take(&mut self.statements) {
            let body = self.document.entry("object", &address.to_string());
            body.insert("sql".to_owned(), text(statements.join("\n")));
        }
        if !self.loose.is_empty() {
            let statements = self.loose.drain(..).map(Value::Text).collect();
            self.document.entry("statements", "").insert("statements".to_owned(), Value::List(statements));
        }
    }
}

/// The kind and the name under which an object stands in the document.
fn place(address: &Address) -> Option<(&'static str, String)> {
    let kind = match address {
        Address::Namespace(_) => "schema",
        Address::Table(_) => "table",
        Address::View(_) => "view",
        Address::VirtualTable(_) => "virtual_table",
        Address::Object(kind, _) | Address::Signed(kind, _, _) => kind.word(),
        _ => return None,
    };
    let bare = match address {
        Address::Table(name) => Address::Table(shown(name)),
        Address::View(name) => Address::View(shown(name)),
        Address::Object(kind, name) => Address::Object(*kind, shown(name)),
        Address::Signed(kind, name, types) => Address::Signed(*kind, shown(name), types.clone()),
        _ => address.clone(),
    };
    let whole = bare.to_string();
    Some((kind, whole[kind.len() + 1..].to_owned()))
}

/// A name without the schema in which unqualified names are looked for.
fn shown(name: &Qualified) -> Qualified {
    let is_usual = name.namespace.text() == "public";
    Qualified { namespace: if is_usual { Ident::default() } else { name.namespace.clone() }, name: name.name.clone() }
}

/// A table's name as it stands in a reference.
fn table_name(name: &Qualified) -> String {
    let whole = Address::Table(shown(name)).to_string();
    whole["table:".len()..].to_owned()
}
