//! The mount options of the specification's table, one by one, as the kernel shows them afterwards.

use std::path::PathBuf;

use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};
use serde_json::json;

use crate::mounts::add;
use crate::sandbox::Sandbox;
use crate::users::kernel_version;

/// Options, the attributes they must lead to (field 6 of mountinfo), how events travel (the optional fields), and what
/// the filesystem itself must show. Each clearing option comes behind what it clears.
const MUST: [(&str, &str, &str, &str); 40] = [
    ("async", "rw,relatime", "", ""),
    ("noatime,atime", "rw,relatime", "", ""),
    ("defaults", "rw,relatime", "", ""),
    ("nodev,dev", "rw,relatime", "", ""),
    ("nodiratime,diratime", "rw,relatime", "", ""),
    ("dirsync", "rw,relatime", "", "dirsync"),
    ("noexec,exec", "rw,relatime", "", ""),
    ("iversion", "rw,relatime", "", ""),
    ("lazytime", "rw,relatime", "", "lazytime"),
    ("silent,loud", "rw,relatime", "", ""),
    ("mand", "rw,relatime", "", ""),
    ("noatime", "rw,noatime", "", ""),
    ("nodev", "rw,nodev,relatime", "", ""),
    ("nodiratime", "rw,nodiratime,relatime", "", ""),
    ("noexec", "rw,noexec,relatime", "", ""),
    ("noiversion", "rw,relatime", "", ""),
    ("nolazytime", "rw,relatime", "", ""),
    ("nomand", "rw,relatime", "", ""),
    ("norelatime", "rw", "", ""),
    ("strictatime,nostrictatime", "rw,relatime", "", ""),
    ("nosuid", "rw,nosuid,relatime", "", ""),
    ("private", "rw,relatime", "-", ""),
    ("noatime,relatime", "rw,relatime", "", ""),
    ("ro", "ro,relatime", "", ""),
    ("rprivate", "rw,relatime", "-", ""),
    ("rshared", "rw,relatime", "shared:", ""),
    ("rslave", "rw,relatime", "-", ""),
    ("runbindable", "rw,relatime", "unbindable", ""),
    ("ro,rw", "rw,relatime", "", ""),
    ("shared", "rw,relatime", "shared:", ""),
    ("silent", "rw,relatime", "", ""),
    ("slave", "rw,relatime", "-", ""),
    ("strictatime", "rw", "", ""),
    ("nosuid,suid", "rw,relatime", "", ""),
    ("sync", "rw,relatime", "", "sync"),
    ("unbindable", "rw,relatime", "unbindable", ""),
    ("tmpcopyup", "rw,relatime", "", ""),
    ("nosymfollow", "rw,relatime,nosymfollow", "", ""),
    ("nosymfollow,symfollow", "rw,relatime", "", ""),
    ("size=64k", "rw,relatime", "", "size=64k"),
];

#[test]
fn each_option_is_seen_in_the_mount_table() {
    let mut sandbox = Sandbox::new("cat /proc/self/mountinfo");
    for (number, (options, ..)) in MUST.iter().enumerate() {
        let options: Vec<&str> = options.split(',').collect();
        let destination = format!("/m/{number}");
        add(
            &mut sandbox,
            json!({"destination": destination, "type": "tmpfs", "source": "tmpfs", "options": options}),
        );
    }
    let answer = sandbox.run();
    for (number, (options, attributes, travel, filesystem)) in MUST.iter().enumerate() {
        let place = format!(" /m/{number} ");
        let line = answer.stdout.lines().find(|line| line.contains(&place));
        let line = line.unwrap_or_else(|| panic!("{options}: {answer:?}"));
        let (mount, shown) = line.split_once(" - ").expect("two parts");
        let fields: Vec<&str> = mount.split(' ').collect();
        assert_eq!(fields[5], *attributes, "{options}");
        assert!(
            fields.get(6).unwrap_or(&"-").starts_with(travel),
            "{options}: {line}"
        );
        let shown = shown.rsplit(' ').next().unwrap_or_default();
        let has = |word: &str| word.is_empty() || shown.split(',').any(|option| option == word);
        assert!(has(filesystem), "{options}: {line}");
    }
}

