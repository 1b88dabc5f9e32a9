//! Texts in Markdown, as they are: nothing in them means anything to the page.

/// A text in the type of code, on one line.
pub(crate) fn code(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return String::new();
    }
    let marks = "`".repeat(longest_run(&text) + 1);
    let space = if text.contains('`') { " " } else { "" };
    [&marks, space, &text, space, &marks].concat()
}

/// A block of code in a language.
pub(crate) fn fenced(language: &str, text: &str) -> String {
    let marks = "`".repeat(longest_run(text).max(2) + 1);
    [&marks, language, "\n", text.trim_end(), "\n", &marks, "\n"].concat()
}

/// The longest run of backticks: what stands around the text must be longer.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_breaks_out_of_its_place() {
        assert_eq!(code("ALTER TABLE `a`"), "`` ALTER TABLE `a` ``");
        assert_eq!(code("a `b`` c\nd"), "``` a `b`` c d ```");
        assert_eq!(fenced("sql", "SELECT '```'\n"), "````sql\nSELECT '```'\n````\n");
    }
}
