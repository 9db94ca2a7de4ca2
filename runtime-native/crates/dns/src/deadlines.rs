//! Deadlines that all lie equally far ahead, so that they fall due in the order they were set.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Ids and when to look at them. Ids are never taken out early: whoever looks at a due one checks whether it still counts.
#[derive(Debug)]
pub(crate) struct Deadlines {
    period: Duration,
    queue: VecDeque<(Instant, u64)>,
}

impl Deadlines {
    pub(crate) fn new(period: Duration) -> Self {
        Self {
            period,
            queue: VecDeque::new(),
        }
    }

    /// Looks at `id` one period from `now`; gives that time.
    pub(crate) fn set(&mut self, id: u64, now: Instant) -> Instant {
        let due = now + self.period;
        self.queue.push_back((due, id));
        due
    }

    /// When the next one is due.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.queue.front().map(|(due, _)| *due)
    }

    /// Takes one that is due.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<u64> {
        self.next().filter(|due| *due <= now)?;
        self.queue.pop_front().map(|(_, id)| id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_ids_when_they_are_due_and_not_before() {
        let start = Instant::now();
        let second = Duration::from_secs(1);
        let mut deadlines = Deadlines::new(2 * second);
        deadlines.set(1, start);
        deadlines.set(2, start + second);
        assert_eq!(deadlines.next(), Some(start + 2 * second));
        assert_eq!(deadlines.pop_due(start + second), None);
        assert_eq!(deadlines.pop_due(start + 2 * second), Some(1));
        assert_eq!(deadlines.pop_due(start + 2 * second), None);
        assert_eq!(deadlines.pop_due(start + 3 * second), Some(2));
    }
}
