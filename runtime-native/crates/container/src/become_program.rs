//! The last steps of a process before its program: rights are dropped in a fixed order, then `execve`.
//!
//! ```text
//!   close-on-exec -> directory -> label -> bounding set -> [filter, without no_new_privs] -> groups, gid, uid
//!         -> capabilities -> no_new_privs -> [hooks] -> find the program -> [filter, with no_new_privs] -> execve
//! ```
//!
//! Without `no_new_privs` a filter may be loaded only with CAP_SYS_ADMIN, so it comes before the drop and must let
//! through what follows: prctl, capset, setgroups, setresgid, setresuid, umask, stat, mmap, brk, munmap, execve,
//! and on a failure write and exit_group; with calls that are held up also write, read and close.

use std::ffi::{CString, OsStr, OsString};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

use rustix::fs::{Access, AtFlags, FileType, Gid, Mode, Uid};
use rustix::io::Errno;
use rustix::thread::{
    CapabilitySet, CapabilitySets, clear_ambient_capability_set,
    configure_capability_in_ambient_set, remove_capability_from_bounding_set, set_capabilities,
    set_keep_capabilities, set_no_new_privs, set_thread_groups, set_thread_res_gid,
    set_thread_res_uid,
};
use tsorch_sys::execute::{self, Strings};
use tsorch_sys::seccomp::Filter;

use crate::error::Failure;
use crate::init::inside;
use crate::labels;
use crate::plan::attributes::Attributes;
use crate::plan::capabilities::{CapabilityPlan, CapabilitySet as Set};
use crate::plan::process::ProcessPlan;
use crate::step::Step;
use crate::sync::{ChildEnd, PreparedFailure};
use crate::users;

/// What a process is to become.
#[derive(Debug)]
pub(crate) struct Becoming {
    pub(crate) process: ProcessPlan,
    pub(crate) attributes: Attributes,
    pub(crate) filter: Option<Filter>,
    /// `tsorch-init`, which then starts the program as its child.
    pub(crate) init_program: Option<OwnedFd>,
    /// How many descriptors from 3 on the program inherits.
    pub(crate) preserve_fds: u32,
}

/// The program and what goes with it, found and laid out.
struct Program {
    path: CString,
    arguments: Strings,
    environment: Strings,
}

impl Becoming {
    /// The descriptors to keep open.
    pub(crate) fn fds(&self) -> Vec<BorrowedFd<'_>> {
        let mut fds: Vec<BorrowedFd<'_>> = self.init_program.iter().map(AsFd::as_fd).collect();
        for number in 3..3 + self.preserve_fds {
            if let Some(fd) = execute::inherited(number) {
                fds.push(fd);
            }
        }
        fds
    }
}

/// Becomes the program; returns only after a failure, which was told on `channel`. `hooks` have the program's rights and
/// filter already: what they execute may come from the image.
pub(crate) fn become_program(
    becoming: &Becoming,
    channel: &ChildEnd,
    hooks: Option<&dyn Fn() -> Result<(), Failure>>,
) {
    let loads_late = becoming.process.no_new_privileges;
    let ready = prepare(becoming).and_then(|(environment, directory)| {
        drop_rights(becoming, channel)?;
        if directory == Directory::Closed {
            enter_directory(&becoming.process)?;
        }
        if let Some(hooks) = hooks {
            load_filter(becoming, channel, loads_late).step(|| "load the system call filter")?;
            hooks()?;
        }
        find_program(becoming, environment)
    });
    let (program, failure) = match ready {
        Ok(ready) => ready,
        Err(failure) => return channel.fail(&failure),
    };
    if let Err(errno) = load_filter(becoming, channel, loads_late && hooks.is_none()) {
        return channel.fail(&Failure::new("load the system call filter", errno));
    }
    let Program {
        path,
        arguments,
        environment,
    } = &program;
    let errno = match &becoming.init_program {
        Some(init) => execute::execute_fd(init.as_fd(), arguments, environment),
        None => execute::execute(path, arguments, environment),
    };
    failure.send(channel, errno);
}

