//! PostgreSQL 14 to 18: reading declarations and the catalogue, the steps it can take, and running them.
//!
//! Declared text is parsed in-process ([`parse`]) and folded, statement by statement, into a schema; the catalogue is
//! read with one query for each kind of object ([`inspect`]). Both give the same canonical form, so that equality is `==`:
//!
//! * The canonical form of every text is what PostgreSQL itself writes under `search_path = ''` without pretty-printing
//!   (`pg_get_expr`, `pg_get_constraintdef`, `pg_get_viewdef`, …): runs of white space outside quotes are one space, the
//!   parentheses around a whole expression are gone, and so is a final semicolon. [`canonical`] computes it for declared
//!   expressions as far as it can be known without a server. Where it cannot, the text stays as it was written, and the
//!   server is asked (`Database::settle`, the temp-object oracle).
//! * Types are `format_type` under `search_path = ''`: `integer`, `character varying(20)`, `public.mood[]`.
//! * `Column::collation` and `Part::collation` stay empty: collations have namespaces here and are in `extra`.
//! * Constraints always have their name in `name` and as their key; generated names are spelled out. A foreign key always
//!   lists the columns it points at. The columns of a primary key are not nullable.
//! * A trigger's definition is what follows its name in `pg_get_triggerdef`; a rule's is what follows `AS` in
//!   `pg_get_ruledef`; an exclusion constraint's is what follows `EXCLUDE` in `pg_get_constraintdef` up to `DEFERRABLE`.
//! * Views are in the tree; triggers of views too. Materialized views, types, sequences, routines, policies, … are in
//!   `Schema::others`, as are indexes of materialized views.
//! * Columns, checks, keys, indexes and triggers that a partition or child inherits are not listed. A column that a child
//!   declares itself is. What a partition has otherwise than its parent is in `PostgresTable::overrides`.
//! * The sequence of an identity column is inside the column; that of a serial column is an object of its own, owned by
//!   the column, whose default is `nextval('public.t_c_seq'::regclass)`.
//! * A grant is listed where the privileges of a role on an object are not those that PostgreSQL gives by itself
//!   (`acldefault`, and for `public` and what extensions and initdb made, `pg_init_privs`); `public` stands for everybody.
//!   The owner of an object goes by an empty name. A role that lost what it had by default has an empty set.
//! * Comments have addresses of their own: `comment:table:public.users`. The comment that every database has on schema
//!   `public` is not listed, nor is extension `plpgsql`.
//! * Objects that belong to an extension (`pg_depend.deptype = 'e'`) are never listed, nor are schemas `pg_*`,
//!   `information_schema` and our own state schema `trueup`.

mod canonical;
mod connect;
mod database;
mod dialect;
mod inspect;
mod lock;
mod naming;
mod normalize;
mod oracle;
mod parse;
mod provider;
mod realize;
mod render;
mod state_tables;
mod steps;
mod types;
mod version;

pub use provider::Postgres;
