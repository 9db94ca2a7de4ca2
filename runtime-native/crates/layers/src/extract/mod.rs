//! Turns the entries of a layer into files below a directory, in the form that overlayfs stacks.
//!
//! The directory is empty at first and private: nobody else may reach it. Everything is created by descriptor of its parent
//! (`tree`), with `O_EXCL`; what is already there under that name is removed first, so nothing is ever written through an
//! existing link.
mod attributes;
mod deferred;
mod file;
mod member;
mod tree;
mod xattr_policy;

use crate::error::{LayerError, printable};
use crate::limits::Limits;
use crate::remove::remove_entry;
use crate::tar::{Entry, Kind, TarReader};
use attributes::{Dropped, clear_xattrs, set_on_descriptor, set_on_name};
use deferred::Deferred;
use member::{Member, components, unsafe_entry};
use rustix::fs::{
    AtFlags, FileType, Mode, Stat, linkat, makedev, mkdirat, mknodat, statat, symlinkat,
};
use rustix::io::Errno;
use std::io::BufRead;
use std::os::fd::{AsFd, OwnedFd};
use std::rc::Rc;
use tree::{Directory, Missing, Tree};

/// What was made.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Extracted {
    /// Members of the archive, whiteouts included.
    pub entries: u64,
    /// Bytes of all regular files, holes included.
    pub file_bytes: u64,
    /// Directories that the archive has entries in but does not hold: made as 0755 root.
    pub implied_directories: u64,
    /// Members that took the place of an earlier one of the same name.
    pub replaced: u64,
    /// Extended attributes that did not reach the file system.
    pub dropped_xattrs: u64,
    /// Nothing of the layers below may show: the root itself is opaque.
    pub opaque_root: bool,
}

/// Extracts all entries of `tar` below `root` and reads the stream to its end.
///
/// # Errors
/// `LayerError`; the directory then holds whatever was made so far.
pub fn extract<R: BufRead>(
    tar: &mut TarReader<R>,
    root: OwnedFd,
    limits: &Limits,
) -> Result<Extracted, LayerError> {
    let mut extractor = Extractor {
        tree: Tree::new(root, limits.depth),
        deferred: Deferred::default(),
        dropped: Dropped::default(),
        done: Extracted::default(),
        limits: *limits,
    };
    while let Some(entry) = tar.next_entry()? {
        extractor.entry(&entry, tar)?;
    }
    tar.drain()?;
    extractor.finish()
}

struct Extractor {
    tree: Tree,
    deferred: Deferred,
    dropped: Dropped,
    done: Extracted,
    limits: Limits,
}

impl Extractor {
    fn entry<R: BufRead>(
        &mut self,
        entry: &Entry,
        tar: &mut TarReader<R>,
    ) -> Result<(), LayerError> {
        self.done.entries += 1;
        if self.done.entries > self.limits.entries {
            return Err(LayerError::Limit {
                what: "entries",
                limit: self.limits.entries,
            });
        }
        match Member::of(&entry.path, &self.limits)? {
            Member::AufsMetadata => Ok(()),
            Member::Root => self.root(entry),
            Member::Opaque { directory } => {
                let directory = self.parent(&directory)?;
                self.deferred.opaque(&directory, &self.limits)
            }
            Member::Whiteout { parent, name } => {
                let parent = self.parent(&parent)?;
                self.deferred.whiteout(&parent, name, &self.limits)
            }
            Member::Entry { parent, name } => {
                let parent = self.parent(&parent)?;
                self.create(&parent, name, entry, tar)
            }
        }
    }

    fn finish(mut self) -> Result<Extracted, LayerError> {
        let opaque_root = self.deferred.root_is_opaque();
        self.deferred.apply(&mut self.tree)?;
        Ok(Extracted {
            implied_directories: self.tree.implied(),
            dropped_xattrs: self.dropped.0,
            opaque_root,
            ..self.done
        })
    }

    fn root(&mut self, entry: &Entry) -> Result<(), LayerError> {
        if entry.kind != Kind::Directory {
            return Err(unsafe_entry(&entry.path, "would replace the layer's root"));
        }
        let root = self.tree.root();
        self.existing_directory(&root, entry)
    }

    fn parent(&mut self, components: &[&[u8]]) -> Result<Rc<Directory>, LayerError> {
        let found = self.tree.directory(components, Missing::Create)?;
        found.ok_or_else(|| LayerError::system("open", &components.join(&b'/'), Errno::NOENT))
    }

    fn create<R: BufRead>(
        &mut self,
        parent: &Rc<Directory>,
        name: &[u8],
        entry: &Entry,
        tar: &mut TarReader<R>,
    ) -> Result<(), LayerError> {
        match &entry.kind {
            Kind::Directory => return self.directory(parent, name, entry),
            Kind::HardLink { target } => return self.hard_link(parent, name, entry, target),
            Kind::File { size, extents } => {
                let real_size = extents.as_ref().map_or(*size, |e| e.real_size);
                self.count_bytes(real_size)?;
                let fd = self.fresh(parent, name, entry, |p| file::create(p, name))?;
                file::write(&fd, entry, extents.as_ref(), tar)?;
                set_on_descriptor(fd.as_fd(), entry, &mut self.dropped)?;
                return attributes::set_time(fd.as_fd(), &entry.path, entry.mtime);
            }
            Kind::Symlink { target } => {
                self.fresh(parent, name, entry, |p| {
                    symlinkat(target.as_slice(), p, name)
                })?;
            }
            Kind::Fifo => self.node(parent, name, entry, (FileType::Fifo, 0))?,
            // It would be a whiteout to overlayfs.
            Kind::CharDevice { major: 0, minor: 0 } => {
                return Err(unsafe_entry(&entry.path, "is the device 0:0"));
            }
            Kind::CharDevice { major, minor } => {
                let device = makedev(*major, *minor);
                self.node(parent, name, entry, (FileType::CharacterDevice, device))?;
            }
            Kind::BlockDevice { major, minor } => {
                let device = makedev(*major, *minor);
                self.node(parent, name, entry, (FileType::BlockDevice, device))?;
            }
        }
        set_on_name(parent, name, entry, &mut self.dropped)
    }

