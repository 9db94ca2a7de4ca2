//! Removing directories whose content was written by containers: as deep as they liked, with links to anywhere.
//!
//! First a rename into a trash on the same filesystem, which takes no time and leaves no half of a directory under
//! its name; then the trash is emptied, by a worker, now or after the next start.

use std::os::fd::AsFd;
use std::path::Path;

use rustix::fs::{CWD, Dir, Mode, OFlags, RenameFlags, open, renameat_with};
use rustix::io::Errno;
use tsorch_layers::remove_entry;

/// Moves `path` into `trash` under a name that is not taken. That it is gone already is no error.
pub(crate) fn discard(path: &Path, trash: &Path) -> Result<(), Errno> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    for number in 0_u32.. {
        let place = trash.join(format!("{name}.{number}"));
        match renameat_with(CWD, path, CWD, &place, RenameFlags::NOREPLACE) {
            Err(Errno::EXIST) => {}
            Ok(()) | Err(Errno::NOENT) => return Ok(()),
            Err(errno) => return Err(errno),
        }
    }
    Ok(())
}

/// Removes everything in `trash`; what cannot be removed stays for the next time, the first reason is returned.
pub(crate) fn empty(trash: &Path) -> Result<(), Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let top = open(trash, flags, Mode::empty())?;
    let mut outcome = Ok(());
    for entry in Dir::read_from(&top)?.flatten() {
        let name = entry.file_name().to_bytes();
        if !matches!(name, b"." | b"..") {
            outcome = outcome.and(remove_entry(top.as_fd(), name));
        }
    }
    outcome
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::path::PathBuf;

    use super::{discard, empty};

    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("hostd-{name}-{}", std::process::id()));
            std::fs::create_dir_all(path.join("trash")).unwrap();
            Self(path)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn follows_no_link_out_of_the_trash() {
        let scratch = Scratch::new("link");
        let outside = scratch.0.join("outside");
        std::fs::create_dir(&outside).unwrap();
        std::fs::write(outside.join("kept"), "x").unwrap();
        symlink(&outside, scratch.0.join("trash/link")).unwrap();
        empty(&scratch.0.join("trash")).unwrap();
        assert!(outside.join("kept").exists());
        assert!(!scratch.0.join("trash/link").is_symlink());
    }

    #[test]
    fn discards_a_second_directory_of_the_same_name_beside_the_first() {
        let scratch = Scratch::new("twice");
        let (path, trash) = (scratch.0.join("a"), scratch.0.join("trash"));
        for _ in 0..2 {
            std::fs::create_dir(&path).unwrap();
            discard(&path, &trash).unwrap();
        }
        discard(&path, &trash).unwrap();
        assert_eq!(std::fs::read_dir(&trash).unwrap().count(), 2);
    }
}
