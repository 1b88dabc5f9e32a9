//! Kinds of objects that only some databases have.

/// A kind of object that has a name of its own and, in the tree, no parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "SQL's own words")]
pub enum ObjectKind {
    Extension,
    Language,
    Enum,
    CompositeType,
    RangeType,
    BaseType,
    Domain,
    Collation,
    Sequence,
    Function,
    Procedure,
    Aggregate,
    Operator,
    OperatorFamily,
    OperatorClass,
    Cast,
    Conversion,
    TextSearchParser,
    TextSearchTemplate,
    TextSearchDictionary,
    TextSearchConfiguration,
    AccessMethod,
    MaterializedView,
    Statistics,
    ForeignDataWrapper,
    ForeignServer,
    UserMapping,
    Publication,
    Subscription,
    EventTrigger,
    Transform,
    /// A scheduled event (MySQL, MariaDB).
    Event,
    /// The connected database itself, with what it gives to new tables (MySQL, MariaDB); its name is empty.
    Database,
}

/// A kind of object that lives and dies with a table, besides those that every database has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "PostgreSQL's own words")]
pub enum PartKind {
    Exclude,
    Policy,
    Rule,
    /// A check of a domain; it has an address so that it can be commented on.
    DomainCheck,
    /// A value of an enum; it has an address so that it can be renamed.
    EnumValue,
}

/// (kind, word in an address, words for people).
const OBJECTS: [(ObjectKind, &str, &str); 33] = [
    (ObjectKind::Extension, "extension", "extension"),
    (ObjectKind::Language, "language", "language"),
    (ObjectKind::Enum, "enum", "enum"),
    (ObjectKind::CompositeType, "composite_type", "composite type"),
    (ObjectKind::RangeType, "range_type", "range type"),
    (ObjectKind::BaseType, "base_type", "base type"),
    (ObjectKind::Domain, "domain", "domain"),
    (ObjectKind::Collation, "collation", "collation"),
    (ObjectKind::Sequence, "sequence", "sequence"),
    (ObjectKind::Function, "function", "function"),
    (ObjectKind::Procedure, "procedure", "procedure"),
    (ObjectKind::Aggregate, "aggregate", "aggregate"),
    (ObjectKind::Operator, "operator", "operator"),
    (ObjectKind::OperatorFamily, "operator_family", "operator family"),
    (ObjectKind::OperatorClass, "operator_class", "operator class"),
    (ObjectKind::Cast, "cast", "cast"),
    (ObjectKind::Conversion, "conversion", "conversion"),
    (ObjectKind::TextSearchParser, "text_search_parser", "text search parser"),
    (ObjectKind::TextSearchTemplate, "text_search_template", "text search template"),
    (ObjectKind::TextSearchDictionary, "text_search_dictionary", "text search dictionary"),
    (ObjectKind::TextSearchConfiguration, "text_search_configuration", "text search configuration"),
    (ObjectKind::AccessMethod, "access_method", "access method"),
    (ObjectKind::MaterializedView, "materialized_view", "materialized view"),
    (ObjectKind::Statistics, "statistics", "statistics"),
    (ObjectKind::ForeignDataWrapper, "foreign_data_wrapper", "foreign data wrapper"),
    (ObjectKind::ForeignServer, "foreign_server", "foreign server"),
    (ObjectKind::UserMapping, "user_mapping", "user mapping"),
    (ObjectKind::Publication, "publication", "publication"),
    (ObjectKind::Subscription, "subscription", "subscription"),
    (ObjectKind::EventTrigger, "event_trigger", "event trigger"),
    (ObjectKind::Transform, "transform", "transform"),
    (ObjectKind::Event, "event", "event"),
    (ObjectKind::Database, "database", "database"),
];

const PARTS: [(PartKind, &str, &str); 5] = [
    (PartKind::Exclude, "exclude", "exclusion constraint"),
    (PartKind::Policy, "policy", "policy"),
    (PartKind::Rule, "rule", "rule"),
    (PartKind::DomainCheck, "domain_check", "domain check"),
    (PartKind::EnumValue, "enum_value", "enum value"),
];

impl ObjectKind {
    /// The word in an address: `materialized_view`.
    pub fn word(self) -> &'static str {
        OBJECTS[self as usize].1
    }

    /// The kind in words for people: `materialized view`. In upper case it is SQL's, but for types and servers.
    pub fn words(self) -> &'static str {
        OBJECTS[self as usize].2
    }

    /// The kind of this word.
    pub fn of_word(word: &str) -> Option<ObjectKind> {
        OBJECTS.iter().find(|(_, it, _)| *it == word).map(|(kind, _, _)| *kind)
    }

    /// Every kind, in their order.
    pub fn all() -> impl Iterator<Item = ObjectKind> {
        OBJECTS.iter().map(|(kind, _, _)| *kind)
    }

    /// Every word, in the order of kinds.
    pub(super) fn all_words() -> impl Iterator<Item = &'static str> {
        OBJECTS.iter().map(|(_, word, _)| *word)
    }

    /// Whether it is a kind of data type.
    pub fn is_type(self) -> bool {
        matches!(
            self,
            ObjectKind::Enum
                | ObjectKind::CompositeType
                | ObjectKind::RangeType
                | ObjectKind::BaseType
                | ObjectKind::Domain
        )
    }

    /// Whether its name is told apart from others by types or another name in parentheses: `f(integer)`.
    pub fn has_signature(self) -> bool {
        matches!(
            self,
            ObjectKind::Function
                | ObjectKind::Procedure
                | ObjectKind::Aggregate
                | ObjectKind::Operator
                | ObjectKind::OperatorFamily
                | ObjectKind::OperatorClass
                | ObjectKind::Cast
                | ObjectKind::UserMapping
                | ObjectKind::Transform
        )
    }
}

impl PartKind {
    /// The word in an address: `policy`.
    pub fn word(self) -> &'static str {
        PARTS[self as usize].1
    }

    /// The kind in words for people: `exclusion constraint`.
    pub fn words(self) -> &'static str {
        PARTS[self as usize].2
    }

    /// The kind of this word.
    pub fn of_word(word: &str) -> Option<PartKind> {
        PARTS.iter().find(|(_, it, _)| *it == word).map(|(kind, _, _)| *kind)
    }

    /// Every word, in the order of kinds.
    pub(super) fn all_words() -> impl Iterator<Item = &'static str> {
        PARTS.iter().map(|(_, word, _)| *word)
    }
}

/// Where default privileges hold: objects of a kind that a role makes, in one namespace or anywhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DefaultScope {
    /// Whose objects; empty for the role that is connected.
    pub owner: crate::Ident,
    /// In which namespace; empty for any.
    pub namespace: crate::Ident,
    /// `tables`, `sequences`, `functions`, `types` or `schemas`.
    pub objects: crate::Ident,
}
