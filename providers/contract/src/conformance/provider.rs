//! What every provider must do.

use std::{collections::BTreeSet, path::Path, sync::Arc, time::Duration};

use trueup_state::{Address, ObjectKind, Pair, Qualified, Schema, diff};

use super::{Claims, ensure, holder, is_taken, same, told};
use crate::{
    Access, Action, Cluster, Database, DatabaseError, Desired, Group, Hazard, Inspection, Observer, Progress, Provider,
    Question, RealizeError, Realized, Redacted, Script, SourceFile, StateRecord, StateWrite, Step, Transaction, Work,
};

/// The name of every script.
const FILE: &str = "conformance.sql";

/// Scripts in the provider's own dialect.
#[derive(Clone, Copy, Debug)]
pub struct Samples<'a> {
    /// Creates a schema with at least one table, out of whatever the dialect has.
    pub create: &'a str,
    /// Creates the same schema otherwise: objects added, altered and dropped.
    pub evolve: &'a str,
    /// Has a mistake, and not on the first line.
    pub wrong: &'a str,
}

/// The suite. Nothing is at `missing`; `empty` gives the URL of an empty database of that name, which may be one that
/// [`Access::Create`] creates.
///
/// # Errors
/// When a claim does not hold: every such claim with its reason, one a line.
pub async fn provider<U>(
    provider: &dyn Provider,
    missing: &Redacted,
    empty: U,
    samples: Samples<'_>,
) -> Result<(), String>
where
    U: AsyncFn(&str) -> Result<Redacted, String>,
{
    let Samples { create, evolve, wrong } = samples;
    let mut claims = Claims::default();
    macro_rules! claim {
        ($claim:literal, $check:ident($($script:expr),*)) => {
            match empty(stringify!($check)).await {
                Ok(url) => claims.that($claim, Site { provider, url }.$check($($script),*).await),
                Err(reason) => claims.that($claim, Err(reason)),
            }
        };
    }
    claims.that("a missing database is an error and stays missing", misses(provider, missing).await);
    claims.that("a wrong script is refused at its place", refuses_wrong(provider, wrong).await);
    for (which, text) in [("create", create), ("evolve", evolve)] {
        let claim = ["rendering and normalising lose nothing of `", which, "`"].concat();
        claims.that(&claim, round_trips(provider, text).await);
    }
    claim!("an empty database has an empty schema", starts_empty());
    claim!("what is declared is made, and found", converges(&[create, evolve, create, ""]));
    claim!("the same changes give the same steps", repeats(create, evolve));
    claim!("rows stand against a step before it runs", refuses(create));
    claim!("a failed group leaves nothing", leaves_nothing(create));
    claim!("what is there is looked at before it is committed", seals(create));
    claim!("a catalogue that moved is refused", notices(create));
    claim!("state is kept and is no part of the schema", keeps_state(create));
    claim!("two locks exclude each other", locks());
    claim!("a connection for reading writes nothing", only_reads(create));
    claim!("a scratch copy is the same and apart", copies(create, evolve));
    claims.finish()
}

async fn misses(provider: &dyn Provider, missing: &Redacted) -> Result<(), String> {
    let scheme = missing.scheme().ok_or("the URL has no scheme")?;
    ensure(provider.schemes().contains(&scheme.as_str()), "the URL's scheme is not one of the provider's")?;
    for access in [Access::Read, Access::Write, Access::Read] {
        ensure(provider.connect(missing, access).await.is_err(), format!("{access:?} finds one"))?;
    }
    Ok(())
}

async fn realize(provider: &dyn Provider, text: &str, known: &Inspection) -> Result<Realized, RealizeError> {
    let file = SourceFile { path: Arc::new(FILE.into()), text: text.into() };
    provider.realize().realize(Desired::Script(Script { files: vec![file] }), known).await
}

