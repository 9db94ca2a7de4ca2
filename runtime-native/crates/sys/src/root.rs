//! A directory tree that is not trusted, as a handle: every path in it is resolved by the kernel as if the tree were
//! the whole file system (openat2(2), RESOLVE_IN_ROOT), and the result is a descriptor that is used from then on.
//!
//! No path is used twice: what was resolved once is kept open, so a symbolic link that is swapped in between leads
//! nowhere.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Component, Path, PathBuf};

use rustix::fs::{FileType, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

/// As many links as the kernel follows in one path.
const MOST_LINKS: usize = 40;
/// As deep as a path may be.
const MOST_COMPONENTS: usize = 1024;

/// The root of an untrusted directory tree.
#[derive(Debug)]
pub struct Root(OwnedFd);

/// What to make when a path does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Make {
    /// A directory.
    Directory,
    /// An empty file.
    File,
}

impl Root {
    /// Takes the directory that is the tree's root.
    #[must_use]
    pub fn new(directory: OwnedFd) -> Self {
        Self(directory)
    }

    /// Opens `path` in the tree; links are followed inside it. O_CLOEXEC is added.
    ///
    /// # Errors
    /// What openat2(2) says; EAGAIN does not come back: a rename elsewhere that confuses `..` is tried again.
    pub fn open(&self, path: &Path, flags: OFlags) -> Result<OwnedFd, Errno> {
        self.open_with(path, flags, ResolveFlags::empty())
    }

    /// Opens `path` in the tree without following any link, not even on the way.
    ///
    /// # Errors
    /// ELOOP at a link; else as [`Root::open`].
    pub fn open_without_links(&self, path: &Path, flags: OFlags) -> Result<OwnedFd, Errno> {
        self.open_with(path, flags | OFlags::NOFOLLOW, ResolveFlags::NO_SYMLINKS)
    }

    fn open_with(&self, path: &Path, flags: OFlags, more: ResolveFlags) -> Result<OwnedFd, Errno> {
        let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS | more;
        let path = if path.as_os_str().is_empty() {
            Path::new(".")
        } else {
            path
        };
        for _ in 0..128 {
            let flags = flags | OFlags::CLOEXEC;
            match rustix::fs::openat2(&self.0, path, flags, Mode::empty(), resolve) {
                Err(Errno::AGAIN | Errno::INTR) => {}
                done => return done,
            }
        }
        Err(Errno::AGAIN)
    }

    /// Opens `path` (O_PATH), after making it and its missing parents (mode 0755, a file 0644). A link that leads to
    /// something missing is followed and the missing part made, inside the tree.
    ///
    /// # Errors
    /// ENOTDIR or EISDIR when something of the other sort is there; else what the kernel says.
    pub fn open_or_make(&self, path: &Path, make: Make) -> Result<OwnedFd, Errno> {
        match self.open(path, OFlags::PATH) {
            Ok(found) => check_sort(found, make),
            Err(Errno::NOENT) => check_sort(self.make(path, make)?, make),
            Err(errno) => Err(errno),
        }
    }

    /// Mostly only the last component is missing.
    fn make(&self, path: &Path, make: Make) -> Result<OwnedFd, Errno> {
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return self.walk_and_make(path, make);
        };
        match self.open(parent, OFlags::PATH | OFlags::DIRECTORY) {
            Ok(parent) => match open_or_make_child(&parent, name, make)? {
                made if sort_of(&made)? == FileType::Symlink => self.walk_and_make(path, make),
                made => Ok(made),
            },
            Err(Errno::NOENT) => self.walk_and_make(path, make),
            Err(errno) => Err(errno),
        }
    }

    /// Opens the directory `path` is in, made if it is missing, and gives the last component: for making a node or a
    /// link there by `*at` calls.
    ///
    /// # Errors
    /// EINVAL when the path ends in nothing or `..`; else as [`Root::open_or_make`].
    pub fn open_parent<'p>(&self, path: &'p Path) -> Result<(OwnedFd, &'p OsStr), Errno> {
        let name = path.file_name().ok_or(Errno::INVAL)?;
        let parent = path.parent().unwrap_or(Path::new(""));
        Ok((self.open_or_make(parent, Make::Directory)?, name))
    }

    /// Goes component by component, so that links to missing places can be followed by hand. `done` holds no link and
    /// no `..`; each step is resolved by the kernel from the root again, without links.
    fn walk_and_make(&self, path: &Path, make: Make) -> Result<OwnedFd, Errno> {
        let mut todo: VecDeque<OsString> = components(path);
        let mut done = PathBuf::new();
        let mut here = self.open_without_links(&done, OFlags::PATH)?;
        let mut links = 0;
        while let Some(name) = todo.pop_front() {
            if todo.len() > MOST_COMPONENTS {
                return Err(Errno::NAMETOOLONG);
            }
            if name == ".." {
                done.pop();
                here = self.open_without_links(&done, OFlags::PATH)?;
                continue;
            }
            let sort = if todo.is_empty() {
                make
            } else {
                Make::Directory
            };
            let next = open_or_make_child(&here, &name, sort)?;
            if sort_of(&next)? != FileType::Symlink {
                done.push(&name);
                here = next;
                continue;
            }
            links += 1;
            if links > MOST_LINKS {
                return Err(Errno::LOOP);
            }
            let target = rustix::fs::readlinkat(&next, "", Vec::new())?;
            let target = Path::new(OsStr::new(bytes_as_os(target.as_bytes()))).to_path_buf();
            if target.is_absolute() {
                done = PathBuf::new();
                here = self.open_without_links(&done, OFlags::PATH)?;
            }
            for component in components(&target).into_iter().rev() {
                todo.push_front(component);
            }
        }
        Ok(here)
    }
}

