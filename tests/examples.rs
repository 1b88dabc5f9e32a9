//! The examples, run: their commands are taken out of the very files that people copy.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

#[path = "support/postgres.rs"]
mod postgres;
mod support;

use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
};

use postgres::Postgres;
use support::{Project, Run};

/// A copy of an example, to run in, and a database for it.
struct Example {
    project: Project,
    database: Postgres,
}

impl Example {
    fn new(name: &str) -> Example {
        let project = Project::empty();
        copy(&project, name);
        Example { project, database: Postgres::create("examples") }
    }

    /// Run a command of a file as its runner would: by a shell, in CI, with the variable for the database.
    fn shell(&self, command: &str, variables: &[(&str, &str)]) -> Run {
        let program = Path::new(env!("CARGO_BIN_EXE_trueup")).parent().unwrap();
        let path = [&program.display().to_string(), ":", &std::env::var("PATH").unwrap()].concat();
        let mut shell = Command::new("sh");
        shell.args(["-c", command]).current_dir(self.project.folder()).stdin(Stdio::null());
        shell.env("PATH", path).env("CI", "true").env("NO_COLOR", "1").env_remove("TRUEUP_FAILPOINT");
        shell.env("DATABASE_URL", self.database.url()).envs(variables.iter().copied());
        let output = shell.output().unwrap();
        Run {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// The commands of a job of a workflow that begin with this word.
fn commands(workflow: &str, job: &str, word: &str) -> Vec<String> {
    let head = ["\n  ", job, ":\n"].concat();
    let start = workflow.find(&head).unwrap_or_else(|| panic!("there is no job {job}")) + head.len();
    let is_next = |line: &&str| line.starts_with("  ") && !line.starts_with("   ") && line.ends_with(':');
    let lines = workflow[start..].lines().take_while(|line| !is_next(line));
    let runs = lines.filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("run: "));
    runs.filter(|it| it.starts_with(word)).map(str::to_owned).collect()
}

/// Copy an example into a project's folder.
fn copy(project: &Project, name: &str) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    let copied = Command::new("cp").arg("-R").arg(from.join(".")).arg(project.folder()).status().unwrap();
    assert!(copied.success());
}

#[test]
fn the_tour_of_the_readme_goes_as_it_is_told() {
    let project = Project::empty();
    copy(&project, "shop");
    let shop = project.path("shop.db");
    project.run(&["plan"]).exits(0).says(&["`shop.db` does not exist", "80 to create"]);
    project
        .run(&["apply", "--auto-approve"])
        .exits(0)
        .says(&["[22/22] create virtual table product_search", "80 created"]);
    support::sql(&shop, &project.read("evolution/rows.sql"));
    copy(&project, "shop/evolution");
    project.run(&["plan"]).exits(0).says(&["11 to create, 0 to change, 1 to drop, 1 to rename; 6 steps"]);
    let consent = "--allow D002:column:orders.note";
    project.run(&["apply", "--auto-approve"]).exits(3).says(&["column orders.note and 1 value will be gone", consent]);
    let allow = ["apply", "--auto-approve", "--allow", "D002:column:orders.note"];
    project.run(&allow).exits(0).says(&["[6/6] rebuild table orders", "11 created, 1 dropped, 1 renamed"]);
    support::sql(&shop, "DROP INDEX orders_to_send; CREATE INDEX by_hand ON orders (status)");
    project.run(&["drift"]).exits(2).says(&["drift: 1 difference", "index:orders.orders_to_send is gone"]);
    project.run(&["plan"]).exits(0).says(&["(drifted: back to what is declared)", "index:orders.by_hand"]);
    let why = ["schema/orders.sql:11:1", "yes, but it is gone", "s1: create index orders_to_send"];
    project.run(&["explain", "index:orders.orders_to_send"]).exits(0).says(&why);
}

const TABLES: &str = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";

#[test]
fn railway_brings_the_database_up_to_date_and_then_changes_nothing() {
    let example = Example::new("railway");
    let config: serde_json::Value = serde_json::from_str(&example.project.read("railway.json")).unwrap();
    let command = config["deploy"]["preDeployCommand"][0].as_str().unwrap().to_owned();
    let dry_run = command.replace("--auto-approve", "--dry-run");
    example.shell(&dry_run, &[]).exits(0).says(&["12 ℹ would change", "ℹ table:public.orders would be created"]);
    assert_eq!(example.database.value(TABLES), "0");
    example.shell(&command, &[]).exits(0).says(&["applied: "]);
    assert_eq!(example.database.value(TABLES), "2");
    example.shell(&command, &[]).exits(0).says(&["nothing to do"]);
    example.shell(&dry_run, &[]).exits(0).says(&["✓ table:public.orders", "0 ℹ would change"]);
    let schema = example.project.read("schema/shop.sql");
    example.project.write("schema/shop.sql", schema.replace("  email text NOT NULL UNIQUE", "  note text"));
    example.database.sql("INSERT INTO customers (email) VALUES ('ann@example.test')");
    example.shell(&command, &[]).exits(3).says(&["D002", "--allow D002:column:public.customers.email"]);
}

#[test]
fn github_plans_in_the_pull_request_and_applies_on_main() {
    let example = Example::new("github-actions");
    let workflow = example.project.read(".github/workflows/schema.yml");
    let (plan, apply) = (commands(&workflow, "plan", "trueup"), commands(&workflow, "apply", "trueup"));
    assert_eq!((plan.len(), apply.len()), (3, 2), "{plan:?} {apply:?}");
    for round in ["applied: ", "nothing to do"] {
        for command in &plan {
            example.shell(command, &[]).exits(0);
        }
        let preview = example.project.read("evidence/01-schema-diff-preview.md");
        assert_eq!(preview.contains("`table:public.orders`"), round == "applied: ", "{preview}");
        assert!(example.project.path("plan.json").exists());
        let mut runs: Vec<_> = apply.iter().map(|command| example.shell(command, &[]).exits(0)).collect();
        runs.pop().unwrap().says(&[round]);
    }
    assert!(example.project.read("evidence/04-post-verify.md").contains("**yes**"));
    for uploaded in ["plan.json", "evidence"] {
        assert!(workflow.contains(&["            ", uploaded, "\n"].concat()));
    }
    let comment = commands(&workflow, "plan", "gh pr comment").remove(0);
    let body = comment.split("--body-file ").nth(1).unwrap();
    assert!(example.project.path(body).exists(), "{body}");
}

/// A webhook that is called once: what it was told.
fn webhook() -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let told = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut said, mut buffer) = (Vec::new(), [0; 4096]);
        loop {
            let read = stream.read(&mut buffer).unwrap();
            said.extend(&buffer[..read]);
            let text = String::from_utf8_lossy(&said).into_owned();
            let length =
                text.lines().find_map(|it| it.to_lowercase().strip_prefix("content-length: ")?.trim().parse().ok());
            let body = text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
            if let (Some(length), Some(body)) = (length, body)
                && body.len() >= length
            {
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
                return body;
            }
            assert!(read > 0, "cut off: {text}");
        }
    });
    (url, told)
}

