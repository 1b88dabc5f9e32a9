//! Facts about a step that may hurt, and the questions that tell whether they do.

use serde::{Deserialize, Serialize};
use trueup_state::Address;

/// A fact about a step. Whether it is acceptable is for a rule to say, not for the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hazard {
    /// What the fact is about.
    pub address: Address,
    /// The fact.
    pub fact: Fact,
    /// The question whose answer says how bad it is; absent where rows do not matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Question>,
}

/// What may hurt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// The rows of a table go.
    DropsTable,
    /// The values of a column go.
    DropsColumn,
    /// A namespace goes with everything in it.
    DropsNamespace,
    /// A mark that keeps ids from being used twice goes.
    LosesSequence,
    /// Values are converted to another type and may not survive as they are.
    Narrows {
        /// The type before.
        from: String,
        /// The type after.
        to: String,
    },
    /// A column is added that every row must fill, without a default.
    AddsRequiredColumn,
    /// A column must not be NULL any more.
    ForbidsNull {
        /// Whether existing NULLs become the column's default.
        default_fills: bool,
    },
    /// A unique key is added to rows that exist.
    AddsUnique,
    /// An index that allowed equal keys refuses them from now on.
    MakesUnique,
    /// A check is added to rows that exist.
    AddsCheck,
    /// A foreign key is added to rows that exist.
    AddsForeignKey,
    /// Values must be of a type that refuses some of them.
    RefusesValues {
        /// The type after.
        to: String,
    },
    /// A table is copied, dropped and renamed.
    Rebuilds,
    /// Rows of other tables would go with a dropped table if foreign keys were enforced meanwhile.
    Cascades {
        /// The tables whose foreign keys point here.
        children: Vec<Address>,
    },
    /// Objects that the database drops along the way are made again.
    Restores {
        /// What is made again.
        objects: Vec<Address>,
    },
    /// An index is built on rows that exist, in a way that makes writers wait.
    BuildsIndex,
    /// An index is dropped in a way that keeps everybody out of its table.
    DropsIndex,
    /// A partition is detached in a way that keeps everybody out of its parent.
    DetachesPartition,
    /// A check or foreign key is added and every row is looked at while writers wait.
    ValidatesConstraint,
    /// Every row is looked at for NULL while everybody waits.
    ScansForNull,
    /// The index of a primary key or unique constraint is built while everybody waits.
    BuildsKey,
    /// The index of an exclusion constraint is built while everybody waits.
    BuildsExclusion,
    /// A change of type writes the rows of a table anew.
    RewritesForType,
    /// A new column gets a value of its own in every row, so that all are written anew.
    RewritesForDefault,
    /// A new column is computed or numbered for every row, so that all are written anew.
    RewritesForStored,
    /// Something that programs may be using goes by another name.
    RenamesInUse,
    /// A column may be NULL from now on, and its readers will meet that.
    AllowsNull,
    /// A rule about rows is given up.
    DropsConstraint,
    /// More rows may be seen or written than before.
    WeakensRowSecurity,
    /// Fewer rows may be seen or written than before.
    TightensRowSecurity,
    /// Somebody may do more, or less, than before.
    ChangesPrivileges,
    /// A routine that runs as its owner looks names up where its caller says.
    DefinerWithoutPath,
    /// An extension is updated, moved or dropped.
    ChangesExtension,
    /// A large table is written anew as a copy, and everybody who writes to it waits.
    CopiesTable,
    /// Everybody who writes to a large table waits while a change of it goes on beside.
    LocksWrites,
    /// Columns come or go at once, which leaves old versions of rows behind, and the server keeps so many and no more.
    AddsRowVersion,
    /// No tool that changes tables beside their users can take a step over.
    HasNoOnlineTool {
        /// Why not.
        reasons: Vec<String>,
    },
    /// A new column's default has to be computed for every row of a large table, so that it is written anew.
    ComputesDefault,
    /// A column that every row must fill is added without a default, and the rows get one that nobody chose.
    FillsImplicitly,
    /// Text is written in another character set, or compared by another collation.
    ChangesCollation {
        /// The collation before.
        from: String,
        /// The collation after.
        to: String,
    },
    /// A table goes to another storage engine, or a column to another spatial reference system.
    ChangesEngine {
        /// What it is in before.
        from: String,
        /// What it is in after.
        to: String,
    },
    /// What rows were like in the past goes.
    LosesHistory,
    /// Nobody could say whether the text that is there means what is declared: the change may be one of spelling alone.
    Unproven,
    /// Programs that open the database need a library at least this new.
    NeedsLibrary {
        /// The feature, in words.
        feature: String,
        /// The first version that has it.
        since: String,
        /// The oldest version that the configuration says is in use.
        minimum: String,
    },
}

/// A question about the rows that are there now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What is counted, in words: `rows of users where email is NULL`.
    pub counts: String,
    /// A query that gives one row: the count, a JSON array of a few sample keys, and the bytes concerned or NULL.
    pub sql: String,
    /// Whether any count above zero means that the step would fail.
    pub must_be_zero: bool,
}
