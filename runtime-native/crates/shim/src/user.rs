//! Who a process runs as, by the names of the container's own /etc/passwd and /etc/group.
//!
//! `USER[:GROUP]`, each a name or a number, as Compose and image configurations have it. A number that the files do not
//! know is taken as it is; a name that they do not know is an error. Without `:GROUP` the supplementary groups are those
//! that list the user.

use std::path::Path;

use rustix::fs::{FileType, OFlags, fstat};
use rustix::io::Errno;
use tsorch_sys::root::Root;

/// Larger files are not read: they are no user databases.
const MAX_FILE_BYTES: usize = 4 << 20;
/// Largest id, as in other runtimes: ids are signed in some places.
const MAX_ID: u32 = i32::MAX.unsigned_abs();

/// Numbers for the kernel, and the user's home directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ResolvedUser {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) additional_gids: Vec<u32>,
    /// `/` for a user that the files do not know.
    pub(crate) home: String,
}

/// The container has no such user.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadUser {
    #[error("the container's /etc/passwd has no user {0:?}")]
    UnknownUser(String),
    #[error("the container's /etc/group has no group {0:?}")]
    UnknownGroup(String),
    #[error("{0:?} is not USER[:GROUP]")]
    Syntax(String),
    #[error("the container's {file} cannot be read: {errno}")]
    Unreadable { file: &'static str, errno: Errno },
}

/// Looks `text` up in the files below `root`. Nothing in there is trusted.
pub(crate) fn resolve_user(root: &Root, text: &str) -> Result<ResolvedUser, BadUser> {
    let (user, group) = match text.split_once(':') {
        Some((user, group)) => (user, Some(group).filter(|group| !group.is_empty())),
        None => (text, None),
    };
    if user.is_empty() || text.contains(['\n', '\0']) {
        return Err(BadUser::Syntax(text.to_owned()));
    }
    let passwd = read_database(root, "etc/passwd")?;
    let groups = read_database(root, "etc/group")?;
    let found = find_user(&passwd, user).ok_or_else(|| BadUser::UnknownUser(user.to_owned()))?;
    let (gid, additional_gids) = match (group, &found.name) {
        (Some(group), _) => (find_group(&groups, group)?, Vec::new()),
        (None, Some(name)) => (found.gid, groups_of(&groups, name)),
        (None, None) => (found.gid, Vec::new()),
    };
    Ok(ResolvedUser {
        uid: found.uid,
        gid,
        additional_gids,
        home: found.home,
    })
}

/// Home directory of the user with this number; `/` when the files do not know it.
pub(crate) fn home_of(root: &Root, uid: u32) -> String {
    let passwd = read_database(root, "etc/passwd").unwrap_or_default();
    find_user(&passwd, &uid.to_string()).map_or_else(|| "/".to_owned(), |user| user.home)
}

struct FoundUser {
    /// `None` for a number without an entry.
    name: Option<String>,
    uid: u32,
    gid: u32,
    home: String,
}

/// passwd(5): `name:password:uid:gid:comment:home:shell`.
fn find_user(passwd: &str, wanted: &str) -> Option<FoundUser> {
    let number = parse_id(wanted);
    let mut entries = passwd.lines().filter_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        let uid = parse_id(fields.nth(1)?)?;
        let gid = parse_id(fields.next()?)?;
        let home = fields.nth(1).filter(|home| home.starts_with('/'));
        Some(FoundUser {
            name: Some(name.to_owned()),
            uid,
            gid,
            home: home.unwrap_or("/").to_owned(),
        })
    });
    let is_wanted =
        |user: &FoundUser| user.name.as_deref() == Some(wanted) || Some(user.uid) == number;
    entries.find(is_wanted).or_else(|| {
        Some(FoundUser {
            name: None,
            uid: number?,
            gid: 0,
            home: "/".to_owned(),
        })
    })
}

/// group(5): `name:password:gid:member,member`.
fn find_group(groups: &str, wanted: &str) -> Result<u32, BadUser> {
    let number = parse_id(wanted);
    let named = groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        let is_wanted = fields.next()? == wanted;
        let gid = parse_id(fields.nth(1)?)?;
        is_wanted.then_some(gid)
    });
    named
        .or(number)
        .ok_or_else(|| BadUser::UnknownGroup(wanted.to_owned()))
}

fn groups_of(groups: &str, user: &str) -> Vec<u32> {
    let listing = groups.lines().filter_map(|line| {
        let mut fields = line.split(':').skip(2);
        let gid = parse_id(fields.next()?)?;
        let is_member = fields.next()?.split(',').any(|member| member == user);
        is_member.then_some(gid)
    });
    let mut gids: Vec<u32> = listing.collect();
    gids.sort_unstable();
    gids.dedup();
    gids
}

/// Digits only, in range: `+1`, ` 1` and `1x` are names.
fn parse_id(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number
        .then(|| text.parse().ok())
        .flatten()
        .filter(|id| *id <= MAX_ID)
}

