//! Plain-old-data structures with a description of themselves.

/// One field of a structure.
#[derive(Debug)]
pub struct Field {
    /// its name
    pub name: &'static str,
    /// its element type in C
    pub c_type: &'static str,
    /// the array behind the name in C, such as `[16]`, or nothing
    pub c_array: &'static str,
    /// its distance from the start, in bytes
    pub offset: usize,
    /// its documentation
    pub doc: &'static str,
}

/// A structure.
#[derive(Debug)]
pub struct Layout {
    /// its name in C
    pub name: &'static str,
    /// its size in bytes
    pub size: usize,
    /// its fields in order
    pub fields: &'static [Field],
    /// its documentation
    pub doc: &'static str,
}

/// A structure without padding, made of integers and arrays of integers: any bytes are a value of it.
///
/// # Safety
/// Implemented by `records!` alone, which checks that the fields fill the structure.
pub unsafe trait Pod: Copy + Default + 'static {
    /// The description.
    const LAYOUT: Layout;

    /// The bytes of the value.
    fn bytes(&self) -> &[u8] {
        // SAFETY: the type has no padding, so each of its bytes is initialised.
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(self).cast(), size_of::<Self>()) }
    }

    /// The value of these bytes; `None` if their number is not the structure's size.
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != size_of::<Self>() {
            return None;
        }
        // SAFETY: the length was checked, any bytes are a value, and the read needs no alignment.
        Some(unsafe { bytes.as_ptr().cast::<Self>().read_unaligned() })
    }
}

/// Declares structures of one layout in Rust and C.
macro_rules! records {
    ($(
        $(#[doc = $doc:literal])*
        struct $name:ident = $c_name:literal {
            $( $(#[doc = $field_doc:literal])* $field:ident: $rust:ty = $c:literal $([$array:literal])?, )*
        }
    )*) => {
        $(
            $(#[doc = $doc])*
            #[repr(C)]
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name { $( $(#[doc = $field_doc])* pub $field: $rust, )* }

            const _: () = assert!(0 $(+ size_of::<$rust>())* == size_of::<$name>(), "the structure has padding");

            // SAFETY: the assertion above says that the fields, all of plain data, fill the structure.
            unsafe impl $crate::layout::Pod for $name {
                const LAYOUT: $crate::layout::Layout = $crate::layout::Layout {
                    name: $c_name,
                    size: size_of::<$name>(),
                    fields: &[$( $crate::layout::Field {
                        name: stringify!($field),
                        c_type: $c,
                        c_array: concat!($("[", $array, "]")?),
                        offset: std::mem::offset_of!($name, $field),
                        doc: concat!($($field_doc),*),
                    }, )*],
                    doc: concat!($($doc, "\n"),*),
                };
            }
        )*

        /// The structures of this file, in an order in which C can declare them.
        pub(super) const LAYOUTS: &[$crate::layout::Layout] = &[$(<$name as $crate::layout::Pod>::LAYOUT),*];
    };
}

pub(crate) use records;