/// Whether the working directory could be entered with all rights; some filesystems (FUSE, NFS) let only its owner in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Directory {
    Entered,
    Closed,
}

/// What a filter could forbid later and does not need fewer rights.
fn prepare(becoming: &Becoming) -> Result<(Vec<CString>, Directory), Failure> {
    // What is opened from here on is close-on-exec by itself.
    execute::close_on_exec_from(3 + becoming.preserve_fds)
        .step(|| "close the descriptors at execve")?;
    let process = &becoming.process;
    let mut environment = process.env.clone();
    if process.wants_home {
        environment.extend(home(process.uid));
    }
    let directory = match enter_directory(process) {
        Ok(()) => Directory::Entered,
        Err(failure) if failure.errno == Some(Errno::ACCESS.raw_os_error()) => Directory::Closed,
        Err(failure) => return Err(failure),
    };
    Ok((environment, directory))
}

/// Between loading and telling the listener's number there is nothing: the filter may hold any call up until then.
fn load_filter(becoming: &Becoming, channel: &ChildEnd, now: bool) -> Result<(), Errno> {
    let Some(filter) = becoming.filter.as_ref().filter(|_| now) else {
        return Ok(());
    };
    match filter.load()? {
        None => Ok(()),
        Some(listener) => match channel.listener(listener.as_fd()) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Errno::PIPE),
            Err(errno) => Err(errno),
        },
    }
}

fn drop_rights(becoming: &Becoming, channel: &ChildEnd) -> Result<(), Failure> {
    let process = &becoming.process;
    labels::set_exec_label(process)?;
    drop_bounding_set(process.capabilities.bounding)
        .step(|| "shrink the capability bounding set")?;
    load_filter(becoming, channel, !process.no_new_privileges)
        .step(|| "load the system call filter")?;
    set_keep_capabilities(true).step(|| "keep capabilities over the change of user")?;
    change_user(process)?;
    set_capability_sets(&process.capabilities).step(|| "set the capabilities")?;
    rustix::process::umask(Mode::from_raw_mode(process.umask));
    if process.no_new_privileges {
        set_no_new_privs(true).step(|| "set no_new_privs")?;
    }
    Ok(())
}

/// Bits that the kernel knows and we do not are dropped as well: up to the first one it does not know.
fn drop_bounding_set(keep: Set) -> Result<(), Errno> {
    for number in 0..64 {
        if keep.0 >> number & 1 == 1 {
            continue;
        }
        match remove_capability_from_bounding_set(CapabilitySet::from_bits_retain(1 << number)) {
            Ok(()) => {}
            Err(Errno::INVAL) if number > 0 => return Ok(()),
            Err(errno) => return Err(errno),
        }
    }
    Ok(())
}

fn change_user(process: &ProcessPlan) -> Result<(), Failure> {
    let groups: Vec<Gid> = process
        .groups
        .iter()
        .map(|group| Gid::from_raw(*group))
        .collect();
    match set_thread_groups(&groups) {
        // A user namespace whose maker denied setgroups has none to give.
        Err(Errno::PERM) if groups.is_empty() => {}
        done => done.step(|| "set the supplementary groups")?,
    }
    let (uid, gid) = (Uid::from_raw(process.uid), Gid::from_raw(process.gid));
    set_thread_res_gid(gid, gid, gid).step(|| format!("become group {}", process.gid))?;
    set_thread_res_uid(uid, uid, uid).step(|| format!("become user {}", process.uid))
}

fn set_capability_sets(plan: &CapabilityPlan) -> Result<(), Errno> {
    let set = |set: Set| CapabilitySet::from_bits_retain(set.0);
    let sets = CapabilitySets {
        effective: set(plan.effective),
        permitted: set(plan.permitted),
        inheritable: set(plan.inheritable),
    };
    set_capabilities(None, sets)?;
    clear_ambient_capability_set()?;
    for number in (0..64).filter(|number| plan.ambient.0 >> number & 1 == 1) {
        configure_capability_in_ambient_set(CapabilitySet::from_bits_retain(1 << number), true)?;
    }
    Ok(())
}

