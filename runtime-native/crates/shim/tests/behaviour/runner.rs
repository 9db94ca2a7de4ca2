//! Runs the tests, several at once, and tells what came of them, in the words of Rust's own harness.

use std::collections::VecDeque;
use std::panic::catch_unwind;
use std::process::ExitCode;
use std::sync::Mutex;

use crate::container::Runtime;

/// A sentence, and what shows whether it is true of a runtime.
pub(crate) type Test = (&'static str, fn(Runtime));

/// A test with one runtime.
#[derive(Clone, Debug)]
struct Case {
    name: String,
    test: fn(Runtime),
    runtime: Runtime,
}

/// Tests that run at the same time.
const AT_ONCE: usize = 4;

/// Parts of the names of tests that are wanted (none: all), and of those that are left out.
#[derive(Debug, Default)]
struct Selection {
    wanted: Vec<String>,
    left_out: Vec<String>,
}

impl Selection {
    /// `[--skip NAME | OPTION | NAME]...`: other options of Rust's harness say nothing here.
    fn read(mut arguments: impl Iterator<Item = String>) -> Self {
        let mut selection = Self::default();
        while let Some(word) = arguments.next() {
            if word == "--skip" {
                let name = arguments.next().expect("--skip wants the name of a test");
                selection.left_out.push(name);
            } else if !word.starts_with('-') {
                selection.wanted.push(word);
            }
        }
        selection
    }

    fn takes(&self, name: &str) -> bool {
        let is_any_of = |parts: &[String]| parts.iter().any(|part| name.contains(part.as_str()));
        (self.wanted.is_empty() || is_any_of(&self.wanted)) && !is_any_of(&self.left_out)
    }
}

/// Runs the tests whose names contain one of the program's arguments (without any: all) and no name after a `--skip`.
pub(crate) fn run(tests: &[Test]) -> ExitCode {
    let selection = Selection::read(std::env::args().skip(1));
    let cases = tests.iter().flat_map(|(name, test)| {
        [Runtime::Own, Runtime::Runc].map(|runtime| Case {
            name: format!("{runtime:?}: {name}"),
            test: *test,
            runtime,
        })
    });
    let wanted: VecDeque<Case> = cases.filter(|case| selection.takes(&case.name)).collect();
    if !rustix::process::geteuid().is_root() {
        return skip(wanted.len());
    }
    let count = wanted.len();
    let failed = Mutex::new(Vec::new());
    let queue = Mutex::new(wanted);
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| work(&queue, &failed));
        }
    });
    let failed = failed.into_inner().unwrap_or_default();
    say(&format!(
        "\n{} passed, {} failed",
        count - failed.len(),
        failed.len()
    ));
    for name in &failed {
        say(&format!("    FAILED: {name}"));
    }
    ExitCode::from(u8::from(!failed.is_empty()))
}

fn work(queue: &Mutex<VecDeque<Case>>, failed: &Mutex<Vec<String>>) {
    loop {
        let next = queue.lock().unwrap().pop_front();
        let Some(Case {
            name,
            test,
            runtime,
        }) = next
        else {
            return;
        };
        let outcome = catch_unwind(|| test(runtime));
        say(&format!(
            "test {name} ... {}",
            if outcome.is_ok() { "ok" } else { "FAILED" }
        ));
        if outcome.is_err() {
            failed.lock().unwrap().push(name);
        }
    }
}

/// Rights that must be there are named in TSORCH_TEST_REQUIRE.
fn skip(count: usize) -> ExitCode {
    let required = std::env::var("TSORCH_TEST_REQUIRE").unwrap_or_default();
    say(&format!("{count} tests skipped: they need root"));
    ExitCode::from(u8::from(required.split(',').any(|word| word == "root")))
}

#[expect(clippy::print_stdout, reason = "the report of a test program")]
fn say(line: &str) {
    println!("{line}");
}
