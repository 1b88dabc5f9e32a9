//! The schema as pages in Markdown, for people: an index, a page for each table, and one for each other kind of object that
//! people look for.

mod html;
mod table;
mod text;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use trueup_contract::{Declaration, Written};
use trueup_state::{Address, Definition, Ident, ObjectKind, PostgresObject, Qualified, Schema, Table};

use super::name;
use crate::{export, markdown::fenced};
pub(super) use html::html;
use text::{code, link, prose};

/// The most that GitHub's Mermaid draws: it gives up on longer texts (`maxTextSize`) and on more lines (`maxEdges`).
const LONGEST_DIAGRAM: usize = 50_000;
const MOST_EDGES: usize = 500;

/// The page that leads to all others.
const FRONT: &str = "README.md";

/// The pages for kinds of objects other than tables: file, title.
const PAGES: [(&str, &str); 4] = [
    ("views.md", "Views"),
    ("functions.md", "Functions and procedures"),
    ("types.md", "Types"),
    ("others.md", "Other objects"),
];

/// What every page needs to know.
struct Book<'a> {
    schema: &'a Schema,
    /// The tables by name, each with the file of its page.
    tables: BTreeMap<Qualified, (&'a Table, String)>,
    /// The statements of each table, view or other object that has a page or a place on one.
    statements: BTreeMap<Address, Vec<String>>,
    /// Which tables point at each.
    referrers: BTreeMap<Qualified, BTreeSet<Qualified>>,
}

/// All pages, below a folder. They are for reading, so what they do not show is no loss.
pub(super) fn write(schema: &Schema, declarations: &[Declaration], folder: &Path) -> Written {
    let note = "Mirror of the database, written by `trueup pull`. Do not edit.\n";
    Written { files: Book::of(schema, declarations).pages(folder, note), losses: Vec::new() }
}

/// Which of the pages an object is on.
fn page_of(address: &Address) -> Option<usize> {
    match address {
        Address::Table(_) => None,
        Address::View(_) | Address::Object(ObjectKind::MaterializedView, _) => Some(0),
        Address::Signed(ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Aggregate, ..) => Some(1),
        Address::Object(kind, _) if kind.is_type() => Some(2),
        _ => Some(3),
    }
}

