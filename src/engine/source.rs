//! Finding out what a SOURCE is, and loading it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use trueup_contract::{
    Access, Coverage, Depends, Desired, Inspection, Loaded, Origin, Place, Provider, RealizeError, Realized, Redacted,
    Script, Server, Source, SourceError, SourceFile, is_perhaps_url, origin,
};
use trueup_sources::{FileForm, SqlAlchemy, SqlFiles, Surroundings, TomlFiles, prisma::PrismaFiles};
use trueup_state::{Address, ObjectKind};

use super::EngineError;
use crate::registry;

/// A desired schema's origin.
pub enum DesiredSource {
    /// What is there: nothing is declared anew, and nothing changes.
    Observed,
    /// Files, or what a program tells.
    Declared(Box<dyn Source>),
    /// Another database.
    Database {
        /// Its provider.
        provider: &'static dyn Provider,
        /// Where it is.
        url: Redacted,
    },
}

/// What a SOURCE means: a URL of a known provider, models that an interpreter runs in these surroundings, or a path
/// relative to `base`.
///
/// # Errors
/// When it is of a form that is not known.
pub fn locate(source: &str, base: &Path, surroundings: &Surroundings) -> Result<DesiredSource, EngineError> {
    if let Some(target) = source.strip_prefix(SqlAlchemy::SCHEME).and_then(|rest| rest.strip_prefix(':')) {
        return Ok(DesiredSource::Declared(Box::new(SqlAlchemy::new(target, surroundings.clone()))));
    }
    let url = Redacted::new(source);
    if let Some(provider) = url.scheme().and_then(|scheme| registry::provider(&scheme)) {
        let url = registry::relative_to(&url, base);
        return Ok(DesiredSource::Database { provider, url });
    }
    let path = base.join(source);
    if (url.scheme().is_some() || is_perhaps_url(source)) && !path.exists() {
        let known = registry::schemes().join(", ");
        let forms = "sources are .sql, .toml and .prisma files, folders, patterns, `sqlalchemy:package.module:Base`, and URLs that begin with ";
        let reason = ["there is no such file; ", forms, &known].concat();
        return Err(SourceError::Unknown { what: url.to_string(), reason }.into());
    }
    let source: Box<dyn Source> = match FileForm::of(&path, source)? {
        FileForm::Sql => Box::new(SqlFiles::new(path, source)),
        FileForm::Toml => Box::new(TomlFiles::new(path, source)),
        FileForm::Prisma => Box::new(PrismaFiles::new(path, source)),
    };
    Ok(DesiredSource::Declared(source))
}

/// Load a source, for a provider.
///
/// # Errors
/// When it cannot be read.
pub async fn load(source: &DesiredSource, provider: &dyn Provider) -> Result<Loaded, EngineError> {
    load_for(source, provider, None).await
}

/// The same for a server that is known.
pub(super) async fn load_for(
    source: &DesiredSource,
    provider: &dyn Provider,
    server: Option<&Server>,
) -> Result<Loaded, EngineError> {
    match source {
        DesiredSource::Observed => {
            Ok(Loaded::whole(Desired::Schema { schema: trueup_state::Schema::default(), depends: Depends::new() }))
        }
        DesiredSource::Declared(source) => Ok(source.load_for(provider.dialect().name(), server)?),
        DesiredSource::Database { provider: theirs, url } => {
            refuse_other_product(*theirs, url, provider)?;
            let mut database = theirs.connect(url, Access::Read).await?;
            let product = database.server().await?.product;
            let Inspection { schema, depends, .. } = database.inspect().await?;
            if server.is_none_or(|it| it.product == product) {
                return Ok(Loaded::whole(Desired::Schema { schema, depends }));
            }
            // Another product keeps the same in words of its own: what is there is read as the script that makes it.
            let text = theirs.dialect().render(&schema).into();
            let file = SourceFile { path: Arc::new(PathBuf::from(url.to_string())), text };
            Ok(Loaded::whole(Desired::Script(Script { files: vec![file] })))
        }
    }
}

/// What a database of another kind has means nothing here.
///
/// # Errors
/// When the two are of different kinds.
pub fn refuse_other_product(theirs: &dyn Provider, url: &Redacted, ours: &dyn Provider) -> Result<(), EngineError> {
    let (theirs, ours) = (theirs.dialect().name(), ours.dialect().name());
    if theirs == ours {
        return Ok(());
    }
    let what =
        ["`", &url.to_string(), "` is a ", theirs, " database and cannot be what a ", ours, " database shall be"];
    let hint = "give a database of the same kind, or declare the schema in files".to_owned();
    Err(EngineError::Refused { what: what.concat(), hint })
}

/// Realise what was loaded. Places are those of the files that people wrote.
///
/// # Errors
/// When what is declared is wrong, or the database that realises it fails.
pub async fn realize(provider: &dyn Provider, loaded: Loaded, known: &Inspection) -> Result<Realized, EngineError> {
    let Loaded { desired, coverage, origins, findings } = loaded;
    let with_types = with_types(known, &coverage);
    let known = with_types.as_ref().unwrap_or(known);
    let mut realized = provider.realize().realize(desired, known).await.map_err(|error| placed(error, &origins))?;
    if !origins.is_empty() {
        let places = realized.places.values_mut();
        let directives = realized.directives.iter_mut().map(|it| &mut it.place);
        let skipped = realized.skipped.iter_mut().map(|it| &mut it.place);
        places.chain(directives).chain(skipped).for_each(|place| *place = written(place, &origins));
    }
    realized.skipped.extend(findings);
    Ok(realized)
}

/// The target with the types that a format cannot declare where those of extensions are: they are there, stay, and are not
/// the source's to declare. `None` where there are none.
fn with_types(known: &Inspection, coverage: &Coverage) -> Option<Inspection> {
    const TYPES: [ObjectKind; 4] =
        [ObjectKind::CompositeType, ObjectKind::RangeType, ObjectKind::BaseType, ObjectKind::Domain];
    let is_theirs = |address: &Address| {
        matches!(address, Address::Object(kind, _) if TYPES.contains(kind)) && coverage.of(address).is_none()
    };
    let addresses: Vec<&Address> = known.schema.others.keys().filter(|it| is_theirs(it)).collect();
    if addresses.is_empty() {
        return None;
    }
    let mut whole = known.clone();
    for address in addresses {
        if let Address::Object(_, name) = address {
            whole.cluster.types.entry(name.name.clone()).or_insert_with(|| name.namespace.clone());
        }
    }
    Some(whole)
}

/// Where a person wrote what was generated at a place.
fn written(place: &Place, origins: &[Origin]) -> Place {
    origin(origins, place.line).map_or_else(|| place.clone(), |origin| origin.place.clone())
}

fn placed(error: RealizeError, origins: &[Origin]) -> RealizeError {
    match error {
        RealizeError::At { place, length, offset, message, hint, is_refusal } => match origin(origins, place.line) {
            Some(origin) => {
                let Origin { line: _, place, offset, length } = origin.clone();
                RealizeError::At { place, length, offset, message, hint, is_refusal }
            }
            None => RealizeError::At { place, length, offset, message, hint, is_refusal },
        },
        other => other,
    }
}
