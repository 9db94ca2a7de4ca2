//! Reading control files that may not exist, into one buffer.

use rustix::fs::OFlags;
use rustix::io::Errno;

use crate::error::CgroupError;
use crate::file;
use crate::node::Node;

/// Larger than every file that is read here, but for the list of devices of a big host.
const BUFFER_BYTES: usize = 16 << 10;
/// More than this is no control file.
const LIMIT: usize = 4 << 20;

/// Reads one file after the other.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    buffer: Vec<u8>,
}

impl Reader {
    /// The file's text; `None` when the kernel does not have it: not built in, switched off, or never for a root group.
    pub(crate) fn text(&mut self, node: &Node, name: &str) -> Result<Option<&str>, CgroupError> {
        let length = match self.fill(node, name) {
            Ok(length) => length,
            Err(Errno::NOENT | Errno::OPNOTSUPP | Errno::ACCESS | Errno::PERM) => return Ok(None),
            Err(errno) => return Err(failed(node, name, errno)),
        };
        let text = self.buffer.get(..length).unwrap_or_default();
        let text = std::str::from_utf8(text).map_err(|_| failed(node, name, Errno::ILSEQ))?;
        Ok(Some(text))
    }

    /// The one number that is in the file; `None` also for `max`.
    pub(crate) fn number(&mut self, node: &Node, name: &str) -> Result<Option<u64>, CgroupError> {
        let text = self.text(node, name)?;
        Ok(text.and_then(|text| text.trim_end().parse().ok()))
    }

    /// A control file is made anew for each read from its beginning and comes whole; a short read is its end.
    fn fill(&mut self, node: &Node, name: &str) -> Result<usize, Errno> {
        let fd = file::open(&node.dir, name, OFlags::RDONLY)?;
        self.buffer.resize(self.buffer.len().max(BUFFER_BYTES), 0);
        let mut length = 0;
        loop {
            let free = &mut self.buffer[length..];
            let room = free.len();
            let count = rustix::io::retry_on_intr(|| rustix::io::read(&fd, &mut *free))?;
            length += count;
            if count < room {
                return Ok(length);
            }
            if length > LIMIT {
                return Err(Errno::FBIG);
            }
            self.buffer.resize(length * 2, 0);
        }
    }
}

/// Calls `take` with the key and the number of each `key number` line.
pub(crate) fn each_number(text: &str, mut take: impl FnMut(&str, u64)) {
    for line in text.lines() {
        let Some((key, number)) = line.split_once(' ') else {
            continue;
        };
        if let Ok(number) = number.trim().parse() {
            take(key, number);
        }
    }
}

fn failed(node: &Node, name: &str, errno: Errno) -> CgroupError {
    CgroupError::Read {
        path: node.place.display().to_string(),
        file: name.to_owned(),
        errno,
    }
}

#[cfg(test)]
mod tests {
    use super::each_number;

    #[test]
    fn leaves_out_lines_that_are_no_pair() {
        let mut found = Vec::new();
        each_number("a 1\nb\nc x\n\nd 18446744073709551615\n", |key, number| {
            found.push((key.to_owned(), number));
        });
        assert_eq!(found, [("a".to_owned(), 1), ("d".to_owned(), u64::MAX)]);
    }
}
