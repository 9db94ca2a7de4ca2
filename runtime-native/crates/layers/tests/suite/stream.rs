//! Compression, digests, and archives that end early.
use crate::support::archive::{Archive, Header};
use crate::support::scratch::Scratch;
use crate::support::{require_root, unpack_blob};
use proptest::prelude::*;
use std::fs::File;
use std::io::Write;
use tsorch_layers::{Digest, LayerError, Limits, UnpackRequest, Unpacked, unpack};

fn archive() -> Archive {
    Archive::new().dir("a").file("a/b", "content")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

fn unpacked(blob: &[u8]) -> Unpacked {
    require_root();
    unpack_blob(blob, &Limits::default()).outcome.unwrap()
}

fn code(blob: &[u8]) -> String {
    require_root();
    unpack_blob(blob, &Limits::default()).code()
}

#[test]
fn every_compression_gives_the_same_layer() {
    let tar = archive().bytes();
    let halves = tar.split_at(700);
    let skippable = [&[0x5a, 0x2a, 0x4d, 0x18, 4, 0, 0, 0][..], b"junk"].concat();
    for blob in [
        tar.clone(),
        gzip(&tar),
        [gzip(halves.0), gzip(halves.1)].concat(),
        zstd(&tar),
        [zstd(halves.0), skippable.clone(), zstd(halves.1)].concat(),
        [skippable, zstd(&tar)].concat(),
    ] {
        let unpacked = unpacked(&blob);
        assert_eq!((unpacked.diff_id, unpacked.entries), (Digest::of(&tar), 2));
    }
}

#[test]
fn an_empty_blob_is_an_empty_layer() {
    assert_eq!(unpacked(b"").entries, 0);
    assert_eq!(unpacked(&gzip(b"")).entries, 0);
    assert_eq!(unpacked(&[0; 1024]).entries, 0);
}

#[test]
fn the_diff_id_covers_what_stands_behind_the_archive() {
    let tar = [archive().bytes(), vec![7; 10_000]].concat();
    assert_eq!(unpacked(&gzip(&tar)).diff_id, Digest::of(&tar));
}

#[test]
fn an_archive_may_lack_its_final_blocks_but_no_data() {
    let open = archive().open_end();
    assert_eq!(unpacked(&open).entries, 2);
    assert_eq!(unpacked(&[&open[..], &[0; 512]].concat()).entries, 2);
    assert_eq!(code(&open[..open.len() - 1]), "layer.bad-tar");
    assert_eq!(code(&open[..1024 + 3]), "layer.bad-tar");
    let lone_zero_block = [&[0; 512][..], &open].concat();
    assert_eq!(code(&lone_zero_block), "layer.bad-tar");
}

#[test]
fn broken_and_foreign_compression_is_a_bad_layer() {
    let (gzip, zstd) = (gzip(&archive().bytes()), zstd(&archive().bytes()));
    for blob in [
        gzip[..gzip.len() - 5].to_vec(),
        zstd[..zstd.len() - 3].to_vec(),
        [&gzip[..], b"garbage"].concat(),
        b"BZh91AY&SY".to_vec(),
        b"\xfd7zXZ\0".to_vec(),
        b"<html>not a layer</html>".repeat(100),
    ] {
        assert_eq!(code(&blob), "layer.bad-tar");
    }
}

#[test]
fn extension_headers_must_belong_to_an_entry_and_stand_once() {
    let stray = Archive::new().pax(&[("path", b"x")]);
    assert_eq!(code(&stray.bytes()), "layer.bad-tar");
    let twice = Archive::new()
        .pax(&[("path", b"x")])
        .pax(&[("path", b"y")])
        .file("z", "");
    assert_eq!(code(&twice.bytes()), "layer.bad-tar");
    let unknown = Archive::new().member(&Header::new(b'Z', "x"), b"");
    assert_eq!(code(&unknown.bytes()), "layer.bad-tar");
    let global = Archive::new()
        .member(&Header::new(b'g', "x").size(0), b"")
        .file("a", "");
    assert_eq!(unpacked(&global.bytes()).entries, 1);
}

fn verified(blob: &[u8], change: impl FnOnce(&mut UnpackRequest)) -> Result<Unpacked, LayerError> {
    require_root();
    let scratch = Scratch::new();
    let path = scratch.path().join("blob");
    std::fs::write(&path, blob).unwrap();
    std::fs::create_dir(scratch.path().join("root")).unwrap();
    let mut request = UnpackRequest {
        blob: Digest::of(blob),
        size: blob.len() as u64,
        media_type: "application/vnd.oci.image.layer.v1.tar+gzip".into(),
        diff_id: Some(Digest::of(&archive().bytes())),
        limits: Limits::default(),
    };
    change(&mut request);
    let root = File::open(scratch.path().join("root")).unwrap();
    unpack(File::open(path).unwrap(), root.into(), &request)
}

#[test]
fn size_digest_and_diff_id_are_verified() {
    let blob = gzip(&archive().bytes());
    assert!(!verified(&blob, |_| {}).unwrap().wrong_media_type);
    let code = |outcome: Result<Unpacked, LayerError>| outcome.unwrap_err().code().to_string();
    assert_eq!(
        code(verified(&blob, |r| r.size += 1)),
        "content.size-mismatch"
    );
    assert_eq!(
        code(verified(&blob, |r| r.blob = Digest::of(b"x"))),
        "content.digest-mismatch"
    );
    let diff_id = Some(Digest::of(b"x"));
    assert_eq!(
        code(verified(&blob, |r| r.diff_id = diff_id)),
        "content.digest-mismatch"
    );
}

#[test]
fn damaged_bytes_are_called_wrong_bytes_and_not_a_bad_archive() {
    let mut blob = gzip(&archive().bytes());
    let announced = Digest::of(&blob);
    let middle = blob.len() / 2;
    blob[middle] ^= 0xff;
    let error = verified(&blob, |r| r.blob = announced).unwrap_err();
    assert_eq!(error.code().to_string(), "content.digest-mismatch");
}

#[test]
fn a_media_type_that_names_another_compression_is_reported_only() {
    let tar = archive().bytes();
    assert!(verified(&tar, |_| {}).unwrap().wrong_media_type);
    let zstd = zstd(&tar);
    let media_type = "application/vnd.oci.image.layer.v1.tar+zstd";
    assert!(
        !verified(&zstd, |r| r.media_type = media_type.into())
            .unwrap()
            .wrong_media_type
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn no_damage_to_an_archive_reaches_outside_or_ends_in_a_panic(
        at in 0_usize..4096, bits in 1_u8.., length in 0_usize..5000
    ) {
        let mut bytes = archive()
            .pax(&[("path", b"long/name"), ("SCHILY.xattr.user.x", b"v"), ("mtime", b"1.5")])
            .file("short", "data")
            .hard_link("h", "a/b")
            .symlink("s", "a")
            .bytes();
        let at = at % bytes.len();
        bytes[at] ^= bits;
        // A damaged header is nearly always told by its checksum; with a new one the fields themselves are tried.
        let start = at / 512 * 512;
        let mut block: [u8; 512] = bytes[start..start + 512].try_into().unwrap();
        if block != [0; 512] && length % 2 == 0 {
            crate::support::archive::seal(&mut block);
            bytes[start..start + 512].copy_from_slice(&block);
        }
        bytes.truncate(length.max(512));
        // `unpack_blob` watches the directory beside the root.
        let _ = unpack_blob(&bytes, &Limits::default());
    }
}
