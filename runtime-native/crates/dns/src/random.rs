//! Numbers that others cannot guess (for queries), and fair ones (for the order of answers).

use rustix::io::Errno;
use rustix::rand::{GetRandomFlags, getrandom};

/// The kernel's random numbers, fetched some at a time.
#[derive(Debug)]
pub(crate) struct Random {
    pool: [u8; 256],
    used: usize,
}

impl Random {
    /// # Errors
    /// When the kernel gives none.
    pub(crate) fn new() -> Result<Self, Errno> {
        let mut random = Self {
            pool: [0; 256],
            used: 0,
        };
        random.refill()?;
        Ok(random)
    }

    /// Any number.
    pub(crate) fn u16(&mut self) -> u16 {
        if self.used + 2 > self.pool.len() && self.refill().is_err() {
            // Cannot happen once the kernel's pool was ready; old numbers are still nobody else's.
            self.used = 0;
        }
        let number = self
            .pool
            .get(self.used..)
            .and_then(|rest| rest.first_chunk());
        self.used += 2;
        number.map_or(0, |bytes| u16::from_ne_bytes(*bytes))
    }

    /// Puts `items` into an order in which each is as likely first as any other.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = usize::from(self.u16()) % (last + 1);
            items.swap(last, other);
        }
    }

    fn refill(&mut self) -> Result<(), Errno> {
        getrandom(&mut self.pool[..], GetRandomFlags::empty())?;
        self.used = 0;
        Ok(())
    }
}
