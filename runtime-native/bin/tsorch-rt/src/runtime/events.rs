//! `events ID`: what happens to a container and what it uses, one JSON object a line in runc's form.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use lexopt::Arg;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::time::Timespec;
use serde_json::json;
use tsorch_cgroups::{Cgroup, OomEvents};
use tsorch_oci::Status;

use super::arguments::{Global, required, take_id, text};
use super::container::Container;
use super::event_stats::stats;
use super::say;

const DEFAULT_INTERVAL: Duration = Duration::from_secs(5);

pub(crate) fn main(global: &Global, arguments: &mut lexopt::Parser) -> anyhow::Result<ExitCode> {
    let (mut id, mut once, mut interval) = (None, false, DEFAULT_INTERVAL);
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("stats") => once = true,
            Arg::Long("interval") => interval = duration(&text(arguments.value()?)?)?,
            Arg::Value(value) => take_id(&mut id, value)?,
            other => return Err(other.unexpected().into()),
        }
    }
    let id = required(id)?;
    let container = Container::find(&global.store()?, &id)?;
    let status = container.status();
    let Some((_, pidfd)) = container
        .process
        .as_ref()
        .filter(|_| status != Status::Stopped)
    else {
        bail!("container not running: {id} is {}", status.as_str());
    };
    if !container.has_cgroup() {
        bail!("the container has no control group that would count");
    }
    let watch = Watch {
        id: id.as_str(),
        cgroup: container.cgroup()?,
        end: PollFd::new(pidfd, PollFlags::IN),
    };
    if once {
        watch.tell_stats()?;
        return Ok(ExitCode::SUCCESS);
    }
    watch.tell_all(interval)
}

/// A container that is watched until it ends.
struct Watch<'a> {
    id: &'a str,
    cgroup: Cgroup,
    end: PollFd<'a>,
}

impl Watch<'_> {
    fn tell_stats(&self) -> anyhow::Result<()> {
        let data = stats(&self.cgroup)?;
        say(&format!(
            "{}\n",
            json!({"type": "stats", "id": self.id, "data": data})
        ))?;
        Ok(())
    }

    /// Out-of-memory kills at once, the use at each interval. The count is read before the bell is hung up and compared
    /// before each wait, so none between the two is missed.
    fn tell_all(&self, interval: Duration) -> anyhow::Result<ExitCode> {
        let mut kills = self.cgroup.oom_kills()?;
        let bell = self.cgroup.oom_events()?;
        let mut next = Instant::now() + interval;
        // At first too: something may have happened before the bell hung.
        let mut looks = 1;
        loop {
            let woken = self.wait(
                bell.as_ref(),
                if looks > 0 { soon().min(next) } else { next },
            )?;
            looks = match woken {
                Woken::Bell => LOOKS,
                Woken::End | Woken::Time => looks.saturating_sub(1),
            };
            let now = self.cgroup.oom_kills().unwrap_or(kills);
            for _ in kills..now {
                say(&format!("{}\n", json!({"type": "oom", "id": self.id})))?;
                looks = 0;
            }
            kills = now;
            if woken == Woken::End {
                return Ok(ExitCode::SUCCESS);
            }
            if Instant::now() >= next {
                self.tell_stats()?;
                next = Instant::now() + interval;
            }
        }
    }

    /// Waits for the end, the bell or the time.
    fn wait(&self, bell: Option<&OomEvents>, until: Instant) -> anyhow::Result<Woken> {
        let left = until.saturating_duration_since(Instant::now());
        let left = Timespec::try_from(left).context("the interval is too long")?;
        let mut fds = vec![self.end.clone()];
        if let Some(bell) = bell {
            let events = if bell.is_priority() {
                PollFlags::PRI
            } else {
                PollFlags::IN
            };
            fds.push(PollFd::from_borrowed_fd(bell.fd(), events));
        }
        match poll(&mut fds, Some(&left)) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(errno) => return Err(errno).context("cannot wait"),
        }
        let ready: Vec<bool> = fds.iter().map(|fd| !fd.revents().is_empty()).collect();
        match (bell, ready.as_slice()) {
            (_, [true, ..]) => Ok(Woken::End),
            (Some(bell), [_, true]) => {
                bell.rearm();
                Ok(Woken::Bell)
            }
            _ => Ok(Woken::Time),
        }
    }
}

/// What ended a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Woken {
    End,
    Bell,
    Time,
}

/// The bell of v1 rings when memory has run out, before anything is killed: how often to look again after it.
const LOOKS: u32 = 20;

fn soon() -> Instant {
    Instant::now() + Duration::from_millis(25)
}

/// A time like `5s`, `500ms` or `1m30s`, as Go writes it; not zero.
fn duration(given: &str) -> anyhow::Result<Duration> {
    let mut rest = given;
    let mut sum = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest.len()
            - rest
                .trim_start_matches(|letter: char| letter.is_ascii_digit())
                .len();
        let (number, behind) = rest.split_at(digits);
        let letters = behind.find(|letter: char| letter.is_ascii_digit());
        let (unit, behind) = behind.split_at(letters.unwrap_or(behind.len()));
        let number: u64 = number
            .parse()
            .ok()
            .filter(|number| *number < 1 << 32)
            .ok_or_else(|| anyhow!("--interval: {given:?} is no duration"))?;
        sum += match unit {
            "ms" => Duration::from_millis(number),
            "s" => Duration::from_secs(number),
            "m" => Duration::from_secs(number * 60),
            "h" => Duration::from_secs(number * 3600),
            _ => bail!("--interval: {given:?} is no duration like 5s or 500ms"),
        };
        rest = behind;
    }
    if sum.is_zero() {
        bail!("--interval must be more than 0");
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn intervals_are_written_as_in_go() {
        let millis = |text: &str| duration(text).ok().map(|duration| duration.as_millis());
        assert_eq!(millis("5s"), Some(5_000));
        assert_eq!(millis("1m30s"), Some(90_000));
        assert_eq!(millis("250ms"), Some(250));
        for text in ["", "0s", "5", "s", "-1s", "1x", "99999999999h"] {
            assert_eq!(millis(text), None, "{text}");
        }
    }
}
