//! The detectors: whatever the bytes are, what is found lies within them, and the high sensitivity finds no less than the low one.

use ringwall_detect::{Sensitivity, sqli, xss};

/// Looks for everything in the bytes.
pub fn detect(data: &[u8]) -> bool {
    let (low, high, html) = (sqli(data, Sensitivity::Low), sqli(data, Sensitivity::High), xss(data));
    for finding in [&low, &high, &html].into_iter().flatten() {
        let range = finding.range.clone();
        assert!(data.get(range.clone()).is_some(), "{range:?} of {} bytes", data.len());
    }
    assert!(low.is_none() || high.is_some(), "{low:?} at the low sensitivity, nothing at the high one");
    // Any bytes are looked at.
    true
}
