//! The last events, numbered from 1, so that a client that comes back misses none.

use std::collections::VecDeque;

use serde_json::Value;
use tsorch_protocol::Event;

/// How many are kept.
const KEPT: usize = 256;

/// Events in the order of their numbers. Kept as text: a JSON tree takes ten times as much memory.
#[derive(Debug, Default)]
pub(crate) struct EventLog {
    events: VecDeque<KeptEvent>,
    last: u64,
}

#[derive(Debug)]
struct KeptEvent {
    name: &'static str,
    seq: u64,
    data: Box<str>,
}

impl EventLog {
    /// Adds an event; gives it back with its number.
    pub(crate) fn add(&mut self, name: &'static str, data: Value) -> Event {
        self.last += 1;
        if self.events.len() == KEPT {
            self.events.pop_front();
        }
        self.events.push_back(KeptEvent {
            name,
            seq: self.last,
            data: data.to_string().into_boxed_str(),
        });
        Event {
            name: name.to_owned(),
            seq: Some(self.last),
            data,
        }
    }

    /// Number of the last event; 0 = none yet.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    /// Those kept with a number above `from`.
    pub(crate) fn after(&self, from: u64) -> Vec<Event> {
        let wanted = self.events.iter().filter(|event| event.seq > from);
        let events = wanted.map(|event| Event {
            name: event.name.to_owned(),
            seq: Some(event.seq),
            data: serde_json::from_str(&event.data).unwrap_or_default(),
        });
        events.collect()
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
        let kept: Vec<u64> = log.after(0).iter().filter_map(|event| event.seq).collect();
        assert_eq!(log.after(299)[0].data, json!({"kills": 299}));
        assert_eq!((kept.len(), kept[0], log.last()), (256, 45, 300));
        assert_eq!(log.after(299).len(), 1);
        assert_eq!(log.after(300).len(), 0);
    }
}
