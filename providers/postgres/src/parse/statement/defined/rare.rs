//! What a name of a rare kind stands for.

use trueup_state::{Address, Ident, ObjectKind, Qualified};

use super::{
    lookup, signature, text,
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

/// What a name with its kind before it stands for: after COMMENT ON, and after ALTER and DROP.
pub(in super::super) fn subject(
    fold: &mut Fold<'_>,
    tokens: &mut Tokens,
) -> Result<(Written, Result<Address, Trouble>), Trouble> {
    if let Some((_, kind)) = NAMED.into_iter().find(|(word, _)| tokens.take(word)) {
        let name = tokens.name()?;
        let found = lookup::need(fold, &name, &[kind]);
        return Ok((name, found));
    }
    if let Some((_, kind)) = BARE.into_iter().find(|(word, _)| tokens.take(word)) {
        let name = tokens.name()?;
        let found = lookup::need_bare(fold, &name, kind);
        return Ok((name, found));
    }
    if tokens.take("AGGREGATE") {
        return signature::need(fold, tokens, &[ObjectKind::Aggregate]);
    }
    for (word, kind) in [("OPERATOR CLASS", ObjectKind::OperatorClass), ("OPERATOR FAMILY", ObjectKind::OperatorFamily)]
    {
        if tokens.take(word) {
            let name = tokens.name()?;
            tokens.need("USING")?;
            let method = tokens.ident()?;
            let found = signed(fold, &name, kind, &method);
            return Ok((name, found));
        }
    }
    if tokens.take("OPERATOR") {
        return operator(fold, tokens);
    }
    if tokens.take("CAST") {
        let (name, address) = cast(fold, tokens)?;
        let found = must_exist(fold, &name, address);
        return Ok((name, found));
    }
    if tokens.take("TRANSFORM FOR") {
        let (name, address) = transform(fold, tokens)?;
        let found = must_exist(fold, &name, address);
        return Ok((name, found));
    }
    Err(tokens.trouble("this kind of object is not known"))
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
        _ => match fold.known.cluster.members.keys().find_map(|it| match it {
            Address::Object(its, found) if *its == kind && found.name == name.last() => Some(found),
            _ => None,
        }) {
            Some(found) => full(found),
            None => full(&Qualified::bare(name.last())),
        },
    }
}

#[allow(dead_code)]
fn unused(fold: &Fold<'_>, name: &Written) -> String {
    text::function(fold, name)
}
