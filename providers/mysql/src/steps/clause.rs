//! Clauses of `ALTER TABLE`, and how the server carries them out.

use std::collections::BTreeSet;

use trueup_contract::{Hazard, Names, Sql};
use trueup_state::{Address, Ident};

/// How the server carries out a clause, from the cheapest on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// Only the catalogue changes: `ALGORITHM=INSTANT`.
    #[default]
    Instant,
    /// In place, while others write: `ALGORITHM=INPLACE, LOCK=NONE`.
    Inplace,
    /// In place, while writers wait: `ALGORITHM=INPLACE, LOCK=SHARED`.
    Shared,
    /// By a copy, while writers wait: `ALGORITHM=COPY, LOCK=SHARED`.
    Copy,
    /// By a copy, and no way can be named: what partitions a table.
    Unnamed,
}

impl Class {
    /// What names the way; nothing where none can be named.
    pub(super) fn words(self) -> &'static str {
        match self {
            Class::Instant => "ALGORITHM=INSTANT",
            Class::Inplace => "ALGORITHM=INPLACE, LOCK=NONE",
            Class::Shared => "ALGORITHM=INPLACE, LOCK=SHARED",
            Class::Copy => "ALGORITHM=COPY, LOCK=SHARED",
            Class::Unnamed => "",
        }
    }

    /// The ways to take where the server cannot take this one. One that makes others wait is taken on tables where they
    /// would not notice.
    pub(super) fn fallbacks(self, large: bool) -> &'static [Class] {
        match (self, large) {
            (Class::Instant, false) => &[Class::Inplace, Class::Shared, Class::Copy],
            (Class::Instant, true) => &[Class::Inplace],
            (Class::Inplace, false) => &[Class::Shared, Class::Copy],
            (Class::Shared, false) => &[Class::Copy],
            (Class::Inplace | Class::Shared, true) | (Class::Copy | Class::Unnamed, _) => &[],
        }
    }
}

/// Where a clause stands in its statement: what goes makes room for what comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// Keys and checks that go.
    #[default]
    DropsKey,
    /// Columns that go.
    DropsColumn,
    /// Columns that are called otherwise, or are otherwise.
    ChangesColumn,
    /// Columns that come.
    AddsColumn,
    /// Keys and checks that come.
    AddsKey,
    /// What is said of the whole table.
    Options,
}

/// One clause of `ALTER TABLE`, or two that belong together.
#[derive(Clone, Debug)]
pub(super) struct Clause {
    pub(super) place: Place,
    pub(super) sql: Sql,
    pub(super) class: Class,
    /// What it must share a statement about: columns, names of keys.
    pub(super) touches: BTreeSet<String>,
    /// Whether it must have a statement for itself.
    pub(super) alone: bool,
    /// Whether it must be done in a statement before all others.
    pub(super) first: bool,
    pub(super) changes: Vec<Address>,
    pub(super) provides: Vec<Address>,
    pub(super) removes: Vec<Address>,
    pub(super) names: Names,
    pub(super) hazards: Vec<Hazard>,
    /// Whether a column that exists goes by another name: a copy cannot do that under a foreign key.
    pub(super) renames: bool,
}

impl Clause {
    pub(super) fn new(place: Place, class: Class, sql: Sql) -> Clause {
        Clause {
            place,
            sql,
            class,
            touches: BTreeSet::new(),
            alone: false,
            first: false,
            changes: Vec::new(),
            provides: Vec::new(),
            removes: Vec::new(),
            names: Names::default(),
            hazards: Vec::new(),
            renames: false,
        }
    }

    /// It makes this object.
    pub(super) fn makes(mut self, address: &Address) -> Clause {
        self.changes.push(address.clone());
        self.provides.push(address.clone());
        self
    }

    /// It drops this object.
    pub(super) fn drops(mut self, address: &Address) -> Clause {
        self.changes.push(address.clone());
        self.removes.push(address.clone());
        self
    }

    /// It changes this object, and what needs it does not notice.
    pub(super) fn changes(mut self, address: &Address) -> Clause {
        self.changes.push(address.clone());
        self
    }

    pub(super) fn column(mut self, name: &Ident) -> Clause {
        self.touches.insert(["column ", &name.folded()].concat());
        self
    }

    pub(super) fn columns<'a>(self, names: impl IntoIterator<Item = &'a Ident>) -> Clause {
        names.into_iter().fold(self, Clause::column)
    }

    pub(super) fn key(mut self, name: &str) -> Clause {
        self.touches.insert(["key ", &name.to_ascii_lowercase()].concat());
        self
    }

    /// It is about a column that counts up: a table never has two.
    pub(super) fn counter(mut self, counts: bool) -> Clause {
        if counts {
            self.touches.insert("counter".to_owned());
        }
        self
    }

    pub(super) fn at_least(mut self, class: Class) -> Clause {
        self.class = self.class.max(class);
        self
    }
}

/// The clauses that must share a statement, each group with the dearest of its ways; then one statement for each way.
pub(super) fn statements(clauses: Vec<Clause>) -> Vec<Vec<Clause>> {
    let (first, clauses): (Vec<_>, Vec<_>) = clauses.into_iter().partition(|it| it.first);
    let mut groups: Vec<Vec<Clause>> = Vec::new();
    for clause in clauses {
        let is_joined = |group: &[Clause]| group.iter().any(|it| !it.touches.is_disjoint(&clause.touches));
        let (joined, apart): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group| is_joined(group));
        groups = apart;
        groups.push(joined.into_iter().flatten().chain([clause]).collect());
    }
    let mut statements: Vec<Vec<Clause>> = Vec::new();
    for group in groups {
        let alone = |group: &[Clause]| group.iter().any(|it| it.alone);
        let fitting = statements.iter_mut().find(|it| class(it) == class(&group) && !(alone(it) && alone(&group)));
        match fitting {
            Some(statement) if class(&group) != Class::Unnamed => statement.extend(group),
            _ => statements.push(group),
        }
    }
    for statement in &mut statements {
        statement.sort_by_key(|it| it.place);
    }
    statements.sort_by_key(|it| class(it));
    [first].into_iter().filter(|it| !it.is_empty()).chain(statements).collect()
}

/// The dearest way among some clauses. Two that should stand alone and cannot are done by a copy.
pub(super) fn class(clauses: &[Clause]) -> Class {
    let dearest = clauses.iter().map(|it| it.class).max().unwrap_or_default();
    let alone = clauses.iter().filter(|it| it.alone).count();
    if alone > 1 { dearest.max(Class::Copy) } else { dearest }
}
