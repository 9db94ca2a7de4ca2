//! The client's end of a stream connection.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

use serde_json::{Value, json};
use tsorch_protocol::Client;

use crate::container::PATIENCE;

/// A stream connection.
#[derive(Debug)]
pub(crate) struct Stream {
    socket: UnixStream,
    /// Read behind the answer.
    rest: Vec<u8>,
}

/// Everything that a session has said.
#[derive(Debug, Default)]
pub(crate) struct Session {
    chunks: Vec<(u8, Vec<u8>)>,
    control: Option<Value>,
    lost: usize,
}

impl Stream {
    /// Turns the client's connection into a stream; `exec` is a number, or null for the container.
    pub(crate) fn open(client: Client, exec: &Value) -> Self {
        Self::open_with(client, json!({"exec": exec}))
    }

    pub(crate) fn open_with(mut client: Client, params: Value) -> Self {
        client.call("stream", params).unwrap();
        let (socket, rest) = client.into_stream();
        let socket = UnixStream::from(socket);
        socket.set_nonblocking(false).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        socket.set_write_timeout(Some(PATIENCE)).unwrap();
        Self { socket, rest }
    }

    /// Sends standard input.
    pub(crate) fn write(&mut self, text: &[u8]) {
        for part in text.chunks(32 * 1024) {
            self.socket.write_all(&chunk(part)).unwrap();
        }
    }

    /// Sends standard input; false when the shim does not take it all.
    pub(crate) fn try_write(&mut self, text: &[u8]) -> bool {
        text.chunks(32 * 1024)
            .all(|part| self.socket.write_all(&chunk(part)).is_ok())
    }

    /// Ends standard input.
    pub(crate) fn end_input(&mut self) {
        self.socket.write_all(&chunk(b"")).unwrap();
    }

    /// Half-closes the connection.
    pub(crate) fn shut_down_writing(&mut self) {
        self.socket.shutdown(std::net::Shutdown::Write).unwrap();
    }

    fn read_chunk(&mut self) -> Option<(u8, Vec<u8>)> {
        let mut header = [0; 8];
        self.read_exact(&mut header)?;
        let length = u32::from_be_bytes([header[4], header[5], header[6], header[7]]);
        let mut text = vec![0; length as usize];
        self.read_exact(&mut text)?;
        Some((header[0], text))
    }

    fn read_exact(&mut self, buffer: &mut [u8]) -> Option<()> {
        let early = buffer.len().min(self.rest.len());
        let (from_rest, others) = buffer.split_at_mut(early);
        from_rest.copy_from_slice(&self.rest[..early]);
        self.rest.drain(..early);
        self.socket.read_exact(others).ok()
    }

    /// Reads until `text` was said on standard output.
    pub(crate) fn read_until(&mut self, text: &str) -> String {
        let mut said = String::new();
        while !said.contains(text) {
            let (stream, bytes) = self
                .read_chunk()
                .unwrap_or_else(|| panic!("{text:?} was not said, but {said:?}"));
            assert_eq!(stream, 1, "{said}");
            said += &String::from_utf8_lossy(&bytes);
        }
        said
    }

    /// Reads until the shim closes.
    pub(crate) fn read_to_end(&mut self) -> Session {
        let mut session = Session::default();
        while let Some((stream, bytes)) = self.read_chunk() {
            if stream == 3 {
                let word: Value = serde_json::from_slice(&bytes).unwrap();
                match word["lost"].as_u64() {
                    Some(lost) => session.lost += usize::try_from(lost).unwrap(),
                    None => session.control = Some(word),
                }
            } else {
                session.chunks.push((stream, bytes));
            }
        }
        session
    }
}

impl Session {
    fn text_of(&self, wanted: u8) -> String {
        let chunks = self.chunks.iter().filter(|(stream, _)| *stream == wanted);
        let bytes: Vec<u8> = chunks.flat_map(|(_, bytes)| bytes).copied().collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    pub(crate) fn stdout(&self) -> String {
        self.text_of(1)
    }

    pub(crate) fn stderr(&self) -> String {
        self.text_of(2)
    }

    /// Bytes that were left out.
    pub(crate) fn lost(&self) -> usize {
        self.lost
    }

    /// The last chunk: how the program has ended.
    pub(crate) fn control(&self) -> &Value {
        self.control
            .as_ref()
            .expect("the stream ended without a last word")
    }

    pub(crate) fn code(&self) -> i64 {
        self.control()["code"].as_i64().unwrap()
    }
}

fn chunk(text: &[u8]) -> Vec<u8> {
    let length = u32::try_from(text.len()).unwrap();
    [&[0, 0, 0, 0][..], &length.to_be_bytes(), text].concat()
}
