//! The last events, numbered from 1, so that a client that comes back misses none.

use std::collections::VecDeque;

use serde_json::Value;
use tsorch_protocol::Event;

/// How many are kept.
const KEPT: usize = 256;

/// Events in the order of their numbers.
#[derive(Debug, Default)]
pub(crate) struct EventLog {
    events: VecDeque<Event>,
    last: u64,
}

impl EventLog {
    /// Adds an event; gives it back with its number.
    pub(crate) fn add(&mut self, name: &str, data: Value) -> Event {
        self.last += 1;
        let event = Event {
            name: name.to_owned(),
            seq: Some(self.last),
            data,
        };
        if self.events.len() == KEPT {
            self.events.pop_front();
        }
        self.events.push_back(event.clone());
        event
    }

    /// Number of the last event; 0 = none yet.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    /// Those kept with a number above `from`.
    pub(crate) fn after(&self, from: u64) -> impl Iterator<Item = &Event> {
        self.events
            .iter()
            .filter(move |event| event.seq > Some(from))
    }
}

#[cfg(test)]
mod tests {
    use super::EventLog;
    use serde_json::json;

    #[test]
    fn keeps_the_last_256_events() {
        let mut log = EventLog::default();
        for number in 0..300 {
            log.add("oom", json!({"kills": number}));
        }
        let kept: Vec<u64> = log.after(0).filter_map(|event| event.seq).collect();
        assert_eq!((kept.len(), kept[0], log.last()), (256, 45, 300));
        assert_eq!(log.after(299).count(), 1);
        assert_eq!(log.after(300).count(), 0);
    }
}
