//! How rules are read, and what is refused.