async fn refuses_wrong(provider: &dyn Provider, wrong: &str) -> Result<(), String> {
    let (place, offset, length, message) = match realize(provider, wrong, &Inspection::default()).await {
        Ok(_) => return Err("it is accepted".to_owned()),
        Err(RealizeError::At { place, offset, length, message, hint: _, is_refusal: _ }) => {
            (place, offset, length, message)
        }
        Err(RealizeError::Database(error)) => return Err(["it has no place: ", &error.to_string()].concat()),
    };
    ensure(!message.is_empty(), "nothing is said about it")?;
    same("the file", &place.file.as_path(), &Path::new(FILE))?;
    let before = wrong.get(..offset).ok_or("its offset is outside of the text")?;
    ensure(wrong.get(offset..offset + length).is_some(), "what it underlines is outside of the text")?;
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    same("(line, column)", &(place.line, place.column), &(line, column))?;
    ensure(line > 1, "it is reported on the first line, where the sample has no mistake")
}

async fn round_trips(provider: &dyn Provider, text: &str) -> Result<(), String> {
    let nothing = Schema::default();
    let nowhere = Inspection::default();
    let dialect = provider.dialect();
    let declared = realize(provider, text, &nowhere).await.map_err(told)?.schema;
    ensure(!declared.objects().is_empty(), "the sample declares nothing")?;
    let normal = dialect.normalize(declared.clone(), &nothing, &Cluster::default());
    same("what is normalised twice", &dialect.normalize(normal.clone(), &nothing, &Cluster::default()), &normal)?;
    same(
        "what is normalised against itself",
        &dialect.normalize(normal.clone(), &normal, &Cluster::default()),
        &normal,
    )?;
    let script = dialect.render(&normal);
    same("the second rendering", &dialect.render(&normal), &script)?;
    let again = realize(provider, &script, &nowhere).await.map_err(told)?.schema;
    let again = dialect.normalize(again, &nothing, &Cluster::default());
    unchanged("what its rendering declares", &again, &normal)?;
    same("the rendering of what its rendering declares", &dialect.render(&again), &script)
}

/// Two schemas must be equal; the addresses where they are not say more than both of them whole.
fn unchanged(what: &str, found: &Schema, expected: &Schema) -> Result<(), String> {
    let changes = diff(Pair { before: expected, after: found });
    ensure(changes.is_empty(), format!("{what} differs: {changes:?}"))?;
    ensure(found == expected, format!("{what} differs, and diff does not see it"))
}

/// A database of one claim.
struct Site<'a> {
    provider: &'a dyn Provider,
    url: Redacted,
}

