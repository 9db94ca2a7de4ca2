//! Mounts, understood: what is mounted where, with which attributes.

use std::path::{Component, Path, PathBuf};

use tsorch_oci::Mount;
use tsorch_sys::mount_attributes::{Change, Depth, Propagation};

use super::mount_options::{self, Effect};
use super::{PlanError, unsupported};
use crate::spec::Warning;

/// One mount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MountPlan {
    /// Where, from the container's root, without `.` and `..`.
    pub(crate) target: PathBuf,
    pub(crate) what: What,
    /// Attributes of the mount itself.
    pub(crate) one: Change,
    /// Attributes of the mount and all below it.
    pub(crate) recursive: Change,
    pub(crate) propagation: Option<(Propagation, Depth)>,
}

/// What is mounted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A part of the host's tree.
    Bind { source: PathBuf, depth: Depth },
    /// A filesystem, opened anew.
    Filesystem(Filesystem),
    /// The container's view of the control groups.
    Cgroup,
    /// Nothing: the attributes of what is there change.
    Remount,
}

/// A filesystem to open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filesystem {
    pub(crate) kind: String,
    pub(crate) source: Option<PathBuf>,
    /// Options for the filesystem: `key` or `key=value`.
    pub(crate) data: Vec<(String, Option<String>)>,
}

impl MountPlan {
    /// Understands an entry of `mounts`.
    pub(crate) fn new(
        mount: &Mount,
        bundle: &Path,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self, PlanError> {
        let target = normalize(&mount.destination);
        let bad =
            |what: &str| PlanError::new(format!("mounts: {}: {what}", mount.destination.display()));
        if target == Path::new("/") {
            return Err(bad("nothing can be mounted over the root"));
        }
        if !mount.uid_mappings.is_empty() || !mount.gid_mappings.is_empty() {
            return Err(bad("mappings of ids are not supported yet"));
        }
        let mut options = Options::default();
        for option in &mount.options {
            options.take(option, || {
                warnings.push(unsupported(format!(
                    "mount option {option} of {} has no effect",
                    target.display()
                )));
            });
        }
        let kind = mount.kind.as_deref().unwrap_or("");
        let what = match (kind, options.bind) {
            _ if options.remount => What::Remount,
            ("bind", depth) => bind(mount, bundle, depth.unwrap_or(Depth::One))
                .ok_or_else(|| bad("source is missing"))?,
            (_, Some(depth)) => {
                bind(mount, bundle, depth).ok_or_else(|| bad("source is missing"))?
            }
            ("cgroup" | "cgroup2", None) => What::Cgroup,
            ("", None) => return Err(bad("type is missing")),
            (kind, None) => What::Filesystem(Filesystem {
                kind: kind.to_owned(),
                source: mount.source.clone(),
                data: options.data,
            }),
        };
        let is_proc = matches!(&what, What::Filesystem(filesystem) if filesystem.kind == "proc");
        if target == Path::new("/proc")
            && !is_proc
            && !matches!(what, What::Bind { .. } | What::Remount)
        {
            return Err(bad("only proc can be mounted there"));
        }
        Ok(Self {
            target,
            what,
            one: options.one,
            recursive: options.recursive,
            propagation: options.propagation,
        })
    }
}

#[derive(Default)]
struct Options {
    one: Change,
    recursive: Change,
    propagation: Option<(Propagation, Depth)>,
    bind: Option<Depth>,
    remount: bool,
    data: Vec<(String, Option<String>)>,
}

impl Options {
    fn take(&mut self, option: &str, unsupported: impl FnOnce()) {
        match mount_options::effect(option) {
            Some(Effect::Attribute { set, clear, depth }) => {
                let change = match depth {
                    Depth::One => &mut self.one,
                    Depth::Recursive => &mut self.recursive,
                };
                // The last word about a bit counts.
                change.set = (change.set & !clear) | set;
                change.clear = (change.clear & !set) | clear;
            }
            Some(Effect::Propagate(kind, depth)) => self.propagation = Some((kind, depth)),
            Some(Effect::Bind(depth)) => self.bind = Some(depth),
            Some(Effect::Remount) => self.remount = true,
            Some(Effect::Filesystem(flag)) => self.data.push((flag.to_owned(), None)),
            Some(Effect::Nothing) => {}
            Some(Effect::Unsupported) => unsupported(),
            None => self.data.push(match option.split_once('=') {
                Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
                None => (option.to_owned(), None),
            }),
        }
    }
}

fn bind(mount: &Mount, bundle: &Path, depth: Depth) -> Option<What> {
    let source = mount
        .source
        .as_ref()
        .filter(|source| !source.as_os_str().is_empty())?;
    Some(What::Bind {
        source: bundle.join(source),
        depth,
    })
}

/// An absolute path without `.` and `..`: `..` at the root stays there, as the kernel has it.
pub(crate) fn normalize(path: &Path) -> PathBuf {
    let mut normal = PathBuf::from("/");
    for component in path.components() {
        match component {
            Component::Normal(name) => normal.push(name),
            Component::ParentDir => {
                normal.pop();
            }
            Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;
    use tsorch_sys::mount_attributes::{ATIME, NODEV, NOSUID, RDONLY, STRICTATIME};

    fn plan(kind: &str, target: &str, options: &[&str]) -> Result<MountPlan, PlanError> {
        let mount = Mount {
            destination: target.into(),
            kind: (!kind.is_empty()).then(|| kind.to_owned()),
            source: Some("src".into()),
            options: options.iter().map(|option| (*option).to_owned()).collect(),
            ..Mount::default()
        };
        MountPlan::new(&mount, Path::new("/bundle"), &mut Vec::new())
    }

    #[test]
    fn a_tmpfs_has_attributes_and_data() {
        let plan = plan(
            "tmpfs",
            "/dev",
            &["nosuid", "strictatime", "mode=755", "size=65536k"],
        )
        .expect("good");
        assert_eq!(
            (plan.one.set, plan.one.clear),
            (NOSUID | STRICTATIME, ATIME)
        );
        let What::Filesystem(filesystem) = plan.what else {
            panic!("a filesystem")
        };
        assert_eq!(
            filesystem.data[0],
            ("mode".to_owned(), Some("755".to_owned()))
        );
    }

    #[test]
    fn a_bind_is_one_by_type_or_by_option_and_relative_to_the_bundle() {
        let source = |kind, options: &[&str]| match plan(kind, "/x", options).expect("good").what {
            What::Bind { source, depth } => Some((source.display().to_string(), depth)),
            _ => None,
        };
        assert_eq!(
            source("bind", &[]),
            Some(("/bundle/src".to_owned(), Depth::One))
        );
        assert_eq!(
            source("", &["rbind", "ro"]),
            Some(("/bundle/src".to_owned(), Depth::Recursive))
        );
        assert_eq!(
            source("none", &["bind"]),
            Some(("/bundle/src".to_owned(), Depth::One))
        );
    }

    #[test]
    fn the_last_of_contradicting_options_counts() {
        let plan = plan("bind", "/x", &["ro", "rw", "dev", "nodev"]).expect("good");
        assert_eq!((plan.one.set, plan.one.clear), (NODEV, RDONLY));
    }

    #[test]
    fn refuses_the_root_and_anything_but_proc_on_proc() {
        assert!(plan("tmpfs", "/..", &[]).is_err());
        assert!(plan("tmpfs", "/x/../proc", &[]).is_err());
        assert!(plan("proc", "/proc", &[]).is_ok());
        assert!(plan("", "/x", &[]).is_err());
    }
}
