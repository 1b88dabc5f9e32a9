//! How an object is named in `COMMENT ON`, `DROP` and `GRANT … ON`.

use trueup_contract::Sql;
use trueup_state::{Address, Ident, ObjectKind, PartKind, Qualified, Schema};

/// The keywords of a kind of object: `TEXT SEARCH PARSER`, `TYPE`, `SERVER`.
pub(crate) fn keywords(kind: ObjectKind) -> String {
    match kind {
        ObjectKind::Enum | ObjectKind::CompositeType | ObjectKind::RangeType | ObjectKind::BaseType => {
            "TYPE".to_owned()
        }
        ObjectKind::ForeignServer => "SERVER".to_owned(),
        _ => kind.words().to_uppercase(),
    }
}

/// `FUNCTION public.f (integer)`: the kind and the name of an object, as `DROP` and `COMMENT ON` want them. A primary
/// key and a foreign table cannot be told by their address alone; `schema` is where they are looked up. `None`: it has
/// no such name.
pub(crate) fn subject(sql: Sql, address: &Address, schema: &Schema) -> Option<Sql> {
    let on = |sql: Sql, kind: &str, name: &Ident, owner: &Qualified| sql.raw(kind).ident(name).raw("ON").name(owner);
    Some(match address {
        Address::Namespace(name) => sql.raw("SCHEMA").ident(name),
        Address::Table(name) => {
            let foreign = schema.table(name).is_some_and(|table| table.extra.postgres().foreign.is_some());
            sql.raw(if foreign { "FOREIGN TABLE" } else { "TABLE" }).name(name)
        }
        Address::Column(table, name) => column(sql.raw("COLUMN"), table, name),
        Address::PrimaryKey(table) => {
            let key = schema.table(table)?.primary_key.as_ref()?;
            on(sql, "CONSTRAINT", key.name.as_ref()?, table)
        }
        Address::Unique(table, name)
        | Address::Check(table, name)
        | Address::ForeignKey(table, name)
        | Address::Part(PartKind::Exclude, table, name) => on(sql, "CONSTRAINT", name, table),
        Address::Index(owner, name) => {
            sql.raw("INDEX").name(&Qualified { namespace: owner.namespace.clone(), name: name.clone() })
        }
        Address::Trigger(owner, name) => on(sql, "TRIGGER", name, owner),
        Address::Part(PartKind::Policy, owner, name) => on(sql, "POLICY", name, owner),
        Address::Part(PartKind::Rule, owner, name) => on(sql, "RULE", name, owner),
        Address::Part(PartKind::DomainCheck, owner, name) => {
            sql.raw("CONSTRAINT").ident(name).raw("ON DOMAIN").name(owner)
        }
        Address::View(name) => sql.raw("VIEW").name(name),
        Address::Object(kind, name) => sql.raw(&keywords(*kind)).name(name),
        Address::Signed(kind, name, signature) => signed(sql, *kind, name, signature),
        Address::Part(PartKind::EnumValue, ..)
        | Address::VirtualTable(_)
        | Address::Grant(..)
        | Address::Comment(_)
        | Address::Owner(_)
        | Address::DefaultPrivileges(..) => {
            return None;
        }
    })
}

/// `public.t.c`
fn column(sql: Sql, table: &Qualified, name: &Ident) -> Sql {
    // The builder knows names of two parts; the dot glues the third one to them.
    let own = crate::render::sql("").ident(name).finish();
    sql.name(table).raw(&[".", &own].concat())
}

/// An object whose name alone does not tell which one it is.
fn signed(sql: Sql, kind: ObjectKind, name: &Qualified, signature: &Ident) -> Sql {
    let sql = sql.raw(&keywords(kind));
    match kind {
        ObjectKind::OperatorClass | ObjectKind::OperatorFamily => sql.name(name).raw("USING").ident(signature),
        ObjectKind::Operator => operator(sql, name).raw(&["(", signature.text(), ")"].concat()),
        ObjectKind::Cast => sql.raw(&["(", name.name.text()].concat()).raw("AS").raw(signature.text()).raw(")"),
        ObjectKind::UserMapping => role(sql.raw("FOR"), signature).raw("SERVER").ident(&name.name),
        ObjectKind::Transform => sql.raw("FOR").raw(name.name.text()).raw("LANGUAGE").ident(signature),
        ObjectKind::Aggregate if signature.is_empty() => sql.name(name).raw("(*)"),
        _ => sql.name(name).raw(&["(", signature.text(), ")"].concat()),
    }
}

/// `public.+`: an operator's own name is no identifier and is never quoted.
pub(crate) fn operator(sql: Sql, name: &Qualified) -> Sql {
    if name.namespace.is_empty() {
        return sql.raw(name.name.text());
    }
    sql.ident(&name.namespace).raw(&[".", name.name.text()].concat())
}

/// A role; `public` is everybody, and none is whoever runs the statement.
pub(crate) fn role(sql: Sql, name: &Ident) -> Sql {
    match name.text() {
        "public" => sql.raw("PUBLIC"),
        "" => sql.raw("CURRENT_USER"),
        _ => sql.ident(name),
    }
}
