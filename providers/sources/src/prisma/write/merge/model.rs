//! A model: its fields, keys and relations.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Merge,
    field::{self, Draft},
};
use crate::prisma::{
    syntax::{Arity, Member},
    write::{
        image::{Key, KeyKind, Model, Relation},
        introspect::action,
        keys::usual_foreign_key,
        known::{KeyPlace, KnownField, KnownKey, KnownModel, attribute, block_attribute},
        layout::{self, Entry, Line, kept},
        render::{self, IGNORED},
    },
};

/// What becomes of keys.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyPlan {
    /// Of those that are declared: what is put in their place; nothing where they go. The others stay.
    changed: Vec<(KeyPlace, Option<String>)>,
    /// New ones at fields, by column.
    field: BTreeMap<String, Vec<String>>,
    /// New ones in lines of their own.
    pub(super) block: Vec<String>,
}

impl KeyPlan {
    /// The new attributes of a field.
    pub(super) fn of_field(&self, column: &str) -> Vec<String> {
        self.field.get(column).cloned().unwrap_or_default()
    }
}

impl Merge<'_> {
    /// Bring declared keys and those of the database together.
    pub(super) fn keys(&self, model: &Model, declared: &[KnownKey]) -> KeyPlan {
        let mut plan = KeyPlan::default();
        let mut open: Vec<&Key> = model.keys.iter().collect();
        let mut left: Vec<&KnownKey> = declared.iter().collect();
        let mut at_fields: BTreeSet<(String, KeyKind)> = BTreeSet::new();
        let mut pair = |is_pair: &dyn Fn(&Key, &Key) -> bool| {
            let mut pairs = Vec::new();
            left.retain(|it| match open.iter().position(|key| is_pair(key, &it.key)) {
                Some(at) => {
                    pairs.push((*it, open.remove(at)));
                    false
                }
                None => true,
            });
            pairs
        };
        let same = pair(&|key, declared| key.is_like(declared) && key.is_named(declared));
        let renamed = pair(&|key, declared| key.is_like(declared));
        for (it, _) in &same {
            at_fields.extend(is_at_field(it).map(|column| (column, it.key.kind)));
        }
        for (it, key) in renamed {
            let client_name = it.client_name.as_deref();
            let text = match it.place {
                KeyPlace::Field(..) => self.render.field_key(model, key, client_name),
                KeyPlace::Block(_) => None,
            };
            at_fields.extend(is_at_field(it).map(|column| (column, it.key.kind)));
            plan.changed.push((it.place, text.or_else(|| Some(self.render.block_key(model, key, client_name)))));
        }
        plan.changed.extend(left.into_iter().map(|it| (it.place, None)));
        for key in open {
            let own = key.parts.first().map(|it| (it.column.clone(), key.kind));
            match (self.render.field_key(model, key, None), own) {
                (Some(text), Some(own)) if at_fields.insert(own.clone()) => {
                    plan.field.entry(own.0).or_default().push(text);
                }
                _ => plan.block.push(self.render.block_key(model, key, None)),
            }
        }
        plan
    }

    /// The fields of relations that no file has yet.
    pub(super) fn new_relations(&self, at: usize) -> Vec<Line> {
        let image = self.render.image;
        let new = || image.relations.iter().filter(|it| it.known.is_none());
        let forward = new().filter(|it| it.from == at).map(|it| self.render.forward(it));
        let back = new().filter(|it| it.to == at).map(|it| self.render.back(it));
        let many = image.many.iter().filter(|it| it.known.is_none()).flat_map(|it| {
            [0, 1].into_iter().filter(|side| it.models[*side] == at).map(|side| self.render.many(it, side))
        });
        forward.chain(back).chain(many).collect()
    }

    /// The text of a model with what changed in it.
    pub(super) fn model(&self, own: usize, at: usize) -> String {
        let known = &self.known.models[own];
        let model = &self.render.image.models[at];
        let file = &self.known.files[known.file];
        let plan = self.keys(model, &known.keys);
        let mut entries: Vec<Entry> = Vec::new();
        let (mut last_column, mut last_relation) = (None, None);
        for (member, it) in known.block.members.iter().enumerate() {
            let entry = match it {
                Member::Field(field) => {
                    let place = known.fields.iter().position(|it| it.member == member);
                    let is_column = place.is_some_and(|it| known.fields[it].column.is_some());
                    match place.and_then(|place| self.field(known, own, place, model, &plan)) {
                        None => None,
                        Some(changed) => {
                            let line = changed.changed(&field.name.text);
                            if line.is_some() {
                                entries.extend(kept(file, it).gone());
                            }
                            let last = if is_column { &mut last_column } else { &mut last_relation };
                            *last = Some(entries.len() + 1);
                            Some(line.map_or_else(|| kept(file, it), Entry::Made))
                        }
                    }
                }
                Member::Attribute(attribute) => {
                    let changed = plan.changed.iter().find(|(place, _)| *place == KeyPlace::Block(member));
                    match changed {
                        None => Some(kept(file, it)),
                        Some((_, None)) => None,
                        Some((_, Some(text))) => {
                            let comment = attribute.comment.as_ref().map(|it| file.slice(it.span).to_owned());
                            Some(Entry::Made(Line {
                                cells: Vec::new(),
                                rest: [text.clone()].into_iter().chain(comment).collect(),
                            }))
                        }
                    }
                }
                _ => Some(kept(file, it)),
            };
            match entry {
                Some(entry) => entries.push(entry),
                None => {
                    forget_comments(&mut entries);
                    entries.extend(kept(file, it).gone());
                }
            }
        }
        let columns: Vec<Entry> = model
            .columns
            .iter()
            .filter(|it| known.field_of(&it.column).is_none())
            .map(|it| Entry::Made(self.render.column(it, plan.of_field(&it.column))))
            .collect();
        let relations: Vec<Entry> = self.new_relations(at).into_iter().map(Entry::Made).collect();
        let last_column = last_column.unwrap_or_default();
        // Relations go behind those that are there, or behind the columns.
        let last_relation = last_relation.filter(|it| *it > last_column);
        if let Some(place) = last_relation {
            entries.splice(place..place, relations);
            entries.splice(last_column..last_column, columns);
        } else {
            entries.splice(last_column..last_column, columns.into_iter().chain(relations));
        }
        self.add_attributes(known, model, plan.block, &mut entries);
        let comment = match model.is_ignored && block_attribute(known.block, "ignore").is_none() {
            true => [IGNORED, "\n"].concat(),
            false => String::new(),
        };
        [&comment, file.slice(known.block.header), &layout::text(&entries), file.slice(known.block.close)].concat()
    }

    /// Put new attributes of the block before `@@map` and `@@schema`, behind the other keys, or at the end.
    fn add_attributes(&self, known: &KnownModel<'_>, model: &Model, keys: Vec<String>, entries: &mut Vec<Entry>) {
        let has = |name: &str| block_attribute(known.block, name).is_some();
        let mut new = keys;
        new.extend((model.is_ignored && !has("ignore")).then(|| "@@ignore".to_owned()));
        if new.is_empty() {
            return;
        }
        let new = new.into_iter().map(|it| Entry::Made(Line::lone(it)));
        let word = |it: &Entry| match it {
            Entry::Kept(text, None) => Some(text.trim_start().to_owned()).filter(|it| it.starts_with("@@")),
            Entry::Made(line) if line.cells.is_empty() => line.rest.first().cloned(),
            _ => None,
        };
        let is_place = |it: &String| ["@@map", "@@schema", "@@ignore"].iter().any(|word| it.starts_with(word));
        let last_key = entries.iter().rposition(|it| word(it).is_some_and(|it| !is_place(&it)));
        let first_place = entries.iter().position(|it| word(it).is_some());
        match last_key.map(|it| it + 1).or(first_place) {
            Some(at) => drop(entries.splice(at..at, new)),
            None => {
                let is_apart = matches!(entries.last(), Some(Entry::Blank(_)) | None);
                entries.extend((!is_apart).then(|| Entry::Blank("\n".to_owned())));
                entries.extend(new);
            }
        }
    }

    /// A field with what changed in it; `None` where it goes.
    fn field(&self, known: &KnownModel<'_>, own: usize, place: usize, model: &Model, plan: &KeyPlan) -> Option<Draft> {
        let it = &known.fields[place];
        let mut draft = Draft::of(&self.known.files[known.file], it.field);
        let Some(name) = &it.column else {
            return self.relation(own, place, &mut draft).then_some(draft);
        };
        let column = model.columns.iter().find(|column| column.column == *name)?;
        field::column(self.known, &self.render, it, column, &mut draft);
        for (place, text) in &plan.changed {
            if let KeyPlace::Field(member, at) = place
                && *member == it.member
            {
                draft.set(&it.field.attributes[*at].name.text, text.clone());
            }
        }
        for text in plan.of_field(name) {
            let name = if text.starts_with("@id") { "id" } else { "unique" };
            draft.set(name, Some(text));
        }
        Some(draft)
    }

    /// Whether a relation's field stays; what differs is changed.
    fn relation(&self, own: usize, place: usize, draft: &mut Draft) -> bool {
        let (known, image) = (self.known, self.render.image);
        let it = &known.models[own].fields[place];
        let other = image.models.iter().find(|model| model.name == it.type_name());
        let stays = other.is_some_and(|it| it.known.is_some()) || other.is_none() && self.is_view(it.type_name());
        if let Some(at) = known.many.iter().position(|many| many.sides.contains(&(own, place))) {
            return stays && (known.setup.has_no_foreign_keys || image.many.iter().any(|it| it.known == Some(at)));
        }
        let is_part = |it: &super::super::known::KnownRelation| {
            it.from == (own, place) || it.to.1.is_some_and(|back| (it.to.0, back) == (own, place))
        };
        let Some(at) = known.relations.iter().position(is_part) else { return stays };
        let Some(relation) = image.relations.iter().find(|it| it.known == Some(at)) else {
            return stays && known.setup.has_no_foreign_keys;
        };
        let declared = &known.relations[at];
        if declared.from == (own, place) {
            let (usual_delete, usual_update) = self.render.usual_actions(relation);
            let on_delete = action(known.engine, declared.on_delete.unwrap_or(usual_delete));
            let on_update = action(known.engine, declared.on_update.unwrap_or(usual_update));
            let is_same = (on_delete, on_update) == (relation.on_delete, relation.on_update)
                && (declared.map == relation.map || self.is_usual(relation, declared.map.as_deref()));
            if !is_same {
                draft.set("relation", Some(render::attribute("@relation", &self.render.relation_arguments(relation))));
            }
            // One that need not be there may point with columns that must; the other way round Prisma refuses it.
            let was_optional =
                |column: &String| known.models[own].field_of(column).is_some_and(KnownField::is_optional);
            let is_narrowed = relation.is_required && declared.columns.iter().any(was_optional);
            if it.is_optional() && is_narrowed {
                draft.retype(it.type_name().to_owned());
            } else if !it.is_optional() && !relation.is_required {
                draft.retype([it.type_name(), "?"].concat());
            }
        } else if it.field.kind.arity != Arity::List && !relation.is_single {
            draft.retype([it.type_name(), "[]"].concat());
        }
        let is_ignored = other.is_some_and(|it| it.is_ignored)
            && !image.models.iter().any(|it| it.known == Some(own) && it.is_ignored);
        if is_ignored && attribute(&it.field.attributes, "ignore").is_none() {
            draft.set("ignore", Some("@ignore".to_owned()));
        }
        true
    }

    /// Whether the name that is said is the one that Prisma gives by itself.
    fn is_usual(&self, relation: &Relation, map: Option<&str>) -> bool {
        let table = &self.render.image.models[relation.from].table;
        let usual = usual_foreign_key(self.known.engine, table, &relation.columns);
        relation.map.is_none() && map.is_none_or(|it| it == usual || !self.known.engine.names_foreign_keys())
    }

    fn is_view(&self, name: &str) -> bool {
        self.known.names.contains(name) && !self.known.models.iter().any(|it| it.block.name.text == name)
    }
}

/// The column of a key that is declared at its field.
fn is_at_field(it: &KnownKey) -> Option<String> {
    let part = it.key.parts.first()?;
    matches!(it.place, KeyPlace::Field(..)).then(|| part.column.clone())
}

/// Comments that belong to a line which goes.
fn forget_comments(entries: &mut Vec<Entry>) {
    while matches!(entries.last(), Some(Entry::Kept(text, None)) if text.trim_start().starts_with("//")) {
        entries.pop();
    }
}
