//! Random worlds, and packets that seek the edges of their rules.
//!
//! Everything follows from a seed. The generators know what the model can say, not what it means: they share nothing with
//! the specification or with what is compared to it.

pub mod change;
pub mod rules;
pub mod street;
pub mod traffic;
pub mod world;

pub use fastrand::Rng;

/// One of the choices.
pub(crate) fn pick<'a, T>(random: &mut Rng, choices: &'a [T]) -> Option<&'a T> {
    if choices.is_empty() { None } else { Some(&choices[random.usize(0..choices.len())]) }
}

/// True once in so many times.
pub(crate) fn one_in(random: &mut Rng, times: u32) -> bool {
    random.u32(0..times) == 0
}
