//! Sequences that have a statement of their own.

use squawk_syntax::{ast, ast::AstNode};
use trueup_state::{Address, ColumnExtra, Ident, ObjectKind, PostgresObject, Qualified, Sequence, SequenceOptions};

use super::defined::{
    lookup,
    tokens::{Tokens, Written},
};
use crate::{
    naming,
    parse::fold::{Fold, FoldResult, Folded, Trouble, later, wrong},
};

const SEQUENCE: [ObjectKind; 1] = [ObjectKind::Sequence];

/// CREATE, ALTER and DROP SEQUENCE.
pub(crate) fn fold(fold: &mut Fold<'_>, stmt: &ast::Stmt) -> Option<FoldResult> {
    let mut tokens = Tokens::of(stmt.syntax());
    Some(match stmt {
        ast::Stmt::CreateSequence(_) => create(fold, &mut tokens),
        ast::Stmt::AlterSequence(_) => alter(fold, &mut tokens),
        ast::Stmt::DropSequence(_) => drop_sequences(fold, &mut tokens),
        _ => return None,
    })
}

/// What can only be done when everything is declared.
pub(crate) fn finish(_fold: &mut Fold<'_>) -> Result<(), Trouble> {
    Ok(())
}

/// What a statement says of a sequence; `Some(None)` takes the default again.
#[derive(Default)]
struct Said {
    ty: Option<String>,
    increment: Option<i64>,
    minimum: Option<Option<i64>>,
    maximum: Option<Option<i64>>,
    start: Option<i64>,
    cache: Option<i64>,
    cycle: Option<bool>,
    unlogged: Option<bool>,
    owned_by: Option<Option<(Qualified, Ident)>>,
}

fn create(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("CREATE")?;
    let unlogged = tokens.take("UNLOGGED");
    if ["TEMP", "TEMPORARY", "LOCAL", "GLOBAL"].iter().any(|word| tokens.is(word)) {
        return Ok(Folded::Skipped("a temporary sequence is no part of the schema".to_owned()));
    }
    tokens.need("SEQUENCE")?;
    let if_not_exists = tokens.take("IF NOT EXISTS");
    let written = tokens.name()?;
    let name = lookup::new_name(fold, &written)?;
    let address = Address::Object(ObjectKind::Sequence, name);
    if if_not_exists && fold.schema.others.contains_key(&address) {
        return Ok(Folded::Nothing);
    }
    let said = said(fold, tokens)?;
    let Said { ty, increment, unlogged: said_unlogged, owned_by, .. } = &said;
    let ty = ty.clone().unwrap_or_else(|| "bigint".to_owned());
    let fresh = SequenceOptions::of_type(&ty, increment.unwrap_or(1));
    let options = options(tokens, &said, &ty, fresh, true)?;
    let unlogged = unlogged || said_unlogged.unwrap_or(false);
    let sequence = Sequence { ty, options, unlogged, owned_by: owned_by.clone().flatten() };
    lookup::put_new(fold, tokens, &address, PostgresObject::Sequence(sequence))?;
    super::grant::created(fold, &address);
    Ok(Folded::Object(address))
}

/// Everything that is said up to the end of the statement.
fn said(fold: &mut Fold<'_>, tokens: &mut Tokens) -> Result<Said, Trouble> {
    let mut said = Said::default();
    while !tokens.at_end() {
        option(fold, tokens, &mut said)?;
    }
    Ok(said)
}

