//! Hands `ringwall_fuzz::names` to libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ringwall_fuzz::names(data);
});
