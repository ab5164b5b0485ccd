//! The C header.

use std::fmt::Write;

use crate::code::CODES;
use crate::layout::Layout;
use crate::record::layouts;

/// The text of `bpf/abi.gen.h`. `reasons` are the codes of refusals by name, which belong to the model.
pub fn header(reasons: &[(String, u8)]) -> String {
    let mut text = String::from(
        "/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */\n\
         /* Generated from crates/ringwall-abi by `cargo xtask codegen`; do not edit. */\n\n\
         #ifndef RINGWALL_ABI_GEN_H\n#define RINGWALL_ABI_GEN_H\n\n#include \"types.h\"\n",
    );
    for (name, value, doc) in CODES {
        let _ = write!(text, "\n/*{doc} */\n#define {name} {value}");
    }
    text.push_str("\n\n/* Why a packet is stopped. */\nenum reason {\n");
    for (name, code) in reasons {
        let _ = writeln!(text, "\tREASON_{} = {code},", screaming(name));
    }
    text.push_str("};\n");
    for layout in layouts() {
        structure(&mut text, layout);
    }
    text.push_str("\n#endif\n");
    text
}

fn structure(text: &mut String, layout: &Layout) {
    text.push_str("\n/*");
    for line in layout.doc.lines() {
        let _ = write!(text, "{line}");
    }
    let _ = writeln!(text, " */\nstruct {} {{", layout.name);
    for field in layout.fields {
        let _ = writeln!(text, "\t{} {}{}; /*{} */", field.c_type, field.name, field.c_array, field.doc);
    }
    let _ =
        writeln!(text, "}};\n_Static_assert(sizeof(struct {0}) == {1}, \"size of {0}\");", layout.name, layout.size);
    for field in layout.fields {
        let _ = writeln!(
            text,
            "_Static_assert(__builtin_offsetof(struct {0}, {1}) == {2}, \"{0}.{1}\");",
            layout.name, field.name, field.offset
        );
    }
}

fn screaming(camel: &str) -> String {
    let mut text = String::new();
    for character in camel.chars() {
        if character.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.extend(character.to_uppercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::layout::Pod;
    use crate::record::{SessionKeyRecord, SessionRecord};

    #[test]
    fn bytes_and_value_are_inverse() {
        let key = SessionKeyRecord { interface: 7, local_port: 443, ..Default::default() };
        assert_eq!(SessionKeyRecord::from_bytes(key.bytes()), Some(key));
        assert_eq!(SessionKeyRecord::from_bytes(&key.bytes()[1..]), None);
    }

    #[test]
    fn an_established_flow_touches_one_cache_line() {
        assert!(std::mem::offset_of!(SessionRecord, begun) <= 64);
    }

    #[test]
    fn names_become_constants() {
        assert_eq!(super::screaming("NetworkAclOut"), "NETWORK_ACL_OUT");
    }
}
