//! Connection URLs as libpq reads them: `postgresql://user:password@host:port/database?parameter=value`.

use std::collections::BTreeMap;

use trueup_contract::{
    DatabaseError, Redacted,
    url::{decoded, host_and_port, unknown_parameter},
};

pub(super) use trueup_contract::url::wrong;

/// Parameters that say something only to libpq or to other drivers, and nothing about what is connected to.
const WITHOUT_EFFECT: &[&str] = &[
    "client_encoding",
    "connection_limit",
    "fallback_application_name",
    "gssencmode",
    "gssdelegation",
    "gsslib",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "krbsrvname",
    "load_balance_hosts",
    "max_protocol_version",
    "min_protocol_version",
    "pgbouncer",
    "pool_timeout",
    "requirepeer",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "sslcompression",
    "sslnegotiation",
    "sslsni",
    "target_session_attrs",
    "tcp_user_timeout",
];

/// Parameters that are honoured.
const HONOURED: &[&str] = &[
    "application_name",
    "channel_binding",
    "connect_timeout",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "passfile",
    "password",
    "port",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "user",
];

/// What a URL says, by libpq's names; what is empty or missing is left to the environment.
pub(super) type Parameters = BTreeMap<&'static str, String>;

/// Read a URL. No error repeats any part of it but the name of a parameter.
pub(super) fn parse(url: &Redacted) -> Result<Parameters, DatabaseError> {
    let (_, rest) = url.expose().split_once("://").ok_or_else(|| wrong("it must begin with `postgresql://`"))?;
    let (body, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = body.split_once('/').unwrap_or((body, ""));
    let (user, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    let (host, port) = host_and_port(place)?;
    let mut parameters = Parameters::new();
    let parts = [("user", user), ("password", password), ("host", host), ("port", port), ("dbname", database)];
    for (name, text) in parts {
        put(&mut parameters, name, &decoded(text)?);
    }
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').ok_or_else(|| wrong("a parameter has no `=`"))?;
        let name = decoded(name)?;
        if WITHOUT_EFFECT.contains(&name.as_str()) {
            continue;
        }
        let Some(known) = HONOURED.iter().find(|known| **known == name) else {
            return Err(unknown_parameter(&name, query));
        };
        put(&mut parameters, known, &decoded(value)?);
    }
    if ["host", "hostaddr", "port"].iter().any(|name| parameters.get(name).is_some_and(|it| it.contains(','))) {
        return Err(wrong("it names several hosts; name the one that can be written to"));
    }
    Ok(parameters)
}

/// Empty means unsaid, as it does to libpq.
fn put(parameters: &mut Parameters, name: &'static str, value: &str) {
    if !value.is_empty() {
        parameters.insert(name, value.to_owned());
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

    use super::*;

    fn read(url: &str) -> String {
        match parse(&Redacted::new(url)) {
            Ok(parameters) => {
                let parts: Vec<String> =
                    parameters.iter().map(|(name, value)| [name, "=", value.as_str()].concat()).collect();
                parts.join(" ")
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn urls_are_read_as_libpq_reads_them() {
        for (url, expected) in [
            ("postgresql://", ""),
            ("postgres:///shop", "dbname=shop"),
            ("postgresql://localhost:5433", "host=localhost port=5433"),
            (
                "postgresql://anna:s%3Acret%40%2F@db.example/sh%20op",
                "dbname=sh op host=db.example password=s:cret@/ user=anna",
            ),
            ("postgresql://anna:p@ss@db/shop", "dbname=shop host=db password=p@ss user=anna"),
            ("postgresql://[::1]:5432/a", "dbname=a host=::1 port=5432"),
            ("postgresql://[2001:db8::1]/a", "dbname=a host=2001:db8::1"),
            ("postgresql://%2Fvar%2Frun/a", "dbname=a host=/var/run"),
            ("postgresql:///a?host=/var/run&port=1", "dbname=a host=/var/run port=1"),
            ("postgresql://a/b?user=c&password=d%26&dbname=e", "dbname=e host=a password=d& user=c"),
            ("postgresql://a/b?options=-c%20geqo%3Doff&keepalives=1", "dbname=b host=a options=-c geqo=off"),
        ] {
            assert_eq!(read(url), expected, "{url}");
        }
    }

    #[test]
    fn a_wrong_url_is_refused_without_repeating_it() {
        for url in [
            "postgresql:canary",
            "postgresql://canary:canary:canary@a:b:c/d",
            "postgresql://u:canary?canary=canary@host/db",
            "postgresql://u:%canary@host/db",
            "postgresql://a/b?canary",
            "postgresql://a/b?CANARYcanary=1",
            "postgresql://[canary/b",
            "postgresql://u:%00canary@host/db",
        ] {
            let said = parse(&Redacted::new(url)).unwrap_err().to_string();
            assert!(!said.contains("canary"), "{url}: {said}");
        }
        assert!(read("postgresql://a/b?sslmod=require").contains("`sslmod`"));
        assert!(read("postgresql://a,b/c").contains("several hosts"));
        assert!(read("postgresql://a:1,b:2/c").contains("several hosts"));
    }
}
