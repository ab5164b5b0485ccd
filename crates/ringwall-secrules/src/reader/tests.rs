//! What is read, and what is refused with its place.

use std::collections::BTreeMap;

use crate::ruleset::{RuleSet, Source};

fn read(text: &str) -> Result<RuleSet, String> {
    let files: BTreeMap<String, Vec<u8>> = [
        ("r/main.conf", text),
        ("r/more.conf", "SecAction \"id:50,phase:1,pass,nolog\"\n"),
        ("r/words.data", "# words\nab cd\nef\n"),
        ("r/deep.conf", "Include deep.conf\n"),
    ]
    .map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()))
    .into();
    RuleSet::read(&files, &[Source::Files("r/main.conf")]).map_err(|refusal| refusal.to_string())
}

#[test]
fn rules_chains_and_files_are_read() {
    let set = read(
        "SecRule ARGS|!ARGS:a|REQUEST_HEADERS:/^x-/ \"!@rx a\\\"b\" \\\n  \"id:1,phase:2,deny,status:418,t:none,t:lowercase,chain\"\n\
         SecRule &TX:n \"@eq 0\" \"setvar:'tx.n=+1',ctl:ruleRemoveById=50\"\n\
         Include m*.conf\nSecRule ARGS \"@pmFromFile words.data\" \"id:2\"\nSecMarker END\n",
    );
    // The pattern names this file, too, which would include itself.
    assert!(set.is_err());
    let set = read(
        "SecRule ARGS|!ARGS:a|REQUEST_HEADERS:/^x-/ \"!@rx a\\\"b\" \\\n  \"id:1,phase:2,deny,status:418,t:none,t:lowercase,chain\"\n\
         SecRule &TX:n \"@eq 0\" \"setvar:'tx.n=+1',ctl:ruleRemoveById=50\"\n\
         Include more.conf\nSecRule ARGS \"@pmFromFile words.data\" \"id:2\"\nSecMarker END\n",
    )
    .unwrap_or_else(|says| panic!("{says}"));
    let ids: Vec<(u32, usize, u16)> = set.rules().iter().map(|rule| (rule.id, rule.links.len(), rule.status)).collect();
    assert_eq!(ids, [(1, 2, 418), (50, 1, 403), (2, 1, 403)]);
    let first = &set.rules()[0].links[0];
    assert!(first.is_negated && first.targets.len() == 2 && first.targets[0].exclusions.len() == 1);
    assert_eq!(set.rules()[1].place.to_string(), "r/more.conf:1");
}

#[test]
fn defaults_count_where_a_rule_does_not_say() {
    let set = read(
        "SecDefaultAction \"phase:2,deny,status:406,nolog,t:lowercase\"\n\
         SecRule ARGS a \"id:1,phase:2,block\"\nSecRule ARGS a \"id:2,phase:2,block,log,t:none,t:trim,status:400\"\n",
    )
    .unwrap();
    let [first, second] = set.rules() else { panic!() };
    assert_eq!((first.is_logged, first.status), (false, 406));
    assert_eq!((second.is_logged, second.status), (true, 400));
    let names = |at: usize| format!("{:?}", set.rules()[at].links[0].transformations);
    assert_eq!((names(0), names(1)), ("[lowercase]".to_owned(), "[trim]".to_owned()));
}

#[test]
fn changes_count_wherever_they_stand() {
    let set = read(
        "SecRuleRemoveById 1\nSecRuleUpdateTargetById 2 \"!ARGS:b,REQUEST_URI\"\nSecRuleRemoveByTag x\n\
         SecRule ARGS a \"id:1\"\nSecRule ARGS a \"id:2\"\nSecRule ARGS a \"id:3,tag:x\"\n",
    )
    .unwrap();
    assert_eq!(set.rules()[1].links[0].targets.len(), 2);
    let steps: Vec<_> = set.phases[1].iter().collect();
    assert_eq!(steps, [&super::Step::Rule(1)]);
}