impl Site<'_> {
    async fn open(&self, access: Access) -> Result<Box<dyn Database>, String> {
        self.provider.connect(&self.url, access).await.map_err(told)
    }

    /// The steps from what is there to what a script declares, in order; and what it declares, as the database has it
    /// or would write it.
    async fn steps(&self, database: &mut dyn Database, text: &str) -> Result<(Schema, Vec<Step>), String> {
        let inspection = look(database).await?;
        let realized = realize(self.provider, text, &inspection).await.map_err(told)?;
        let declared = self.provider.dialect().normalize(realized.schema, &inspection.schema, &inspection.cluster);
        let (after, replaceable) = self.settled(database, &declared, &inspection).await?;
        let Inspection { schema: observed, depends, cluster, .. } = inspection;
        let changes = diff(Pair { before: &observed, after: &after });
        let version = database.server().await.map_err(told)?.version;
        let work = Work {
            observed: &observed,
            before: &observed,
            after: &after,
            declared: &declared,
            depends: Pair { before: &depends, after: &realized.depends },
            replaceable: &replaceable,
            cluster: &cluster,
            changes: &changes,
            version: &version,
            minimum_version: None,
        };
        let steps = self.provider.dialect().steps(&work).map_err(told)?;
        let touched: Vec<&Address> = steps.iter().flat_map(|step| &step.changes).collect();
        let forgotten = changes.iter().map(|change| change.address()).find(|address| !touched.contains(address));
        ensure(forgotten.is_none(), format!("no step carries out the change of {forgotten:?}"))?;
        Ok((after, ordered(steps)?))
    }

    /// What is declared in the form in which the database keeps it, if it keeps texts otherwise than they were
    /// declared; and what it would replace in place.
    async fn settled(
        &self,
        database: &mut dyn Database,
        declared: &Schema,
        inspection: &Inspection,
    ) -> Result<(Schema, BTreeSet<Address>), String> {
        let mut after = declared.clone();
        if self.provider.dialect().keeps_texts() {
            return Ok((after, BTreeSet::new()));
        }
        let changes = diff(Pair { before: &inspection.schema, after: declared });
        let is_on_both_sides = |it: &&Address| {
            let sides = [&inspection.schema, declared];
            sides.iter().all(|side| side.object(it).is_some())
        };
        let differing: Vec<Address> = changes.iter().map(|it| it.address()).filter(is_on_both_sides).cloned().collect();
        let settled = database.settle(declared, inspection, &differing).await.map_err(told)?;
        for (address, definition) in settled.forms {
            after.put(&address, definition).ok_or("it settles an object whose table is not declared")?;
        }
        Ok((after, settled.replaceable))
    }

    /// Make a database what a script declares. A second plan is empty.
    async fn build(&self, database: &mut dyn Database, text: &str) -> Result<Schema, String> {
        let (after, steps) = self.steps(database, text).await?;
        let together = |a: &Step, b: &Step| [a, b].iter().all(|step| step.transaction == Transaction::Inside);
        for group in steps.chunk_by(together) {
            run(database, &group_of(group)).await.map_err(told)?;
        }
        self.settles(database, text, after).await
    }

    /// A second plan is empty, and what was declared is as it was before, unless the database writes it otherwise.
    async fn settles(&self, database: &mut dyn Database, text: &str, after: Schema) -> Result<Schema, String> {
        let (settled, steps) = self.steps(database, text).await?;
        let left: Vec<&str> = steps.iter().map(|step| step.summary.as_str()).collect();
        same("what a second plan has left to do", &left, &Vec::new())?;
        if self.provider.dialect().keeps_texts() {
            unchanged("what is declared", &settled, &after)?;
        }
        Ok(settled)
    }

    async fn starts_empty(&self) -> Result<(), String> {
        let mut database = self.open(Access::Create).await?;
        is_empty(&mut *database).await?;
        same("what is not understood", &look(&mut *database).await?.unmodelled, &Vec::new())?;
        same("the state", &database.state().await.map_err(told)?, &StateRecord::default())?;
        look(&mut *self.open(Access::Read).await?).await.map(drop)
    }

    async fn converges(&self, scripts: &[&str]) -> Result<(), String> {
        let mut database = self.open(Access::Create).await?;
        for text in scripts {
            let after = self.build(&mut *database, text).await?;
            let found = look(&mut *database).await?;
            same("what is not understood", &found.unmodelled, &Vec::new())?;
            unchanged("what is found", &found.schema, &after)?;
            let elsewhere = look(&mut *self.open(Access::Read).await?).await?;
            unchanged("what another connection finds", &elsewhere.schema, &after)?;
        }
        Ok(())
    }

    async fn repeats(&self, create: &str, evolve: &str) -> Result<(), String> {
        let mut database = self.open(Access::Create).await?;
        for text in [create, evolve] {
            let (_, steps) = self.steps(&mut *database, text).await?;
            let (_, again) = self.steps(&mut *self.open(Access::Write).await?, text).await?;
            ensure(!steps.is_empty(), "there are none")?;
            same("the second answer", &format!("{again:?}"), &format!("{steps:?}"))?;
            self.build(&mut *database, text).await?;
        }
        Ok(())
    }

    async fn refuses(&self, create: &str) -> Result<(), String> {
        let mut database = self.open(Access::Create).await?;
        let (after, mut steps) = self.steps(&mut *database, create).await?;
        let address = Address::Table(Qualified::bare("conformance"));
        let counts = "rows that stand against it".to_owned();
        let sql = "SELECT count(*), '[\"a\", \"b\"]', NULL FROM (SELECT 1 AS one UNION ALL SELECT 2) AS two".to_owned();
        let question = Question { counts: counts.clone(), sql, must_be_zero: true };
        let answer = database.answer(&question).await.map_err(told)?;
        same("(count, samples)", &(answer.count, answer.samples.join(" ")), &(2, "a b".to_owned()))?;
        let fact = crate::Fact::DropsTable;
        let last = steps.last_mut().ok_or("there are no steps")?;
        last.hazards.push(Hazard { address: address.clone(), fact, question: Some(question) });
        match run(&mut *database, &group_of(&steps)).await {
            Err(DatabaseError::Refused { address: about, counts: what, answer: told }) => {
                same("the refusal", &(about, what, told), &(address, counts, answer))?;
            }
            other => return Err(format!("instead of a refusal: {other:?}")),
        }
        is_empty(&mut *database).await?;
        for hazard in steps.iter_mut().flat_map(|step| &mut step.hazards) {
            hazard.question.iter_mut().for_each(|question| question.must_be_zero = false);
        }
        run(&mut *database, &group_of(&steps)).await.map_err(told)?;
        let after = self.settles(&mut *database, create, after).await?;
        unchanged("what is found without the refusal", &look(&mut *database).await?.schema, &after)?;
        for (table, _) in after.tables() {
            let rows = database.answer(&self.provider.dialect().count_rows(&table)).await.map_err(told)?;
            same("the rows of a new table", &rows.count, &0)?;
        }
        Ok(())
    }

    async fn leaves_nothing(&self, create: &str) -> Result<(), String> {
        let mut database = self.open(Access::Create).await?;
        let (_, mut steps) = self.steps(&mut *database, create).await?;
        if steps.iter().any(|step| step.transaction != Transaction::Inside) {
            // This database has no transactions for it, and promises nothing.
            return Ok(());
        }
        let action = Action::Sql("this is no statement".to_owned());
        steps.push(Step { summary: "fail on purpose".to_owned(), action, ..Step::default() });
        let write = StateWrite { lockfile: Some(("mine".to_owned(), None)), journal: Some(Some("mine".to_owned())) };
        match run(&mut *database, &Group { write: Some(write), ..group_of(&steps) }).await {
            Err(DatabaseError::Step { step, message }) => {
                same("the step", &step.as_str(), &"fail on purpose")?;
                ensure(!message.is_empty(), "the database says nothing")?;
            }
            other => return Err(format!("instead of a failed step: {other:?}")),
        }
        is_empty(&mut *database).await?;
        same("the state", &database.state().await.map_err(told)?, &StateRecord::default())?;
        let after = self.build(&mut *database, create).await?;
        unchanged("what is found afterwards", &look(&mut *database).await?.schema, &after)
    }

    async fn seals(&self, create: &str) -> Result<(), String> {
        let mut database = self.open(Access::Create).await?;
        let (_, steps) = self.steps(&mut *database, create).await?;
        if steps.iter().any(|step| step.transaction != Transaction::Inside) {
            return Ok(());
        }
        let mut sealing = Sealing { refuses: true, found: None };
        match database.run_group(&group_of(&steps), &mut sealing).await {
            Err(DatabaseError::Unsealed) => (),
            other => return Err(format!("instead of a refusal: {other:?}")),
        }
        is_empty(&mut *database).await?;
        same("the state", &database.state().await.map_err(told)?, &StateRecord::default())?;
        sealing.refuses = false;
        database.run_group(&group_of(&steps), &mut sealing).await.map_err(told)?;
        let seen = sealing.found.ok_or("nothing was looked at")?;
        unchanged("what was seen before the commit", &look(&mut *database).await?.schema, &seen.schema)?;
        let sealed = StateRecord { lockfile: Some("sealed".to_owned()), journal: None };
        same("the state", &database.state().await.map_err(told)?, &sealed)
    }

    async fn notices(&self, create: &str) -> Result<(), String> {
        let mut database = self.open(Access::Create).await?;
        let Some(revision) = look(&mut *database).await?.revision else { return Ok(()) };
        let at = |revision| Group { revision: Some(revision), ..group_of(&[]) };
        run(&mut *database, &at(revision)).await.map_err(|error| ["one that did not move: ", &told(error)].concat())?;
        let after = self.build(&mut *self.open(Access::Write).await?, create).await?;
        let (_, steps) = self.steps(&mut *database, "").await?;
        match run(&mut *database, &Group { steps: &steps, ..at(revision) }).await {
            Err(DatabaseError::Moved) => (),
            other => return Err(format!("instead of a refusal: {other:?}")),
        }
        unchanged("what is found", &look(&mut *database).await?.schema, &after)
    }

    async fn keeps_state(&self, create: &str) -> Result<(), String> {
        let mut database = self.open(Access::Create).await?;
        let after = self.build(&mut *database, create).await?;
        let unmodelled = look(&mut *database).await?.unmodelled;
        let text = |text: &str| Some(text.to_owned());
        let record = |lockfile: &str, journal: Option<&str>| StateRecord {
            lockfile: text(lockfile),
            journal: journal.map(str::to_owned),
        };
        let swap = |next: &str, there: Option<&str>| Some((next.to_owned(), there.map(str::to_owned)));
        let odd = "'one'\n\"two\"\\\u{1F600}";
        let writes = [
            (StateWrite { lockfile: swap(odd, None), journal: Some(text("j")) }, record(odd, Some("j"))),
            (StateWrite { lockfile: None, journal: Some(text(odd)) }, record(odd, Some(odd))),
            (StateWrite { lockfile: swap("next", Some(odd)), journal: None }, record("next", Some(odd))),
            (StateWrite { lockfile: None, journal: Some(None) }, record("next", None)),
        ];
        for (write, expected) in writes {
            run(&mut *database, &Group { write: Some(write), ..group_of(&[]) }).await.map_err(told)?;
            same("the state", &database.state().await.map_err(told)?, &expected)?;
            let elsewhere = self.open(Access::Read).await?.state().await.map_err(told)?;
            same("the state on another connection", &elsewhere, &expected)?;
        }
        for there in [None, Some(odd)] {
            let write = StateWrite { lockfile: swap("mine", there), journal: Some(text("mine")) };
            match run(&mut *database, &Group { write: Some(write), ..group_of(&[]) }).await {
                Err(DatabaseError::StateMoved) => (),
                other => return Err(format!("instead of a refusal: {other:?}")),
            }
            same("the state", &database.state().await.map_err(told)?, &record("next", None))?;
        }
        let found = look(&mut *database).await?;
        same("what is not understood", &found.unmodelled, &unmodelled)?;
        unchanged("what is found", &found.schema, &after)
    }

    async fn locks(&self) -> Result<(), String> {
        let mut one = self.open(Access::Create).await?;
        let mut other = self.open(Access::Write).await?;
        for command in ["first", "second"] {
            let taker = holder(command);
            let guard = one.lock(&taker, Duration::ZERO).await.map_err(told)?;
            is_taken(other.lock(&holder("other"), Duration::ZERO).await, &taker)?;
            is_taken(other.lock(&holder("other"), Duration::from_millis(100)).await, &taker)?;
            ensure(guard.is_held(), "it was lost to an attempt that failed")?;
            look(&mut *other).await?;
            drop(guard);
            std::mem::swap(&mut one, &mut other);
        }
        Ok(())
    }

    async fn only_reads(&self, create: &str) -> Result<(), String> {
        drop(self.open(Access::Create).await?);
        let mut database = self.open(Access::Read).await?;
        ensure(database.server().await.map_err(told)?.read_only, "its server does not say that writing is refused")?;
        let (_, steps) = self.steps(&mut *database, create).await?;
        ensure(run(&mut *database, &group_of(&steps)).await.is_err(), "it runs steps")?;
        is_empty(&mut *database).await
    }

    async fn copies(&self, create: &str, evolve: &str) -> Result<(), String> {
        let mut database = self.open(Access::Create).await?;
        let after = self.build(&mut *database, create).await?;
        // A server copies no database while others are connected to it.
        drop(database);
        let mut copy = self.provider.scratch(&self.url, None).await.map_err(told)?;
        unchanged("the copy", &look(&mut *copy).await?.schema, &after)?;
        let changed = self.build(&mut *copy, evolve).await?;
        unchanged("the changed copy", &look(&mut *copy).await?.schema, &changed)?;
        unchanged("the original", &look(&mut *self.open(Access::Read).await?).await?.schema, &after)
    }
}

