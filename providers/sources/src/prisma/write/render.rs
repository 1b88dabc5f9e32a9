//! Attributes and blocks as text.

use trueup_state::ReferentialAction;

use super::{
    default::quoted,
    engine::Engine,
    image::{Column, Enum, EnumKey, Image, KEY_KINDS, Key, KeyKind, KeyPart, Kind, Many, Model, Relation},
    introspect::action,
    keys::{ACTIONS, usual_name},
    layout::Line,
};
use crate::prisma::syntax::Arity;

/// Said of a model that Prisma's client cannot use.
pub(super) const IGNORED: &str = "/// The underlying table does not contain a valid unique identifier and can therefore \
                                  currently not be handled by Prisma Client.";

/// Operator classes that Prisma has words for.
const OPERATORS: [(&str, &str); 4] =
    [("jsonb_path_ops", "JsonbPathOps"), ("jsonb_ops", "JsonbOps"), ("array_ops", "ArrayOps"), ("inet_ops", "InetOps")];

/// What is needed to render a part of an image.
#[derive(Clone, Copy)]
pub(super) struct Render<'a> {
    pub(super) engine: Engine,
    /// The name of the datasource.
    pub(super) datasource: &'a str,
    pub(super) image: &'a Image,
    /// Whether blocks name their schema.
    pub(super) names_schemas: bool,
}

/// An attribute with its arguments; none, no parentheses.
pub(super) fn attribute(name: &str, arguments: &[String]) -> String {
    if arguments.is_empty() { name.to_owned() } else { [name, "(", &arguments.join(", "), ")"].concat() }
}

pub(super) fn suffix(arity: Arity) -> &'static str {
    match arity {
        Arity::Required => "",
        Arity::Optional => "?",
        Arity::List => "[]",
    }
}

