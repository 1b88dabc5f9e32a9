//! The evidence of a pull: whose side is right, what was read, what was written.

use super::{HookOutcome, Occasion, markdown::code, outcome::hook_part};

/// What a pull did.
#[derive(Clone, Debug, Default)]
pub struct Pulled {
    /// The database or the snapshot file that was read, redacted.
    pub from: String,
    /// How to make the snapshot where the database is, for who pulls without a connection.
    pub inspect_command: String,
    /// How many objects were found.
    pub objects: usize,
    /// Catalogue objects that were not understood, in words.
    pub unmodelled: Vec<String>,
    /// Each file that belongs to the mirror: path, what was done to it (`created`, `changed`, `removed`, `as it was`).
    pub files: Vec<(String, String)>,
    /// What a format cannot hold, in words.
    pub losses: Vec<String>,
    /// Why the mirror was not written, redacted; absent where it was.
    pub failure: Option<String>,
    /// What the hooks did afterwards.
    pub hooks: Vec<HookOutcome>,
    /// The snapshot of what was read, relative to the pages.
    pub snapshot: String,
}

/// The file that says whose side is right.
const MODE: &str = "00-ssot-mode-check.md";

/// All that can be told of a pull that has read nothing, with its name. `failure` is why, redacted.
pub fn pull_failed(occasion: &Occasion, failure: &str) -> (&'static str, String) {
    let mut page = occasion.page("Authority check");
    page.heading("Result");
    page.line(&["**FAIL**: nothing was read and nothing was written: ", failure].concat());
    page.fact("Authority", &occasion.authority);
    (MODE, page.finish())
}

/// The files, by name.
pub fn pull_pages(occasion: &Occasion, pulled: &Pulled) -> Vec<(&'static str, String)> {
    vec![
        (MODE, mode(occasion)),
        ("01-db-pull-instructions.md", instructions(occasion, pulled)),
        ("02-import-prisma-log.md", imported(occasion, pulled)),
        ("03-context-refresh-log.md", refreshed(occasion, pulled)),
    ]
}

fn mode(occasion: &Occasion) -> String {
    let mut page = occasion.page("Authority check");
    page.heading("Result");
    page.line("**PASS**: the database is the authority, so the code is written from it and nothing is applied to it.");
    page.heading("Checks");
    page.check(true, &["the authority is declared: ", &occasion.authority].concat());
    page.check(true, "the direction is database → code");
    page.check(occasion.environment.is_some(), "the environment is named");
    page.finish()
}

fn instructions(occasion: &Occasion, pulled: &Pulled) -> String {
    let mut page = occasion.page("How the database was read");
    page.heading("Assumptions");
    page.fact("Read from", &pulled.from);
    page.fact("Found", &[&pulled.objects.to_string(), " objects"].concat());
    page.fact("Snapshot", &["[", &pulled.snapshot, "](", &pulled.snapshot, ")"].concat());
    page.heading("To do the same by hand");
    page.line("Where the database can be reached, with the variables of its connection set:");
    page.line("");
    page.fence("sh", &pulled.inspect_command);
    page.line("");
    page.line("Where the code is, with no connection and no password:");
    page.line("");
    page.fence("sh", "trueup pull --from-snapshot snapshot.json");
    page.heading("Not understood");
    page.items(&pulled.unmodelled, "None.");
    page.finish()
}

/// What other tools read as the context of the code.
fn is_context(path: &str) -> bool {
    path.starts_with("docs/")
}

fn imported(occasion: &Occasion, pulled: &Pulled) -> String {
    let mut page = occasion.page("Mirror written");
    files(&mut page, pulled, |path| !is_context(path));
    page.heading("What a format cannot hold");
    page.items(&pulled.losses, "None.");
    page.finish()
}

fn refreshed(occasion: &Occasion, pulled: &Pulled) -> String {
    let mut page = occasion.page("Context refreshed");
    files(&mut page, pulled, is_context);
    hook_part(&mut page, &pulled.hooks);
    page.finish()
}

fn files(page: &mut super::Page, pulled: &Pulled, belongs: impl Fn(&str) -> bool) {
    page.heading("Result");
    match &pulled.failure {
        None => page.line("**ok**: the files are as the database."),
        Some(failure) => page.line(&["**failed**, and nothing was written: ", failure].concat()),
    }
    page.heading("Files");
    let fitting = pulled.files.iter().filter(|(path, _)| belongs(path));
    let rows: Vec<Vec<String>> = fitting.map(|(path, what)| vec![code(path), what.clone()]).collect();
    page.table(&["file", "what was done"], &rows, "None is configured.");
}
