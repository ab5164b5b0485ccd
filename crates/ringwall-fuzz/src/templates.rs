//! Templates and Terraform's files: whatever the text is, it is read or refused.

use ringwall_templates::{Assumptions, Source, read};
use ringwall_waf::document::Bundle;
use ringwall_waf::environment::Abilities;

/// Reads the bytes as a template, as a configuration, and as what Terraform shows.
pub fn templates(data: &[u8]) -> bool {
    let mut is_read = false;
    for name in ["a.yaml", "main.tf", "plan.json"] {
        let source = Source { name: name.to_owned(), bytes: data.to_vec() };
        if let Ok(document) = read(&[source], None, &Assumptions::default()) {
            is_read = true;
            if let Err(refused) = document.web_acl(&mut Bundle::new(), Abilities::default()) {
                assert!(!refused.reason.is_empty());
            }
        }
    }
    is_read
}
