//! What a name of a rare kind stands for.

use trueup_state::{Address, Ident, ObjectKind, Qualified};

use super::{
    lookup, signature,
    tokens::{Tokens, Written, full},
};
use crate::parse::fold::{Fold, Trouble, later};

/// Kinds whose names have namespaces.
pub(super) const NAMED: [(&str, ObjectKind); 7] = [
    ("COLLATION", ObjectKind::Collation),
    ("CONVERSION", ObjectKind::Conversion),
    ("STATISTICS", ObjectKind::Statistics),
    ("TEXT SEARCH PARSER", ObjectKind::TextSearchParser),
    ("TEXT SEARCH TEMPLATE", ObjectKind::TextSearchTemplate),
    ("TEXT SEARCH DICTIONARY", ObjectKind::TextSearchDictionary),
    ("TEXT SEARCH CONFIGURATION", ObjectKind::TextSearchConfiguration),
];

/// Kinds whose names have none.
pub(super) const BARE: [(&str, ObjectKind); 10] = [
    ("ACCESS METHOD", ObjectKind::AccessMethod),
    ("FOREIGN DATA WRAPPER", ObjectKind::ForeignDataWrapper),
    ("FOREIGN SERVER", ObjectKind::ForeignServer),
    ("SERVER", ObjectKind::ForeignServer),
    ("PUBLICATION", ObjectKind::Publication),
    ("SUBSCRIPTION", ObjectKind::Subscription),
    ("EVENT TRIGGER", ObjectKind::EventTrigger),
    ("PROCEDURAL LANGUAGE", ObjectKind::Language),
    ("LANGUAGE", ObjectKind::Language),
    ("EXTENSION", ObjectKind::Extension),
];

/// Kinds whose names are told apart by more than the name.
const SIGNED: [(&str, ObjectKind); 6] = [
    ("AGGREGATE", ObjectKind::Aggregate),
    ("OPERATOR CLASS", ObjectKind::OperatorClass),
    ("OPERATOR FAMILY", ObjectKind::OperatorFamily),
    ("OPERATOR", ObjectKind::Operator),
    ("CAST", ObjectKind::Cast),
    ("TRANSFORM", ObjectKind::Transform),
];

/// The kind that is named next.
pub(super) fn words(tokens: &mut Tokens) -> Option<ObjectKind> {
    let mut all = NAMED.into_iter().chain(BARE).chain(SIGNED);
    all.find(|(words, _)| tokens.take(words)).map(|(_, kind)| kind)
}

/// What a name with its kind before it stands for: after COMMENT ON and ALTER.
pub(in super::super) fn subject(
    fold: &mut Fold<'_>,
    tokens: &mut Tokens,
) -> Result<(Written, Result<Address, Trouble>), Trouble> {
    match words(tokens) {
        Some(kind) => named(fold, tokens, kind),
        None => Err(tokens.trouble("this kind of object is not known")),
    }
}

/// What a name of a kind stands for.
pub(super) fn named(
    fold: &mut Fold<'_>,
    tokens: &mut Tokens,
    kind: ObjectKind,
) -> Result<(Written, Result<Address, Trouble>), Trouble> {
    match kind {
        ObjectKind::Aggregate => signature::need(fold, tokens, &[ObjectKind::Aggregate]),
        ObjectKind::OperatorClass | ObjectKind::OperatorFamily => {
            let name = tokens.name()?;
            tokens.need("USING")?;
            let method = tokens.ident()?;
            let found = signed(fold, &name, kind, &method);
            Ok((name, found))
        }
        ObjectKind::Operator => operator(fold, tokens),
        ObjectKind::Cast => {
            let (name, address) = cast(fold, tokens)?;
            let found = must_exist(fold, &name, address);
            Ok((name, found))
        }
        ObjectKind::Transform => {
            tokens.need("FOR")?;
            let (name, address) = transform(fold, tokens)?;
            let found = must_exist(fold, &name, address);
            Ok((name, found))
        }
        _ => {
            let name = tokens.name()?;
            let is_bare = BARE.iter().any(|(_, it)| *it == kind);
            let found = if is_bare { lookup::need_bare(fold, &name, kind) } else { lookup::need(fold, &name, &[kind]) };
            Ok((name, found))
        }
    }
}