fn option(fold: &mut Fold<'_>, tokens: &mut Tokens, said: &mut Said) -> Result<(), Trouble> {
    if tokens.take("AS") {
        let wrong = tokens.trouble("a sequence is of type smallint, integer or bigint");
        let ty = match tokens.ty(fold)?.canonical() {
            "smallint" | "int2" => "smallint",
            "integer" | "int" | "int4" => "integer",
            "bigint" | "int8" => "bigint",
            _ => return Err(wrong),
        };
        said.ty = Some(ty.to_owned());
    } else if tokens.take("INCREMENT") {
        let _ = tokens.take("BY");
        said.increment = Some(tokens.number()?);
    } else if tokens.take("NO MINVALUE") {
        said.minimum = Some(None);
    } else if tokens.take("NO MAXVALUE") {
        said.maximum = Some(None);
    } else if tokens.take("MINVALUE") {
        said.minimum = Some(Some(tokens.number()?));
    } else if tokens.take("MAXVALUE") {
        said.maximum = Some(Some(tokens.number()?));
    } else if tokens.take("START") {
        let _ = tokens.take("WITH");
        said.start = Some(tokens.number()?);
    } else if tokens.take("RESTART") {
        // Where a sequence stands is data.
        if tokens.take("WITH") || tokens.peek().starts_with(|c: char| c.is_ascii_digit() || c == '-') {
            tokens.number()?;
        }
    } else if tokens.take("CACHE") {
        said.cache = Some(tokens.number()?);
    } else if tokens.take("NO CYCLE") {
        said.cycle = Some(false);
    } else if tokens.take("CYCLE") {
        said.cycle = Some(true);
    } else if tokens.take("OWNED BY") {
        said.owned_by = Some(owner(fold, tokens)?);
    } else if tokens.take("LOGGED") || tokens.take("SET LOGGED") {
        said.unlogged = Some(false);
    } else if tokens.take("UNLOGGED") || tokens.take("SET UNLOGGED") {
        said.unlogged = Some(true);
    } else {
        return Err(tokens.trouble("a sequence has no such option"));
    }
    Ok(())
}

/// What follows `OWNED BY`.
fn owner(fold: &mut Fold<'_>, tokens: &mut Tokens) -> Result<Option<(Qualified, Ident)>, Trouble> {
    let node = tokens.node();
    let mut name = tokens.name()?;
    match (name.parts.len(), name.parts.pop()) {
        (1, Some(word)) if word.text() == "none" => Ok(None),
        (2 | 3, Some(column)) => {
            let table = name.candidates(fold).into_iter().find(|it| fold.schema.table(it).is_some());
            let table = table.ok_or_else(|| later(&node, ["table `", &name.text(), "`"].concat()))?;
            let knows = fold.schema.table(&table).is_some_and(|it| it.columns.contains_key(&column));
            if knows {
                return Ok(Some((table, column)));
            }
            Err(later(&node, ["column `", &table.to_string(), ".", column.text(), "`"].concat()))
        }
        _ => Err(wrong(&node, "`table.column` or NONE is expected here")),
    }
}

/// The options after a statement, as `init_params` works them out.
fn options(
    tokens: &Tokens,
    said: &Said,
    ty: &str,
    before: SequenceOptions,
    is_new: bool,
) -> Result<SequenceOptions, Trouble> {
    let Said { ty: _, increment, minimum, maximum, start, cache, cycle, unlogged: _, owned_by: _ } = said;
    let increment = increment.unwrap_or(before.increment);
    let defaults = SequenceOptions::of_type(ty, increment);
    let resolve = |said: &Option<Option<i64>>, before: i64, default: i64| match said {
        Some(Some(value)) => *value,
        Some(None) => default,
        None => before,
    };
    let minimum = resolve(minimum, before.minimum, defaults.minimum);
    let maximum = resolve(maximum, before.maximum, defaults.maximum);
    let first = if increment < 0 { maximum } else { minimum };
    let start = start.unwrap_or(if is_new { first } else { before.start });
    let cache = cache.unwrap_or(before.cache);
    let ascending = SequenceOptions::of_type(ty, 1);
    let descending = SequenceOptions::of_type(ty, -1);
    let refuse = |message: &str| Err(wrong(tokens.statement(), message));
    if increment == 0 {
        return refuse("INCREMENT must not be zero");
    }
    if cache < 1 {
        return refuse("CACHE must be greater than zero");
    }
    if maximum > ascending.maximum || minimum < descending.minimum {
        return refuse("MINVALUE and MAXVALUE must be values of the sequence's type");
    }
    if minimum >= maximum {
        return refuse("MINVALUE must be less than MAXVALUE");
    }
    if start < minimum || start > maximum {
        return refuse("START must lie between MINVALUE and MAXVALUE");
    }
    Ok(SequenceOptions { start, increment, minimum, maximum, cache, cycle: cycle.unwrap_or(before.cycle) })
}

/// The bounds under another type: those that were the type's own become the new type's own.
fn retyped(before: &SequenceOptions, from: &str, to: &str) -> SequenceOptions {
    let greatest = |ty: &str| SequenceOptions::of_type(ty, 1).maximum;
    let least = |ty: &str| SequenceOptions::of_type(ty, -1).minimum;
    let mut after = before.clone();
    if from != to && before.maximum == greatest(from) {
        after.maximum = greatest(to);
    }
    if from != to && before.minimum == least(from) {
        after.minimum = least(to);
    }
    after
}

