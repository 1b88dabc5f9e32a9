//! What a connection is good for, as a report: looked at before anything is planned or applied, and nothing is written.

mod advice;
mod problem;
mod render;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::Serialize;
use trueup_contract::{
    Access, BackendError, DatabaseError, Inspection, Need, On, Preflight, Privilege, Provider, Redacted, Server, Tls,
    Unmodelled,
};
use trueup_state::{Address, Ident, Lockfile};

use crate::{
    backend::Store,
    engine::{EngineError, Scope, Sight, Workspace},
};
pub use advice::{Advice, ExtensionFound, extensions};
pub use problem::Problem;

/// What the connection is to be good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Looking at everything: `plan`, `drift`, `pull`, `inspect`.
    Plan,
    /// Changing it too.
    Apply,
}

/// Whether it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Status {
    /// It is.
    Pass,
    /// It is not; the problems say why.
    Fail,
}

/// What is asked.
pub struct Asked<'a> {
    /// The database.
    pub url: &'a Redacted,
    /// Its provider.
    pub provider: &'static dyn Provider,
    /// The environment's name.
    pub environment: Option<&'a str>,
    /// What the connection is to be good for.
    pub purpose: Purpose,
    /// The namespaces that are looked at.
    pub scope: &'a Scope,
    /// The time, RFC 3339, UTC.
    pub now: String,
}

/// What was found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// When.
    pub timestamp_utc: String,
    /// Of the URL: `postgres`.
    pub scheme: String,
    /// Of the URL, where it names one.
    pub host: Option<String>,
    /// Of the URL, where it names one.
    pub port: Option<u16>,
    /// The database's name, or the file's path.
    pub database: Option<String>,
    /// Of the URL, where it names one.
    pub username: Option<String>,
    /// The URL without its secrets.
    pub redacted_url: String,
    /// Whether the connection is good for its purpose.
    pub status: Status,
    /// `driver_full`: the driver connected as trueup itself does; `sqlite_full`: likewise, a file.
    pub check_type: &'static str,
    /// Everything else.
    pub details: Details,
}

/// Everything else that was found.
#[derive(Clone, Debug, Serialize)]
pub struct Details {
    /// The environment's name.
    pub environment: Option<String>,
    /// The dialect.
    pub dialect: &'static str,
    /// What the connection is to be good for.
    pub purpose: Purpose,
    /// What stands against it.
    pub problems: Vec<Problem>,
    /// What is worth knowing and stands against nothing.
    pub warnings: Vec<Problem>,
    /// What we are connected to, if we are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection: Option<Connection>,
}

/// What we are connected to.
#[derive(Clone, Debug, Serialize)]
pub struct Connection {
    /// The server, and facts of it.
    pub server: Server,
    /// How long one round trip takes, in milliseconds.
    pub latency_ms: f64,
    /// `TLSv1.3`, `off`, or `local` where there is no network.
    pub tls: String,
    /// As whom we are connected.
    pub role: Option<String>,
    /// Why nothing can be written, if so.
    pub read_only: Option<String>,
    /// Whether plans can be made.
    pub can_plan: bool,
    /// Whether they can be applied.
    pub can_apply: bool,
    /// Where the state is kept, and what is recorded.
    pub state: String,
    /// How many objects there are.
    pub objects: usize,
    /// What is not understood.
    pub unmodelled: Vec<Unmodelled>,
    /// What the user may not do.
    pub missing_privileges: Vec<Missing>,
    /// The extensions.
    pub extensions: Vec<ExtensionFound>,
    /// What to look at, and what to leave out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<Advice>,
}

/// A privilege that the user does not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// In the database's words.
    pub privilege: String,
    /// On what.
    pub on: String,
    /// What it is for.
    pub serves: &'static str,
    /// Whether the purpose cannot be reached without it.
    pub required: bool,
    /// The statement that would give it.
    pub remedy: Option<String>,
}

