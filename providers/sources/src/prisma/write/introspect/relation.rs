//! Foreign keys as relations, named as Prisma names them where the files have no names for them.

use std::collections::{BTreeMap, BTreeSet};

use trueup_state::{Address, ForeignKey, Ident, Part, Qualified, ReferentialAction, Schema, Table};

use super::Introspected;
use crate::prisma::{
    syntax::Arity,
    write::{
        engine::Engine,
        image::{Image, KeyKind, Kind, Many, Model, Relation},
        keys::usual_foreign_key,
        known::Known,
        names,
    },
};

type Tables<'a> = [(Qualified, &'a Table)];

/// The tables that are nothing but a relation from many to many.
pub(super) fn joins(known: &Known<'_>, tables: &Tables<'_>) -> BTreeSet<Qualified> {
    let is_join = |(name, table): &&(Qualified, &Table)| {
        let is_known = known.many.iter().any(|it| it.table == *name);
        is_join(name, table) && known.model_of(name).is_none() && (is_known || is_in_order(known, table, name))
    };
    tables.iter().filter(is_join).map(|(name, _)| name.clone()).collect()
}

/// Whether a table is as Prisma makes one: columns A and B, together a key, each a foreign key, and an index on B.
fn is_join(name: &Qualified, table: &Table) -> bool {
    let points = |column: &str| {
        table.foreign_keys.values().any(|it| {
            let cascades = [it.on_delete, it.on_update] == [ReferentialAction::Cascade; 2];
            it.columns.len() == 1 && it.columns[0].text() == column && cascades
        })
    };
    let columns: BTreeSet<&str> = table.columns.keys().map(Ident::text).collect();
    let are = |parts: &[Part], of: &[&str]| {
        parts.len() == of.len()
            && parts.iter().zip(of).all(|(it, of)| it.column_name().is_some_and(|it| it.text() == *of))
    };
    let is_key = table.primary_key.as_ref().is_some_and(|it| are(&it.parts, &["A", "B"]))
        || table.indexes.values().any(|it| it.unique && are(&it.parts, &["A", "B"]));
    let is_found = table.indexes.values().any(|it| !it.unique && are(&it.parts, &["B"]));
    name.name.text().starts_with('_')
        && columns == BTreeSet::from(["A", "B"])
        && table.foreign_keys.len() == 2
        && points("A")
        && points("B")
        && is_key
        && is_found
}

/// Whether column A points at the model whose name comes first, as it does in a table that Prisma makes.
fn is_in_order(known: &Known<'_>, table: &Table, name: &Qualified) -> bool {
    let target = |column: &str| {
        let of = |it: &&ForeignKey| it.columns.iter().map(Ident::text).eq([column]);
        table.foreign_keys.values().find(of).map(|it| it.references.clone())
    };
    let called = |it: Qualified| match known.model_of(&it) {
        Some(at) => known.models[at].block.name.text.clone(),
        None => names::sanitized(it.name.text()),
    };
    let Some((a, b)) = target("A").zip(target("B")) else { return false };
    a.namespace == name.namespace && a != *name && b != *name && called(a) <= called(b)
}

/// Find all relations and name their fields.
pub(super) fn relations(
    found: &mut Introspected,
    known: &Known<'_>,
    schema: &Schema,
    tables: &Tables<'_>,
    joins: &BTreeSet<Qualified>,
) {
    let mut pointing = Vec::new();
    for (name, table) in tables {
        let mut keys: Vec<(&Ident, &ForeignKey)> = table.foreign_keys.iter().collect();
        keys.sort_by(|one, other| (&one.1.columns, one.0).cmp(&(&other.1.columns, other.0)));
        for (own, key) in keys {
            match relation(known, &found.image, name, (own, key), schema) {
                Ok(it) => pointing.push(it),
                Err(why) => drop(found.left_out.insert(Address::ForeignKey(name.clone(), own.clone()), why)),
            }
        }
    }
    let many = joins.iter().filter_map(|name| {
        let table = schema.table(name)?;
        many(known, &found.image, name, table)
    });
    let many: Vec<Many> = many.collect();
    Naming::of(known, &found.image, &pointing, &many).name(&mut pointing, many, &mut found.image);
}

