//! Markdown, as little of it as evidence needs.

pub(super) use crate::markdown::code;
use crate::markdown::fenced;

/// A file in the making.
pub(super) struct Page(String);

impl Page {
    pub(super) fn titled(title: &str) -> Page {
        Page(["# ", title, "\n\n"].concat())
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.0.push_str(&["\n## ", text, "\n\n"].concat());
    }

    pub(super) fn subheading(&mut self, text: &str) {
        self.0.push_str(&["\n### ", text, "\n\n"].concat());
    }

    pub(super) fn line(&mut self, text: &str) {
        self.0.push_str(&[text, "\n"].concat());
    }

    pub(super) fn fact(&mut self, name: &str, value: &str) {
        self.line(&["- **", name, ":** ", value].concat());
    }

    /// A line that can be ticked off, and is as far as the tool could see.
    pub(super) fn check(&mut self, done: bool, text: &str) {
        self.line(&["- [", if done { "x" } else { " " }, "] ", text].concat());
    }

    pub(super) fn items<T: AsRef<str>>(&mut self, items: &[T], none: &str) {
        if items.is_empty() {
            self.line(none);
        }
        items.iter().for_each(|it| self.line(&["- ", it.as_ref()].concat()));
    }

    /// A table, or a sentence where it would be empty.
    pub(super) fn table(&mut self, head: &[&str], rows: &[Vec<String>], none: &str) {
        if rows.is_empty() {
            return self.line(none);
        }
        self.line(&row(head));
        self.line(&row(&vec!["---"; head.len()]));
        rows.iter().for_each(|cells| self.line(&row(cells)));
    }

    pub(super) fn fence(&mut self, language: &str, text: &str) {
        self.0.push_str(&fenced(language, text));
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// One line of a table.
pub(super) fn row<T: AsRef<str>>(cells: &[T]) -> String {
    let cells: Vec<String> = cells.iter().map(|it| cell(it.as_ref())).collect();
    ["| ", &cells.join(" | "), " |"].concat()
}

/// A text that stays within its cell.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_breaks_out_of_its_cell() {
        assert_eq!(row(&["a|b\nc", "d"]), "| a\\|b c | d |");
    }
}
