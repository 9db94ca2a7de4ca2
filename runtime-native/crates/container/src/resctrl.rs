//! `linux.intelRdt`: cache and memory bandwidth by class of service, in the `resctrl` filesystem.
//!
//! A class is a directory; who is written to its `tasks` belongs to it, and so do later children. A class named by `closID`
//! may have other users: it is made when it is missing but never removed or changed; one named after the container goes
//! with it. Source: config-linux.md, "IntelRdt"; the kernel's `filesystems/resctrl.rst`.

use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Mode, OFlags};
use rustix::io::Errno;
use rustix::process::Pid;
use tsorch_oci::{Config, ContainerId, IntelRdt};

use crate::error::Failure;
use crate::step::Step;

/// Directories of the filesystem itself.
const RESERVED: [&str; 3] = ["info", "mon_groups", "mon_data"];

/// The class of one container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Class {
    directory: PathBuf,
    /// A group within the class whose use is counted apart.
    monitor: Option<PathBuf>,
    is_own: bool,
    /// Whether the class must be there before.
    must_exist: bool,
    lines: Vec<String>,
}

impl Class {
    /// The class that a configuration asks for; `None` when it asks for none.
    pub(crate) fn of(config: &Config, id: &ContainerId) -> Result<Option<Self>, Failure> {
        let Some(wanted) = &config.linux.intel_rdt else {
            return Ok(None);
        };
        let root = mount_point().step(|| "look for resctrl")?;
        let root = root.ok_or_else(|| {
            Failure::plain(
                "linux.intelRdt needs the resctrl filesystem, which is not mounted on this host",
            )
        })?;
        Self::below(&root, wanted, id).map(Some)
    }

    fn below(root: &Path, wanted: &IntelRdt, id: &ContainerId) -> Result<Self, Failure> {
        let name = wanted.clos_id.as_deref().filter(|name| !name.is_empty());
        let is_bad = |name: &str| {
            name.starts_with('.') || name.contains(['/', '\0', '\n']) || RESERVED.contains(&name)
        };
        let directory = match name {
            // The default class.
            Some("/") => root.to_path_buf(),
            Some(name) if is_bad(name) => {
                return Err(Failure::plain(format!(
                    "linux.intelRdt.closID: {name:?} is no name of a class"
                )));
            }
            Some(name) => root.join(name),
            None => root.join(id.as_str()),
        };
        let lines = schemata(wanted);
        let is_monitored = wanted.enable_monitoring && name.is_some();
        Ok(Self {
            monitor: is_monitored.then(|| directory.join("mon_groups").join(id.as_str())),
            is_own: name.is_none(),
            must_exist: name.is_some() && lines.is_empty(),
            directory,
            lines,
        })
    }

    /// Makes the class, or compares one that is there with what is asked for. After an error nothing is left.
    pub(crate) fn make(&self) -> Result<(), Failure> {
        let place = self.directory.display();
        if self.must_exist && !self.directory.is_dir() {
            return Err(Failure::plain(format!(
                "linux.intelRdt: the class {place} does not exist"
            )));
        }
        let made = match rustix::fs::mkdir(&self.directory, Mode::from_raw_mode(0o755)) {
            Ok(()) => true,
            Err(Errno::EXIST) => false,
            Err(errno) => return Err(Failure::new(format!("make the class {place}"), errno)),
        };
        let done = if made || self.is_own {
            self.write_lines()
        } else {
            self.compare()
        };
        let done = done.and_then(|()| self.make_monitor());
        if done.is_err() && made {
            let _ = remove(&self.directory);
        }
        done
    }

    fn make_monitor(&self) -> Result<(), Failure> {
        let Some(monitor) = &self.monitor else {
            return Ok(());
        };
        match rustix::fs::mkdir(monitor, Mode::from_raw_mode(0o755)) {
            Ok(()) | Err(Errno::EXIST) => Ok(()),
            Err(errno) => Err(Failure::new(
                format!("make the group {}", monitor.display()),
                errno,
            )),
        }
    }

    fn write_lines(&self) -> Result<(), Failure> {
        if self.lines.is_empty() {
            return Ok(());
        }
        let text: String = self.lines.iter().map(|line| format!("{line}\n")).collect();
        let file = self.directory.join("schemata");
        write(&file, &text).step(|| format!("write {text:?} to {}", file.display()))
    }

    fn compare(&self) -> Result<(), Failure> {
        let file = self.directory.join("schemata");
        let present = match std::fs::read_to_string(&file) {
            Ok(present) => present,
            Err(_) if self.lines.is_empty() => return Ok(()),
            Err(error) => {
                let errno = Errno::from_io_error(&error).unwrap_or(Errno::IO);
                return Err(Failure::new(format!("read {}", file.display()), errno));
            }
        };
        let present: Vec<String> = present.lines().map(plain).collect();
        match self
            .lines
            .iter()
            .find(|line| !present.contains(&plain(line)))
        {
            None => Ok(()),
            Some(line) => Err(Failure::plain(format!(
                "linux.intelRdt: the class {} is there and has not {line:?}",
                self.directory.display()
            ))),
        }
    }

    /// Puts a process into the class.
    pub(crate) fn attach(&self, pid: Pid) -> Result<(), Failure> {
        for directory in [Some(&self.directory), self.monitor.as_ref()]
            .into_iter()
            .flatten()
        {
            let file = directory.join("tasks");
            write(&file, &pid.as_raw_nonzero().to_string())
                .step(|| format!("write the process to {}", file.display()))?;
        }
        Ok(())
    }

