//! Theorems: what must be true of every packet in every world, each with a sentence for a name.
//!
//! A theorem looks at packets on their way through random worlds. It says which of them it is about, and of those that what
//! it claims is so. [`theorem!`] makes two tests of it: that it holds of the specification, and that it does not hold of a
//! judge with a fault planted for it, so that it cannot be true of everything. A theorem that met hardly any packet fails.

mod fault;
mod group;
mod internet;
mod isolation;
mod nat_gateway;
mod network_acl;
mod route;
mod services;
mod watch;

/// The two tests of a theorem.
#[macro_export]
macro_rules! theorem {
    ($name:ident, fault: $fault:ident) => {
        mod $name {
            #[test]
            fn holds() {
                super::$name($crate::watch::specification).holds();
            }

            #[test]
            fn is_broken_by_a_fault() {
                super::$name($crate::fault::$fault).is_broken();
            }
        }
    };
}
