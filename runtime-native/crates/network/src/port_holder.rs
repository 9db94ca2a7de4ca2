//! Which program holds a port of this host: for people, who then know what to stop.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

use crate::api::Protocol;

/// `nginx (pid 812)`; without a name when the program runs where we cannot see it.
pub(crate) fn describe(protocol: Protocol, address: IpAddr, port: u16) -> String {
    let inodes = sockets_on(protocol, address, port);
    find_process(&inodes).unwrap_or_else(|| "another program".to_owned())
}

/// Inodes of the sockets that keep others from binding `address`:`port`.
fn sockets_on(protocol: Protocol, address: IpAddr, port: u16) -> Vec<u64> {
    let tables: [&str; 2] = match protocol {
        Protocol::Tcp => ["/proc/net/tcp", "/proc/net/tcp6"],
        Protocol::Udp => ["/proc/net/udp", "/proc/net/udp6"],
    };
    let texts = tables
        .iter()
        .filter_map(|path| fs::read_to_string(path).ok());
    let mut found = Vec::new();
    for text in texts {
        let rows = text.lines().skip(1).filter_map(Row::parse);
        let holds = |row: &Row| {
            row.port == port && row.reaches(address) && (protocol == Protocol::Udp || !row.is_open)
        };
        found.extend(rows.filter(holds).map(|row| row.inode));
    }
    found
}

/// A line of /proc/net/tcp and its siblings.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    address: IpAddr,
    port: u16,
    /// A connection, which holds no port.
    is_open: bool,
    inode: u64,
}

impl Row {
    fn parse(line: &str) -> Option<Self> {
        const ESTABLISHED: &str = "01";
        const TIME_WAIT: &str = "06";
        let columns: Vec<&str> = line.split_whitespace().collect();
        let (address, port) = columns.get(1)?.split_once(':')?;
        Some(Self {
            address: address_of(address)?,
            port: u16::from_str_radix(port, 16).ok()?,
            is_open: [ESTABLISHED, TIME_WAIT].contains(columns.get(3)?),
            inode: columns.get(9)?.parse().ok()?,
        })
    }

    /// `::` without IPV6_V6ONLY holds the port for IPv4 too; the table does not tell, so it counts.
    fn reaches(&self, address: IpAddr) -> bool {
        let same_family = self.address.is_ipv4() == address.is_ipv4();
        let any = self.address.is_unspecified() && (same_family || self.address.is_ipv6());
        any || self.address == address || (address.is_unspecified() && same_family)
    }
}

/// Addresses stand there in words of 32 bits, each in the byte order of the machine.
fn address_of(hex: &str) -> Option<IpAddr> {
    let word = |at: usize| {
        let digits = hex.get(at * 8..at * 8 + 8)?;
        u32::from_str_radix(digits, 16).ok().map(u32::to_ne_bytes)
    };
    match hex.len() {
        8 => Some(Ipv4Addr::from(word(0)?).into()),
        32 => {
            let words: Option<Vec<[u8; 4]>> = (0..4).map(word).collect();
            let octets: [u8; 16] = words?.concat().try_into().ok()?;
            let v6 = Ipv6Addr::from(octets);
            Some(v6.to_ipv4_mapped().map_or(IpAddr::V6(v6), IpAddr::V4))
        }
        _ => None,
    }
}

fn find_process(inodes: &[u64]) -> Option<String> {
    let names: Vec<String> = inodes
        .iter()
        .map(|inode| format!("socket:[{inode}]"))
        .collect();
    for entry in fs::read_dir("/proc").ok()?.flatten() {
        let pid = entry.file_name().into_string().ok()?;
        if pid.bytes().all(|byte| byte.is_ascii_digit()) && holds_one(&entry.path(), &names) {
            let name = fs::read_to_string(entry.path().join("comm")).unwrap_or_default();
            return Some(format!("{} (pid {pid})", name.trim()));
        }
    }
    None
}

fn holds_one(process: &Path, names: &[String]) -> bool {
    let Ok(descriptors) = fs::read_dir(process.join("fd")) else {
        return false;
    };
    descriptors.flatten().any(|descriptor| {
        fs::read_link(descriptor.path())
            .ok()
            .and_then(|link| link.into_os_string().into_string().ok())
            .is_some_and(|link| names.contains(&link))
    })
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, UdpSocket};

    use super::*;

    #[test]
    fn names_the_program_that_listens() {
        let pid = format!("(pid {})", std::process::id());
        let tcp = TcpListener::bind("0.0.0.0:0").unwrap();
        let port = tcp.local_addr().unwrap().port();
        let found = describe(Protocol::Tcp, Ipv4Addr::LOCALHOST.into(), port);
        assert!(found.ends_with(&pid), "{found}");
        let udp = UdpSocket::bind("[::1]:0").unwrap();
        let port = udp.local_addr().unwrap().port();
        let found = describe(Protocol::Udp, Ipv6Addr::UNSPECIFIED.into(), port);
        assert!(found.ends_with(&pid), "{found}");
        assert_eq!(
            describe(Protocol::Tcp, Ipv4Addr::LOCALHOST.into(), 1),
            "another program"
        );
    }

    #[test]
    fn reads_the_kernels_tables() {
        let line = "  0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4711 1 x";
        let row = Row::parse(line).unwrap();
        assert_eq!((row.port, row.is_open, row.inode), (8080, false, 4711));
        if cfg!(target_endian = "little") {
            assert_eq!(row.address, IpAddr::V4(Ipv4Addr::LOCALHOST));
        }
        assert_eq!(Row::parse("garbage"), None);
    }
}
