//! What is known of clients, by databases and messages that are written here.

mod database;
mod hellos;
mod lookups;
