//! From options and configuration to a workspace, settings and a desired schema.

mod authority;
mod environments;
mod policy;
mod source;
mod surroundings;
mod variables;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use trueup_contract::{Access, Redacted};
use trueup_sources::Surroundings;
use trueup_state::Address;

pub(super) use self::{
    source::Direction,
    surroundings::surroundings,
    variables::{DATABASE_URL, Variables},
};
use super::{
    failure::Failure,
    options::{ConnectionOptions, PlanOptions, ScopeOptions},
};
use crate::{
    backend::{FileBackend, Store},
    check::{Levels, Override, is_known_allowance},
    config::{Config, Environment, duration},
    engine::{DesiredSource, Pattern, Scope, Settings, Sight, Workspace, locate},
    registry,
};

/// The configuration and what of it is meant.
pub(super) struct Session {
    pub(super) config: Option<Config>,
    pub(super) environment: Option<String>,
    options: ConnectionOptions,
    variables: Variables,
}

impl Session {
    /// Read the configuration, if there is one, and choose the environment.
    pub(super) fn open(options: &ConnectionOptions) -> Result<Session, Failure> {
        let default = Path::new("trueup.toml");
        let config = match &options.config {
            Some(path) => Some(Config::load(path)?),
            None if default.is_file() => Some(Config::load(default)?),
            None => None,
        };
        let environment = environments::chosen(config.as_ref(), options)?;
        let folder = config.as_ref().map_or(Path::new(""), |config| config.folder.as_path());
        let variables = Variables::beside(folder)?;
        Ok(Session { config, environment, options: options.clone(), variables })
    }

    /// The options it was opened with.
    pub(super) fn options(&self) -> &ConnectionOptions {
        &self.options
    }

    /// The environment's part of the configuration.
    pub(super) fn environment(&self) -> Result<Option<&Environment>, Failure> {
        match (&self.config, &self.environment) {
            (Some(config), Some(name)) => Ok(Some(config.environment(name)?)),
            _ => Ok(None),
        }
    }

    /// The folder of the configuration, or this one.
    pub(super) fn folder(&self) -> &Path {
        self.config.as_ref().map_or(Path::new(""), |config| config.folder.as_path())
    }

