"""Where Ringwall and libmodsecurity do not fire the same rules, and why; and what version 4's own cases expect and is not so."""

# Ringwall finds SQL injection and cross-site scripting by its own detector (decision 21), the library by libinjection: these rules ask
# them. What adds up their points follows.
DETECTORS = {941100, 941101, 942100, 942101}
SUMS = {949110, 959100, 980120, 980130, 980140, 980150}

# The library walks through values in the order of a hash table, Ringwall in the order in which they were sent. This rule looks at the
# last value that its first link found.
LAST_VALUE = {932200}

# What random requests do not have, because the library is wrong about it:
# - a line feed within a value of a multipart form: the library leaves it out of the value;
# - a byte of zero: its `utf8toUnicode` makes another byte of it and the next one;
# - a header of a part that is wrong: it goes on with what it read so far, in several ways. Both refuse such a body (200002, 200003).
#
# What is compared to texts without regard to case here, and with regard to it there: names of values in
# `ctl:ruleRemoveTargetById`. No rule of the package shows it.

# Cases of the regression tests of version 4 whose expectations do not hold.
VERSION_4 = {
    "920620-1": "one of two headers of that name counts where they are not made one, as in front of Apache",
    "942100-13": "the detector takes a command of Windows in quotes for no SQL",
    "942101-9": "the detector takes `*/*/2 union all/bar` for no SQL",
    "942101-11": "the detector sees `union all select` in a path",
}
