//! Hands `ringwall_fuzz::packet` to libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ringwall_fuzz::packet(data);
});
