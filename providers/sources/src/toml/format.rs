//! trueup's own declarative format: every kind of object, every key, and what each means.

use super::form::{Form, Key};

/// A key, what may stand behind it, and what it means.
const fn key(name: &'static str, form: Form, about: &'static str) -> Key {
    Key { name, form, about }
}

const NAMES: Form = Form::List(&Form::Text);

/// Names of the user's choice with strings behind them.
const TEXTS: Form = Form::Each(&Form::Text);

/// Names of options with strings, numbers or flags behind them.
const OPTIONS: Form = Form::Each(&Form::Either(&[Form::Text, Form::Number, Form::Flag]));

/// What may be said of everything that has a statement of its own.
const STATEMENT: &[Key] =
    &[key("sql", Form::Text, "The whole statement or statements, instead of everything else that would make it")];

/// What may be said of everything that is declared.
const ANYTHING: &[Key] = &[
    key("comment", Form::Text, "The comment (PostgreSQL, MySQL, MariaDB; SQLite has none)"),
    key("protect", Form::Flag, "Never drop it, even when this declaration is gone"),
    key("ignore", Form::Flag, "Do not look at it"),
    key("moved_from", Form::Text, "The name that it had before, in the same owner"),
];

/// What may be said of what stands by itself.
const OWNED: &[Key] = &[
    key("owner", Form::Text, "The role that it belongs to (PostgreSQL)"),
    key("grant", Form::Each(&NAMES), "Privileges by role: grant.app = [\"select\", \"insert with grant option\"]"),
];

/// An object of which nothing else can be said than its statement.
pub(super) const STATED: Form = Form::Record(&[STATEMENT, ANYTHING, OWNED]);

/// A part of a table as it stands in CREATE TABLE.
const DEFINED: &[Key] =
    &[key("definition", Form::Text, "SQL as it stands after the name, instead of the other keys that would say it")];

/// An index as it stands in CREATE TABLE.
const INDEX_DEFINED: &[Key] =
    &[key("definition", Form::Text, "SQL as it stands in CREATE TABLE, instead of the other keys (MySQL, MariaDB)")];

const COLUMN: &[Key] = &[
    key(
        "type",
        Form::Text,
        "SQL as it stands after the name: the type, and whatever else. With `identity` the engine numbers rows",
    ),
    NULL,
    key("default", Form::Text, "The default, as it stands after DEFAULT"),
    key("identity", Form::Flag, "Rows are numbered by the engine"),
    COLLATE,
    key("generated", Form::Text, "The expression of a generated column"),
    key("stored", Form::Flag, "Whether a generated column is stored; `true` where nothing is said"),
    key("storage", Form::Text, "How long values are stored (PostgreSQL)"),
    key("statistics", Form::Number, "The statistics target (PostgreSQL)"),
    key("grant", Form::Each(&NAMES), "Privileges on the column by role (PostgreSQL)"),
];

const NULL: Key = key("null", Form::Flag, "Whether NULL is accepted; `true` where nothing is said");
const COLLATE: Key = key("collate", Form::Text, "The collation");

const KEY: &[Key] =
    &[key("columns", NAMES, "The columns, in the order of the key"), INCLUDE, NULLS_NOT_DISTINCT, DEFERRABLE];

const INCLUDE: Key = key("include", NAMES, "Columns carried along (PostgreSQL)");
const NULLS_NOT_DISTINCT: Key = key("nulls_not_distinct", Form::Flag, "NULLs are equal to each other (PostgreSQL 15)");
const DEFERRABLE: Key = key(
    "deferrable",
    Form::Word(&["immediate", "deferred"]),
    "Whether a transaction may have it checked at its end, and whether it does so by itself",
);

const NAMED: &[Key] = &[key("name", Form::Text, "The name of the constraint, where it is not the usual one")];

const CHECK: &[Key] = &[key("expression", Form::Text, "The condition, as SQL")];

const FOREIGN_KEY: &[Key] = &[
    key("columns", NAMES, "The columns that point at the other table"),
    key("references", Form::Text, "The other table and its columns: `orgs(id)`, `app.orgs(id)`"),
    key("on_delete", ACTION, "What happens here when the row there goes"),
    key("on_update", ACTION, "What happens here when the key there changes"),
    DEFERRABLE,
];

const ACTION: Form = Form::Word(&["no action", "restrict", "cascade", "set null", "set default"]);

