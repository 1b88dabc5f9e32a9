//! What the connected user may do, as `SHOW GRANTS` tells.

use sqlx::MySqlConnection;
use trueup_state::Ident;

use crate::{
    connect::{rows, value},
    render::sql,
    version::{Flavor, Version},
};

/// What a user needs to see everything in a database and to change it.
pub(crate) const NEEDED: [&str; 11] = [
    "SELECT",
    "SHOW VIEW",
    "TRIGGER",
    "EVENT",
    "CREATE",
    "ALTER",
    "DROP",
    "INDEX",
    "REFERENCES",
    "CREATE VIEW",
    "CREATE ROUTINE",
];

/// Any of these shows that a routine is there.
const ROUTINES: [&str; 4] = ["EXECUTE", "CREATE ROUTINE", "ALTER ROUTINE", "SHOW CREATE ROUTINE"];

/// The connected user's privileges, those of the active roles included.
#[derive(Clone, Debug, Default)]
pub(crate) struct Privileges {
    grants: Vec<Grant>,
    database: String,
    /// As it stands in a statement.
    user: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Grant {
    /// `REVOKE`: a part of what was granted on the whole server.
    is_revoked: bool,
    privileges: Vec<String>,
    on: On,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum On {
    Server,
    /// Databases whose names are like this.
    Database(String),
}

impl Privileges {
    /// Ask for them.
    pub(crate) async fn of(connection: &mut MySqlConnection, version: Version) -> Result<Privileges, sqlx::Error> {
        let database = value(&rows(connection, "SELECT DATABASE()").await?).unwrap_or_default();
        let role = value(&rows(connection, "SELECT CURRENT_ROLE()").await?).filter(|it| it != "NONE");
        let show = match role {
            Some(role) if version.flavor == Flavor::MySql => ["SHOW GRANTS FOR CURRENT_USER() USING ", &role].concat(),
            _ => "SHOW GRANTS".to_owned(),
        };
        let lines = rows(connection, &show).await?;
        let user = value(&rows(connection, "SELECT CURRENT_USER()").await?).unwrap_or_default();
        let (name, host) = user.rsplit_once('@').unwrap_or((&user, "%"));
        let quoted = |text: &str| sql("").string(text).finish().trim().to_owned();
        let user = [&quoted(name), "@", &quoted(host)].concat();
        let grants = lines.iter().filter_map(|row| Grant::read(row.first()?.as_deref()?)).collect();
        Ok(Privileges { grants, database, user })
    }

    /// Whether the user has a privilege on everything in the database.
    pub(crate) fn has(&self, privilege: &str) -> bool {
        let names = |grant: &Grant| grant.privileges.iter().any(|it| it == privilege || it == "ALL PRIVILEGES");
        let covers = |grant: &Grant| match &grant.on {
            On::Server => true,
            On::Database(pattern) => is_like(&self.database, pattern),
        };
        let is_revoked = self.grants.iter().any(|it| it.is_revoked && names(it) && covers(it));
        let from = |it: &&Grant| !it.is_revoked && names(it) && covers(it);
        self.grants.iter().filter(from).any(|it| it.on != On::Server || !is_revoked)
    }

    /// Whether the user has a privilege on the whole server.
    pub(crate) fn has_on_server(&self, privilege: &str) -> bool {
        let names = |grant: &Grant| grant.privileges.iter().any(|it| it == privilege || it == "ALL PRIVILEGES");
        self.grants.iter().any(|it| !it.is_revoked && it.on == On::Server && names(it))
    }

    /// Whether the user may write where `read_only` is on.
    pub(crate) fn ignores_read_only(&self) -> bool {
        ["READ_ONLY ADMIN", "READ ONLY ADMIN", "CONNECTION_ADMIN", "SUPER"].iter().any(|it| self.has_on_server(it))
    }

    /// The statement that grants what is missing.
    pub(crate) fn grant(&self, privileges: &[&str]) -> String {
        let database = Ident::from(self.database.as_str());
        sql("GRANT").raw(&privileges.join(", ")).raw("ON").ident(&database).raw(".* TO").raw(&self.user).finish()
    }

    /// What has to be granted before everything in the database can be seen.
    pub(crate) fn blind(&self) -> Vec<&'static str> {
        let sees_routines = ROUTINES.iter().any(|it| self.has(it))
            || ["SHOW_ROUTINE", "SELECT"].iter().any(|it| self.has_on_server(it));
        let routines = (!sees_routines).then_some("EXECUTE");
        ["TRIGGER", "EVENT"].into_iter().filter(|it| !self.has(it)).chain(routines).collect()
    }
}

impl Grant {
    /// `GRANT SELECT, INSERT ON *.* TO …`. What is granted on a single table or routine, and a role, is none of it.
    fn read(line: &str) -> Option<Grant> {
        let (words, is_revoked) = match line.strip_prefix("GRANT ") {
            Some(rest) => (rest, false),
            None => (line.strip_prefix("REVOKE ")?, true),
        };
        let (privileges, rest) = words.split_once(" ON ")?;
        let on = if rest.starts_with("*.*") {
            On::Server
        } else {
            let (name, rest) = quoted(rest)?;
            rest.starts_with(".*").then_some(On::Database(name))?
        };
        let privileges = privileges.split(',').map(|it| it.trim().to_ascii_uppercase()).collect();
        Some(Grant { is_revoked, privileges, on })
    }
}

/// A name in backquotes, or in the quotes of old servers, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next().filter(|it| matches!(it, '`' | '"' | '\''))?;
    let mut name = String::new();
    let mut rest = text[1..].char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        if c != quote {
            name.push(c);
        } else if rest.next_if(|(_, next)| *next == quote).is_some() {
            name.push(quote);
        } else {
            return Some((name, &text[at + 2..]));
        }
    }
    None
}

