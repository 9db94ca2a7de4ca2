//! A DNS client, and an upstream server.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, UdpSocket};
use std::os::fd::AsFd;
use std::path::Path;
use std::time::Duration;

use tsorch_dns::wire::{Name, Query};

use crate::host::inside;
use crate::process::Process;

pub(crate) const A: u16 = 1;
pub(crate) const PTR: u16 = 12;
pub(crate) const AAAA: u16 = 28;
pub(crate) const NO_ERROR: u8 = 0;
pub(crate) const SERVER_FAILURE: u8 = 2;
pub(crate) const NO_SUCH_NAME: u8 = 3;
pub(crate) const REFUSED: u8 = 5;

/// What a server said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) rcode: u8,
    pub(crate) is_truncated: bool,
    /// In any order.
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) ttls: Vec<u32>,
    /// Target of a PTR record, with dots.
    pub(crate) name: Option<String>,
}

/// The question as it goes over the wire.
pub(crate) fn question(name: &str, kind: u16) -> Vec<u8> {
    let mut bytes = vec![0x2b, 0x1d, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    bytes.extend_from_slice(Name::from_text(name).unwrap().as_bytes());
    bytes.extend_from_slice(&kind.to_be_bytes());
    bytes.extend_from_slice(&[0, 1]);
    bytes
}

/// Asks over UDP inside `netns`; `None` when nobody answers.
pub(crate) fn ask(netns: &Path, name: &str, kind: u16) -> Option<Answer> {
    let socket = client(netns);
    socket.send(&question(name, kind)).ok()?;
    let mut buffer = [0; 4096];
    let count = socket.recv(&mut buffer).ok()?;
    Some(read(&buffer[..count]))
}

pub(crate) fn client(netns: &Path) -> UdpSocket {
    let socket = inside(netns, || UdpSocket::bind("127.0.0.1:0").unwrap());
    socket.connect("127.0.0.11:53").unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(8)))
        .unwrap();
    socket
}

/// Asks several questions on one TCP connection.
pub(crate) fn ask_over_tcp(netns: &Path, questions: &[(&str, u16)]) -> Vec<Answer> {
    let mut stream = inside(netns, || TcpStream::connect("127.0.0.11:53").unwrap());
    stream
        .set_read_timeout(Some(Duration::from_secs(8)))
        .unwrap();
    for (name, kind) in questions {
        let bytes = question(name, *kind);
        stream
            .write_all(&u16::try_from(bytes.len()).unwrap().to_be_bytes())
            .unwrap();
        stream.write_all(&bytes).unwrap();
    }
    let mut answer = || {
        let mut length = [0; 2];
        stream.read_exact(&mut length).unwrap();
        let mut bytes = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut bytes).unwrap();
        read(&bytes)
    };
    questions.iter().map(|_| answer()).collect()
}

/// Addresses of a name, sorted.
pub(crate) fn addresses(netns: &Path, name: &str) -> Vec<String> {
    let answer = ask(netns, name, A).unwrap_or_else(|| panic!("no answer for {name}"));
    let mut addresses: Vec<String> = answer.addresses.iter().map(IpAddr::to_string).collect();
    addresses.sort();
    addresses
}

fn read(message: &[u8]) -> Answer {
    let word = |at: usize| u16::from_be_bytes([message[at], message[at + 1]]);
    let (_, mut at) = Name::read(message, 12).unwrap();
    at += 4;
    let mut answer = Answer {
        rcode: message[3] & 0xf,
        is_truncated: message[2] & 2 != 0,
        addresses: Vec::new(),
        ttls: Vec::new(),
        name: None,
    };
    for _ in 0..word(6) {
        assert_eq!(message[at], 0xc0);
        let (kind, length) = (word(at + 2), usize::from(word(at + 10)));
        let ttl = u32::from_be_bytes(message[at + 6..at + 10].try_into().unwrap());
        let data = &message[at + 12..at + 12 + length];
        answer.ttls.push(ttl);
        match kind {
            A => answer
                .addresses
                .push(Ipv4Addr::from(<[u8; 4]>::try_from(data).unwrap()).into()),
            AAAA => answer
                .addresses
                .push(Ipv6Addr::from(<[u8; 16]>::try_from(data).unwrap()).into()),
            PTR => {
                let (name, _) = Name::read(data, 0).unwrap();
                let labels: Vec<String> = name
                    .labels()
                    .map(|label| String::from_utf8_lossy(label).into_owned())
                    .collect();
                answer.name = Some(labels.join("."));
            }
            _ => {}
        }
        at += 12 + length;
    }
    answer
}

/// An upstream server: one A record for every name, except that names with `broken` in them fail.
pub(crate) fn serve_upstream(netns: &Path, address: &str, record: [u8; 4]) -> Process {
    let address: SocketAddr = address.parse().unwrap();
    let socket = inside(netns, || UdpSocket::bind(address).unwrap());
    let listener = inside(netns, || std::net::TcpListener::bind(address).unwrap());
    Process::with(&[socket.as_fd(), listener.as_fd()], || {
        let datagrams = socket.try_clone().unwrap();
        let listener = listener.try_clone().unwrap();
        std::thread::Builder::new()
            .spawn(move || {
                for mut stream in listener.incoming().flatten() {
                    let mut length = [0; 2];
                    let _ = stream.read_exact(&mut length);
                    let mut bytes = vec![0; usize::from(u16::from_be_bytes(length))];
                    let _ = stream.read_exact(&mut bytes);
                    let answer = upstream_answer(&bytes, record);
                    let _ = stream.write_all(&u16::try_from(answer.len()).unwrap().to_be_bytes());
                    let _ = stream.write_all(&answer);
                }
            })
            .unwrap();
        let mut buffer = [0; 2048];
        while let Ok((count, from)) = datagrams.recv_from(&mut buffer) {
            // Somebody guesses first: the wrong number must not be taken.
            let mut wrong = upstream_answer(&buffer[..count], [6, 6, 6, 6]);
            wrong[0] ^= 0xff;
            let _ = datagrams.send_to(&wrong, from);
            let _ = datagrams.send_to(&upstream_answer(&buffer[..count], record), from);
        }
    })
}

fn upstream_answer(query: &[u8], record: [u8; 4]) -> Vec<u8> {
    let parsed = Query::parse(query).unwrap();
    let is_broken = parsed.name.labels().any(|label| label == b"broken");
    let mut answer = query[..parsed.question_end].to_vec();
    answer[2] = 0x81;
    answer[3] = if is_broken { 0x82 } else { 0x80 };
    answer[6..12].copy_from_slice(&[0, u8::from(!is_broken), 0, 0, 0, 0]);
    if !is_broken {
        answer.extend_from_slice(&[0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
        answer.extend_from_slice(&record);
    }
    answer
}
