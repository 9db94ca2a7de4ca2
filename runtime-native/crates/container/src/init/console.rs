//! The container's terminal: a pair from its own devpts, taken by descriptor from one end to the other.

use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::pty::{OpenptFlags, ioctl_tiocgptpeer, unlockpt};
use rustix::termios::Winsize;
use tsorch_oci::ConsoleSize;
use tsorch_sys::mount_attributes::Depth;
use tsorch_sys::root::Root;

use super::filesystem::{attach, copy_of};
use crate::error::Failure;
use crate::step::Step;
use crate::streams::away_from_stdio;

/// The magic number of devpts, statfs(2).
const DEVPTS_MAGIC: u64 = 0x1cd1;

/// A pseudoterminal.
#[derive(Debug)]
pub(crate) struct Console {
    /// For whoever watches the container.
    pub(crate) master: OwnedFd,
    /// For the program.
    pub(crate) slave: OwnedFd,
}

/// Opens a terminal in the devpts that is mounted in the tree.
pub(crate) fn open(root: &Root, size: Option<ConsoleSize>) -> Result<Console, Failure> {
    let name = || "open a terminal in /dev/pts";
    let flags = OFlags::RDWR | OFlags::NOCTTY;
    // 0, 1 and 2 may be free here: whoever made this process has closed everything.
    let master = root
        .open_without_links(Path::new("/dev/pts/ptmx"), flags)
        .and_then(away_from_stdio)
        .step(name)?;
    let magic = rustix::fs::fstatfs(&master).step(name)?.f_type;
    if !u64::try_from(magic).is_ok_and(|magic| magic == DEVPTS_MAGIC) {
        return Err(Failure::plain(
            "/dev/pts is no devpts: a terminal needs one",
        ));
    }
    unlockpt(&master).step(name)?;
    // Not by its path, which somebody could have covered (CVE-2025-52565).
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let slave = ioctl_tiocgptpeer(&master, flags)
        .and_then(away_from_stdio)
        .step(name)?;
    if let Some(size) = size {
        let size = Winsize {
            ws_row: size.height,
            ws_col: size.width,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        rustix::termios::tcsetwinsize(&master, size).step(|| "set the size of the terminal")?;
    }
    Ok(Console { master, slave })
}

impl Console {
    /// Shows the terminal as `/dev/console`.
    pub(super) fn show_as_dev_console(&self, root: &Root) -> Result<(), Failure> {
        self.cover_dev_console(root)
            .step(|| "show the terminal as /dev/console")
    }

    fn cover_dev_console(&self, root: &Root) -> Result<(), Errno> {
        let dev = root.open_without_links(Path::new("/dev"), OFlags::PATH | OFlags::DIRECTORY)?;
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        match rustix::fs::openat(&dev, "console", flags, Mode::from_raw_mode(0o600)) {
            Ok(_) | Err(Errno::EXIST) => {}
            // A read-only image without the file: the terminal works without it.
            Err(Errno::ROFS) => return Ok(()),
            Err(errno) => return Err(errno),
        }
        let place = root.open_without_links(Path::new("/dev/console"), OFlags::PATH)?;
        attach(copy_of(&self.slave, Depth::One)?, &place)
    }
}

/// The root of a process that is inside already.
pub(crate) fn inside() -> Result<Root, Errno> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    rustix::fs::open("/", flags, Mode::empty()).map(Root::new)
}
