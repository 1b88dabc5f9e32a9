//! Texts of the schema in Markdown, where they must mean nothing.

use crate::markdown;

/// A text in the type of code, on one line. In a table, `\|` stands for a bar inside code too (GitHub Flavored Markdown,
/// 4.10), so it is written so everywhere.
pub(super) fn code(text: &str) -> String {
    markdown::code(text).replace('|', "\\|")
}

/// A text that a person wrote, on one line and without effect on the page.
pub(super) fn prose(text: &str) -> String {
    let mut prose = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            '\n' => prose.push_str("<br>"),
            '\r' => (),
            '<' => prose.push_str("&lt;"),
            '&' => prose.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '>' | '!' => prose.extend(['\\', c]),
            c => prose.push(c),
        }
    }
    prose
}

/// A link to a file of ours.
pub(super) fn link(text: &str, path: &str) -> String {
    let mut target = String::with_capacity(path.len());
    for byte in path.bytes() {
        let fits = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'/');
        if fits {
            target.push(char::from(byte));
        } else {
            target.push_str(&format!("%{byte:02X}"));
        }
    }
    ["[", &code(text), "](", &target, ")"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_schema_says_has_no_effect_on_the_page() {
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(prose("see [x](y) | *now*\n<script>"), "see \\[x\\](y) \\| \\*now\\*<br>&lt;script\\>");
        assert_eq!(link("a b", "tables/a#b ü.md"), "[`a b`](tables/a%23b%20%C3%BC.md)");
    }
}
