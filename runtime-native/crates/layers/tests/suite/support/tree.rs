use rustix::fs::{AtFlags, CWD, FileType, lgetxattr, llistxattr, major, minor, statat};
use std::fmt::Write;
use std::path::Path;

/// `path type mode uid:gid mtime [content or target] [attributes]` of everything below `root` and of `root` itself (`.`),
/// sorted. Attributes that are the host's own are left out.
pub(crate) fn lines(root: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    visit(root, root, &mut lines);
    lines.sort();
    lines
}

fn visit(root: &Path, path: &Path, lines: &mut Vec<String>) {
    lines.push(line(root, path));
    if path.symlink_metadata().unwrap().is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            visit(root, &entry.unwrap().path(), lines);
        }
    }
}

fn line(root: &Path, path: &Path) -> String {
    let stat = statat(CWD, path, AtFlags::SYMLINK_NOFOLLOW).unwrap();
    let name = path
        .strip_prefix(root)
        .unwrap()
        .to_string_lossy()
        .into_owned();
    let name = if name.is_empty() { ".".into() } else { name };
    let mode = stat.st_mode & 0o7777;
    let mut line = format!("{name} ");
    let (uid, gid) = (stat.st_uid, stat.st_gid);
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::Directory => write!(line, "dir {mode:04o} {uid}:{gid} {}", stat.st_mtime),
        FileType::RegularFile => {
            let content = std::fs::read(path).unwrap();
            let text = String::from_utf8_lossy(&content[..content.len().min(64)]).into_owned();
            let links = if stat.st_nlink > 1 {
                format!(" links={}", stat.st_nlink)
            } else {
                String::new()
            };
            write!(
                line,
                "file {mode:04o} {uid}:{gid} {} {text:?}{links}",
                stat.st_mtime
            )
        }
        FileType::Symlink => {
            let target = std::fs::read_link(path).unwrap();
            write!(
                line,
                "link {uid}:{gid} {} -> {}",
                stat.st_mtime,
                target.display()
            )
        }
        FileType::Fifo => write!(line, "fifo {mode:04o} {uid}:{gid}"),
        FileType::CharacterDevice => {
            let device = stat.st_rdev;
            write!(line, "char {}:{} {mode:04o}", major(device), minor(device))
        }
        FileType::BlockDevice => {
            let device = stat.st_rdev;
            write!(line, "block {}:{} {mode:04o}", major(device), minor(device))
        }
        other => write!(line, "{other:?}"),
    }
    .unwrap();
    for attribute in attributes(path) {
        line.push(' ');
        line.push_str(&attribute);
    }
    line
}

fn attributes(path: &Path) -> Vec<String> {
    let mut names = vec![0; 4096];
    let length = llistxattr(path, names.as_mut_slice()).unwrap_or(0);
    let names = names[..length]
        .split(|b| *b == 0)
        .filter(|name| !name.is_empty());
    let mut all: Vec<String> = names
        .filter(|name| !name.starts_with(b"security.selinux"))
        .map(|name| {
            let mut value = vec![0; 4096];
            let length = lgetxattr(path, name, value.as_mut_slice()).unwrap();
            let value = value[..length].escape_ascii();
            format!("{}={value}", String::from_utf8_lossy(name))
        })
        .collect();
    all.sort();
    all
}
