//! From what a file says to SQL of the dialect that is asked for.

mod attached;
mod key;
mod names;
mod object;
mod part;
mod routine;
mod table;

use std::collections::BTreeMap;

use toml::{Spanned, de::DeTable};
use trueup_contract::SourceError;
use trueup_state::Address;

pub(super) use attached::{granted, subject};

use super::{
    node::{File, Node, Text, entries},
    script::{Engine, Lines, Statements},
};

/// Everything that files say, as statements.
///
/// # Errors
/// Where something cannot be said to this engine, contradicts itself, is said twice, or has no effect.
pub(super) fn lower<'a>(
    engine: Engine,
    files: &'a [(&'a File, Spanned<DeTable<'a>>)],
) -> Result<Statements<'a>, SourceError> {
    let mut statements = Statements::default();
    let mut seen: BTreeMap<(&str, &str), Text<'a>> = BTreeMap::new();
    for (file, root) in files {
        for kind in entries(file, root.get_ref()) {
            if kind.key.text == "include" {
                continue;
            }
            if kind.key.text == "database" {
                object::database(engine, kind, &mut statements)?;
                continue;
            }
            for statement in kind.as_names() {
                let mut lines = Lines::default();
                lines.text("", statement, "");
                statements.add(&Address::Comment(Box::new(Address::Namespace("".into()))), lines);
            }
            for node in kind.entries() {
                if let Some(first) = seen.insert((kind.key.text, node.key.text), node.key) {
                    let place = first.file.place(first.span().start).to_string();
                    let message = [kind.key.text, " `", node.key.text, "` is declared twice"].concat();
                    return Err(node.key.wrong(message, ["it is declared first at ", &place].concat()));
                }
                one(engine, kind.key.text, node, &mut statements)?;
            }
        }
    }
    let kinds = files.iter().flat_map(|(file, root)| entries(file, root.get_ref()));
    // The one thing that means nothing somewhere and is none the worse for it.
    let is_lost = |key: &Text<'_>| engine != Engine::Sqlite || key.text != "comment";
    match kinds.flat_map(|kind| kind.unasked()).find(is_lost) {
        Some(key) => Err(key.wrong(["`", key.text, "` has no effect here"].concat(), NO_EFFECT)),
        None => Ok(statements),
    }
}

const NO_EFFECT: &str = "leave it away; or leave away what stands in its place, such as `sql` or `definition`";

fn one<'a>(engine: Engine, kind: &str, node: Node<'a>, statements: &mut Statements<'a>) -> Result<(), SourceError> {
    let address = names::address(kind, node.key)?;
    if let Address::Table(name) = &address {
        return table::table(engine, name, node, statements);
    }
    let mut lines = attached::directives(node);
    match node.text("sql") {
        Some(sql) => lines.text("", sql, ""),
        None => lines.append(object::create(engine, kind, &address, node)?),
    }
    statements.add(&address, lines);
    part::parts(engine, &address, node, statements)?;
    attached::attached(engine, &address, node, statements)
}

/// What must be said and is not.
fn missing<T>(found: Option<T>, node: Node<'_>, key: &str, example: &str) -> Result<T, SourceError> {
    found.ok_or_else(|| {
        let message = ["`", node.key.text, "` needs `", key, "`"].concat();
        node.key.wrong(message, ["write ", example, ", or give the whole statement as `sql`"].concat())
    })
}

/// What only other engines have.
fn only(engine: Engine, engines: &[Engine], node: Node<'_>, keys: &[&str]) -> Result<(), SourceError> {
    let found = keys.iter().find_map(|key| node.peek(key)).filter(|_| !engines.contains(&engine));
    let Some(found) = found else { return Ok(()) };
    let name = match engine {
        Engine::Postgres => "PostgreSQL",
        Engine::MySql => "MySQL",
        Engine::Sqlite => "SQLite",
    };
    Err(found.key.wrong([name, " has no `", found.key.text, "`"].concat(), "leave it away"))
}

