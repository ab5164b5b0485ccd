//! Ways around filters that have become known, written anew: each with what it is that gets past others.

use ringwall_detect::{Sensitivity, sqli, xss};

/// What gets past filters that look at few parts, at one dialect, or at words alone.
const SQL: &[(&str, &str)] = &[
    // More parts than a filter looks at.
    ("0); show warnings; set @a=0x73; prepare b from @a; execute b;#", "a harmless statement first"),
    ("1,2,3,4,5,6,7,8) or 1=1--", "a list first"),
    ("'+'a'+'b'+'c'+'d'+'e' or 2>1-- ", "sums first"),
    ("','','a.jpg'); update [User] set Name=(select Password from [User])--", "the other columns of an INSERT first"),
    ("x' and not not not not not 1=1-- ", "operators first"),
    ("((((((((((1)))))))))) union select 2", "parentheses first"),
    ("1/**/or/**/1/**/=/**/1", "comments for blanks"),
    ("1--x\nor--y\n1=1", "comments of one line for blanks"),
    ("1#x\nunion#y\nselect 2", "MySQL's comments for blanks"),
    ("1\u{b}or\u{c}1\t=\r1", "other blanks"),
    ("1\u{a0}union\u{a0}select\u{a0}2", "blanks beyond ASCII"),
    ("1\0or\u{0}1=1", "NULs for blanks"),
    // What only one dialect reads.
    ("1.e(union 1.e select 1.e(2))", "numbers that MySQL reads over"),
    ("1/*!50000union*//*!50000select*/2", "comments that MySQL runs"),
    ("1 /*!union*/ /*!select*/ 2", "comments that MySQL runs, of any version"),
    ("{x (1)} union select 2", "braces of ODBC's"),
    ("1d union select 2", "numbers with Oracle's suffix"),
    ("1dunion select 2", "the same without a blank"),
    ("x' or $$a$$=$$a$$--", "PostgreSQL's strings"),
    ("x' or $b$a$b$=$b$a$b$--", "PostgreSQL's strings with a name"),
    ("1 or 1::int=1", "PostgreSQL's casts"),
    ("x' or '{\"b\":2}'::jsonb <@ '{\"a\":1,\"b\":2}", "operators on JSON"),
    ("1 or json_length('{}') <= 8896", "functions on JSON"),
    ("x' or data->>'a'='b", "arrows into JSON"),
    ("x' sounds like 'x", "words that compare"),
    ("x' or 1 regexp 1-- ", "words that compare, behind OR"),
    ("x'; exec('sel'+'ect 1')--", "statements put together"),
    ("1;waitfor time '10:00'", "other ways to wait"),
    ("1 and 1=(select 1 from pg_sleep(1))", "ways to wait in a FROM"),
    ("x` or 1=1-- ", "quoted names"),
    ("1) or (select 1)=1 limit 1 -- ", "clauses behind"),
    // Where the quotes are.
    ("x\\' or 1=1-- ", "a backslash that the application doubles"),
    ("' or ''='", "empty strings"),
    ("'or'1'='1", "no blanks"),
    ("'||1--", "OR as a symbol"),
    ("' or+1--+", "signs"),
    ("\"or 1 -- '", "quotes in the comment"),
    ("x' or 1=1;'", "one quote more"),
    ("*/union select password from users--", "a comment of the application's closed"),
    ("') or ('1", "parentheses of the application's"),
    ("1) into outfile '/tmp/x'--", "no SELECT at all"),
    ("'-sqlite_version() union select a from b--", "a call between"),
    ("1 rlike (select (case when (1=1) then 1 else 0x28 end))", "RLIKE with a SELECT"),
    ("1 and exp(~(select * from (select user())a))", "overflows that print"),
    ("1' in boolean mode) rlike (select (case when (7=7) then 1 else 0x28 end))#", "within a MATCH"),
    ("1 or updatexml(1,concat(0x7e,(select 2)),1)", "errors that print"),
];