/// `LIKE`, as names of databases are matched by grants; capitals do not matter here, as they may not to the server.
fn is_like(name: &str, pattern: &str) -> bool {
    let (name, pattern) = (name.to_lowercase(), pattern.to_lowercase());
    let name: Vec<char> = name.chars().collect();
    let pattern: Vec<char> = pattern.chars().collect();
    fits(&name, &pattern)
}

fn fits(name: &[char], pattern: &[char]) -> bool {
    match pattern {
        [] => name.is_empty(),
        ['%', rest @ ..] => (0..=name.len()).any(|skipped| fits(&name[skipped..], rest)),
        ['_', rest @ ..] => !name.is_empty() && fits(&name[1..], rest),
        ['\\', c, rest @ ..] | [c, rest @ ..] => name.first() == Some(c) && fits(&name[1..], rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str]) -> Privileges {
        let grants = lines.iter().filter_map(|it| Grant::read(it)).collect();
        Privileges { grants, database: "shop_1".to_owned(), user: "'a'@'%'".to_owned() }
    }

    #[test]
    fn privileges_count_on_the_server_and_on_databases_of_this_name() {
        let user = of(&[
            "GRANT USAGE ON *.* TO `a`@`%` IDENTIFIED BY PASSWORD '*x'",
            "GRANT SELECT, SHOW VIEW ON `shop\\_1`.* TO `a`@`%`",
            "GRANT TRIGGER, EXECUTE ON `shop%`.* TO `a`@`%`",
            "GRANT EVENT ON `shopX1`.* TO `a`@`%`",
            "GRANT ALTER ON `shop_1`.`t` TO `a`@`%`",
            "GRANT `role`@`%` TO `a`@`%`",
        ]);
        assert!(user.has("SELECT") && user.has("SHOW VIEW") && user.has("TRIGGER"));
        assert!(!user.has("ALTER") && !user.has("EVENT") && !user.has_on_server("SELECT"));
        assert_eq!(user.blind(), ["EVENT"]);
        assert_eq!(user.grant(&["EVENT"]), "GRANT EVENT ON `shop_1`.* TO 'a'@'%'");
        let all = of(&["GRANT ALL PRIVILEGES ON *.* TO 'root'@'localhost' WITH GRANT OPTION"]);
        assert!(all.has("DROP") && all.ignores_read_only() && all.blind().is_empty());
    }

    #[test]
    fn a_part_that_is_revoked_is_missing() {
        let user = of(&["GRANT SELECT, DROP ON *.* TO `a`@`%`", "REVOKE DROP ON `shop_1`.* FROM `a`@`%`"]);
        assert!(user.has("SELECT") && !user.has("DROP"));
    }
}
