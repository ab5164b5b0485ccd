//! Hands `ringwall_fuzz::gates` to libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ringwall_fuzz::gates(data);
});
