//! Columns.

use squawk_syntax::{SyntaxKind, SyntaxNode, ast, ast::AstNode};
use trueup_state::{
    Address, Column, Definition, Generated, Ident, Identity, ObjectKind, PostgresColumn, PostgresObject, Qualified,
    Sequence, SequenceOptions, SqlText,
};

use super::{Wish, identity};
use crate::{
    naming,
    parse::{
        fold::{Fold, Trouble, refused, wrong},
        names,
        statement::{grant, table::options},
        types,
    },
    types as known,
};

/// A column under construction, with what goes beside it.
pub(crate) struct Draft {
    /// The column.
    pub(crate) column: Column,
    /// Its constraints that have names.
    pub(crate) wishes: Vec<Wish>,
    /// What its expressions are, for what they mention.
    pub(crate) mentions: Vec<SyntaxNode>,
    /// The sequence of a serial column.
    pub(crate) sequence: Option<(Qualified, Sequence)>,
    /// Whether NULL is forbidden or a default given by the statement itself.
    pub(crate) says: Says,
    extra: PostgresColumn,
}

/// What a column's clauses say that might also be inherited.
#[derive(Clone, Copy, Default)]
pub(crate) struct Says {
    /// NOT NULL.
    pub(crate) not_null: bool,
    /// DEFAULT.
    pub(crate) default: bool,
}

/// A column from a node with a type and clauses, in CREATE TABLE or ADD COLUMN.
pub(crate) fn column(
    fold: &mut Fold<'_>,
    table: &Qualified,
    name: &Ident,
    node: &SyntaxNode,
    unlogged: bool,
) -> Result<Draft, Trouble> {
    let ty = node.children().find_map(ast::Type::cast);
    let Some(ty) = ty else { return Err(wrong(node, ["column `", name.text(), "` has no type"].concat())) };
    let mut draft = match types::serial(&ty) {
        Some(integer) => serial(fold, table, name, integer, unlogged),
        None => Draft::new(types::text(fold, &ty)?),
    };
    draft.mentions.push(ty.syntax().clone());
    for clause in node.children() {
        draft.clause(fold, table, name, &clause)?;
    }
    if draft.column.generated.is_some() && (draft.column.default.is_some() || draft.extra.identity.is_some()) {
        return Err(wrong(node, "a generated column can have no default"));
    }
    Ok(draft.finish())
}

/// `serial`: an integer column with a sequence of its own.
fn serial(fold: &Fold<'_>, table: &Qualified, name: &Ident, integer: &str, unlogged: bool) -> Draft {
    let sequence = fold.free_relation_name(table, Some(name.text()), "seq", false);
    let sequence = Qualified { namespace: table.namespace.clone(), name: sequence };
    let literal = names::qualified(&sequence).replace('\'', "''");
    let default = ["nextval('", &literal, "'::regclass)"].concat();
    let mut draft = Draft::new(SqlText::new(integer, integer));
    draft.column.nullable = false;
    draft.column.default = Some(SqlText::new(default.clone(), default));
    let options = SequenceOptions::of_type(integer, 1);
    let owned_by = Some((table.clone(), name.clone()));
    draft.sequence = Some((sequence, Sequence { ty: integer.to_owned(), options, unlogged, owned_by }));
    draft
}

impl Draft {
    fn new(ty: SqlText) -> Draft {
        let column = Column {
            ty,
            nullable: true,
            default: None,
            collation: None,
            generated: None,
            extra: trueup_state::ColumnExtra::None,
        };
        Draft {
            column,
            wishes: Vec::new(),
            mentions: Vec::new(),
            sequence: None,
            says: Says::default(),
            extra: PostgresColumn::default(),
        }
    }

    /// A column of a partition or a typed table, which has its type from elsewhere.
    pub(crate) fn typeless(
        fold: &mut Fold<'_>,
        table: &Qualified,
        name: &Ident,
        node: &SyntaxNode,
        ty: SqlText,
    ) -> Result<Draft, Trouble> {
        let mut draft = Draft::new(ty);
        for clause in node.children() {
            draft.clause(fold, table, name, &clause)?;
        }
        Ok(draft.finish())
    }

    fn finish(mut self) -> Draft {
        self.column.extra = std::mem::take(&mut self.extra).into();
        self
    }

    fn clause(
        &mut self,
        fold: &mut Fold<'_>,
        table: &Qualified,
        name: &Ident,
        node: &SyntaxNode,
    ) -> Result<(), Trouble> {
        if let Some(constraint) = ast::Constraint::cast(node.clone()) {
            return self.constraint(fold, table, name, constraint);
        }
        if let Some(collate) = ast::Collate::cast(node.clone()) {
            self.extra.collation = collation(fold, &collate);
        } else if let Some(storage) = ast::Storage::cast(node.clone()) {
            let mode = storage.storage_mode().map(|it| names::one(it.syntax()));
            self.extra.storage = mode.and_then(|it| storage_mode(it.text(), self.column.ty.canonical()));
        } else if let Some(method) = ast::CompressionMethod::cast(node.clone()) {
            let method = method.compression_method_name().map(|it| names::one(it.syntax()).text().to_owned());
            self.extra.compression = method.filter(|it| it != "default");
        } else if let Some(list) = ast::AlterOptionList::cast(node.clone()) {
            options::foreign(Some(list), &mut self.extra.foreign_options)?;
        }
        Ok(())
    }

