//! The one type that holds a connection string.

use std::{collections::BTreeMap, fmt, sync::Arc};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// A connection string that never shows its secrets: `Display` and `Debug` print the redacted form.
#[derive(Clone, PartialEq, Eq)]
pub struct Redacted {
    url: String,
    /// What completes it where it is silent and the environment is too.
    variables: Arc<BTreeMap<String, String>>,
}

impl Redacted {
    /// Hold a connection string.
    pub fn new(url: impl Into<String>) -> Redacted {
        Redacted { url: url.into(), variables: Arc::default() }
    }

    /// The same, completed by variables (`PGPASSWORD`, `MYSQL_PWD`, …) that a file of the project sets.
    pub fn with_variables(self, variables: &Arc<BTreeMap<String, String>>) -> Redacted {
        Redacted { variables: Arc::clone(variables), ..self }
    }

    /// What a file of the project sets a variable to; for a provider to ask after the environment.
    pub fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    /// The secret text, for the driver alone.
    pub fn expose(&self) -> &str {
        &self.url
    }

    /// The part before the first colon, in lower case, if it looks like a scheme.
    pub fn scheme(&self) -> Option<String> {
        let (scheme, _) = self.url.split_once(':')?;
        let fits = scheme.len() > 1 && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
        fits.then(|| scheme.to_ascii_lowercase())
    }

    /// Replace every trace of the secrets in a text that comes from elsewhere, such as a driver's error.
    pub fn scrub(&self, text: &str) -> String {
        let mut clean = text.replace(self.url.as_str(), &self.to_string());
        let secrets = self.secrets();
        for secret in &secrets {
            clean = clean.replace(secret, "***");
        }
        let coded = [&self.url].into_iter().chain(&secrets).flat_map(|secret| base64_within(secret));
        coded.fold(clean, |clean, coded| without_wrapped(&clean, &coded))
    }

    /// Whether there is anything in it that must not be shown.
    pub fn has_secrets(&self) -> bool {
        self.written_secrets().iter().any(|secret| !secret.is_empty())
    }

    /// The password and the values of the query, as they are written, as they are meant and as another program would
    /// write them into a URL; the longest first, so that no part of one is left. What is too short would be found in any text.
    fn secrets(&self) -> Vec<String> {
        let written = self.written_secrets();
        let meant = written.iter().map(|secret| percent_decode_str(secret).decode_utf8_lossy().into_owned());
        let mut secrets: Vec<String> = meant.chain(written.clone()).collect();
        let coded = secrets.iter().map(|secret| utf8_percent_encode(secret, RESERVED).to_string());
        secrets = coded.chain(secrets.clone()).collect();
        secrets.retain(|secret| secret.len() > 2);
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets
    }

    fn written_secrets(&self) -> Vec<String> {
        let (_, after_scheme) = self.url.split_once("://").unwrap_or(("", &self.url));
        let (body, query) = after_scheme.split_once('?').unwrap_or((after_scheme, ""));
        // A password may hold a `?`; then what seems to be the query is not one.
        let password = |part: &str| {
            let (user, _) = part.rsplit_once('@')?;
            user.split_once(':').map(|(_, password)| password.to_owned())
        };
        let is_secret = |name: &str| query.contains('@') || !HARMLESS.contains(&name);
        let values = query.split('&').filter_map(|pair| pair.split_once('='));
        let values = values.filter(|(name, _)| is_secret(name)).map(|(_, value)| value.to_owned());
        password(body).into_iter().chain(password(after_scheme)).chain(values).collect()
    }
}

/// What of a text can be seen in the base64 of any text that it is a part of, whatever stands before and behind it: three
/// bytes become four characters (RFC 4648, 4), so there are three ways in which it can begin, each in both alphabets.
fn base64_within(secret: &str) -> Vec<String> {
    let mut seen = Vec::new();
    for (before, hidden) in [(0, 0), (1, 2), (2, 3)] {
        let bytes = [&[0; 2][..before], secret.as_bytes()].concat();
        // Characters of which a bit belongs to a neighbour are anything.
        let whole = bytes.len() * 8 / 6;
        for alphabet in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let coded = alphabet.encode(&bytes);
            seen.extend(coded.get(hidden..whole).filter(|it| it.len() > 3).map(str::to_owned));
        }
    }
    seen.dedup();
    seen
}

