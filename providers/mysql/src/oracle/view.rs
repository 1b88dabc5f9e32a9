//! Questions about views.

use sqlx::MySqlConnection;
use trueup_contract::{DatabaseError, Settled};
use trueup_state::{Address, Definition, Ident, Query, ViewExtra};

use super::{Asking, answered};
use crate::{
    connect::{Rows, ask as send, failed, rows, value},
    database::privileges::Privileges,
    inspect::{OURS, at_home},
    read::{Created, created},
    render::{self, sql},
};

/// What it takes to make a view and to make it go.
const NEEDED: [&str; 3] = ["CREATE VIEW", "SHOW VIEW", "DROP"];

/// One declared view.
pub(super) struct Question<'a> {
    address: &'a Address,
    query: &'a Query,
}

/// The views that mean now what they will mean. One that refers to what changes is a change itself.
pub(super) fn questions<'a>(asking: &Asking<'a>, differing: &[&'a Address]) -> Vec<Question<'a>> {
    let question = |address: &&'a Address| match (address, asking.declared.object(address)) {
        (Address::View(_), Some(trueup_state::Object::View(query))) => Some(Question { address, query }),
        _ => None,
    };
    let means_the_same = |it: &Question<'a>| !asking.changes.alter(&it.query.definition);
    differing.iter().filter_map(question).filter(means_the_same).collect()
}

/// Make the views, read them and drop them. Two that ask at once are kept apart by a lock, so that what is found under our
/// names was left behind by one that was killed.
pub(super) async fn ask(
    connection: &mut MySqlConnection,
    asking: &Asking<'_>,
    privileges: &Privileges,
    questions: Vec<Question<'_>>,
    settled: &mut Settled,
) -> Result<(), DatabaseError> {
    let can_be_asked = NEEDED.iter().all(|it| privileges.has(it)) && can_write(connection, privileges).await?;
    let answers = if can_be_asked { answers(connection, asking, &questions).await? } else { Vec::new() };
    for (at, question) in questions.iter().enumerate() {
        match answers.get(at).and_then(|it| it.as_ref()) {
            Some(form) => settled.forms.push((question.address.clone(), Definition::View(form.clone()))),
            None if asking.changes.are_mentioned(&question.query.definition) => (),
            None => drop(settled.unproven.insert(question.address.clone())),
        }
    }
    Ok(())
}

async fn can_write(connection: &mut MySqlConnection, privileges: &Privileges) -> Result<bool, DatabaseError> {
    let is_read_only = rows(connection, "SELECT @@GLOBAL.read_only").await.map_err(failed)?;
    let is_on = !matches!(value(&is_read_only).as_deref(), Some("0" | "OFF"));
    Ok(!is_on || privileges.ignores_read_only())
}

/// The forms, in the order of the questions; none of what the server did not take.
async fn answers(
    connection: &mut MySqlConnection,
    asking: &Asking<'_>,
    questions: &[Question<'_>],
) -> Result<Vec<Option<Query>>, DatabaseError> {
    let lock = sql("").string(&[OURS, "q:", &asking.database].concat().chars().take(64).collect::<String>()).finish();
    let take = sql("SELECT GET_LOCK(").raw(lock.trim()).raw(", 10)").finish();
    if value(&rows(connection, &take).await.map_err(failed)?).as_deref() != Some("1") {
        return Ok(Vec::new());
    }
    let statements: Vec<String> = questions.iter().enumerate().flat_map(|(at, it)| it.statements(at)).collect();
    let asked = send(connection, &statements).await;
    let cleaned = clean(connection).await;
    let free = sql("SELECT RELEASE_LOCK(").raw(lock.trim()).raw(")").finish();
    rows(connection, &free).await.map_err(failed)?;
    cleaned?;
    let asked = asked.map_err(failed)?;
    let form = |(question, answers): (&Question<'_>, &[Result<Rows, sqlx::Error>])| {
        let made = answers.first().is_some_and(Result::is_ok);
        let shown = answers.get(1).filter(|_| made).and_then(|it| it.as_ref().ok());
        shown.and_then(|rows| question.read(rows, asking))
    };
    Ok(questions.iter().zip(asked.chunks(STATEMENTS)).map(form).collect())
}

/// How many statements there are for one view.
const STATEMENTS: usize = 2;

/// Drop everything that has a name of ours.
async fn clean(connection: &mut MySqlConnection) -> Result<(), DatabaseError> {
    let found = rows(connection, include_str!("leftovers.sql")).await.map_err(failed)?;
    let names: Vec<Ident> = found.into_iter().flatten().flatten().map(Ident::from).collect();
    let drops: Vec<String> = names.iter().map(|name| sql("DROP VIEW IF EXISTS").ident(name).finish()).collect();
    for dropped in send(connection, &drops).await.map_err(failed)? {
        dropped.map_err(failed)?;
    }
    Ok(())
}

impl Question<'_> {
    fn statements(&self, at: usize) -> [String; STATEMENTS] {
        let name = Ident::from([OURS, "q_", &at.to_string()].concat());
        // Who it runs as, and how, is compared as it is declared.
        let query = Query { definition: self.query.definition.clone(), extra: ViewExtra::None };
        [render::view(&name, &query), sql("SHOW CREATE VIEW").ident(&name).finish()]
    }

    fn read(&self, rows: &Rows, asking: &Asking<'_>) -> Option<Query> {
        let text = rows.first()?.get(1)?.as_deref()?;
        let text = at_home(text, &asking.database, Some(asking.version));
        let Ok(Created::View { query, .. }) = created(&text, &asking.facts) else { return None };
        let definition = answered(&self.query.definition, &query.definition);
        Some(Query { definition, extra: self.query.extra.clone() })
    }
}

/// A view over one that changes may become another one, too: `SELECT *` shows what is there when it is made.
pub(super) fn forget_dependents(asking: &Asking<'_>, both: &[&Address], settled: &mut Settled) {
    let is_kept = |settled: &Settled, view: &Address| {
        let form = settled.forms.iter().find(|(address, _)| address == view);
        form.is_some_and(|(_, form)| asking.observed.object(view) == Some(form.as_object()))
    };
    let views: Vec<&Address> = both.iter().copied().filter(|it| matches!(it, Address::View(_))).collect();
    loop {
        let changed: Vec<&Address> = views.iter().copied().filter(|it| !is_kept(settled, it)).collect();
        let depends = |(address, form): &(Address, Definition)| {
            let Definition::View(Query { definition, extra: _ }) = form else { return false };
            let mut others = changed.iter().filter(|it| **it != address).filter_map(|it| it.name());
            !changed.contains(&address) && others.any(|it| definition.mentions(it.text()))
        };
        let before = settled.forms.len();
        settled.forms.retain(|it| !depends(it));
        if settled.forms.len() == before {
            return;
        }
    }
}
