//! SQL as a list of words: lower case, without quotes, spaces and comments.

pub(crate) fn words(sql: &str) -> Vec<String> {
    let chars: Vec<char> = sql.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let (word, end) = word(&chars, at);
        found.extend(word.map(|it| it.to_ascii_lowercase()));
        at = end;
    }
    found
}

/// The word that starts here, if one does, and where the next may start.
fn word(chars: &[char], at: usize) -> (Option<String>, usize) {
    let next = chars.get(at + 1).copied();
    let until = |found: Option<usize>| found.map_or(chars.len(), |it| at + it);
    match chars[at] {
        c if c.is_whitespace() => (None, at + 1),
        '-' if next == Some('-') => (None, until(chars[at..].iter().position(|c| *c == '\n'))),
        '/' if next == Some('*') => {
            (None, until(chars[at..].windows(2).position(|it| it == ['*', '/']).map(|it| it + 2)))
        }
        quote @ ('\'' | '"' | '`' | '[') => quoted(chars, at, if quote == '[' { ']' } else { quote }),
        c if is_word(c) => {
            let end = until(chars[at..].iter().position(|c| !is_word(*c)));
            (Some(chars[at..end].iter().collect()), end)
        }
        c => (Some(c.to_string()), at + 1),
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn quoted(chars: &[char], at: usize, close: char) -> (Option<String>, usize) {
    let mut text = String::new();
    let mut here = at + 1;
    while let Some(c) = chars.get(here) {
        if *c == close {
            if close == ']' || chars.get(here + 1) != Some(&close) {
                return (Some(text), here + 1);
            }
            here += 1;
        }
        text.push(*c);
        here += 1;
    }
    (Some(text), chars.len())
}

/// What stands in the parentheses behind every occurrence of a word.
pub(crate) fn groups_after(text: &[String], word: &str) -> Vec<String> {
    let starts = text.windows(2).enumerate().filter(|(_, pair)| pair[0] == word && pair[1] == "(");
    starts.map(|(at, _)| format!("{word} {}", group(&text[at + 1..]))).collect()
}

fn group(text: &[String]) -> String {
    let mut depth = 0usize;
    for (at, word) in text.iter().enumerate() {
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => (),
        }
        if depth == 0 {
            return text[..=at].join(" ");
        }
    }
    text.join(" ")
}

pub(crate) fn sequence_count(text: &[String], words: &[&str]) -> usize {
    text.windows(words.len()).filter(|it| it.iter().zip(words).all(|(a, b)| a == b)).count()
}
