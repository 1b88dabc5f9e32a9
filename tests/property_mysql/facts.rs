//! What is in a database, as a set of texts that says no more than a schema does.

use std::collections::BTreeSet;

use sqlx::MySqlConnection;

use super::{render::quoted, server, words::words};

pub(crate) async fn facts(connection: &mut MySqlConnection) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let all = "SELECT lower(table_type), table_name FROM information_schema.tables \
               WHERE table_schema = database() AND table_name NOT LIKE 'trueup\\_%'";
    for object in server::rows(connection, all).await {
        match object[0].as_str() {
            "view" => {
                let text = shown(connection, "VIEW", &object[1], 1).await;
                // What `*` stands for goes by the order of columns, which is no part of a schema.
                let mut parts = words(&text);
                parts.sort();
                found.insert(format!("view {}: {}", object[1], parts.join(" ")));
            }
            "sequence" => drop(found.insert(shown(connection, "SEQUENCE", &object[1], 1).await)),
            _ => table(connection, &object[1], &mut found).await,
        }
    }
    let routines =
        "SELECT routine_type, routine_name FROM information_schema.routines WHERE routine_schema = database()";
    for routine in server::rows(connection, routines).await {
        let text = shown(connection, &routine[0], &routine[1], 2).await;
        found.insert(format!("{} {}: {}", routine[0], routine[1], words(&text).join(" ")));
    }
    let events = "SELECT event_name FROM information_schema.events WHERE event_schema = database()";
    for event in server::rows(connection, events).await {
        let text = shown(connection, "EVENT", &event[0], 3).await;
        found.insert(format!("event {}: {}", event[0], words(&text).join(" ")));
    }
    let triggers =
        "SELECT trigger_name, action_order FROM information_schema.triggers WHERE trigger_schema = database()";
    for trigger in server::rows(connection, triggers).await {
        let text = shown(connection, "TRIGGER", &trigger[0], 2).await;
        found.insert(format!("trigger {} {}: {}", trigger[0], trigger[1], words(&text).join(" ")));
    }
    found
}

/// A table's text line by line, the order of which counts for nothing.
async fn table(connection: &mut MySqlConnection, name: &str, found: &mut BTreeSet<String>) {
    let text = shown(connection, "TABLE", name, 1).await;
    for line in text.lines() {
        let mut line = line.trim().trim_end_matches(',').to_owned();
        // The next number is not declared.
        without(&mut line, " AUTO_INCREMENT=", |c| c.is_ascii_digit());
        if line.starts_with('`') {
            // Collations are asked for below; whether they are written down depends on how they were declared.
            for word in [" CHARACTER SET ", " COLLATE "] {
                without(&mut line, word, |c| c.is_ascii_alphanumeric() || c == '_');
            }
        }
        // What happens where nothing is said, in three spellings; MariaDB shows them as it pleases.
        for action in ["ON DELETE NO ACTION", "ON UPDATE NO ACTION", "ON DELETE RESTRICT", "ON UPDATE RESTRICT"] {
            line = line.replace(&[" ", action].concat(), "");
        }
        // MySQL writes these in one way when it makes a table, and in another when it has changed it.
        for (one, other) in [("-(100)", "-100"), ("_utf8mb4'", "'"), ("_latin1'", "'"), ("_utf8mb4\\'", "\\'")] {
            line = line.replace(one, other);
        }
        let made_up = format!("CONSTRAINT `{}_ibfk_", name.replace('`', "``"));
        if line.starts_with(&made_up) {
            line = line
                .split_once("` FOREIGN KEY")
                .map_or(line.clone(), |(_, rest)| format!("CONSTRAINT  FOREIGN KEY{rest}"));
        }
        // A name that the server made up says nothing; it is taken over as it is.
        if let Some(rest) = line.strip_prefix("CONSTRAINT `CONSTRAINT_") {
            line = format!("CONSTRAINT {}", rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '`'));
        } else if line.starts_with(&format!("CONSTRAINT `{name}_chk_")) {
            line = line.split_once("` CHECK").map_or(line.clone(), |(_, rest)| format!("CONSTRAINT  CHECK{rest}"));
        }
        found.insert(format!("{name}: {line}"));
    }
    let columns = "SELECT concat(table_name, ': ', column_name, ' ', collation_name) FROM information_schema.columns \
                   WHERE table_schema = database() AND collation_name IS NOT NULL AND table_name = ";
    let columns = format!("{columns}'{}'", name.replace('\'', "''"));
    found.extend(server::rows(connection, &columns).await.into_iter().flatten());
}

/// What is declared and not there, and what is there and not declared. A check or a foreign key that is declared without
/// a name may have any: what is there is taken over.
pub(crate) fn differences(declared: &BTreeSet<String>, found: &BTreeSet<String>) -> Option<String> {
    let mut missing: Vec<&String> = declared.difference(found).collect();
    let mut surplus: Vec<&String> = found.difference(declared).collect();
    missing.retain(|wanted| {
        let Some((table, unnamed)) = wanted.split_once(": CONSTRAINT  ") else { return true };
        let alike = |it: &&String| {
            let named = it.strip_prefix(table).is_some_and(|it| it.starts_with(": CONSTRAINT `"));
            named && it.ends_with(&["` ", unnamed].concat())
        };
        let Some(at) = surplus.iter().position(alike) else { return true };
        surplus.remove(at);
        false
    });
    let differ = !missing.is_empty() || !surplus.is_empty();
    differ.then(|| format!("declared, not there: {missing:#?}\nthere, not declared: {surplus:#?}"))
}

/// Leave out a word with what follows it.
fn without(line: &mut String, word: &str, follows: fn(char) -> bool) {
    let Some(at) = line.find(word) else { return };
    let rest = line[at + word.len()..].trim_start_matches(follows).to_owned();
    line.truncate(at);
    line.push_str(&rest);
}

/// What a statement says that shows an object, without who defined it.
async fn shown(connection: &mut MySqlConnection, kind: &str, name: &str, column: usize) -> String {
    let rows = server::rows(connection, &format!("SHOW CREATE {kind} {}", quoted(name))).await;
    let text = rows[0][column].clone();
    let Some((head, rest)) = text.split_once(" DEFINER=") else { return text };
    let end = rest.match_indices('`').nth(3).map_or(0, |(at, _)| at + 1);
    format!("{head}{}", &rest[end..])
}
