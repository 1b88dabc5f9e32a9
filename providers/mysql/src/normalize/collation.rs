//! Character sets and collations.

use crate::facts::Facts;

/// The collation that is meant: the one named, the default of the character set named, or the one inherited.
pub(crate) fn of(
    charset: Option<&str>,
    collation: Option<&str>,
    inherited: Option<&str>,
    facts: &Facts,
) -> Option<String> {
    let charset = charset.map(charset_name);
    match (collation, &charset) {
        (Some(collation), _) if !collation.eq_ignore_ascii_case("default") => {
            let collation = collation_name(collation);
            // `BINARY` stands for the collation of whatever character set it is in the end.
            if let (true, Some(inherited)) = (collation.starts_with('_'), inherited) {
                let set = charset.unwrap_or_else(|| charset_of(inherited).to_owned());
                return Some([set, collation].concat());
            }
            // MariaDB's newer collations are the same for every character set, which is then named before them.
            let is_short = collation.starts_with("uca1400_");
            let set = charset.or_else(|| inherited.map(|it| charset_of(it).to_owned()));
            match set.filter(|_| is_short) {
                Some(set) => Some([&set, "_", &collation].concat()),
                None => Some(collation),
            }
        }
        (_, Some(charset)) if charset != "default" => {
            facts.collation_of(charset).or_else(|| Some([charset, "_general_ci"].concat()))
        }
        (_, _) => inherited.map(str::to_owned),
    }
}

/// The character set that a collation belongs to.
pub(crate) fn charset_of(collation: &str) -> &str {
    collation.split('_').next().unwrap_or(collation)
}

/// How many bytes a character of a collation may take.
pub(crate) fn width(collation: &str) -> u8 {
    match charset_of(collation) {
        "utf8mb4" | "utf16" | "utf16le" | "utf32" | "gb18030" => 4,
        "utf8mb3" | "utf8" | "ujis" | "eucjpms" => 3,
        "ucs2" | "big5" | "gbk" | "gb2312" | "euckr" | "sjis" | "cp932" => 2,
        _ => 1,
    }
}

/// A character set by the name that the server goes by: `utf8` is the old name of `utf8mb3`.
fn charset_name(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    if name == "utf8" { "utf8mb3".to_owned() } else { name }
}

fn collation_name(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    match name.strip_prefix("utf8_") {
        Some(rest) => ["utf8mb3_", rest].concat(),
        None => name,
    }
}
