//! From the syntax tree of an expression to what PostgreSQL would print of it: `parse_expr.c` and `ruleutils.c` in small.
//!
//! Every function answers `None` where it is not certain.

mod call;

use std::collections::HashMap;

use squawk_syntax::ast::{self, AstNode, BinOp, LitKind, PostfixOp, PrefixOp};
use trueup_state::Ident;

use super::{
    keywords, literal, operator,
    ty::{Names, Ty, qualified},
    value::{Unknown, Value},
};

/// What is in scope.
pub(super) struct Analysis<'a> {
    /// What types, sequences and routines there are.
    pub(super) names: &'a Names,
    /// The columns of the table.
    pub(super) columns: Option<&'a HashMap<Ident, Ty>>,
    /// The table's name.
    pub(super) table: Option<&'a Ident>,
    /// What `VALUE` is, in a domain.
    pub(super) value: Option<Ty>,
}

/// The tree of an expression.
fn parse(text: &str) -> Option<ast::Expr> {
    let parse = crate::parse::parse(&["SELECT ", text].concat())?;
    if !parse.errors().is_empty() {
        return None;
    }
    let tree = parse.tree();
    let mut statements = tree.stmts();
    let Some(ast::Stmt::Select(select)) = statements.next() else { return None };
    if statements.next().is_some() || select.from_clause().is_some() || select.where_clause().is_some() {
        return None;
    }
    let mut targets = select.select_clause()?.target_list()?.targets();
    let target = targets.next()?;
    if targets.next().is_some() || target.as_name().is_some() {
        return None;
    }
    target.expr()
}

