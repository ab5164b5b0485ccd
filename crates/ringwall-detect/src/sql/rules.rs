//! What is found in SQL, rule by rule, with what each finds and what it leaves alone.

use crate::Page;

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    Condition,
    Computed,
    Hidden,
    Order,
    Power,
    Union,
    Select,
    Statement,
    File,
    Probe,
    Obscured,
}

/// From which sensitivity on something counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// At both.
    Low,
    /// At the high one alone.
    High,
}

/// Something that was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    pub rule: Rule,
    pub level: Level,
    pub start: usize,
    pub end: usize,
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
        name: "condition",
        says: "a condition is added to the statement that the value is put into",
        finds: &[
            "1 OR 1=1",
            "x' or 'a'='a",
            "\" or \"\"=\"",
            "1) and (2=2",
            "' or 1--",
            "admin' or not 0#",
            "1/**/or/**/2>1",
            "5 and substring(pass,1,1)=5",
            "' or username like 'a%",
            "0x31 || 1=1 --",
            "1 and(select 1)=1",
            "\\' or 1=1-- ",
            "* or 1=1",
            "1' or '{\"a\":1}'::jsonb @> '{\"a\":1}",
        ],
        finds_at_high: &["1 or true", "1 and a=b", "case when 1 then 2 end", "item and char(65)=char(66)"],
        leaves: &[
            "1 or 2 boxes",
            "1950 or 1960",
            "salt and pepper",
            "'this' or 'that'",
            "80% acrylic and 20% wool",
            "rock 'n' roll or blues",
            "if (i > 0 && n == len)",
            "O'Brien and O'Neil",
            "and 9 is slowest and best",
        ],
    },
    Page {
        name: "computed",
        says: "the value goes on computing behind the quote that it closes",
        finds: &["'||version()||'", "x' + char(65) + 'x", "'-(1)-- "],
        finds_at_high: &["'*'", "a'+'b", "1' & '1"],
        leaves: &["'", "''", "it's", "x + ' = ' + y", "['a', 'b']", "5' + 6' of cable"],
    },
    Page {
        name: "hidden",
        says: "a comment hides the rest of the statement behind the value",
        finds: &["admin'--", "admin' #", "admin'/*", "x')-- -", "x' -- aB3d"],
        finds_at_high: &["1--", "7 /*", "x'--sp_password"],
        leaves: &["foo--", "a -- b", "the boys' room -- upstairs", "see #12", "'-- not one --'", "src/*.rs", "--help"],
    },
    Page {
        name: "order",
        says: "the statement is ordered or grouped to learn how many columns it has",
        finds: &["1 order by 5--", "x' order by 3 #", "1 group by concat(0x3a,a)", " ORDER BY 10-- "],
        finds_at_high: &["1 order by 5 x"],
        leaves: &["order by phone", "in order by size", "group by 4 people", "by order of the management"],
    },
    Page {
        name: "power",
        says: "a call waits, reaches outside, or reads what it should not",
        finds: &[
            "1-sleep(5)",
            ")-sleep(9999",
            "1' + (select 1) + '",
            "1;waitfor delay '0:0:5'--",
            "benchmark(1000000,md5(1))",
            "extractvalue(1,concat(0x7e,2))",
            "1 procedure analyse(1,1)",
            "dbms_pipe.receive_message('a',5)",
            "1 rlike (select 1)",
        ],
        finds_at_high: &["sleep(5)", "load_file(name)"],
        leaves: &[
            "sleep well",
            "time.sleep(n)",
            "1-time.sleep(n)",
            "let file = load_file;",
            "(select one)",
            "waitfor it",
        ],
    },
    Page {
        name: "union",
        says: "another SELECT is joined to the statement",
        finds: &[
            "1 union select 1,2",
            "x' UNION ALL SELECT null--",
            "1/*!50000union*/ /*!50000select*/ 1",
            "1 union(((select a from b)))",
            "1e0union select 2",
            "1.e(union select 1)",
            "*/union select password from users--",
            "1 union\u{a0}select 1",
        ],
        finds_at_high: &["the union select", "-1 /* x */ union"],
        leaves: &[
            "union selected a few friends",
            "the union selects",
            "Credit Union",
            "1 union",
            "union (of workers) select",
        ],
    },
    Page {
        name: "select",
        says: "a SELECT reads a table, a variable or a function of the database",
        finds: &[
            "select * from users",
            "1,(select count(*) from t)",
            "select @@version",
            "select version()",
            "1;select pg_sleep(1)",
            "(select name from users where id=1)",
        ],
        finds_at_high: &["select name from users"],
        leaves: &["select one from the menu", "please select from: a, b", "select (2) of", "SELECTED FROM stock"],
    },
    Page {
        name: "statement",
        says: "another statement stands behind the one that the value is put into",
        finds: &[
            "1;drop table users",
            "x'; DELETE FROM users; --",
            "1; insert into a values (1)",
            "x',1); update [User] set a=1--",
            "1 exec xp_cmdshell 'dir'",
            "0); show warnings; set @q=0x1; prepare s from @q",
            "'declare @s varchar(10)",
        ],
        finds_at_high: &["drop table users;", "delete from users where 1"],
        leaves: &[
            "drop table reservations at six",
            "update the set of rules",
            "delete from my list",
            "insert into the slot",
            "exec(code, globals)",
            "; drop me a line",
            "create a table",
        ],
    },
    Page {
        name: "file",
        says: "a file of the database's host is read or written",
        finds: &["1 into outfile '/tmp/a'", "' into dumpfile '/a'#", "1;load data infile '/etc/passwd'"],
        finds_at_high: &[],
        leaves: &["into the outfile", "load data from file", "dumpfile.sql"],
    },
    Page {
        name: "probe",
        says: "the database is asked about itself",
        finds: &["ascii(substring(version() from 1 for 1))", "hex(user())", "from information_schema.tables"],
        finds_at_high: &["mid(@@hostname, 1, 1)"],
        leaves: &["version 2", "the user (guest)", "length(name)", "information schema"],
    },
    Page {
        name: "obscured",
        says: "it is written so that a filter and a database read it differently",
        finds: &["a /*!50003 b */"],
        finds_at_high: &[
            "1 /*!anything*/",
            "1 /* /* */ */ 2",
            "foo/* yes this is sqli */",
            "concat(char(65)||char(66)||chr(67))",
        ],
        leaves: &["/*! normalize.css v3 */", "/* a */ /* b */", "src/* and lib/*", "a/*b*/c"],
    },
];
