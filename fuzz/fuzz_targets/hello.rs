//! Hands `ringwall_fuzz::hello` to libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ringwall_fuzz::hello(data);
});
