//! `00`: what was connected to, and what that is good for.

use trueup_contract::redact_urls;

use super::{Occasion, Page};
use crate::{
    preflight::{Advice, Connection, Details, ExtensionFound, Problem, Purpose, Report, Status},
    words::counted,
};

/// The file.
pub fn connection_check(occasion: &Occasion, found: &Report) -> String {
    let Report { timestamp_utc: _, scheme, host, port, database, username, redacted_url, status, check_type, details } =
        found;
    let Details { environment: _, dialect: _, purpose, problems, warnings, connection } = details;
    // The latency is of its moment, as the time is.
    let answered = connection.as_ref().map(|it| [" (answered in ", &it.latency_ms.to_string(), " ms)"].concat());
    let now = [occasion.now.as_str(), answered.as_deref().unwrap_or_default()].concat();
    let mut page = Occasion { now, ..occasion.clone() }.page("Connection check");
    page.heading("Result");
    let good_for = match purpose {
        Purpose::Plan => "plan: looking at everything",
        Purpose::Apply => "apply: looking at everything, and changing it",
    };
    let word = if *status == Status::Pass { "**PASS**" } else { "**FAIL**" };
    page.line(&[word, ", for ", good_for, "."].concat());
    page.heading("Connection");
    page.fact("URL", redacted_url);
    let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "not in the URL".to_owned());
    page.fact("Scheme", scheme);
    page.fact("Host", &or(host));
    page.fact("Port", &or(&port.map(|it| it.to_string())));
    page.fact("Database", &or(database));
    page.fact("User", &or(username));
    page.fact("Checked", check_type);
    if let Some(connection) = connection {
        connected(&mut page, connection);
    }
    page.heading("Problems");
    page.items(&problems.iter().map(told).collect::<Vec<_>>(), "None.");
    page.heading("Warnings and hints");
    page.items(&warnings.iter().map(told).collect::<Vec<_>>(), "None.");
    page.line("");
    page.line("No password is in this file: connection strings are redacted, and nothing was written to the database.");
    page.finish()
}

fn connected(page: &mut Page, connection: &Connection) {
    let Connection {
        server,
        latency_ms: _,
        tls,
        role,
        read_only,
        can_plan,
        can_apply,
        state,
        objects,
        unmodelled,
        missing_privileges: _,
        extensions,
        advice,
    } = connection;
    let yes = |it: bool| if it { "yes" } else { "no" };
    page.fact("Server", &[&server.product, " ", &server.version].concat());
    page.fact("TLS", tls);
    page.fact("Connected as", role.as_deref().unwrap_or("nobody in particular"));
    page.fact("Read only", read_only.as_deref().unwrap_or("no"));
    page.fact("Plans can be made", yes(*can_plan));
    page.fact("Plans can be applied", yes(*can_apply));
    page.fact("State", state);
    page.fact("Objects", &objects.to_string());
    page.fact("Not understood", &unmodelled.len().to_string());
    page.heading("Extensions");
    let row = |it: &ExtensionFound| {
        let ExtensionFound { name, version, schema, schemas, objects, note } = it;
        let made = if schemas.is_empty() { "none".to_owned() } else { schemas.join(", ") };
        let note = note.unwrap_or_default().to_owned();
        vec![name.clone(), version.clone(), schema.clone(), made, counted(*objects, "object"), note]
    };
    let rows: Vec<Vec<String>> = extensions.iter().map(row).collect();
    page.table(&["extension", "version", "schema", "schemas it made", "brought", "to know"], &rows, "None.");
    if let Some(Advice { exclude, is_followed, line }) = advice {
        page.heading("Scope");
        page.line(&["Nothing but what extensions made is in: ", &exclude.join(", "), "."].concat());
        match is_followed {
            true => page.line("The configuration leaves them out."),
            false => page.fence("toml", line),
        }
    }
}

/// A problem with what to do about it.
fn told(problem: &Problem) -> String {
    let Problem { kind, message, hint } = problem;
    let hint = hint.as_ref().map_or_else(String::new, |it| ["; ", it].concat());
    redact_urls(&[*kind, ": ", message, &hint].concat()).split_whitespace().collect::<Vec<_>>().join(" ")
}
