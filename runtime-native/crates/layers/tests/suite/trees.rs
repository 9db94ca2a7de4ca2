//! What comes out equals what went in: against GNU tar's archives in all its formats, and member by member.
use crate::support::archive::{Archive, Header};
use crate::support::scratch::Scratch;
use crate::support::{require_root, tree, unpack_archive, unpack_blob};
use rustix::fs::{CWD, FileType, Mode, XattrFlags, makedev, mknodat, setxattr};
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, lchown, symlink};
use std::path::Path;
use std::process::Command;
use tsorch_layers::{Limits, Unpacked};

/// One of everything. `attributes`: also what only PAX can carry.
fn build(root: &Path, attributes: bool) {
    let long = "long-".repeat(40);
    let deep = root.join("deep/".repeat(30)).join(&long);
    fs::create_dir_all(&deep).unwrap();
    fs::write(deep.join("file"), "deep").unwrap();
    symlink("target/".repeat(30), root.join("long-link")).unwrap();
    symlink("/absolute/../target", root.join("dangling")).unwrap();
    lchown(root.join("dangling"), Some(12), Some(34)).unwrap();
    fs::write(root.join("setuid"), vec![b'x'; 100_000]).unwrap();
    chown(root.join("setuid"), Some(1000), Some(2_000_000)).unwrap();
    fs::set_permissions(root.join("setuid"), fs::Permissions::from_mode(0o6755)).unwrap();
    fs::create_dir(root.join("sticky")).unwrap();
    fs::set_permissions(root.join("sticky"), fs::Permissions::from_mode(0o3777)).unwrap();
    fs::write(root.join("sticky/one"), "linked").unwrap();
    fs::hard_link(root.join("sticky/one"), root.join("two")).unwrap();
    fs::write(root.join("empty"), "").unwrap();
    fs::write(root.join("unreadable"), "x").unwrap();
    fs::set_permissions(root.join("unreadable"), fs::Permissions::from_mode(0o000)).unwrap();
    let node = |name: &str, kind, device| {
        mknodat(
            CWD,
            root.join(name),
            kind,
            Mode::from_raw_mode(0o640),
            device,
        )
        .unwrap();
    };
    node("fifo", FileType::Fifo, 0);
    node("null", FileType::CharacterDevice, makedev(1, 3));
    node("disk", FileType::BlockDevice, makedev(8, 17));
    if attributes {
        setxattr(
            root.join("empty"),
            "user.note",
            b"\0\n=",
            XattrFlags::empty(),
        )
        .unwrap();
        setxattr(
            root.join("sticky"),
            "trusted.md5",
            b"abc",
            XattrFlags::empty(),
        )
        .unwrap();
        // cap_net_raw+ep, revision 2 (linux/capability.h)
        let capability = [
            0, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ];
        let mut value = capability;
        value[..4].copy_from_slice(&0x0200_0001_u32.to_le_bytes());
        setxattr(
            root.join("setuid"),
            "security.capability",
            &value,
            XattrFlags::empty(),
        )
        .unwrap();
    }
}

fn gnu_tar(root: &Path, arguments: &[&str]) -> Vec<u8> {
    let archive = root.with_extension("tar");
    let status = Command::new("tar")
        .args(arguments)
        .arg("-C")
        .arg(root)
        .arg("-cf")
        .arg(&archive)
        .arg(".")
        .status()
        .unwrap();
    assert!(status.success());
    fs::read(archive).unwrap()
}

#[test]
fn a_tree_survives_every_format_of_gnu_tar() {
    require_root();
    for (format, attributes) in [("gnu", false), ("posix", true), ("oldgnu", false)] {
        let scratch = Scratch::new();
        let source = scratch.path().join("source");
        fs::create_dir(&source).unwrap();
        build(&source, attributes);
        let format = format!("--format={format}");
        let mut arguments = vec![format.as_str(), "--numeric-owner"];
        if attributes {
            arguments.extend(["--xattrs", "--xattrs-include=*"]);
        }
        let blob = gnu_tar(&source, &arguments);
        let unpacking = unpack_blob(&blob, &Limits::default());
        assert_eq!(unpacking.code(), "ok", "{format}");
        assert_eq!(unpacking.tree(), tree::lines(&source), "{format}");
    }
}

#[test]
fn short_names_survive_ustar_and_v7() {
    require_root();
    for format in ["--format=ustar", "--format=v7"] {
        let scratch = Scratch::new();
        let source = scratch.path().join("source");
        fs::create_dir_all(source.join("a/b")).unwrap();
        fs::write(source.join("a/b/c"), "content").unwrap();
        symlink("a/b", source.join("l")).unwrap();
        fs::create_dir_all(source.join("x".repeat(60))).unwrap();
        let unpacking = unpack_blob(&gnu_tar(&source, &[format]), &Limits::default());
        assert_eq!(unpacking.tree(), tree::lines(&source), "{format}");
    }
}