const INDEX: &[Key] = &[
    key("on", NAMES, "Columns, or SQL such as `lower(email)` or `created_at desc`"),
    key("unique", Form::Flag, "Whether equal keys are refused"),
    key("where", Form::Text, "The condition of a partial index, as SQL (PostgreSQL, SQLite)"),
    key("using", Form::Text, "The method: `gin`, `hash`; on MySQL also `fulltext` and `spatial`"),
    INCLUDE,
    NULLS_NOT_DISTINCT,
    key("with", OPTIONS, "Storage parameters (PostgreSQL)"),
];

const TRIGGER: &[Key] = &[
    key("when", Form::Text, "When it fires: `before update of email`"),
    key("each", Form::Word(&["row", "statement"]), "For what it fires; `row` where nothing is said"),
    key("if", Form::Text, "Under which condition, as SQL (PostgreSQL, SQLite)"),
    key("do", Form::Text, "What it does: `execute function touch()`, or `begin … end`"),
];

const POLICY: &[Key] = &[
    key("for", Form::Word(&["all", "select", "insert", "update", "delete"]), "Which command it is about"),
    key("to", NAMES, "The roles that it is about; everybody where nothing is said"),
    key("restrictive", Form::Flag, "Whether it takes away rather than gives"),
    key("using", Form::Text, "Which rows are seen, as SQL"),
    key("check", Form::Text, "Which rows may be written, as SQL"),
];

const TABLE: &[Key] = &[
    key(
        "columns",
        Form::Each(&Form::Either(&[Form::Text, Form::Record(&[COLUMN, ANYTHING])])),
        "The columns, in order",
    ),
    key(
        "primary_key",
        Form::Either(&[NAMES, Form::Record(&[NAMED, KEY, DEFINED, STATEMENT, ANYTHING])]),
        "The primary key",
    ),
    key("unique", Form::Each(&Form::Either(&[NAMES, KEY_RECORD])), "Unique constraints by name"),
    key("uniques", Form::List(&Form::Either(&[NAMES, KEY_RECORD])), "Unique constraints without a name"),
    key("check", Form::Each(&Form::Either(&[Form::Text, CHECK_RECORD])), "Checks by name"),
    key("checks", Form::List(&Form::Either(&[Form::Text, CHECK_RECORD])), "Checks without a name"),
    key("foreign_key", Form::Each(&FOREIGN_KEY_RECORD), "Foreign keys by name"),
    key("foreign_keys", Form::List(&FOREIGN_KEY_RECORD), "Foreign keys without a name"),
    key(
        "exclude",
        Form::Each(&Form::Either(&[Form::Text, DEFINED_RECORD])),
        "Exclusion constraints by name (PostgreSQL)",
    ),
    INDEXES,
    TRIGGERS,
    RULES,
    key("policy", Form::Each(&Form::Record(&[POLICY, STATEMENT, ANYTHING])), "Policies of row security (PostgreSQL)"),
    key("options", Form::Text, "SQL as it stands behind the parentheses of CREATE TABLE"),
    key("partition_by", Form::Text, "How rows are spread over partitions: `range (created_at)`"),
    key("partition_of", Form::Text, "The partitioned table that this is a partition of (PostgreSQL)"),
    key("values", Form::Text, "Of a partition: `from (1) to (10)`, `in ('a')`, `with (…)`, `default` (PostgreSQL)"),
    key("inherits", NAMES, "The tables that it inherits from (PostgreSQL)"),
    key("unlogged", Form::Flag, "It is not written to the log (PostgreSQL)"),
    key("with", OPTIONS, "Storage parameters (PostgreSQL)"),
    key("row_security", Form::Flag, "Policies hold (PostgreSQL)"),
    key("force_row_security", Form::Flag, "Policies hold for the owner too (PostgreSQL)"),
    key("replica_identity", Form::Word(&["full", "nothing"]), "What replication sends of an old row (PostgreSQL)"),
    key("engine", Form::Text, "The storage engine (MySQL, MariaDB)"),
    key("charset", Form::Text, "The character set of new columns (MySQL, MariaDB)"),
    key("collation", Form::Text, "The collation of new columns (MySQL, MariaDB)"),
    key("strict", Form::Flag, "Values must be of the declared type (SQLite)"),
    key("without_rowid", Form::Flag, "The primary key is the table (SQLite)"),
];

const KEY_RECORD: Form = Form::Record(&[KEY, DEFINED, STATEMENT, ANYTHING]);
const CHECK_RECORD: Form = Form::Record(&[CHECK, DEFINED, STATEMENT, ANYTHING]);
const FOREIGN_KEY_RECORD: Form = Form::Record(&[FOREIGN_KEY, DEFINED, STATEMENT, ANYTHING]);
const DEFINED_RECORD: Form = Form::Record(&[DEFINED, STATEMENT, ANYTHING]);

