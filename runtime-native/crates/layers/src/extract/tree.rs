//! Directories of a layer that is being extracted, reached by descriptors only.
//!
//! A path is walked one component at a time with `openat2(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV)`. A
//! symbolic link in the middle of a path (`lib -> usr/lib`, then `lib/libc.so`) is read and followed by this code, inside
//! the layer: `/` is the layer's root and `..` stops there. So no path, however hostile, names anything outside, and the
//! kernel would refuse if this code were wrong.
use super::member::unsafe_entry;
use crate::error::{LayerError, printable};
use rustix::fs::{Mode, OFlags, ResolveFlags, mkdirat, openat2, readlinkat};
use rustix::io::Errno;
use std::collections::{HashMap, VecDeque};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::rc::Rc;

/// Archives are mostly sorted: the directories around the present one are nearly all that is asked for.
const CACHED: usize = 64;
/// As the kernel's own limit.
const MAX_LINKS: usize = 40;

/// A directory that is there, open.
pub(crate) struct Directory {
    fd: OwnedFd,
    /// Without links, relative to the root; empty for the root.
    path: Vec<u8>,
    parent: Option<Rc<Directory>>,
    depth: usize,
}

impl Directory {
    pub(crate) fn path(&self) -> &[u8] {
        &self.path
    }

    /// Path of an entry of this directory.
    pub(crate) fn join(&self, name: &[u8]) -> Vec<u8> {
        if self.path.is_empty() {
            name.to_vec()
        } else {
            [&self.path, &b"/"[..], name].concat()
        }
    }
}

impl AsFd for Directory {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// What to do where a directory of a path does not exist.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Make it, 0755 root: the archive implies it.
    Create,
    /// Say that the path is not there.
    Fail,
}

pub(crate) struct Tree {
    root: Rc<Directory>,
    /// By the path that was asked for, which may go through links. Valid as long as nothing is removed.
    cache: HashMap<Vec<u8>, Rc<Directory>>,
    max_depth: usize,
    implied: u64,
}

impl Tree {
    pub(crate) fn new(root: OwnedFd, max_depth: usize) -> Self {
        let root = Rc::new(Directory {
            fd: root,
            path: Vec::new(),
            parent: None,
            depth: 0,
        });
        Self {
            root,
            cache: HashMap::new(),
            max_depth,
            implied: 0,
        }
    }

    pub(crate) fn root(&self) -> Rc<Directory> {
        Rc::clone(&self.root)
    }

    /// Directories that had to be made although the archive does not hold them.
    pub(crate) fn implied(&self) -> u64 {
        self.implied
    }

    /// To be called when a directory or a link was removed: what was remembered may be something else now.
    pub(crate) fn forget(&mut self) {
        self.cache.clear();
    }

    pub(crate) fn remember(&mut self, directory: &Rc<Directory>) {
        self.put(directory.path.clone(), directory);
    }

    /// The directory at `components`, `None` where it is missing and may not be made.
    pub(crate) fn directory(
        &mut self,
        components: &[&[u8]],
        missing: Missing,
    ) -> Result<Option<Rc<Directory>>, LayerError> {
        let key = components.join(&b'/');
        let (mut at, known) = self.longest_known(components, &key);
        let mut pending: VecDeque<Vec<u8>> =
            components[known..].iter().map(|c| c.to_vec()).collect();
        let mut links = 0;
        while let Some(component) = pending.pop_front() {
            match component.as_slice() {
                b"" | b"." => continue,
                b".." => {
                    at = at.parent.as_ref().map_or_else(|| self.root(), Rc::clone);
                    continue;
                }
                _ => {}
            }
            match self.step(&at, &component, missing)? {
                Step::Into(next) => at = next,
                Step::Missing => return Ok(None),
                Step::Link(target) => {
                    links += 1;
                    if links > MAX_LINKS {
                        return Err(unsafe_entry(
                            &key,
                            "its path goes through too many symbolic links",
                        ));
                    }
                    if target.starts_with(b"/") {
                        at = self.root();
                    }
                    for part in target.split(|b| *b == b'/').rev() {
                        pending.push_front(part.to_vec());
                    }
                }
            }
        }
        self.put(key, &at);
        Ok(Some(at))
    }

    /// Opens entry `name` of `parent`, which must be a directory itself and not a link to one.
    pub(crate) fn open(&self, parent: &Rc<Directory>, name: &[u8]) -> Result<Rc<Directory>, Errno> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let resolve = ResolveFlags::BENEATH
            | ResolveFlags::NO_SYMLINKS
            | ResolveFlags::NO_MAGICLINKS
            | ResolveFlags::NO_XDEV;
        let fd = openat2(parent, name, flags, Mode::empty(), resolve)?;
        let path = parent.join(name);
        let depth = parent.depth + 1;
        Ok(Rc::new(Directory {
            fd,
            path,
            parent: Some(Rc::clone(parent)),
            depth,
        }))
    }

    /// Links could pile up levels that no single path has.
    pub(crate) fn check_depth(&self, parent: &Directory) -> Result<(), LayerError> {
        if parent.depth < self.max_depth {
            return Ok(());
        }
        Err(LayerError::Limit {
            what: "directories in a path",
            limit: self.max_depth as u64,
        })
    }

    fn step(
        &mut self,
        at: &Rc<Directory>,
        name: &[u8],
        missing: Missing,
    ) -> Result<Step, LayerError> {
        let path = || at.join(name);
        match self.open(at, name) {
            Ok(directory) => return Ok(Step::Into(directory)),
            Err(Errno::NOENT) if missing == Missing::Fail => return Ok(Step::Missing),
            Err(Errno::NOENT) => {}
            Err(Errno::LOOP | Errno::NOTDIR) => return link_target(at, name).map(Step::Link),
            Err(errno) => return Err(LayerError::system("open", &path(), errno)),
        }
        self.check_depth(at)?;
        mkdirat(at, name, Mode::from_raw_mode(0o755))
            .map_err(|errno| LayerError::system("create", &path(), errno))?;
        self.implied += 1;
        let made = self.open(at, name);
        made.map(Step::Into)
            .map_err(|errno| LayerError::system("open", &path(), errno))
    }

    fn longest_known(&self, components: &[&[u8]], key: &[u8]) -> (Rc<Directory>, usize) {
        let mut end = key.len();
        for count in (1..=components.len()).rev() {
            if let Some(directory) = self.cache.get(&key[..end]) {
                return (Rc::clone(directory), count);
            }
            end -= components[count - 1].len();
            end = end.saturating_sub(1);
        }
        (self.root(), 0)
    }

    fn put(&mut self, path: Vec<u8>, directory: &Rc<Directory>) {
        if self.cache.len() >= CACHED {
            self.cache.clear();
        }
        self.cache.insert(path, Rc::clone(directory));
    }
}

enum Step {
    Into(Rc<Directory>),
    Link(Vec<u8>),
    Missing,
}

fn link_target(at: &Directory, name: &[u8]) -> Result<Vec<u8>, LayerError> {
    match readlinkat(at, name, Vec::new()) {
        Ok(target) => Ok(target.into_bytes()),
        Err(Errno::INVAL) => Err(LayerError::Entry {
            path: printable(&at.join(name)),
            reason: "is no directory, but other entries lie below it",
        }),
        Err(errno) => Err(LayerError::system("read the link", &at.join(name), errno)),
    }
}