/// The directory must be inside: a descriptor of the host as working directory is a way out (CVE-2024-21626).
fn enter_directory(process: &ProcessPlan) -> Result<(), Failure> {
    let name = || format!("enter the directory {}", process.cwd.display());
    rustix::process::chdir(&process.cwd).step(name)?;
    let here = rustix::process::getcwd(Vec::new()).step(name)?;
    if here.as_bytes().starts_with(b"/") {
        Ok(())
    } else {
        Err(Failure::plain(name() + ": it is outside"))
    }
}

fn find_program(
    becoming: &Becoming,
    environment: Vec<CString>,
) -> Result<(Program, PreparedFailure), Failure> {
    let process = &becoming.process;
    let wanted = process
        .args
        .first()
        .ok_or_else(|| Failure::plain("find the program: none is given"))?;
    let path = look_up(OsStr::from_bytes(wanted.as_bytes()), process)?;
    let shown = path.to_string_lossy();
    let prepared = ChildEnd::prepare_failure(&format!("execute {shown}"));
    let arguments = match &becoming.init_program {
        Some(_) => [c"tsorch-init".to_owned(), path.clone()]
            .into_iter()
            .chain(process.args.clone())
            .collect(),
        None => process.args.clone(),
    };
    let program = Program {
        path,
        arguments: Strings::new(arguments),
        environment: Strings::new(environment),
    };
    Ok((program, prepared))
}

/// That the program is missing is told before "ready", as callers of `create` expect (podman and Docker make 127 of it).
/// What the working directory, the user or a hook may still change is left to the start.
pub(crate) fn require_program(process: &ProcessPlan) -> Result<(), Failure> {
    let Some(name) = process.args.first().map(|name| name.as_bytes()) else {
        return Ok(());
    };
    let certain = match name.contains(&b'/') {
        true => name.starts_with(b"/"),
        false => process.search.iter().all(|dir| dir.is_absolute()),
    };
    match look_up(OsStr::from_bytes(name), process) {
        Err(failure) if certain && failure.errno == Some(Errno::NOENT.raw_os_error()) => {
            Err(failure)
        }
        _ => Ok(()),
    }
}

/// As execvp(3): a name with a slash is a path, others are looked for in `PATH`.
fn look_up(name: &OsStr, process: &ProcessPlan) -> Result<CString, Failure> {
    let shown = name.to_string_lossy();
    if name.as_bytes().contains(&b'/') {
        check_executable(Path::new(name)).step(|| format!("execute {shown}"))?;
        return c_string(name.to_owned());
    }
    let mut reason = Errno::NOENT;
    for dir in &process.search {
        let candidate = dir.join(name);
        match check_executable(&candidate) {
            Ok(()) => return c_string(candidate.into_os_string()),
            Err(Errno::ACCESS) => reason = Errno::ACCESS,
            Err(_) => {}
        }
    }
    Err(Failure::new(
        format!("find {shown} in PATH"),
        if name.is_empty() {
            Errno::NOENT
        } else {
            reason
        },
    ))
}

fn check_executable(path: &Path) -> Result<(), Errno> {
    let found = rustix::fs::stat(path)?;
    if FileType::from_raw_mode(found.st_mode) != FileType::RegularFile {
        return Err(Errno::ACCESS);
    }
    match rustix::fs::accessat(rustix::fs::CWD, path, Access::EXEC_OK, AtFlags::EACCESS) {
        // A filter may not know the call; execve will tell.
        Err(Errno::PERM | Errno::NOSYS) => Ok(()),
        done => done,
    }
}

fn c_string(path: OsString) -> Result<CString, Failure> {
    CString::new(path.into_vec())
        .map_err(|_| Failure::plain("find the program: its name holds a NUL byte"))
}

/// `HOME` as the container's /etc/passwd says it.
fn home(uid: u32) -> Option<CString> {
    let root = inside().ok()?;
    let home = users::home_of(&root, uid).unwrap_or_else(|| "/".to_owned());
    CString::new(format!("HOME={home}")).ok()
}
