//! Hands `ringwall_fuzz::templates` to libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ringwall_fuzz::templates(data);
});
