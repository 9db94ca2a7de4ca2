//! The command lines of a foreign runtime, and where its calls leave their results.

use std::ffi::OsString;
use std::path::PathBuf;

use rustix::process::Signal;

use crate::paths::Paths;
use crate::shim_config::RuntimeConfig;
use crate::timers::ExecId;

/// Directories and files in the shim's directory.
const ROOT: &str = "runtime";
const BUNDLE: &str = "bundle";
const LOG: &str = "runtime.log";
const PID_FILE: &str = "init.pid";
const CONSOLE_SOCKET: &str = "console.sock";

/// A runtime, and the container that it has.
#[derive(Clone, Debug)]
pub(crate) struct ForeignRuntime {
    program: PathBuf,
    arguments: Vec<String>,
    id: String,
    /// `<run-dir>/shims/<id>`.
    shim_dir: PathBuf,
}

/// The name under which runc and others write a file before they give it its own.
pub(crate) fn unfinished(name: &str) -> String {
    format!(".{name}")
}

/// Names of the files of one exec, in the shim's directory.
#[derive(Clone, Debug)]
pub(crate) struct ExecFiles {
    pub(crate) process: String,
    pub(crate) pid: String,
    pub(crate) console: String,
}

impl ExecFiles {
    pub(crate) fn of(id: ExecId) -> Self {
        Self {
            process: format!("exec-{id}.json"),
            pid: format!("exec-{id}.pid"),
            console: format!("exec-{id}.sock"),
        }
    }

    /// All that a call can leave behind, also one that was killed.
    pub(crate) fn all(&self) -> [String; 4] {
        let unfinished = unfinished(&self.pid);
        [&self.process, &self.pid, &self.console, &unfinished].map(String::clone)
    }
}

/// A program with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CommandLine {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
}

impl ForeignRuntime {
    pub(crate) fn new(config: &RuntimeConfig, id: &str, paths: &Paths) -> Self {
        Self {
            program: config.path.clone(),
            arguments: config.args.clone(),
            id: id.to_owned(),
            shim_dir: paths.shim.clone(),
        }
    }

    /// Where it keeps its own state.
    pub(crate) fn root(&self) -> PathBuf {
        self.shim_dir.join(ROOT)
    }

    /// The bundle that it is given: ours with what the shim has resolved.
    pub(crate) fn bundle(&self) -> PathBuf {
        self.shim_dir.join(BUNDLE)
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.shim_dir.join(LOG)
    }

    /// The name, in the shim's directory, of the file with the container's process.
    pub(crate) fn pid_file() -> &'static str {
        PID_FILE
    }

    /// The name, in the shim's directory, of the socket for the container's terminal.
    pub(crate) fn console_socket() -> &'static str {
        CONSOLE_SOCKET
    }

    /// Whether it has, or may have, a container of an earlier task.
    pub(crate) fn has_leftovers(&self) -> bool {
        self.root().join(&self.id).exists()
    }

    pub(crate) fn create(&self, has_console: bool) -> CommandLine {
        let mut arguments = self.global("create");
        arguments.extend(["--bundle".into(), self.bundle().into()]);
        arguments.extend(["--pid-file".into(), self.shim_dir.join(PID_FILE).into()]);
        if has_console {
            arguments.extend([
                "--console-socket".into(),
                self.shim_dir.join(CONSOLE_SOCKET).into(),
            ]);
        }
        self.for_container(arguments)
    }

    pub(crate) fn start(&self) -> CommandLine {
        self.for_container(self.global("start"))
    }

    pub(crate) fn kill(&self, signal: Signal) -> CommandLine {
        let mut line = self.for_container(self.global("kill"));
        line.arguments.push(signal.as_raw().to_string().into());
        line
    }

    pub(crate) fn delete(&self) -> CommandLine {
        let mut arguments = self.global("delete");
        arguments.push("--force".into());
        self.for_container(arguments)
    }

    pub(crate) fn exec(&self, files: &ExecFiles, has_console: bool) -> CommandLine {
        let mut arguments = self.global("exec");
        arguments.extend([
            "--process".into(),
            self.shim_dir.join(&files.process).into(),
        ]);
        arguments.extend(["--pid-file".into(), self.shim_dir.join(&files.pid).into()]);
        arguments.push("--detach".into());
        if has_console {
            arguments.push("--console-socket".into());
            arguments.push(self.shim_dir.join(&files.console).into());
        }
        self.for_container(arguments)
    }

    fn global(&self, verb: &str) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = self.arguments.iter().map(OsString::from).collect();
        arguments.extend(["--root".into(), self.root().into()]);
        arguments.extend(["--log".into(), self.log().into()]);
        arguments.extend(["--log-format".into(), "json".into(), verb.into()]);
        arguments
    }

    fn for_container(&self, mut arguments: Vec<OsString>) -> CommandLine {
        arguments.push(OsString::from(&self.id));
        CommandLine {
            program: self.program.clone(),
            arguments,
        }
    }
}

/// The last error that the runtime has written into its log: one JSON object per line, with `level` and `msg`.
pub(crate) fn last_error(log: &str) -> Option<String> {
    let errors = log.lines().rev().filter_map(|line| {
        let entry: serde_json::Value = serde_json::from_str(line).ok()?;
        let is_error = matches!(entry["level"].as_str(), Some("error" | "fatal"));
        entry["msg"]
            .as_str()
            .filter(|_| is_error)
            .map(str::to_owned)
    });
    let mut errors = errors;
    errors.next()
}

#[cfg(test)]
mod tests {
    use super::{ExecFiles, ForeignRuntime, last_error};
    use std::path::PathBuf;

    fn runtime() -> ForeignRuntime {
        ForeignRuntime {
            program: "/usr/sbin/runc".into(),
            arguments: vec!["--debug".to_owned()],
            id: "0f3c".to_owned(),
            shim_dir: PathBuf::from("/run/s"),
        }
    }

    fn text(line: &super::CommandLine) -> String {
        let arguments = line
            .arguments
            .iter()
            .map(|argument| argument.to_string_lossy());
        arguments.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn speaks_the_command_line_of_runc() {
        const GLOBAL: &str =
            "--debug --root /run/s/runtime --log /run/s/runtime.log --log-format json";
        let runtime = runtime();
        assert_eq!(
            text(&runtime.create(true)),
            format!(
                "{GLOBAL} create --bundle /run/s/bundle --pid-file /run/s/init.pid --console-socket /run/s/console.sock 0f3c"
            )
        );
        assert_eq!(
            text(&runtime.exec(&ExecFiles::of(3), false)),
            format!(
                "{GLOBAL} exec --process /run/s/exec-3.json --pid-file /run/s/exec-3.pid --detach 0f3c"
            )
        );
        let kill = runtime.kill(rustix::process::Signal::TERM);
        assert_eq!(text(&kill), format!("{GLOBAL} kill 0f3c 15"));
        assert_eq!(
            text(&runtime.delete()),
            format!("{GLOBAL} delete --force 0f3c")
        );
    }

    #[test]
    fn takes_the_last_error_of_the_log() {
        let log = r#"{"level":"warning","msg":"a"}
{"level":"error","msg":"b"}
{"level":"error","msg":"c","time":"x"}
not json
{"level":"info","msg":"d"}"#;
        assert_eq!(last_error(log), Some("c".to_owned()));
        assert_eq!(last_error(""), None);
    }
}
