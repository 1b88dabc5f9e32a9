//! MariaDB from 10.6 and MySQL from 8.0.16: reading declarations and the catalogue, the steps it can take, and running them.
//! Tests run on MariaDB 10.11 and 11.8 and MySQL 9.7; what is older ones' alone follows the manuals.
//!
//! There is one reader ([`read`]) of CREATE statements for both sides: declared text is read by it statement by statement and
//! folded into a schema ([`parse`]); the server's own `SHOW CREATE` texts, all of one kind fetched in one message, are read
//! by it as well ([`inspect`]). What is left unsaid is then filled in from the server's [`facts`] ([`normalize`]), on both
//! sides alike, so that equality is `==`. The canonical form:
//!
//! * The connected database is the namespace without a name. What a text says of another database is refused.
//! * Tables are in the tree, with their columns, keys, checks, foreign keys and triggers; views too. Routines are
//!   `Address::Signed(Function | Procedure, name, "")`, events and sequences `Address::Object(Event | Sequence, name)`, and
//!   the database's own defaults `Address::Object(Database, "")`.
//! * Every key but the primary one is an `Index`; `Table::uniques` stays empty. A table's foreign key that no index supports
//!   has the index that the server makes for it.
//! * The map key is an object's name, generated names spelled out. `name` fields inside are `None` in canonical form; the
//!   reader puts a name there only where the declaration gives one, so that `normalize` can tell.
//! * Types are lower case in the server's own spelling: `int(11)` (MariaDB) or `int` (MySQL), `decimal(10,2) unsigned`,
//!   `enum('a','b')`. Synonyms are resolved. `json` on MariaDB is `longtext` with its collation and check.
//! * `Column::collation` is set for every column of text and for no other; the engine and the collation of a table are always
//!   set. Character sets are implied by collations.
//! * A default that is NULL is none. Literals are `'text'` (quotes doubled, no backslashes) or plain numbers; a number as the
//!   default of a column of text is `'1'`, and `'1'` of a numeric one is `1`. The moment is `current_timestamp()` or
//!   `current_timestamp(6)`.
//! * Expressions are tokens: words in lower case, identifiers without backquotes (with double quotes where they are not plain
//!   words), no comments, single spaces between, without parentheses around the whole ([`canonical`]). The written form is
//!   what can be sent. Where the server writes an expression otherwise than it was declared, it is asked
//!   (`Database::settle`: a temporary table, or a view of a moment).
//! * A view's definition is its optional column list and everything from `AS` on, but for `WITH CHECK OPTION`; a trigger's is
//!   everything after its name from `BEFORE` or `AFTER` on, without `FOLLOWS` (written, it begins with the name, since the
//!   server keeps the statement as it is sent); bodies of routines and events are tokens.
//! * `DEFINER` and the SQL mode are compared only where a declaration says them.
//! * Columns that the server adds by itself and `AUTO_INCREMENT=` counters are not part of a schema. Nor are tables whose name
//!   begins with `trueup_`.

mod canonical;
mod connect;
mod database;
mod dialect;
mod facts;
mod inspect;
mod lock;
mod normalize;
mod oracle;
mod parse;
mod provider;
mod read;
mod realize;
mod render;
mod state_tables;
mod statement;
mod steps;
mod token;
mod version;

pub use provider::MySql;
