//! Hands `ringwall_fuzz::signature` to libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ringwall_fuzz::signature(data);
});
