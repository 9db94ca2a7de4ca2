//! What a filter answers to a system call: runs classic BPF (`include/uapi/linux/filter.h`) as far as filters use it.

/// A system call as a filter sees it, `struct seccomp_data`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    pub(super) number: u32,
    pub(super) architecture: u32,
    pub(super) arguments: [u64; 6],
}

impl Call {
    /// The 32-bit word at an offset: number, architecture, instruction pointer (0 here), arguments.
    fn word(&self, offset: u32) -> Option<u32> {
        match offset {
            0 => Some(self.number),
            4 => Some(self.architecture),
            8 | 12 => Some(0),
            _ => {
                let index = usize::try_from((offset - 16) / 8).ok()?;
                let bytes = self.arguments.get(index)?.to_ne_bytes();
                let half = if offset % 8 == 0 {
                    bytes.first_chunk::<4>()
                } else {
                    bytes.last_chunk::<4>()
                };
                half.filter(|_| offset % 4 == 0)
                    .map(|half| u32::from_ne_bytes(*half))
            }
        }
    }
}

/// The filter's answer; `None` when it holds an instruction that filters do not use, or does not end.
pub(super) fn run(program: &[[u8; 8]], call: &Call) -> Option<u32> {
    let (mut accumulator, mut next) = (0u32, 0usize);
    // Jumps only lead forward, so this is more than enough.
    for _ in 0..=program.len() {
        let [c0, c1, on_true, on_false, v0, v1, v2, v3] = *program.get(next)?;
        let (code, value) = (
            u16::from_ne_bytes([c0, c1]),
            u32::from_ne_bytes([v0, v1, v2, v3]),
        );
        next += 1;
        let condition = match code {
            0x20 => {
                accumulator = call.word(value)?;
                continue;
            }
            0x54 => {
                accumulator &= value;
                continue;
            }
            0x05 => {
                next = next.checked_add(usize::try_from(value).ok()?)?;
                continue;
            }
            0x06 => return Some(value),
            0x15 => accumulator == value,
            0x25 => accumulator > value,
            0x35 => accumulator >= value,
            0x45 => accumulator & value != 0,
            _ => return None,
        };
        next += usize::from(if condition { on_true } else { on_false });
    }
    None
}
