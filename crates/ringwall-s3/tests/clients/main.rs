//! The AWS CLI and boto3 against a real server on a real socket.

mod commands;
mod policies;
mod raw;
mod support;
