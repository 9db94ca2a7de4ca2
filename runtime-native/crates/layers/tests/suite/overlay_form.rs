//! Whiteouts and opaque directories as overlayfs reads them (image-spec layer.md; images.md 3.4, L2 to L8).
use crate::support::archive::Archive;
use crate::support::{Unpacking, require_root, unpack_archive};

/// Tree without times and the root's line.
fn shape(archive: &Archive) -> Vec<String> {
    require_root();
    let unpacking = unpack_archive(archive);
    assert_eq!(unpacking.code(), "ok");
    short(&unpacking)
}

fn short(unpacking: &Unpacking) -> Vec<String> {
    let keep = |line: &String| {
        let words: Vec<&str> = line.split(' ').collect();
        let attributes = words.iter().filter(|w| w.starts_with("trusted."));
        let kind = if words[1] == "char" {
            &words[1..3]
        } else {
            &words[1..2]
        };
        [&words[..1], kind, &attributes.copied().collect::<Vec<_>>()]
            .concat()
            .join(" ")
    };
    unpacking.tree().iter().map(keep).collect()
}

#[test]
fn a_whiteout_is_the_device_0_0_and_its_parents_are_made() {
    assert_eq!(
        shape(&Archive::new().file("etc/.wh.passwd", "")),
        [". dir", "etc dir", "etc/passwd char 0:0"]
    );
}

#[test]
fn an_opaque_directory_carries_the_attribute() {
    assert_eq!(
        shape(
            &Archive::new()
                .dir("a")
                .file("a/.wh..wh..opq", "")
                .file("a/b", "")
        ),
        [". dir", "a dir trusted.overlay.opaque=y", "a/b file"]
    );
    assert_eq!(
        shape(&Archive::new().file("a/b/.wh..wh..opq", "")),
        [". dir", "a dir", "a/b dir trusted.overlay.opaque=y"]
    );
}

#[test]
fn a_whiteout_speaks_of_lower_layers_wherever_it_stands() {
    let expected = [". dir", "a file"];
    assert_eq!(
        shape(&Archive::new().file(".wh.a", "").file("a", "x")),
        expected
    );
    assert_eq!(
        shape(&Archive::new().file("a", "x").file(".wh.a", "")),
        expected
    );
    assert_eq!(
        shape(&Archive::new().symlink("a", "b").file(".wh.a", "")),
        [". dir", "a link"]
    );
}

#[test]
fn a_whiteout_of_a_directory_that_the_layer_has_makes_it_opaque() {
    let expected = [". dir", "a dir trusted.overlay.opaque=y", "a/b file"];
    assert_eq!(
        shape(&Archive::new().file(".wh.a", "").dir("a").file("a/b", "")),
        expected
    );
    assert_eq!(
        shape(&Archive::new().dir("a").file("a/b", "").file(".wh.a", "")),
        expected
    );
}

#[test]
fn a_whiteout_within_an_opaque_directory_is_dropped() {
    let opaque = [". dir", "a dir trusted.overlay.opaque=y", "a/b dir"];
    for archive in [
        Archive::new()
            .dir("a")
            .file("a/.wh..wh..opq", "")
            .dir("a/b")
            .file("a/b/.wh.c", ""),
        Archive::new()
            .dir("a/b")
            .file("a/b/.wh.c", "")
            .file("a/.wh.x", "")
            .file("a/.wh..wh..opq", ""),
    ] {
        assert_eq!(shape(&archive), opaque);
    }
}

#[test]
fn an_opaque_root_is_told_because_overlayfs_has_no_mark_for_it() {
    require_root();
    let unpacking = unpack_archive(&Archive::new().file(".wh..wh..opq", "").file("a", ""));
    assert!(unpacking.outcome.as_ref().unwrap().opaque_root);
    assert_eq!(short(&unpacking), [". dir", "a file"]);
}

#[test]
fn bookkeeping_of_aufs_leaves_no_trace() {
    let archive = Archive::new()
        .file(".wh..wh.aufs", "")
        .dir(".wh..wh.plnk")
        .file(".wh..wh.plnk/1.2", "")
        .dir("a");
    assert_eq!(shape(&archive), [". dir", "a dir"]);
}

#[test]
fn a_whiteout_with_content_or_of_another_type_counts_too() {
    assert_eq!(
        shape(&Archive::new().file(".wh.a", "data")),
        [". dir", "a char 0:0"]
    );
    assert_eq!(
        shape(&Archive::new().dir(".wh.a/")),
        [". dir", "a char 0:0"]
    );
}

#[test]
fn a_whiteout_without_a_name_is_an_error() {
    require_root();
    assert_eq!(
        unpack_archive(&Archive::new().file("a/.wh.", "")).code(),
        "layer.bad-tar"
    );
}

#[test]
fn implied_directories_are_counted() {
    require_root();
    let unpacking = unpack_archive(&Archive::new().file("a/b/c", "").dir("a").file("d/e", ""));
    assert_eq!(unpacking.outcome.unwrap().implied_directories, 3);
}
