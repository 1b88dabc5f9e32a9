//! What libpq takes from the environment where a URL is silent.

use super::url::Parameters;

/// Variables and the parameters they stand for (postgresql.org/docs/current/libpq-envars.html).
const VARIABLES: &[(&str, &str)] = &[
    ("PGAPPNAME", "application_name"),
    ("PGCHANNELBINDING", "channel_binding"),
    ("PGCONNECT_TIMEOUT", "connect_timeout"),
    ("PGDATABASE", "dbname"),
    ("PGHOST", "host"),
    ("PGHOSTADDR", "hostaddr"),
    ("PGOPTIONS", "options"),
    ("PGPASSFILE", "passfile"),
    ("PGPASSWORD", "password"),
    ("PGPORT", "port"),
    ("PGSSLCERT", "sslcert"),
    ("PGSSLKEY", "sslkey"),
    ("PGSSLMODE", "sslmode"),
    ("PGSSLROOTCERT", "sslrootcert"),
    ("PGUSER", "user"),
];

/// The environment, as far as it is looked at.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The environment of this process.
pub(crate) fn of_process(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Fill in what the URL does not say. A host of the URL's own is not led elsewhere by a `PGHOSTADDR`.
pub(super) fn complete(parameters: &mut Parameters, environment: Environment<'_>) {
    let names_host = parameters.contains_key("host") || parameters.contains_key("hostaddr");
    for (variable, parameter) in VARIABLES {
        if (names_host && *parameter == "hostaddr") || parameters.contains_key(parameter) {
            continue;
        }
        if let Some(value) = environment(variable).filter(|value| !value.is_empty()) {
            parameters.insert(parameter, value);
        }
    }
}
