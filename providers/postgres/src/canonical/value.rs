//! Analysed expressions: a type and the text that PostgreSQL's `ruleutils.c` would print.

use super::{literal, ty::Ty};

/// An expression after analysis.
#[derive(Clone, Debug)]
pub(super) struct Value {
    /// Its type; `unknown` for a string that still waits for one.
    pub(super) ty: Ty,
    /// The text where casts that nobody wrote are shown: among the arguments of operators and functions.
    pub(super) shown: String,
    /// The text where they are not: at the top, below AND and OR, in casts.
    pub(super) hidden: String,
    /// What a constant prints as without its type, as long as no length was forced on it.
    pub(super) bare: Option<String>,
    /// A constant that has no type yet: a string, or NULL.
    pub(super) unknown: Option<Unknown>,
    /// Whether it is a plain column or the like, which PostgreSQL's grammar keeps apart in lists of values.
    pub(super) has_columns: bool,
}

/// A constant without a type.
#[derive(Clone, Debug)]
pub(super) enum Unknown {
    Null,
    String(String),
}

impl Value {
    /// Anything that prints the same everywhere.
    pub(super) fn of(ty: Ty, text: String, has_columns: bool) -> Value {
        Value { ty, shown: text.clone(), hidden: text, bare: None, unknown: None, has_columns }
    }

    /// A constant whose type is not decided yet.
    pub(super) fn unknown(it: Unknown) -> Value {
        Value { unknown: Some(it), ..Value::of(Ty::of("unknown"), String::new(), false) }
    }

    /// A constant of a type, from the text that its output function writes.
    pub(super) fn constant(ty: &Ty, output: &str) -> Value {
        let (bare, label) = literal::print(&ty.base, output);
        let text = if label { [bare.as_str(), "::", &ty.bare().text()].concat() } else { bare.clone() };
        Value { bare: Some(bare), ..Value::of(ty.bare(), text, false) }
    }

    fn null(ty: &Ty) -> Value {
        let text = ["NULL::", &ty.bare().text()].concat();
        Value { bare: Some("NULL".to_owned()), ..Value::of(ty.bare(), text, false) }
    }

    /// The type that a constant without one takes if nothing else is known.
    pub(super) fn decided(self) -> Option<Value> {
        if self.unknown.is_some() { self.implicit(&Ty::of("text")) } else { Some(self) }
    }

    /// A cast that nobody wrote; lengths do not matter to it.
    pub(super) fn implicit(self, target: &Ty) -> Option<Value> {
        match &self.unknown {
            Some(Unknown::Null) => return Some(Value::null(target)),
            Some(Unknown::String(text)) => {
                return Some(Value::constant(target, &literal::output(target, text)?));
            }
            None if self.ty.base == target.base => return Some(self),
            None => (),
        }
        let shown = self.cast_text(&target.bare());
        Some(Value { ty: target.bare(), shown, bare: None, ..self })
    }

    /// A cast that was written.
    pub(super) fn explicit(self, target: &Ty) -> Option<Value> {
        if self.unknown.is_some() {
            let constant = self.implicit(target)?;
            return constant.explicit(target);
        }
        if self.ty.base == target.base && self.ty.modifier == target.modifier {
            return Some(self);
        }
        let text = self.cast_text(target);
        Some(Value { ty: target.clone(), shown: text.clone(), hidden: text, bare: None, ..self })
    }

    fn cast_text(&self, target: &Ty) -> String {
        match &self.bare {
            Some(bare) if self.ty.base == target.base => [bare, "::", &target.text()].concat(),
            _ => ["(", &self.hidden, ")::", &target.text()].concat(),
        }
    }
}
