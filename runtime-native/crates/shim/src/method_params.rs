//! What the methods of schemas/protocol/shim.md take.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tsorch_protocol::ErrorBody;

use crate::failure::bad_request;
use crate::stream_peer::WhenBehind;
use crate::timers::ExecId;

#[derive(Deserialize)]
pub(crate) struct TaskParams {
    pub(crate) task: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StopParams {
    pub(crate) signal: Option<String>,
    pub(crate) grace_ms: Option<u64>,
}

#[derive(Deserialize)]
pub(crate) struct KillParams {
    pub(crate) signal: String,
    #[serde(default)]
    pub(crate) all: bool,
}

#[derive(Deserialize)]
pub(crate) struct ExecParams {
    pub(crate) exec: ExecId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StreamParams {
    pub(crate) exec: Option<ExecId>,
    #[serde(default)]
    pub(crate) when_behind: WhenBehind,
    #[serde(default)]
    pub(crate) logs: bool,
}

#[derive(Deserialize)]
pub(crate) struct ResizeParams {
    pub(crate) exec: Option<ExecId>,
    pub(crate) width: u16,
    pub(crate) height: u16,
}

#[derive(Deserialize)]
pub(crate) struct SubscribeParams {
    pub(crate) from: u64,
}

/// One method's parameters.
pub(crate) fn decode<T: DeserializeOwned>(params: &Value) -> Result<T, ErrorBody> {
    T::deserialize(params).map_err(|error| bad_request(format!("bad parameters: {error}")))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use tsorch_oci::Resources;

    use super::{
        ExecParams, KillParams, ResizeParams, StopParams, StreamParams, SubscribeParams,
        TaskParams, decode,
    };
    use crate::exec_request::{ExecRequest, ExecSyncRequest};
    use crate::probe::config::ProbeConfig;
    use crate::shim_config::LogConfig;

    /// The vectors that the daemon's tests read too.
    const VECTORS: &str = include_str!("../../../../test/fixtures/protocol/shim.json");

    #[test]
    fn takes_the_parameters_of_every_vector() {
        let vectors: Value = serde_json::from_str(VECTORS).unwrap();
        for vector in vectors["methods"].as_array().unwrap() {
            let (method, params) = (vector["method"].as_str().unwrap(), &vector["params"]);
            let taken = match method {
                "start" | "wait" | "ack" => decode::<TaskParams>(params).map(drop),
                "stop" => decode::<StopParams>(params).map(drop),
                "kill" => decode::<KillParams>(params).map(drop),
                "subscribe" => decode::<SubscribeParams>(params).map(drop),
                "exec" => decode::<ExecRequest>(params).map(drop),
                "execSync" => decode::<ExecSyncRequest>(params).map(drop),
                "execWait" => decode::<ExecParams>(params).map(drop),
                "resize" => decode::<ResizeParams>(params).map(drop),
                "stream" => decode::<StreamParams>(params).map(drop),
                "update" => decode(&params["resources"])
                    .and_then(|_: Resources| decode::<ProbeConfig>(&params["probe"]))
                    .and_then(|_| decode::<LogConfig>(&params["log"]))
                    .map(drop),
                "state" | "pause" | "resume" | "release" | "keep" | "reopenLog" => Ok(()),
                other => panic!("the shim lacks {other}"),
            };
            assert!(taken.is_ok(), "{method}: {taken:?}");
        }
    }
}