const HTML: &[(&str, &str)] = &[
    ("<svg\u{b}onload=x>", "a vertical tab"),
    ("<img/src/onerror=x>", "slashes"),
    ("<img src='x'onerror=x>", "nothing between"),
    ("<img src=\"x\"\u{1}onerror=x>", "control characters"),
    ("<img =\"a\" onerror=x>", "a name that begins with an equals sign"),
    ("<img src=x onerror\n=\nx>", "blanks around the equals sign"),
    ("<a href=\"&#0000106avascript:x\">", "zeroes that lead"),
    ("<a href=\"java&NewLine;script&colon;x\">", "references by name"),
    ("<a href=\"&#x6A&#x61vascript:x\">", "references without a semicolon"),
    ("<a href=\"\u{3000}javascript:x\">", "blanks beyond ASCII"),
    ("<iframe srcdoc='&lt;b onclick=x&gt;'>", "documents in attributes"),
    ("<animate attributeName=href values=javascript:x>", "animated addresses"),
    ("<svg><set attributeName=onmouseover to=x>", "animated events"),
    ("<math><maction actiontype=statusline xlink:href=javascript:x>", "MathML"),
    ("<!--><img src=x onerror=x>", "a comment that is none"),
    ("<!-- --!><img src=x onerror=x>", "a comment's other end"),
    ("<textarea><img title=\"</textarea><img src onerror=x>\">", "text to one reader, a tag to another"),
    ("<noscript><p title=\"</noscript><img src onerror=x>\">", "the same for noscript"),
    ("<a:b:script>", "namespaces"),
    ("<x oncontentvisibilityautostatechange=x>", "events that are new"),
    ("<x onpagereveal=x>", "events that are newer"),
    ("<x onbeforedeactivate=x>", "events that are old"),
    ("<b style=\"x:expr/**/ession(x)\">", "comments in styles"),
    ("<meta content=\"0;url=javascript:x\" http-equiv=refresh>", "refreshing"),
    ("<form><button formaction=javascript:x>", "other addresses"),
    ("<embed code=javascript:x>", "forgotten addresses"),
    ("x' onpointerrawupdate='alert(1)", "a tag of the page's"),
    ("x\"autofocus onfocus=\"x(1)", "a tag of the page's, without blanks"),
    ("javascript&Tab;:alert(1)", "an address of the page's"),
    ("\\\";alert(1)//", "a script of the page's"),
    ("{{[].pop.constructor('x')()}}", "a template of the page's"),
    ("+ADw-img src+AD0-x onerror+AD0-x+AD4-", "UTF-7"),
    ("<scr\0ipt>", "NULs"),
    ("<<script>", "two brackets"),
    ("<img src=x:x onerror=x//", "no end"),
    ("</title><svg/onload=x>", "an element of the page's closed"),
];

/// What is known to get past us as well, and why it stays so.
const KNOWN: &[(&str, &str)] = &[
    ("1 or id", "two words between which people write OR all the time"),
    ("1 or 1", "two numbers between which people do"),
    ("1=1", "says nothing to the database that it did not know"),
    (
        "1\u{2019} or \u{2018}1\u{2019}=\u{2018}1",
        "quotes that only SQL Server turns into quotes, and only in some columns",
    ),
];

#[test]
fn known_ways_around_filters_do_not_lead_around_this_one() {
    let missed: Vec<_> = SQL
        .iter()
        .filter(|(input, _)| sqli(input.as_bytes(), Sensitivity::High).is_none())
        .chain(HTML.iter().filter(|(input, _)| xss(input.as_bytes()).is_none()))
        .collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn nearly_all_of_them_are_found_at_the_low_sensitivity_too() {
    let missed: Vec<_> = SQL.iter().filter(|(input, _)| sqli(input.as_bytes(), Sensitivity::Low).is_none()).collect();
    assert_eq!(missed.iter().map(|(_, why)| *why).collect::<Vec<_>>(), ["words that compare"], "{missed:#?}");
}

#[test]
fn what_is_known_to_be_missed_is_still_missed() {
    for (input, why) in KNOWN {
        let found = sqli(input.as_bytes(), Sensitivity::High);
        assert!(found.is_none(), "{input:?} is found now; it need not be listed as missed because of {why}");
    }
}