/// A text without every trace of another, whose lines may be broken anywhere: base64 is wrapped.
fn without_wrapped(text: &str, secret: &str) -> String {
    let is_end = |c: &char| matches!(c, '\r' | '\n');
    let unbroken: String = text.chars().filter(|c| !is_end(c)).collect();
    let mut clean = String::with_capacity(text.len());
    let (mut rest, mut done) = (text, 0);
    for (at, _) in unbroken.match_indices(secret) {
        clean.push_str(taken(&mut rest, at - done));
        clean.push_str("***");
        taken(&mut rest, secret.len());
        done = at + secret.len();
    }
    clean + rest
}

/// So many bytes from the front of a text, not counting the ends of lines.
fn taken<'a>(rest: &mut &'a str, count: usize) -> &'a str {
    let visible = rest.bytes().enumerate().filter(|(_, byte)| !matches!(byte, b'\r' | b'\n'));
    let end = visible.map(|(at, _)| at + 1).take(count).last().unwrap_or(0);
    let (front, back) = rest.split_at(end);
    *rest = back;
    front
}

/// What does not stand for itself in a part of a URL (RFC 3986, 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Parameters whose values are no secrets and may stand in an error.
const HARMLESS: &[&str] = &[
    "application_name",
    "channel_binding",
    "connect_timeout",
    "dbname",
    "host",
    "hostaddr",
    "mode",
    "port",
    "socket",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "user",
];

/// Whether a text that may be the path of a file may be a URL with a password, too, though its scheme be forgotten:
/// `user:password@host/name`.
pub fn is_perhaps_url(text: &str) -> bool {
    text.contains("://") || text.split_once('@').is_some_and(|(user, _)| user.contains(':'))
}

/// A text with every URL in it redacted: what is said about a command line or a configuration may repeat one that was
/// written in the wrong place.
pub fn redact_urls(text: &str) -> String {
    let ends = |c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '`');
    let redacted = |part: &str| {
        let word = part.trim_end_matches(ends);
        let url = Redacted::new(word);
        let is_url = is_perhaps_url(word)
            || (url.scheme().is_some() && (word.contains('@') || (word.contains('?') && word.contains('='))));
        if is_url { [&url.to_string(), &part[word.len()..]].concat() } else { part.to_owned() }
    };
    let hidden: String = text.split_inclusive('\n').map(without_split_passwords).collect();
    hidden.split_inclusive(ends).map(redacted).collect()
}

/// A line without the passwords of URLs in which blanks or quotes stand as they are: they go on up to the last `@`.
fn without_split_passwords(line: &str) -> String {
    let mut parts = line.split("://");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let authority = part.rfind('@').map_or("", |at| &part[..at]);
        let is_split = |secret: &str| secret.contains(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '`'));
        let kept = match authority.split_once(':') {
            Some((user, secret)) if is_split(secret) && !is_split(user) => {
                [user, ":***", &part[authority.len()..]].concat()
            }
            _ => part.to_owned(),
        };
        out.extend(["://", kept.as_str()]);
    }
    out
}

