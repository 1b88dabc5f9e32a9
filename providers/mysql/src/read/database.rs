//! CREATE DATABASE, and what ALTER DATABASE says.

use trueup_state::MySqlDatabase;

use super::{
    Created, Cursor, ReadError,
    types::{charset, collation, complete},
};

/// What follows `DATABASE`.
pub(super) fn read(mut cursor: Cursor<'_, '_>) -> Result<Created, ReadError> {
    cursor.accept_all(&["if", "not", "exists"]);
    let name = cursor.name("a name")?;
    let database = database_options(&mut cursor)?;
    cursor.finish()?;
    Ok(Created::Database { name, database })
}

/// The options of a database, until something else comes.
pub(crate) fn database_options(cursor: &mut Cursor<'_, '_>) -> Result<MySqlDatabase, ReadError> {
    let mut database = MySqlDatabase::default();
    loop {
        let before = *cursor;
        cursor.accept("default");
        if let Some(name) = charset(cursor)? {
            database.charset = Some(name);
        } else if let Some(name) = collation(cursor)? {
            database.collation = Some(name);
        } else if cursor.accept("encryption") {
            cursor.accept("=");
            if !cursor.string()?.eq_ignore_ascii_case("n") {
                return Err(before.refuse("the encryption of databases is not supported"));
            }
        } else if cursor.peek_is("comment") {
            return Err(cursor.refuse("comments of databases are not supported"));
        } else {
            *cursor = before;
            break;
        }
    }
    complete(&mut database.charset, &mut database.collation);
    Ok(database)
}
