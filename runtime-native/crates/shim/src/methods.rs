//! The methods of schemas/protocol/shim.md: parameters in, one call, an answer out.

use std::time::Duration;

use rustix::io::Errno;
use rustix::process::Signal;
use serde_json::{Value, json};
use tsorch_oci::Resources;
use tsorch_protocol::{ErrorBody, Message, Request};
use tsorch_sys::signal_name::parse_signal;

use crate::exec::ExecPurpose;
use crate::exec_request::ExecRequest;
use crate::exec_sync::AnswerOutput;
use crate::failure::{bad_request, busy, host_failed, not_running};
use crate::foreign::command::CommandPurpose;
use crate::method_params::{
    ExecParams, KillParams, ResizeParams, StopParams, StreamParams, SubscribeParams, TaskParams,
    decode,
};
use crate::probe::config::ProbeConfig;
use crate::reply::{Outcome, ReplyTo};
use crate::shim::Shim;
use crate::shim_config::LogConfig;
use crate::streams::Begins;
use crate::task::StopOrder;
use crate::task_control::SignalSent;
use crate::task_output::cannot_log;
use crate::token::{Owner, PeerId};

/// What a method leaves to its caller.
enum Answer {
    Now(Value),
    /// It is given by somebody else, or was already.
    Later,
}

impl Shim {
    /// Carries out a request.
    pub(crate) fn handle(&mut self, peer: PeerId, request: Request) {
        let to = ReplyTo::Client {
            peer,
            request: request.id,
        };
        match self.call(peer, &request, to) {
            Ok(Answer::Now(result)) => self.reply(to, Ok(result)),
            Ok(Answer::Later) => {}
            Err(error) => self.reply(to, Err(error)),
        }
    }

    fn call(&mut self, peer: PeerId, request: &Request, to: ReplyTo) -> Result<Answer, ErrorBody> {
        let params = &request.params;
        match request.method.as_str() {
            "state" => {
                let mut state = self.task.describe();
                state["seq"] = json!(self.events.last());
                if let Some(trouble) = self.log.trouble() {
                    state["logBlocked"] = json!(cannot_log(trouble));
                }
                return Ok(Answer::Now(state));
            }
            "start" => self.start_task(positive(decode::<TaskParams>(params)?.task)?, to),
            "wait" => self.wait_for_end(positive(decode::<TaskParams>(params)?.task)?, to),
            "stop" => self.call_stop(&decode(params)?)?,
            "kill" => return self.call_kill(&decode(params)?, to),
            "pause" => self.pause_task()?,
            "resume" => self.resume_task()?,
            "update" => self.call_update(params)?,
            "subscribe" => {
                self.subscribe(peer, request.id, decode::<SubscribeParams>(params)?.from)
            }
            "ack" => self.acknowledge(decode::<TaskParams>(params)?.task)?,
            "exec" => {
                let purpose = (ExecPurpose::Client, AnswerOutput::default());
                self.start_exec(decode::<ExecRequest>(params)?, purpose, to)?;
            }
            "execSync" => self.exec_sync(decode(params)?, to)?,
            "execWait" => self.wait_for_exec(decode::<ExecParams>(params)?.exec, to),
            "resize" => self.call_resize(&decode(params)?)?,
            "stream" => {
                let params: StreamParams = decode(params)?;
                let target = params.exec.map_or(Owner::Task, Owner::Exec);
                let begins = match params.logs {
                    true => Begins::WithLog,
                    false => Begins::WithWhatComes,
                };
                self.open_stream(peer, request.id, (target, params.when_behind, begins));
            }
            "reopenLog" => {
                let reopened = self.log.reopen();
                reopened.map_err(|errno| host_failed("reopen the log", errno))?;
            }
            "keep" => self.be_kept(peer, to),
            "release" => self.release()?,
            method => return Err(bad_request(format!("a shim has no method {method:?}"))),
        }
        Ok(match request.method.as_str() {
            "start" | "wait" | "subscribe" | "exec" | "execSync" | "execWait" | "stream"
            | "keep" => Answer::Later,
            _ => Answer::Now(json!({})),
        })
    }

