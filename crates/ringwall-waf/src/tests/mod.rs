//! Whole documents and requests.
