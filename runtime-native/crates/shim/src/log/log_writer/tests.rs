use super::{LogLimits, LogWriter};
use crate::output::OutputStream;
use crate::scratch_dir::ScratchDir;
use std::fs;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

const UNLIMITED: LogLimits = LogLimits {
    max_bytes: 0,
    max_files: 1,
};

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

#[test]
fn writes_entries_of_both_streams_in_the_cri_format() {
    let dir = ScratchDir::new();
    let mut log = LogWriter::open(dir.path(), UNLIMITED).unwrap();
    let time = UNIX_EPOCH + Duration::from_millis(1500);
    log.write(OutputStream::Stdout, b"one\ntw", time);
    log.write(OutputStream::Stderr, b"oops\n", time);
    log.flush_partial(time);
    log.write(OutputStream::Stdout, b"o", time);
    log.end_lines(time);
    let stamp = "1970-01-01T00:00:01.500000000Z";
    assert_eq!(
        text(&dir.path().join("container.log")),
        format!(
            "{stamp} stdout F one\n{stamp} stderr F oops\n{stamp} stdout P tw\n{stamp} stdout F o\n"
        )
    );
}

#[test]
fn keeps_within_size_times_files_and_loses_only_the_oldest() {
    let dir = ScratchDir::new();
    let limits = LogLimits {
        max_bytes: 1000,
        max_files: 3,
    };
    let mut log = LogWriter::open(dir.path(), limits).unwrap();
    let lines: Vec<String> = (0..500).map(|number| format!("line {number}")).collect();
    log.write(
        OutputStream::Stdout,
        (lines.join("\n") + "\n").as_bytes(),
        UNIX_EPOCH,
    );

    let mut kept = String::new();
    for name in ["container.log.2", "container.log.1", "container.log"] {
        let part = text(&dir.path().join(name));
        assert!(
            part.len() <= 1000 && part.ends_with('\n'),
            "{name}: {}",
            part.len()
        );
        kept += &part;
    }
    assert!(!dir.path().join("container.log.3").exists());
    let tail: Vec<&str> = kept.lines().map(|line| &line[40..]).collect();
    assert!(tail.len() > 40, "{}", tail.len());
    assert_eq!(tail, lines[lines.len() - tail.len()..]);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(16))]

    #[test]
    fn loses_no_byte_of_any_output_over_rotations(
        pieces in proptest::collection::vec((1_usize..200, 0_usize..100), 1..10),
        max_bytes in 2_000_u64..20_000,
    ) {
        let dir = ScratchDir::new();
        let limits = LogLimits { max_bytes, max_files: 200 };
        let mut log = LogWriter::open(dir.path(), limits).unwrap();
        let mut written = Vec::new();
        for (length, count) in pieces {
            // Lines of one length, cut in the middle of the last.
            let line = [vec![b'x'; length], b"\n".to_vec()].concat();
            let mut piece = line.repeat(count);
            piece.truncate(piece.len().saturating_sub(length / 2));
            log.write(OutputStream::Stdout, &piece, UNIX_EPOCH);
            written.extend_from_slice(&piece);
        }
        log.end_lines(UNIX_EPOCH);
        if written.last().is_some_and(|byte| *byte != b'\n') {
            written.push(b'\n');
        }
        proptest::prop_assert!(output_in(dir.path()) == written);
    }
}

/// All entries of all files put together again.
fn output_in(dir: &Path) -> Vec<u8> {
    let mut output = Vec::new();
    for number in (0..fs::read_dir(dir).unwrap().count()).rev() {
        let name = crate::log::log_file::rotated_name(u32::try_from(number).unwrap());
        for line in text(&dir.join(name)).lines() {
            let (prefix, text) = line.split_at("1970-01-01T00:00:00.000000000Z stdout F ".len());
            output.extend_from_slice(text.as_bytes());
            if prefix.ends_with("F ") {
                output.push(b'\n');
            }
        }
    }
    output
}

#[test]
fn one_file_begins_anew_when_it_is_full() {
    let dir = ScratchDir::new();
    let limits = LogLimits {
        max_bytes: 100,
        max_files: 1,
    };
    let mut log = LogWriter::open(dir.path(), limits).unwrap();
    log.write(OutputStream::Stdout, b"a\nb\nc\n", UNIX_EPOCH);
    assert!(text(&dir.path().join("container.log")).ends_with("stdout F c\n"));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn goes_on_behind_a_line_that_was_cut_short() {
    let dir = ScratchDir::new();
    let path = dir.path().join("container.log");
    fs::write(&path, "1970-01-01T00:00:00.000000000Z stdo").unwrap();
    let mut log = LogWriter::open(dir.path(), UNLIMITED).unwrap();
    log.write(OutputStream::Stdout, b"next\n", UNIX_EPOCH);
    assert_eq!(
        text(&path).lines().last().unwrap(),
        "1970-01-01T00:00:00.000000000Z stdout F next"
    );
}

#[test]
fn refuses_a_log_that_is_a_symlink() {
    let dir = ScratchDir::new();
    let target = dir.path().join("target");
    fs::write(&target, "").unwrap();
    std::os::unix::fs::symlink(&target, dir.path().join("container.log")).unwrap();
    assert!(LogWriter::open(dir.path(), UNLIMITED).is_err());
}
