//! What was probably meant.

/// The word that is most like one that is not known.
pub(crate) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let word = word.to_ascii_lowercase();
    let known = known.map(|it| (distance(&word, &it.to_ascii_lowercase()), it));
    let near = known.filter(|(distance, _)| *distance <= 2 && *distance * 2 < word.len());
    near.min().map(|(_, name)| name.to_owned())
}

/// How many letters have to be changed to come from one word to another.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, letter) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], at + 1);
        for (column, other) in to.iter().enumerate() {
            let cost = diagonal + usize::from(*other != letter);
            diagonal = row[column + 1];
            row[column + 1] = cost.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