fn place(image: &Image, table: &Qualified) -> Option<usize> {
    image.models.iter().position(|it| it.table == *table)
}

fn relation(
    known: &Known<'_>,
    image: &Image,
    table: &Qualified,
    (own, key): (&Ident, &ForeignKey),
    schema: &Schema,
) -> Result<Relation, String> {
    let missing = || ["the table `", &key.references.to_string(), "` that it points at is no model"].concat();
    let (Some(from), Some(to)) = (place(image, table), place(image, &key.references)) else { return Err(missing()) };
    let texts = |it: &[Ident]| it.iter().map(|it| it.text().to_owned()).collect::<Vec<_>>();
    let columns = texts(&key.columns);
    let mut referenced = texts(&key.referenced_columns);
    if let (true, Some(primary)) =
        (referenced.is_empty(), schema.table(&key.references).and_then(|it| it.primary_key.as_ref()))
    {
        referenced = primary.parts.iter().filter_map(Part::column_name).map(|it| it.text().to_owned()).collect();
    }
    let (source, target) = (&image.models[from], &image.models[to]);
    if !is_unique(target, &referenced) {
        return Err("the columns that it points at are no key that Prisma knows".to_owned());
    }
    let kind =
        |model: &Model, column: &str| model.columns.iter().find(|it| it.column == column).map(|it| scalar(&it.kind));
    let fits = |(one, other): (&String, &String)| kind(source, one) == kind(target, other);
    if columns.len() != referenced.len() || !columns.iter().zip(&referenced).all(fits) {
        return Err("Prisma has no relation between fields of different types".to_owned());
    }
    let nullable =
        |column: &String| source.columns.iter().any(|it| it.column == *column && it.arity == Arity::Optional);
    let usual = usual_foreign_key(known.engine, table, &columns);
    let map = (known.engine.names_foreign_keys() && own.text() != usual).then(|| own.text().to_owned());
    let known_one = known.relations.iter().position(|it| {
        let is_between = Some(it.from.0) == source.known && Some(it.to.0) == target.known;
        is_between && it.columns == columns && it.referenced == referenced
    });
    Ok(Relation {
        from,
        to,
        is_required: !columns.iter().any(nullable),
        is_single: is_unique(source, &columns),
        on_delete: action(known.engine, key.on_delete),
        on_update: action(known.engine, key.on_update),
        columns,
        referenced,
        map,
        name: None,
        forward: String::new(),
        back: String::new(),
        known: known_one,
    })
}

/// MySQL does not tell the two apart.
pub(in crate::prisma::write) fn action(engine: Engine, action: ReferentialAction) -> ReferentialAction {
    match action {
        ReferentialAction::NoAction if engine == Engine::MySql => ReferentialAction::Restrict,
        it => it,
    }
}

fn scalar(kind: &Kind) -> String {
    match kind {
        Kind::Native(native, _) => native.scalar.to_owned(),
        Kind::Enum(at) => at.to_string(),
        Kind::Unsupported(text) => text.clone(),
    }
}

fn is_unique(model: &Model, columns: &[String]) -> bool {
    model.keys.iter().any(|it| {
        let is_unique = matches!(it.kind, KeyKind::Id | KeyKind::Unique) && it.predicate.is_none();
        is_unique && it.parts.iter().map(|it| &it.column).eq(columns)
    })
}

fn many(known: &Known<'_>, image: &Image, name: &Qualified, table: &Table) -> Option<Many> {
    let target = |column: &str| {
        let key = table.foreign_keys.values().find(|it| it.columns.iter().map(Ident::text).eq([column]))?;
        place(image, &key.references)
    };
    let known_one = known.many.iter().position(|it| it.table == *name);
    let (a, b) = (target("A")?, target("B")?);
    let usual = ["_", &image.models[a].name, "To", &image.models[b].name].concat();
    let own = (name.name.text() != usual).then(|| name.name.text()[1..].to_owned());
    Some(Many { table: name.clone(), models: [a, b], name: own, fields: Default::default(), known: known_one })
}

