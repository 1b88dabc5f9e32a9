//! Types as far as expressions need them.

use std::collections::{BTreeMap, BTreeSet};

use trueup_state::{Definition, Ident, ObjectKind, PostgresObject, Qualified, Schema};

/// A type: its name as `format_type` writes it, and apart from it the length or precision.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Ty {
    /// The name without a length: `character varying`, `public.mood`, `text[]`.
    pub(super) base: String,
    /// The length with its parentheses, or nothing.
    pub(super) modifier: String,
}

impl Ty {
    pub(super) fn of(base: &str) -> Ty {
        Ty { base: base.to_owned(), modifier: String::new() }
    }

    /// From the text of `format_type`.
    pub(super) fn parse(text: &str) -> Ty {
        match (text.find('('), text.find(')')) {
            (Some(open), Some(close)) if open < close && !text.starts_with('"') => {
                let base = [&text[..open], &text[close + 1..]].concat();
                Ty { base, modifier: text[open..=close].to_owned() }
            }
            _ if text == "bpchar" => Ty::of("character"),
            _ if text == "bpchar[]" => Ty::of("character[]"),
            _ => Ty::of(text),
        }
    }

    /// The same without a length.
    pub(super) fn bare(&self) -> Ty {
        Ty::of(&self.base)
    }

    /// As `format_type_with_typemod` writes it.
    pub(super) fn text(&self) -> String {
        let (name, array) = match self.base.strip_suffix("[]") {
            Some(element) => (element, "[]"),
            None => (self.base.as_str(), ""),
        };
        match name {
            "character" if self.modifier.is_empty() => ["bpchar", array].concat(),
            _ => match name.split_once(' ') {
                Some(("time" | "timestamp", zone)) if !self.modifier.is_empty() => {
                    let word = name.split(' ').next().unwrap_or(name);
                    [word, &self.modifier, " ", zone, array].concat()
                }
                _ => [name, &self.modifier, array].concat(),
            },
        }
    }

    /// The type of an array's elements.
    pub(super) fn element(&self) -> Option<Ty> {
        let base = self.base.strip_suffix("[]")?;
        Some(Ty { base: base.to_owned(), modifier: self.modifier.clone() })
    }

    /// The array of this, as PostgreSQL names it.
    pub(super) fn array(&self) -> Option<Ty> {
        (!self.base.ends_with("[]")).then(|| Ty::of(&[&self.base, "[]"].concat()))
    }
}

/// What names in expressions may stand for.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Enum types with their labels.
    pub(super) enums: BTreeMap<Qualified, Vec<String>>,
    /// Domains with what is underneath.
    pub(super) domains: BTreeMap<Qualified, Ty>,
    /// Sequences, those inside columns too.
    pub(super) sequences: BTreeSet<Qualified>,
    /// Names of declared routines: what they are called with decides whether they or PostgreSQL's own are meant.
    pub(super) routines: BTreeSet<Ident>,
    /// Names of all other types, tables and views included.
    pub(super) others: BTreeSet<Ident>,
    /// Whether operators or casts are declared, so that nothing is certain.
    pub(super) is_uncertain: bool,
}

impl Names {
    /// Everything that a schema declares.
    pub(super) fn of(schema: &Schema) -> Names {
        let mut names = Names::default();
        for (address, object) in &schema.others {
            names.add(address, object);
        }
        for (name, table) in schema.tables() {
            for (column, it) in &table.columns {
                let Some(identity) = it.extra.postgres().identity else { continue };
                let generated = [name.name.text(), "_", column.text(), "_seq"].concat();
                let generated = Qualified { namespace: name.namespace.clone(), name: Ident::from(generated) };
                names.sequences.insert(identity.name.unwrap_or(generated));
            }
            names.others.insert(name.name);
        }
        names.others.extend(schema.views().map(|(name, _)| name.name));
        names
    }

    fn add(&mut self, address: &trueup_state::Address, object: &Definition) {
        use trueup_state::Address;
        match (address, object) {
            (Address::Object(_, name), Definition::Postgres(object)) => match &**object {
                PostgresObject::Enum(it) => drop(self.enums.insert(name.clone(), it.labels.clone())),
                PostgresObject::Domain(it) => drop(self.domains.insert(name.clone(), Ty::parse(it.ty.canonical()))),
                PostgresObject::Sequence(_) => drop(self.sequences.insert(name.clone())),
                _ => drop(self.others.insert(name.name.clone())),
            },
            (Address::Signed(ObjectKind::Operator | ObjectKind::Cast, ..), _) => self.is_uncertain = true,
            (Address::Signed(_, name, _), _) => drop(self.routines.insert(name.name.clone())),
            _ => (),
        }
    }

