//! From what owners wrote to what shall be.
//!
//! [`world`] takes from the records of a snapshot what the fate of packets depends on. [`node`] says which instances and
//! links a node shall have, and [`steps`] what is to be done about the difference to what it has; [`services`] and [`endpoints`]
//! say what its workers serve. All of it is pure: the same snapshot gives the same plan.

pub mod endpoints;
pub mod node;
pub mod services;
pub mod steps;
pub mod world;

pub use world::Planner;
