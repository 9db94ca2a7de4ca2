//! Removing trees by descriptor: nothing outside can be hit, whatever links they hold, and no depth is too deep.
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, openat, renameat, unlinkat};
use rustix::io::Errno;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// Descriptors held at once. Directories below that level are moved up first.
const MAX_LEVELS: usize = 64;

/// Removes entry `name` of `parent`: a tree, or anything else. Missing is fine.
///
/// # Errors
/// The first failure of the kernel; what could be removed is gone.
pub fn remove_entry(parent: BorrowedFd<'_>, name: &[u8]) -> Result<(), Errno> {
    match unlinkat(parent, name, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => return Ok(()),
        // EISDIR on Linux, EPERM by POSIX.
        Err(Errno::ISDIR | Errno::PERM) => {}
        Err(errno) => return Err(errno),
    }
    let directory = open_directory(parent, name)?;
    remove_contents(directory.as_fd())?;
    ignore_missing(unlinkat(parent, name, AtFlags::REMOVEDIR))
}

/// Removes everything in `top`, not `top` itself.
///
/// # Errors
/// As `remove_entry`.
pub fn remove_contents(top: BorrowedFd<'_>) -> Result<(), Errno> {
    Removal { top, moved: 0 }.empty(top, 0)
}

struct Removal<'a> {
    top: BorrowedFd<'a>,
    /// Directories that were moved up to `top`, for their names.
    moved: u64,
}

impl Removal<'_> {
    fn empty(&mut self, directory: BorrowedFd<'_>, level: usize) -> Result<(), Errno> {
        // Looks until there is nothing: removing while reading may skip entries, and deep directories arrive at the top.
        loop {
            let mut seen = false;
            for entry in Dir::read_from(directory)? {
                let entry = entry?;
                let name = entry.file_name().to_bytes();
                if name == b"." || name == b".." {
                    continue;
                }
                seen = true;
                if entry.file_type() == FileType::Directory {
                    self.remove_directory(directory, name, level)?;
                } else {
                    ignore_missing(unlinkat(directory, name, AtFlags::empty()))?;
                }
            }
            if !seen {
                return Ok(());
            }
        }
    }

    fn remove_directory(
        &mut self,
        parent: BorrowedFd<'_>,
        name: &[u8],
        level: usize,
    ) -> Result<(), Errno> {
        if level + 1 == MAX_LEVELS {
            return self.move_up(parent, name);
        }
        let directory = match open_directory(parent, name) {
            Ok(directory) => directory,
            Err(Errno::NOENT) => return Ok(()),
            Err(errno) => return Err(errno),
        };
        self.empty(directory.as_fd(), level + 1)?;
        ignore_missing(unlinkat(parent, name, AtFlags::REMOVEDIR))
    }

    fn move_up(&mut self, parent: BorrowedFd<'_>, name: &[u8]) -> Result<(), Errno> {
        loop {
            self.moved += 1;
            let up = format!(".deep-{}", self.moved);
            match renameat(parent, name, self.top, up) {
                // The name is taken, by something of the tree itself.
                Err(Errno::EXIST | Errno::NOTEMPTY | Errno::NOTDIR | Errno::ISDIR) => {}
                outcome => return ignore_missing(outcome),
            }
        }
    }
}

fn open_directory(parent: BorrowedFd<'_>, name: &[u8]) -> Result<OwnedFd, Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    openat(parent, name, flags, Mode::empty())
}

fn ignore_missing(outcome: Result<(), Errno>) -> Result<(), Errno> {
    match outcome {
        Err(Errno::NOENT) => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{open_directory, remove_contents, remove_entry};
    use rustix::fs::{AtFlags, CWD, Mode, mkdirat, statat, symlinkat};
    use std::os::fd::{AsFd, OwnedFd};
    use std::path::PathBuf;

    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> (Self, OwnedFd) {
            let path = std::env::temp_dir().join(format!("remove-{name}-{}", std::process::id()));
            std::fs::create_dir(&path).unwrap();
            let fd = open_directory(CWD, path.as_os_str().as_encoded_bytes()).unwrap();
            (Self(path), fd)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_tree_may_be_deeper_than_any_path_is_long() {
        let (scratch, top) = Scratch::new("deep");
        let mut at = top.try_clone().unwrap();
        for _ in 0..1000 {
            mkdirat(&at, "down", Mode::RWXU).unwrap();
            symlinkat("/", &at, "link").unwrap();
            at = open_directory(at.as_fd(), b"down").unwrap();
        }
        drop(at);
        remove_contents(top.as_fd()).unwrap();
        assert_eq!(std::fs::read_dir(&scratch.0).unwrap().count(), 0);
    }

    #[test]
    fn links_are_removed_and_not_followed() {
        let (_scratch, top) = Scratch::new("link");
        mkdirat(&top, "kept", Mode::RWXU).unwrap();
        symlinkat("kept", &top, "link").unwrap();
        remove_entry(top.as_fd(), b"link").unwrap();
        remove_entry(top.as_fd(), b"missing").unwrap();
        assert!(statat(&top, "kept", AtFlags::empty()).is_ok());
        remove_entry(top.as_fd(), b"kept").unwrap();
        assert!(statat(&top, "kept", AtFlags::empty()).is_err());
    }
}