/// What must be known of all relations to name one.
struct Naming<'a> {
    known: &'a Known<'a>,
    /// How many relations there are between two models.
    between: BTreeMap<(usize, usize), usize>,
    /// The names of the fields of each model.
    fields: Vec<BTreeSet<String>>,
}

impl<'a> Naming<'a> {
    fn of(known: &'a Known<'a>, image: &Image, pointing: &[Relation], many: &[Many]) -> Naming<'a> {
        let mut between = BTreeMap::new();
        let pairs =
            pointing.iter().map(|it| (it.from, it.to)).chain(many.iter().map(|it| (it.models[0], it.models[1])));
        for (one, other) in pairs {
            *between.entry((one.min(other), one.max(other))).or_insert(0) += 1;
        }
        let names = |model: &Model| {
            let there =
                model.known.iter().flat_map(|at| &known.models[*at].fields).map(|it| it.field.name.text.clone());
            model.columns.iter().map(|it| it.field.clone()).chain(there).collect()
        };
        Naming { known, between, fields: image.models.iter().map(names).collect() }
    }

    fn name(mut self, pointing: &mut Vec<Relation>, many: Vec<Many>, image: &mut Image) {
        for it in pointing.iter_mut() {
            match it.known {
                Some(at) => self.keep(at, it),
                None => self.invent(it, &image.models),
            }
        }
        image.relations = std::mem::take(pointing);
        for mut it in many {
            self.name_many(&mut it, &image.models);
            image.many.push(it);
        }
    }

    /// Take the names that the files have.
    fn keep(&mut self, at: usize, relation: &mut Relation) {
        let known = &self.known.relations[at];
        let field = |(model, field): (usize, usize)| self.known.models[model].fields[field].field.name.text.clone();
        relation.name.clone_from(&known.name);
        relation.forward = field(known.from);
        relation.back = match known.to.1 {
            Some(back) => field((known.to.0, back)),
            None => String::new(),
        };
    }

    /// Name a relation as `prisma db pull` does.
    fn invent(&mut self, relation: &mut Relation, models: &[Model]) {
        let (from, to) = (relation.from, relation.to);
        let (own, other) = (models[from].name.as_str(), models[to].name.as_str());
        let is_one_of_many = self.between.get(&(from.min(to), from.max(to))).is_some_and(|it| *it > 1);
        let is_self = from == to;
        let long = if is_one_of_many {
            [own, "_", &relation.columns.join("_"), "To", other].concat()
        } else {
            [own, "To", other].concat()
        };
        let long = names::sanitized(&long);
        let forward = if is_one_of_many { [other, "_", &long].concat() } else { other.to_owned() };
        let back = match (is_self, is_one_of_many) {
            (true, _) => ["other_", &forward].concat(),
            (false, true) => [own, "_", &long].concat(),
            (false, false) => own.to_owned(),
        };
        relation.forward = self.field(from, forward, &long);
        relation.back = self.field(to, back, &long);
        relation.name = (is_one_of_many || is_self).then_some(long);
    }

    /// A name that no other field of the model has.
    fn field(&mut self, model: usize, name: String, long: &str) -> String {
        let name = if self.fields[model].contains(&name) { [&name, "_", long].concat() } else { name };
        names::free(name, &mut self.fields[model])
    }

    fn name_many(&mut self, many: &mut Many, models: &[Model]) {
        if let Some(at) = many.known {
            let known = &self.known.many[at];
            many.fields =
                known.sides.map(|(model, field)| self.known.models[model].fields[field].field.name.text.clone());
            return;
        }
        let [a, b] = many.models;
        let long = names::sanitized(&many.table.name.text()[1..]);
        if a == b {
            // The field of column A comes first in the order of names.
            let own = &models[a].name;
            many.name.get_or_insert_with(|| long.clone());
            many.fields = ["_A", "_B"].map(|side| self.field(a, [own, side].concat(), &long));
            return;
        }
        if self.between.get(&(a.min(b), a.max(b))).is_some_and(|it| *it > 1) {
            many.name.get_or_insert_with(|| long.clone());
        }
        many.fields = [(a, b), (b, a)].map(|(own, other)| self.field(own, models[other].name.clone(), &long));
    }
}
