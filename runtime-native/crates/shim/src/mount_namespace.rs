//! The shim's own mount namespace: what is mounted here nobody else sees, and it vanishes with us.

use std::path::Path;

use rustix::io::Errno;
use rustix::mount::{MountPropagationFlags, UnmountFlags, mount_change, unmount};
use tsorch_sys::namespace::unshare_mounts;

/// Leaves the host's mount namespace for a copy of it. What the host unmounts later is unmounted here too, as far as the
/// host's mounts are shared; nothing goes the other way.
pub(crate) fn enter_own_namespace() -> Result<(), Errno> {
    unshare_mounts()?;
    mount_change(
        "/",
        MountPropagationFlags::DOWNSTREAM | MountPropagationFlags::REC,
    )
}

/// Unmounts our copies of other containers' network namespaces below `directory`: each copy would keep such a namespace
/// alive after its container is gone. Needless where the host's unmounts reach us.
pub(crate) fn drop_foreign_namespaces(directory: &Path, own: &str) {
    let Ok(table) = std::fs::read_to_string("/proc/self/mountinfo") else {
        return;
    };
    for place in foreign_namespaces(&table, directory, own) {
        let _ = unmount(place, UnmountFlags::DETACH | UnmountFlags::NOFOLLOW);
    }
}

/// Mount points of `table` (proc_pid_mountinfo(5)) right below `directory`, but `own` and those that follow the host's.
fn foreign_namespaces<'a>(table: &'a str, directory: &Path, own: &str) -> Vec<&'a Path> {
    let is_foreign = |place: &&Path| {
        place.parent() == Some(directory) && place.file_name().is_none_or(|name| name != own)
    };
    let places = table.lines().filter_map(|line| {
        let (mount, _) = line.split_once(" - ")?;
        let mut fields = mount.split(' ').skip(4);
        let place = fields.next()?;
        let follows_host = fields.any(|field| field.starts_with("master:"));
        (!follows_host).then_some(Path::new(place))
    });
    places.filter(is_foreign).collect()
}

#[cfg(test)]
mod tests {
    use super::foreign_namespaces;
    use std::path::Path;

    #[test]
    fn finds_the_namespaces_of_others_that_do_not_follow_the_host() {
        let table = "\
36 35 98:0 / / rw master:1 - ext4 /dev/root rw
40 36 0:4 net:[1] /run/tsorch/netns/aa rw shared:3 - nsfs nsfs rw
41 36 0:4 net:[2] /run/tsorch/netns/bb rw - nsfs nsfs rw
42 36 0:4 net:[3] /run/tsorch/netns/cc rw master:7 - nsfs nsfs rw
43 36 0:4 net:[4] /run/other/netns/dd rw - nsfs nsfs rw
";
        let found = foreign_namespaces(table, Path::new("/run/tsorch/netns"), "bb");
        assert_eq!(found, [Path::new("/run/tsorch/netns/aa")]);
    }
}
