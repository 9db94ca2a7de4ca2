//! `/dev`: nodes and links, made relative to the open directory they belong in.

use std::ffi::OsStr;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{AtFlags, FileType, Gid, Mode, OFlags, ResolveFlags, Uid};
use rustix::io::Errno;
use tsorch_oci::DeviceKind;
use tsorch_sys::root::{Make, Root};

use super::Init;
use super::filesystem::attach;
use crate::error::Failure;
use crate::plan::devices::{DeviceNode, LINKS};
use crate::step::Step;
use crate::trees::open_nodes;

/// Makes every node and link.
pub(super) fn make_all(init: &Init<'_>, root: &Root) -> Result<(), Failure> {
    let dev = open_dev(root).step(|| "open /dev")?;
    let opened_here = match init.plan.is_rootless {
        true => open_nodes(init.plan)?,
        false => Vec::new(),
    };
    let nodes = [&init.nodes, &opened_here].map(|nodes| nodes.iter());
    let mut nodes = nodes.into_iter().flatten();
    for node in &init.plan.devices {
        make_one(root, &dev, (node, nodes.next().and_then(Option::as_ref)))
            .step(|| format!("make the device {}", node.path.display()))?;
    }
    for (name, target) in LINKS {
        match rustix::fs::symlinkat(target, &dev, name) {
            // The image's own /dev may have them, or something that its maker wanted there.
            Ok(()) | Err(Errno::EXIST) => {}
            Err(errno) => return Err(Failure::new(format!("make the link /dev/{name}"), errno)),
        }
    }
    Ok(())
}

/// `/dev` itself must not be a link: the image could point it elsewhere (CVE-2026-41579).
fn open_dev(root: &Root) -> Result<OwnedFd, Errno> {
    let path = Path::new("/dev");
    let open = || root.open_without_links(path, OFlags::PATH | OFlags::DIRECTORY);
    match open() {
        Err(Errno::NOENT) => {
            root.open_or_make(path, Make::Directory)?;
            open()
        }
        done => done,
    }
}

fn make_one(
    root: &Root,
    dev: &OwnedFd,
    (node, host_node): (&DeviceNode, Option<&OwnedFd>),
) -> Result<(), Errno> {
    if let Some(host_node) = host_node {
        return attach(host_node, root.open_or_make(&node.path, Make::File)?);
    }
    match (node.path.parent(), node.path.file_name()) {
        (Some(parent), Some(name)) if parent == Path::new("/dev") => make_node(dev, name, node),
        _ => {
            let (dir, name) = root.open_parent(&node.path)?;
            make_node(&dir, name, node)
        }
    }
}

fn make_node(dir: &OwnedFd, name: &OsStr, node: &DeviceNode) -> Result<(), Errno> {
    let kind = file_type(node.kind);
    let device = match node.kind {
        DeviceKind::Fifo => 0,
        _ => rustix::fs::makedev(node.major, node.minor),
    };
    match rustix::fs::mknodat(dir, name, kind, Mode::from_raw_mode(node.mode), device) {
        Ok(()) => {}
        Err(Errno::EXIST) => return check_node(dir, name, node),
        Err(errno) => return Err(errno),
    }
    if (node.uid, node.gid) == (0, 0) {
        return Ok(());
    }
    // Ours: it was just made, in a directory that no process of the container can reach yet.
    let (uid, gid) = (Uid::from_raw(node.uid), Gid::from_raw(node.gid));
    rustix::fs::chownat(dir, name, Some(uid), Some(gid), AtFlags::SYMLINK_NOFOLLOW)?;
    // A change of owner clears some permission bits.
    let opened = rustix::fs::openat2(
        dir,
        name,
        OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC,
        Mode::empty(),
        ResolveFlags::BENEATH,
    )?;
    if rustix::fs::fstat(&opened)?.st_mode & 0o7777 == node.mode {
        Ok(())
    } else {
        Err(Errno::PERM)
    }
}

/// What is there already must be the very device; it is left as it is, owner and mode included.
fn check_node(dir: &OwnedFd, name: &OsStr, node: &DeviceNode) -> Result<(), Errno> {
    let there = rustix::fs::statat(dir, name, AtFlags::SYMLINK_NOFOLLOW)?;
    let kind = FileType::from_raw_mode(there.st_mode);
    let number = (
        rustix::fs::major(there.st_rdev),
        rustix::fs::minor(there.st_rdev),
    );
    let same_number = node.kind == DeviceKind::Fifo || number == (node.major, node.minor);
    if kind == file_type(node.kind) && same_number {
        Ok(())
    } else {
        Err(Errno::EXIST)
    }
}

fn file_type(kind: DeviceKind) -> FileType {
    match kind {
        DeviceKind::Char => FileType::CharacterDevice,
        DeviceKind::Block => FileType::BlockDevice,
        DeviceKind::Fifo => FileType::Fifo,
    }
}