/// Connect and look. Whatever goes wrong is in the report.
pub async fn check(asked: &Asked<'_>, store: Store) -> Report {
    let mut problems = Vec::new();
    let mut warnings = Vec::new();
    let keeps_in_database = matches!(store, Store::Database);
    let connection = match Workspace::open(asked.provider, asked.url.clone(), Access::Read, store).await {
        Ok(mut workspace) => match look(&mut workspace).await {
            Ok(looked) => Some(looked.told(asked, keeps_in_database, &mut problems, &mut warnings)),
            Err(error) => {
                problems.push(Problem::of(error));
                None
            }
        },
        Err(error) => {
            problems.push(Problem::of(error));
            None
        }
    };
    let dialect = asked.provider.dialect().name();
    let parts = Parts::of(asked.url);
    Report {
        timestamp_utc: asked.now.clone(),
        scheme: asked.url.scheme().unwrap_or_default(),
        host: parts.host,
        port: parts.port,
        database: parts.database,
        username: parts.username,
        redacted_url: asked.url.to_string(),
        status: if problems.is_empty() { Status::Pass } else { Status::Fail },
        check_type: if dialect == "sqlite" { "sqlite_full" } else { "driver_full" },
        details: Details {
            environment: asked.environment.map(str::to_owned),
            dialect,
            purpose: asked.purpose,
            problems,
            warnings,
            connection,
        },
    }
}

/// What was seen.
struct Looked {
    server: Server,
    preflight: Preflight,
    inspection: Inspection,
    recorded: Result<Option<Lockfile>, BackendError>,
    place: Option<String>,
}

async fn look(workspace: &mut Workspace) -> Result<Looked, EngineError> {
    let server = workspace.server.clone();
    let preflight = workspace.database.preflight().await?;
    let inspection = match workspace.database.inspect().await {
        // A plan would be refused for the same reason; what is missing is among the privileges.
        Err(DatabaseError::Denied(_)) if preflight.privileges.iter().any(|it| !it.held && it.need == Need::Plan) => {
            Inspection::default()
        }
        other => other?,
    };
    let (place, recorded) = match workspace.store.backend(workspace.database.as_mut()) {
        None => (None, Ok(None)),
        Some(mut backend) => (Some(backend.location()), backend.load().await),
    };
    Ok(Looked { server, preflight, inspection, recorded, place })
}

impl Looked {
    fn told(
        self,
        asked: &Asked<'_>,
        keeps_in_database: bool,
        problems: &mut Vec<Problem>,
        warnings: &mut Vec<Problem>,
    ) -> Connection {
        let Looked { server, preflight, inspection, recorded, place } = self;
        let Preflight { latency, tls, role, read_only, privileges } = preflight;
        let state = match (&recorded, place) {
            (_, None) => "none".to_owned(),
            (Ok(Some(lockfile)), Some(place)) => [&place, ", serial ", &lockfile.serial.to_string()].concat(),
            (Ok(None), Some(place)) => [&place, ", nothing recorded yet"].concat(),
            (Err(_), Some(place)) => [&place, ", which cannot be read"].concat(),
        };
        let lockfile = match recorded {
            Ok(lockfile) => lockfile,
            Err(error) => {
                problems.push(Problem::of(EngineError::from(error)));
                None
            }
        };
        let ours = Ours::of(asked.scope, lockfile.as_ref(), keeps_in_database);
        let judged = |need: Need| privileges.iter().any(|it| !it.held && ours.need(it) >= need);
        let (can_plan, can_apply) = (!judged(Need::Plan), !judged(Need::Apply) && read_only.is_none());
        let missing = missing(&privileges, &ours, asked.purpose);
        let lacks = missing.iter().filter(|it| it.required).map(Problem::of_missing);
        problems.extend(lacks);
        warnings.extend(missing.iter().filter(|it| !it.required).map(Problem::of_missing));
        if let Some(reason) = &read_only {
            let list = if asked.purpose == Purpose::Apply { &mut *problems } else { &mut *warnings };
            list.push(Problem::read_only(reason));
        }
        if tls == Tls::Off && !is_this_machine(&server.location) {
            warnings.push(Problem::not_encrypted());
        }
        let extensions = advice::extensions(&inspection);
        let sight = Sight { scope: asked.scope.clone(), exclude: Vec::new() };
        let advice = advice::advice(&inspection, &extensions, asked.scope);
        Connection {
            latency_ms: (latency.as_secs_f64() * 100_000.0).round() / 100.0,
            tls: match tls {
                Tls::Local => "local".to_owned(),
                Tls::Off => "off".to_owned(),
                Tls::On(version) => version,
            },
            role,
            read_only,
            can_plan,
            can_apply,
            state,
            objects: inspection.schema.objects().into_iter().filter(|(address, _)| sight.covers(address)).count(),
            unmodelled: inspection.unmodelled,
            missing_privileges: missing,
            extensions,
            advice,
            server,
        }
    }
}

