//! Finding the project's interpreter and running the program in it that describes the models.

use std::{
    io::Read,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use trueup_contract::{SourceError, redact_urls};

use super::Surroundings;

const DESCRIBE: &str = include_str!("describe.py");

/// How long models may take to tell what they declare.
const LIMIT: Duration = Duration::from_secs(60);

/// No schema needs more text than this, in bytes.
const MOST: u64 = 256 << 20;

/// What a run said.
pub(super) struct Said {
    /// The interpreter.
    pub(super) python: PathBuf,
    /// Standard output.
    pub(super) answer: String,
    /// The last line on standard error.
    pub(super) last_words: String,
}

/// Run the describing program with these arguments.
///
/// # Errors
/// When there is no interpreter, it does not come to an end, or it says something that is no text.
pub(super) fn describe(surroundings: &Surroundings, arguments: [&str; 4]) -> Result<Said, SourceError> {
    for python in interpreters(surroundings) {
        let mut command = Command::new(&python);
        command.args(["-c", DESCRIBE]).args(arguments).env_clear().envs(surroundings.variables.iter().cloned());
        // Nothing is left behind in the project's folder, and text is UTF-8 wherever this runs. Sets have one order.
        command.envs([("PYTHONDONTWRITEBYTECODE", "1"), ("PYTHONUTF8", "1"), ("PYTHONHASHSEED", "0")]);
        if !surroundings.folder.as_os_str().is_empty() {
            command.current_dir(&surroundings.folder);
        }
        // Its end is how the program learns that this one is gone.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        match command.spawn() {
            Ok(child) => return finish(child, python),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && surroundings.python.is_none() => (),
            Err(error) => {
                let what = ["Python at `", &python.display().to_string(), "` cannot be run: ", &error.to_string()];
                let hint = "correct `[schema] python` in trueup.toml, or leave it out".to_owned();
                return Err(SourceError::Program { what: what.concat(), hint });
            }
        }
    }
    let what = "there is no Python to run the SQLAlchemy models with".to_owned();
    let hint =
        "activate the project's virtual environment, or name its interpreter: `[schema] python = \".venv/bin/python\"`";
    Err(SourceError::Program { what, hint: hint.to_owned() })
}

/// The interpreters to try, in this order: the configured one; those of virtual environments; what `PATH` has.
fn interpreters(surroundings: &Surroundings) -> Vec<PathBuf> {
    let Surroundings { folder, python, variables, withheld: _ } = surroundings;
    if let Some(python) = python {
        // A bare name is looked for in `PATH`, anything else is relative to the configuration.
        let is_path = python.contains(['/', '\\']);
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.clone());
        return vec![if is_path { folder.join(python) } else { PathBuf::from(python) }];
    }
    let active = variables.iter().find(|(name, _)| name == "VIRTUAL_ENV").map(|(_, value)| PathBuf::from(value));
    let environments = active.into_iter().chain([".venv", "venv"].map(|it| folder.join(it)));
    let of_environment = |it: PathBuf| [it.join("bin").join("python"), it.join("Scripts").join("python.exe")];
    let there = environments.flat_map(of_environment).filter(|it| it.exists());
    let there = there.map(|it| std::path::absolute(&it).unwrap_or(it));
    there.chain(["python3", "python"].map(PathBuf::from)).collect()
}

fn finish(mut child: Child, python: PathBuf) -> Result<Said, SourceError> {
    let held = child.stdin.take();
    let (output, errors) = (read_all(child.stdout.take()), read_all(child.stderr.take()));
    let Ok(answer) = output.recv_timeout(LIMIT) else {
        let _ = child.kill();
        let _ = child.wait();
        let seconds = LIMIT.as_secs().to_string();
        let what = ["the SQLAlchemy models did not tell within ", &seconds, " s what they declare"].concat();
        let hint = "a module that is imported for its models must not wait for anything, such as a database";
        return Err(SourceError::Program { what, hint: hint.to_owned() });
    };
    // What still holds standard error open is none of ours.
    let errors = errors.recv_timeout(Duration::from_secs(2)).unwrap_or_default();
    // Nor is it waited for, once all is said.
    let _ = child.kill();
    let _ = child.wait();
    drop(held);
    let errors = String::from_utf8_lossy(&errors).into_owned();
    let last_words = errors.lines().rev().find(|it| !it.trim().is_empty()).unwrap_or_default();
    let answer = String::from_utf8(answer).map_err(|_| SourceError::Program {
        what: "the program that describes SQLAlchemy models was answered with something that is no text".to_owned(),
        hint: "models must not write to file descriptors of others".to_owned(),
    })?;
    Ok(Said { python, answer, last_words: redact_urls(last_words.trim()) })
}

/// Read to the end, beside everything else.
fn read_all(stream: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(stream) = stream {
            // A stream that breaks off ends the answer; that it is not whole is seen by its last line.
            let _ = stream.take(MOST).read_to_end(&mut bytes);
        }
        let _ = sender.send(bytes);
    });
    receiver
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn models_do_not_outlive_the_program_and_read_nothing_from_it() {
        let folder = tempfile::tempdir().unwrap();
        // What the program imports first stands for models that wait for something.
        let waits =
            "import sys, time\nprint('read', repr(sys.stdin.read()), file=sys.stderr, flush=True)\ntime.sleep(50)\n";
        std::fs::write(folder.path().join("sqlalchemy.py"), waits).unwrap();
        let mut command = Command::new("python3");
        command.args(["-c", DESCRIBE, "sqlite", "", "", "app:Base"]).current_dir(folder.path());
        let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = [0; 7];
        child.stderr.as_mut().unwrap().read_exact(&mut said).unwrap();
        assert_eq!(&said, b"read ''");
        assert!(child.try_wait().unwrap().is_none(), "it goes on");
        let began = Instant::now();
        drop(child.stdin.take());
        child.wait().unwrap();
        assert!(began.elapsed() < Duration::from_secs(20), "it ends");
    }
}
