//! Users and groups by name, from the container's own files. Everything in them was written by somebody else.
//!
//! Source: passwd(5), group(5). No name service: a static program has none, and the host's names mean nothing inside.

use std::io::Read;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{FileType, OFlags};
use rustix::io::Errno;
use tsorch_oci::User;
use tsorch_sys::proc::reopen;
use tsorch_sys::root::Root;

/// More of a file than this is not read.
const MOST_BYTES: u64 = 16 << 20;
/// As many supplementary groups as the kernel takes.
const MOST_GROUPS: usize = 65_536;

/// Why a user cannot be found. Code `container.bad-user`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserError {
    /// No such name in the container's /etc/passwd.
    #[error("the image has no user {0:?}")]
    NoUser(String),
    /// No such name in the container's /etc/group.
    #[error("the image has no group {0:?}")]
    NoGroup(String),
    /// Neither a name nor a number.
    #[error("{0:?} is no user: expected NAME or NUMBER, optionally with :GROUP")]
    Malformed(String),
    /// A file could not be read.
    #[error("cannot read {file} of the image")]
    Unreadable {
        /// Which one.
        file: &'static str,
        /// Why.
        #[source]
        errno: Errno,
    },
}

/// A user, found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedUser {
    /// Numbers for the process.
    pub user: User,
    /// Home directory, when the image knows the user.
    pub home: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct PasswdEntry {
    name: String,
    uid: u32,
    gid: u32,
    home: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct GroupEntry {
    name: String,
    gid: u32,
    members: Vec<String>,
}

/// Resolves `USER[:GROUP]` inside the tree `root`, each a name or a number. Without a group: the user's own one and
/// all that list the user as a member; a number without an entry has group 0. An empty text is root.
///
/// # Errors
/// [`UserError`].
pub fn resolve(root: &Root, text: &str) -> Result<ResolvedUser, UserError> {
    let (user, group) = match text.split_once(':') {
        Some((user, group)) => (user, Some(group)),
        None => (text, None),
    };
    if group.is_some_and(|group| group.is_empty() || group.contains(':')) {
        return Err(UserError::Malformed(text.to_owned()));
    }
    let user = if user.is_empty() { "0" } else { user };
    let passwd = read(root, "/etc/passwd")?;
    let groups = read(root, "/etc/group")?;
    resolve_in(&passwd, &groups, (user, group))
}

fn resolve_in(
    passwd: &str,
    groups: &str,
    (user, group): (&str, Option<&str>),
) -> Result<ResolvedUser, UserError> {
    let by_name = entries(passwd, parse_passwd).find(|entry| entry.name == user);
    let number = parse_id(user);
    let entry = by_name.or_else(|| {
        let number = number?;
        entries(passwd, parse_passwd).find(|entry| entry.uid == number)
    });
    let uid = match (&entry, number) {
        (Some(entry), _) => entry.uid,
        (None, Some(number)) => number,
        (None, None) => return Err(UserError::NoUser(user.to_owned())),
    };
    let gid = match group {
        Some(group) => group_id(groups, group)?,
        None => entry.as_ref().map_or(0, |entry| entry.gid),
    };
    let mut additional_gids = Vec::new();
    if let (Some(entry), None) = (&entry, group) {
        let mine = entries(groups, parse_group).filter(|group| group.members.contains(&entry.name));
        additional_gids.extend(
            mine.map(|group| group.gid)
                .filter(|other| *other != gid)
                .take(MOST_GROUPS),
        );
        additional_gids.sort_unstable();
        additional_gids.dedup();
    }
    let user = User {
        uid,
        gid,
        umask: None,
        additional_gids,
    };
    Ok(ResolvedUser {
        user,
        home: entry
            .map(|entry| entry.home)
            .filter(|home| !home.is_empty()),
    })
}

fn group_id(groups: &str, group: &str) -> Result<u32, UserError> {
    let by_name = entries(groups, parse_group).find(|entry| entry.name == group);
    let found = by_name.map(|entry| entry.gid).or_else(|| parse_id(group));
    found.ok_or_else(|| UserError::NoGroup(group.to_owned()))
}

/// The home directory of a user by number, as the container's /etc/passwd says.
pub(crate) fn home_of(root: &Root, uid: u32) -> Option<String> {
    let passwd = read(root, "/etc/passwd").ok()?;
    let entry = entries(&passwd, parse_passwd).find(|entry| entry.uid == uid)?;
    Some(entry.home).filter(|home| home.starts_with('/'))
}

/// A whole decimal number that can be an id: no sign, no blanks, nothing behind it (CVE-2026-30892).
fn parse_id(text: &str) -> Option<u32> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain
        .then(|| text.parse().ok())
        .flatten()
        .filter(|id| *id != u32::MAX)
}

fn entries<'t, E: 't>(
    text: &'t str,
    parse: impl Fn(&'t str) -> Option<E> + 't,
) -> impl Iterator<Item = E> + 't {
    text.lines().filter_map(parse)
}

/// `name:password:uid:gid:gecos:home:shell`
fn parse_passwd(line: &str) -> Option<PasswdEntry> {
    let mut fields = line.split(':');
    let name = fields.next().filter(|name| !name.is_empty())?.to_owned();
    let uid = parse_id(fields.nth(1)?)?;
    let gid = parse_id(fields.next()?)?;
    let home = fields.nth(1).unwrap_or("").to_owned();
    Some(PasswdEntry {
        name,
        uid,
        gid,
        home,
    })
}

