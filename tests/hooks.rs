//! Programs that are run before and after: with what they are given, what stops them, and what their failure does.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

mod support;

use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use support::{CONFIG, Project};

const USERS: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY);\n";

/// A project with these lines below `[hooks]`.
fn project(hooks: &str) -> Project {
    let project = Project::new(USERS);
    project.write("trueup.toml", [CONFIG, "\n[hooks]\n", hooks].concat());
    project
}

#[track_caller]
fn soon(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Whether the process whose number is in this file has ended.
fn is_gone(file: &Path) -> bool {
    let pid = std::fs::read_to_string(file).unwrap();
    let state = std::fs::read_to_string(["/proc/", pid.trim(), "/stat"].concat());
    state.map_or(true, |it| it.rsplit(')').next().is_some_and(|it| it.trim_start().starts_with('Z')))
}

#[test]
fn a_hook_before_that_fails_stops_everything() {
    let project = project("before_apply = [{ run = [\"sh\", \"-c\", \"echo no space; exit 7\"] }]\n");
    project.sql("CREATE TABLE there (id INTEGER)");
    let before = std::fs::read(project.path("dev.db")).unwrap();
    let run = project.run(&["apply", "--auto-approve", "--evidence", "ev"]).exits(1);
    run.says(&["hook before_apply failed", "no space", "nothing was applied"]);
    assert_eq!(std::fs::read(project.path("dev.db")).unwrap(), before);
    assert!(!project.path("state").exists());
    assert!(project.read("ev/04-post-verify.md").contains("**no**"));
    assert!(!project.path("ev/03-execution-log.md").exists());
}

#[test]
fn a_hook_after_that_fails_is_an_error_unless_its_best_effort_is_enough() {
    for (more, code) in [("", 1), (", best_effort = true", 0)] {
        let hooks = ["after_apply = [{ run = [\"false\"]", more, " }, { run = [\"touch\", \"second\"] }]\n"].concat();
        let project = project(&hooks);
        let run = project.run(&["apply", "--auto-approve", "--evidence", "ev"]).exits(code);
        run.says(&["hook after_apply: `false` failed, exit status: 1", "applied:", "lockfile serial 1"]);
        assert_eq!(project.path("second").exists(), code == 0);
        project.is_in_step();
        let page = project.read("ev/04-post-verify.md");
        assert!(page.contains("`false` | failed, exit status: 1"), "{page}");
        assert_eq!(page.contains("**yes**"), code == 0, "{page}");
    }
}

#[test]
fn hooks_run_only_where_there_is_something_to_do() {
    let project =
        project("before_apply = [{ run = [\"touch\", \"one\"] }]\nafter_apply = [{ run = [\"touch\", \"two\"] }]\n");
    project.run(&["plan"]);
    project.run(&["apply", "--dry-run"]);
    assert!(!project.path("one").exists());
    project.apply();
    assert!(project.path("one").exists() && project.path("two").exists());
    std::fs::remove_file(project.path("one")).unwrap();
    project.apply().says(&["nothing to do"]);
    assert!(!project.path("one").exists());
}

#[test]
fn a_hook_is_given_no_database_url_unless_it_is_named() {
    let show = "echo $DATABASE_URL - $OTHER - $MINE - $PGPASSWORD - $PLAIN - $TRUEUP_ENVIRONMENT > ";
    let hooks = format!(
        "after_apply = [{{ run = [\"sh\", \"-c\", \"{show}none\"] }}, \
         {{ run = [\"sh\", \"-c\", \"{show}all; cat all\"], env = [\"DATABASE_URL\", \"MINE\", \"PGPASSWORD\"] }}]\n"
    );
    let project = project(&hooks);
    let variables = [
        ("DATABASE_URL", "postgresql://anna:canary-one@db/shop"),
        ("OTHER", "mysql://anna:canary-two@db/shop"),
        ("PGPASSWORD", "canary-three"),
        ("PLAIN", "plain"),
    ];
    project.write(".env", "MINE=postgresql://anna:canary-four@db/shop\n");
    let args = ["apply", "--auto-approve", "--json", "--evidence", "ev"];
    let run = project.run_with(&args, &variables).exits(0).never_says("canary");
    assert_eq!(project.read("none"), "- - - - plain - dev\n");
    let (own, mine) = ("postgresql://anna:canary-one@db/shop", "postgresql://anna:canary-four@db/shop");
    let all = [own, " - - ", mine, " - canary-three - plain - dev\n"].concat();
    assert_eq!(project.read("all"), all);
    assert!(!project.read("ev/04-post-verify.md").contains("canary"));
    let hooks = &run.json()["hooks"];
    assert_eq!((&hooks[1]["moment"], &hooks[1]["succeeded"]), (&"after_apply".into(), &true.into()));
    assert!(hooks[1]["tail"].as_str().unwrap().contains("- plain - dev"), "{hooks}");
}

#[test]
fn a_hook_runs_in_the_folder_of_the_configuration() {
    let project = project("after_apply = [{ run = [\"./hook\"] }]\n");
    project.write("hook", "#!/bin/sh\necho ran > here\n");
    Command::new("chmod").arg("+x").arg(project.path("hook")).status().unwrap();
    project.write("elsewhere/empty", "");
    let config = project.path("trueup.toml").display().to_string();
    let mut command = project.command(&["apply", "--auto-approve", "--config", &config]);
    assert!(command.current_dir(project.path("elsewhere")).output().unwrap().status.success());
    assert_eq!(project.read("here"), "ran\n");
}

#[test]
fn a_hook_that_takes_too_long_is_ended_with_its_children() {
    let script = "sleep 60 & echo $! > child; wait";
    let project =
        project(&format!("before_apply = [{{ run = [\"sh\", \"-c\", \"{script}\"], timeout = \"300ms\" }}]\n"));
    project.run(&["apply", "--auto-approve"]).exits(1).says(&["was ended after 300ms", "nothing was applied"]);
    soon("the child of the hook is ended", || is_gone(&project.path("child")));
}

#[test]
fn what_a_hook_leaves_running_keeps_nobody_waiting() {
    let project = project("after_apply = [{ run = [\"sh\", \"-c\", \"sleep 30 & echo $! > child\"] }]\n");
    let begun = Instant::now();
    project.apply();
    assert!(begun.elapsed() < Duration::from_secs(15));
    let pid = project.read("child");
    Command::new("kill").arg(pid.trim()).status().unwrap();
}

#[test]
fn an_interrupt_ends_the_hook() {
    let script = "echo $$ > leader; sleep 60 & echo $! > child; wait";
    let project = project(&format!("before_apply = [{{ run = [\"sh\", \"-c\", \"{script}\"] }}]\n"));
    let mut running = project.command(&["apply", "--auto-approve"]).stderr(Stdio::piped()).spawn().unwrap();
    let child = project.path("child");
    soon("the hook has begun", || std::fs::read_to_string(&child).is_ok_and(|it| it.ends_with('\n')));
    Command::new("kill").args(["-INT", &running.id().to_string()]).status().unwrap();
    assert_eq!(running.wait().unwrap().code(), Some(1));
    soon("the hook and its child are ended", || is_gone(&project.path("leader")) && is_gone(&child));
}

#[test]
fn a_pull_has_a_hook_too() {
    let project = Project::applied(USERS);
    let hooks = "\n[hooks]\nafter_pull = [{ run = [\"sh\", \"-c\", \"echo $TRUEUP_HOOK >> ran\"] }]\n";
    project.write("trueup.toml", ["authority = \"database\"\n", CONFIG, hooks].concat());
    std::fs::remove_dir_all(project.path("schema")).unwrap();
    project.run(&["pull"]).exits(0);
    project.run(&["pull"]).exits(0);
    assert_eq!(project.read("ran"), "after_pull\n");
}

#[test]
fn hooks_that_mean_nothing_are_errors() {
    for (hooks, said) in [
        ("before_apply = [{ run = [] }]\n", "`run` names no program"),
        ("before_apply = [{ run = [\"a\"], timeout = \"long\" }]\n", "is not a duration"),
        ("before_aply = [{ run = [\"a\"] }]\n", "did you mean `before_apply`?"),
        ("before_apply = \"rm -rf x\"\n", "expected a sequence"),
        ("before_apply = [{ run = [\"a\"], besteffort = true }]\n", "did you mean `best_effort`?"),
    ] {
        project(hooks).run(&["plan"]).exits(1).says(&[said]);
    }
    project("before_apply = [{ run = [\"no-such-program\"] }]\n")
        .run(&["apply", "--auto-approve"])
        .exits(1)
        .says(&["could not be started"]);
}
