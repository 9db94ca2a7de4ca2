//! What can be done only when all entries are there.
//!
//! - Whiteouts and opaque marks speak of the layers *below* whatever their place in the archive, so they are applied last,
//!   when it is known what this layer itself has at their place.
//! - Making entries changes the time of their directory, so times of directories come after everything else.
use super::attributes::set_time;
use super::tree::{Directory, Missing, Tree};
use crate::error::LayerError;
use crate::limits::Limits;
use crate::tar::Timestamp;
use rustix::fs::{AtFlags, FileType, Mode, XattrFlags, fsetxattr, mknodat, statat};
use rustix::io::Errno;
use std::collections::HashSet;
use std::os::fd::AsFd;
use std::rc::Rc;

const OPAQUE: &str = "trusted.overlay.opaque";
/// overlayfs' whiteout is the character device 0:0 (Documentation/filesystems/overlayfs.rst, "whiteouts and opaque
/// directories").
const WHITEOUT_DEVICE: u64 = 0;

#[derive(Default)]
pub(crate) struct Deferred {
    /// Directory (a path without links) and the name that it hides.
    whiteouts: Vec<(Vec<u8>, Vec<u8>)>,
    opaque: HashSet<Vec<u8>>,
    times: Vec<(Vec<u8>, Timestamp)>,
    bytes: usize,
}

impl Deferred {
    pub(crate) fn whiteout(
        &mut self,
        directory: &Directory,
        name: &[u8],
        limits: &Limits,
    ) -> Result<(), LayerError> {
        self.account(directory.path().len() + name.len(), limits)?;
        self.whiteouts
            .push((directory.path().to_vec(), name.to_vec()));
        Ok(())
    }

    pub(crate) fn opaque(
        &mut self,
        directory: &Directory,
        limits: &Limits,
    ) -> Result<(), LayerError> {
        self.account(directory.path().len(), limits)?;
        self.opaque.insert(directory.path().to_vec());
        Ok(())
    }

    pub(crate) fn time(
        &mut self,
        directory: &Directory,
        time: Timestamp,
        limits: &Limits,
    ) -> Result<(), LayerError> {
        self.account(directory.path().len(), limits)?;
        self.times.push((directory.path().to_vec(), time));
        Ok(())
    }

    /// Whether the layer hides everything below it: overlayfs has no mark for that on a root.
    pub(crate) fn root_is_opaque(&self) -> bool {
        self.opaque.contains(&b""[..])
    }

    /// Applies all of it. Call once, after the last entry.
    pub(crate) fn apply(mut self, tree: &mut Tree) -> Result<(), LayerError> {
        // A whiteout of a directory that this layer has itself means: nothing of the lower one shows through.
        let mut hidden = Vec::new();
        for (path, name) in std::mem::take(&mut self.whiteouts) {
            let Some(directory) = existing(tree, &path)? else {
                continue;
            };
            match kind_of(&directory, &name)? {
                Some(FileType::Directory) => {
                    self.opaque.insert(directory.join(&name));
                }
                Some(_) => {}
                None => hidden.push((path, name)),
            }
        }
        for (path, name) in hidden {
            // In an opaque directory nothing is merged, and overlayfs would show the device itself.
            if !self.is_within_opaque(&path) {
                make_whiteout(tree, &path, &name)?;
            }
        }
        for path in self.opaque.iter().filter(|path| !path.is_empty()) {
            if let Some(directory) = existing(tree, path)? {
                fsetxattr(&directory, OPAQUE, b"y", XattrFlags::empty())
                    .map_err(|errno| LayerError::system("mark as opaque", path, errno))?;
            }
        }
        self.times.sort_by(|a, b| a.0.cmp(&b.0));
        for (path, time) in &self.times {
            if let Some(directory) = existing(tree, path)? {
                set_time(directory.as_fd(), path, *time)?;
            }
        }
        Ok(())
    }

    fn is_within_opaque(&self, path: &[u8]) -> bool {
        let ends = path
            .iter()
            .enumerate()
            .filter(|(_, b)| **b == b'/')
            .map(|(at, _)| at);
        ends.chain([path.len()])
            .any(|end| self.opaque.contains(&path[..end]))
    }

    /// An archive of nothing but directories or whiteouts must not fill the memory.
    fn account(&mut self, bytes: usize, limits: &Limits) -> Result<(), LayerError> {
        const RECORD: usize = 80;
        self.bytes += bytes + RECORD;
        if self.bytes > limits.deferred_bytes {
            return Err(LayerError::Limit {
                what: "bytes of directory and whiteout records",
                limit: limits.deferred_bytes as u64,
            });
        }
        Ok(())
    }
}

/// The directory, unless a later entry of the layer took its place.
fn existing(tree: &mut Tree, path: &[u8]) -> Result<Option<Rc<Directory>>, LayerError> {
    let components: Vec<&[u8]> = path
        .split(|b| *b == b'/')
        .filter(|c| !c.is_empty())
        .collect();
    match tree.directory(&components, Missing::Fail) {
        Ok(Some(directory)) if directory.path() == path => Ok(Some(directory)),
        Ok(_) | Err(LayerError::Entry { .. } | LayerError::Unsafe { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn kind_of(directory: &Directory, name: &[u8]) -> Result<Option<FileType>, LayerError> {
    match statat(directory, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Ok(Some(FileType::from_raw_mode(stat.st_mode))),
        Err(Errno::NOENT) => Ok(None),
        Err(errno) => Err(LayerError::system("look at", &directory.join(name), errno)),
    }
}

fn make_whiteout(tree: &mut Tree, path: &[u8], name: &[u8]) -> Result<(), LayerError> {
    let Some(directory) = existing(tree, path)? else {
        return Ok(());
    };
    match mknodat(
        &directory,
        name,
        FileType::CharacterDevice,
        Mode::empty(),
        WHITEOUT_DEVICE,
    ) {
        // The same whiteout stood in the archive twice.
        Ok(()) | Err(Errno::EXIST) => Ok(()),
        Err(errno) => Err(LayerError::system(
            "create the whiteout",
            &directory.join(name),
            errno,
        )),
    }
}
