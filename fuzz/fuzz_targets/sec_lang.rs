//! Hands `ringwall_fuzz::sec_lang` to libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ringwall_fuzz::sec_lang(data);
});
