//! The container's root: its image's layers below, its own writable directory above, mounted at `bundles/<id>/rootfs` in
//! this shim's mount namespace alone.

use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{Gid, Mode, OFlags, Uid, fchmod, fchown, fstat};
use rustix::io::Errno;
use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags, MountFlags, MoveMountFlags, OpenTreeFlags,
    fsconfig_create, fsconfig_set_fd, fsconfig_set_string, fsmount, fsopen, mount, move_mount,
    open_tree,
};

use crate::paths::{Paths, make_private_dir};
use crate::root_ids::RootIds;
use crate::shim_config::ShimConfig;

/// A step failed.
#[derive(Debug, thiserror::Error)]
#[error("cannot {step} {path:?}")]
pub(crate) struct RootfsError {
    step: &'static str,
    path: PathBuf,
    #[source]
    pub(crate) errno: Errno,
}

fn failed<'a>(step: &'static str, path: &'a Path) -> impl FnOnce(Errno) -> RootfsError + 'a {
    move |errno| RootfsError {
        step,
        path: path.to_path_buf(),
        errno,
    }
}

/// Makes the container's directories as far as they are missing, and mounts its root.
///
/// With no layers the root is the writable directory itself.
pub(crate) fn mount_root(paths: &Paths, config: &ShimConfig) -> Result<(), RootfsError> {
    make_dir(&paths.container)?;
    make_dir(&paths.log())?;
    let target = open_dir(&paths.rootfs)?;
    let ids = ids_of(paths)?;
    let show = |directory| {
        let shown = ids.show(directory, &target);
        shown.map_err(failed("map the owners of files on", &paths.rootfs))
    };
    // Topmost first, as overlayfs counts.
    let mut layers = config
        .layer_names()
        .rev()
        .map(|hex| open_dir(&paths.layer(hex)).and_then(show))
        .collect::<Result<Vec<_>, _>>()?;
    let upper = open_upper(&paths.upper(), layers.first())?;
    if layers.is_empty() {
        return bind(&show(upper)?, &target).map_err(failed("bind", &paths.rootfs));
    }
    make_dir(&paths.work())?;
    let work = open_dir(&paths.work())?;
    // hostd makes it; without it the mount points are made in the writable directory.
    if let Ok(mountpoints) = open_dir(&paths.mountpoints) {
        layers.push(show(mountpoints)?);
    }
    let overlay = Overlay {
        layers: &layers,
        upper: &upper,
        work: &work,
    };
    overlay
        .mount(&target)
        .map_err(failed("mount an overlay on", &paths.rootfs))
}

fn ids_of(paths: &Paths) -> Result<RootIds, RootfsError> {
    let text = std::fs::read(paths.oci_config()).unwrap_or_default();
    RootIds::of_config(&text).map_err(failed("map ids for", &paths.rootfs))
}

fn make_dir(path: &Path) -> Result<(), RootfsError> {
    make_private_dir(path).map_err(failed("make directory", path))
}

fn open_dir(path: &Path) -> Result<OwnedFd, RootfsError> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    rustix::fs::open(path, flags, Mode::empty()).map_err(failed("open directory", path))
}

/// The writable directory. A new one takes owner and mode of the topmost layer's root as the container sees it, since
/// inside it is `/`. It shows owners as they are on disk: overlayfs writes there as this process, which has no mapping.
fn open_upper(path: &Path, top_layer: Option<&OwnedFd>) -> Result<OwnedFd, RootfsError> {
    let is_new = match rustix::fs::mkdir(path, Mode::from_raw_mode(0o755)) {
        Err(Errno::EXIST) => false,
        outcome => outcome
            .map(|()| true)
            .map_err(failed("make directory", path))?,
    };
    let upper = open_dir(path)?;
    if is_new {
        copy_attributes(&upper, top_layer).map_err(failed("set the owner of", path))?;
    }
    Ok(upper)
}

fn copy_attributes(upper: &OwnedFd, top_layer: Option<&OwnedFd>) -> Result<(), Errno> {
    let Some(layer) = top_layer else {
        // The umask of a shim is tighter than a root directory may be.
        return fchmod(upper, Mode::from_raw_mode(0o755));
    };
    let stat = fstat(layer)?;
    let (owner, group) = (Uid::from_raw(stat.st_uid), Gid::from_raw(stat.st_gid));
    fchown(upper, Some(owner), Some(group))?;
    fchmod(upper, Mode::from_raw_mode(stat.st_mode & 0o7777))
}

fn bind(source: &OwnedFd, target: &OwnedFd) -> Result<(), Errno> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_EMPTY_PATH;
    let tree = open_tree(source, "", flags)?;
    attach(&tree, target)
}

fn attach(tree: &OwnedFd, target: &OwnedFd) -> Result<(), Errno> {
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags::MOVE_MOUNT_T_EMPTY_PATH;
    move_mount(tree, "", target, "", flags)
}