async fn look(database: &mut dyn Database) -> Result<Inspection, String> {
    database.inspect().await.map_err(told)
}

/// Nobody watches.
struct Unwatched;

impl Observer for Unwatched {
    fn observe(&mut self, _: Progress) {}
}

/// Somebody looks before the commit.
struct Sealing {
    refuses: bool,
    found: Option<Inspection>,
}

impl Observer for Sealing {
    fn observe(&mut self, _: Progress) {}

    fn seals(&self) -> bool {
        true
    }

    fn seal(&mut self, found: Inspection) -> Result<StateWrite, DatabaseError> {
        if self.refuses {
            return Err(DatabaseError::Unsealed);
        }
        self.found = Some(found);
        Ok(StateWrite { lockfile: Some(("sealed".to_owned(), None)), journal: None })
    }
}

/// There is nothing; an empty namespace is nothing, and the database itself is always there.
async fn is_empty(database: &mut dyn Database) -> Result<(), String> {
    let found = look(database).await?.schema;
    let addresses: Vec<Address> = found.objects().into_iter().map(|(address, _)| address).collect();
    let is_always_there = |it: &Address| matches!(it, Address::Namespace(_) | Address::Object(ObjectKind::Database, _));
    let addresses: Vec<&Address> = addresses.iter().filter(|it| !is_always_there(it)).collect();
    same("what is found", &addresses, &Vec::new())
}

