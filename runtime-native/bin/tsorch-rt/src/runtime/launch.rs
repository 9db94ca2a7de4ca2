//! What `create` and `run` have in common: options, bundle, standard streams, the record.

use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail};
use lexopt::Arg;
use tsorch_cgroups::{Scope, ScopeName};
use tsorch_container::identity::{boot_id, start_time};
use tsorch_container::store::{Facts, Record, Slot};
use tsorch_container::{
    CgroupManager, Created, DEFAULT_CGROUP_PARENT, Io, Keyring, RootChange, Spec, StartGate, Stdio,
    create,
};
use tsorch_oci::{Config, ContainerId, SPEC_VERSION, State, Status};

use super::activation::Sockets;
use super::arguments::{Global, OptionName, number, required, take_id};
use super::log::Level;
use super::passing::{send_console, send_pidfd};

/// Options of `create` and `run`.
#[derive(Debug, Default)]
pub(crate) struct LaunchOptions {
    pub(crate) id: Option<ContainerId>,
    pub(crate) bundle: Option<PathBuf>,
    pub(crate) config: Option<PathBuf>,
    pub(crate) pid_file: Option<PathBuf>,
    pub(crate) console_socket: Option<PathBuf>,
    pub(crate) pidfd_socket: Option<PathBuf>,
    pub(crate) preserve_fds: u32,
    pub(crate) detach: bool,
    pub(crate) keep: bool,
    pub(crate) root_change: RootChange,
    pub(crate) keyring: Keyring,
}

impl LaunchOptions {
    /// Reads what follows the verb.
    pub(crate) fn read(arguments: &mut lexopt::Parser) -> anyhow::Result<Self> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next()? {
            if let Arg::Value(value) = argument {
                take_id(&mut options.id, value)?;
                continue;
            }
            match OptionName::from(argument).0.as_str() {
                "--bundle" | "-b" => options.bundle = Some(arguments.value()?.into()),
                "--config" => options.config = Some(arguments.value()?.into()),
                "--pid-file" => options.pid_file = Some(arguments.value()?.into()),
                "--console-socket" => options.console_socket = Some(arguments.value()?.into()),
                "--pidfd-socket" => options.pidfd_socket = Some(arguments.value()?.into()),
                "--preserve-fds" => {
                    options.preserve_fds = number(arguments.value()?, "--preserve-fds")?
                }
                "--detach" | "-d" => options.detach = true,
                "--keep" => options.keep = true,
                "--no-subreaper" => {}
                "--no-pivot" => options.root_change = RootChange::Move,
                "--no-new-keyring" => options.keyring = Keyring::Callers,
                other => bail!("there is no option {other:?} (or it is not supported)"),
            }
        }
        Ok(options)
    }
}

/// A bundle, read once.
#[derive(Debug)]
pub(crate) struct Bundle {
    pub(crate) id: ContainerId,
    pub(crate) path: PathBuf,
    pub(crate) rootfs: PathBuf,
    pub(crate) text: Vec<u8>,
    pub(crate) config: Config,
    /// What systemd has opened for it.
    sockets: Sockets,
    /// The scope that systemd shall make for it.
    scope: Option<ScopeName>,
    pub(crate) root_change: RootChange,
    pub(crate) keyring: Keyring,
}

impl Bundle {
    /// Reads the bundle that the options name, or the present directory.
    pub(crate) fn read(global: &Global, options: &LaunchOptions) -> anyhow::Result<Self> {
        let id = required(options.id.clone())?;
        let given = options.bundle.as_deref().unwrap_or(Path::new("."));
        let path = std::path::absolute(given)
            .with_context(|| format!("cannot find the bundle {}", given.display()))?;
        let file = options
            .config
            .clone()
            .unwrap_or_else(|| path.join("config.json"));
        let text = read_config(&path, &file)?;
        let mut config = Config::parse(&text)?;
        let sockets = Sockets::of_caller();
        sockets.tell(&mut config);
        let wanted = global.wants_scope;
        let scope = wanted.then(|| take_scope(&mut config, &id)).transpose()?;
        let rootfs = path.join(
            config
                .root
                .as_ref()
                .map(|root| root.path.as_path())
                .unwrap_or(Path::new("rootfs")),
        );
        Ok(Self {
            id,
            path,
            rootfs,
            text,
            config,
            sockets,
            scope,
            root_change: options.root_change,
            keyring: options.keyring,
        })
    }

    /// Whether the program wants a terminal.
    pub(crate) fn wants_terminal(&self) -> bool {
        self.config
            .process
            .as_ref()
            .is_some_and(|process| process.terminal)
    }

    /// Path of its control group, empty for none; without a word of the configuration it is named after the container.
    fn cgroup(&self, manager: CgroupManager) -> String {
        if manager == CgroupManager::Disabled {
            return String::new();
        }
        let given = self
            .config
            .linux
            .cgroups_path
            .as_ref()
            .filter(|path| !path.as_os_str().is_empty());
        given.map_or_else(
            || format!("/{DEFAULT_CGROUP_PARENT}/{}", self.id),
            |path| path.display().to_string(),
        )
    }