    /// What is below domains.
    pub(super) fn base(&self, ty: &Ty) -> Ty {
        let mut ty = ty.clone();
        for _ in 0..32 {
            match self.domain(&ty.base) {
                Some(below) => ty = below.clone(),
                None => break,
            }
        }
        ty
    }

    /// The type under a domain.
    pub(super) fn domain(&self, base: &str) -> Option<&Ty> {
        self.domains.iter().find(|(name, _)| qualified(name) == base).map(|(_, ty)| ty)
    }

    /// The labels of an enum type.
    pub(super) fn labels(&self, base: &str) -> Option<&Vec<String>> {
        self.enums.iter().find(|(name, _)| qualified(name) == base).map(|(_, labels)| labels)
    }

    /// The type that a written name stands for, if there can be no doubt.
    pub(super) fn ty(&self, written: &str) -> Option<Ty> {
        let text = super::plain::squeeze(written);
        let mut name = text.as_str();
        let mut array = "";
        if let Some(element) = name.strip_suffix("[]") {
            (name, array) = (element.trim_end(), "[]");
        }
        if name.ends_with(']') {
            return None;
        }
        let found = builtin(name).or_else(|| self.user(name))?;
        Some(Ty { base: [&found.base, array].concat(), modifier: found.modifier })
    }

    fn user(&self, written: &str) -> Option<Ty> {
        if written.contains(['(', ' ']) {
            return None;
        }
        let parts: Vec<Ident> = written.split('.').map(super::keywords::ident).collect();
        let all = self.enums.keys().chain(self.domains.keys());
        let mut found = match parts.as_slice() {
            [name] if !self.others.contains(name) => {
                all.filter(|it| it.name == *name).map(qualified).collect::<Vec<_>>()
            }
            [namespace, name] => {
                all.filter(|it| it.namespace == *namespace && it.name == *name).map(qualified).collect()
            }
            _ => return None,
        };
        let one = found.pop()?;
        found.is_empty().then(|| Ty::of(&one))
    }
}

/// A name as PostgreSQL prints it.
pub(super) fn qualified(name: &Qualified) -> String {
    [&super::keywords::quoted(name.namespace.text()), ".", &super::keywords::quoted(name.name.text())].concat()
}

/// PostgreSQL's own types, by each of their names.
fn builtin(written: &str) -> Option<Ty> {
    let lower = written.to_ascii_lowercase();
    let lower = lower.strip_prefix("pg_catalog.").unwrap_or(&lower);
    let (mut words, mut modifier) = (lower.to_owned(), String::new());
    if let (Some(open), Some(close)) = (lower.find('('), lower.find(')')) {
        modifier = lower[open..=close].replace([' ', '\t'], "");
        words = [lower[..open].trim_end(), " ", lower[close + 1..].trim_start()].concat();
    }
    let base = match words.trim_end() {
        "int" | "int4" | "integer" => "integer",
        "int2" | "smallint" => "smallint",
        "int8" | "bigint" => "bigint",
        "numeric" | "decimal" | "dec" => "numeric",
        "float8" | "double precision" => "double precision",
        "float4" | "real" => "real",
        "bool" | "boolean" => "boolean",
        "text" => "text",
        "varchar" | "character varying" | "char varying" => "character varying",
        "bpchar" => "character",
        "char" | "character" => {
            if modifier.is_empty() {
                modifier = "(1)".to_owned();
            }
            "character"
        }
        "date" => "date",
        "timestamp" | "timestamp without time zone" => "timestamp without time zone",
        "timestamptz" | "timestamp with time zone" => "timestamp with time zone",
        "time" | "time without time zone" => "time without time zone",
        "interval" if modifier.is_empty() => "interval",
        "uuid" => "uuid",
        "json" => "json",
        "jsonb" => "jsonb",
        "name" => "name",
        "regclass" => "regclass",
        "regconfig" => "regconfig",
        "inet" => "inet",
        "tsvector" => "tsvector",
        "bytea" => "bytea",
        _ => return None,
    };
    let scaled = if base == "numeric" && !modifier.is_empty() && !modifier.contains(',') {
        [&modifier[..modifier.len() - 1], ",0)"].concat()
    } else {
        modifier
    };
    Some(Ty { base: base.to_owned(), modifier: scaled })
}