fn must_exist(fold: &Fold<'_>, name: &Written, address: Address) -> Result<Address, Trouble> {
    if fold.schema.others.contains_key(&address) {
        return Ok(address);
    }
    Err(later(&name.node, ["`", &address.to_string(), "`"].concat()))
}

/// An operator class or family.
fn signed(fold: &Fold<'_>, name: &Written, kind: ObjectKind, method: &Ident) -> Result<Address, Trouble> {
    let addresses = name.candidates(fold).into_iter().map(|it| Address::Signed(kind, it, method.clone()));
    let found = addresses.into_iter().find(|it| fold.schema.others.contains_key(it));
    found.ok_or_else(|| later(&name.node, [kind.words(), " `", &name.text(), "`"].concat()))
}

/// An operator with its types: `=(integer, public.mood)`; NONE for a side that it has not.
fn operator(fold: &mut Fold<'_>, tokens: &mut Tokens) -> Result<(Written, Result<Address, Trouble>), Trouble> {
    let node = tokens.node();
    let (namespace, sign) = tokens.operator()?;
    let types = sides(fold, tokens)?;
    let parts: Vec<Ident> = namespace.into_iter().chain([Ident::from(sign)]).collect();
    let name = Written { node, parts };
    let addresses = name.candidates(fold).into_iter();
    let mut addresses = addresses.map(|it| Address::Signed(ObjectKind::Operator, it, types.clone()));
    let found = addresses.find(|it| fold.schema.others.contains_key(it));
    let found = found.ok_or_else(|| later(&name.node, ["operator `", &name.text(), "`"].concat()));
    Ok((name, found))
}

/// `(left, right)`.
pub(super) fn sides(fold: &mut Fold<'_>, tokens: &mut Tokens) -> Result<Ident, Trouble> {
    tokens.need("(")?;
    let mut all = Vec::new();
    loop {
        all.push(if tokens.take("NONE") { "NONE".to_owned() } else { tokens.ty(fold)?.canonical().to_owned() });
        if !tokens.take(",") {
            break;
        }
    }
    tokens.need(")")?;
    Ok(signature::signature(&all))
}

/// `(source AS target)`.
pub(super) fn cast(fold: &mut Fold<'_>, tokens: &mut Tokens) -> Result<(Written, Address), Trouble> {
    let node = tokens.node();
    tokens.need("(")?;
    let source = Ident::from(tokens.ty(fold)?.canonical());
    tokens.need("AS")?;
    let target = Ident::from(tokens.ty(fold)?.canonical());
    tokens.need(")")?;
    let name = Written { node, parts: vec![source.clone()] };
    Ok((name, Address::Signed(ObjectKind::Cast, Qualified::bare(source), target)))
}

/// `type LANGUAGE language`.
pub(super) fn transform(fold: &mut Fold<'_>, tokens: &mut Tokens) -> Result<(Written, Address), Trouble> {
    let node = tokens.node();
    let ty = Ident::from(tokens.ty(fold)?.canonical());
    tokens.need("LANGUAGE")?;
    let language = tokens.ident()?;
    let name = Written { node, parts: vec![ty.clone()] };
    Ok((name, Address::Signed(ObjectKind::Transform, Qualified::bare(ty), language)))
}

/// The full name of an object of a kind that may be PostgreSQL's own: a declared one, otherwise as it is written.
pub(super) fn reference(fold: &Fold<'_>, name: &Written, kind: ObjectKind) -> String {
    match lookup::find(fold, name, &[kind]) {
        Some(Address::Object(_, found)) => full(&found),
        _ if name.parts.len() > 1 => name.candidates(fold).first().map(full).unwrap_or_default(),
        _ => match fold.target.cluster().members.keys().find_map(|it| match it {
            Address::Object(its, found) if *its == kind && found.name == name.last() => Some(found),
            _ => None,
        }) {
            Some(found) => full(found),
            None => full(&Qualified::bare(name.last())),
        },
    }
}