/// Whether both ends of a connection are on this machine.
fn is_this_machine(location: &str) -> bool {
    ["127.0.0.1", "localhost", "[::1]", "/"].iter().any(|host| location.starts_with(host))
}

/// What is ours to change: what is recorded, and the namespaces that are looked at.
struct Ours<'a> {
    namespaces: BTreeSet<Ident>,
    lockfile: Option<&'a Lockfile>,
    /// The state tables are still to be made.
    makes_state: bool,
}

impl<'a> Ours<'a> {
    fn of(scope: &Scope, lockfile: Option<&'a Lockfile>, keeps_in_database: bool) -> Ours<'a> {
        let recorded = lockfile.iter().flat_map(|it| it.objects.keys()).filter_map(Address::namespace).cloned();
        let mut namespaces: BTreeSet<Ident> = recorded.chain(scope.include.iter().cloned()).collect();
        if namespaces.is_empty() {
            namespaces.insert(Ident::from("public"));
        }
        Ours { namespaces, lockfile, makes_state: keeps_in_database && lockfile.is_none() }
    }

    /// What cannot be done here without a privilege: a schema or a table that is not ours asks for none.
    fn need(&self, privilege: &Privilege) -> Need {
        match &privilege.on {
            On::Namespace(name) if !self.namespaces.contains(name) => Need::Some,
            On::Relation(name) if !self.owns(name) => Need::Some,
            On::Database(_) if self.makes_state && privilege.name == "CREATE" => privilege.need.max(Need::Apply),
            On::Database(_) | On::Namespace(_) | On::Relation(_) => privilege.need,
        }
    }

    fn owns(&self, name: &trueup_state::Qualified) -> bool {
        let is_it = |address: &Address| match address {
            Address::Object(_, it) | Address::Signed(_, it, _) => it == name,
            other => other.relation() == Some(name),
        };
        self.lockfile.is_some_and(|it| it.objects.keys().any(is_it))
    }
}

/// The privileges that are not held, those on many tables that one statement would give as one.
fn missing(privileges: &[Privilege], ours: &Ours<'_>, purpose: Purpose) -> Vec<Missing> {
    let enough = if purpose == Purpose::Apply { Need::Apply } else { Need::Plan };
    let mut all: Vec<Missing> = Vec::new();
    for it in privileges.iter().filter(|it| !it.held) {
        let required = ours.need(it) >= enough;
        let alike = |other: &&mut Missing| {
            other.required == required && other.privilege == it.name && it.remedy.is_some() && other.remedy == it.remedy
        };
        if let Some(other) = all.iter_mut().find(alike) {
            other.on = [&other.on, ", ", &it.on.to_string()].concat();
            continue;
        }
        let Privilege { name, on, need: _, serves, held: _, remedy } = it.clone();
        all.push(Missing { privilege: name, on: on.to_string(), serves, required, remedy });
    }
    all
}

/// The parts of a URL that are no secrets, taken from its redacted form.
#[derive(Default)]
struct Parts {
    host: Option<String>,
    port: Option<u16>,
    database: Option<String>,
    username: Option<String>,
}

impl Parts {
    fn of(url: &Redacted) -> Parts {
        let shown = url.to_string();
        let some = |text: &str| Some(text.to_owned()).filter(|it| !it.is_empty());
        let Some((_, rest)) = shown.split_once("://") else {
            let path = shown.split_once(':').map_or("", |(_, path)| path);
            return Parts { database: some(path).filter(|it| it != "***"), ..Parts::default() };
        };
        if shown.starts_with("sqlite:") {
            return Parts { database: some(rest), ..Parts::default() };
        }
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, place) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (host, port) = trueup_contract::url::host_and_port(place).unwrap_or((place, ""));
        Parts {
            host: some(host),
            port: port.parse().ok(),
            database: some(database),
            username: some(user.split(':').next().unwrap_or_default()),
        }
    }
}
