//! One object: the statement that shows it, and what its answer says.

use trueup_contract::Unmodelled;
use trueup_state::{Address, Definition, Ident, MySqlObject, ObjectKind, Qualified, Schema, SqlText, Trigger, View};

use super::at_home;
use crate::{
    connect::{Rows, code, message, number},
    facts::Facts,
    normalize,
    read::{Created, created},
    render::sql,
};

/// Kinds of objects, with what is known of one before it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Database,
    Table,
    View,
    Sequence,
    Trigger {
        /// The table that it is on.
        table: Ident,
    },
    Function,
    Procedure,
    Event {
        /// Whether it starts at the moment at which it was made, which nobody has declared then.
        starts_when_made: bool,
    },
    /// What we do not understand, in the server's word for it.
    Other(&'static str),
}

/// An object that is to be read.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    kind: Kind,
    pub(super) name: Ident,
}

impl Wanted {
    pub(super) fn of(kind: Kind, name: impl Into<Ident>) -> Wanted {
        Wanted { kind, name: name.into() }
    }

    /// The connected database itself.
    pub(super) fn database() -> Wanted {
        Wanted::of(Kind::Database, "")
    }

    /// The table that a trigger is on.
    pub(super) fn table(&self) -> Option<&Ident> {
        match &self.kind {
            Kind::Trigger { table } => Some(table),
            _ => None,
        }
    }

    /// A view may be there and lack what it is made of.
    pub(super) fn is_view(&self) -> bool {
        self.kind == Kind::View
    }

    /// The statement that shows it.
    pub(super) fn statement(&self) -> String {
        let words = match self.kind {
            Kind::Database => return include_str!("sql/database.sql").to_owned(),
            Kind::Other(_) => return "DO 0".to_owned(),
            Kind::Table => "SHOW CREATE TABLE",
            Kind::View => "SHOW CREATE VIEW",
            Kind::Sequence => "SHOW CREATE SEQUENCE",
            Kind::Trigger { .. } => "SHOW CREATE TRIGGER",
            Kind::Function => "SHOW CREATE FUNCTION",
            Kind::Procedure => "SHOW CREATE PROCEDURE",
            Kind::Event { .. } => "SHOW CREATE EVENT",
        };
        sql(words).ident(&self.name).finish()
    }

    /// The kind as `Address::kind` calls it.
    pub(super) fn word(&self) -> &'static str {
        match self.kind {
            Kind::Database => ObjectKind::Database.words(),
            Kind::Table => "table",
            Kind::View => "view",
            Kind::Sequence => ObjectKind::Sequence.words(),
            Kind::Trigger { .. } => "trigger",
            Kind::Function => ObjectKind::Function.words(),
            Kind::Procedure => ObjectKind::Procedure.words(),
            Kind::Event { .. } => ObjectKind::Event.words(),
            Kind::Other(word) => word,
        }
    }

    /// Where the text stands in the row, and where the SQL mode that it was written in.
    pub(super) fn places(&self) -> (usize, Option<usize>) {
        match self.kind {
            Kind::Trigger { .. } | Kind::Function | Kind::Procedure => (2, Some(1)),
            Kind::Event { .. } => (3, Some(1)),
            Kind::Database | Kind::Table | Kind::View | Kind::Sequence | Kind::Other(_) => (1, None),
        }
    }

    /// The privilege without which it is not shown.
    fn privilege(&self) -> &'static str {
        match self.kind {
            Kind::View => "GRANT SELECT, SHOW VIEW ON the database",
            Kind::Trigger { .. } => "GRANT TRIGGER ON the database",
            Kind::Event { .. } => "GRANT EVENT ON the database",
            Kind::Function | Kind::Procedure => {
                "only who made a routine sees its body, and who may: MariaDB from 11.3 `GRANT SHOW CREATE ROUTINE`, before \
                 `GRANT SELECT ON mysql.proc`, MySQL `GRANT SHOW_ROUTINE ON *.*`"
            }
            Kind::Database | Kind::Table | Kind::Sequence | Kind::Other(_) => "GRANT SELECT ON the database",
        }
    }
}

/// What was read.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) schema: Schema,
    pub(super) unmodelled: Vec<Unmodelled>,
    /// The connected database's name, which the server writes before some names.
    pub(super) database: String,
}

impl Found {
    /// Nothing yet.
    pub(super) fn of(database: &str) -> Found {
        Found { database: database.to_owned(), ..Found::default() }
    }