    /// The record, as far as it is known before there is a process.
    pub(crate) fn record(&self, manager: CgroupManager) -> Record {
        let created_at = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Record {
            state: State {
                oci_version: SPEC_VERSION.to_owned(),
                id: self.id.to_string(),
                status: Status::Creating,
                pid: None,
                bundle: self.path.clone(),
                annotations: self.config.annotations.clone(),
            },
            tsorch: Facts {
                version: 1,
                pid_start: None,
                boot_id: boot_id(),
                cgroup: self.cgroup(manager),
                scope: self.scope.as_ref().map(|scope| scope.unit().to_owned()),
                created_at: u64::try_from(created_at.as_millis()).unwrap_or(0),
                shares_keyring: self.keyring == Keyring::Callers,
                shim_pid: None,
            },
        }
    }

    /// Makes the container up to its start gate and records it. Gives the record, too.
    pub(crate) fn create(
        &self,
        global: &Global,
        slot: &Slot,
        (io, gate, preserve_fds): (Io, StartGate, u32),
    ) -> anyhow::Result<(Created, Record)> {
        let mut record = self.record(global.cgroup_manager);
        slot.write_config(&self.text)?;
        slot.write_record(&record)?;
        let cache = global.root.join(".seccomp");
        let spec = Spec {
            id: &self.id,
            config: &self.config,
            bundle: &self.path,
            rootfs: &self.rootfs,
            io,
            leniency: global.leniency,
            cgroup_manager: global.cgroup_manager,
            hierarchies: None,
            init_program: None,
            seccomp_cache: Some(&cache),
            // In front of those that are to be preserved.
            preserve_fds: global.preserved(preserve_fds.saturating_add(self.sockets.count))?,
            gate,
            root_change: self.root_change,
            keyring: self.keyring,
        };
        // Ours until the container has a process in it.
        let _scope = self.scope.as_ref().map(Scope::start).transpose()?;
        let created = create(spec)?;
        for warning in created.warnings() {
            global.log.write(Level::Warning, &warning.message);
        }
        record.state.pid = Some(created.pid().as_raw_nonzero().get());
        record.state.status = Status::Created;
        record.tsorch.pid_start = start_time(created.pid());
        match slot.write_record(&record) {
            Ok(()) => Ok((created, record)),
            Err(error) => {
                created.abort();
                Err(error.into())
            }
        }
    }
}

impl LaunchOptions {
    /// Tells the caller what it asked for about a container that is made: terminal, pidfd, pid.
    pub(crate) fn tell(&self, created: &Created, console: Option<&OwnedFd>) -> anyhow::Result<()> {
        if let (Some(socket), Some(master)) = (&self.console_socket, console) {
            send_console(master, socket)?;
        }
        if let Some(socket) = &self.pidfd_socket {
            send_pidfd(created.pidfd(), socket, "standard")?;
        }
        match &self.pid_file {
            Some(path) => write_pid_file(path, created.pid()),
            None => Ok(()),
        }
    }
}

/// What is missing is said in the words that callers know.
fn read_config(bundle: &Path, file: &Path) -> anyhow::Result<Vec<u8>> {
    if !bundle.is_dir() {
        bail!("the bundle {} is no directory", bundle.display());
    }
    match std::fs::read(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            bail!("JSON specification file {} not found", file.display())
        }
        read => read.with_context(|| format!("cannot read {}", file.display())),
    }
}

/// The scope that the configuration names. Its path becomes the one below the scope, as if it had been given.
fn take_scope(config: &mut Config, id: &ContainerId) -> anyhow::Result<ScopeName> {
    let given = config.linux.cgroups_path.take();
    let given = given.as_deref().map(Path::to_string_lossy);
    let scope = ScopeName::of_container(given.as_deref(), id.as_str())?;
    config.linux.cgroups_path = Some(scope.container()?.as_path().to_path_buf());
    Ok(scope)
}

/// This process's own standard streams, for the container.
pub(crate) fn own_streams() -> anyhow::Result<Io> {
    let copy = |fd: std::os::fd::BorrowedFd<'_>| {
        rustix::io::fcntl_dupfd_cloexec(fd, 3).context("cannot hand over the standard streams")
    };
    Ok(Io::Pipes(Stdio {
        stdin: copy(std::io::stdin().as_fd())?,
        stdout: copy(std::io::stdout().as_fd())?,
        stderr: copy(std::io::stderr().as_fd())?,
    }))
}

/// Writes a pid, whole or not at all.
pub(crate) fn write_pid_file(path: &Path, pid: rustix::process::Pid) -> anyhow::Result<()> {
    let name = path
        .file_name()
        .context("--pid-file names no file")?
        .to_string_lossy()
        .into_owned();
    let temporary = path.with_file_name(format!(".{name}"));
    std::fs::write(&temporary, pid.as_raw_nonzero().to_string())
        .and_then(|()| std::fs::rename(&temporary, path))
        .with_context(|| format!("cannot write the pid file {}", path.display()))
}
