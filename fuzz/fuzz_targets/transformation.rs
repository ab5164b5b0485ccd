//! Hands `ringwall_fuzz::transformation` to libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ringwall_fuzz::transformation(data);
});
