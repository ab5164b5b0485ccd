//! What is found in HTML and scripts, rule by rule, with what each finds and what it leaves alone.

use crate::Page;

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    Tag,
    Event,
    Address,
    Style,
    Document,
    Declaration,
    LooseAttribute,
    LoneAddress,
    Script,
    Template,
    Utf7,
}

impl Rule {
    /// What is to be read about it.
    pub(crate) fn page(self) -> &'static Page {
        &PAGES[self as usize]
    }
}

/// Every rule, in the order of [`Rule`].
pub(crate) static PAGES: [Page; 11] = [
    Page {
        name: "tag",
        says: "a tag runs scripts, loads documents, or changes how the rest is read",
        finds: &[
            "<script>alert(1)</script>",
            "\"><ScRiPt src=//x>",
            "<scr\0ipt>",
            "<svg/onload=alert(1)>",
            "<iframe",
            "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>",
            "<object data=x>",
            "<base href=//x>",
            "<meta http-equiv=refresh content=0>",
            "<math><mtext>",
            "<p title=\"</textarea><script>\">",
            "<!-- </title><script> -->",
            "<!x <script>",
        ],
        finds_at_high: &[],
        leaves: &[
            "List<Object>",
            "a < script",
            "<b>bold</b>",
            "<meta charset=\"utf-8\">",
            "1<2 && 3>2",
            "<3 scripts",
            "<description>",
            "<script-less@example.com>",
        ],
    },
    Page {
        name: "event",
        says: "an attribute of a tag runs its value when something happens",
        finds: &[
            "<img src=x onerror=alert(1)>",
            "<a/onclick = 'x'>",
            "<b onmouseover\n=x",
            "<x 1=\">\" onxxxx=1 ",
            "<details open ontoggle=alert`1`>",
            "<div/style=''onclick=x>",
        ],
        finds_at_high: &[],
        leaves: &["<img src=once>", "<option one=1>", "<p>onclick=1</p>", "<a on=x>", "<a href='?onload=1'>"],
    },
    Page {
        name: "address",
        says: "an address in a tag is a script, or a document with scripts",
        finds: &[
            "<a href=javascript:alert(1)>",
            "<a href=\"jav&#x09;ascript&colon;x\">",
            "<a href=' \u{1}javascript:x'>",
            "<form action=vbscript:x>",
            "<img src=\"data:image/svg+xml,x\">",
            "<a href='data:text/html;base64,x'>",
            "<a xlink:href=\"java\nscript:x\">",
            "<param name=url value=javascript:x>",
        ],
        finds_at_high: &[],
        leaves: &[
            "<a href=/javascript:>",
            "<a href=\"https://example.com/?javascript:\">",
            "<img src='data:image/png;base64,AA=='>",
            "<a title='javascript: a book'>",
        ],
    },
    Page {
        name: "style",
        says: "a style of a tag runs scripts or loads what does",
        finds: &[
            "<b style=\"width:expression(x)\">",
            "<b style='-moz-binding:url(x)'>",
            "<b style=x:exp/**/ression(1)>",
            "<b style='x:\\65xpression(1)'>",
        ],
        finds_at_high: &[],
        leaves: &["<b style=\"color:red\">", "<b style='background:url(/a.png)'>", "style=color:red;background:white"],
    },
    Page {
        name: "document",
        says: "an attribute holds a document of its own",
        finds: &["<frame-less srcdoc='&lt;script&gt;'>", "<b srcdoc=x>"],
        finds_at_high: &[],
        leaves: &["srcdoc is an attribute", "<b srcdoc>"],
    },
    Page {
        name: "declaration",
        says: "a declaration defines or loads something, or is a directive to the server",
        finds: &[
            "<!ENTITY x 'y'>",
            "<?xml-stylesheet href=x?>",
            "<!--[if IE]>x<![endif]-->",
            "<!--#exec cmd=ls-->",
            "<!DOCTYPE a [<!ENTITY b 'c'>]>",
        ],
        finds_at_high: &[],
        leaves: &["<!DOCTYPE html>", "<!-- a comment -->", "<?xml version='1.0'?>", "<!-- # 1 -->"],
    },
    Page {
        name: "loose-attribute",
        says: "an attribute is added to a tag of the page that the value is put into",
        finds: &[
            "\" onmouseover=alert(1) x=\"",
            "x onfocus=alert(1) autofocus",
            "'/onclick='alert(1)",
            "\" formaction=javascript:x ",
            "\" srcdoc=\"&lt;script&gt;\"",
        ],
        finds_at_high: &[],
        leaves: &[
            "online==",
            "onfoo=1",
            "Press Onward&var=Son",
            "design ontwerp&go=Search",
            "=<a href=\"data\">",
            "music on&color=&logo=",
            "?q=x&onload=1",
            "filter=in(labels.name,\"test\")",
            "a onload=done",
        ],
    },
    Page {
        name: "lone-address",
        says: "the value is the address of a script",
        finds: &["javascript:alert(1)", " JAVA\tSCRIPT:alert`1`", "javascript&colon;alert(1)", "data:text/html,<b>"],
        finds_at_high: &[],
        leaves: &["JavaScript: the good parts", "javascript:", "javascript", "data:image/png;base64,AA"],
    },
    Page {
        name: "script",
        says: "the value leaves a string of the script that it is put into",
        finds: &["';alert(1)//", "'-alert(1)-'", "\\';alert(0)//", "\"};eval(x)//", "';window['al'+'ert'](1);//"],
        finds_at_high: &[],
        leaves: &["it's top (notch)", "'a' + document.title", "say('x'); alert(1);", "don't alert(1)", "';alert"],
    },
    Page {
        name: "template",
        says: "the value is an expression of a template that calls code",
        finds: &["${alert(1)}", "{{constructor.constructor('x')()}}"],
        finds_at_high: &[],
        leaves: &["{{name}}", "${HOME}/bin", "{\"constructor\":1}"],
    },
    Page {
        name: "utf-7",
        says: "a tag is written in UTF-7",
        finds: &["+ADw-script+AD4-"],
        finds_at_high: &[],
        leaves: &["a+ADw-1", "+ADw", "C+ and D-"],
    },
];
