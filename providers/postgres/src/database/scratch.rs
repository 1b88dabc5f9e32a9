//! A copy of a database on the same server, to try a plan on.

use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, PgConnection, Row};
use trueup_contract::{Access, DatabaseError};
use trueup_state::Ident;

use crate::{
    connect::{self, Target, code, message},
    render::sql,
};

/// `object_in_use`: others are connected to the database.
const IN_USE: &str = "55006";

/// How long others are waited for.
const GRACE: Duration = Duration::from_secs(2);

/// A copy that is dropped with this.
///
/// A process that is killed leaves it behind, named `trueup_scratch_` and eight digits; nothing uses it again, and
/// whoever finds it may drop it.
pub(crate) struct Scratch {
    /// The database that was copied; the copy cannot be dropped from inside.
    source: Target,
    name: String,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let (source, name) = (self.source.clone(), self.name.clone());
        // Dropping waits for the server, and the caller's runtime cannot be entered a second time.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.is_ok_and(|runtime| runtime.block_on(drop_database(&source, &name)).is_ok())
        });
        let _ = dropped.join();
    }
}

/// Copy a database. Without a name it gets one of its own, and goes with what is returned.
pub(crate) async fn copy(source: &Target, name: Option<&str>) -> Result<(Target, Option<Scratch>), DatabaseError> {
    let mut connection = connect::connect(source, Access::Write).await?;
    let (name, is_own) = match name {
        Some(name) => (name.to_owned(), false),
        None => (fresh_name(&mut connection).await.map_err(connect::failed)?, true),
    };
    let statement =
        sql("CREATE DATABASE").ident(&name.as_str().into()).raw("TEMPLATE").ident(&source.database().into());
    let statement = statement.finish();
    let made = create(&mut connection, &statement).await;
    connect::close(connection).await;
    made.map_err(|error| not_copied(source, &name, &error))?;
    let copy = source.with_database(&name);
    Ok((copy, is_own.then(|| Scratch { source: source.clone(), name })))
}

/// The server notices a little later that somebody has gone.
async fn create(connection: &mut PgConnection, statement: &str) -> Result<(), sqlx::Error> {
    let start = Instant::now();
    loop {
        let made = sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut *connection).await;
        match made {
            Err(error) if code(&error).as_deref() == Some(IN_USE) && start.elapsed() < GRACE => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            other => return other.map(drop),
        }
    }
}

async fn drop_database(source: &Target, name: &str) -> Result<(), DatabaseError> {
    let name = Ident::from(name);
    let statement = sql("DROP DATABASE IF EXISTS").ident(&name).raw("WITH (FORCE)").finish();
    let mut connection = connect::connect(source, Access::Write).await?;
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.map_err(connect::failed)?;
    Ok(())
}

/// A name that nobody else comes upon.
async fn fresh_name(connection: &mut PgConnection) -> Result<String, sqlx::Error> {
    let query = "SELECT 'trueup_scratch_' || left(gen_random_uuid()::text, 8)";
    sqlx::query(query).fetch_one(connection).await?.try_get(0)
}

/// `object_in_use`, `insufficient_privilege` and `duplicate_database` have a way out.
fn not_copied(source: &Target, name: &str, error: &sqlx::Error) -> DatabaseError {
    let words = message(error, None);
    match code(error).as_deref() {
        Some(IN_USE) => DatabaseError::Unsupported(
            ["`", source.database(), "` cannot be copied while others are connected to it (", &words, ")"].concat(),
        ),
        Some("42501") => DatabaseError::Denied([&words, "; a scratch copy needs the attribute CREATEDB"].concat()),
        Some("42P04") => DatabaseError::Denied(["database `", name, "` exists already"].concat()),
        _ => DatabaseError::Failed(words),
    }
}
