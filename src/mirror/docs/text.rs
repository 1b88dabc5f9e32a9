//! Texts of the schema in Markdown, where they must mean nothing.

/// A text in the type of code, on one line. In a table, `\|` stands for a bar inside code too (GitHub Flavored Markdown,
/// 4.10), so it is written so everywhere.
pub(super) fn code(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
    if text.is_empty() {
        return String::new();
    }
    if !text.contains('`') {
        return ["`", &text, "`"].concat();
    }
    let fence = "`".repeat(longest_run(&text, '`') + 1);
    [&fence, " ", &text, " ", &fence].concat()
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

/// A block of code in a language.
pub(super) fn fenced(language: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text, '`').max(2) + 1);
    [&fence, language, "\n", text.trim_end(), "\n", &fence, "\n"].concat()
}

/// How often a character follows itself at most.
fn longest_run(text: &str, of: char) -> usize {
    text.split(|c| c != of).map(|run| run.chars().count()).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_schema_says_has_no_effect_on_the_page() {
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("a `b`` c\nd"), "``` a `b`` c d ```");
        assert_eq!(prose("see [x](y) | *now*\n<script>"), "see \\[x\\](y) \\| \\*now\\*<br>&lt;script\\>");
        assert_eq!(link("a b", "tables/a#b ü.md"), "[`a b`](tables/a%23b%20%C3%BC.md)");
        assert_eq!(fenced("sql", "SELECT '```'\n"), "````sql\nSELECT '```'\n````\n");
    }
}
