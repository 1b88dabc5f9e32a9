//! The server's own CREATE statements as they are, to make the same objects elsewhere.

use sqlx::MySqlConnection;
use trueup_contract::DatabaseError;
use trueup_state::Ident;

use super::{catalogue::Catalogue, objects::Wanted};
use crate::{
    connect::{ask, failed},
    version::Version,
};

/// One object's statement.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    /// The kind as `Address::kind` calls it.
    pub(crate) kind: &'static str,
    /// Its name.
    pub(crate) name: Ident,
    /// The statement; `None` where we have none for it.
    pub(crate) sql: Option<String>,
    /// The SQL mode that it was written in, where it has one.
    pub(crate) mode: Option<String>,
}

/// All of them: tables and views by name, triggers in the order in which they fire. The database itself is none of it.
pub(crate) async fn texts(connection: &mut MySqlConnection, version: Version) -> Result<Vec<Text>, DatabaseError> {
    let Catalogue { wanted, .. } = Catalogue::read(connection, version).await?;
    let statements: Vec<String> = wanted.iter().map(Wanted::statement).collect();
    let answers = ask(connection, &statements).await.map_err(failed)?;
    let mut texts = Vec::with_capacity(wanted.len());
    for (wanted, answer) in wanted.iter().zip(answers).skip(1) {
        let rows = answer.map_err(failed)?;
        let value = |at: usize| rows.first().and_then(|row| row.get(at)).cloned().flatten();
        let (text, mode) = wanted.places();
        let (kind, name) = (wanted.word(), wanted.name.clone());
        texts.push(Text { kind, name, sql: value(text), mode: mode.and_then(value) });
    }
    Ok(texts)
}