    /// Removes what belongs to the container alone; that it is gone already is no error.
    pub(crate) fn remove(&self) -> Result<(), Failure> {
        if let Some(monitor) = &self.monitor {
            remove(monitor).step(|| format!("remove {}", monitor.display()))?;
        }
        if self.is_own {
            remove(&self.directory).step(|| format!("remove {}", self.directory.display()))?;
        }
        Ok(())
    }
}

/// Removes the class of a container that has ended, if it had one of its own.
///
/// # Errors
/// [`Failure`] that names the directory.
pub fn remove_class(config: &Config, id: &ContainerId) -> Result<(), Failure> {
    if config.linux.intel_rdt.is_none() || mount_point() == Ok(None) {
        return Ok(());
    }
    match Class::of(config, id)? {
        Some(class) => class.remove(),
        None => Ok(()),
    }
}

/// Changes lines of `schemata` of a container's class.
///
/// # Errors
/// [`Failure`]: the container has no class, or the kernel refuses a line.
pub fn update_class(config: &Config, id: &ContainerId, lines: Vec<String>) -> Result<(), Failure> {
    let class = Class::of(config, id)?
        .ok_or_else(|| Failure::plain("the container has no linux.intelRdt to be changed"))?;
    Class { lines, ..class }.write_lines()
}

/// All lines asked for; of `l3CacheSchema` those of bandwidth are left out, as the specification says.
fn schemata(wanted: &IntelRdt) -> Vec<String> {
    let own = |text: &Option<String>| -> Vec<String> {
        let text = text.as_deref().unwrap_or_default();
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(str::to_owned).collect()
    };
    let cache = own(&wanted.l3_cache_schema);
    let cache = cache.into_iter().filter(|line| !line.starts_with("MB:"));
    cache
        .chain(own(&wanted.mem_bw_schema))
        .chain(wanted.schemata.iter().cloned())
        .collect()
}

/// A line for comparison: the kernel pads its own with blanks.
fn plain(line: impl AsRef<str>) -> String {
    line.as_ref()
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .collect()
}

/// Where resctrl is mounted.
fn mount_point() -> Result<Option<PathBuf>, Errno> {
    let table = std::fs::read_to_string("/proc/self/mountinfo");
    let table = table.map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))?;
    Ok(table.lines().find_map(|line| {
        let (left, right) = line.split_once(" - ")?;
        let is_resctrl = right.split(' ').next() == Some("resctrl");
        is_resctrl.then(|| left.split(' ').nth(4).map(PathBuf::from))?
    }))
}

fn write(file: &Path, text: &str) -> Result<(), Errno> {
    let flags = OFlags::WRONLY | OFlags::TRUNC | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let opened = rustix::fs::open(file, flags, Mode::empty())?;
    rustix::io::write(&opened, text.as_bytes()).map(drop)
}

fn remove(directory: &Path) -> Result<(), Errno> {
    match rustix::fs::unlinkat(CWD, directory, AtFlags::REMOVEDIR) {
        Err(Errno::NOENT) => Ok(()),
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory in place of the filesystem, with one class.
    struct Place(PathBuf);

    impl Place {
        fn new(name: &str) -> Self {
            let root =
                std::env::temp_dir().join(format!("tsorch-resctrl-{name}-{}", std::process::id()));
            std::fs::create_dir_all(root.join("gold")).expect("made");
            std::fs::write(root.join("gold/schemata"), "    L3:0=f;1=3\n    MB:0=50\n")
                .expect("written");
            std::fs::write(root.join("gold/tasks"), "").expect("written");
            Self(root)
        }

        fn class(&self, text: &str) -> Result<Class, Failure> {
            let wanted: IntelRdt = serde_json::from_str(text).expect("JSON");
            let id = ContainerId::parse("web").expect("an id");
            Class::below(&self.0, &wanted, &id)
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_class_that_is_there_is_joined_but_never_changed() {
        let place = Place::new("joined");
        let class = place.class(r#"{"closID": "gold", "l3CacheSchema": "L3:0=f;1=3\nMB:0=9"}"#);
        let class = class.expect("good");
        class.make().expect("as it is");
        class.attach(Pid::INIT).expect("written");
        assert_eq!(
            std::fs::read_to_string(place.0.join("gold/tasks")).expect("read"),
            "1"
        );
        class.remove().expect("nothing of ours");
        assert!(place.0.join("gold").is_dir());
        let other = place
            .class(r#"{"closID": "gold", "schemata": ["L3:0=1"]}"#)
            .expect("good");
        assert!(other.make().is_err());
    }

    #[test]
    fn a_class_without_a_schema_must_be_there() {
        let place = Place::new("missing");
        assert!(
            place
                .class(r#"{"closID": "gold"}"#)
                .expect("good")
                .make()
                .is_ok()
        );
        assert!(
            place
                .class(r#"{"closID": "silver"}"#)
                .expect("good")
                .make()
                .is_err()
        );
        assert!(!place.0.join("silver").exists());
    }

    #[test]
    fn what_was_made_in_vain_is_removed() {
        let place = Place::new("vain");
        // This directory makes no file `schemata` by itself.
        let class = place.class(r#"{"memBwSchema": "MB:0=50"}"#).expect("good");
        assert!(class.make().is_err());
        assert!(!place.0.join("web").exists());
    }

    #[test]
    fn names_lead_nowhere_else() {
        let place = Place::new("names");
        for name in ["..", "a/b", "info", ".hidden", "a\\n"] {
            let text = format!(r#"{{"closID": "{name}"}}"#);
            assert!(place.class(&text).is_err(), "{name}");
        }
        let root = place
            .class(r#"{"closID": "/"}"#)
            .expect("the default class");
        assert_eq!(root.directory, place.0);
    }
}