    fn constraint(
        &mut self,
        fold: &mut Fold<'_>,
        table: &Qualified,
        name: &Ident,
        constraint: ast::Constraint,
    ) -> Result<(), Trouble> {
        match &constraint {
            ast::Constraint::DefaultConstraint(it) => {
                let Some(expression) = it.expr() else { return Err(wrong(it.syntax(), "a default is missing here")) };
                self.says.default = true;
                refuse_moment(&self.column.ty, expression.syntax())?;
                self.column.default = default(fold, &self.column.ty, expression.syntax());
                self.mentions.push(expression.syntax().clone());
            }
            ast::Constraint::NotNullConstraint(it) => {
                self.says.not_null = true;
                self.column.nullable = false;
                not_null(&mut self.extra, table, name, it);
            }
            ast::Constraint::NullConstraint(_) => (),
            ast::Constraint::GeneratedConstraint(it) => match it.generated_as() {
                Some(ast::GeneratedAs::GeneratedStored(it)) => {
                    let Some(expression) = it.expr() else {
                        return Err(wrong(it.syntax(), "an expression is missing"));
                    };
                    let stored = matches!(it.generated_kind(), Some(ast::GeneratedKind::Stored(_)));
                    self.column.generated = Some(Generated { expression: fold.text(expression.syntax()), stored });
                    self.mentions.push(expression.syntax().clone());
                }
                Some(ast::GeneratedAs::GeneratedIdentity(it)) => {
                    self.column.nullable = false;
                    let always = matches!(it.generated_when(), Some(ast::GeneratedWhen::GeneratedAlways(_)));
                    let list = it.sequence_option_list();
                    self.extra.identity = Some(new_identity(fold, table, name, &self.column.ty, always, list)?);
                }
                None => return Err(wrong(it.syntax(), "an expression is missing here")),
            },
            ast::Constraint::CheckConstraint(_)
            | ast::Constraint::ExcludeConstraint(_)
            | ast::Constraint::ForeignKeyConstraint(_)
            | ast::Constraint::PrimaryKeyConstraint(_)
            | ast::Constraint::ReferencesConstraint(_)
            | ast::Constraint::UniqueConstraint(_) => {
                self.wishes.push(Wish { constraint, column: Some(name.clone()) });
            }
        }
        Ok(())
    }
}

/// A new identity.
pub(crate) fn new_identity(
    fold: &Fold<'_>,
    table: &Qualified,
    column: &Ident,
    ty: &SqlText,
    always: bool,
    list: Option<ast::SequenceOptionList>,
) -> Result<Identity, Trouble> {
    let written: Vec<_> = list.iter().flat_map(|it| it.sequence_options()).collect();
    let sequence = identity::options(ty.canonical(), None, written.iter().cloned())?;
    let generated = naming::sequence(table, column);
    let name = identity::sequence_name(table, written.into_iter()).unwrap_or_else(|| {
        let free = fold.free_relation_name(table, Some(column.text()), "seq", false);
        Qualified { namespace: table.namespace.clone(), name: free }
    });
    Ok(Identity { always, sequence, name: (name != generated).then_some(name) })
}

/// What a NOT NULL constraint says besides NOT NULL (18).
pub(crate) fn not_null(extra: &mut PostgresColumn, table: &Qualified, column: &Ident, it: &ast::NotNullConstraint) {
    let written = it.constraint_name_clause().and_then(|it| it.constraint_name());
    let generated = naming::not_null(table, column);
    extra.not_null_name = written.map(|it| names::one(it.syntax())).filter(|it| *it != generated);
    for option in it.constraint_options() {
        match option {
            ast::ConstraintOption::NoInherit(_) => extra.not_null_no_inherit = true,
            ast::ConstraintOption::NotValid(_) => extra.not_null_not_valid = true,
            _ => (),
        }
    }
}

