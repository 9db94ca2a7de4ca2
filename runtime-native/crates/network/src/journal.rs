//! The journal: `<run-dir>/net/journal`, one record per change, appended before the change is made in the kernel.
//!
//! A record is 4 bytes length, 4 bytes checksum (both big endian), then JSON. The first one names the boot: what the
//! kernel forgets at a reboot is forgotten here too. A record that is cut off or damaged ends the journal; it was never
//! acted upon. When it has grown to many times the state, it is written anew beside the old one and renamed over it.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::state::{Record, State};

const VERSION: u32 = 1;
const FRAME_BYTES: usize = 8;
/// Longer than a whole protocol frame: a longer one is damage.
const MAX_RECORD_BYTES: usize = 2 << 20;
/// Records beyond those of the state before the journal is written anew.
const SLACK_RECORDS: usize = 1000;
const MODE: u32 = 0o600;

/// The first record.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    version: u32,
    boot: String,
}

/// The open journal. It lies on a tmpfs: nothing is fsynced.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    boot: String,
    file: File,
    /// End of the last good record.
    length: u64,
    records: usize,
}

impl Journal {
    /// Reads what is there and starts anew from it. Another boot's journal, or none, is an empty state.
    pub(crate) fn open(path: PathBuf, boot: String) -> Result<(Self, State), Errno> {
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(errno_of(&error)),
        };
        let state = replay(&bytes, &boot);
        let journal = Self::write_anew(path, boot, &state)?;
        Ok((journal, state))
    }

    /// Appends records in one write. After an error none of them counts.
    pub(crate) fn append(&mut self, records: &[Record], state: &State) -> Result<(), Errno> {
        if self.records > SLACK_RECORDS + 4 * state.record_count() {
            *self = Self::write_anew(self.path.clone(), self.boot.clone(), state)?;
        }
        let mut bytes = Vec::new();
        for record in records {
            bytes.extend(encode(record)?);
        }
        if let Err(error) = self.file.write_all_at(&bytes, self.length) {
            // Part of a record may stand there: cut it off so that the next one follows the last good one.
            let _ = self.file.set_len(self.length);
            return Err(errno_of(&error));
        }
        self.length += bytes.len() as u64;
        self.records += records.len();
        Ok(())
    }

    fn write_anew(path: PathBuf, boot: String, state: &State) -> Result<Self, Errno> {
        let mut bytes = encode(&Header {
            version: VERSION,
            boot: boot.clone(),
        })?;
        let records = state.records();
        for record in &records {
            bytes.extend(encode(record)?);
        }
        let beside = path.with_extension("new");
        let file = write_file(&beside, &bytes).map_err(|error| errno_of(&error))?;
        std::fs::rename(&beside, &path).map_err(|error| errno_of(&error))?;
        Ok(Self {
            path,
            boot,
            file,
            length: bytes.len() as u64,
            records: records.len(),
        })
    }
}

fn write_file(path: &Path, bytes: &[u8]) -> std::io::Result<File> {
    let mut options = File::options();
    let mut file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(MODE)
        .open(path)?;
    file.write_all(bytes)?;
    Ok(file)
}

fn replay(bytes: &[u8], boot: &str) -> State {
    let mut state = State::default();
    let mut rest = bytes;
    let header = next_record(&mut rest).and_then(|json| serde_json::from_slice(json).ok());
    if header
        != Some(Header {
            version: VERSION,
            boot: boot.to_owned(),
        })
    {
        return state;
    }
    while let Some(json) = next_record(&mut rest) {
        let Ok(record) = serde_json::from_slice(json) else {
            break;
        };
        state.apply(record);
    }
    state
}

/// Takes one whole record off `rest`.
fn next_record<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let (sum, after) = after.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    if length > MAX_RECORD_BYTES {
        return None;
    }
    let json = after.get(..length)?;
    *rest = after.get(length..)?;
    (checksum(json) == *sum).then_some(json)
}

fn encode(record: &impl Serialize) -> Result<Vec<u8>, Errno> {
    let mut bytes = vec![0; FRAME_BYTES];
    serde_json::to_writer(&mut bytes, record).map_err(|_| Errno::INVAL)?;
    let json = &bytes[FRAME_BYTES..];
    let length = u32::try_from(json.len()).map_err(|_| Errno::TOOBIG)?;
    let sum = checksum(json);
    bytes[..4].copy_from_slice(&length.to_be_bytes());
    bytes[4..FRAME_BYTES].copy_from_slice(&sum);
    Ok(bytes)
}