#[test]
fn sparse_files_keep_their_holes_in_every_version() {
    require_root();
    for format in [
        &["--format=gnu"][..],
        &["--format=posix", "--sparse-version=0.0"],
        &["--format=posix", "--sparse-version=0.1"],
        &["--format=posix", "--sparse-version=1.0"],
    ] {
        let scratch = Scratch::new();
        let source = scratch.path().join("source");
        fs::create_dir(&source).unwrap();
        let file = fs::File::create(source.join("holes")).unwrap();
        for part in 0..40_u64 {
            std::os::unix::fs::FileExt::write_all_at(&file, b"data", part * 100_000).unwrap();
        }
        file.set_len(10_000_000).unwrap();
        let blob = gnu_tar(&source, &[format, &["--sparse"]].concat());
        assert!(blob.len() < 1_000_000);
        let unpacking = unpack_blob(&blob, &Limits::default());
        assert_eq!(unpacking.tree(), tree::lines(&source), "{format:?}");
        let made = unpacking.scratch.path().join("root/holes");
        assert_eq!(
            fs::read(&made).unwrap(),
            fs::read(source.join("holes")).unwrap()
        );
        let blocks = std::os::unix::fs::MetadataExt::blocks(&fs::metadata(&made).unwrap());
        assert!(blocks * 512 < 1_000_000, "{format:?}: {blocks} blocks");
    }
}

#[test]
fn the_last_of_several_members_with_one_name_wins() {
    require_root();
    let archive = Archive::new()
        .dir("a")
        .file("a/b", "x")
        .file("a", "file over directory")
        .symlink("l", "a")
        .dir("l")
        .member(&Header::new(b'5', "d").mode(0o700).owner(5, 6), b"")
        .file("d/kept", "")
        .member(&Header::new(b'5', "d").mode(0o711), b"");
    let unpacking = unpack_archive(&archive);
    assert_eq!(
        unpacking.tree()[1..],
        [
            "a file 0644 0:0 1000000 \"file over directory\"",
            "d dir 0711 0:0 1000000",
            "d/kept file 0644 0:0 1000000 \"\"",
            "l dir 0755 0:0 1000000",
        ]
    );
    let Unpacked {
        replaced, entries, ..
    } = unpacking.outcome.unwrap();
    assert_eq!((replaced, entries), (2, 8));
}

#[test]
fn the_archive_may_describe_the_root() {
    require_root();
    let archive = Archive::new().member(&Header::new(b'5', "./").mode(0o1777).owner(1, 2), b"");
    assert_eq!(unpack_archive(&archive).tree(), [". dir 1777 1:2 1000000"]);
}

#[test]
fn a_hard_link_needs_its_target_in_the_layer() {
    require_root();
    let archive = Archive::new().hard_link("b", "a");
    assert_eq!(unpack_archive(&archive).code(), "layer.bad-tar");
    let directory = Archive::new().dir("a").hard_link("b", "a");
    assert_eq!(unpack_archive(&directory).code(), "layer.bad-tar");
    let itself = Archive::new().file("a", "x").hard_link("./a", "a");
    assert_eq!(
        unpack_archive(&itself).tree()[1..],
        ["a file 0644 0:0 1000000 \"x\""]
    );
}

#[test]
fn something_below_a_file_is_an_error() {
    require_root();
    assert_eq!(
        unpack_archive(&Archive::new().file("a", "").file("a/b", "")).code(),
        "layer.bad-tar"
    );
}

#[test]
fn a_full_file_system_is_told_as_such() {
    require_root();
    // /dev/full of directories: a file system of 1 MiB.
    let script = concat!(
        "set -e; mount -t tmpfs -o size=1m none \"$1\"; exec \"$0\" --exact ",
        "trees::helper_fills_a_file_system --ignored --nocapture"
    );
    let scratch = Scratch::new();
    let status = Command::new("unshare")
        .args(["-m", "--propagation", "private", "sh", "-c", script])
        .arg(std::env::current_exe().unwrap())
        .arg(scratch.path())
        .env("TSORCH_SMALL_DISK", scratch.path())
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
}

#[test]
#[ignore = "run by a_full_file_system_is_told_as_such, in a mount namespace of its own"]
fn helper_fills_a_file_system() {
    let disk = std::env::var("TSORCH_SMALL_DISK").unwrap();
    let blob = Archive::new().file("big", &"x".repeat(4 << 20)).bytes();
    let root = fs::File::open(disk).unwrap();
    let scratch = Scratch::new();
    fs::write(scratch.path().join("blob"), &blob).unwrap();
    let request = tsorch_layers::UnpackRequest {
        blob: tsorch_layers::Digest::of(&blob),
        size: blob.len() as u64,
        media_type: String::new(),
        diff_id: None,
        limits: Limits::default(),
    };
    let blob = fs::File::open(scratch.path().join("blob")).unwrap();
    let error = tsorch_layers::unpack(blob, root.into(), &request).unwrap_err();
    assert_eq!(error.code().to_string(), "content.no-space");
}
