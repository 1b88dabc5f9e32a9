//! What may be said of anything: comments, owners, privileges, and words to trueup itself.

use trueup_contract::SourceError;
use trueup_state::{Address, ObjectKind, PartKind};

use super::{line, only};
use crate::toml::{
    node::{Node, Text},
    script::{Engine, Lines, Statements},
};

/// `-- @moved from=…`, `-- @protect` and `-- @ignore`.
pub(super) fn directives<'a>(node: Node<'a>) -> Lines<'a> {
    let mut lines = Lines::default();
    if let Some(from) = node.text("moved_from") {
        lines.line(["-- @moved from=", from.text].concat(), from);
    }
    for (key, word) in [("protect", "-- @protect"), ("ignore", "-- @ignore")] {
        if let Some(it) = node.get(key).filter(|_| node.flag(key) == Some(true)) {
            lines.line(word, it.key);
        }
    }
    lines
}

/// The same for a part that the engine's reader knows no directives for.
pub(super) fn no_directives(engine: Engine, node: Node<'_>) -> Result<(), SourceError> {
    only(engine, &[Engine::Postgres, Engine::MySql], node, &["moved_from", "protect", "ignore"])
}

/// Comments, owner and privileges, as statements of their own where the engine has such.
pub(super) fn attached<'a>(
    engine: Engine,
    address: &Address,
    node: Node<'a>,
    statements: &mut Statements<'a>,
) -> Result<(), SourceError> {
    if engine == Engine::Postgres {
        if let Some(text) = node.text("comment") {
            comment(address, text, statements)?;
        }
        if let Some(role) = node.text("owner") {
            let subject =
                subject(address).ok_or_else(|| role.wrong("such an object belongs to nobody", "leave it away"))?;
            let lines = line(&["ALTER ", &subject, " OWNER TO ", &self::role(role.text)], role);
            statements.add(&Address::Owner(Box::new(address.clone())), lines);
        }
        return grants(address, node, statements);
    }
    only(engine, &[Engine::Postgres], node, &["owner", "grant"])?;
    if engine == Engine::MySql && !matches!(address, Address::Table(_) | Address::Column(..) | Address::Index(..)) {
        only(engine, &[Engine::Postgres, Engine::Sqlite], node, &["comment"])?;
    }
    Ok(())
}

/// COMMENT ON.
pub(super) fn comment<'a>(
    address: &Address,
    text: Text<'a>,
    statements: &mut Statements<'a>,
) -> Result<(), SourceError> {
    let subject = subject(address).ok_or_else(|| {
        let hint = "say it in a statement: object.\"comment:…\".sql = \"COMMENT ON …\"";
        text.wrong("a comment on such an object cannot be given here", hint)
    })?;
    let lines = line(&["COMMENT ON ", &subject, " IS ", &Engine::Postgres.string(text.text)], text);
    statements.add(&Address::Comment(Box::new(address.clone())), lines);
    Ok(())
}

/// GRANT for each role; REVOKE for one that shall have nothing.
fn grants<'a>(address: &Address, node: Node<'a>, statements: &mut Statements<'a>) -> Result<(), SourceError> {
    let Some(grants) = node.get("grant") else { return Ok(()) };
    let (column, subject) = match address {
        Address::Column(table, name) => {
            let column = [" (", &Engine::Postgres.ident(name.text()), ")"].concat();
            (column, Some(["TABLE ", &Engine::Postgres.name(table)].concat()))
        }
        _ => (String::new(), granted(address)),
    };
    let subject =
        subject.ok_or_else(|| grants.key.wrong("there are no privileges on such an object", "leave it away"))?;
    for role in grants.entries() {
        let grantee = self::role(role.key.text);
        let about = Address::Grant(Box::new(address.clone()), role.key.text.into());
        let all = if column.is_empty() { "ALL".to_owned() } else { ["ALL", &column].concat() };
        // Others have nothing before anybody grants it to them.
        if role.as_names().is_empty() || matches!(role.key.text, "public" | "current_user") {
            statements.add(&about, line(&["REVOKE ", &all, " ON ", &subject, " FROM ", &grantee], role.key));
        }
        for privilege in role.as_names() {
            let words = privilege.text.to_ascii_uppercase();
            let (words, more) = match words.strip_suffix(" WITH GRANT OPTION") {
                Some(words) => (words.to_owned(), " WITH GRANT OPTION"),
                None => (words, ""),
            };
            let lines = line(&["GRANT ", &words, &column, " ON ", &subject, " TO ", &grantee, more], privilege);
            statements.add(&about, lines);
        }
    }
    Ok(())
}