/// The text of a statement that needs no more than one line.
fn line<'a>(text: &[&str], from: Text<'a>) -> Lines<'a> {
    let mut lines = Lines::default();
    lines.line(text.concat(), from);
    lines
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]
mod tests {
    use std::path::PathBuf;

    use trueup_contract::{Coverage, Desired};

    use super::*;
    use crate::toml::{
        form::{Form, Key},
        format, parse,
    };

    /// What must be said beside any other key, by the key that the table stands behind. What is not here needs `sql`.
    const NEEDED: [(&str, &[(&str, &str)]); 24] = [
        ("extension", &[]),
        ("sequence", &[]),
        ("database", &[]),
        ("policy", &[]),
        ("schema", &[]),
        ("table", &[("columns", "{ a = 'int' }")]),
        ("columns", &[("type", "'int'"), ("generated", "'1'")]),
        ("primary_key", &[("columns", "['a']")]),
        ("unique", &[("columns", "['a']")]),
        ("uniques", &[("columns", "['a']")]),
        ("check", &[("expression", "'1'")]),
        ("checks", &[("expression", "'1'")]),
        ("foreign_key", &[("columns", "['a']"), ("references", "'o'")]),
        ("foreign_keys", &[("columns", "['a']"), ("references", "'o'")]),
        ("exclude", &[("definition", "'x'")]),
        ("index", &[("on", "['a']")]),
        ("trigger", &[("when", "'x'"), ("do", "'y'")]),
        ("rule", &[("definition", "'x'")]),
        ("enum", &[("values", "['a']")]),
        ("composite_type", &[("attributes", "{ a = 'int' }")]),
        ("domain", &[("type", "'int'")]),
        ("virtual_table", &[("using", "'m'")]),
        ("view", &[("as", "'select 1'")]),
        ("materialized_view", &[("as", "'select 1'")]),
    ];

    /// A key, a file without it, and files that differ from that by it and what may stand behind it.
    struct Case {
        name: &'static str,
        key: String,
        without: String,
        with: Vec<String>,
    }

    /// A table in one line, with a key more.
    fn table(owner: &str, more: Option<(&str, &str)>) -> String {
        let stated: &[(&str, &str)] =
            if matches!(owner, "function" | "procedure") { &[("body", "'x'")] } else { &[("sql", "'x'")] };
        let needed = NEEDED.iter().find(|(it, _)| *it == owner).map_or(stated, |(_, needed)| needed);
        // These two stand for all others.
        let is_alone = more.is_some_and(|(key, _)| matches!(key, "sql" | "definition"));
        let beside = needed.iter().filter(|(key, _)| !is_alone && more.is_none_or(|(more, _)| more != *key));
        let pairs: Vec<String> = beside.copied().chain(more).map(|(key, value)| [key, " = ", value].concat()).collect();
        ["{ ", &pairs.join(", "), " }"].concat()
    }

    /// Something of each kind that may stand behind a key.
    fn samples(form: &Form) -> Vec<String> {
        let within = |open: &str, form: &Form, close: &str| {
            samples(form).iter().map(|it| [open, it, close].concat()).collect::<Vec<_>>()
        };
        match form {
            Form::Text => vec!["'x.y'".to_owned()],
            Form::Flag => vec!["true".to_owned(), "false".to_owned()],
            Form::Number => vec!["7".to_owned()],
            Form::Word(words) => words.iter().map(|it| ["'", it, "'"].concat()).collect(),
            Form::List(form) => within("[", form, "]"),
            Form::Each(form) => within("{ n = ", form, " }"),
            Form::Record(_) => Vec::new(),
            Form::Either(forms) => forms.iter().flat_map(samples).collect(),
        }
    }

    /// Every key of every table that may stand behind `owner`.
    fn of_form(owner: &str, form: &'static Form, around: &dyn Fn(&str) -> String, cases: &mut Vec<Case>) {
        match form {
            Form::Record(groups) => groups.iter().for_each(|keys| of_keys(owner, keys, around, cases)),
            Form::Each(form) => of_form(owner, form, &|it| around(&["{ n = ", it, " }"].concat()), cases),
            Form::List(form) => of_form(owner, form, &|it| around(&["[", it, "]"].concat()), cases),
            Form::Either(forms) => forms.iter().for_each(|form| of_form(owner, form, around, cases)),
            Form::Text | Form::Flag | Form::Number | Form::Word(_) => (),
        }
    }

