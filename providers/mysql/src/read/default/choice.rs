//! Values of ENUM and SET.

/// The members of an ENUM or SET as its type spells and orders them.
pub(super) fn chosen(value: &str, ty: &str) -> String {
    let members = members(ty);
    let spelled = |value: &str| members.iter().find(|it| it.to_lowercase() == value.to_lowercase());
    if ty.starts_with("enum") {
        return spelled(value).cloned().unwrap_or_else(|| value.to_owned());
    }
    let mut chosen: Vec<&String> = value.split(',').filter_map(spelled).collect();
    if chosen.len() != value.split(',').count() {
        return value.to_owned();
    }
    chosen.sort_by_key(|it| members.iter().position(|member| member == *it));
    chosen.dedup();
    chosen.into_iter().map(String::as_str).collect::<Vec<_>>().join(",")
}

/// The values of an ENUM or SET, from its canonical form.
fn members(ty: &str) -> Vec<String> {
    let inner = ty.split_once('(').map_or("", |(_, rest)| rest.strip_suffix(')').unwrap_or(rest));
    let mut members = Vec::new();
    let mut rest = inner;
    while let Some(after) = rest.strip_prefix('\'') {
        let mut end = 0;
        while let Some(quote) = after[end..].find('\'') {
            end += quote;
            if !after[end + 1..].starts_with('\'') {
                break;
            }
            end += 2;
        }
        members.push(after[..end].replace("''", "'"));
        rest = after.get(end + 1..).and_then(|it| it.strip_prefix(',')).unwrap_or_default();
    }
    members
}