/// A role: `public` is everybody, `current_user` whoever is connected.
pub(super) fn role(name: &str) -> String {
    match name {
        "public" => "PUBLIC".to_owned(),
        "current_user" => "CURRENT_USER".to_owned(),
        _ => Engine::Postgres.ident(name),
    }
}

/// What a grant is on. `None`: there are no grants on it.
pub(in crate::toml) fn granted(address: &Address) -> Option<String> {
    match address {
        Address::View(name) | Address::Object(ObjectKind::MaterializedView, name) => {
            Some(["TABLE ", &Engine::Postgres.name(name)].concat())
        }
        Address::Object(ObjectKind::ForeignServer, name) => {
            Some(["FOREIGN SERVER ", &Engine::Postgres.name(name)].concat())
        }
        Address::Object(kind, _) if kind.is_type() => subject(address),
        Address::Object(ObjectKind::Sequence | ObjectKind::Language | ObjectKind::ForeignDataWrapper, _)
        | Address::Signed(ObjectKind::Function | ObjectKind::Procedure, ..)
        | Address::Namespace(_)
        | Address::Table(_) => subject(address),
        _ => None,
    }
}

/// An object as COMMENT ON and ALTER name it.
pub(in crate::toml) fn subject(address: &Address) -> Option<String> {
    let engine = Engine::Postgres;
    let plain = |words: &str, name: &str| Some([words, " ", name].concat());
    let on = |words: &str, name: &trueup_state::Ident, owner: &trueup_state::Qualified| {
        Some([words, " ", &engine.ident(name.text()), " ON ", &engine.name(owner)].concat())
    };
    match address {
        Address::Namespace(name) => plain("SCHEMA", &engine.ident(name.text())),
        Address::Table(name) => plain("TABLE", &engine.name(name)),
        Address::View(name) => plain("VIEW", &engine.name(name)),
        Address::Column(table, name) => {
            Some(["COLUMN ", &engine.name(table), ".", &engine.ident(name.text())].concat())
        }
        Address::PrimaryKey(_) => None,
        Address::Unique(table, name) | Address::Check(table, name) | Address::ForeignKey(table, name) => {
            on("CONSTRAINT", name, table)
        }
        Address::Index(table, name) => {
            let own = trueup_state::Qualified { namespace: table.namespace.clone(), name: name.clone() };
            plain("INDEX", &engine.name(&own))
        }
        Address::Trigger(table, name) => on("TRIGGER", name, table),
        Address::Part(PartKind::Exclude, table, name) => on("CONSTRAINT", name, table),
        Address::Part(PartKind::Policy, table, name) => on("POLICY", name, table),
        Address::Part(PartKind::Rule, table, name) => on("RULE", name, table),
        Address::Object(ObjectKind::ForeignServer, name) => plain("SERVER", &engine.name(name)),
        Address::Object(kind, name) => {
            let words = kind.words().to_ascii_uppercase();
            let is_type = kind.is_type() && *kind != ObjectKind::Domain;
            plain(if is_type { "TYPE" } else { &words }, &engine.name(name))
        }
        Address::Signed(kind @ (ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Aggregate), name, types) => {
            let signature = if types.is_empty() { String::new() } else { ["(", types.text(), ")"].concat() };
            Some([&kind.words().to_ascii_uppercase(), " ", &engine.name(name), &signature].concat())
        }
        _ => None,
    }
}