/// A word such as `'now'` stands for the moment at which PostgreSQL reads it: as a default it is never the same twice.
pub(crate) fn refuse_moment(ty: &SqlText, expression: &SyntaxNode) -> Result<(), Trouble> {
    let is_time = ty.canonical().starts_with("timestamp") || ty.canonical().starts_with("date");
    let is_literal = matches!(expression.kind(), SyntaxKind::LITERAL | SyntaxKind::CAST_EXPR | SyntaxKind::PAREN_EXPR);
    let mut literals = expression.descendants().filter_map(ast::Literal::cast).filter_map(|it| it.string_value());
    let is_moment = |it: String| {
        let word = it.trim().trim_end_matches("()").to_ascii_lowercase();
        matches!(word.as_str(), "now" | "today" | "tomorrow" | "yesterday")
    };
    // Cast to text first, the word is read when a row comes.
    let is_text = expression.text().to_string().to_ascii_lowercase().contains("text");
    if is_time && is_literal && !is_text && literals.next().is_some_and(is_moment) {
        return Err(refused(
            expression,
            "this stands for the moment at which the table is made, and is never the same twice",
            "write now() or CURRENT_DATE for the moment at which a row comes",
        ));
    }
    Ok(())
}

/// A default. NULL is none, as every column has that anyway.
pub(crate) fn default(fold: &Fold<'_>, ty: &SqlText, expression: &SyntaxNode) -> Option<SqlText> {
    let text = fold.text(expression);
    let written = text.canonical();
    let is_domain = !written.contains("::") && is_domain(fold, ty);
    let is_null = written.eq_ignore_ascii_case("null") && !is_domain;
    let is_typed_null = written.get(..6).is_some_and(|it| it.eq_ignore_ascii_case("null::"))
        && !ty.canonical().contains('(')
        && cast_type(fold, expression).is_some_and(|it| it == *ty.canonical());
    if is_null && ty.canonical().contains('(') {
        return null_of(ty);
    }
    (!is_null && !is_typed_null).then_some(text)
}

/// What PostgreSQL keeps of `DEFAULT NULL` where a type has a length that values are brought to. Intervals do so without.
fn null_of(ty: &SqlText) -> Option<SqlText> {
    let (before, rest) = ty.canonical().split_once('(')?;
    let (_, after) = rest.split_once(')')?;
    let base = match before {
        "character" => "bpchar",
        "bit" => "\"bit\"",
        _ if before.starts_with("interval") => return None,
        _ => before,
    };
    let text = ["NULL::", base, after].concat();
    Some(SqlText::new(text.clone(), text))
}

/// The type that an expression is cast to.
fn cast_type(fold: &Fold<'_>, expression: &SyntaxNode) -> Option<String> {
    let cast = ast::CastExpr::cast(expression.clone())?;
    let ty = cast.syntax().children().find_map(ast::Type::cast)?;
    types::written(fold, ty.syntax()).ok()
}

fn is_domain(fold: &Fold<'_>, ty: &SqlText) -> bool {
    if !ty.canonical().contains('.') {
        return false;
    }
    let is_it = |it: &Address| matches!(it, Address::Object(ObjectKind::Domain, name) if names::qualified(name) == *ty.canonical());
    fold.schema.others.keys().any(is_it) || fold.target.schema().others.keys().any(is_it)
}

/// The collation that is named; the database's own is none.
pub(crate) fn collation(fold: &Fold<'_>, collate: &ast::Collate) -> Option<Qualified> {
    let node = collate.collation_ref()?;
    let name = match names::path(node.syntax()).as_slice() {
        [.., namespace, name] => Qualified { namespace: namespace.clone(), name: name.clone() },
        [name] => {
            let candidates = fold.candidates(node.syntax());
            let is_there = |it: &Qualified| {
                let address = Address::Object(ObjectKind::Collation, it.clone());
                fold.declared.collations.contains(it) || fold.target.schema().others.contains_key(&address)
            };
            let own = Qualified { namespace: Ident::from("pg_catalog"), name: name.clone() };
            candidates.into_iter().find(is_there).unwrap_or(own)
        }
        [] => return None,
    };
    (name.name.text() != "default").then_some(name)
}

/// How values are stored, where it is not the type's own way.
pub(crate) fn storage_mode(mode: &str, ty: &str) -> Option<String> {
    (mode != "default" && known::storage(ty) != Some(mode)).then(|| mode.to_owned())
}

/// Put a column and what goes with it into a table that is there.
pub(crate) fn place(fold: &mut Fold<'_>, table: &Qualified, name: &Ident, draft: Draft) -> Vec<Wish> {
    let Draft { column, wishes, mentions, sequence, says: _, extra: _ } = draft;
    let address = Address::Column(table.clone(), name.clone());
    for node in mentions {
        fold.mention(&address, &node);
    }
    if let Some((name, sequence)) = sequence {
        let object = Definition::Postgres(Box::new(PostgresObject::Sequence(sequence)));
        let address = Address::Object(ObjectKind::Sequence, name);
        fold.schema.others.insert(address.clone(), object);
        grant::created(fold, &address);
    }
    if let Some(identity) = column.extra.postgres().identity {
        let sequence = naming::identity(table, name, &identity);
        grant::created(fold, &Address::Object(ObjectKind::Sequence, sequence.clone()));
        fold.taken.add_index(sequence, address);
    }
    if let Some(it) = fold.schema.table_mut(table) {
        it.columns.insert(name.clone(), column);
    }
    wishes
}