#[test]
fn what_cannot_be_done_is_refused_with_its_place() {
    for (text, says) in [
        ("SecRule ARGS", "r/main.conf:1: `secrule` with 1 arguments"),
        ("\nSecRule ARG a \"id:1\"", "r/main.conf:2: `ARG` is no variable"),
        ("SecRule ARGS a", "has no number"),
        ("SecRule ARGS a \"id:1\"\nSecRule ARGS b \"id:1\"", "r/main.conf:2: has the number 1"),
        ("SecRule ARGS \"@rx (?=a)b\" \"id:1\"", "`@rx` "),
        ("SecRule ARGS \"@rx (\" \"id:1\"", "`@rx` "),
        ("SecRule ARGS \"@rx a", "has no end"),
        ("SecRule ARGS \"@rbl a.example\" \"id:1\"", "asks another server"),
        ("SecRule ARGS \"@geoLookup\" \"id:1\"", "needs countries"),
        ("SecRule ARGS \"@nothing\" \"id:1\"", "is no operator"),
        ("SecRule ARGS \"@pmFromFile none\" \"id:1\"", "`r/none`, which there is not"),
        ("SecRule IP:a \"@eq 1\" \"id:1\"", "needs memory"),
        ("SecRule UNIQUE_ID a \"id:1\"", "needs a name for each request"),
        ("SecRule XML:/a/b a \"id:1\"", "another path"),
        ("SecRule TX:%{a} a \"id:1\"", "depends on the request"),
        ("SecRule REQUEST_URI:a a \"id:1\"", "one of several values"),
        ("SecAction \"id:1,exec:a\"", "the action `exec` is none of those"),
        ("SecAction \"id:1,initcol:ip=a\"", "the action `initcol` needs memory"),
        ("SecAction \"id:1,frobnicate\"", "the action `frobnicate` is unknown"),
        ("SecAction \"id:1,t:frobnicate\"", "no transformation"),
        ("SecAction \"id:1,chain\"", "no chain begins with"),
        ("SecAction \"id:1,setvar:args.a=1\"", "cannot be written"),
        ("SecAction \"id:1,setvar:ip.a=1\"", "needs memory"),
        ("SecAction \"id:1,setvar:tx.a=%{nothing}\"", "names no variable"),
        ("SecAction \"id:1,setvar:tx.do_reput_block=1\"", "switches on"),
        ("SecAction \"id:1,setvar:tx.sampling_percentage=50\"", "switches on"),
        ("SecAction \"id:1,setvar:tx.high_risk_country_codes=XX\"", "switches on"),
        ("SecAction \"id:1,setvar:tx.dos_burst_time_slice=60\"", "switches on"),
        ("SecAction \"id:1,ctl:ruleRemoveTargetById=5\"", "which variable"),
        ("SecAction \"id:1,ctl:hashEngine=On\"", "not done here"),
        ("SecRule ARGS a \"id:1,chain\"", "a chain ends with the file"),
        ("SecRule ARGS a \"id:1,chain\"\nSecMarker a", "next link of a chain"),
        ("SecRule ARGS a \"id:1,chain\"\nSecRule ARGS b \"deny\"", "only the first link"),
        ("SecRuleRemoveById 5", "r/main.conf:1: is about a rule that there is not"),
        ("SecAuditEngine On", "is no directive that is taken here"),
        ("SecRequestBodyLimitAction Reject", "only as much is looked at"),
        ("Include none.conf", "which there is not"),
        ("Include deep.conf", "r/deep.conf:1: is included through more than 8 files"),
        ("SecDefaultAction \"pass\"", "which phase"),
        ("SecRule ARGS \"@validateByteRange x\" \"id:1\"", "no range of bytes"),
    ] {
        match read(text) {
            Ok(_) => panic!("`{text}` was accepted"),
            Err(told) => assert!(told.contains(says), "`{text}`: {told}"),
        }
    }
}

#[test]
fn what_the_core_rule_set_needs_and_does_not_use_is_accepted_of_its_own_rules() {
    read("SecRule IP:a \"@eq 1\" \"id:910000,phase:1,pass,setvar:ip.b=1,expirevar:ip.b=60\"").unwrap();
    let set = read("SecCollectionTimeout 600\n").unwrap();
    assert_eq!(set.notes().len(), 1, "what changes nothing is told");
}

#[test]
fn whatever_stands_in_a_file_nothing_panics() {
    const PIECES: &[&str] = &[
        "SecRule ",
        "SecAction ",
        "SecMarker a\n",
        "ARGS",
        "|!ARGS:/a/",
        "&TX:b ",
        "\"",
        "'",
        "\\",
        "\n",
        "@rx ",
        "@pm ",
        "(",
        "[a",
        "id:1",
        ",",
        "chain",
        "phase:2",
        "setvar:tx.a=%{tx.b}",
        "ctl:ruleRemoveById=1-5",
        "t:lowercase",
        "%{",
        "Include ",
        "*",
        "!",
        "XML:/*",
        "=+",
        "\u{e4}",
        ":",
        "/",
    ];
    for seed in 0..30_000 {
        let mut random = fastrand::Rng::with_seed(seed);
        let text: String = (0..random.usize(0..30)).map(|_| PIECES[random.usize(..PIECES.len())]).collect();
        let _ = read(&text);
    }
}
