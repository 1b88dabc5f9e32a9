//! Numbers as columns keep them.

use super::Literal;

/// A decimal number with so many digits after the point, rounded half away from zero.
pub(super) fn fixed(text: &str, scale: usize) -> Option<String> {
    let (negative, unsigned) = sign(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok().filter(|it| it.abs() < 400)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut point = i32::try_from(whole.len()).ok()? + exponent;
    while point < 0 {
        digits.insert(0, b'0');
        point += 1;
    }
    let point = usize::try_from(point).ok()?;
    let wanted = point + scale;
    let up = digits.get(wanted).is_some_and(|it| *it >= b'5');
    digits.resize(wanted, b'0');
    digits.insert(0, b'0');
    if up {
        for digit in digits.iter_mut().rev() {
            *digit = if *digit == b'9' { b'0' } else { *digit + 1 };
            if *digit != b'0' {
                break;
            }
        }
    }
    let digits = String::from_utf8(digits).ok()?;
    let (whole, fraction) = digits.split_at(point + 1);
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let is_zero = whole == "0" && fraction.bytes().all(|it| it == b'0');
    let sign = if negative && !is_zero { "-" } else { "" };
    Some(if fraction.is_empty() { [sign, whole].concat() } else { [sign, whole, ".", fraction].concat() })
}

/// A floating-point number; those of single precision are printed with six digits.
pub(super) fn floating(text: &str, single: bool) -> Option<String> {
    let plain = text.bytes().all(|it| it.is_ascii_digit() || matches!(it, b'.' | b'e' | b'E' | b'+' | b'-'));
    let mut number: f64 = text.parse().ok().filter(|_| plain)?;
    if single {
        number = format!("{number:.5e}").parse().ok()?;
    }
    if number == 0.0 {
        return Some("0".to_owned());
    }
    Some(if number.abs() >= 1e15 { format!("{number:e}") } else { number.to_string() })
}

/// What a number is as text.
pub(super) fn as_text(number: &str) -> Option<String> {
    if number.contains(['e', 'E']) {
        return floating(number, false);
    }
    fixed(number, number.split_once('.').map_or(0, |(_, fraction)| fraction.len()))
}

/// A year; one of two digits is of the century that is meant.
pub(super) fn year(it: &Literal) -> Option<String> {
    let (text, is_text) = match it {
        Literal::Number(number) => (number.as_str(), false),
        Literal::Text(text) => (text.trim(), true),
        Literal::Null | Literal::Bytes(_) | Literal::Bits(_) => return None,
    };
    let number: u32 = text.parse().ok()?;
    Some(match number {
        0 if !is_text || text.len() > 2 => "0000".to_owned(),
        0..=69 => (2000 + number).to_string(),
        70..=99 => (1900 + number).to_string(),
        _ => number.to_string(),
    })
}

/// Bits without leading zeros.
pub(super) fn bits(it: &Literal) -> Option<String> {
    let bits: String = match it {
        Literal::Bits(bits) => bits.clone(),
        Literal::Number(number) => {
            let number: u64 = fixed(number, 0)?.parse().ok()?;
            format!("{number:b}")
        }
        Literal::Bytes(bytes) => bytes.iter().map(|byte| format!("{byte:08b}")).collect(),
        Literal::Text(text) => text.bytes().map(|byte| format!("{byte:08b}")).collect(),
        Literal::Null => return None,
    };
    let bits = bits.trim_start_matches('0');
    Some(if bits.is_empty() { "0".to_owned() } else { bits.to_owned() })
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(positive) => (true, positive),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}