#[test]
fn drift_is_told_to_the_webhook_and_nothing_else_is() {
    let example = Example::new("drift-cron");
    let crontab = example.project.read("crontab");
    let line = crontab.lines().find(|it| it.contains("/drift")).unwrap();
    let scheduled =
        line.splitn(6, ' ').nth(5).unwrap().replace("/srv/shop", &example.project.folder().display().to_string());
    let on_github = commands(&example.project.read(".github/workflows/drift.yml"), "drift", "./drift").remove(0);
    let nowhere = [("WEBHOOK_URL", "http://127.0.0.1:1/")];
    example.shell("trueup apply --env production --auto-approve", &[]).exits(0);
    for command in [&scheduled, &on_github] {
        example.shell(command, &nowhere).exits(0).never_says("drift");
    }
    example.database.sql("ALTER TABLE orders ALTER COLUMN placed_at DROP NOT NULL");
    for command in [&scheduled, &on_github] {
        let (url, told) = webhook();
        example.shell(command, &[("WEBHOOK_URL", &url)]).exits(2).says(&["production has drifted"]);
        let body: serde_json::Value = serde_json::from_str(&told.join().unwrap()).unwrap();
        let text = body["text"].as_str().unwrap();
        assert!(text.contains("column:public.orders.placed_at is not as recorded"), "{text}");
    }
    let report = example.project.read("evidence/01-schema-diff-preview.md");
    assert!(report.contains("# Schema drift report"), "{report}");
    let (url, told) = webhook();
    let broken = [("WEBHOOK_URL", url.as_str()), ("DATABASE_URL", "postgresql://nobody:canary@127.0.0.1:1/none")];
    example.shell(&scheduled, &broken).exits(1).says(&["failed (exit code 1)"]).never_says("canary");
    assert!(!told.join().unwrap().contains("canary"));
    assert!(fs::read_dir(example.project.path("evidence")).unwrap().count() > 1);
}