impl AsFd for Root {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

fn bytes_as_os(bytes: &[u8]) -> &OsStr {
    std::os::unix::ffi::OsStrExt::from_bytes(bytes)
}

fn components(path: &Path) -> VecDeque<OsString> {
    let parts = path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some(OsString::from("..")),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    });
    parts.collect()
}

/// Opens (O_PATH) the child `name` of a directory, a link as itself; makes it when it is missing.
fn open_or_make_child(dir: &OwnedFd, name: &OsStr, make: Make) -> Result<OwnedFd, Errno> {
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
    let open = || rustix::fs::openat2(dir, name, flags, Mode::empty(), resolve);
    match open() {
        Err(Errno::NOENT) => {}
        done => return done,
    }
    let made = match make {
        Make::Directory => rustix::fs::mkdirat(dir, name, Mode::from_raw_mode(0o755)),
        Make::File => {
            let flags =
                OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            rustix::fs::openat(dir, name, flags, Mode::from_raw_mode(0o644)).map(drop)
        }
    };
    match made {
        Ok(()) | Err(Errno::EXIST) => open(),
        Err(errno) => Err(errno),
    }
}

fn sort_of(fd: &OwnedFd) -> Result<FileType, Errno> {
    Ok(FileType::from_raw_mode(rustix::fs::fstat(fd)?.st_mode))
}

fn check_sort(fd: OwnedFd, make: Make) -> Result<OwnedFd, Errno> {
    match (sort_of(&fd)? == FileType::Directory, make) {
        (true, Make::File) => Err(Errno::ISDIR),
        (false, Make::Directory) => Err(Errno::NOTDIR),
        _ => Ok(fd),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    /// A directory of this test's own, removed at its end.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let path =
                std::env::temp_dir().join(format!("tsorch-root-{}-{name}", std::process::id()));
            std::fs::create_dir_all(path.join("tree")).unwrap();
            Self(path)
        }
        fn tree(&self) -> PathBuf {
            self.0.join("tree")
        }
        fn root(&self) -> Root {
            Root::new(std::fs::File::open(self.tree()).unwrap().into())
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn links_upwards_and_absolute_ones_stay_inside() {
        let scratch = Scratch::new("inside");
        std::fs::write(scratch.0.join("secret"), "outside").unwrap();
        symlink("../secret", scratch.tree().join("up")).unwrap();
        symlink("/etc", scratch.tree().join("abs")).unwrap();
        let root = scratch.root();
        assert_eq!(
            root.open(Path::new("up"), OFlags::RDONLY).err(),
            Some(Errno::NOENT)
        );
        assert_eq!(
            root.open(Path::new("abs/passwd"), OFlags::RDONLY).err(),
            Some(Errno::NOENT)
        );
        assert_eq!(
            root.open(Path::new("../../secret"), OFlags::RDONLY).err(),
            Some(Errno::NOENT)
        );
    }

    #[test]
    fn makes_missing_parts_and_files() {
        let scratch = Scratch::new("make");
        let root = scratch.root();
        root.open_or_make(Path::new("/a/b/c"), Make::Directory)
            .unwrap();
        root.open_or_make(Path::new("/a/f"), Make::File).unwrap();
        assert!(scratch.tree().join("a/b/c").is_dir());
        assert!(scratch.tree().join("a/f").is_file());
        assert_eq!(
            root.open_or_make(Path::new("/a"), Make::File).err(),
            Some(Errno::ISDIR)
        );
        assert_eq!(
            root.open_or_make(Path::new("/a/f"), Make::Directory).err(),
            Some(Errno::NOTDIR)
        );
        assert_eq!(
            root.open_or_make(Path::new("/a/f/x"), Make::File).err(),
            Some(Errno::NOTDIR)
        );
    }

    #[test]
    fn follows_links_to_missing_places_inside_the_tree_only() {
        let scratch = Scratch::new("dangling");
        std::fs::create_dir(scratch.tree().join("etc")).unwrap();
        symlink(
            "../run/resolve/stub",
            scratch.tree().join("etc/resolv.conf"),
        )
        .unwrap();
        symlink("../../../../out", scratch.tree().join("etc/out")).unwrap();
        let root = scratch.root();
        root.open_or_make(Path::new("/etc/resolv.conf"), Make::File)
            .unwrap();
        root.open_or_make(Path::new("/etc/out/x"), Make::Directory)
            .unwrap();
        assert!(scratch.tree().join("run/resolve/stub").is_file());
        assert!(scratch.tree().join("out/x").is_dir());
        assert!(!scratch.0.join("out").exists());
    }

    #[test]
    fn gives_up_on_links_in_a_circle() {
        let scratch = Scratch::new("circle");
        symlink("b", scratch.tree().join("a")).unwrap();
        symlink("a", scratch.tree().join("b")).unwrap();
        assert_eq!(
            scratch
                .root()
                .open_or_make(Path::new("a/x"), Make::Directory)
                .err(),
            Some(Errno::LOOP)
        );
    }
}
