//! The map of the host: which controller lives in which hierarchy, mounted where, of which version.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};

use crate::error::CgroupError;
use crate::file;

/// Where the hierarchies are mounted; the place is fixed by convention.
pub const MOUNT_ROOT: &str = "/sys/fs/cgroup";

/// The controllers of v1, as their mount options name them.
const V1_CONTROLLERS: [&str; 14] = [
    "cpu",
    "cpuacct",
    "cpuset",
    "memory",
    "devices",
    "freezer",
    "blkio",
    "pids",
    "hugetlb",
    "net_cls",
    "net_prio",
    "perf_event",
    "rdma",
    "misc",
];

/// The two control group interfaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// One tree per controller or group of controllers.
    V1,
    /// The unified tree.
    V2,
}

/// One tree of control groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hierarchy {
    /// Its interface.
    pub version: Version,
    /// Where it is mounted, absolute.
    pub mount: PathBuf,
    /// The controllers that live here; may be empty (`name=systemd`, the v2 tree of a hybrid host).
    pub controllers: Vec<String>,
    /// Mount options that name this hierarchy, v1 only: `cpu,cpuacct` or `name=systemd`.
    pub options: String,
}

/// All hierarchies of the host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hierarchies {
    list: Vec<Hierarchy>,
}

impl Hierarchies {
    /// Looks at the host, as this process sees it.
    ///
    /// # Errors
    /// [`CgroupError::Host`] when `/proc` cannot be read, [`CgroupError::NoHierarchy`] when nothing is mounted.
    pub fn of_host() -> Result<Self, CgroupError> {
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        let what = "/proc/self/mountinfo";
        let table = rustix::fs::open(what, flags, Mode::empty())
            .and_then(|fd| file::read_all(&fd))
            .map_err(|errno| CgroupError::Host {
                what: what.to_owned(),
                errno,
            })?;
        let mut found = Self::parse(&table);
        for hierarchy in found
            .list
            .iter_mut()
            .filter(|found| found.version == Version::V2)
        {
            let what = hierarchy.mount.join("cgroup.controllers");
            let names = rustix::fs::open(&what, flags, Mode::empty())
                .and_then(|fd| file::read_all(&fd))
                .map_err(|errno| CgroupError::Host {
                    what: what.display().to_string(),
                    errno,
                })?;
            hierarchy.controllers = names.split_whitespace().map(str::to_owned).collect();
        }
        if found.list.is_empty() {
            Err(CgroupError::NoHierarchy)
        } else {
            Ok(found)
        }
    }

    /// Finds the hierarchies in the text of `/proc/<pid>/mountinfo`; the controllers of v2 stay empty.
    #[must_use]
    pub fn parse(mountinfo: &str) -> Self {
        let mut found = Self::default();
        for hierarchy in mountinfo.lines().filter_map(parse_line) {
            let known = found.list.iter().any(|other| {
                other.version == hierarchy.version && other.options == hierarchy.options
            });
            if !known {
                found.list.push(hierarchy);
            }
        }
        found
    }

    /// Every hierarchy.
    #[must_use]
    pub fn all(&self) -> &[Hierarchy] {
        &self.list
    }

    /// Where a controller lives.
    #[must_use]
    pub fn of_controller(&self, controller: &str) -> Option<&Hierarchy> {
        self.list
            .iter()
            .find(|hierarchy| hierarchy.controllers.iter().any(|name| name == controller))
    }

    /// The v2 tree, with or without controllers.
    #[must_use]
    pub fn unified(&self) -> Option<&Hierarchy> {
        self.list
            .iter()
            .find(|hierarchy| hierarchy.version == Version::V2)
    }
}

/// One line of mountinfo, proc(5): `36 35 98:0 /root /mount/point options [optional fields] - type source options`.
fn parse_line(line: &str) -> Option<Hierarchy> {
    let (left, right) = line.split_once(" - ")?;
    let mount = unescape(left.split(' ').nth(4)?);
    let mut right = right.split(' ');
    let version = match right.next()? {
        "cgroup" => Version::V1,
        "cgroup2" => Version::V2,
        _ => return None,
    };
    if !mount.starts_with(MOUNT_ROOT) {
        return None;
    }
    let words: Vec<&str> = right.nth(1)?.split(',').collect();
    let controllers = words.iter().filter(|word| V1_CONTROLLERS.contains(*word));
    let controllers: Vec<String> = controllers.map(|word| (*word).to_owned()).collect();
    let name = words.iter().find(|word| word.starts_with("name="));
    let options = match (version, name) {
        (Version::V2, _) => String::new(),
        (Version::V1, Some(name)) if controllers.is_empty() => (*name).to_owned(),
        (Version::V1, _) if controllers.is_empty() => return None,
        (Version::V1, _) => controllers.join(","),
    };
    Some(Hierarchy {
        version,
        mount,
        controllers,
        options,
    })
}

/// Undoes mountinfo's escapes: space, tab, line feed and backslash are written as three octal digits.
fn unescape(text: &str) -> PathBuf {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let digits = tail
            .get(..3)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        let octal = digits.and_then(|digits| u8::from_str_radix(digits, 8).ok());
        match (first, octal) {
            (b'\\', Some(byte)) => {
                bytes.push(byte);
                rest = tail.get(3..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    Path::new(&OsString::from_vec(bytes)).to_path_buf()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HYBRID: &str = "\
23 1 0:21 / /sys rw,relatime - sysfs sysfs rw
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw,nsdelegate
";

    #[test]
    fn maps_each_controller_of_a_hybrid_host_to_its_tree() {
        let found = Hierarchies::parse(HYBRID);
        let mount = |name| {
            found
                .of_controller(name)
                .map(|hierarchy| hierarchy.mount.clone())
        };
        assert_eq!(
            mount("cpuacct"),
            Some(PathBuf::from("/sys/fs/cgroup/cpu,cpuacct"))
        );
        assert_eq!(
            mount("memory"),
            Some(PathBuf::from("/sys/fs/cgroup/memory"))
        );
        assert_eq!(mount("pids"), None);
        let unified = found.unified().map(|hierarchy| hierarchy.mount.clone());
        assert_eq!(unified, Some(PathBuf::from("/sys/fs/cgroup/unified")));
        assert!(
            found
                .all()
                .iter()
                .any(|hierarchy| hierarchy.options == "name=systemd")
        );
    }

    #[test]
    fn finds_the_one_tree_of_a_pure_host() {
        let text =
            "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
        let found = Hierarchies::parse(text);
        assert_eq!(
            found.unified().map(|hierarchy| hierarchy.mount.as_path()),
            Some(Path::new(MOUNT_ROOT))
        );
        assert_eq!(found.all().len(), 1);
    }

    #[test]
    fn undoes_octal_escapes() {
        assert_eq!(unescape(r"/a\040b\134c\0"), PathBuf::from(r"/a b\c\0"));
    }

    #[test]
    fn skips_mounts_elsewhere_and_repeated_ones() {
        let text = "1 2 0:1 / /other/cgroup rw - cgroup2 c rw\n1 2 0:1 / /sys/fs/cgroup/pids rw - cgroup c rw,pids\n\
                    1 2 0:1 /x /sys/fs/cgroup/pids2 rw - cgroup c rw,pids\n";
        assert_eq!(Hierarchies::parse(text).all().len(), 1);
    }
}
