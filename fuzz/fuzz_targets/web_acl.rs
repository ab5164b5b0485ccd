//! Hands `ringwall_fuzz::web_acl` to libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ringwall_fuzz::web_acl(data);
});