/// `name:password:gid:member,member`
fn parse_group(line: &str) -> Option<GroupEntry> {
    let mut fields = line.split(':');
    let name = fields.next().filter(|name| !name.is_empty())?.to_owned();
    let gid = parse_id(fields.nth(1)?)?;
    let members = fields
        .next()
        .unwrap_or("")
        .split(',')
        .filter(|name| !name.is_empty());
    Some(GroupEntry {
        name,
        gid,
        members: members.map(str::to_owned).collect(),
    })
}

/// A file of the image as text; one that is missing is empty, so that numbers work in any image.
fn read(root: &Root, file: &'static str) -> Result<String, UserError> {
    let unreadable = |errno| UserError::Unreadable { file, errno };
    // Looked at before it is opened: to open a device is to use it, and this may be the host's root (a watchdog starts).
    let place = match root.open(Path::new(file), OFlags::PATH) {
        Ok(place) => place,
        Err(Errno::NOENT | Errno::NOTDIR) => return Ok(String::new()),
        Err(errno) => return Err(unreadable(errno)),
    };
    read_regular(&place).map_err(unreadable)
}

fn read_regular(place: &OwnedFd) -> Result<String, Errno> {
    let found = rustix::fs::fstat(place)?;
    if FileType::from_raw_mode(found.st_mode) != FileType::RegularFile {
        return Err(Errno::INVAL);
    }
    let file = reopen(place, OFlags::RDONLY)?;
    let mut bytes = Vec::new();
    let read = std::fs::File::from(file)
        .take(MOST_BYTES)
        .read_to_end(&mut bytes);
    read.map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\nwww:x:33:33::/var/www:\n:x:1:1::/:\nbad:x:1x:1::/:\n7:x:8:9::/seven:\n";
    const GROUPS: &str = "root:x:0:\nwww:x:33:\nadm:x:4:www,root\nlog:x:5:www\n";

    fn ids(text: &str) -> Option<(u32, u32, Vec<u32>)> {
        let (user, group) = match text.split_once(':') {
            Some((user, group)) => (user, Some(group)),
            None => (text, None),
        };
        let found = resolve_in(PASSWD, GROUPS, (user, group)).ok()?.user;
        Some((found.uid, found.gid, found.additional_gids))
    }

    #[test]
    fn names_and_numbers_find_the_same_user() {
        assert_eq!(ids("www"), Some((33, 33, vec![4, 5])));
        assert_eq!(ids("33"), Some((33, 33, vec![4, 5])));
        assert_eq!(ids("www:adm"), Some((33, 4, vec![])));
        assert_eq!(ids("www:77"), Some((33, 77, vec![])));
        assert_eq!(ids("1000"), Some((1000, 0, vec![])));
    }

    #[test]
    fn a_name_of_digits_is_a_name_first() {
        assert_eq!(ids("7"), Some((8, 9, vec![])));
    }

    #[test]
    fn what_is_neither_name_nor_whole_number_is_nobody() {
        for text in [
            "1x",
            "-1",
            "+1",
            " 1",
            "4294967295",
            "99999999999",
            "nobody",
            "www:1x",
            "0x10",
        ] {
            assert_eq!(ids(text), None, "{text}");
        }
    }

    /// Who makes a device or a pipe of the file learns nothing and starts nothing.
    #[test]
    fn what_is_no_regular_file_is_not_even_opened() {
        use rustix::fs::{CWD, FileType, Mode, inotify};
        let tree = std::env::temp_dir().join(format!("tsorch-users-{}", std::process::id()));
        let passwd = tree.join("etc/passwd");
        std::fs::create_dir_all(tree.join("etc")).expect("made");
        rustix::fs::mknodat(CWD, &passwd, FileType::Fifo, Mode::RUSR, 0).expect("made");
        let watch = inotify::init(inotify::CreateFlags::NONBLOCK).expect("made");
        inotify::add_watch(&watch, &passwd, inotify::WatchFlags::OPEN).expect("watched");
        let root = Root::new(std::fs::File::open(&tree).expect("there").into());
        assert!(resolve(&root, "www").is_err());
        assert_eq!(home_of(&root, 33), None);
        let events = rustix::io::read(&watch, &mut [0u8; 256]);
        assert_eq!(events.err(), Some(Errno::AGAIN), "it was opened");
        std::fs::remove_file(&passwd).expect("removed");
        std::fs::write(&passwd, PASSWD).expect("written");
        assert_eq!(home_of(&root, 33).as_deref(), Some("/var/www"));
        std::fs::remove_dir_all(tree).expect("removed");
    }

    proptest::proptest! {
        /// CVE-2026-30892: no text but the number itself becomes a number.
        #[test]
        fn only_whole_numbers_are_ids(text in "[0-9 +xXeE.,_-]{0,12}", id in 0..u32::MAX) {
            proptest::prop_assert_eq!(parse_id(&id.to_string()), Some(id));
            if let Some(id) = parse_id(&text) {
                let digits = text.trim_start_matches('0');
                let digits = if digits.is_empty() { "0" } else { digits };
                proptest::prop_assert_eq!(digits, id.to_string());
            }
        }
    }
}