    /// Take an answer.
    pub(super) fn take(&mut self, wanted: &Wanted, rows: &Rows, facts: &Facts) {
        if let Kind::Other(_) = wanted.kind {
            return self.leave(wanted, "trueup does not manage this kind of object yet");
        }
        let value = |at: usize| rows.first().and_then(|row| row.get(at)).and_then(Option::as_deref);
        let (text, mode) = wanted.places();
        let mode = mode.and_then(value);
        let Some(text) = value(text) else {
            return self.leave(wanted, &["its text is not shown to the user: ", wanted.privilege()].concat());
        };
        let text = &at_home(text, &self.database, facts.version);
        let read = match mode {
            // The text means what it meant when it was written.
            Some(mode) => created(text, &Facts { sql_mode: mode.to_owned(), ..facts.clone() }),
            None => created(text, facts),
        };
        match read {
            Ok(read) => self.put(wanted, read, mode),
            Err(error) => self.leave(wanted, &error.message),
        }
    }

    /// The server does not show it.
    pub(super) fn cannot(&mut self, wanted: &Wanted, error: &sqlx::Error) {
        let words = message(error);
        let reason = match number(error) {
            Some(number) if code::DENIED.contains(&number) => [&words, "; ", wanted.privilege()].concat(),
            _ => words,
        };
        self.leave(wanted, &reason);
    }

    fn leave(&mut self, wanted: &Wanted, reason: &str) {
        let (kind, name) = (wanted.word().to_owned(), wanted.name.text().to_owned());
        self.unmodelled.push(Unmodelled { kind, name, reason: reason.to_owned() });
    }

    /// The name is the one that was listed: some texts say another spelling of it.
    fn put(&mut self, wanted: &Wanted, read: Created, mode: Option<&str>) {
        let name = wanted.name.clone();
        let qualified = Qualified::bare(name.clone());
        let mode = mode.map(str::to_owned);
        match (&wanted.kind, read) {
            (Kind::Table, Created::Table { table, .. }) => {
                self.schema.namespace_mut(&Ident::default()).tables.insert(name, table);
            }
            (Kind::View, Created::View { query, .. }) => {
                let view = View { query, triggers: Default::default() };
                self.schema.namespace_mut(&Ident::default()).views.insert(name, view);
            }
            (Kind::Trigger { table }, Created::Trigger { trigger, .. }) => {
                self.put_trigger(wanted, table, trigger, mode);
            }
            (Kind::Function | Kind::Procedure, Created::Routine { kind, mut routine, .. }) => {
                routine.sql_mode = mode;
                let address = Address::Signed(kind, qualified, Ident::default());
                self.put_object(address, MySqlObject::Routine(routine));
            }
            (Kind::Event { starts_when_made }, Created::Event { mut event, .. }) => {
                event.sql_mode = mode;
                if *starts_when_made {
                    event.schedule = without_start(&event.schedule);
                }
                self.put_object(Address::Object(ObjectKind::Event, qualified), MySqlObject::Event(event));
            }
            (Kind::Sequence, Created::Sequence { sequence, .. }) => {
                let address = Address::Object(ObjectKind::Sequence, qualified);
                self.put_object(address, MySqlObject::Sequence(sequence));
            }
            (Kind::Database, Created::Database { database, .. }) => {
                self.put_object(normalize::database(), MySqlObject::Database(database));
            }
            _ => self.leave(wanted, "the server shows something else under this name"),
        }
    }

    fn put_object(&mut self, address: Address, object: MySqlObject) {
        self.schema.others.insert(address, Definition::MySql(Box::new(object)));
    }

    /// A trigger of a table that is not understood is not either.
    fn put_trigger(&mut self, wanted: &Wanted, table: &Ident, mut trigger: Trigger, mode: Option<String>) {
        let mut extra = trigger.extra.mysql();
        extra.sql_mode = mode;
        trigger.extra = extra.into();
        match self.schema.namespace_mut(&Ident::default()).tables.get_mut(table) {
            Some(table) => {
                table.triggers.insert(wanted.name.clone(), trigger);
            }
            None => self.leave(wanted, "its table is not understood"),
        }
    }
}

/// A schedule without the moment at which it begins.
fn without_start(schedule: &SqlText) -> SqlText {
    let cut = |text: &str| {
        let lower = text.to_ascii_lowercase();
        let Some(start) = lower.find(" starts ") else { return text.to_owned() };
        let rest = lower[start + 1..].find(" ends ").map_or("", |end| &text[start + 1 + end..]);
        [&text[..start], rest].concat()
    };
    SqlText::new(cut(schedule.canonical()), cut(schedule.written()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_that_nobody_chose_is_not_kept() {
        let of = |text: &str| without_start(&SqlText::new(text.to_owned(), text.to_owned())).canonical().to_owned();
        assert_eq!(of("every 1 day starts '2020-01-01 00:00:00'"), "every 1 day");
        assert_eq!(of("every 1 day starts '2020-01-01' ends '2021-01-01'"), "every 1 day ends '2021-01-01'");
        assert_eq!(of("at '2020-01-01'"), "at '2020-01-01'");
    }
}
