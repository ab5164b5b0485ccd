//! Hands `ringwall_fuzz::policy` to libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ringwall_fuzz::policy(data);
});