/// An overlay of directories named by descriptors: no path is resolved twice, and there is no limit to their length.
struct Overlay<'a> {
    /// Topmost first.
    layers: &'a [OwnedFd],
    upper: &'a OwnedFd,
    work: &'a OwnedFd,
}

impl Overlay<'_> {
    fn mount(&self, target: &OwnedFd) -> Result<(), Errno> {
        match self.mount_by_fd(target) {
            // Before Linux 6.13 layers have names only, before 6.5 the file system takes its options from mount(2) alone.
            Err(Errno::INVAL | Errno::OPNOTSUPP | Errno::NOSYS) => self.mount_by_name(target),
            outcome => outcome,
        }
    }

    fn mount_by_fd(&self, target: &OwnedFd) -> Result<(), Errno> {
        let context = fsopen("overlay", FsOpenFlags::FSOPEN_CLOEXEC)?;
        fsconfig_set_string(&context, "source", "tsorch")?;
        for layer in self.layers {
            fsconfig_set_fd(&context, "lowerdir+", layer)?;
        }
        fsconfig_set_fd(&context, "upperdir", self.upper)?;
        fsconfig_set_fd(&context, "workdir", self.work)?;
        // Without it a root whose shim was killed could not be mounted again while the old mount is being taken down.
        fsconfig_set_string(&context, "index", "off")?;
        fsconfig_create(&context)?;
        let flags = FsMountFlags::FSMOUNT_CLOEXEC;
        let tree = fsmount(&context, flags, MountAttrFlags::empty())?;
        attach(&tree, target)
    }

    /// Names are `/proc/self/fd/17`: with 127 layers still less than the page that mount(2) takes as options.
    fn mount_by_name(&self, target: &OwnedFd) -> Result<(), Errno> {
        let layers: Vec<String> = self.layers.iter().map(name).collect();
        let options = format!(
            "lowerdir={},upperdir={},workdir={},index=off",
            layers.join(":"),
            name(self.upper),
            name(self.work)
        );
        let options = std::ffi::CString::new(options).map_err(|_| Errno::INVAL)?;
        let flags = MountFlags::empty();
        mount(
            "tsorch",
            name(target),
            "overlay",
            flags,
            Some(options.as_c_str()),
        )
    }
}

fn name(fd: &OwnedFd) -> String {
    format!("/proc/self/fd/{}", fd.as_raw_fd())
}

#[cfg(test)]
mod tests {
    use super::{Overlay, open_dir};
    use crate::mount_namespace::enter_own_namespace;
    use crate::scratch_dir::ScratchDir;
    use rustix::io::Errno;
    use rustix::mount::UnmountFlags;
    use std::fs;

    /// Mounts `count` layers in both ways; layer n brings `file-n`, and all bring `top` with their number.
    #[expect(clippy::print_stdout, reason = "a test that is not run says why")]
    fn mount_layers(by_name: bool, count: usize) -> Option<(String, usize)> {
        if let Err(errno) = enter_own_namespace() {
            println!("not tried: no mount namespace of our own ({errno})");
            return None;
        }
        let scratch = ScratchDir::new();
        let dir = |name: &str| {
            let path = scratch.path().join(name);
            fs::create_dir(&path).unwrap();
            path
        };
        let (upper, work, target) = (dir("upper"), dir("work"), dir("rootfs"));
        let layers: Vec<_> = (0..count)
            .rev()
            .map(|number| {
                let path = dir(&format!("layer-{number}"));
                fs::write(path.join(format!("file-{number}")), "").unwrap();
                fs::write(path.join("top"), number.to_string()).unwrap();
                open_dir(&path).unwrap()
            })
            .collect();
        let (upper, work) = (open_dir(&upper).unwrap(), open_dir(&work).unwrap());
        let overlay = Overlay {
            layers: &layers,
            upper: &upper,
            work: &work,
        };
        let mountpoint = open_dir(&target).unwrap();
        let outcome = if by_name {
            overlay.mount_by_name(&mountpoint)
        } else {
            overlay.mount_by_fd(&mountpoint)
        };
        match outcome {
            Err(errno @ (Errno::PERM | Errno::INVAL | Errno::OPNOTSUPP | Errno::NOSYS)) => {
                println!("not tried: an overlay cannot be mounted so here ({errno})");
                None
            }
            outcome => {
                outcome.unwrap();
                let top = fs::read_to_string(target.join("top")).unwrap();
                let entries = fs::read_dir(&target).unwrap().count();
                rustix::mount::unmount(&target, UnmountFlags::DETACH).unwrap();
                Some((top, entries))
            }
        }
    }

    #[test]
    fn a_hundred_and_twenty_layers_are_mounted_topmost_first_by_descriptor() {
        if let Some(seen) = mount_layers(false, 120) {
            assert_eq!(seen, ("119".to_owned(), 121));
        }
    }

    #[test]
    fn a_hundred_and_twenty_layers_are_mounted_topmost_first_by_name() {
        if let Some(seen) = mount_layers(true, 120) {
            assert_eq!(seen, ("119".to_owned(), 121));
        }
    }
}
