//! Defaults of the columns of views.

use trueup_state::Schema;

/// A default is stored with the type of its column, and only the server knows a view's types: `'x'` as `'x'::text`.
pub(super) fn adopt(desired: &mut Schema, observed: &Schema) {
    for (namespace, objects) in &mut desired.namespaces {
        let there = observed.namespaces.get(namespace);
        for (name, view) in &mut objects.views {
            let Some(there) = there.and_then(|it| it.views.get(name)).map(|it| it.query.extra.postgres()) else {
                continue;
            };
            let mut extra = view.query.extra.postgres();
            for (column, default) in &mut extra.defaults {
                if let Some(stored) = there.defaults.get(column)
                    && is_typed(stored.canonical(), default.canonical())
                {
                    default.clone_from(stored);
                }
            }
            if extra != view.query.extra.postgres() {
                view.query.extra = extra.into();
            }
        }
    }
}

/// Whether a text is this string literal with a type behind it, and nothing else.
fn is_typed(stored: &str, literal: &str) -> bool {
    let Some(inner) = literal.strip_prefix('\'').and_then(|it| it.strip_suffix('\'')) else { return false };
    let Some(ty) = stored.strip_prefix(literal).and_then(|it| it.strip_prefix("::")) else { return false };
    let is_one = !inner.replace("''", "").contains('\'');
    is_one && ty.chars().all(|c| c.is_alphanumeric() || " _.()[],\"".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_literal_alone_gets_a_type() {
        assert!(is_typed("'x'::text", "'x'") && is_typed("'it''s'::character varying(9)", "'it''s'"));
        assert!(!is_typed("'y'::text", "'x'") && !is_typed("'x'::text || 'y'::text", "'x'"));
        assert!(!is_typed("'x' || 'y'::text", "'x' || 'y'") && !is_typed("now()", "now()"));
    }
}