impl fmt::Display for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(scheme) = self.scheme() else { return f.write_str("***") };
        let rest = &self.url[scheme.len() + 1..];
        let body = rest.split('?').next().unwrap_or_default();
        if rest.rfind('@').is_some_and(|at| at > body.len()) {
            // A password may hold a `?`, a parameter an `@`; nobody can tell which this is.
            return write!(f, "{scheme}:***");
        }
        match body.rsplit_once('@') {
            None => write!(f, "{scheme}:{body}"),
            // Without slashes nobody can tell whether that is a scheme or a user, and what follows a user or the password.
            Some((_, host)) if !body.starts_with("//") => write!(f, "{scheme}:***@{host}"),
            Some((user, host)) => {
                let user = user.trim_start_matches('/').split(':').next().unwrap_or_default();
                write!(f, "{scheme}://{user}:***@{host}")
            }
        }
    }
}

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_scrubbed_as_written_and_as_meant() {
        for url in [
            "postgresql://anna:s%3Acret%21@db/shop",
            "postgresql://anna@db/shop?password=s%3Acret%21",
            "postgresql://anna:s:cret!@db/shop",
            "postgresql://anna:s:cret!@db/shop?a=b@c",
        ] {
            let clean = Redacted::new(url).scrub(&["bad: ", url, " s:cret! s%3Acret%21"].concat());
            assert!(!clean.contains("cret"), "{url}: {clean}");
        }
        let question = Redacted::new("postgresql://anna:who?where=there@db/shop");
        assert_eq!(question.scrub("who?where=there"), "***");
    }

    #[test]
    fn a_password_is_scrubbed_in_base64_wherever_it_stands() {
        let url = Redacted::new("postgresql://anna:s%3Acret%21@db/shop");
        let wrapped =
            |text: &str| text.as_bytes().chunks(7).map(String::from_utf8_lossy).collect::<Vec<_>>().join("\n");
        for before in ["", "a", "ab", "abc"] {
            for secret in ["s:cret!", "s%3Acret%21", "postgresql://anna:s%3Acret%21@db/shop"] {
                let coded = STANDARD_NO_PAD.encode([before, secret, "?"].concat());
                for text in [coded.clone(), wrapped(&coded)] {
                    let clean = url.scrub(&["so: ", &text, "\r\nand"].concat());
                    let left: String = clean.chars().filter(|c| *c != '\n').collect();
                    // What is left around it holds less than three bytes of it.
                    assert!(left.contains("***") && left.starts_with("so: ") && left.ends_with("\rand"), "{clean}");
                    assert!(left.len() < "so: ***\rand".len() + 2 * 4 + before.len(), "{before}{secret}: {clean}");
                }
            }
        }
        assert_eq!(url.scrub("größe\nczpjcmV\u{e9}"), "größe\nczpjcmV\u{e9}");
    }

    #[test]
    fn a_user_alone_is_no_secret() {
        let has_secrets = |url: &str| Redacted::new(url).has_secrets();
        assert!(!has_secrets("mysql://root@127.0.0.1:3306/shop") && !has_secrets("sqlite:shop.db"));
        assert!(has_secrets("mysql://root:a@host/shop") && has_secrets("postgres://host/shop?password=a"));
        assert!(has_secrets("postgres://app:se?cret@host/shop"));
    }

    #[test]
    fn a_password_with_blanks_and_quotes_is_hidden_up_to_the_last_at() {
        let text = "no answer from `postgresql://anna:s 'e@c\"ret@db/shop`, says a@b\nsee https://trueup.dev for a@b";
        let clean = redact_urls(text);
        assert!(!["s '", "e@c", "ret"].iter().any(|it| clean.contains(it)), "{clean}");
        assert!(clean.ends_with("@b\nsee https://trueup.dev for a@b"), "{clean}");
    }

    #[test]
    fn a_url_without_its_scheme_does_not_show_the_password_as_the_user() {
        for text in ["anna:s:cret@db/shop", "an_na:cret@db/shop", "postgresql:anna:cret@db/shop", "a:cret@db"] {
            assert!(!Redacted::new(text).to_string().contains("cret"), "{text}");
            assert!(!redact_urls(&["no file `", text, "`"].concat()).contains("cret"), "{text}");
        }
        assert!(!is_perhaps_url("schema/a@b.sql") && !is_perhaps_url("sqlalchemy:shop.models:Base"));
    }

    #[test]
    fn what_is_no_secret_stays() {
        let url = Redacted::new("postgresql://anna@db/shop?sslmode=require&options=-c%20a%3Db");
        assert_eq!(url.scrub("require TLS; -c a=b"), "require TLS; ***");
    }
}
