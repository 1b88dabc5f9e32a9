//! The one type that holds a connection string.

use std::fmt;

/// A connection string that never shows its secrets: `Display` and `Debug` print the redacted form.
#[derive(Clone, PartialEq, Eq)]
pub struct Redacted(String);

impl Redacted {
    /// Hold a connection string.
    pub fn new(url: impl Into<String>) -> Redacted {
        Redacted(url.into())
    }

    /// The secret text, for the driver alone.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The part before the first colon, in lower case, if it looks like a scheme.
    pub fn scheme(&self) -> Option<String> {
        let (scheme, _) = self.0.split_once(':')?;
        let fits = scheme.len() > 1 && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
        fits.then(|| scheme.to_ascii_lowercase())
    }

    /// Replace every trace of the secrets in a text that comes from elsewhere, such as a driver's error.
    pub fn scrub(&self, text: &str) -> String {
        let mut clean = text.replace(self.0.as_str(), &self.to_string());
        for secret in self.secrets() {
            clean = clean.replace(secret, "***");
        }
        clean
    }

    /// The password and the values of the query.
    fn secrets(&self) -> Vec<&str> {
        let (_, after_scheme) = self.0.split_once("://").unwrap_or(("", &self.0));
        let (body, query) = after_scheme.split_once('?').unwrap_or((after_scheme, ""));
        let password = body.rsplit_once('@').and_then(|(user, _)| user.split_once(':')).map(|(_, password)| password);
        let values = query.split('&').filter_map(|pair| pair.split_once('=')).map(|(_, value)| value);
        password.into_iter().chain(values).filter(|secret| secret.len() > 2).collect()
    }
}

/// A text with every URL in it redacted: what is said about a command line or a configuration may repeat one that was
/// written in the wrong place.
pub fn redact_urls(text: &str) -> String {
    let ends = |c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '`');
    let redacted = |part: &str| {
        let word = part.trim_end_matches(ends);
        let url = Redacted::new(word);
        let is_url = word.contains("://") || (url.scheme().is_some() && word.contains('?') && word.contains('='));
        if is_url { [&url.to_string(), &part[word.len()..]].concat() } else { part.to_owned() }
    };
    text.split_inclusive(ends).map(redacted).collect()
}

impl fmt::Display for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(scheme) = self.scheme() else { return f.write_str("***") };
        let rest = &self.0[scheme.len() + 1..];
        let body = rest.split('?').next().unwrap_or_default();
        if rest.rfind('@').is_some_and(|at| at > body.len()) {
            // A password may hold a `?`, a parameter an `@`; nobody can tell which this is.
            return write!(f, "{scheme}:***");
        }
        match body.rsplit_once('@') {
            None => write!(f, "{scheme}:{body}"),
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