impl<'a> Book<'a> {
    fn of(schema: &'a Schema, declarations: &[Declaration]) -> Book<'a> {
        let titles: BTreeMap<String, Qualified> = schema.tables().map(|(name, _)| (title(&name), name)).collect();
        let files = name::safe(titles.keys().map(String::as_str));
        let file = |name: &Qualified| [files[title(name).as_str()].as_str(), ".md"].concat();
        let tables = schema.tables().map(|(name, table)| (name.clone(), (table, file(&name)))).collect();
        let mut referrers: BTreeMap<Qualified, BTreeSet<Qualified>> = BTreeMap::new();
        for (name, table) in schema.tables() {
            for key in table.foreign_keys.values() {
                referrers.entry(key.references.clone()).or_default().insert(name.clone());
            }
        }
        let mut statements: BTreeMap<Address, Vec<String>> = BTreeMap::new();
        for Declaration { address, sql } in declarations {
            if let Some(address) = address {
                statements.entry(whole(schema, address)).or_default().push(sql.clone());
            }
        }
        Book { schema, tables, statements, referrers }
    }

    /// All pages, below a folder.
    fn pages(&self, folder: &Path, note: &str) -> BTreeMap<PathBuf, String> {
        let mut files = BTreeMap::from([(folder.join(FRONT), self.index(note))]);
        for (name, (table, file)) in &self.tables {
            files.insert(folder.join("tables").join(file), table::page(self, name, table));
        }
        for (at, (file, title)) in PAGES.iter().enumerate() {
            let objects = self.on_page(at);
            if !objects.is_empty() {
                files.insert(folder.join(file), self.page(title, &objects));
            }
        }
        files
    }

    fn index(&self, note: &str) -> String {
        let mut page = ["# Database schema\n\n", note].concat();
        for (at, (file, title)) in PAGES.iter().enumerate() {
            let count = self.on_page(at).len();
            if count > 0 {
                page.extend(["\n- [", title, "](", file, "): ", &count.to_string()]);
            }
        }
        page.push_str("\n\n## Tables\n\n");
        if self.tables.is_empty() {
            page.push_str("There are none.\n");
            return page;
        }
        page.push_str("| Table | Columns | Comment |\n|---|---:|---|\n");
        for (name, (table, file)) in &self.tables {
            let (columns, comment) = (table.columns.len().to_string(), prose(&self.comment_on_table(name, table)));
            let linked = link(&title(name), &["tables/", file].concat());
            page.extend(["| ", &linked, " | ", &columns, " | ", &comment, " |\n"]);
        }
        page.push_str("\n## Diagram\n\n");
        let diagram = export::mermaid(self.schema);
        let edges: usize = self.tables.values().map(|(table, _)| table.foreign_keys.len()).sum();
        if diagram.len() < LONGEST_DIAGRAM && edges < MOST_EDGES {
            page.push_str(&fenced("mermaid", &diagram));
        } else {
            page.push_str("There is too much for one diagram; the page of each table has one of what is around it.\n");
        }
        page
    }

    /// The objects of a page, by name.
    fn on_page(&self, page: usize) -> Vec<&Address> {
        self.statements.keys().filter(|address| page_of(address) == Some(page)).collect()
    }

    fn page(&self, title: &str, objects: &[&Address]) -> String {
        let mut page = ["# ", title, "\n\n[All tables](README.md)\n"].concat();
        for address in objects {
            let shown = address.to_string();
            let name = shown.split_once(':').map_or(shown.as_str(), |(_, name)| name);
            page.extend(["\n## ", address.kind(), " ", &code(name), "\n\n"]);
            let comment = self.comment(address);
            if !comment.is_empty() {
                page.extend([&prose(&comment), "\n\n"]);
            }
            if let Some(Definition::Postgres(it)) = self.schema.others.get(*address)
                && let PostgresObject::Enum(it) = it.as_ref()
            {
                it.labels.iter().for_each(|label| page.extend(["- ", &code(label), "\n"]));
                page.push('\n');
            }
            page.push_str(&fenced("sql", &self.sql(address)));
        }
        page
    }

    /// The statements of an object with all of its parts.
    fn sql(&self, address: &Address) -> String {
        self.statements.get(address).map(|all| all.join("\n")).unwrap_or_default()
    }

    /// What is said of an object; empty where nothing is.
    fn comment(&self, address: &Address) -> String {
        match self.schema.others.get(&Address::Comment(Box::new(address.clone()))) {
            Some(Definition::Postgres(it)) => match it.as_ref() {
                PostgresObject::Comment(text) => text.clone(),
                _ => String::new(),
            },
            _ => String::new(),
        }
    }

    fn comment_on_table(&self, name: &Qualified, table: &Table) -> String {
        match table.extra.mysql().comment {
            own if !own.is_empty() => own,
            _ => self.comment(&Address::Table(name.clone())),
        }
    }

    /// A table's name, linked to its page where it has one, seen from another table's page.
    fn linked(&self, name: &Qualified) -> String {
        match self.tables.get(name) {
            Some((_, file)) => link(&title(name), file),
            None => code(&title(name)),
        }
    }
}

/// A name as people call it: without the namespace that goes without saying.
fn title(name: &Qualified) -> String {
    if name.namespace == Ident::from("public") { name.name.text().to_owned() } else { name.to_string() }
}

/// The object on whose page, or at whose place on one, a statement stands.
fn whole(schema: &Schema, address: &Address) -> Address {
    match address {
        Address::Comment(on) | Address::Owner(on) | Address::Grant(on, _) => whole(schema, on),
        _ => match address.relation() {
            Some(name) if schema.table(name).is_some() => Address::Table(name.clone()),
            Some(name) if schema.view(name).is_some() => Address::View(name.clone()),
            Some(name) if !matches!(address, Address::VirtualTable(_)) => {
                Address::Object(ObjectKind::MaterializedView, name.clone())
            }
            _ => address.clone(),
        },
    }
}

#[cfg(test)]
mod tests;
