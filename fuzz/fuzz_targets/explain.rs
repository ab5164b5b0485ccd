//! Hands `ringwall_fuzz::explain` to libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ringwall_fuzz::explain(data);
});