    fn call_stop(&mut self, params: &StopParams) -> Result<(), ErrorBody> {
        let defaults = &self.config.stop;
        let name = params.signal.as_deref().unwrap_or(&defaults.signal);
        let grace_ms = params.grace_ms.unwrap_or(defaults.grace_ms);
        let order = StopOrder {
            signal: signal_named(name)?,
            grace: Duration::from_millis(grace_ms),
        };
        self.stop_task(order);
        Ok(())
    }

    fn call_kill(&mut self, params: &KillParams, to: ReplyTo) -> Result<Answer, ErrorBody> {
        let signal = signal_named(&params.signal)?;
        if params.all {
            self.signal_all(signal)?;
            return Ok(Answer::Now(json!({})));
        }
        let sent = self.signal_first_process(signal, CommandPurpose::Signal(to))?;
        Ok(match sent {
            SignalSent::Now => Answer::Now(json!({})),
            SignalSent::Later => Answer::Later,
        })
    }

    /// `probe: null` takes the probe away, an absent one leaves it.
    fn call_update(&mut self, params: &Value) -> Result<(), ErrorBody> {
        let probe = match params.get("probe") {
            None => None,
            Some(Value::Null) => Some(None),
            Some(probe) => Some(Some(decode::<ProbeConfig>(probe)?)),
        };
        let log = params.get("log").map(decode::<LogConfig>).transpose()?;
        if let Some(log) = log {
            self.log.set(log.settings());
            self.settle_log();
        }
        if let Some(resources) = params.get("resources") {
            self.update_resources(&decode::<Resources>(resources)?)?;
        }
        probe.map_or(Ok(()), |probe| self.update_probe(probe))
    }

    /// The answer goes before the first event.
    fn subscribe(&mut self, peer: PeerId, request: u64, from: u64) {
        let to = ReplyTo::Client { peer, request };
        self.reply(to, Ok(json!({ "seq": self.events.last() })));
        for event in self.events.after(from) {
            self.peers.send(peer, &Message::Event(event));
        }
        self.peers.set_subscribed(peer);
    }

    /// The record may go when the next task begins; it goes then anyway, so there is nothing to remember.
    fn acknowledge(&self, task: u64) -> Result<(), ErrorBody> {
        if task == self.task.number && self.task.is_live() {
            return Err(bad_request(format!("task {task} has not ended")));
        }
        Ok(())
    }

    fn call_resize(&mut self, params: &ResizeParams) -> Result<(), ErrorBody> {
        match params.exec {
            Some(id) => self.resize_exec(id, (params.width, params.height)),
            None => {
                let run = self.task.living().ok_or_else(not_running)?;
                resized(run.io.resize(params.width, params.height))
            }
        }
    }

    fn release(&mut self) -> Result<(), ErrorBody> {
        if self.task.is_live() {
            return Err(busy(format!("task {} is running", self.task.number)));
        }
        self.is_released = true;
        Ok(())
    }

    /// Sends the outcome of a request to whoever asked.
    pub(crate) fn reply(&mut self, to: ReplyTo, outcome: Outcome) {
        crate::reply::deliver(&mut self.peers, &mut self.keeper, to, outcome);
    }

    /// Numbers an event, keeps it, and tells every subscriber.
    pub(crate) fn emit(&mut self, name: &'static str, data: Value) {
        let event = self.events.add(name, data);
        self.peers.broadcast(&Message::Event(event));
    }

    /// A client has gone: nobody waits for its answers.
    pub(crate) fn forget_waiting(&mut self, gone: PeerId) {
        let is_gone = |to: &ReplyTo| matches!(to, ReplyTo::Client { peer, .. } if *peer == gone);
        self.task.waiters.retain(|(to, _)| !is_gone(to));
        self.task.starters.retain(|to| !is_gone(to));
        self.execs.forget_waiting(is_gone);
    }
}

/// A terminal's size was set, or there is no terminal.
pub(crate) fn resized(outcome: Result<(), Errno>) -> Result<(), ErrorBody> {
    match outcome {
        Err(Errno::NOTTY) => Err(bad_request("there is no terminal")),
        outcome => outcome.map_err(|errno| host_failed("resize the terminal", errno)),
    }
}

fn positive(task: u64) -> Result<u64, ErrorBody> {
    if task == 0 {
        return Err(bad_request("task numbers begin at 1"));
    }
    Ok(task)
}

fn signal_named(name: &str) -> Result<Signal, ErrorBody> {
    parse_signal(name).ok_or_else(|| bad_request(format!("there is no signal {name:?}")))
}