fn group_of(steps: &[Step]) -> Group<'_> {
    Group { steps, revision: None, lock_timeout: Duration::from_secs(1), write: None }
}

async fn run(database: &mut dyn Database, group: &Group<'_>) -> Result<(), DatabaseError> {
    database.run_group(group, &mut Unwatched).await
}

/// The engine orders steps, and nothing here may know the engine: whatever waits for nothing goes next.
fn ordered(mut steps: Vec<Step>) -> Result<Vec<Step>, String> {
    let provided: Vec<Address> = steps.iter().flat_map(|step| step.provides.clone()).collect();
    let mut sorted = Vec::with_capacity(steps.len());
    while !steps.is_empty() {
        let waits =
            |at: &usize| steps.iter().enumerate().any(|(other, it)| other != *at && leads(it, &steps[*at], &provided));
        let next = (0..steps.len()).find(|at| !waits(at)).ok_or_else(|| {
            let stuck: Vec<&str> = steps.iter().map(|step| step.summary.as_str()).collect();
            ["these steps wait for each other: ", &stuck.join("; ")].concat()
        })?;
        sorted.push(steps.remove(next));
    }
    Ok(sorted)
}

/// Whether the order of two steps matters and `first` is the first. What some step provides is needed as it is then.
fn leads(first: &Step, second: &Step, provided: &[Address]) -> bool {
    let meet = |a: &[Address], b: &[Address]| a.iter().any(|address| b.contains(address));
    let still_there = |it: &Address| !provided.contains(it) && second.removes.contains(it);
    meet(&first.provides, &second.requires)
        || first.requires.iter().any(still_there)
        || meet(&first.releases, &second.removes)
        || meet(&first.removes, &second.provides)
        || first.names.frees.iter().any(|name| second.names.takes.contains(name))
}
