/// Bytes of a tar, made header by header; nothing is checked.
#[derive(Default, Clone)]
pub(crate) struct Archive(Vec<u8>);

/// One header, as it will stand there.
#[derive(Clone)]
pub(crate) struct Header {
    pub(crate) name: Vec<u8>,
    pub(crate) flag: u8,
    pub(crate) mode: u32,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) size: u64,
    pub(crate) mtime: u64,
    pub(crate) link: Vec<u8>,
    pub(crate) device: (u32, u32),
    pub(crate) magic: [u8; 8],
}

impl Header {
    pub(crate) fn new(flag: u8, name: &str) -> Self {
        Self {
            name: name.as_bytes().to_vec(),
            flag,
            mode: if flag == b'5' { 0o755 } else { 0o644 },
            uid: 0,
            gid: 0,
            size: 0,
            mtime: 1_000_000,
            link: Vec::new(),
            device: (0, 0),
            magic: *b"ustar\x0000",
        }
    }

    pub(crate) fn link(mut self, target: &str) -> Self {
        self.link = target.as_bytes().to_vec();
        self
    }

    pub(crate) fn mode(mut self, mode: u32) -> Self {
        self.mode = mode;
        self
    }

    pub(crate) fn owner(mut self, uid: u32, gid: u32) -> Self {
        (self.uid, self.gid) = (uid, gid);
        self
    }

    pub(crate) fn size(mut self, size: u64) -> Self {
        self.size = size;
        self
    }

    pub(crate) fn device(mut self, major: u32, minor: u32) -> Self {
        self.device = (major, minor);
        self
    }

    pub(crate) fn block(&self) -> [u8; 512] {
        let mut block = [0; 512];
        put(&mut block[..100], &self.name);
        put(
            &mut block[100..108],
            format!("{:07o}\0", self.mode).as_bytes(),
        );
        put(
            &mut block[108..116],
            format!("{:07o}\0", self.uid).as_bytes(),
        );
        put(
            &mut block[116..124],
            format!("{:07o}\0", self.gid).as_bytes(),
        );
        put(
            &mut block[124..136],
            format!("{:011o}\0", self.size).as_bytes(),
        );
        put(
            &mut block[136..148],
            format!("{:011o}\0", self.mtime).as_bytes(),
        );
        block[156] = self.flag;
        put(&mut block[157..257], &self.link);
        block[257..265].copy_from_slice(&self.magic);
        put(
            &mut block[329..337],
            format!("{:07o}\0", self.device.0).as_bytes(),
        );
        put(
            &mut block[337..345],
            format!("{:07o}\0", self.device.1).as_bytes(),
        );
        seal(&mut block);
        block
    }
}

/// Puts the right checksum into a header block.
pub(crate) fn seal(block: &mut [u8; 512]) {
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|b| u32::from(*b)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

impl Archive {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub(crate) fn member(self, header: &Header, data: &[u8]) -> Self {
        let padding = vec![0; data.len().wrapping_neg() % 512];
        self.raw(&header.block()).raw(data).raw(&padding)
    }

    pub(crate) fn file(self, name: &str, data: &str) -> Self {
        self.member(
            &Header::new(b'0', name).size(data.len() as u64),
            data.as_bytes(),
        )
    }

    pub(crate) fn dir(self, name: &str) -> Self {
        self.member(&Header::new(b'5', name), b"")
    }

    pub(crate) fn symlink(self, name: &str, target: &str) -> Self {
        self.member(&Header::new(b'2', name).link(target), b"")
    }

    pub(crate) fn hard_link(self, name: &str, target: &str) -> Self {
        self.member(&Header::new(b'1', name).link(target), b"")
    }

    /// A PAX header for the next member.
    pub(crate) fn pax(self, records: &[(&str, &[u8])]) -> Self {
        let data: Vec<u8> = records
            .iter()
            .flat_map(|(key, value)| record(key, value))
            .collect();
        self.member(
            &Header::new(b'x', "PaxHeaders/x").size(data.len() as u64),
            &data,
        )
    }

    /// With the two zero blocks at the end.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.0.clone();
        bytes.extend_from_slice(&[0; 1024]);
        bytes
    }

    /// Without them.
    pub(crate) fn open_end(&self) -> Vec<u8> {
        self.0.clone()
    }
}

pub(crate) fn record(key: &str, value: &[u8]) -> Vec<u8> {
    let rest = key.len() + value.len() + 3;
    let fits = |n: &usize| n.to_string().len() + rest == *n;
    let length = (rest + 1..rest + 8).find(fits).unwrap();
    [format!("{length} {key}=").as_bytes(), value, b"\n"].concat()
}

fn put(field: &mut [u8], bytes: &[u8]) {
    let length = bytes.len().min(field.len());
    field[..length].copy_from_slice(&bytes[..length]);
}