fn checksum(json: &[u8]) -> [u8; 4] {
    let digest: [u8; 32] = Sha256::digest(json).into();
    let [a, b, c, d, ..] = digest;
    [a, b, c, d]
}

fn errno_of(error: &std::io::Error) -> Errno {
    Errno::from_io_error(error).unwrap_or(Errno::IO)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::names::{ContainerId, Owner};
    use crate::state::{AttachmentRecord, OwnerRecord, Phase};

    fn owner(name: &str, digest: &str) -> Record {
        Record::Owner(OwnerRecord {
            owner: Owner::parse(name).unwrap(),
            digest: digest.to_owned(),
            ready: Vec::new(),
            names: Vec::new(),
            ports: Vec::new(),
        })
    }

    fn attachment(id: &str) -> Record {
        Record::Attachment(AttachmentRecord {
            id: ContainerId::parse(id).unwrap(),
            stack: "shop".to_owned(),
            phase: Phase::Done,
            interfaces: Vec::new(),
        })
    }

    fn history() -> Vec<Record> {
        let gone = ContainerId::parse("a").unwrap();
        vec![
            attachment("a"),
            owner("s/w", "1"),
            attachment("b"),
            Record::Detached(gone),
            owner("s/w", "2"),
        ]
    }

    fn state_of(records: &[Record]) -> State {
        let mut state = State::default();
        records
            .iter()
            .cloned()
            .for_each(|record| state.apply(record));
        state
    }

    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("tsorch-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn remembers_the_sum_of_its_records_until_the_next_boot() {
        let scratch = Scratch::new("journal-sum");
        let path = scratch.0.join("journal");
        let (mut journal, mut state) = Journal::open(path.clone(), "one".to_owned()).unwrap();
        for record in history() {
            journal
                .append(std::slice::from_ref(&record), &state)
                .unwrap();
            state.apply(record);
        }
        drop(journal);
        let (_, again) = Journal::open(path.clone(), "one".to_owned()).unwrap();
        assert_eq!(again, state);
        assert_eq!(again, state_of(&history()));
        let (_, other_boot) = Journal::open(path, "two".to_owned()).unwrap();
        assert_eq!(other_boot, State::default());
    }

    #[test]
    fn is_written_anew_when_it_has_grown() {
        let scratch = Scratch::new("journal-grown");
        let path = scratch.0.join("journal");
        let (mut journal, mut state) = Journal::open(path.clone(), "one".to_owned()).unwrap();
        for number in 0..2500 {
            let record = owner("s/w", &number.to_string());
            journal
                .append(std::slice::from_ref(&record), &state)
                .unwrap();
            state.apply(record);
        }
        assert!(journal.records < 1500);
        assert_eq!(Journal::open(path, "one".to_owned()).unwrap().1, state);
    }

    #[test]
    fn a_torn_tail_costs_only_the_torn_record() {
        let records = history();
        let mut bytes = encode(&Header {
            version: VERSION,
            boot: "one".to_owned(),
        })
        .unwrap();
        let mut ends = vec![bytes.len()];
        for record in &records {
            bytes.extend(encode(record).unwrap());
            ends.push(bytes.len());
        }
        for cut in ends[0]..=bytes.len() {
            let whole = ends.iter().filter(|end| **end <= cut).count() - 1;
            assert_eq!(
                replay(&bytes[..cut], "one"),
                state_of(&records[..whole]),
                "cut at {cut}"
            );
        }
    }

    proptest! {
        #[test]
        fn reads_any_bytes_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            replay(&bytes, "one");
        }

        #[test]
        fn a_flipped_bit_never_gives_a_record_that_was_not_written(at in 0usize..400, bit in 0u8..8) {
            let records = history();
            let mut bytes = encode(&Header { version: VERSION, boot: "one".to_owned() }).unwrap();
            for record in &records {
                bytes.extend(encode(record).unwrap());
            }
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
            let found = replay(&bytes, "one");
            prop_assert!((0..=records.len()).any(|count| state_of(&records[..count]) == found));
        }
    }
}
