//! Which object refers to which.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use petgraph::{
    Direction,
    graph::{DiGraph, NodeIndex},
    visit::{Dfs, Reversed},
};

use crate::{Address, ForeignKey, Index, Object, Part, PrimaryKey, Qualified, Schema, SqlText, Term, Unique};

/// The reference graph of a schema: an edge from each object to each object it needs.
///
/// References inside texts (checks, views, triggers, …) are found by name, so the graph may hold an edge too many and
/// never one too few. It serves impact questions; a step's place in a plan comes from what the step itself says.
pub struct References {
    graph: DiGraph<Address, ()>,
    nodes: HashMap<Address, NodeIndex>,
}

impl References {
    /// The graph of every object in a schema.
    pub fn of(schema: &Schema) -> References {
        let mut references = References { graph: DiGraph::new(), nodes: HashMap::new() };
        let objects = schema.objects();
        for (address, _) in &objects {
            let node = references.graph.add_node(address.clone());
            references.nodes.insert(address.clone(), node);
        }
        let names = Names::of(&objects);
        for (address, object) in &objects {
            for needed in needs(address, *object, &names) {
                references.connect(address, &needed);
            }
        }
        references
    }

    fn connect(&mut self, from: &Address, to: &Address) {
        if let (Some(&from), Some(&to)) = (self.nodes.get(from), self.nodes.get(to))
            && from != to
        {
            self.graph.update_edge(from, to, ());
        }
    }

    /// What the object at this address needs, directly, in address order.
    pub fn needs(&self, address: &Address) -> Vec<Address> {
        self.neighbors(address, Direction::Outgoing)
    }

    /// What needs the object at this address, directly, in address order.
    pub fn needed_by(&self, address: &Address) -> Vec<Address> {
        self.neighbors(address, Direction::Incoming)
    }

    /// What needs one of these objects, directly or through others, in address order, without the objects themselves.
    pub fn dependents<'a>(&self, addresses: impl IntoIterator<Item = &'a Address>) -> BTreeSet<Address> {
        let start: Vec<NodeIndex> = addresses.into_iter().filter_map(|it| self.nodes.get(it).copied()).collect();
        let mut found = BTreeSet::new();
        let reversed = Reversed(&self.graph);
        let mut search = Dfs::empty(reversed);
        for &node in &start {
            search.move_to(node);
            while let Some(next) = search.next(reversed) {
                if !start.contains(&next) {
                    found.insert(self.graph[next].clone());
                }
            }
        }
        found
    }

    /// Every edge as (needing, needed), in address order.
    pub fn edges(&self) -> Vec<(&Address, &Address)> {
        let mut edges: Vec<(&Address, &Address)> = self
            .graph
            .edge_indices()
            .filter_map(|edge| self.graph.edge_endpoints(edge))
            .map(|(from, to)| (&self.graph[from], &self.graph[to]))
            .collect();
        edges.sort_unstable();
        edges
    }

    fn neighbors(&self, address: &Address, direction: Direction) -> Vec<Address> {
        let Some(&node) = self.nodes.get(address) else { return Vec::new() };
        let mut found: Vec<Address> =
            self.graph.neighbors_directed(node, direction).map(|it| self.graph[it].clone()).collect();
        found.sort_unstable();
        found
    }
}

/// Where a name that stands in a text may lead.
struct Names {
    /// Tables, views and virtual tables by folded name.
    relations: HashMap<String, Vec<Address>>,
    /// Columns of each relation by folded name.
    columns: HashMap<Qualified, HashMap<String, Address>>,
}