fn alter(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("ALTER SEQUENCE")?;
    let if_exists = tokens.take("IF EXISTS");
    let written = tokens.name()?;
    let Some(address) = lookup::find(fold, &written, &SEQUENCE) else {
        if let Some((table, column)) = identity(fold, &written) {
            return alter_identity(fold, tokens, &table, &column);
        }
        if if_exists {
            return Ok(Folded::Nothing);
        }
        return Err(later(&written.node, ["sequence `", &written.text(), "`"].concat()));
    };
    if tokens.take("OWNER TO") {
        return Ok(Folded::Nothing);
    }
    if let Some(after) = super::type_::renamed(fold, tokens, &address)? {
        lookup::readdress(fold, &address, &after);
        return Ok(Folded::Object(after));
    }
    let said = said(fold, tokens)?;
    let Some(PostgresObject::Sequence(sequence)) = lookup::object_mut(fold, &address) else {
        return Ok(Folded::Nothing);
    };
    let ty = said.ty.clone().unwrap_or_else(|| sequence.ty.clone());
    let before = retyped(&sequence.options, &sequence.ty, &ty);
    sequence.options = options(tokens, &said, &ty, before, false)?;
    sequence.ty = ty;
    sequence.unlogged = said.unlogged.unwrap_or(sequence.unlogged);
    if let Some(owner) = said.owned_by {
        sequence.owned_by = owner;
    }
    Ok(Folded::Object(address))
}

/// The identity column whose sequence has this name.
pub(super) fn identity(fold: &Fold<'_>, name: &Written) -> Option<(Qualified, Ident)> {
    let candidates = name.candidates(fold);
    fold.schema.tables().find_map(|(table, it)| {
        let columns = it.columns.iter();
        let mut found = columns.filter_map(|(column, it)| {
            let identity = it.extra.postgres().identity?;
            let sequence = naming::identity(&table, column, &identity);
            candidates.contains(&sequence).then(|| (table.clone(), column.clone()))
        });
        found.next()
    })
}

/// The sequences of identity columns.
pub(super) fn identities(fold: &Fold<'_>) -> Vec<Address> {
    let columns = fold.schema.tables().flat_map(|(table, it)| {
        let names = it.columns.iter().filter_map(|(column, it)| {
            let identity = it.extra.postgres().identity?;
            Some(naming::identity(&table, column, &identity))
        });
        names.collect::<Vec<_>>()
    });
    columns.map(|name| Address::Object(ObjectKind::Sequence, name)).collect()
}

/// ALTER SEQUENCE on the sequence of an identity column.
fn alter_identity(fold: &mut Fold<'_>, tokens: &mut Tokens, table: &Qualified, column: &Ident) -> FoldResult {
    if tokens.take("OWNER TO") {
        return Ok(Folded::Nothing);
    }
    let name = tokens.take("RENAME TO").then(|| tokens.ident()).transpose()?;
    let said = said(fold, tokens)?;
    let found = fold.schema.table_mut(table).and_then(|it| it.columns.get_mut(column));
    let Some(column) = found else { return Ok(Folded::Nothing) };
    let mut extra = column.extra.postgres();
    let ty = column.ty.canonical().to_owned();
    if let Some(identity) = &mut extra.identity {
        if let Some(name) = name {
            identity.name = Some(lookup::beside(table, name));
        }
        identity.sequence = options(tokens, &said, &ty, identity.sequence.clone(), false)?;
    }
    column.extra = ColumnExtra::from(extra);
    Ok(Folded::Nothing)
}

fn drop_sequences(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("DROP SEQUENCE")?;
    let if_exists = tokens.take("IF EXISTS");
    let names = tokens.list(Tokens::name)?;
    tokens.end()?;
    for name in names {
        match lookup::find(fold, &name, &SEQUENCE) {
            Some(address) => lookup::remove(fold, &address),
            None if if_exists => (),
            None => return Err(wrong(&name.node, ["there is no sequence `", &name.text(), "` to drop"].concat())),
        }
    }
    Ok(Folded::Nothing)
}
