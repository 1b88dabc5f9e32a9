//! The names that Prisma Migrate gives to what has none.

/// `User_pkey`, of a table.
pub(super) fn primary_key(table: &str, longest: usize) -> String {
    with_suffix(table, "_pkey", longest)
}

/// `User_email_key`, `Post_authorId_idx`, `Post_authorId_fkey`: of a table and its columns.
pub(super) fn of_columns<'a>(
    table: &str,
    columns: impl IntoIterator<Item = &'a str>,
    suffix: &str,
    longest: usize,
) -> String {
    let mut joined = table.to_owned();
    for column in columns {
        joined.push('_');
        joined.push_str(column);
    }
    with_suffix(&joined, suffix, longest)
}

/// The name, cut so that with the suffix it is not too long.
pub(super) fn with_suffix(name: &str, suffix: &str, longest: usize) -> String {
    [cut(name, longest.saturating_sub(suffix.len())), suffix].concat()
}

/// As many whole characters as fit into so many bytes.
pub(super) fn cut(name: &str, bytes: usize) -> &str {
    let mut end = bytes.min(name.len());
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
}

#[cfg(test)]
mod tests {
    use super::{of_columns, primary_key};

    #[test]
    fn names_are_cut_before_their_suffix() {
        let long = "a".repeat(70);
        assert_eq!(primary_key(&long, 63).len(), 63);
        assert!(primary_key(&long, 63).ends_with("a_pkey"));
        assert_eq!(of_columns("Post", ["authorId", "id"], "_idx", 63), "Post_authorId_id_idx");
        assert_eq!(of_columns("t", ["a", "b"], "_key", 63), "t_a_b_key");
        let name = of_columns(&"t".repeat(60), ["column"], "_idx", 63);
        assert_eq!(name.len(), 63);
        assert!(name.ends_with("t_idx"));
        assert_eq!(primary_key(&"ä".repeat(40), 63).len(), 63);
    }
}
