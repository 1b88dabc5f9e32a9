//! A preflight report as text, as Markdown and as JSON.

use serde_json::Value;

use super::{Connection, ExtensionFound, Problem, Purpose, Report, Status};

impl Report {
    /// For programs.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// For a terminal.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        self.facts().iter().for_each(|(name, value)| out.push_str(&format!("{name:<16} {value}\n")));
        let Some(connection) = &self.details.connection else { return out + &self.verdicts("error", "warning") };
        for (name, value) in &connection.server.facts {
            out.push_str(&format!("{name:<16} {value}\n"));
        }
        for it in &connection.extensions {
            out.push_str(&format!("{:<16} {}\n", "extension", line(it)));
        }
        if let Some(advice) = connection.advice.as_ref().filter(|it| !it.is_followed) {
            out.push_str(&["\nleave out what only extensions use, in trueup.toml:\n  ", &advice.line, "\n"].concat());
        }
        out + &self.verdicts("error", "warning")
    }

    /// For a folder of evidence.
    pub fn to_markdown(&self) -> String {
        let mut out = String::from("# Connection check\n\n");
        out.push_str(&["- Time: ", &self.timestamp_utc, "\n- Status: **", self.status.word(), "**\n"].concat());
        out.push_str(&["- Check: `", self.check_type, "`, for `", self.details.purpose.word(), "`\n"].concat());
        out.push_str("\n| | |\n|---|---|\n");
        self.facts().iter().for_each(|(name, value)| out.push_str(&row(&[name, value])));
        if let Some(connection) = &self.details.connection {
            connection.server.facts.iter().for_each(|(name, value)| out.push_str(&row(&[name, value])));
            markdown(&mut out, connection);
        }
        for (title, list) in [("Problems", &self.details.problems), ("Worth knowing", &self.details.warnings)] {
            if list.is_empty() {
                continue;
            }
            out.push_str(&["\n## ", title, "\n\n"].concat());
            for Problem { kind, message, hint } in list {
                let hint = hint.as_ref().map(|hint| ["; ", hint].concat()).unwrap_or_default();
                out.push_str(&["- **", *kind, "**: ", message, &hint, "\n"].concat());
            }
        }
        out
    }

    /// The facts that every product has.
    fn facts(&self) -> Vec<(&str, String)> {
        let text = |it: &Option<String>| it.clone().unwrap_or_else(|| "-".to_owned());
        let yes = |it: bool| if it { "yes" } else { "no" }.to_owned();
        let mut facts = vec![
            ("status", self.status.word().to_owned()),
            ("environment", self.details.environment.clone().unwrap_or_else(|| "not named".to_owned())),
            ("url", self.redacted_url.clone()),
        ];
        let Some(connection) = &self.details.connection else {
            facts.push(("connection", "failed".to_owned()));
            return facts;
        };
        let server = &connection.server;
        let writable = connection.read_only.as_ref().map_or("yes".to_owned(), |why| ["no: ", why].concat());
        facts.extend([
            ("connection", "ok".to_owned()),
            ("database", server.location.clone()),
            ("version", [&server.product, " ", &server.version].concat()),
            ("round trip", [&connection.latency_ms.to_string(), " ms"].concat()),
            ("encryption", connection.tls.clone()),
            ("connected as", text(&connection.role)),
            ("writable", writable),
            ("can plan", yes(connection.can_plan)),
            ("can apply", yes(connection.can_apply)),
            ("state", connection.state.clone()),
            ("objects", connection.objects.to_string()),
            ("not understood", connection.unmodelled.len().to_string()),
        ]);
        facts
    }

    /// What is wrong, and what is worth knowing.
    fn verdicts(&self, wrong: &str, known: &str) -> String {
        let list = self.details.problems.iter().map(|it| (wrong, it));
        let all = list.chain(self.details.warnings.iter().map(|it| (known, it)));
        let told = |(word, Problem { kind, message, hint }): (&str, &Problem)| {
            let hint = hint.as_ref().map(|hint| ["\n  hint: ", hint].concat()).unwrap_or_default();
            ["\n", word, " (", *kind, "): ", message, &hint, "\n"].concat()
        };
        all.map(told).collect()
    }
}

/// The tables of a connection.
fn markdown(out: &mut String, connection: &Connection) {
    if !connection.missing_privileges.is_empty() {
        out.push_str(
            "\n## Missing privileges\n\n| privilege | on | for | required | statement |\n|---|---|---|---|---|\n",
        );
        for it in &connection.missing_privileges {
            let statement = it.remedy.as_ref().map(|it| ["`", it, "`"].concat()).unwrap_or_default();
            let required = if it.required { "yes" } else { "no" };
            out.push_str(&row(&[&it.privilege, &it.on, it.serves, required, &statement]));
        }
    }
    if !connection.extensions.is_empty() {
        out.push_str("\n## Extensions\n\n| name | version | schema | schemas it made | objects | note |\n|---|---|---|---|---|---|\n");
        for ExtensionFound { name, version, schema, schemas, objects, note } in &connection.extensions {
            let note = note.unwrap_or_default();
            out.push_str(&row(&[name, version, schema, &schemas.join(", "), &objects.to_string(), note]));
        }
    }
    if let Some(advice) = &connection.advice {
        let word = if advice.is_followed { "The scope leaves them out already" } else { "In trueup.toml" };
        out.push_str(&["\n## Scope\n\n", word, ":\n\n```toml\n", &advice.line, "\n```\n"].concat());
    }
}

/// A row of a Markdown table.
fn row(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|it| it.replace('|', "\\|").replace('\n', " ")).collect();
    ["| ", &cells.join(" | "), " |\n"].concat()
}

/// An extension in a line.
fn line(extension: &ExtensionFound) -> String {
    let ExtensionFound { name, version, schema, schemas, objects, note } = extension;
    let made = if schemas.is_empty() { String::new() } else { [", made schema ", &schemas.join(", ")].concat() };
    let note = note.map(|note| ["; ", note].concat()).unwrap_or_default();
    [name, " ", version, " in ", schema, &made, ", ", &objects.to_string(), " objects", &note].concat()
}

impl Status {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Status::Pass => "PASS",
            Status::Fail => "FAIL",
        }
    }
}

impl Purpose {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Purpose::Plan => "plan",
            Purpose::Apply => "apply",
        }
    }
}
