//! The host's own DNS servers, from resolv.conf(5).

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

/// Servers that are asked in turn, as the C library does.
const MAX_SERVERS: usize = 3;
const DNS_PORT: u16 = 53;
/// The file is looked at again after this long.
const RECHECK: Duration = Duration::from_secs(1);
/// A longer file is none.
const MAX_FILE_BYTES: u64 = 64 * 1024;

/// The servers, kept in step with the file.
#[derive(Debug)]
pub(crate) struct Upstreams {
    path: PathBuf,
    servers: Vec<SocketAddr>,
    modified: Option<SystemTime>,
    checked: Option<Instant>,
}

impl Upstreams {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self {
            path,
            servers: Vec::new(),
            modified: None,
            checked: None,
        }
    }

    /// The servers in order of preference.
    pub(crate) fn servers(&mut self, now: Instant) -> &[SocketAddr] {
        if self.checked.is_none_or(|checked| now >= checked + RECHECK) {
            self.checked = Some(now);
            self.reload();
        }
        &self.servers
    }

    /// A file that cannot be read leaves the servers as they were: it is being replaced.
    fn reload(&mut self) {
        let Ok(metadata) = std::fs::metadata(&self.path) else {
            return;
        };
        let modified = metadata.modified().ok();
        if (modified.is_some() && modified == self.modified) || metadata.len() > MAX_FILE_BYTES {
            return;
        }
        if let Ok(text) = std::fs::read_to_string(&self.path) {
            self.servers = servers_of(&text);
            self.modified = modified;
        }
    }
}

fn servers_of(text: &str) -> Vec<SocketAddr> {
    let server = |line: &str| {
        let mut words = line.split_whitespace();
        let address = (words.next()? == "nameserver").then(|| words.next())??;
        address
            .parse()
            .ok()
            .map(|address: IpAddr| SocketAddr::new(address, DNS_PORT))
    };
    text.lines().filter_map(server).take(MAX_SERVERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_first_three_servers_and_nothing_else() {
        let text = "# nameserver 1.1.1.1\nsearch x\nnameserver 127.0.0.53\nnameserver\tfd00::1 # x\n\
                    nameserver bad\nnameserver 10.0.0.1\nnameserver 10.0.0.2\n";
        let servers: Vec<String> = servers_of(text).iter().map(ToString::to_string).collect();
        assert_eq!(servers, ["127.0.0.53:53", "[fd00::1]:53", "10.0.0.1:53"]);
    }
}
