//! Bytes and bits.

use trueup_state::SqlText;

use super::{Literal, as_it_is, text, text_of};

/// Bytes as text where they can be shown so. A BINARY column fills up with zero bytes, which are not said.
pub(super) fn bytes(it: &Literal, ty: &str) -> SqlText {
    let bytes = match it {
        Literal::Bytes(bytes) => Some(bytes.clone()),
        Literal::Bits(bits) => bytes_of_bits(bits),
        _ => text_of(it).map(String::into_bytes),
    };
    let Some(mut bytes) = bytes else { return as_it_is(it) };
    while ty.starts_with("binary") && bytes.last() == Some(&0) {
        bytes.pop();
    }
    match String::from_utf8(bytes) {
        Ok(value) if !value.contains(|c: char| c.is_control()) => text(&value),
        Ok(value) => as_it_is(&Literal::Bytes(value.into_bytes())),
        Err(error) => as_it_is(&Literal::Bytes(error.into_bytes())),
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let digits: String =
        bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|it| char::from_digit(it.into(), 16)).collect();
    ["x'", &digits, "'"].concat()
}

pub(super) fn bytes_of_hex(digits: &str) -> Option<Vec<u8>> {
    let padded = if digits.len() % 2 == 1 { ["0", digits].concat() } else { digits.to_owned() };
    (0..padded.len() / 2).map(|at| u8::from_str_radix(padded.get(2 * at..2 * at + 2)?, 16).ok()).collect()
}

pub(super) fn bytes_of_bits(bits: &str) -> Option<Vec<u8>> {
    let missing = (8 - bits.len() % 8) % 8;
    let padded = ["0".repeat(missing).as_str(), bits].concat();
    (0..padded.len() / 8).map(|at| u8::from_str_radix(padded.get(8 * at..8 * at + 8)?, 2).ok()).collect()
}

/// What hexadecimal digits say, if it is text.
pub(crate) fn text_of_hex(digits: &str) -> Option<String> {
    String::from_utf8(bytes_of_hex(digits)?).ok()
}
