//! Hands `ringwall_fuzz::inspection` to libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ringwall_fuzz::inspection(data);
});
