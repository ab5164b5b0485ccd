//! Hands `ringwall_fuzz::detect` to libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ringwall_fuzz::detect(data);
});
