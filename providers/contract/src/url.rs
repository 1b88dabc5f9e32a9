//! The parts of connection URLs that every server's have alike.

use crate::DatabaseError;

/// A wrong URL. No message repeats any part of one but the name of a parameter.
pub fn wrong(what: &str) -> DatabaseError {
    DatabaseError::Url(what.to_owned())
}

/// A host with its port; an IPv6 address stands in brackets.
///
/// # Errors
/// When the brackets are missing or wrong.
pub fn host_and_port(place: &str) -> Result<(&str, &str), DatabaseError> {
    if let Some(bracketed) = place.strip_prefix('[') {
        let (host, rest) = bracketed.split_once(']').ok_or_else(|| wrong("a `]` is missing"))?;
        let port = rest.strip_prefix(':').unwrap_or(rest);
        return if rest.is_empty() || rest.starts_with(':') {
            Ok((host, port))
        } else {
            Err(wrong("what follows `]`?"))
        };
    }
    if place.matches(':').count() > 1 && !place.contains(',') {
        return Err(wrong("write an IPv6 address in brackets, and special characters of a password as `%` and code"));
    }
    Ok(place.rsplit_once(':').unwrap_or((place, "")))
}

/// The text behind `%` codes.
///
/// # Errors
/// When a code is broken, or the text is not UTF-8 or has a zero character.
pub fn decoded(text: &str) -> Result<String, DatabaseError> {
    let broken = || wrong("a `%` is not followed by the code of a character; write `%25` for `%` itself");
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|it| char::from(it).to_digit(16)).ok_or_else(broken);
        let code = digit()? * 16 + digit()?;
        bytes.push(u8::try_from(code).map_err(|_| broken())?);
    }
    if bytes.contains(&0) {
        return Err(wrong("it has a zero character"));
    }
    String::from_utf8(bytes).map_err(|_| broken())
}

/// What looks like a parameter may be a part of a password with a `?` in it; then not even its name is repeated.
pub fn unknown_parameter(name: &str, query: &str) -> DatabaseError {
    let fits = |c: char| c.is_ascii_lowercase() || matches!(c, '_' | '-');
    if name.len() <= 32 && name.chars().all(fits) && !query.contains('@') {
        return DatabaseError::Url(["parameter `", name, "` is not known"].concat());
    }
    wrong("it has an unknown parameter after `?`; write `%3F` for a `?` in a password")
}