impl Render<'_> {
    /// The name of a column's type.
    pub(super) fn type_name(&self, kind: &Kind) -> String {
        match kind {
            Kind::Native(native, _) => native.scalar.to_owned(),
            Kind::Enum(at) => self.image.enums[*at].name.clone(),
            Kind::Unsupported(text) => ["Unsupported(", &quoted(text), ")"].concat(),
        }
    }

    /// `@db.…`, or whatever the datasource is called, where it is needed.
    pub(super) fn native(&self, kind: &Kind) -> Option<String> {
        match kind {
            Kind::Native(native, _) => native.native.as_ref().map(|it| ["@", self.datasource, ".", it].concat()),
            Kind::Enum(_) | Kind::Unsupported(_) => None,
        }
    }

    /// `@default(…)`, where there is one.
    pub(super) fn default(&self, column: &Column) -> Option<String> {
        let name_of = |label: &str| {
            let Kind::Enum(at) = column.kind else { return label.to_owned() };
            let value = self.image.enums[at].values.iter().find(|(_, it)| it == label);
            value.map_or_else(|| label.to_owned(), |(name, _)| name.clone())
        };
        let default = column.default.as_ref()?;
        Some(["@default(", &default.render(&name_of), ")"].concat())
    }

    /// The line of a column; what it is a key of is given.
    pub(super) fn column(&self, column: &Column, keys: Vec<String>) -> Line {
        let mut rest = keys;
        rest.extend(self.default(column));
        if column.field != column.column {
            rest.push(["@map(", &quoted(&column.column), ")"].concat());
        }
        rest.extend(self.native(&column.kind));
        let ty = [&self.type_name(&column.kind), suffix(column.arity)].concat();
        Line { cells: vec![column.field.clone(), ty], rest }
    }

    /// A key of one column as an attribute of its field, where it can be one.
    pub(super) fn field_key(&self, model: &Model, key: &Key, client_name: Option<&str>) -> Option<String> {
        let [part] = key.parts.as_slice() else { return None };
        let is_simple = matches!(key.kind, KeyKind::Id | KeyKind::Unique)
            && key.method.is_none()
            && key.predicate.is_none()
            && part.operators.is_none()
            && client_name.is_none();
        if !is_simple {
            return None;
        }
        let mut arguments = self.key_arguments(model, key, None);
        arguments.extend(part_arguments(part));
        Some(attribute(["@", kind_name(key.kind)].concat().as_str(), &arguments))
    }

    /// A key as a line of its own.
    pub(super) fn block_key(&self, model: &Model, key: &Key, client_name: Option<&str>) -> String {
        let part = |it: &KeyPart| {
            let field = model.columns.iter().find(|column| column.column == it.column);
            attribute(field.map_or(it.column.as_str(), |it| it.field.as_str()), &part_arguments(it))
        };
        let parts: Vec<String> = key.parts.iter().map(part).collect();
        let mut arguments = vec![["[", &parts.join(", "), "]"].concat()];
        arguments.extend(self.key_arguments(model, key, client_name));
        attribute(["@@", kind_name(key.kind)].concat().as_str(), &arguments)
    }

    fn key_arguments(&self, model: &Model, key: &Key, client_name: Option<&str>) -> Vec<String> {
        let usual = usual_name(self.engine, &model.table, key.kind, &key.parts);
        let map = key.name.as_ref().filter(|it| usual != **it);
        let mut arguments: Vec<String> = client_name.map(|it| ["name: ", &quoted(it)].concat()).into_iter().collect();
        arguments.extend(map.map(|it| ["map: ", &quoted(it)].concat()));
        arguments.extend(key.method.iter().map(|it| ["type: ", it].concat()));
        arguments.extend(key.predicate.iter().map(|it| ["where: raw(", &quoted(it), ")"].concat()));
        arguments
    }

    /// What `@relation(…)` says on the side that points.
    pub(super) fn relation_arguments(&self, relation: &Relation) -> Vec<String> {
        let (from, to) = (&self.image.models[relation.from], &self.image.models[relation.to]);
        let fields = |model: &Model, columns: &[String]| {
            let field = |it: &String| model.columns.iter().find(|column| column.column == *it);
            let names: Vec<&str> = columns.iter().filter_map(field).map(|it| it.field.as_str()).collect();
            ["[", &names.join(", "), "]"].concat()
        };
        let mut arguments: Vec<String> = relation.name.iter().map(|it| quoted(it)).collect();
        arguments.push(["fields: ", &fields(from, &relation.columns)].concat());
        arguments.push(["references: ", &fields(to, &relation.referenced)].concat());
        let (on_delete, on_update) = self.usual_actions(relation);
        if relation.on_delete != on_delete {
            arguments.push(["onDelete: ", action_name(relation.on_delete)].concat());
        }
        if relation.on_update != on_update {
            arguments.push(["onUpdate: ", action_name(relation.on_update)].concat());
        }
        arguments.extend(relation.map.iter().map(|it| ["map: ", &quoted(it)].concat()));
        arguments
    }

    /// What a relation does that says nothing of it.
    pub(super) fn usual_actions(&self, relation: &Relation) -> (ReferentialAction, ReferentialAction) {
        let model = &self.image.models[relation.from];
        let is_optional =
            |it: &String| model.columns.iter().any(|column| column.column == *it && column.arity == Arity::Optional);
        let is_required = !relation.columns.iter().all(is_optional);
        (action(self.engine, self.engine.on_delete(is_required)), ReferentialAction::Cascade)
    }

    /// The field that points.
    pub(super) fn forward(&self, relation: &Relation) -> Line {
        let arity = if relation.is_required { Arity::Required } else { Arity::Optional };
        let relation_attribute = attribute("@relation", &self.relation_arguments(relation));
        self.relation_field(&relation.forward, (relation.from, relation.to), arity, vec![relation_attribute])
    }

    /// The field on the other side.
    pub(super) fn back(&self, relation: &Relation) -> Line {
        let arity = if relation.is_single { Arity::Optional } else { Arity::List };
        let name = relation.name.iter().map(|it| ["@relation(", &quoted(it), ")"].concat()).collect();
        self.relation_field(&relation.back, (relation.to, relation.from), arity, name)
    }

    /// A field of a relation from many to many: that of the model column A points at, or the other.
    pub(super) fn many(&self, many: &Many, side: usize) -> Line {
        let name = many.name.iter().map(|it| ["@relation(", &quoted(it), ")"].concat()).collect();
        self.relation_field(&many.fields[side], (many.models[side], many.models[1 - side]), Arity::List, name)
    }

    fn relation_field(&self, name: &str, (own, other): (usize, usize), arity: Arity, mut rest: Vec<String>) -> Line {
        let (own, other) = (&self.image.models[own], &self.image.models[other]);
        if other.is_ignored && !own.is_ignored {
            rest.push("@ignore".to_owned());
        }
        Line { cells: vec![name.to_owned(), [&other.name, suffix(arity)].concat()], rest }
    }

    /// `@@map`, `@@schema` and `@@ignore` of a model.
    pub(super) fn placed(&self, model: &Model) -> Vec<String> {
        let mut lines = self.named(&model.name, model.table.name.text());
        lines.extend(self.schema(model.table.namespace.text()));
        lines.extend(model.is_ignored.then(|| "@@ignore".to_owned()));
        lines
    }

    fn named(&self, name: &str, own: &str) -> Vec<String> {
        (name != own).then(|| ["@@map(", &quoted(own), ")"].concat()).into_iter().collect()
    }

    fn schema(&self, namespace: &str) -> Option<String> {
        self.names_schemas.then(|| ["@@schema(", &quoted(namespace), ")"].concat())
    }

    /// The line of an enum's value.
    pub(super) fn value(&self, name: &str, label: &str) -> Line {
        let rest = (name != label).then(|| ["@map(", &quoted(label), ")"].concat()).into_iter().collect();
        Line { cells: vec![name.to_owned()], rest }
    }

    /// What stands at the end of an enum.
    pub(super) fn enum_placed(&self, it: &Enum) -> Vec<String> {
        match &it.key {
            EnumKey::Column(..) => Vec::new(),
            EnumKey::Named(name) => {
                let mut lines = self.named(&it.name, name.name.text());
                lines.extend(self.schema(name.namespace.text()));
                lines
            }
        }
    }
}

fn kind_name(kind: KeyKind) -> &'static str {
    KEY_KINDS.iter().find(|(it, _)| *it == kind).map_or("", |(_, name)| name)
}

fn action_name(action: ReferentialAction) -> &'static str {
    ACTIONS.iter().find(|(it, _)| *it == action).map_or("", |(_, name)| name)
}

fn part_arguments(part: &KeyPart) -> Vec<String> {
    let KeyPart { column: _, is_descending, length, operators } = part;
    let mut arguments = Vec::new();
    arguments.extend(length.map(|it| ["length: ", &it.to_string()].concat()));
    arguments.extend(operators.iter().map(|it| {
        let known = OPERATORS.iter().find(|(own, _)| own == it);
        known.map_or_else(|| ["ops: raw(", &quoted(it), ")"].concat(), |(_, word)| ["ops: ", word].concat())
    }));
    arguments.extend(is_descending.then(|| "sort: Desc".to_owned()));
    arguments
}
