//! What is wrong with a Prisma schema, and where.

use trueup_contract::SourceError;

use super::syntax::{File, Span};

/// Something wrong in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// Where.
    pub(super) span: Span,
    /// What.
    pub(super) message: String,
    /// What to do.
    pub(super) hint: Option<String>,
}

impl Problem {
    /// A problem without a hint.
    pub(super) fn new(span: Span, message: impl Into<String>) -> Problem {
        Problem { span, message: message.into(), hint: None }
    }

    /// With what to do.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Problem {
        self.hint = Some(hint.into());
        self
    }

    /// With the word that was perhaps meant, if there is one like it.
    pub(super) fn meant<'a>(self, word: &str, known: impl IntoIterator<Item = &'a str>, before: &str) -> Problem {
        match nearest(word, known) {
            Some(known) => self.hint(["did you mean `", before, known, "`?"].concat()),
            None => self,
        }
    }

    /// As an error of the file.
    pub(super) fn of(self, file: &File) -> SourceError {
        let Problem { span, message, hint } = self;
        SourceError::Malformed { place: file.place(span.start), offset: span.start, length: span.len(), message, hint }
    }
}

/// The known word that is most like a word, if one is alike enough.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let enough = 1 + word.chars().count() / 4;
    let close = |known: &'a str| (distance(&word.to_lowercase(), &known.to_lowercase()), known);
    known.into_iter().map(close).filter(|(distance, _)| *distance <= enough).min_by_key(|it| it.0).map(|it| it.1)
}

/// How many letters must be put in, left out, replaced or swapped with their neighbour.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for (at, letter) in one.iter().enumerate() {
        let mut row = vec![at + 1];
        for (to, wanted) in other.iter().enumerate() {
            let mut best = (rows[at][to] + usize::from(letter != wanted)).min(rows[at][to + 1] + 1).min(row[to] + 1);
            if at > 0 && to > 0 && one[at - 1] == *wanted && *letter == other[to - 1] {
                best = best.min(rows[at - 1][to - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_swapped_letter_is_near_and_another_word_is_not() {
        let known = ["unique", "updatedAt", "id", "map"];
        assert_eq!(nearest("uniqe", known), Some("unique"));
        assert_eq!(nearest("unqiue", known), Some("unique"));
        assert_eq!(nearest("UpdatedAT", known), Some("updatedAt"));
        assert_eq!(nearest("relation", known), None);
    }
}
