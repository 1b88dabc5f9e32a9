//! Every rule about hazards has a page, every page a rule, and both tell the same.

use std::collections::BTreeSet;

use trueup::check::rules::CHECKS;

use crate::{check, tree};

const RULES: &str = "src/check/rules/";
const PAGES: &str = "docs/checks/";

/// A rule's file: its path, code, name and text.
fn rules() -> Vec<(String, String, String, String)> {
    let files = tree::files_in(&[RULES], "rs").into_iter();
    let split = |file: tree::File| {
        let stem = file.path.trim_start_matches(RULES).trim_end_matches(".rs").to_owned();
        let (code, name) = stem.split_once('_').unwrap_or((&stem, ""));
        (file.path, code.to_uppercase(), name.replace('_', "-"), file.text)
    };
    files.map(split).collect()
}

#[test]
fn every_rule_is_listed_and_has_a_page() {
    let pages = tree::files_in(&[PAGES], "md");
    let mut found = Vec::new();
    for (path, code, name, text) in rules() {
        let title = [&code, " ", &name].concat();
        if !text.starts_with(&["//! ", &title, ": "].concat()) {
            found.push(format!("{path}:1: its first line does not begin with `{title}: `"));
        }
        if !CHECKS.iter().any(|rule| rule.code() == code && rule.slug() == name) {
            found.push(format!("{path}:1: no rule `{title}` in CHECKS"));
        }
        match pages.iter().find(|page| page.path == [PAGES, &code, ".md"].concat()) {
            None => found.push(format!("{path}:1: no page {PAGES}{code}.md")),
            Some(page) if page.text.lines().next() != Some(&["# ", &title].concat()) => {
                found.push(format!("{}:1: its title is not `# {title}`", page.path));
            }
            Some(_) => (),
        }
    }
    check("a rule is listed in CHECKS and has a page", found);
}

#[test]
fn every_page_and_every_listed_rule_has_a_file() {
    let codes: BTreeSet<String> = rules().into_iter().map(|(_, code, _, _)| code).collect();
    let pages = tree::files_in(&[PAGES], "md").into_iter().map(|page| page.path);
    let code_of = |path: &str| path.trim_start_matches(PAGES).trim_end_matches(".md").to_owned();
    let is_code = |code: &str| code.len() == 4 && code[1..].chars().all(|c| c.is_ascii_digit());
    let mut found: Vec<String> = pages
        .filter(|path| is_code(&code_of(path)) && !codes.contains(&code_of(path)))
        .map(|path| format!("{path}:1: no rule"))
        .collect();
    let listed = CHECKS.iter().map(|rule| rule.code()).filter(|code| !codes.contains(*code));
    found.extend(listed.map(|code| format!("src/check/rules.rs:1: `{code}` has no file of its own")));
    check("a page and an entry of CHECKS have a rule's file", found);
}

#[test]
fn rules_are_listed_once_in_the_order_of_codes() {
    let codes: Vec<&str> = CHECKS.iter().map(|rule| rule.code()).collect();
    let sorted: BTreeSet<&str> = codes.iter().copied().collect();
    assert_eq!(codes, sorted.into_iter().collect::<Vec<_>>());
}
