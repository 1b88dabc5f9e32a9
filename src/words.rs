//! Numbers in sentences.

/// `1 row`, `2 rows`, `2 indexes`.
pub(crate) fn counted(count: impl TryInto<u64>, noun: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    let ending = match count {
        1 => "",
        _ if noun.ends_with('x') => "es",
        _ => "s",
    };
    [&count.to_string(), " ", noun, ending].concat()
}
