use super::{LogNews, LogSettings, LogWriter, WhenFull};
use crate::log::log_reader::LogPart;
use crate::log::log_settings::LogLimits;
use crate::output::OutputStream;
use crate::scratch_dir::ScratchDir;
use rustix::io::Errno;
use std::fs;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

const UNLIMITED: LogSettings = limited(0, 1);

const fn limited(max_bytes: u64, max_files: u32) -> LogSettings {
    LogSettings {
        is_kept: true,
        limits: LogLimits {
            max_bytes,
            max_files,
            max_age: None,
        },
        when_full: WhenFull::Block,
    }
}

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
    let limits = limited(1000, 3);
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
        let limits = limited(max_bytes, 200);
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
    let limits = limited(100, 1);
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

#[test]
fn a_rotation_follows_no_link_under_the_names_of_the_log() {
    let dir = ScratchDir::new();
    let victim = dir.path().join("victim");
    fs::write(&victim, "the host's").unwrap();
    let link = |name: &str| std::os::unix::fs::symlink(&victim, dir.path().join(name)).unwrap();
    let mut log = LogWriter::open(dir.path(), limited(100, 3)).unwrap();
    for round in 0..20 {
        for name in ["container.log.1", "container.log.2", "container.log.3"] {
            let _ = fs::remove_file(dir.path().join(name));
            link(name);
        }
        if round % 5 == 4 {
            // In the moment between two files there is no `container.log`.
            fs::remove_file(dir.path().join("container.log")).unwrap();
            link("container.log");
        }
        log.write(OutputStream::Stdout, &[b'x'; 70], UNIX_EPOCH);
        log.write(OutputStream::Stdout, b"\n", UNIX_EPOCH);
    }
    assert_eq!(text(&victim), "the host's");
    let mut reader = log.reader().unwrap();
    let mut buffer = [0; 4096];
    while let LogPart::Output(pieces) = log.read(&mut reader, &mut buffer) {
        let is_ours = |bytes: &[u8]| bytes.iter().all(|byte| b"x\n".contains(byte));
        assert!(pieces.iter().all(|(_, bytes)| is_ours(bytes)), "{pieces:?}");
    }
}

#[test]
fn a_log_that_is_a_pipe_or_a_directory_is_refused_at_once() {
    let dir = ScratchDir::new();
    let path = dir.path().join("container.log");
    let pipe = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(pipe.unwrap().success());
    assert!(LogWriter::open(dir.path(), UNLIMITED).is_err());
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(LogWriter::open(dir.path(), UNLIMITED).is_err());
}

#[test]
fn a_file_that_is_too_old_is_put_aside() {
    let dir = ScratchDir::new();
    let mut settings = limited(0, 3);
    settings.limits.max_age = Some(Duration::from_secs(3600));
    let mut log = LogWriter::open(dir.path(), settings).unwrap();
    for minutes in [0, 59, 61] {
        let time = UNIX_EPOCH + Duration::from_secs(minutes * 60);
        log.write(OutputStream::Stdout, b"line\n", time);
    }
    let lines = |name: &str| text(&dir.path().join(name)).lines().count();
    assert_eq!((lines("container.log.1"), lines("container.log")), (2, 1));
}

#[test]
fn output_that_waits_for_the_disk_is_bounded_and_a_line_counts_what_is_lost() {
    let dir = ScratchDir::new();
    let settings = LogSettings {
        when_full: WhenFull::Drop(1000),
        ..UNLIMITED
    };
    let mut log = LogWriter::open(dir.path(), settings).unwrap();
    log.write(OutputStream::Stdout, b"first\nunfinis", UNIX_EPOCH);
    log.block(Errno::NOSPC);
    for number in 100..200 {
        let line = format!("line {number}\n");
        log.write(OutputStream::Stdout, line.as_bytes(), UNIX_EPOCH);
    }
    assert!(log.is_blocked() && !log.holds_up());
    log.retry();
    assert!(!log.is_blocked());

    let text = text(&dir.path().join("container.log"));
    let texts: Vec<&str> = text.lines().map(|line| &line[31..]).collect();
    let kept = texts.len() - 3;
    let lost = u64::try_from((100 - kept) * "line 100\n".len()).unwrap();
    assert!((10..20).contains(&kept), "{texts:#?}");
    assert_eq!(texts[..2], ["stdout F first", "stdout F unfinis"]);
    let gap = format!("stderr F tsorch: {lost} bytes of output were dropped: the disk was full");
    assert_eq!(texts[2], gap);
    assert_eq!(texts[3], format!("stdout F line {}", 200 - kept));
    assert_eq!(texts.last(), Some(&"stdout F line 199"));
    let news = [LogNews::Blocked(Errno::NOSPC), LogNews::Gap(lost)];
    assert_eq!(log.take_news(), news);
}

#[test]
fn what_waits_for_the_disk_is_lost_with_nobody_by_default() {
    let dir = ScratchDir::new();
    let mut log = LogWriter::open(dir.path(), UNLIMITED).unwrap();
    log.block(Errno::NOSPC);
    log.write(OutputStream::Stdout, b"one\n", UNIX_EPOCH);
    log.block(Errno::NOSPC);
    assert!(log.holds_up());
    log.retry();
    assert!(text(&dir.path().join("container.log")).ends_with("stdout F one\n"));
    assert_eq!(log.take_news(), [LogNews::Blocked(Errno::NOSPC)]);
}

#[test]
fn a_log_that_is_not_kept_has_no_file_until_it_is() {
    let dir = ScratchDir::new();
    let off = LogSettings {
        is_kept: false,
        ..UNLIMITED
    };
    let mut log = LogWriter::open(dir.path(), off).unwrap();
    log.write(OutputStream::Stdout, b"unseen\nbegin", UNIX_EPOCH);
    assert!(log.reopen().is_ok() && !log.is_holding());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    log.set(UNLIMITED);
    log.write(OutputStream::Stdout, b"seen\n", UNIX_EPOCH);
    log.set(off);
    log.write(OutputStream::Stdout, b"unseen\n", UNIX_EPOCH);
    let text = text(&dir.path().join("container.log"));
    assert!(
        text.lines().count() == 1 && text.ends_with(" seen\n"),
        "{text}"
    );
}

#[test]
fn a_smaller_limit_counts_at_once_and_after_a_restart() {
    let dir = ScratchDir::new();
    let mut log = LogWriter::open(dir.path(), limited(1000, 5)).unwrap();
    log.write(
        OutputStream::Stdout,
        "line\n".repeat(500).as_bytes(),
        UNIX_EPOCH,
    );
    let files = || fs::read_dir(dir.path()).unwrap().count();
    assert_eq!(files(), 5);
    log.set(limited(1000, 4));
    assert_eq!(files(), 4);
    drop(log);
    LogWriter::open(dir.path(), limited(1000, 2)).unwrap();
    assert_eq!(files(), 2);
}
