//! `<root>/mountpoints`: a layer below the layers of every image, with the places that every container is mounted over.
//!
//! Few images have them all. What is missing would be made in the writable layer of each container: a copy of `/etc` and
//! three files on the disk, made at its first start and removed with it.

use std::path::Path;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use crate::dirs::make_dir;
use crate::error::HostdError;

const DIRECTORIES: [&str; 4] = ["dev", "etc", "proc", "sys"];
const FILES: [&str; 3] = ["etc/hostname", "etc/hosts", "etc/resolv.conf"];

/// Makes it as far as it is missing; the names of the image's own directories and files win.
pub(crate) fn prepare(path: &Path) -> Result<(), HostdError> {
    make_dir(path, 0o755)?;
    for name in DIRECTORIES {
        make_dir(&path.join(name), 0o755)?;
    }
    for name in FILES {
        make_file(&path.join(name))?;
    }
    Ok(())
}

fn make_file(path: &Path) -> Result<(), HostdError> {
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC;
    match rustix::fs::open(path, flags, Mode::from_raw_mode(0o644)) {
        Ok(_) | Err(Errno::EXIST) => Ok(()),
        Err(errno) => Err(HostdError::Host {
            operation: "create file",
            object: path.display().to_string(),
            errno,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::prepare;
    use std::os::unix::fs::MetadataExt;

    #[test]
    fn is_made_once_and_completed() {
        let root = std::env::temp_dir().join(format!("tsorch-mountpoints-{}", std::process::id()));
        let place = root.join("mountpoints");
        prepare(&place).unwrap();
        let made = std::fs::metadata(place.join("etc/hosts")).unwrap().ino();
        std::fs::remove_file(place.join("etc/hostname")).unwrap();
        prepare(&place).unwrap();
        assert_eq!(
            std::fs::metadata(place.join("etc/hosts")).unwrap().ino(),
            made
        );
        assert!(place.join("etc/hostname").exists() && place.join("dev").is_dir());
        std::fs::remove_dir_all(root).unwrap();
    }
}
