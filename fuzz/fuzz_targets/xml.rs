//! Hands `ringwall_fuzz::xml` to libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ringwall_fuzz::xml(data);
});
