//! Sockets that systemd has opened for a service: `create` and `run` hand them to the container. sd_listen_fds(3)

use tsorch_oci::Config;

/// Sockets of the caller's, from descriptor 3 on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sockets {
    /// How many.
    pub(crate) count: u32,
    names: Option<String>,
}

impl Sockets {
    /// What the environment tells process `pid`, which is ours; a word to somebody else is none to us.
    pub(crate) fn told(pid: i32, variable: impl Fn(&str) -> Option<String>) -> Self {
        let number = |name: &str| variable(name).and_then(|text| text.parse::<u32>().ok());
        let is_for_us =
            number("LISTEN_PID").and_then(|number| i32::try_from(number).ok()) == Some(pid);
        match number("LISTEN_FDS") {
            Some(count) if is_for_us && count > 0 => Self {
                count,
                names: variable("LISTEN_FDNAMES"),
            },
            _ => Self::default(),
        }
    }

    /// The same from this process's own environment.
    pub(crate) fn of_caller() -> Self {
        let pid = rustix::process::getpid().as_raw_nonzero().get();
        Self::told(pid, |name| std::env::var(name).ok())
    }

    /// Tells the program, which is number 1 in its container.
    pub(crate) fn tell(&self, config: &mut Config) {
        let Some(process) = config.process.as_mut().filter(|_| self.count > 0) else {
            return;
        };
        process.env.push(format!("LISTEN_FDS={}", self.count));
        process.env.push("LISTEN_PID=1".to_owned());
        let names = self.names.as_ref();
        let names = names.map(|names| format!("LISTEN_FDNAMES={names}"));
        process.env.extend(names);
    }
}

#[cfg(test)]
mod tests {
    use super::Sockets;

    #[test]
    fn sockets_are_ours_only_if_our_pid_is_named() {
        let told = |pid: &str, count: &str| {
            let (pid, count) = (pid.to_owned(), count.to_owned());
            let variable = move |name: &str| match name {
                "LISTEN_PID" => Some(pid.clone()),
                "LISTEN_FDS" => Some(count.clone()),
                _ => None,
            };
            Sockets::told(7, variable).count
        };
        assert_eq!(told("7", "2"), 2);
        for (pid, count) in [("8", "2"), ("", "2"), ("7", "x"), ("7", "-1"), ("7", "0")] {
            assert_eq!(told(pid, count), 0, "{pid} {count}");
        }
    }
}