impl Names {
    fn of(objects: &[(Address, Object<'_>)]) -> Names {
        let mut names = Names { relations: HashMap::new(), columns: HashMap::new() };
        for (address, object) in objects {
            match (object, address) {
                (Object::Table(_), Address::Table(name))
                | (Object::View(_), Address::View(name))
                | (Object::VirtualTable(_), Address::VirtualTable(name))
                | (Object::Postgres(_) | Object::MySql(_), Address::Object(_, name) | Address::Signed(_, name, _)) => {
                    names.relations.entry(name.name.folded()).or_default().push(address.clone());
                }
                (Object::Column(_), Address::Column(table, name)) => {
                    names.columns.entry(table.clone()).or_default().insert(name.folded(), address.clone());
                }
                (_, _) => (),
            }
        }
        names
    }

    fn columns_in(&self, table: &Qualified, text: &SqlText) -> Vec<Address> {
        let Some(columns) = self.columns.get(table) else { return Vec::new() };
        let words: BTreeSet<&str> = text.words().collect();
        words.iter().filter_map(|word| columns.get(&word.to_ascii_lowercase()).cloned()).collect()
    }

    fn column(&self, table: &Qualified, name: &str) -> Option<Address> {
        self.columns.get(table)?.get(&name.to_ascii_lowercase()).cloned()
    }

    /// The relations a text mentions, with those of their columns that it mentions too.
    fn anything_in(&self, text: &SqlText) -> Vec<Address> {
        let words: BTreeSet<String> = text.words().map(str::to_ascii_lowercase).collect();
        let mut found = Vec::new();
        for relation in words.iter().filter_map(|word| self.relations.get(word)).flatten() {
            found.push(relation.clone());
            let columns = relation.relation().and_then(|name| self.columns.get(name));
            found.extend(words.iter().filter_map(|word| columns?.get(word).cloned()));
        }
        found
    }
}

fn needs(address: &Address, object: Object<'_>, names: &Names) -> Vec<Address> {
    let mut needed = Vec::new();
    let owner = address.owner();
    if let Some(owner) = owner {
        needed.extend(names.relations.get(&owner.name.folded()).into_iter().flatten().cloned());
    }
    match (object, owner) {
        (Object::Column(column), Some(table)) => {
            if let Some(generated) = &column.generated {
                needed.extend(names.columns_in(table, &generated.expression));
            }
        }
        (
            Object::PrimaryKey(PrimaryKey { parts, name: _, extra: _ })
            | Object::Unique(Unique { parts, name: _, extra: _ }),
            Some(table),
        ) => {
            needed.extend(part_columns(table, parts, names));
        }
        (Object::Check(check), Some(table)) => needed.extend(names.columns_in(table, &check.expression)),
        (Object::ForeignKey(key), Some(table)) => needed.extend(foreign_key_needs(table, key, names)),
        (Object::Index(Index { parts, predicate, unique: _, extra: _ }), Some(table)) => {
            needed.extend(part_columns(table, parts, names));
            needed.extend(predicate.iter().flat_map(|text| names.columns_in(table, text)));
        }
        (Object::Trigger(trigger), _) => needed.extend(names.anything_in(&trigger.definition)),
        (Object::View(query), _) => needed.extend(names.anything_in(&query.definition)),
        (Object::VirtualTable(table), _) => needed.extend(names.anything_in(&table.arguments)),
        (Object::Postgres(object), _) => {
            needed.extend(address.subject().cloned());
            needed.extend(object.texts().into_iter().flat_map(|text| names.anything_in(text)));
        }
        (Object::MySql(object), _) => {
            needed.extend(object.texts().into_iter().flat_map(|text| names.anything_in(text)));
        }
        (_, _) => (),
    }
    needed
}

fn foreign_key_needs(table: &Qualified, key: &ForeignKey, names: &Names) -> Vec<Address> {
    let mut needed: Vec<Address> = key.columns.iter().filter_map(|name| names.column(table, name.text())).collect();
    needed.push(Address::Table(key.references.clone()));
    needed.extend(key.referenced_columns.iter().filter_map(|name| names.column(&key.references, name.text())));
    if key.referenced_columns.is_empty() {
        needed.push(Address::PrimaryKey(key.references.clone()));
    }
    needed
}

fn part_columns(table: &Qualified, parts: &[Part], names: &Names) -> Vec<Address> {
    parts
        .iter()
        .flat_map(|part| match &part.term {
            Term::Column(name) => names.column(table, name.text()).into_iter().collect(),
            Term::Expression(text) => names.columns_in(table, text),
        })
        .collect()
}

impl References {
    /// For each of these addresses, what it needs among them.
    pub fn among(&self, addresses: &BTreeSet<Address>) -> BTreeMap<Address, Vec<Address>> {
        let within = |address: &Address| self.needs(address).into_iter().filter(|it| addresses.contains(it)).collect();
        addresses.iter().map(|address| (address.clone(), within(address))).collect()
    }
}
