//! Idle times of connection tracking (SG-18 to SG-20).

use std::ops::RangeInclusive;

use ringwall_model::resource::network_interface::ConnectionTracking;
use serde::{Deserialize, Serialize};

use crate::ec2::error::invalid_value;
use crate::error::ApiError;

/// Idle times as a parameter.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ConnectionTrackingInput {
    tcp_established_timeout: Option<i64>,
    udp_timeout: Option<i64>,
    udp_stream_timeout: Option<i64>,
}

/// Idle times that were set.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionTrackingShape {
    tcp_established_timeout: Option<u32>,
    udp_stream_timeout: Option<u32>,
    udp_timeout: Option<u32>,
}

impl ConnectionTrackingInput {
    /// Reads the idle times, each within its range.
    pub fn parse(&self) -> Result<ConnectionTracking, ApiError> {
        Ok(ConnectionTracking {
            tcp_established: within("tcpEstablishedTimeout", self.tcp_established_timeout, 60..=432_000)?,
            udp: within("udpTimeout", self.udp_timeout, 30..=60)?,
            udp_stream: within("udpStreamTimeout", self.udp_stream_timeout, 60..=180)?,
        })
    }
}

/// Reads idle times that may be left out.
pub fn parse(input: Option<&ConnectionTrackingInput>) -> Result<ConnectionTracking, ApiError> {
    input.map_or(Ok(ConnectionTracking::default()), ConnectionTrackingInput::parse)
}

fn within(name: &str, seconds: Option<i64>, range: RangeInclusive<u32>) -> Result<Option<u32>, ApiError> {
    let Some(seconds) = seconds else { return Ok(None) };
    let known = u32::try_from(seconds).ok().filter(|seconds| range.contains(seconds));
    known.map(Some).ok_or_else(|| {
        let why = format!("Expected a number of seconds from {} to {}.", range.start(), range.end());
        invalid_value(name, seconds, why)
    })
}

impl ConnectionTrackingShape {
    /// The shape; none if all are AWS's defaults.
    pub fn new(tracking: ConnectionTracking) -> Option<ConnectionTrackingShape> {
        let shape = ConnectionTrackingShape {
            tcp_established_timeout: tracking.tcp_established,
            udp_stream_timeout: tracking.udp_stream,
            udp_timeout: tracking.udp,
        };
        (tracking != ConnectionTracking::default()).then_some(shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(tcp: Option<i64>, udp: Option<i64>, stream: Option<i64>) -> Result<ConnectionTracking, ApiError> {
        let input =
            ConnectionTrackingInput { tcp_established_timeout: tcp, udp_timeout: udp, udp_stream_timeout: stream };
        input.parse()
    }

    #[test]
    fn idle_times_have_ranges() {
        let set = parse(Some(60), Some(60), Some(180)).unwrap();
        assert_eq!((set.tcp_established, set.udp, set.udp_stream), (Some(60), Some(60), Some(180)));
        assert!(parse(Some(432_000), Some(30), Some(60)).is_ok());
        for (tcp, udp, stream) in [
            (Some(59), None, None),
            (Some(432_001), None, None),
            (None, Some(29), None),
            (None, Some(61), None),
            (None, None, Some(59)),
            (None, None, Some(181)),
            (Some(-60), None, None),
        ] {
            assert_eq!(parse(tcp, udp, stream).unwrap_err().code, "InvalidParameterValue");
        }
    }
}