/// Recursive options: what a mount below has before, and what it has then.
const SHOULD: [(&str, MountFlags, &str); 20] = [
    ("rro", MountFlags::empty(), "ro,relatime"),
    ("rrw", MountFlags::RDONLY, "rw,relatime"),
    ("rnosuid", MountFlags::empty(), "rw,nosuid,relatime"),
    ("rsuid", MountFlags::NOSUID, "rw,relatime"),
    ("rnodev", MountFlags::empty(), "rw,nodev,relatime"),
    ("rdev", MountFlags::NODEV, "rw,relatime"),
    ("rnoexec", MountFlags::empty(), "rw,noexec,relatime"),
    ("rexec", MountFlags::NOEXEC, "rw,relatime"),
    ("rnodiratime", MountFlags::empty(), "rw,nodiratime,relatime"),
    ("rdiratime", MountFlags::NODIRATIME, "rw,relatime"),
    ("rrelatime", MountFlags::NOATIME, "rw,relatime"),
    ("rnorelatime", MountFlags::empty(), "rw"),
    ("rnoatime", MountFlags::empty(), "rw,noatime"),
    ("ratime", MountFlags::NOATIME, "rw,relatime"),
    ("rstrictatime", MountFlags::empty(), "rw"),
    ("rnostrictatime", MountFlags::STRICTATIME, "rw,relatime"),
    (
        "rnosymfollow",
        MountFlags::empty(),
        "rw,relatime,nosymfollow",
    ),
    (
        "rsymfollow",
        MountFlags::from_bits_retain(256),
        "rw,relatime",
    ),
    ("ridmap", MountFlags::empty(), "rw,relatime,idmapped"),
    ("idmap", MountFlags::empty(), "rw,relatime"),
];

/// A tree of the host with a mount in it, until its end.
struct Tree(PathBuf);

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = unmount(self.0.join("below"), UnmountFlags::DETACH);
        let _ = unmount(&self.0, UnmountFlags::DETACH);
    }
}

fn tree(dir: PathBuf, flags: MountFlags) -> Tree {
    std::fs::create_dir(&dir).expect("made");
    mount("tmpfs", &dir, "tmpfs", MountFlags::empty(), None).expect("mounted");
    let tree = Tree(dir);
    std::fs::create_dir(tree.0.join("below")).expect("made");
    mount("tmpfs", tree.0.join("below"), "tmpfs", flags, None).expect("mounted");
    tree
}

#[test]
fn each_recursive_option_is_seen_in_the_mount_below() {
    let mut sandbox = Sandbox::new("cat /proc/self/mountinfo");
    let mut trees = Vec::new();
    // The trees are of tmpfs.
    let can_map = kernel_version() >= (6, 3);
    if !can_map {
        eprintln!("skipped: idmap and ridmap: tmpfs can be mapped since Linux 6.3");
    }
    let tried = |option: &str| can_map || !option.ends_with("idmap");
    let should: Vec<_> = SHOULD.iter().filter(|row| tried(row.0)).collect();
    for (number, (option, flags, _)) in should.iter().enumerate() {
        let tree = tree(sandbox.dir.join(number.to_string()), *flags);
        let mut entry = json!({"destination": format!("/m/{number}"), "type": "bind", "source": tree.0,
                               "options": ["rbind", option]});
        if option.ends_with("idmap") {
            let mapping = json!([{"containerID": 0, "hostID": 1000, "size": 10}]);
            entry["uidMappings"] = mapping.clone();
            entry["gidMappings"] = mapping;
        }
        add(&mut sandbox, entry);
        trees.push(tree);
    }
    let answer = sandbox.run();
    drop(trees);
    for (number, (option, _, expected)) in should.iter().enumerate() {
        let place = format!(" /m/{number}/below ");
        let line = answer.stdout.lines().find(|line| line.contains(&place));
        let line = line.unwrap_or_else(|| panic!("{option}: {answer:?}"));
        assert_eq!(line.split(' ').nth(5), Some(*expected), "{option}");
    }
}
