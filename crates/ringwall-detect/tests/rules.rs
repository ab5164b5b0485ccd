//! Every example of every rule is found, or left alone, as its page says.

use ringwall_detect::{Finding, Page, Sensitivity, sqli, sqli_rules, xss, xss_rules};

/// Everything that an example shows otherwise than its page says.
fn wrong(page: &Page, find: impl Fn(&str, Sensitivity) -> Option<Finding>) -> Vec<String> {
    let mut wrong = Vec::new();
    let rule = |input: &str, sensitivity| find(input, sensitivity).map(|finding| finding.rule);
    let mut expect = |input: &str, low: Option<&str>, high: Option<&str>| {
        let found = (rule(input, Sensitivity::Low), rule(input, Sensitivity::High));
        if found != (low, high) {
            wrong.push(format!("{}: {input:?}: {found:?} instead of {:?}", page.name, (low, high)));
        }
    };
    for input in page.finds {
        expect(input, Some(page.name), Some(page.name));
    }
    for input in page.finds_at_high {
        expect(input, None, Some(page.name));
    }
    for input in page.leaves {
        expect(input, None, None);
    }
    wrong
}

#[test]
fn every_example_is_as_its_page_says() {
    let sql =
        sqli_rules().iter().flat_map(|page| wrong(page, |input, sensitivity| sqli(input.as_bytes(), sensitivity)));
    let html = xss_rules().iter().flat_map(|page| wrong(page, |input, _| xss(input.as_bytes())));
    let wrong: Vec<String> = sql.chain(html).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_examples_of_both_sides_and_a_name_of_its_own() {
    for pages in [sqli_rules(), xss_rules()] {
        let mut names: Vec<_> = pages.iter().map(|page| page.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), pages.len());
        for page in pages {
            assert!(!page.finds.is_empty() && !page.leaves.is_empty() && !page.says.is_empty(), "{}", page.name);
        }
    }
}
