//! Compiled filters on disk, by the digest of everything they were made from.
//!
//! One file per filter, `<key>.bpf`, mode 0600 in a directory 0700: magic, number of instructions, digest of the
//! instructions, instructions. A file that is odd in any way is removed and made again: a filter from a poisoned cache
//! would be a weaker sandbox.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use rustix::io::Errno;
use sha2::{Digest, Sha256};
use tsorch_oci::Seccomp;

use super::prefix;

const MAGIC: &[u8; 8] = b"tsbpf\0\0\x01";
const HEAD: usize = 8 + 4 + 32;
/// The kernel's limit for one program.
const MOST_INSTRUCTIONS: usize = 4096;
/// More filters than this are not kept; the oldest go.
const MOST_FILES: usize = 256;

/// Name of a filter: a digest of the profile and of everything else that decides what it compiles to.
pub(super) fn key(profile: &Seccomp) -> String {
    let mut digest = Sha256::new();
    // Canonical: fields in the order of their declaration, no blanks.
    digest.update(serde_json::to_vec(profile).unwrap_or_default());
    let version = libseccomp::ScmpVersion::current();
    let rest = format!("{version:?} {} {}", prefix::VERSION, std::env::consts::ARCH);
    digest.update(rest.as_bytes());
    hex(&digest.finalize())
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Reads a filter; `None` when there is none that can be trusted.
pub(super) fn read(directory: &Path, key: &str) -> Option<Vec<[u8; 8]>> {
    let directory = open_directory(directory).ok()?;
    let name = format!("{key}.bpf");
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = rustix::fs::openat(&directory, name.as_str(), flags, Mode::empty()).ok()?;
    let found = check(file);
    if found.is_none() {
        let _ = rustix::fs::unlinkat(&directory, name.as_str(), AtFlags::empty());
    }
    found
}

fn check(file: OwnedFd) -> Option<Vec<[u8; 8]>> {
    let facts = rustix::fs::fstat(&file).ok()?;
    let is_plain = FileType::from_raw_mode(facts.st_mode) == FileType::RegularFile;
    let ours = facts.st_uid == rustix::process::geteuid().as_raw() && facts.st_mode & 0o077 == 0;
    if !is_plain || !ours {
        return None;
    }
    let most = u64::try_from(HEAD + MOST_INSTRUCTIONS * 8 + 1).ok()?;
    let mut bytes = Vec::new();
    File::from(file).take(most).read_to_end(&mut bytes).ok()?;
    decode(&bytes)
}

fn decode(bytes: &[u8]) -> Option<Vec<[u8; 8]>> {
    let (magic, rest) = bytes.split_first_chunk::<8>()?;
    let (count, rest) = rest.split_first_chunk::<4>()?;
    let (digest, body) = rest.split_first_chunk::<32>()?;
    let instructions = super::split(body)?;
    let count = usize::try_from(u32::from_le_bytes(*count)).ok()?;
    let good = magic == MAGIC
        && instructions.len() == count
        && (1..=MOST_INSTRUCTIONS).contains(&count)
        && Sha256::digest(body).as_slice() == digest;
    good.then_some(instructions)
}

fn encode(instructions: &[[u8; 8]]) -> Vec<u8> {
    let body = instructions.as_flattened();
    let count = u32::try_from(instructions.len()).unwrap_or(0);
    [
        MAGIC.as_slice(),
        &count.to_le_bytes(),
        Sha256::digest(body).as_slice(),
        body,
    ]
    .concat()
}

/// Keeps a filter: under a temporary name first, so that nobody reads half of it.
pub(super) fn write(directory: &Path, key: &str, instructions: &[[u8; 8]]) -> Result<(), Errno> {
    match rustix::fs::mkdir(directory, Mode::RWXU) {
        Ok(()) | Err(Errno::EXIST) => {}
        Err(errno) => return Err(errno),
    }
    let directory = open_directory(directory)?;
    let temporary = format!(".{key}.{}", rustix::process::getpid().as_raw_nonzero());
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = rustix::fs::openat(
        &directory,
        temporary.as_str(),
        flags,
        Mode::RUSR | Mode::WUSR,
    )?;
    let written = File::from(file)
        .write_all(&encode(instructions))
        .map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))
        .and_then(|()| {
            let name = format!("{key}.bpf");
            rustix::fs::renameat(&directory, temporary.as_str(), &directory, name.as_str())
        });
    if written.is_err() {
        let _ = rustix::fs::unlinkat(&directory, temporary.as_str(), AtFlags::empty());
    }
    written?;
    drop_oldest(&directory)
}

/// A cache that somebody else could write is none.
fn open_directory(directory: &Path) -> Result<OwnedFd, Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let opened = rustix::fs::open(directory, flags, Mode::empty())?;
    let facts = rustix::fs::fstat(&opened)?;
    let ours = facts.st_uid == rustix::process::geteuid().as_raw() && facts.st_mode & 0o022 == 0;
    if ours { Ok(opened) } else { Err(Errno::PERM) }
}

fn drop_oldest(directory: &OwnedFd) -> Result<(), Errno> {
    let mut files = Vec::new();
    for entry in Dir::read_from(directory)?.flatten() {
        let name = entry.file_name().to_owned();
        if name.to_bytes().starts_with(b".") && name.to_bytes().len() < 40 {
            continue;
        }
        if let Ok(facts) = rustix::fs::statat(directory, &name, AtFlags::SYMLINK_NOFOLLOW) {
            files.push((facts.st_mtime, name));
        }
    }
    files.sort();
    let surplus = files.len().saturating_sub(MOST_FILES);
    for (_, name) in files.iter().take(surplus) {
        let _ = rustix::fs::unlinkat(directory, name, AtFlags::empty());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_what_was_changed_is_not() {
        let bytes = encode(&[[1; 8], [2; 8]]);
        assert_eq!(decode(&bytes), Some(vec![[1; 8], [2; 8]]));
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            assert_eq!(decode(&changed), None, "byte {index}");
        }
        assert_eq!(decode(&bytes[..bytes.len() - 8]), None);
        assert_eq!(decode(&[]), None);
    }

    #[test]
    fn every_part_of_a_profile_changes_the_key() {
        let base = Seccomp {
            default_action: "SCMP_ACT_ERRNO".to_owned(),
            ..Seccomp::default()
        };
        let other = Seccomp {
            default_errno_ret: Some(38),
            ..base.clone()
        };
        let third = Seccomp {
            architectures: vec!["SCMP_ARCH_X86".to_owned()],
            ..base.clone()
        };
        assert_eq!(key(&base), key(&base.clone()));
        assert_ne!(key(&base), key(&other));
        assert_ne!(key(&base), key(&third));
        assert_eq!(key(&base).len(), 64);
    }

    #[test]
    fn a_directory_that_others_may_write_is_not_trusted() {
        let directory = std::env::temp_dir().join(format!("tsorch-bpf-{}", std::process::id()));
        write(&directory, "k", &[[1; 8]]).expect("written");
        assert_eq!(read(&directory, "k"), Some(vec![[1; 8]]));
        rustix::fs::chmod(&directory, Mode::from_raw_mode(0o777)).expect("chmod");
        assert_eq!(read(&directory, "k"), None);
        std::fs::remove_dir_all(&directory).expect("removed");
    }
}