/// An absent file is an empty one. Anything but a regular file is refused: a FIFO would hold us up.
fn read_database(root: &Root, file: &'static str) -> Result<String, BadUser> {
    let unreadable = |errno| BadUser::Unreadable { file, errno };
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY;
    let fd = match root.open(Path::new(file), flags) {
        Err(Errno::NOENT | Errno::NOTDIR) => return Ok(String::new()),
        outcome => outcome.map_err(unreadable)?,
    };
    let stat = fstat(&fd).map_err(unreadable)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(unreadable(Errno::INVAL));
    }
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        match rustix::io::read(&fd, &mut buffer).map_err(unreadable)? {
            0 => return Ok(String::from_utf8_lossy(&bytes).into_owned()),
            count => bytes.extend_from_slice(&buffer[..count]),
        }
        if bytes.len() > MAX_FILE_BYTES {
            return Err(unreadable(Errno::FBIG));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BadUser, ResolvedUser, home_of, resolve_user};
    use crate::scratch_dir::ScratchDir;
    use std::fs;
    use tsorch_sys::root::Root;

    const PASSWD: &str = "\
root:x:0:0:root:/root:/bin/sh
broken line
www-data:x:33:33:www:/var/www:/bin/false
1000:x:7:7::relative:
";
    const GROUP: &str = "\
root:x:0:
adm:x:4:www-data
www-data:x:33:
video:x:44:other,www-data
";

    fn root_with(files: &[(&str, &str)]) -> (ScratchDir, Root) {
        let scratch = ScratchDir::new();
        fs::create_dir(scratch.path().join("etc")).unwrap();
        for (name, text) in files {
            fs::write(scratch.path().join("etc").join(name), text).unwrap();
        }
        let root = Root::new(fs::File::open(scratch.path()).unwrap().into());
        (scratch, root)
    }

    fn user(ids: (u32, u32), additional_gids: &[u32], home: &str) -> ResolvedUser {
        ResolvedUser {
            uid: ids.0,
            gid: ids.1,
            additional_gids: additional_gids.to_vec(),
            home: home.to_owned(),
        }
    }

    #[test]
    fn resolves_names_and_numbers() {
        let (_scratch, root) = root_with(&[("passwd", PASSWD), ("group", GROUP)]);
        let cases = [
            ("root", user((0, 0), &[], "/root")),
            ("www-data", user((33, 33), &[4, 44], "/var/www")),
            ("33", user((33, 33), &[4, 44], "/var/www")),
            ("www-data:adm", user((33, 4), &[], "/var/www")),
            ("www-data:77", user((33, 77), &[], "/var/www")),
            ("4711", user((4711, 0), &[], "/")),
            ("1000", user((7, 7), &[], "/")),
        ];
        for (text, expected) in cases {
            assert_eq!(resolve_user(&root, text).unwrap(), expected, "{text}");
        }
        assert_eq!(home_of(&root, 33), "/var/www");
        assert_eq!(home_of(&root, 4711), "/");
    }

    #[test]
    fn an_unknown_name_is_an_error_and_never_root() {
        let (_scratch, root) = root_with(&[("passwd", PASSWD), ("group", GROUP)]);
        for text in [
            "nobody",
            "+1",
            " 1",
            "1x",
            "-1",
            "99999999999",
            "2147483648",
        ] {
            assert!(
                matches!(resolve_user(&root, text), Err(BadUser::UnknownUser(_))),
                "{text}"
            );
        }
        for text in ["", ":adm"] {
            assert!(
                matches!(resolve_user(&root, text), Err(BadUser::Syntax(_))),
                "{text}"
            );
        }
        let unknown = resolve_user(&root, "root:none");
        assert!(matches!(unknown, Err(BadUser::UnknownGroup(_))));
    }

    #[test]
    fn an_image_without_the_files_knows_numbers_only() {
        let (_scratch, root) = root_with(&[]);
        assert_eq!(resolve_user(&root, "5:6").unwrap(), user((5, 6), &[], "/"));
        assert!(resolve_user(&root, "root").is_err());
    }

    #[test]
    fn a_fifo_in_the_place_of_a_file_does_not_hold_us_up() {
        let (scratch, root) = root_with(&[]);
        let path = scratch.path().join("etc/passwd");
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        assert!(matches!(
            resolve_user(&root, "root"),
            Err(BadUser::Unreadable { .. })
        ));
    }

    #[test]
    fn a_link_out_of_the_root_stays_inside() {
        let (scratch, root) = root_with(&[]);
        std::os::unix::fs::symlink("/etc/passwd-of-host", scratch.path().join("etc/passwd"))
            .unwrap();
        assert!(matches!(
            resolve_user(&root, "root"),
            Err(BadUser::UnknownUser(_))
        ));
    }
}
