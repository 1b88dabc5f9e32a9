//! Dates and times as columns keep them.

use super::Literal;

/// `YYYY-MM-DD`.
pub(super) fn date(it: &Literal) -> Option<String> {
    moment(it).map(|it| it.date)
}

/// `YYYY-MM-DD hh:mm:ss`, with so many digits of a fraction.
pub(super) fn datetime(it: &Literal, digits: usize) -> Option<String> {
    let Moment { date, time, fraction } = moment(it)?;
    Some([&date, " ", &time, &fraction_of(&fraction, digits)?].concat())
}

/// `hh:mm:ss`, with so many digits of a fraction.
pub(super) fn time(it: &Literal, digits: usize) -> Option<String> {
    let text = text(it)?;
    let (sign, text) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let parts: Vec<u32> = whole.split(':').map(|it| it.parse().ok()).collect::<Option<_>>()?;
    let (hours, minutes, seconds) = match parts.as_slice() {
        [hours, minutes, seconds] => (*hours, *minutes, *seconds),
        [hours, minutes] => (*hours, *minutes, 0),
        [number] => (number / 10_000, number / 100 % 100, number % 100),
        _ => return None,
    };
    let fits = hours <= 838 && minutes < 60 && seconds < 60;
    let fraction = fraction_of(fraction, digits)?;
    fits.then(|| format!("{sign}{hours:02}:{minutes:02}:{seconds:02}{fraction}"))
}

struct Moment {
    date: String,
    time: String,
    fraction: String,
}

fn text(it: &Literal) -> Option<&str> {
    match it {
        Literal::Text(text) | Literal::Number(text) => Some(text.trim()),
        Literal::Null | Literal::Bytes(_) | Literal::Bits(_) => None,
    }
}

fn moment(it: &Literal) -> Option<Moment> {
    let text = text(it)?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let groups: Vec<&str> = whole.split(|c: char| !c.is_ascii_digit()).collect();
    let parts: Vec<u32> = match groups.as_slice() {
        ["0"] if matches!(it, Literal::Number(_)) => vec![0, 0, 0],
        [digits] => runs(digits)?,
        [year, ..] if year.len() != 4 && year.len() != 2 => return None,
        _ => groups.iter().map(|it| it.parse().ok()).collect::<Option<_>>()?,
    };
    let short = groups[0].len() < 4 || matches!(groups.as_slice(), [digits] if matches!(digits.len(), 6 | 12));
    let [year, month, day, time @ ..] = parts.as_slice() else { return None };
    let year = match *year {
        year if !short || (year == 0 && *month == 0) => year,
        year @ 0..=69 => 2000 + year,
        year => 1900 + year,
    };
    let (hours, minutes, seconds) = match time {
        [] => (0, 0, 0),
        [hours, minutes] => (*hours, *minutes, 0),
        [hours, minutes, seconds] => (*hours, *minutes, *seconds),
        _ => return None,
    };
    let fits = *month <= 12 && *day <= 31 && hours < 24 && minutes < 60 && seconds < 60;
    fits.then(|| Moment {
        date: format!("{year:04}-{month:02}-{day:02}"),
        time: format!("{hours:02}:{minutes:02}:{seconds:02}"),
        fraction: fraction.to_owned(),
    })
}

/// `20240131235959` and its shorter forms.
fn runs(digits: &str) -> Option<Vec<u32>> {
    let year = match digits.len() {
        8 | 14 => 4,
        6 | 12 => 2,
        _ => return None,
    };
    let (year, rest) = digits.split_at(year);
    let pairs = (0..rest.len() / 2).map(|at| rest.get(2 * at..2 * at + 2)?.parse().ok());
    std::iter::once(year.parse().ok()).chain(pairs).collect()
}

/// A fraction of a second with so many digits, where no digit is lost.
fn fraction_of(fraction: &str, digits: usize) -> Option<String> {
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > digits || !fraction.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    Some(if digits == 0 { String::new() } else { format!(".{fraction:0<digits$}") })
}
