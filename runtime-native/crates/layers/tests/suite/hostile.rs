//! Archives that want to write, read or show what is not theirs. One test per class of images.md 6.1; the names in comments
//! are those under which the classes became known. `unpack_blob` watches a directory beside the root in each of them.

use crate::support::archive::{Archive, Header};
use crate::support::{require_root, unpack_archive, unpack_blob};
use tsorch_layers::Limits;

#[test]
fn a_path_that_leads_upwards_is_refused() {
    require_root();
    for name in [
        "../canary/file",
        "a/../../canary/file",
        "..",
        "/../canary/file",
        "a/..",
    ] {
        let archive = Archive::new().dir("a").file(name, "pwned");
        assert_eq!(
            unpack_archive(&archive).code(),
            "layer.unsafe-entry",
            "{name}"
        );
    }
}

#[test]
fn an_absolute_path_lands_inside_the_root() {
    require_root();
    let unpacking = unpack_archive(&Archive::new().file("/canary/file", "inside"));
    assert_eq!(
        unpacking.tree()[1..],
        [
            "canary dir 0755 0:0 ".to_owned() + &mtime(&unpacking, "canary"),
            "canary/file file 0644 0:0 1000000 \"inside\"".into()
        ]
    );
}

/// CVE-2014-6407, zip slip: a link out, then a file below it.
#[test]
fn a_symbolic_link_in_a_path_is_followed_inside_the_root_only() {
    require_root();
    for target in [
        "../canary",
        "/canary",
        "../../../../../../canary",
        "a/../../canary",
    ] {
        let archive = Archive::new()
            .dir("a")
            .symlink("out", target)
            .file("out/file", "inside");
        let unpacking = unpack_archive(&archive);
        assert_eq!(unpacking.code(), "ok", "{target}");
        let inside = unpacking.scratch.path().join("root/canary/file");
        assert_eq!(
            std::fs::read_to_string(inside).unwrap(),
            "inside",
            "{target}"
        );
    }
}

#[test]
fn links_in_a_circle_and_links_without_end_are_refused() {
    require_root();
    let circle = Archive::new()
        .symlink("a", "b")
        .symlink("b", "a")
        .file("a/file", "x");
    assert_eq!(unpack_archive(&circle).code(), "layer.unsafe-entry");
    let mut chain = Archive::new();
    for number in 0..60 {
        chain = chain.symlink(&format!("l{number}"), &format!("l{}", number + 1));
    }
    assert_eq!(
        unpack_archive(&chain.file("l0/file", "x")).code(),
        "layer.unsafe-entry"
    );
}

#[test]
fn a_link_to_the_process_file_system_is_only_a_name_inside() {
    require_root();
    let archive = Archive::new()
        .symlink("p", "/proc/self/root")
        .file("p/canary-of-proc", "x");
    let unpacking = unpack_archive(&archive);
    assert!(
        unpacking
            .scratch
            .path()
            .join("root/proc/self/root/canary-of-proc")
            .exists()
    );
    assert!(!std::path::Path::new("/canary-of-proc").exists());
}

/// umoci CVE-2021-29136: the root itself becomes a link.
#[test]
fn the_root_cannot_be_replaced() {
    require_root();
    for header in [
        Header::new(b'2', "./").link("/canary"),
        Header::new(b'2', "/").link("../canary"),
        Header::new(b'2', ".").link("../canary"),
        Header::new(b'1', "/.").link("a"),
        Header::new(b'3', "./").device(1, 3),
    ] {
        let archive = Archive::new().file("a", "").member(&header, b"");
        assert_eq!(unpack_archive(&archive).code(), "layer.unsafe-entry");
    }
}

/// docker 1.3 and CVE-2021-32760: a hard link to something outside, then a change of it through the link.
#[test]
fn a_hard_link_cannot_reach_outside() {
    require_root();
    for target in [
        "../canary/file",
        "/../canary/file",
        "..",
        "a/../../canary/file",
    ] {
        let archive = Archive::new()
            .dir("a")
            .hard_link("link", target)
            .file("link", "pwned");
        assert_eq!(
            unpack_archive(&archive).code(),
            "layer.unsafe-entry",
            "{target}"
        );
    }
    let through_link = Archive::new()
        .symlink("out", "../canary")
        .hard_link("link", "out/file");
    assert_eq!(unpack_archive(&through_link).code(), "layer.bad-tar");
}

