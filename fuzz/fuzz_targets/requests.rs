//! Hands `ringwall_fuzz::requests` to libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ringwall_fuzz::requests(data);
});
