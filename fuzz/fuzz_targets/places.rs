//! Hands `ringwall_fuzz::places` to libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ringwall_fuzz::places(data);
});