#[test]
fn a_hard_link_to_a_symbolic_link_is_that_link_and_writing_it_again_replaces_it() {
    require_root();
    let archive = Archive::new()
        .symlink("out", "../canary/file")
        .hard_link("link", "out")
        .member(&Header::new(b'0', "link").mode(0o777).size(2), b"in");
    let unpacking = unpack_archive(&archive);
    assert_eq!(
        unpacking.tree()[1..],
        [
            "link file 0777 0:0 1000000 \"in\"",
            "out link 0:0 1000000 -> ../canary/file"
        ]
    );
}

#[test]
fn a_file_written_twice_does_not_change_its_other_name() {
    require_root();
    let archive = Archive::new()
        .file("a", "first")
        .hard_link("b", "a")
        .file("a", "second");
    assert_eq!(
        unpack_archive(&archive).tree()[1..],
        [
            "a file 0644 0:0 1000000 \"second\"",
            "b file 0644 0:0 1000000 \"first\""
        ]
    );
}

/// containerd's breakout list: whiteouts that delete through links or upwards.
#[test]
fn a_whiteout_deletes_nothing_and_stays_inside() {
    require_root();
    let through = Archive::new()
        .symlink("out", "../canary")
        .file("out/.wh.file", "");
    let unpacking = unpack_archive(&through);
    assert_eq!(unpacking.code(), "ok");
    assert!(
        unpacking
            .tree()
            .contains(&"canary/file char 0:0 0000".to_owned())
    );
    let opaque = Archive::new()
        .symlink("out", "/canary")
        .file("out/.wh..wh..opq", "");
    assert_eq!(unpack_archive(&opaque).code(), "ok");
    for name in [
        ".wh...",
        ".wh..",
        "a/.wh...",
        ".wh..wh..opq/../../canary/.wh.file",
    ] {
        let archive = Archive::new().dir("a").file(name, "");
        assert_eq!(
            unpack_archive(&archive).code(),
            "layer.unsafe-entry",
            "{name}"
        );
    }
}

/// A device 0:0 is a whiteout to overlayfs.
#[test]
fn a_device_that_overlayfs_would_take_for_its_own_is_refused() {
    require_root();
    let archive = Archive::new().member(&Header::new(b'3', "null").device(0, 0), b"");
    assert_eq!(unpack_archive(&archive).code(), "layer.unsafe-entry");
}

#[test]
fn attributes_cannot_speak_to_overlayfs() {
    require_root();
    let archive = Archive::new()
        .pax(&[
            ("SCHILY.xattr.trusted.overlay.opaque", b"y"),
            ("SCHILY.xattr.trusted.overlay.redirect", b"/etc"),
            ("SCHILY.xattr.security.selinux", b"x"),
            ("SCHILY.xattr.system.posix_acl_default", b"x"),
        ])
        .dir("a");
    let unpacking = unpack_archive(&archive);
    assert_eq!(
        unpacking.tree()[1..],
        [
            "a dir 0755 0:0 1000000 trusted.overlay.overlay.opaque=y trusted.overlay.overlay.redirect=/etc"
        ]
    );
    assert_eq!(unpacking.outcome.unwrap().dropped_xattrs, 2);
}

/// CVE-2025-62518 (TARmageddon): PAX says another size than the header, and a second archive hides in the difference.
#[test]
fn the_size_of_pax_counts_for_skipping_as_well() {
    require_root();
    let hidden = Archive::new().file("hidden", "x").open_end();
    let size = hidden.len().to_string();
    let archive = Archive::new()
        .pax(&[("size", size.as_bytes())])
        .member(&Header::new(b'0', "carrier").size(0), &hidden)
        .file("after", "");
    let tree = unpack_archive(&archive).tree();
    let names: Vec<_> = tree
        .iter()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert_eq!(names, [".", "after", "carrier"]);
}

#[test]
fn entries_without_data_must_not_announce_any() {
    require_root();
    for flag in *b"1234560" {
        let header = Header::new(flag, "x").link("y").device(1, 3).size(512);
        let archive = Archive::new().file("y", "").member(&header, &[0; 512]);
        let expected = if flag == b'0' { "ok" } else { "layer.bad-tar" };
        assert_eq!(
            unpack_archive(&archive).code(),
            expected,
            "{}",
            char::from(flag)
        );
    }
}