impl Analysis<'_> {
    /// What an expression means.
    pub(super) fn of(&self, text: &str) -> Option<Value> {
        if self.names.is_uncertain {
            return None;
        }
        self.value(&parse(text)?)
    }

    /// A condition as it is printed.
    pub(super) fn condition(&self, text: &str) -> Option<String> {
        Some(self.coerce(self.of(text)?, &Ty::of("boolean"))?.hidden)
    }

    /// A constant of a type, or a cast that nobody wrote.
    pub(super) fn coerce(&self, value: Value, target: &Ty) -> Option<Value> {
        let base = self.names.base(target);
        if let Some(Unknown::String(text)) = &value.unknown {
            if target.base == "regclass" {
                return Some(Value::constant(target, &self.sequence(text)?));
            }
            if base.base.contains('.') && !self.names.labels(&base.base)?.contains(text) {
                return None;
            }
        }
        value.implicit(&base)
    }

    fn sequence(&self, text: &str) -> Option<String> {
        let parts: Vec<Ident> = text.split('.').map(keywords::ident).collect();
        let mut found = self.names.sequences.iter().filter(|it| match parts.as_slice() {
            [name] => it.name == *name,
            [namespace, name] => it.name == *name && it.namespace == *namespace,
            _ => false,
        });
        let one = found.next()?;
        found.next().is_none().then(|| qualified(one))
    }

    fn value(&self, expr: &ast::Expr) -> Option<Value> {
        match expr {
            ast::Expr::Literal(it) => literal_value(it),
            ast::Expr::NameRef(it) => self.name(it),
            ast::Expr::FieldExpr(it) => self.field(it),
            ast::Expr::ParenExpr(it) => self.value(&it.expr()?),
            ast::Expr::CastExpr(it) => self.cast(it),
            ast::Expr::ArrayExpr(it) => self.array(it, None),
            ast::Expr::BinExpr(it) => self.binary(it),
            ast::Expr::PrefixExpr(it) => self.prefix(it),
            ast::Expr::PostfixExpr(it) => match it.op()? {
                PostfixOp::IsNull(_) => self.null_test(&operand(it.syntax())?, " IS NULL)"),
                PostfixOp::NotNull(_) => self.null_test(&operand(it.syntax())?, " IS NOT NULL)"),
                _ => None,
            },
            ast::Expr::BetweenExpr(it) => self.between(it),
            ast::Expr::CaseExpr(it) => self.case(it),
            ast::Expr::CallExpr(it) => self.call(it),
            ast::Expr::Collate(_) | ast::Expr::IndexExpr(_) | ast::Expr::SliceExpr(_) | ast::Expr::TupleExpr(_) => None,
        }
    }

    fn column(&self, name: &Ident) -> Option<Value> {
        let ty = self.columns?.get(name)?;
        Some(Value::of(ty.clone(), keywords::printed(name.text())?, true))
    }

    fn name(&self, it: &ast::NameRef) -> Option<Value> {
        let written = it.syntax().text().to_string();
        let constant = |ty: &str, text: &str| Some(Value::of(Ty::of(ty), text.to_owned(), false));
        match written.to_ascii_lowercase().as_str() {
            "current_timestamp" => constant("timestamp with time zone", "CURRENT_TIMESTAMP"),
            "current_date" => constant("date", "CURRENT_DATE"),
            "localtimestamp" => constant("timestamp without time zone", "LOCALTIMESTAMP"),
            "current_user" => constant("name", "CURRENT_USER"),
            "session_user" => constant("name", "SESSION_USER"),
            "value" if self.value.is_some() => {
                self.value.as_ref().map(|ty| Value::of(ty.clone(), "VALUE".to_owned(), true))
            }
            "current_time" | "localtime" | "user" | "current_role" | "current_catalog" | "current_schema" => None,
            _ => self.column(&keywords::ident(&written)),
        }
    }

    fn field(&self, it: &ast::FieldExpr) -> Option<Value> {
        let ast::Expr::NameRef(base) = it.base()? else { return None };
        let table = keywords::ident(&base.syntax().text().to_string());
        let name = keywords::ident(&it.field()?.syntax().text().to_string());
        // A column of the same name that is a composite would be meant otherwise.
        let is_table = self.table == Some(&table) && !self.columns?.contains_key(&table);
        is_table.then(|| self.column(&name)).flatten()
    }

    fn cast(&self, it: &ast::CastExpr) -> Option<Value> {
        if it.treat_token().is_some() || it.interval_qualifier().is_some() {
            return None;
        }
        let target = self.names.ty(&it.ty()?.syntax().text().to_string())?;
        let inner = match it.expr() {
            Some(inner) => inner,
            None => ast::Expr::Literal(it.literal()?),
        };
        if let ast::Expr::ArrayExpr(array) = without_parentheses(inner.clone())? {
            return self.array(&array, Some(&target));
        }
        let value = self.value(&inner)?;
        if self.names.domain(&target.base).is_some() || (value.ty.modifier == "?" && value.ty.base == target.base) {
            return None;
        }
        match value.unknown {
            Some(_) => self.coerce(value, &target)?.explicit(&target),
            None => value.explicit(&target),
        }
    }

    fn array(&self, it: &ast::ArrayExpr, target: Option<&Ty>) -> Option<Value> {
        if it.select_variant().is_some() {
            return None;
        }
        let exprs: Vec<ast::Expr> = it.exprs().collect();
        if exprs.iter().any(|it| matches!(it, ast::Expr::ArrayExpr(_))) {
            return None;
        }
        let values = exprs.iter().map(|it| self.value(it)).collect::<Option<Vec<Value>>>()?;
        match target {
            Some(target) => {
                let element = target.element()?;
                if !element.modifier.is_empty() || self.names.domain(&element.base).is_some() {
                    return None;
                }
                let cast = |it: Value| match it.unknown {
                    Some(_) => self.coerce(it, &element),
                    None => it.explicit(&element),
                };
                let values = values.into_iter().map(cast).collect::<Option<Vec<Value>>>()?;
                if values.is_empty() {
                    return Some(Value::of(target.clone(), ["ARRAY[]::", &target.text()].concat(), false));
                }
                Some(array_of(target.clone(), &values))
            }
            None => self.array_of_shared(values, None),
        }
    }

    fn array_of_shared(&self, values: Vec<Value>, with: Option<&Value>) -> Option<Value> {
        let element = self.shared_type(with.into_iter().chain(&values))?;
        let values = values.into_iter().map(|it| self.coerce(it, &element)).collect::<Option<Vec<Value>>>()?;
        (!values.is_empty()).then(|| element.array().map(|ty| array_of(ty, &values))).flatten()
    }

    /// The type to which alternatives are brought (`select_common_type`).
    fn shared_type<'v>(&self, values: impl Iterator<Item = &'v Value>) -> Option<Ty> {
        const NUMBERS: [&str; 5] = ["smallint", "integer", "bigint", "numeric", "double precision"];
        let rank = |ty: &Ty| NUMBERS.iter().position(|it| *it == ty.base);
        let mut common: Option<Ty> = None;
        for value in values.filter(|it| it.unknown.is_none()) {
            let ty = value.ty.bare();
            common = match common {
                None => Some(ty),
                Some(so_far) if so_far == ty => Some(so_far),
                Some(so_far) => match (rank(&so_far)?, rank(&ty)?) {
                    (a, b) if a > b => Some(so_far),
                    _ => Some(ty),
                },
            };
        }
        let common = common.unwrap_or_else(|| Ty::of("text"));
        self.names.domain(&common.base).is_none().then_some(common)
    }

    /// An operator with both operands.
    fn operator(&self, name: &str, left: Value, right: Value) -> Option<Value> {
        let (left, right, result) = self.operands(name, left, right)?;
        let text = ["(", &left.shown, " ", name, " ", &right.shown, ")"].concat();
        Some(Value::of(Ty::of(&result), text, left.has_columns || right.has_columns))
    }

    fn operands(&self, name: &str, left: Value, right: Value) -> Option<(Value, Value, String)> {
        let base = |it: &Value| {
            let ty = self.names.base(&it.ty);
            let is_known = !ty.base.contains('.') || self.names.labels(&ty.base).is_some();
            is_known.then_some(ty.base)
        };
        let (to_left, to_right, result) = operator::find(name, &base(&left)?, &base(&right)?)?;
        let left = self.coerce(left, &Ty::of(&to_left))?;
        Some((left, self.coerce(right, &Ty::of(&to_right))?, result))
    }

    fn binary(&self, it: &ast::BinExpr) -> Option<Value> {
        let (left, right) = (it.lhs()?, it.rhs()?);
        let name = match it.op()? {
            BinOp::And(_) => return self.joined(it, true),
            BinOp::Or(_) => return self.joined(it, false),
            BinOp::In(_) => return self.within(&left, &right, false),
            BinOp::NotIn(_) => return self.within(&left, &right, true),
            BinOp::Is(_) => return self.is(&left, &right, false),
            BinOp::IsNot(_) => return self.is(&left, &right, true),
            BinOp::IsDistinctFrom(_) => return self.distinct(&left, &right, false),
            BinOp::IsNotDistinctFrom(_) => return self.distinct(&left, &right, true),
            BinOp::SimilarTo(_) => return self.similar(&left, &right),
            BinOp::AtTimeZone(_) => return self.at_time_zone(&left, &right),
            BinOp::Eq(_) => "=".to_owned(),
            BinOp::Neq(_) | BinOp::Neqb(_) => "<>".to_owned(),
            BinOp::LAngle(_) => "<".to_owned(),
            BinOp::RAngle(_) => ">".to_owned(),
            BinOp::Lteq(_) => "<=".to_owned(),
            BinOp::Gteq(_) => ">=".to_owned(),
            BinOp::Plus(_) => "+".to_owned(),
            BinOp::Minus(_) => "-".to_owned(),
            BinOp::Star(_) => "*".to_owned(),
            BinOp::Slash(_) => "/".to_owned(),
            BinOp::Percent(_) => "%".to_owned(),
            BinOp::Like(_) => "~~".to_owned(),
            BinOp::Ilike(_) => "~~*".to_owned(),
            BinOp::NotLike(_) => "!~~".to_owned(),
            BinOp::NotIlike(_) => "!~~*".to_owned(),
            BinOp::CustomOp(_) => return self.custom(it),
            BinOp::Caret(_)
            | BinOp::ColonColon(_)
            | BinOp::ColonEq(_)
            | BinOp::Escape(_)
            | BinOp::FatArrow(_)
            | BinOp::NotSimilarTo(_)
            | BinOp::OperatorCall(_)
            | BinOp::Overlaps(_) => return None,
        };
        if let ast::Expr::CallExpr(call) = without_parentheses(right.clone())?
            && (call.any_fn().is_some() || call.all_fn().is_some())
        {
            return self.quantified(&name, self.value(&left)?, &call);
        }
        self.operator(&name, self.value(&left)?, self.value(&right)?)
    }

    /// Operators without a rank of their own; they are computed from left to right, whatever the tree looks like.
    fn custom(&self, it: &ast::BinExpr) -> Option<Value> {
        let mut operands = Vec::new();
        let mut names = Vec::new();
        chain(&ast::Expr::BinExpr(it.clone()), &mut operands, &mut names)?;
        let mut operands = operands.into_iter();
        let mut value = self.value(&operands.next()?)?;
        for (name, right) in names.iter().zip(operands) {
            value = match right {
                ast::Expr::CallExpr(it) if it.any_fn().is_some() || it.all_fn().is_some() => {
                    self.quantified(name, value, &it)?
                }
                right => self.operator(name, value, self.value(&right)?)?,
            };
        }
        Some(value)
    }

    fn quantified(&self, name: &str, left: Value, call: &ast::CallExpr) -> Option<Value> {
        let (array, quantifier) = match (call.any_fn(), call.all_fn()) {
            (Some(any), _) => (any.expr()?, " ANY ("),
            (None, all) => (all?.expr()?, " ALL ("),
        };
        self.over_array(name, left, self.value(&array)?, quantifier)
    }

    /// An operator between a value and each element of an array.
    fn over_array(&self, name: &str, left: Value, array: Value, quantifier: &str) -> Option<Value> {
        let element = array.ty.element()?.bare();
        let has_columns = left.has_columns || array.has_columns;
        let one = Value::of(element, String::new(), false);
        let (left, one, result) = self.operands(name, left, one)?;
        let array = array.implicit(&one.ty.array()?)?;
        let text = ["(", &left.shown, " ", name, quantifier, &array.shown, "))"].concat();
        (result == "boolean").then(|| Value::of(Ty::of("boolean"), text, has_columns))
    }

    fn within(&self, left: &ast::Expr, list: &ast::Expr, negated: bool) -> Option<Value> {
        let left = self.value(left)?;
        let exprs = match list {
            ast::Expr::TupleExpr(it) if it.row_token().is_none() => it.exprs().collect(),
            ast::Expr::ParenExpr(it) => vec![it.expr()?],
            _ => return None,
        };
        let mut values = exprs.iter().map(|it| self.value(it)).collect::<Option<Vec<Value>>>()?;
        let name = if negated { "<>" } else { "=" };
        if values.len() == 1 {
            return self.operator(name, left, values.pop()?);
        }
        if values.iter().any(|it| it.has_columns) || left.unknown.is_some() {
            return None;
        }
        let array = self.array_of_shared(values, Some(&left))?;
        self.over_array(name, left, array, if negated { " ALL (" } else { " ANY (" })
    }

    /// AND and OR; what stands on the left of one joins it.
    fn joined(&self, it: &ast::BinExpr, and: bool) -> Option<Value> {
        let mut right = Vec::new();
        let mut left = ast::Expr::BinExpr(it.clone());
        while let ast::Expr::BinExpr(it) = &left
            && matches!((it.op()?, and), (BinOp::And(_), true) | (BinOp::Or(_), false))
        {
            right.push(self.boolean(&it.rhs()?)?);
            left = without_parentheses(it.lhs()?)?;
        }
        right.push(self.boolean(&left)?);
        right.reverse();
        let texts: Vec<&str> = right.iter().map(|it| it.hidden.as_str()).collect();
        let text = ["(", &texts.join(if and { " AND " } else { " OR " }), ")"].concat();
        Some(Value::of(Ty::of("boolean"), text, right.iter().any(|it| it.has_columns)))
    }

    fn boolean(&self, expr: &ast::Expr) -> Option<Value> {
        let value = self.value(expr)?;
        let is_boolean = value.unknown.is_some() || self.names.base(&value.ty).base == "boolean";
        is_boolean.then(|| self.coerce(value, &Ty::of("boolean"))).flatten()
    }

    fn prefix(&self, it: &ast::PrefixExpr) -> Option<Value> {
        let inner = without_parentheses(operand(it.syntax())?)?;
        match it.op()? {
            PrefixOp::Not(_) => {
                let value = self.boolean(&inner)?;
                Some(Value::of(Ty::of("boolean"), ["(NOT ", &value.hidden, ")"].concat(), value.has_columns))
            }
            PrefixOp::Minus(_) => match &inner {
                ast::Expr::Literal(literal) => number(&["-", &literal.syntax().text().to_string()].concat()),
                _ => {
                    let value = self.value(&inner)?;
                    let is_number = operator::is_integer(&value.ty.base) || value.ty.base == "numeric";
                    is_number
                        .then(|| Value::of(value.ty.bare(), ["(- ", &value.shown, ")"].concat(), value.has_columns))
                }
            },
            PrefixOp::Plus(_) | PrefixOp::CustomOp(_) | PrefixOp::OperatorCall(_) => None,
        }
    }

    fn null_test(&self, expr: &ast::Expr, ending: &str) -> Option<Value> {
        let value = self.value(expr)?;
        if value.unknown.is_some() {
            return None;
        }
        Some(Value::of(Ty::of("boolean"), ["(", &value.shown, ending].concat(), value.has_columns))
    }

    fn is(&self, left: &ast::Expr, right: &ast::Expr, negated: bool) -> Option<Value> {
        let not = if negated { " IS NOT " } else { " IS " };
        let word = right.syntax().text().to_string().to_ascii_uppercase();
        match word.as_str() {
            "NULL" => self.null_test(left, &[not, "NULL)"].concat()),
            "TRUE" | "FALSE" | "UNKNOWN" => {
                let value = self.boolean(left)?;
                Some(Value::of(Ty::of("boolean"), ["(", &value.hidden, not, &word, ")"].concat(), value.has_columns))
            }
            _ => None,
        }
    }

    fn distinct(&self, left: &ast::Expr, right: &ast::Expr, negated: bool) -> Option<Value> {
        let (left, right) = (self.value(left)?, self.value(right)?);
        if matches!(left.unknown, Some(Unknown::Null)) || matches!(right.unknown, Some(Unknown::Null)) {
            return None;
        }
        let (left, right, _) = self.operands("=", left, right)?;
        let text = ["(", &left.shown, " IS DISTINCT FROM ", &right.shown, ")"].concat();
        let text = if negated { ["(NOT ", &text, ")"].concat() } else { text };
        Some(Value::of(Ty::of("boolean"), text, left.has_columns || right.has_columns))
    }

    fn similar(&self, left: &ast::Expr, right: &ast::Expr) -> Option<Value> {
        let pattern = self.coerce(self.value(right)?, &Ty::of("text"))?;
        let pattern = ["similar_to_escape(", &pattern.shown, ")"].concat();
        self.operator("~", self.value(left)?, Value::of(Ty::of("text"), pattern, false))
    }

    fn at_time_zone(&self, left: &ast::Expr, right: &ast::Expr) -> Option<Value> {
        let (left, zone) = (self.value(left)?, self.value(right)?);
        let zone = self.coerce(zone, &Ty::of("text"))?;
        let result = match left.ty.base.as_str() {
            "timestamp with time zone" => "timestamp without time zone",
            "timestamp without time zone" => "timestamp with time zone",
            _ => return None,
        };
        let text = ["(", &left.hidden, " AT TIME ZONE ", &zone.hidden, ")"].concat();
        Some(Value::of(Ty::of(result), text, left.has_columns || zone.has_columns))
    }

    fn between(&self, it: &ast::BetweenExpr) -> Option<Value> {
        if it.between_symmetry().is_some() {
            return None;
        }
        let target = self.value(&it.target()?)?;
        let negated = it.not_token().is_some();
        let (low, high, word) = if negated { ("<", ">", " OR ") } else { (">=", "<=", " AND ") };
        let low = self.operator(low, target.clone(), self.value(&it.start()?)?)?;
        let high = self.operator(high, target, self.value(&it.end()?)?)?;
        let text = ["(", &low.hidden, word, &high.hidden, ")"].concat();
        Some(Value::of(Ty::of("boolean"), text, low.has_columns || high.has_columns))
    }
}

