//! `execSync`: output and end of a short program in one answer.

use serde_json::{Value, json};
use tsorch_protocol::ErrorBody;

use crate::base64::encode;
use crate::exec::{Exec, ExecPurpose};
use crate::exec_io::wait_outcome;
use crate::exec_request::ExecSyncRequest;
use crate::output::OutputStream;
use crate::reply::ReplyTo;
use crate::shim::Shim;
use crate::timers::ExecId;

/// Output that is kept for the answer.
#[derive(Debug, Default)]
pub(crate) struct AnswerOutput {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    /// Bytes of both; what is over is read and forgotten.
    limit: usize,
    is_cut: bool,
}

impl AnswerOutput {
    pub(crate) fn up_to(limit: usize) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, stream: OutputStream, bytes: &[u8]) {
        let room = self.limit - self.stdout.len() - self.stderr.len();
        let taken = &bytes[..bytes.len().min(room)];
        self.is_cut |= taken.len() < bytes.len();
        match stream {
            OutputStream::Stdout => self.stdout.extend_from_slice(taken),
            OutputStream::Stderr => self.stderr.extend_from_slice(taken),
        }
    }

    fn write_into(&self, answer: &mut Value) {
        answer["stdout"] = json!(encode(&self.stdout));
        answer["stderr"] = json!(encode(&self.stderr));
        answer["truncated"] = json!(self.is_cut);
    }
}

impl Shim {
    /// Begins an exec whose answer is given at its end. With `Err` the answer is the caller's to give.
    pub(crate) fn exec_sync(
        &mut self,
        request: ExecSyncRequest,
        to: ReplyTo,
    ) -> Result<(), ErrorBody> {
        let answer = AnswerOutput::up_to(request.max_output());
        let exec = request.exec.without_stdio();
        self.start_exec(exec, (ExecPurpose::Answer, answer), to)
            .map(drop)
    }

    /// It has ended and its output is over.
    pub(crate) fn answer_exec(&mut self, id: ExecId) {
        let Some(exec) = self.execs.get(id) else {
            return;
        };
        let (askers, answer) = (std::mem::take(&mut exec.askers), answer_of(exec));
        if exec.key.is_none() {
            // Nobody can ask for it again.
            self.forget_exec(id);
        }
        for to in askers {
            self.reply(to, Ok(answer.clone()));
        }
    }
}

/// What `execSync` says of an exec that is finished.
pub(crate) fn answer_of(exec: &Exec) -> Value {
    let mut answer = wait_outcome(exec);
    exec.answer.write_into(&mut answer);
    answer
}

#[cfg(test)]
mod tests {
    use super::AnswerOutput;
    use crate::output::OutputStream;
    use serde_json::json;

    #[test]
    fn output_beyond_the_limit_is_told_and_left_out() {
        let mut output = AnswerOutput::up_to(5);
        output.add(OutputStream::Stdout, b"one");
        output.add(OutputStream::Stderr, b"two");
        output.add(OutputStream::Stdout, b"three");
        let mut answer = json!({});
        output.write_into(&mut answer);
        let expected = json!({"stdout": "b25l", "stderr": "dHc=", "truncated": true});
        assert_eq!(answer, expected);
    }

    #[test]
    fn output_within_the_limit_is_whole() {
        let mut output = AnswerOutput::up_to(3);
        output.add(OutputStream::Stdout, b"one");
        let mut answer = json!({});
        output.write_into(&mut answer);
        assert_eq!(answer["truncated"], json!(false));
    }
}