#[test]
fn a_replaced_parent_is_not_remembered() {
    require_root();
    let archive = Archive::new()
        .dir("a")
        .dir("a/b")
        .file("a/b/first", "")
        .symlink("a", "../canary")
        .file("a/b/second", "inside");
    let unpacking = unpack_archive(&archive);
    assert_eq!(unpacking.code(), "ok");
    assert!(
        unpacking
            .scratch
            .path()
            .join("root/canary/b/second")
            .exists()
    );
    assert!(!unpacking.scratch.path().join("root/a/b/first").exists());
}

#[test]
fn bombs_and_floods_end_at_their_limit() {
    require_root();
    let limits = Limits {
        uncompressed_bytes: 1 << 20,
        entries: 10,
        deferred_bytes: 1000,
        ..Limits::default()
    };
    let code = |archive: &Archive| unpack_blob(&archive.bytes(), &limits).code();
    let zeros = "\0".repeat(2 << 20);
    assert_eq!(
        code(&Archive::new().file("zeros", &zeros)),
        "layer.limit-exceeded"
    );
    let many = (0..11).fold(Archive::new(), |archive, n| {
        archive.file(&n.to_string(), "")
    });
    assert_eq!(code(&many), "layer.limit-exceeded");
    let whiteouts = (0..10).fold(Archive::new(), |a, n| {
        a.file(&format!("{}/.wh.{n}", "d".repeat(80)), "")
    });
    assert_eq!(code(&whiteouts), "layer.limit-exceeded");
    let sparse = Archive::new()
        .pax(&[
            ("GNU.sparse.major", b"0"),
            ("GNU.sparse.size", b"99999999999"),
            ("GNU.sparse.map", b""),
        ])
        .file("sparse", "");
    assert_eq!(code(&sparse), "layer.limit-exceeded");
    let huge_pax = Archive::new().member(&Header::new(b'x', "x").size(64 << 20), b"");
    assert_eq!(code(&huge_pax), "layer.limit-exceeded");
}

#[test]
fn a_gzip_bomb_is_stopped_by_its_ratio() {
    require_root();
    use std::io::Write;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let size: usize = 80 << 20;
    gzip.write_all(&Header::new(b'0', "zeros").size(size as u64).block())
        .unwrap();
    gzip.write_all(&vec![0; size]).unwrap();
    let limits = Limits {
        inflate_ratio: 100,
        ..Limits::default()
    };
    assert_eq!(
        unpack_blob(&gzip.finish().unwrap(), &limits).code(),
        "layer.limit-exceeded"
    );
}

#[test]
fn depth_is_limited_also_through_links() {
    require_root();
    // No path is longer than 41 levels, but through the link they add up.
    let deep = "d/".repeat(40);
    let archive = Archive::new()
        .dir(&deep)
        .symlink("jump", &deep)
        .file(&format!("jump/{deep}x"), "");
    let limits = Limits {
        depth: 60,
        ..Limits::default()
    };
    assert_eq!(
        unpack_blob(&archive.bytes(), &limits).code(),
        "layer.limit-exceeded"
    );
    assert_eq!(unpack_archive(&archive).code(), "ok");
}

#[test]
fn names_of_any_bytes_stay_bytes_and_are_escaped_in_messages() {
    require_root();
    let archive = Archive::new().file("new\nline\x1b[31m", "x");
    let unpacking = unpack_archive(&archive);
    assert!(
        unpacking
            .scratch
            .path()
            .join("root/new\nline\x1b[31m")
            .exists()
    );
    let mut header = Header::new(b'3', "");
    header.name = b"\xff\n\x1b".to_vec();
    let error = unpack_archive(&Archive::new().member(&header, b""))
        .outcome
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "entry \"\u{fffd}\\n\\u{1b}\": is the device 0:0"
    );
}

fn mtime(unpacking: &crate::support::Unpacking, path: &str) -> String {
    let metadata = std::fs::metadata(unpacking.scratch.path().join("root").join(path)).unwrap();
    std::os::unix::fs::MetadataExt::mtime(&metadata).to_string()
}