/// A chain of operators without a rank of their own.
fn chain(expr: &ast::Expr, operands: &mut Vec<ast::Expr>, names: &mut Vec<String>) -> Option<()> {
    if let ast::Expr::BinExpr(it) = expr
        && let BinOp::CustomOp(name) = it.op()?
    {
        chain(&it.lhs()?, operands, names)?;
        names.push(name.syntax().text().to_string());
        chain(&it.rhs()?, operands, names)?;
    } else {
        operands.push(expr.clone());
    }
    Some(())
}

/// What is inside parentheses; they leave no trace in PostgreSQL's own tree.
fn without_parentheses(mut expr: ast::Expr) -> Option<ast::Expr> {
    while let ast::Expr::ParenExpr(it) = &expr {
        expr = it.expr()?;
    }
    Some(expr)
}

fn operand(node: &squawk_syntax::SyntaxNode) -> Option<ast::Expr> {
    node.children().find_map(ast::Expr::cast)
}

fn array_of(ty: Ty, values: &[Value]) -> Value {
    let texts: Vec<&str> = values.iter().map(|it| it.shown.as_str()).collect();
    let text = ["ARRAY[", &texts.join(", "), "]"].concat();
    Value::of(ty, text, values.iter().any(|it| it.has_columns))
}

fn literal_value(it: &ast::Literal) -> Option<Value> {
    match it.kind()? {
        LitKind::String(_) | LitKind::DollarQuotedString(_) | LitKind::EscString(_) => {
            Some(Value::unknown(Unknown::String(it.string_value()?)))
        }
        LitKind::Null(_) => Some(Value::unknown(Unknown::Null)),
        LitKind::True(_) => Some(Value::constant(&Ty::of("boolean"), "true")),
        LitKind::False(_) => Some(Value::constant(&Ty::of("boolean"), "false")),
        LitKind::IntNumber(token) | LitKind::NumericNumber(token) => number(token.text()),
        _ => None,
    }
}

/// A number, with its sign.
fn number(text: &str) -> Option<Value> {
    let is_whole = text.strip_prefix('-').unwrap_or(text).bytes().all(|c| c.is_ascii_digit());
    let (ty, output) = match text.parse::<i64>() {
        Ok(value) if is_whole && i32::try_from(value).is_ok() => ("integer", value.to_string()),
        Ok(value) if is_whole => ("bigint", value.to_string()),
        _ => ("numeric", literal::output(&Ty::of("numeric"), text)?),
    };
    Some(Value::constant(&Ty::of(ty), &output))
}
