//! What an event of the loop is about: a part of the worker and a number of its own.

/// Parts of the worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Part {
    /// hostd's commands.
    Control,
    /// A container's UDP socket.
    DnsDatagrams,
    /// A container's listening TCP socket.
    DnsConnections,
    /// A DNS client over TCP.
    DnsStream,
    /// A query to an upstream server.
    Flight,
    /// A published TCP port.
    TcpPort,
    /// A published UDP port.
    UdpPort,
    /// The client's side of a proxied connection.
    TcpClient,
    /// The container's side of a proxied connection.
    TcpServer,
    /// A container's side of a proxied flow of datagrams.
    UdpFlow,
}

const PARTS: [Part; 10] = [
    Part::Control,
    Part::DnsDatagrams,
    Part::DnsConnections,
    Part::DnsStream,
    Part::Flight,
    Part::TcpPort,
    Part::UdpPort,
    Part::TcpClient,
    Part::TcpServer,
    Part::UdpFlow,
];

const ID_BITS: u32 = 56;

impl Part {
    /// The token of this part's `id`.
    pub(crate) fn token(self, id: u64) -> u64 {
        (u64::from(self as u8) << ID_BITS) | id
    }
}

/// What [`Part::token`] was made of.
pub(crate) fn split(token: u64) -> Option<(Part, u64)> {
    let part = usize::try_from(token >> ID_BITS)
        .ok()
        .and_then(|index| PARTS.get(index))?;
    Some((*part, token & ((1 << ID_BITS) - 1)))
}

/// Numbers that are never used twice: a late event of something that is gone finds nothing.
#[derive(Debug, Default)]
pub(crate) struct Ids(u64);

impl Ids {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_gives_back_what_it_was_made_of() {
        for part in PARTS {
            assert_eq!(split(part.token(7)), Some((part, 7)));
        }
        assert_eq!(split(u64::MAX), None);
    }
}
