//! What requests become for rules: arguments, bodies, and what is wrong with them.


