//! Things that talk: servers in containers, another machine on the host's link, clients.

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::host::{command, eventually, inside};
use crate::process::Process;

/// What must come: a busy host may send a handshake's first packet twice.
const PATIENCE: Duration = Duration::from_secs(10);
/// What must not come.
const DOUBT: Duration = Duration::from_secs(2);

/// The host's address on the link, and the other machine's.
pub(crate) const HOST4: &str = "192.0.2.1";
pub(crate) const MACHINE4: &str = "192.0.2.9";
pub(crate) const HOST6: &str = "2001:db8::1";
pub(crate) const MACHINE6: &str = "2001:db8::9";

/// Another machine on a link of the host, which is the host's default route.
pub(crate) struct Machine {
    process: Process,
}

impl Machine {
    pub(crate) fn connect() -> Self {
        let process = Process::run(|| {
            crate::host::new_network();
            loop {
                crate::host::pause(900);
            }
        });
        let pid = process.pid();
        let own = std::fs::read_link("/proc/self/ns/net").unwrap();
        let netns = PathBuf::from(format!("/proc/{pid}/ns/net"));
        eventually("a namespace of its own", || {
            std::fs::read_link(&netns).unwrap() != own
                && inside(&netns, || command("ip -o address show lo")).contains("127.0.0.1")
        });
        for line in [
            format!("ip link add uplink type veth peer name link0 netns {pid}"),
            format!("ip address add {HOST4}/24 dev uplink"),
            format!("ip -6 address add {HOST6}/64 dev uplink nodad"),
            "ip link set uplink up".to_owned(),
            format!("nsenter -t {pid} -n ip address add {MACHINE4}/24 dev link0"),
            format!("nsenter -t {pid} -n ip -6 address add {MACHINE6}/64 dev link0 nodad"),
            format!("nsenter -t {pid} -n ip link set link0 up"),
            format!("ip route add default via {MACHINE4}"),
        ] {
            command(&line);
        }
        // The kernel tells of a new link when it comes to it, and asks a second later for a neighbour that it missed.
        for address in [format!("{MACHINE4}:9"), format!("[{MACHINE6}]:9")] {
            eventually("the other machine is there", || {
                connect(None, &address).is_err_and(|kind| kind == ErrorKind::ConnectionRefused)
            });
        }
        Self { process }
    }

    pub(crate) fn netns(&self) -> PathBuf {
        PathBuf::from(format!("/proc/{}/ns/net", self.process.pid()))
    }
}

/// A TCP server in `netns` that says its name and its client's address, then echoes until the end.
pub(crate) fn serve_tcp(netns: &Path, address: &str, name: &str) -> Process {
    let listener = inside(netns, || TcpListener::bind(address).unwrap());
    let name = name.to_owned();
    Process::with(&[listener.as_fd()], || {
        for stream in listener.incoming().flatten() {
            let name = name.clone();
            std::thread::Builder::new()
                .spawn(move || greet_and_echo(stream, &name))
                .unwrap();
        }
    })
}

fn greet_and_echo(mut stream: TcpStream, name: &str) {
    let peer = stream
        .peer_addr()
        .map(|peer| peer.ip().to_string())
        .unwrap_or_default();
    let mut buffer = vec![0; 65536];
    if stream
        .write_all(format!("{name} {peer}\n").as_bytes())
        .is_err()
    {
        return;
    }
    while let Ok(count) = stream.read(&mut buffer) {
        if count == 0 || stream.write_all(&buffer[..count]).is_err() {
            return;
        }
    }
}

/// A UDP server in `netns` that answers every datagram with its name and its client's address.
pub(crate) fn serve_udp(netns: &Path, address: &str, name: &str) -> Process {
    let socket = inside(netns, || UdpSocket::bind(address).unwrap());
    let name = name.to_owned();
    Process::with(&[socket.as_fd()], || {
        let mut buffer = [0; 2048];
        while let Ok((_, from)) = socket.recv_from(&mut buffer) {
            let _ = socket.send_to(format!("{name} {}", from.ip()).as_bytes(), from);
        }
    })
}

/// What a TCP server says first, or why it does not.
pub(crate) fn ask_tcp(netns: Option<&Path>, address: &str) -> Result<String, ErrorKind> {
    let mut stream = connect(netns, address)?;
    let mut text = String::new();
    let mut byte = [0];
    while stream.read(&mut byte).map_err(|error| error.kind())? == 1 && byte[0] != b'\n' {
        text.push(byte[0].into());
    }
    Ok(text)
}

pub(crate) fn connect(netns: Option<&Path>, address: &str) -> Result<TcpStream, ErrorKind> {
    let stream = connect_within(PATIENCE, netns, address)?;
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    Ok(stream)
}

/// Nobody answers there, or somebody refuses.
pub(crate) fn is_out_of_reach(netns: Option<&Path>, address: &str) -> bool {
    connect_within(DOUBT, netns, address).is_err()
}

fn connect_within(
    time: Duration,
    netns: Option<&Path>,
    address: &str,
) -> Result<TcpStream, ErrorKind> {
    let address: SocketAddr = address.parse().unwrap();
    let connect = || TcpStream::connect_timeout(&address, time);
    let stream = match netns {
        Some(netns) => inside(netns, connect),
        None => connect(),
    };
    stream.map_err(|error| error.kind())
}

/// What a UDP server answers.
pub(crate) fn ask_udp(netns: Option<&Path>, address: &str) -> Result<String, ErrorKind> {
    ask_udp_on(&udp_client(netns, address), b"hello")
}

/// A connected client; the connection sees refusals, and answers from elsewhere are none.
pub(crate) fn udp_client(netns: Option<&Path>, address: &str) -> UdpSocket {
    let address: SocketAddr = address.parse().unwrap();
    let any = if address.is_ipv4() {
        "0.0.0.0:0"
    } else {
        "[::]:0"
    };
    let bind = || UdpSocket::bind(any).unwrap();
    let socket = match netns {
        Some(netns) => inside(netns, bind),
        None => bind(),
    };
    socket.connect(address).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
}

pub(crate) fn ask_udp_on(socket: &UdpSocket, text: &[u8]) -> Result<String, ErrorKind> {
    let mut buffer = [0; 2048];
    socket.send(text).map_err(|error| error.kind())?;
    let count = socket.recv(&mut buffer).map_err(|error| error.kind())?;
    Ok(String::from_utf8_lossy(&buffer[..count]).into_owned())
}

pub(crate) fn at(address: IpAddr, port: u16) -> SocketAddr {
    SocketAddr::new(address, port)
}