const INDEXES: Key = key(
    "index",
    Form::Each(&Form::Either(&[NAMES, Form::Record(&[INDEX, INDEX_DEFINED, STATEMENT, ANYTHING])])),
    "Indexes",
);
const TRIGGERS: Key = key(
    "trigger",
    Form::Each(&Form::Either(&[Form::Text, Form::Record(&[TRIGGER, DEFINED, STATEMENT, ANYTHING])])),
    "Triggers by name; a string is SQL as it stands after the name in CREATE TRIGGER",
);
const RULES: Key =
    key("rule", Form::Each(&Form::Either(&[Form::Text, DEFINED_RECORD])), "Rewrite rules: SQL after `AS` (PostgreSQL)");

const QUERY: Key = key("as", Form::Text, "The query");
const QUERY_COLUMNS: Key = key("columns", NAMES, "Names of its columns, where they are not those of the query");
const COLUMN_COMMENTS: Key = key("column_comments", TEXTS, "Comments on its columns (PostgreSQL)");

const VIEW: &[Key] = &[
    QUERY,
    QUERY_COLUMNS,
    key("with", OPTIONS, "`security_barrier`, `security_invoker`, `check_option` (PostgreSQL)"),
    key("definer", Form::Text, "`user@host` (MySQL, MariaDB)"),
    key("algorithm", Form::Word(&["merge", "temptable"]), "How it is worked out (MySQL, MariaDB)"),
    key("security", Form::Word(&["definer", "invoker"]), "Whose privileges count (MySQL, MariaDB)"),
    key("check_option", Form::Word(&["local", "cascaded"]), "Which rows may be written through it (MySQL, MariaDB)"),
    COLUMN_COMMENTS,
    TRIGGERS,
    RULES,
];

const MATERIALIZED_VIEW: &[Key] = &[
    QUERY,
    QUERY_COLUMNS,
    key("using", Form::Text, "The access method"),
    key("with", OPTIONS, "Storage parameters"),
    COLUMN_COMMENTS,
    key("index", Form::Each(&Form::Either(&[NAMES, Form::Record(&[INDEX, STATEMENT, ANYTHING])])), "Indexes"),
];

const VIRTUAL_TABLE: &[Key] = &[
    key("using", Form::Text, "The module: `fts5`"),
    key("arguments", Form::Text, "What stands between the parentheses"),
];

const SEQUENCE: &[Key] = &[
    key("type", Form::Word(&["smallint", "integer", "bigint"]), "The type of its numbers (PostgreSQL); `bigint`"),
    key("start", Form::Number, "The first number"),
    key("increment", Form::Number, "From one number to the next"),
    key("minimum", Form::Number, "The least number"),
    key("maximum", Form::Number, "The greatest number"),
    key("cache", Form::Number, "How many numbers a connection takes at once"),
    key("cycle", Form::Flag, "Whether it begins again behind the last number"),
    key("unlogged", Form::Flag, "It is not written to the log (PostgreSQL 15)"),
    key("owned_by", Form::Text, "The column that it goes with: `users.id` (PostgreSQL)"),
    key("engine", Form::Text, "The storage engine (MariaDB)"),
];

const ENUM: &[Key] = &[key("values", NAMES, "The values, in their order")];
const COMPOSITE: &[Key] = &[key("attributes", TEXTS, "The attributes with their types, in order")];
const DOMAIN: &[Key] = &[
    key("type", Form::Text, "The type underneath"),
    COLLATE,
    NULL,
    key("default", Form::Text, "The default, as an SQL expression"),
    key("check", TEXTS, "Checks by name; `value` is the value"),
];
const EXTENSION: &[Key] = &[
    key("schema", Form::Text, "Where its objects are"),
    key("version", Form::Text, "Its version; the one that is there where nothing is said"),
];

const ROUTINE: &[Key] = &[
    key("arguments", Form::Text, "What stands between the parentheses after its name"),
    key("returns", Form::Text, "The type of its result"),
    key("language", Form::Text, "The language (PostgreSQL); `sql` where nothing is said"),
    key("options", Form::Text, "Further words: `immutable strict`, `deterministic`"),
    key("body", Form::Text, "What it does; on MySQL a statement, on PostgreSQL what stands between `$$` and `$$`"),
];

const DATABASE: &[Key] = &[
    key("charset", Form::Text, "The character set of new tables (MySQL, MariaDB)"),
    key("collation", Form::Text, "The collation of new tables (MySQL, MariaDB)"),
];

