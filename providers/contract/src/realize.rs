//! From what people declare to the canonical form.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    path::PathBuf,
    sync::Arc,
};

use async_trait::async_trait;
use trueup_state::{Address, Change, Ident, Schema};

use crate::{DatabaseError, Depends, Inspection, Script};

/// A desired schema as a source gives it.
#[derive(Clone, Debug)]
pub enum Desired {
    /// Already in canonical form.
    Schema {
        /// What shall be there.
        schema: Schema,
        /// Which of it needs which, where that is known besides what the schema says.
        depends: Depends,
    },
    /// Text in the provider's own dialect.
    Script(Script),
}

/// A place in a source file; line and column count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file as it was named.
    pub file: Arc<PathBuf>,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file.display(), self.line, self.column)
    }
}

/// A `-- @…` comment beside an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// The object it stands beside.
    pub address: Address,
    /// What it says.
    pub kind: DirectiveKind,
    /// Where it stands.
    pub place: Place,
}

/// What a directive says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DirectiveKind {
    /// `-- @moved from=NAME`: the object had this name before, in the same owner.
    Moved {
        /// The name before.
        from: String,
    },
    /// `-- @protect`: never drop it.
    Protect,
    /// `-- @ignore`: do not look at it.
    Ignore,
}

/// Something in a source that is worth a word and is no error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub place: Place,
    /// What.
    pub message: String,
}

/// A desired schema in canonical form, with what else its source said.
#[derive(Clone, Debug, Default)]
pub struct Realized {
    /// The schema.
    pub schema: Schema,
    /// Where each object that has a statement of its own is declared.
    pub places: HashMap<Address, Place>,
    /// The directives.
    pub directives: Vec<Directive>,
    /// Statements that define no schema and were skipped.
    pub skipped: Vec<Finding>,
    /// Which declared object needs which, beyond what the definitions say.
    pub depends: Depends,
    /// To whom objects are declared to belong, where they are.
    pub owners: BTreeMap<Address, Ident>,
    /// The namespaces that the source speaks of; without others being asked for, only these are looked at.
    pub namespaces: BTreeSet<Ident>,
    /// What was asked of the target.
    pub asked: Asked,
}

/// What a realisation asked of the target: without any of it there, it would come out the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Whether extensions bring types, routines and other objects of these names.
    pub names: BTreeSet<Ident>,
    /// Whether it asked for more than names.
    pub more: bool,
}

impl Asked {
    /// Whether a target has nothing to say to what was asked: realised without the target, declarations mean the same.
    pub fn is_moot(&self, target: &Inspection) -> bool {
        let cluster = &target.cluster;
        let brings = |name: &Ident| cluster.types.contains_key(name) || cluster.routines.contains_key(name);
        let is_asked = |it: &Address| it.name().is_some_and(|name| self.names.contains(name));
        !self.more && !self.names.iter().any(brings) && !cluster.members.keys().any(is_asked)
    }
}

impl Realized {
    /// Where an object is declared; a part of a table, where the table is.
    pub fn place(&self, address: &Address) -> Option<&Place> {
        let owner = address.owner().map(|owner| Address::Table(owner.clone()));
        let exact = self.places.get(address).or_else(|| self.places.get(owner.as_ref()?));
        // The spelling may be the database's by now.
        let same = |a: &Address, b: &Address| a.to_string().eq_ignore_ascii_case(&b.to_string());
        exact.or_else(|| {
            let found =
                self.places.iter().find(|(it, _)| same(it, address) || owner.as_ref().is_some_and(|o| same(it, o)));
            found.map(|(_, place)| place)
        })
    }
}

/// A desired schema that cannot be.
#[derive(Debug, thiserror::Error)]
pub enum RealizeError {
    /// The source is wrong at a place.
    #[error("{place}: {message}")]
    At {
        /// Where.
        place: Place,
        /// The length of the text concerned, in bytes, to underline.
        length: usize,
        /// The byte offset in the file, to underline.
        offset: usize,
        /// What is wrong.
        message: String,
        /// What to do.
        hint: Option<String>,
        /// Whether the database would take it, and we refuse to.
        is_refusal: bool,
    },
    /// The database that realises it failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// The part of a provider that turns declarations into the canonical form.
#[async_trait]
pub trait Realize: Send + Sync {
    /// Realise a desired schema. `known` is what the target holds: what is declared exactly as it is there needs no
    /// second proof that the database accepts it.
    async fn realize(&self, desired: Desired, known: &Inspection) -> Result<Realized, RealizeError>;

    /// Whether most declarations mean the same whatever the target holds, so that it pays to realise them while the target
    /// is still being read. Only where that fails, or the target has an answer to what was asked, are they realised again.
    fn is_independent(&self) -> bool {
        false
    }

    /// What a schema becomes by renames, texts that mention the old names included.
    async fn rename(&self, schema: &Schema, renames: &[Change]) -> Result<Schema, DatabaseError>;
}
