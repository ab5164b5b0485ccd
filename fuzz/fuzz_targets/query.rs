//! Hands `ringwall_fuzz::query` to libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ringwall_fuzz::query(data);
});
