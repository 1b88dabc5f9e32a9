//! Connection URLs: `mysql://user:password@host:port/database?parameter=value`.

use std::collections::BTreeMap;

use trueup_contract::{
    DatabaseError, Redacted,
    url::{decoded, host_and_port, unknown_parameter},
};

pub(super) use trueup_contract::url::wrong;

/// Parameters of other drivers that say nothing about what is connected to, without hyphens, underscores and capitals.
const WITHOUT_EFFECT: &[&str] = &[
    "allowpublickeyretrieval",
    "autoreconnect",
    "charset",
    "characterencoding",
    "collation",
    "connectionlimit",
    "loc",
    "maxallowedpacket",
    "multistatements",
    "parsetime",
    "pooltimeout",
    "servertimezone",
    "sockettimeout",
    "statementcachecapacity",
    "timezone",
    "useunicode",
];

/// Parameters that are honoured, with what else drivers call them.
const HONOURED: &[(&str, &[&str])] = &[
    ("connect-timeout", &["connecttimeout"]),
    ("password", &["password"]),
    ("socket", &["socket", "unixsocket"]),
    ("ssl-ca", &["sslca", "sslrootcert"]),
    ("ssl-cert", &["sslcert"]),
    ("ssl-key", &["sslkey"]),
    ("ssl-mode", &["sslmode"]),
    ("user", &["user"]),
];

/// What a URL says; what is empty is not said.
pub(super) type Parameters = BTreeMap<&'static str, String>;

/// Read a URL. No error repeats any part of it but the name of a parameter.
pub(super) fn parse(url: &Redacted) -> Result<Parameters, DatabaseError> {
    let (_, rest) = url.expose().split_once("://").ok_or_else(|| wrong("it must begin with `mysql://`"))?;
    let (body, query) = rest.split_once('?').unwrap_or((rest, ""));
    // The last `@` ends the password, which may hold any other character but a `?`.
    let (user, place) = body.rsplit_once('@').unwrap_or(("", body));
    let (place, database) = place.split_once('/').unwrap_or((place, ""));
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    let (host, port) = host_and_port(place)?;
    let mut parameters = Parameters::new();
    let parts = [("user", user), ("password", password), ("host", host), ("port", port), ("database", database)];
    for (name, text) in parts {
        put(&mut parameters, name, &decoded(text)?);
    }
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').ok_or_else(|| wrong("a parameter has no `=`"))?;
        let name = decoded(name)?;
        let plain: String = name.chars().filter(|c| !matches!(c, '-' | '_')).collect();
        let plain = plain.to_ascii_lowercase();
        if WITHOUT_EFFECT.contains(&plain.as_str()) {
            continue;
        }
        let known = HONOURED.iter().find(|(_, names)| names.contains(&plain.as_str()));
        let Some((known, _)) = known else { return Err(unknown_parameter(&name, query)) };
        put(&mut parameters, known, &decoded(value)?);
    }
    if parameters.get("host").is_some_and(|it| it.contains(',')) {
        return Err(wrong("it names several hosts; name the one that can be written to"));
    }
    Ok(parameters)
}

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
    fn the_parts_of_a_url_are_found() {
        for (url, expected) in [
            ("mysql://", ""),
            ("mariadb:///shop", "database=shop"),
            ("mysql://localhost:3307", "host=localhost port=3307"),
            (
                "mysql://anna:s%3Acret%40%2F%23@db.example/sh%20op",
                "database=sh op host=db.example password=s:cret@/# user=anna",
            ),
            ("mysql://anna:p@s#s@db/shop", "database=shop host=db password=p@s#s user=anna"),
            ("mysql://anna:p/s%3Fs@db/shop?ssl-mode=x", "database=shop host=db password=p/s?s ssl-mode=x user=anna"),
            ("mysql://[::1]:3306/a", "database=a host=::1 port=3306"),
            ("mysql:///a?socket=/run/mysqld.sock", "database=a socket=/run/mysqld.sock"),
            (
                "mysql://a/b?user=c&password=d%26&sslMode=REQUIRED",
                "database=b host=a password=d& ssl-mode=REQUIRED user=c",
            ),
            ("mysql://a/b?charset=utf8mb4&connection_limit=5", "database=b host=a"),
        ] {
            assert_eq!(read(url), expected, "{url}");
        }
    }

    #[test]
    fn a_wrong_url_is_refused_without_repeating_it() {
        for url in [
            "mysql:canary",
            "mysql://canary:canary:canary@a:b:c/d",
            "mysql://u:canary?canary=canary@host/db",
            "mysql://u:%canary@host/db",
            "mysql://a/b?canary",
            "mysql://a/b?CANARYcanary=1",
            "mysql://[canary/b",
            "mysql://u:%00canary@host/db",
        ] {
            let said = parse(&Redacted::new(url)).unwrap_err().to_string();
            assert!(!said.contains("canary"), "{url}: {said}");
        }
        assert!(read("mysql://a/b?ssl-mod=required").contains("`ssl-mod`"));
        assert!(read("mysql://a,b/c").contains("several hosts"));
    }
}
