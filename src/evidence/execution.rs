//! `03`: what ran, written as it runs, so that an apply that is killed leaves what it did.

use std::{
    fs::File,
    io::{self, Seek, SeekFrom, Write},
};

use super::{
    Occasion,
    markdown::{code, row},
};

/// How a run begins in the log.
pub fn execution_begin(occasion: &Occasion, plan_id: &str, is_first: bool) -> String {
    let head = match is_first {
        true => {
            let mut page = occasion.page("Execution log");
            page.line("");
            page.line(
                "Each apply that had something to do has a part of its own, and nothing is ever removed from here.",
            );
            page.line(
                "A statement is done for good when its row says `ok`; `ran` means that its commit had not come yet.",
            );
            page.line("No credentials are logged.");
            page.finish()
        }
        false => String::new(),
    };
    let title = ["\n## ", &occasion.now, ": plan ", plan_id, "\n\n"].concat();
    let command = ["Made by ", &code(&occasion.command), ", trueup ", &occasion.tool_version, "\n\n"].concat();
    let table = [row(&["time (UTC)", "step", "statement", "seconds", "result"]), row(&["---"; 5])].join("\n");
    [&head, &title, &command, &table, "\n"].concat()
}

/// A statement in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// When it began, in RFC 3339.
    pub time: String,
    /// The step, as the plan calls it.
    pub step: String,
    /// What was run.
    pub statement: String,
    /// How long it took.
    pub seconds: String,
    /// What came of it.
    pub result: String,
}

impl Row {
    fn render(&self) -> String {
        let Row { time, step, statement, seconds, result } = self;
        [&row(&[time.clone(), step.clone(), code(statement), seconds.clone(), result.clone()]), "\n"].concat()
    }
}

/// The log of one apply. Rows whose commit has not come stay open: they are written anew when it has.
#[derive(Debug)]
pub struct ExecutionLog {
    file: File,
    open: Vec<(u64, Row)>,
    /// The first thing that went wrong with the file itself; the apply goes on.
    failure: Option<io::Error>,
}

impl ExecutionLog {
    /// Go on at the end of this file.
    pub fn new(file: File) -> ExecutionLog {
        ExecutionLog { file, open: Vec::new(), failure: None }
    }

    /// A statement begins.
    pub fn started(&mut self, row: Row) {
        let write = |file: &mut File| {
            let at = file.seek(SeekFrom::End(0))?;
            file.write_all(row.render().as_bytes())?;
            Ok(at)
        };
        match write(&mut self.file) {
            Ok(at) => self.open.push((at, row)),
            Err(error) => self.note(error),
        }
    }

    /// The statement that began last has ended.
    pub fn ended(&mut self, seconds: String, result: &str) {
        let last = self.open.len().saturating_sub(1);
        if let Some((_, row)) = self.open.last_mut() {
            (row.seconds, row.result) = (seconds, result.to_owned());
        }
        self.write_from(last);
    }

    /// What ran is committed.
    pub fn committed(&mut self) {
        self.open.iter_mut().for_each(|(_, row)| row.result = "ok".to_owned());
        self.write_from(0);
        self.open.clear();
    }

    /// The apply has failed, with what, redacted. What had no commit is taken back.
    pub fn failed(&mut self, result: &str) {
        let last = self.open.len();
        for (at, (_, row)) in self.open.iter_mut().enumerate() {
            row.result = match row.result.as_str() {
                "ran" => "ran, and was rolled back".to_owned(),
                _ if at + 1 == last => ["**failed**: ", result].concat(),
                other => other.to_owned(),
            };
        }
        self.write_from(0);
        self.open.clear();
    }

    /// A sentence at the end.
    pub fn close(&mut self, text: &str) -> Option<io::Error> {
        let mut write = || {
            self.file.seek(SeekFrom::End(0))?;
            self.file.write_all(["\n", text, "\n"].concat().as_bytes())
        };
        if let Err(error) = write() {
            self.note(error);
        }
        self.failure.take()
    }

    /// Write the open rows anew from one of them on: each is written a few times at most, however long the log is.
    fn write_from(&mut self, first: usize) {
        let Some(start) = self.open.get(first).map(|(at, _)| *at) else { return };
        let mut text = String::new();
        for (at, row) in &mut self.open[first..] {
            *at = start + text.len() as u64;
            text.push_str(&row.render());
        }
        let mut write = || {
            self.file.set_len(start)?;
            self.file.seek(SeekFrom::Start(start))?;
            self.file.write_all(text.as_bytes())
        };
        if let Err(error) = write() {
            self.note(error);
        }
    }

    fn note(&mut self, error: io::Error) {
        self.failure.get_or_insert(error);
    }
}
