//! Mounts, understood: what is mounted where, with which attributes.

use std::path::{Component, Path, PathBuf};

use tsorch_oci::Mount;
use tsorch_sys::mount_attributes::{Change, Depth, Propagation, RDONLY};

use super::PlanError;
use super::idmap::{IdmapPlan, Mappings};
use super::mount_options::{self, Effect};

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
    pub(crate) idmap: Option<IdmapPlan>,
    /// It begins with what its place holds.
    pub(crate) copy_up: bool,
    /// A link at the end of `target` is not followed.
    pub(crate) link_is_target: bool,
}

/// What is mounted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A part of the host's tree.
    Bind {
        source: PathBuf,
        depth: Depth,
        /// A link at its end is not followed.
        link_is_source: bool,
    },
    /// A filesystem, opened anew.
    Filesystem(Filesystem),
    /// The container's view of the control groups.
    Cgroup,
    /// Nothing: the attributes of what is there change, and the options of its filesystem.
    Remount(Vec<(String, Option<String>)>),
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
    /// Understands an entry of `mounts`; relative sources count from the bundle, `container` are its own mappings of ids.
    pub(crate) fn new(
        mount: &Mount,
        bundle: &Path,
        container: Option<&Mappings>,
    ) -> Result<Self, PlanError> {
        let target = normalize(&mount.destination);
        let bad =
            |what: &str| PlanError::new(format!("mounts: {}: {what}", mount.destination.display()));
        if target == Path::new("/") {
            return Err(bad("nothing can be mounted over the root"));
        }
        let mut options = Options::default();
        for option in &mount.options {
            options.take(option);
        }
        let idmap = IdmapPlan::new(mount, options.idmap, container).map_err(bad)?;
        let copy_up = options.copy_up;
        let what = what(mount, bundle, &mut options).map_err(bad)?;
        let is_kind =
            |kind: &str| matches!(&what, What::Filesystem(filesystem) if filesystem.kind == kind);
        let is_new = matches!(&what, What::Filesystem(_) | What::Cgroup);
        if target == Path::new("/proc") && is_new && !is_kind("proc") {
            return Err(bad("only proc can be mounted there"));
        }
        if idmap.is_some() && matches!(&what, What::Cgroup | What::Remount(_)) {
            return Err(bad("ids of such a mount cannot be mapped"));
        }
        if copy_up && !is_kind("tmpfs") {
            return Err(bad("tmpcopyup is for tmpfs only"));
        }
        Ok(Self {
            target,
            what,
            one: options.one,
            recursive: options.recursive,
            propagation: options.propagation,
            idmap,
            copy_up,
            link_is_target: options.link_is_target,
        })
    }
}

impl MountPlan {
    /// A tmpfs that becomes read-only when all mounts, devices and files in it are made: `/dev` is one.
    pub(crate) fn is_closed_late(&self) -> bool {
        let is_tmpfs =
            matches!(&self.what, What::Filesystem(filesystem) if filesystem.kind == "tmpfs");
        is_tmpfs && self.one.set & RDONLY != 0 && self.idmap.is_none()
    }

    /// Whether the control groups are mounted at their usual place, to be written.
    pub(crate) fn gives_cgroups(&self) -> bool {
        self.what == What::Cgroup
            && self.target == Path::new("/sys/fs/cgroup")
            && (self.one.set | self.recursive.set) & RDONLY == 0
    }
}

fn what(mount: &Mount, bundle: &Path, options: &mut Options) -> Result<What, &'static str> {
    let data = std::mem::take(&mut options.data);
    let kind = mount.kind.as_deref().unwrap_or("");
    let depth = match (kind, options.bind) {
        _ if options.remount => return Ok(What::Remount(data)),
        ("bind", depth) => depth.unwrap_or(Depth::One),
        (_, Some(depth)) => depth,
        ("cgroup" | "cgroup2", None) => return Ok(What::Cgroup),
        ("", None) => return Err("type is missing"),
        (kind, None) => {
            return Ok(What::Filesystem(Filesystem {
                kind: kind.to_owned(),
                source: mount.source.clone(),
                data,
            }));
        }
    };
    let source = mount
        .source
        .as_ref()
        .filter(|source| !source.as_os_str().is_empty())
        .ok_or("source is missing")?;
    Ok(What::Bind {
        source: bundle.join(source),
        depth,
        link_is_source: options.link_is_source,
    })
}

#[derive(Default)]
struct Options {
    one: Change,
    recursive: Change,
    propagation: Option<(Propagation, Depth)>,
    bind: Option<Depth>,
    remount: bool,
    idmap: Option<Depth>,
    copy_up: bool,
    link_is_source: bool,
    link_is_target: bool,
    data: Vec<(String, Option<String>)>,
}

impl Options {
    fn take(&mut self, option: &str) {
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
            Some(Effect::MapIds(depth)) => self.idmap = Some(depth),
            Some(Effect::CopyUp) => self.copy_up = true,
            Some(Effect::LinkAsSource) => self.link_is_source = true,
            Some(Effect::LinkAsTarget) => self.link_is_target = true,
            None => self.data.push(match option.split_once('=') {
                Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
                None => (option.to_owned(), None),
            }),
        }
    }
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
    use tsorch_sys::mount_attributes::{ATIME, NODEV, NOSUID, STRICTATIME};

    fn plan(kind: &str, target: &str, options: &[&str]) -> Result<MountPlan, PlanError> {
        let mount = Mount {
            destination: target.into(),
            kind: (!kind.is_empty()).then(|| kind.to_owned()),
            source: Some("src".into()),
            options: options.iter().map(|option| (*option).to_owned()).collect(),
            ..Mount::default()
        };
        MountPlan::new(&mount, Path::new("/bundle"), None)
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
            What::Bind { source, depth, .. } => Some((source.display().to_string(), depth)),
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
    fn a_relative_destination_counts_from_the_root() {
        let target = plan("tmpfs", "srv/./x/../data", &[]).expect("good").target;
        assert_eq!(target, Path::new("/srv/data"));
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
        assert!(plan("proc", "/x", &["tmpcopyup"]).is_err());
        assert!(plan("bind", "/x", &["idmap"]).is_err());
    }
}