/// What may stand at the top of a file.
pub(super) const FILE: &[Key] = &[
    key("include", NAMES, "Other files, folders or patterns, relative to this file"),
    key("statements", NAMES, "Statements that are about nothing that has a place here"),
    key("schema", Form::Each(&STATED), "Schemas by name (PostgreSQL)"),
    key("extension", Form::Each(&Form::Record(&[EXTENSION, STATEMENT, ANYTHING])), "Extensions (PostgreSQL)"),
    key("enum", Form::Each(&Form::Record(&[ENUM, STATEMENT, ANYTHING, OWNED])), "Enum types (PostgreSQL)"),
    key(
        "composite_type",
        Form::Each(&Form::Record(&[COMPOSITE, STATEMENT, ANYTHING, OWNED])),
        "Composite types (PostgreSQL)",
    ),
    key("domain", Form::Each(&Form::Record(&[DOMAIN, STATEMENT, ANYTHING, OWNED])), "Domains (PostgreSQL)"),
    key(
        "sequence",
        Form::Each(&Form::Record(&[SEQUENCE, STATEMENT, ANYTHING, OWNED])),
        "Sequences (PostgreSQL, MariaDB)",
    ),
    key(
        "table",
        Form::Each(&Form::Record(&[TABLE, STATEMENT, ANYTHING, OWNED])),
        "Tables by name: `users`, `app.users`",
    ),
    key("virtual_table", Form::Each(&Form::Record(&[VIRTUAL_TABLE, STATEMENT, ANYTHING])), "Virtual tables (SQLite)"),
    key("view", Form::Each(&Form::Record(&[VIEW, STATEMENT, ANYTHING, OWNED])), "Views by name"),
    key(
        "materialized_view",
        Form::Each(&Form::Record(&[MATERIALIZED_VIEW, STATEMENT, ANYTHING, OWNED])),
        "Materialized views (PostgreSQL)",
    ),
    key(
        "function",
        Form::Each(&Form::Record(&[ROUTINE, STATEMENT, ANYTHING, OWNED])),
        "Functions: `add`, or `add(integer, integer)`",
    ),
    key(
        "procedure",
        Form::Each(&Form::Record(&[ROUTINE, STATEMENT, ANYTHING, OWNED])),
        "Procedures: `pay`, or `pay(integer)`",
    ),
    key("database", Form::Record(&[DATABASE]), "What the database gives to new tables (MySQL, MariaDB)"),
    key("event", Form::Each(&STATED), "Scheduled events (MySQL, MariaDB)"),
    key("range_type", Form::Each(&STATED), "Range types (PostgreSQL)"),
    key("base_type", Form::Each(&STATED), "Base types (PostgreSQL)"),
    key("collation", Form::Each(&STATED), "Collations (PostgreSQL)"),
    key("aggregate", Form::Each(&STATED), "Aggregates (PostgreSQL)"),
    key("operator", Form::Each(&STATED), "Operators (PostgreSQL)"),
    key("operator_family", Form::Each(&STATED), "Operator families (PostgreSQL)"),
    key("operator_class", Form::Each(&STATED), "Operator classes (PostgreSQL)"),
    key("cast", Form::Each(&STATED), "Casts (PostgreSQL)"),
    key("conversion", Form::Each(&STATED), "Conversions (PostgreSQL)"),
    key("language", Form::Each(&STATED), "Languages (PostgreSQL)"),
    key("text_search_parser", Form::Each(&STATED), "Text search parsers (PostgreSQL)"),
    key("text_search_template", Form::Each(&STATED), "Text search templates (PostgreSQL)"),
    key("text_search_dictionary", Form::Each(&STATED), "Text search dictionaries (PostgreSQL)"),
    key("text_search_configuration", Form::Each(&STATED), "Text search configurations (PostgreSQL)"),
    key("access_method", Form::Each(&STATED), "Access methods (PostgreSQL)"),
    key("statistics", Form::Each(&STATED), "Extended statistics (PostgreSQL)"),
    key("foreign_data_wrapper", Form::Each(&STATED), "Foreign data wrappers (PostgreSQL)"),
    key("foreign_server", Form::Each(&STATED), "Foreign servers (PostgreSQL)"),
    key("user_mapping", Form::Each(&STATED), "User mappings (PostgreSQL)"),
    key("publication", Form::Each(&STATED), "Publications (PostgreSQL)"),
    key("subscription", Form::Each(&STATED), "Subscriptions (PostgreSQL)"),
    key("event_trigger", Form::Each(&STATED), "Event triggers (PostgreSQL)"),
    key("transform", Form::Each(&STATED), "Transforms (PostgreSQL)"),
    key("object", Form::Each(&STATED), "Anything else, by its address: `comment:cast:a(b)`"),
];
