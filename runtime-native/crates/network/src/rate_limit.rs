//! A few times a while, and then not: two programs that undo each other's work shall not do it a thousand times a second,
//! and a worker that cannot start shall not be forked for ever.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Counts what happened lately.
#[derive(Debug)]
pub(crate) struct RateLimit {
    most: usize,
    window: Duration,
    times: VecDeque<Instant>,
}

impl RateLimit {
    /// At most `most` times in any `window`.
    pub(crate) fn new(most: usize, window: Duration) -> Self {
        Self {
            most,
            window,
            times: VecDeque::new(),
        }
    }

    /// Counts one more.
    ///
    /// # Errors
    /// It was often enough; how long to wait.
    pub(crate) fn take(&mut self, now: Instant) -> Result<(), Duration> {
        while self
            .times
            .front()
            .is_some_and(|first| *first + self.window <= now)
        {
            self.times.pop_front();
        }
        match self.times.front() {
            Some(first) if self.times.len() >= self.most => Err(*first + self.window - now),
            _ => {
                self.times.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lets_a_few_through_and_says_how_long_the_next_has_to_wait() {
        let (start, second) = (Instant::now(), Duration::from_secs(1));
        let mut limit = RateLimit::new(2, 10 * second);
        assert_eq!(limit.take(start), Ok(()));
        assert_eq!(limit.take(start + second), Ok(()));
        assert_eq!(limit.take(start + 3 * second), Err(7 * second));
        assert_eq!(limit.take(start + 10 * second), Ok(()));
        assert_eq!(limit.take(start + 10 * second), Err(second));
    }
}