    fn directory(
        &mut self,
        parent: &Rc<Directory>,
        name: &[u8],
        entry: &Entry,
    ) -> Result<(), LayerError> {
        self.tree.check_depth(parent)?;
        let failed = |errno| LayerError::system("create", &entry.path, errno);
        match mkdirat(parent, name, Mode::RWXU) {
            Ok(()) => {}
            Err(Errno::EXIST) => match self.tree.open(parent, name) {
                Ok(directory) => return self.existing_directory(&directory, entry),
                Err(_) => self.fresh(parent, name, entry, |p| mkdirat(p, name, Mode::RWXU))?,
            },
            Err(errno) => return Err(failed(errno)),
        }
        let directory = self.tree.open(parent, name).map_err(failed)?;
        set_on_descriptor(directory.as_fd(), entry, &mut self.dropped)?;
        self.tree.remember(&directory);
        self.deferred.time(&directory, entry.mtime, &self.limits)
    }

    /// A directory over a directory replaces its attributes and leaves its entries.
    fn existing_directory(
        &mut self,
        directory: &Rc<Directory>,
        entry: &Entry,
    ) -> Result<(), LayerError> {
        clear_xattrs(directory.as_fd(), &entry.path)?;
        // An earlier owner must not survive: `set_on_descriptor` leaves root's alone.
        rustix::fs::fchown(
            directory,
            Some(rustix::fs::Uid::ROOT),
            Some(rustix::fs::Gid::ROOT),
        )
        .map_err(|errno| LayerError::system("set the owner of", &entry.path, errno))?;
        set_on_descriptor(directory.as_fd(), entry, &mut self.dropped)?;
        self.deferred.time(directory, entry.mtime, &self.limits)
    }

    /// Another name for an earlier entry. Attributes are the earlier one's: nothing is changed through a link.
    fn hard_link(
        &mut self,
        parent: &Rc<Directory>,
        name: &[u8],
        entry: &Entry,
        target: &[u8],
    ) -> Result<(), LayerError> {
        let missing = || LayerError::Entry {
            path: printable(&entry.path),
            reason: "is a hard link to something that is not in this layer",
        };
        let mut path = components(target, &self.limits)?;
        let Some(target_name) = path.pop() else {
            return Err(unsafe_entry(
                &entry.path,
                "is a hard link to the layer's root",
            ));
        };
        let source = self
            .tree
            .directory(&path, Missing::Fail)?
            .ok_or_else(missing)?;
        let there = look(&source, target_name)?.ok_or_else(missing)?;
        if FileType::from_raw_mode(there.st_mode) == FileType::Directory {
            return Err(LayerError::Entry {
                path: printable(&entry.path),
                reason: "is a hard link to a directory",
            });
        }
        if let Some(here) = look(parent, name)? {
            if (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino) {
                return Ok(());
            }
        }
        // Without AT_SYMLINK_FOLLOW a link is linked to itself, not to what it names.
        self.fresh(parent, name, entry, |parent| {
            linkat(&source, target_name, parent, name, AtFlags::empty())
        })
    }

    fn node(
        &mut self,
        parent: &Rc<Directory>,
        name: &[u8],
        entry: &Entry,
        (kind, device): (FileType, u64),
    ) -> Result<(), LayerError> {
        self.fresh(parent, name, entry, |p| {
            mknodat(p, name, kind, Mode::RUSR, device)
        })
    }

    /// Creates something under a name that may be taken by an earlier member: the last one wins.
    fn fresh<T>(
        &mut self,
        parent: &Rc<Directory>,
        name: &[u8],
        entry: &Entry,
        create: impl Fn(&Rc<Directory>) -> Result<T, Errno>,
    ) -> Result<T, LayerError> {
        let failed = |operation| move |errno| LayerError::system(operation, &entry.path, errno);
        match create(parent) {
            Err(Errno::EXIST) => {
                remove_entry(parent.as_fd(), name).map_err(failed("replace"))?;
                self.tree.forget();
                self.done.replaced += 1;
                create(parent).map_err(failed("create"))
            }
            outcome => outcome.map_err(failed("create")),
        }
    }

    fn count_bytes(&mut self, size: u64) -> Result<(), LayerError> {
        self.done.file_bytes = self.done.file_bytes.saturating_add(size);
        let limit = self.limits.uncompressed_bytes;
        if self.done.file_bytes > limit {
            return Err(LayerError::Limit {
                what: "bytes in files",
                limit,
            });
        }
        Ok(())
    }
}

fn look(directory: &Directory, name: &[u8]) -> Result<Option<Stat>, LayerError> {
    match statat(directory, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Ok(Some(stat)),
        Err(Errno::NOENT) => Ok(None),
        Err(errno) => Err(LayerError::system("look at", &directory.join(name), errno)),
    }
}