    fn of_keys(owner: &str, keys: &'static [Key], around: &dyn Fn(&str) -> String, cases: &mut Vec<Case>) {
        for key in keys {
            let with = |value: &str| around(&table(owner, Some((key.name, value))));
            cases.push(Case {
                name: key.name,
                key: around(key.name),
                without: around(&table(owner, None)),
                with: samples(&key.form).iter().map(|it| with(it)).collect(),
            });
            of_form(key.name, &key.form, &with, cases);
        }
    }

    /// What a file becomes, or what is wrong with it.
    fn sql(engine: Engine, text: &str) -> Result<String, String> {
        let file = File::new(PathBuf::from("x.toml"), text.to_owned());
        let parsed = [(&file, parse(&file).map_err(|it| it.to_string())?)];
        let statements = lower(engine, &parsed).map_err(|it| it.to_string())?;
        let loaded = statements.finish().finish(PathBuf::new(), Coverage::default(), Vec::new());
        let Desired::Script(script) = loaded.desired else { return Err("no script".to_owned()) };
        Ok(script.files[0].text.to_string())
    }

    #[test]
    fn every_key_says_something_to_an_engine_and_is_refused_where_it_says_nothing() {
        let mut cases = Vec::new();
        // Kinds of which only a statement can be given are all alike: one stands for all.
        let names = |form: &Form| match form {
            Form::Record(groups) => groups.iter().copied().flatten().map(|key| key.name).collect(),
            _ => Vec::new(),
        };
        let is_alike = |form: &Form| matches!(form, Form::Each(form) if names(form) == names(&format::STATED));
        for key in format::FILE.iter().filter(|it| it.name == "schema" || !is_alike(&it.form)) {
            of_form(key.name, &key.form, &|it| [key.name, " = ", it].concat(), &mut cases);
        }
        assert!(cases.len() > 250, "{} keys are not all", cases.len());
        let mut wrong = Vec::new();
        for Case { name, key, without, with } in cases.iter().filter(|it| !it.with.is_empty()) {
            let mut is_taken = false;
            for engine in [Engine::Postgres, Engine::MySql, Engine::Sqlite] {
                let before = sql(engine, without);
                let outcomes: Vec<_> = with.iter().map(|it| sql(engine, it)).collect();
                let says = |it: &Result<String, String>| it.is_ok() && *it != before;
                is_taken |= outcomes.iter().any(says);
                // A comment means nothing there, and is none the worse for it.
                let may_be_lost = engine == Engine::Sqlite && *name == "comment";
                is_taken |= may_be_lost;
                if outcomes.iter().all(|it| it.is_ok() && !says(it)) && !may_be_lost {
                    wrong.push(format!("{engine:?} leaves it out: {key}"));
                }
            }
            if !is_taken {
                let why = sql(Engine::Postgres, &with[0]);
                wrong.push(format!("no engine takes it: {key}: {why:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn what_something_else_stands_in_the_place_of_is_refused() {
        let refused = |text: &str| sql(Engine::Postgres, text).unwrap_err();
        assert!(refused("[view.v]\nsql = 'create view v as select 1'\nas = 'select 2'\n").contains("3:1: `as` has no"));
        assert!(refused("[table.t]\nsql = 'create table t ()'\nunlogged = true\n").contains("3:1: `unlogged` has no"));
        let check = "[table.t]\ncheck.c = { definition = 'check (true)', expression = 'a > 0' }\n";
        assert!(refused(check).contains("2:42: `expression` has no"));
        assert!(
            refused("[view.v]\nas = 'select 1'\ntrigger.t = { if = 'x', definition = 'y' }\n").contains("3:15: `if`")
        );
        assert!(sql(Engine::Sqlite, "[table.t]\ncomment = 'x'\ncolumns.a = 'int'\n").is_ok());
    }
}
