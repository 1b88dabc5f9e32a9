//! Calls of functions, and what looks like them.

use squawk_syntax::ast::{self, AstNode};

use super::{super::function, Analysis, Ty, Unknown, Value, keywords};

impl Analysis<'_> {
    pub(super) fn call(&self, it: &ast::CallExpr) -> Option<Value> {
        if let Some(extract) = it.extract_fn() {
            return self.extract(&extract);
        }
        if let Some(trim) = it.trim_fn() {
            return self.trim(&trim);
        }
        let list = it.arg_list()?;
        let is_plain = it.within_clause().is_none()
            && it.filter_clause().is_none()
            && it.over_clause().is_none()
            && it.null_treatment().is_none()
            && list.all_or_distinct().is_none()
            && list.star_token().is_none();
        if !is_plain {
            return None;
        }
        let name = self.function_name(&it.expr()?)?;
        let arguments = list.args().map(|it| self.argument(&it)).collect::<Option<Vec<Value>>>()?;
        match name.as_str() {
            "coalesce" => self.alternatives("COALESCE(", arguments),
            "greatest" => self.alternatives("GREATEST(", arguments),
            "least" => self.alternatives("LEAST(", arguments),
            "nullif" => self.null_if(arguments),
            "current_timestamp" => self.current("CURRENT_TIMESTAMP(", "timestamp with time zone", &arguments),
            "localtimestamp" => self.current("LOCALTIMESTAMP(", "timestamp without time zone", &arguments),
            _ => self.function(&name, arguments),
        }
    }

    fn argument(&self, it: &ast::Arg) -> Option<Value> {
        let mut children = it.syntax().children_with_tokens().filter(|it| !it.kind().is_trivia());
        // VARIADIC, named arguments and orders have more in them.
        let only = children.next()?;
        if children.next().is_some() {
            return None;
        }
        let node = only.into_node()?;
        match ast::Expr::cast(node.clone()) {
            Some(expr) => self.value(&expr),
            None => {
                let mut inner = node.children_with_tokens().filter(|it| !it.kind().is_trivia());
                let only = inner.next()?;
                if inner.next().is_some() {
                    return None;
                }
                self.value(&ast::Expr::cast(only.into_node()?)?)
            }
        }
    }

    fn function_name(&self, expr: &ast::Expr) -> Option<String> {
        let name = match expr {
            ast::Expr::NameRef(it) => keywords::ident(&it.syntax().text().to_string()),
            ast::Expr::FieldExpr(it) => {
                let ast::Expr::NameRef(base) = it.base()? else { return None };
                if keywords::ident(&base.syntax().text().to_string()).text() != "pg_catalog" {
                    return None;
                }
                keywords::ident(&it.field()?.syntax().text().to_string())
            }
            _ => return None,
        };
        (!self.names.routines.contains(&name)).then(|| name.text().to_owned())
    }

    fn function(&self, name: &str, arguments: Vec<Value>) -> Option<Value> {
        let types: Vec<String> = arguments.iter().map(|it| self.names.base(&it.ty).base).collect();
        let types: Vec<&str> = types.iter().map(String::as_str).collect();
        let (wanted, result) = function::find(name, &types)?;
        let has_columns = arguments.iter().any(|it| it.has_columns);
        let coerced = arguments.into_iter().zip(&wanted).map(|(it, ty)| Some(self.coerce(it, &Ty::of(ty))?.shown));
        let texts = coerced.collect::<Option<Vec<String>>>()?;
        let text = [&keywords::quoted(name), "(", &texts.join(", "), ")"].concat();
        Some(Value::of(Ty::of(result), text, has_columns))
    }

    fn alternatives(&self, opening: &str, values: Vec<Value>) -> Option<Value> {
        let ty = self.shared_type(values.iter())?;
        let has_columns = values.iter().any(|it| it.has_columns);
        let texts = values.into_iter().map(|it| Some(self.coerce(it, &ty)?.shown)).collect::<Option<Vec<String>>>()?;
        let text = [opening, &texts.join(", "), ")"].concat();
        Some(Value::of(of_any_length(ty), text, has_columns))
    }

    fn null_if(&self, values: Vec<Value>) -> Option<Value> {
        let [left, right] = <[Value; 2]>::try_from(values).ok()?;
        let ty = of_any_length(left.ty.bare());
        if left.unknown.is_some() {
            return None;
        }
        let (left, right, _) = self.operands("=", left, right)?;
        // Where the first is brought to another type, so is the result.
        let ty = if left.ty.base == ty.base { ty } else { Ty::of("?") };
        let text = ["NULLIF(", &left.shown, ", ", &right.shown, ")"].concat();
        (ty.base != "?").then(|| Value::of(ty, text, left.has_columns || right.has_columns))
    }

    fn current(&self, opening: &str, ty: &str, arguments: &[Value]) -> Option<Value> {
        let [precision] = arguments else { return None };
        let is_small = matches!(precision.hidden.as_str(), "0" | "1" | "2" | "3" | "4" | "5" | "6");
        let ty = of_any_length(Ty::of(ty));
        is_small.then(|| Value::of(ty, [opening, &precision.hidden, ")"].concat(), false))
    }

    fn extract(&self, it: &ast::ExtractFn) -> Option<Value> {
        let field = it.extract_field()?.syntax().text().to_string().to_ascii_lowercase();
        let value = self.value(&it.expr()?)?;
        let is_time = value.ty.base == "date" || value.ty.base.starts_with("timestamp") || value.ty.base == "interval";
        let is_word = field.bytes().all(|c| c.is_ascii_lowercase());
        let text = ["EXTRACT(", &field, " FROM ", &value.hidden, ")"].concat();
        (is_time && is_word).then(|| Value::of(Ty::of("numeric"), text, value.has_columns))
    }

    fn trim(&self, it: &ast::TrimFn) -> Option<Value> {
        let ast::TrimArgs::TrimExprs(arguments) = it.trim_args()? else { return None };
        let mut exprs = arguments.exprs();
        let only = exprs.next()?;
        if exprs.next().is_some() || it.trim_side().is_some() {
            return None;
        }
        let value = self.coerce(self.value(&only)?, &Ty::of("text"))?;
        Some(Value::of(Ty::of("text"), ["TRIM(BOTH FROM ", &value.hidden, ")"].concat(), value.has_columns))
    }

    pub(super) fn case(&self, it: &ast::CaseExpr) -> Option<Value> {
        let argument = match it.expr() {
            Some(expr) => Some(self.value(&expr)?),
            None => None,
        };
        if argument.as_ref().is_some_and(|it| it.unknown.is_some()) {
            return None;
        }
        let mut conditions = Vec::new();
        let mut results = Vec::new();
        for clause in it.when_clause_list()?.when_clauses() {
            conditions.push(match &argument {
                None => self.boolean(&clause.condition()?)?.hidden,
                Some(it) => self.operands("=", it.clone(), self.value(&clause.condition()?)?)?.1.hidden,
            });
            results.push(self.value(&clause.then()?)?);
        }
        let otherwise = match it.else_clause() {
            Some(clause) => self.value(&clause.expr()?)?,
            None => Value::unknown(Unknown::Null),
        };
        let ty = self.shared_type(std::iter::once(&otherwise).chain(&results))?;
        // It starts on a line of its own.
        let mut text = " CASE".to_owned();
        if let Some(it) = &argument {
            text.push(' ');
            text.push_str(&it.shown);
        }
        for (condition, result) in conditions.into_iter().zip(results) {
            text.push_str(&[" WHEN ", &condition, " THEN ", &self.coerce(result, &ty)?.shown].concat());
        }
        text.push_str(&[" ELSE ", &self.coerce(otherwise, &ty)?.shown, " END"].concat());
        Some(Value::of(of_any_length(ty), text, true))
    }
}

/// A type of which the length is not known, so that casts to it are uncertain.
fn of_any_length(ty: Ty) -> Ty {
    let has_length =
        matches!(ty.base.as_str(), "character varying" | "character" | "numeric") || ty.base.starts_with("time");
    if has_length { Ty { modifier: "?".to_owned(), ..ty } } else { ty }
}