    /// The provider for the URL.
    pub(super) fn provider(&self, url: &Redacted) -> Result<&'static dyn trueup_contract::Provider, Failure> {
        let known = registry::schemes().join(", ");
        let Some(scheme) = url.scheme() else {
            return Err(Failure::with_hint(
                "the database URL has no scheme",
                ["write one of ", &known, " in front"].concat(),
            ));
        };
        registry::provider(&scheme).ok_or_else(|| {
            let message = ["there is no provider for `", &scheme, ":` in this build"].concat();
            Failure::with_hint(message, ["there are ", &known].concat())
        })
    }

    /// The provider whose dialect files are in, where no database is opened: by name, or by the URL.
    pub(super) fn offline_provider(
        &self,
        dialect: Option<&str>,
    ) -> Result<&'static dyn trueup_contract::Provider, Failure> {
        match (dialect, self.url()) {
            (Some(name), _) => dialect_named(name),
            (None, Ok(url)) => self.provider(&url),
            (None, Err(failure)) if self.environment.is_some() => Err(failure),
            (None, Err(_)) => self.shared_provider().ok_or_else(which_dialect),
        }
    }

    /// The provider of all configured environments, if it is one and the same; a URL that is not known yet is passed over.
    fn shared_provider(&self) -> Option<&'static dyn trueup_contract::Provider> {
        let urls = self.config.iter().flat_map(|config| config.env.values()).filter_map(|it| it.url.as_deref());
        let known = urls.filter_map(|url| registry::provider(&self.variables.url(url).ok()?.scheme()?));
        let mut known = known.collect::<Vec<_>>().into_iter();
        let first = known.next()?;
        known.all(|it| it.dialect().name() == first.dialect().name()).then_some(first)
    }

    /// Where the state is kept: the option, else the configuration, else a file beside the configuration, else, without
    /// one, the database itself.
    pub(super) fn store(&self) -> Result<Store, Failure> {
        let configured = self.environment()?.and_then(|it| it.state.clone());
        let is_url = |text: &str| {
            let scheme = Redacted::new(text).scheme();
            text.contains("://") || scheme.is_some_and(|it| registry::provider(&it).is_some())
        };
        let file = |path: PathBuf| Store::Own(Box::new(FileBackend::new(path)));
        Ok(match (self.options.state.as_deref().or(configured.as_deref()), &self.config, &self.environment) {
            (Some("none"), _, _) => Store::None,
            (Some("database"), _, _) => Store::Database,
            (Some(text), _, _) if is_url(text) => {
                let hint = "give a path, `database` or `none`";
                return Err(Failure::with_hint("this build keeps no lockfile behind a URL", hint));
            }
            (Some(path), _, _) if self.options.state.is_some() => file(PathBuf::from(path)),
            (_, Some(config), Some(environment)) => file(config.lockfile(environment)),
            (_, _, _) => Store::Database,
        })
    }

    /// Connect.
    pub(super) async fn workspace(&self, access: Access) -> Result<Workspace, Failure> {
        let url = self.url()?;
        let provider = self.provider(&url)?;
        Ok(Workspace::open(provider, url, access, self.store()?).await?)
    }

    /// Connect to plan: everything that can be wrong or refused shall be said before a database is created.
    pub(super) async fn workspace_to_plan(&self, access: Access) -> Result<Workspace, Failure> {
        let url = self.url()?;
        let provider = self.provider(&url)?;
        Ok(Workspace::open_to_plan(provider, url, access, self.store()?).await?)
    }

    /// How long to wait for other users of the database.
    pub(super) fn lock_timeout(&self) -> Result<Duration, Failure> {
        let configured = match self.environment()? {
            Some(environment) => environment.lock_timeout()?,
            None => None,
        };
        let given = self.options.lock_timeout.as_deref().map(duration).transpose()?;
        Ok(given.or(configured).unwrap_or(Duration::from_millis(500)))
    }

    /// How long to wait for another apply.
    pub(super) fn lock_wait(&self) -> Result<Duration, Failure> {
        Ok(duration(&self.options.lock_wait)?)
    }

    /// The namespaces that the environment looks at.
    pub(super) fn scope(&self) -> Result<Scope, Failure> {
        let names = |names: &[String]| names.iter().map(|it| it.as_str().into()).collect();
        Ok(self.environment()?.map_or_else(Scope::default, |it| Scope {
            include: names(&it.schemas.include),
            exclude: names(&it.schemas.exclude),
        }))
    }

    /// `[ignore] addresses`
    pub(super) fn ignored(&self) -> Result<Vec<Pattern>, Failure> {
        let texts = self.config.iter().flat_map(|config| &config.ignore.addresses);
        texts.map(|it| Pattern::parse(it).map_err(|error| Failure::plain(error.to_string()))).collect()
    }

    /// What a command that plans nothing looks at, with the options of one that does.
    pub(super) fn sight(&self, options: &PlanOptions) -> Result<Sight, Failure> {
        let PlanOptions { schema, exclude, .. } = options.clone();
        ScopeOptions { schema, exclude }.sight(self.scope()?)
    }

    /// Everything that shapes a plan.
    pub(super) fn settings(&self, options: &PlanOptions) -> Result<Settings, Failure> {
        let configured = self.environment()?.and_then(|it| it.scratch.as_deref());
        let scratch = options.scratch.as_deref().or(configured).map(|it| self.variables.url(it)).transpose()?;
        Ok(Settings { scratch, ..self.offline_settings(options)? })
    }

    /// The same where no database is opened.
    pub(super) fn offline_settings(&self, options: &PlanOptions) -> Result<Settings, Failure> {
        if let Some(unknown) = options.allow.iter().find(|it| !is_known_allowance(it)) {
            let hint = "write `destructive`, a code such as `D002`, or `D002:column:users.email`";
            return Err(Failure::with_hint(["`--allow ", unknown, "` means nothing"].concat(), hint));
        }
        let address = |text: &String| text.parse::<Address>().map_err(|error| Failure::plain(error.to_string()));
        let pattern = |text: &String| Pattern::parse(text).map_err(|error| Failure::plain(error.to_string()));
        let mut settings = Settings {
            environment: self.environment.clone(),
            scope: Scope {
                include: options.schema.iter().map(|it| it.as_str().into()).collect(),
                exclude: BTreeSet::new(),
            },
            unmanaged: options.unmanaged.into(),
            allow: options.allow.clone(),
            targets: options.target.iter().map(address).collect::<Result<_, _>>()?,
            exclude: options.exclude.iter().map(pattern).collect::<Result<_, _>>()?,
            data_checks: !options.no_data_checks,
            asks_database: !options.no_oracle,
            blocking: options.blocking,
            owners: options.owners || self.config.as_ref().is_some_and(|it| it.schema.owners),
            ..Settings::default()
        };
        if let Some(config) = &self.config {
            settings.ignore = self.ignored()?;
            settings.moved = config.moved.iter().map(|it| (it.from.clone(), it.to.clone())).collect();
            settings.protect = config.protect.iter().map(|it| it.address.clone()).collect();
            settings.levels = levels(config);
        }
        if let Some(environment) = self.environment()? {
            settings.scope.include.extend(environment.schemas.include.iter().map(|it| it.as_str().into()));
            settings.scope.exclude.extend(environment.schemas.exclude.iter().map(|it| it.as_str().into()));
            settings.minimum_version.clone_from(&environment.min_sqlite);
            settings.policy = self.policy()?;
        }
        Ok(settings)
    }
}

/// What a SOURCE means.
pub(super) fn source(
    text: &str,
    base: &Path,
    (variables, surroundings): (&Variables, &Surroundings),
) -> Result<DesiredSource, Failure> {
    match locate(&variables.resolved(text)?, base, surroundings)? {
        DesiredSource::Database { provider, url } => {
            Ok(DesiredSource::Database { provider, url: variables.completed(url) })
        }
        other => Ok(other),
    }
}

/// The provider of a dialect that was named.
pub(super) fn dialect_named(name: &str) -> Result<&'static dyn trueup_contract::Provider, Failure> {
    registry::dialect(name).ok_or_else(|| {
        let message = ["there is no dialect `", name, "` in this build"].concat();
        Failure::with_hint(message, ["there are ", &registry::dialects().join(", ")].concat())
    })
}

/// The failure where nothing says in which dialect files are.
fn which_dialect() -> Failure {
    let hint = ["give `--dialect` with one of ", &registry::dialects().join(", "), ", or a database URL"].concat();
    Failure::with_hint("it is not said which database the files are for", hint)
}

/// The configured levels that are not out of date.
fn levels(config: &Config) -> Levels {
    let today = now().chars().take(10).collect::<String>();
    let current = config.hazards.iter().filter(|(_, it)| it.until.as_ref().is_none_or(|until| *until >= today));
    Levels(
        current
            .map(|(code, it)| Override { code: code.clone(), address: it.address.clone(), level: it.level })
            .collect(),
    )
}

/// The time, in RFC 3339, UTC, to the second.
pub(super) fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}

/// A new lineage.
pub(super) fn lineage() -> String {
    uuid::Uuid::new_v4().to_string()
}
