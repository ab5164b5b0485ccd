//! The words that mean something to SQL, in the dialects of MySQL, PostgreSQL, SQL Server, Oracle and SQLite.
//!
//! A word is here if it decides how a statement reads on, or if what follows it says what the statement is after. Words that are
//! as good as names are left out: fewer words, fewer mistakes with prose.

/// What a word means. Words of one meaning are one variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    // statements
    Select,
    Union,
    Except,
    Insert,
    Update,
    Delete,
    Drop,
    Alter,
    Create,
    Truncate,
    Replace,
    Exec,
    Declare,
    Set,
    Shutdown,
    Waitfor,
    Copy,
    Load,
    Prepare,
    Call,
    Grant,
    Show,
    Handler,
    Backup,
    Begin,
    If,
    Do,
    Kill,
    Attach,
    Rename,
    // clauses
    All,
    Distinct,
    Top,
    From,
    Into,
    Where,
    Having,
    Group,
    Order,
    By,
    Limit,
    Procedure,
    Values,
    Join,
    On,
    Using,
    For,
    Lock,
    As,
    Direction,
    Case,
    When,
    Then,
    Else,
    EndCase,
    // objects and places
    Object,
    File,
    Delay,
    Database,
    Infile,
    // operators
    And,
    Or,
    Not,
    Like,
    In,
    Is,
    Between,
    Compute,
    Collate,
    Prefix,
    // values
    Catalogue,
    Null,
    Constant,
    // functions, if a parenthesis follows; names otherwise
    Wait,
    Reach,
    Probe,
    Function,
    Common,
}

use Word::*;

/// The longest word of the table, in bytes.
const LONGEST: usize = 24;

/// What the word means; nothing if SQL does not know it. Case makes no difference.
pub(crate) fn lookup(word: &[u8]) -> Option<Word> {
    // Most words of prose are told by their first letter and their length.
    let initial = usize::from(word.first()?.to_ascii_lowercase().checked_sub(b'a')?);
    if word.len() < 2 || LENGTHS.get(initial)? >> word.len().min(31) & 1 == 0 {
        return None;
    }
    let mut lower = [0; LONGEST];
    let lower = lower.get_mut(..word.len())?;
    for (to, from) in lower.iter_mut().zip(word) {
        *to = from.to_ascii_lowercase();
    }
    if lower.starts_with(b"xp_") || lower.starts_with(b"sp_oa") {
        return Some(Reach);
    }
    let lower: &[u8] = lower;
    let (from, to) = *INITIALS.get(initial)?;
    let words = &WORDS[from..to];
    // Few words have the same first letter, and fewer the same length: quicker than halving.
    let same = |known: &str| known.len() == lower.len() && known.as_bytes()[1] == lower[1] && known.as_bytes() == lower;
    words.iter().find(|(known, _)| same(known)).map(|(_, meaning)| *meaning)
}

/// The lengths of the words with each first letter, as bits; names of procedures have any.
static LENGTHS: [u32; 26] = lengths();

const fn lengths() -> [u32; 26] {
    let mut lengths = [0; 26];
    lengths[(b'x' - b'a') as usize] = u32::MAX;
    lengths[(b's' - b'a') as usize] = u32::MAX;
    let mut index = 0;
    while index < WORDS.len() {
        let word = WORDS[index].0.as_bytes();
        lengths[(word[0] - b'a') as usize] |= 1 << word.len();
        index += 1;
    }
    lengths
}

/// Where in the table the words with each first letter are.
static INITIALS: [(usize, usize); 26] = initials();

const fn initials() -> [(usize, usize); 26] {
    let mut places = [(0, 0); 26];
    let mut index = 0;
    while index < WORDS.len() {
        let initial = (WORDS[index].0.as_bytes()[0] - b'a') as usize;
        if places[initial].1 == 0 {
            places[initial].0 = index;
        }
        places[initial].1 = index + 1;
        index += 1;
    }
    places
}

/// Every word, in order.
#[rustfmt::skip]
static WORDS: &[(&str, Word)] = &[
    ("abs", Common), ("aes_decrypt", Function), ("aes_encrypt", Function), ("against", Like), ("all", All),
    ("all_tab_columns", Catalogue), ("all_tables", Catalogue), ("alter", Alter), ("analyse", Reach), ("and", And),
    ("any", Prefix), ("array_agg", Function), ("array_to_string", Function), ("as", As), ("asc", Direction),
    ("ascii", Function), ("attach", Attach), ("avg", Function),
    ("backup", Backup), ("begin", Begin), ("benchmark", Wait), ("between", Between), ("bin", Common),
    ("binary", Prefix), ("bit_length", Function), ("by", By),
    ("call", Call), ("case", Case), ("cast", Function), ("ceil", Common), ("ceiling", Function), ("char", Function),
    ("char_length", Function), ("character_length", Function), ("charindex", Function), ("chr", Common),
    ("coalesce", Function), ("collate", Collate), ("column", Object), ("compress", Function), ("concat", Function),
    ("concat_ws", Function), ("connection_id", Probe), ("conv", Function), ("convert", Function), ("copy", Copy),
    ("cos", Function), ("count", Common), ("create", Create), ("curdate", Probe), ("current_database", Probe),
    ("current_date", Constant), ("current_schema", Constant), ("current_setting", Probe), ("current_time", Constant),
    ("current_timestamp", Constant), ("current_user", Constant), ("curtime", Probe),
    ("data", Database), ("database", Database), ("dbms_lock", Reach), ("dbms_pipe", Reach), ("dbms_xmlgen", Reach),
    ("declare", Declare), ("decode", Function), ("delay", Delay), ("delete", Delete), ("desc", Direction),
    ("distinct", Distinct), ("distinctrow", Distinct), ("div", Compute), ("do", Do), ("drop", Drop),
    ("dumpfile", File),
    ("else", Else), ("elt", Function), ("end", EndCase), ("escape", Collate), ("except", Except), ("exec", Exec),
    ("execute", Exec), ("exists", Prefix), ("exp", Common), ("export_set", Function), ("extractvalue", Reach),
    ("false", Constant), ("field", Common), ("find_in_set", Function), ("floor", Common), ("for", For),
    ("format", Common), ("from", From), ("function", Object),
    ("get_lock", Wait), ("glob", Like), ("grant", Grant), ("group", Group), ("group_concat", Function),
    ("gtid_subset", Reach),
    ("handler", Handler), ("having", Having), ("hex", Common), ("host_name", Probe),
    ("if", If), ("ifnull", Function), ("ilike", Like), ("in", In), ("index", Object), ("infile", Infile),
    ("information_schema", Catalogue), ("inner", Join), ("insert", Insert), ("instr", Function), ("intersect", Except),
    ("interval", Prefix), ("into", Into), ("is", Is), ("isnull", Function),
    ("join", Join), ("json_extract", Function), ("json_keys", Function), ("json_length", Function),
    ("json_valid", Function),
    ("kill", Kill),
    ("last_insert_id", Probe), ("lcase", Function), ("left", Common), ("len", Common), ("length", Common),
    ("like", Like), ("limit", Limit), ("lo_import", Reach), ("load", Load), ("load_file", Reach),
    ("localtime", Constant), ("localtimestamp", Constant), ("locate", Function), ("lock", Lock), ("login", Object),
    ("lower", Common), ("lpad", Function), ("ltrim", Function),
    ("make_set", Function), ("master_pos_wait", Wait), ("match", Prefix), ("max", Common), ("md5", Function), ("mid", Function),
    ("min", Common), ("minus", Except), ("mod", Compute), ("msysaccessobjects", Catalogue),
    ("name_const", Reach), ("not", Not), ("notnull", Direction), ("now", Probe), ("null", Null), ("nullif", Function),
    ("nvl", Function),
    ("oct", Function), ("octet_length", Function), ("offset", Limit), ("on", On), ("openquery", Reach),
    ("openrowset", Reach), ("or", Or), ("ord", Common), ("order", Order), ("outfile", File),
    ("password", Function), ("pg_catalog", Catalogue), ("pg_ls_dir", Reach), ("pg_read_file", Reach),
    ("pg_shadow", Catalogue), ("pg_sleep", Wait), ("pi", Function), ("position", Common), ("pow", Common),
    ("prepare", Prepare), ("procedure", Procedure),
    ("quote", Common),
    ("rand", Function), ("randomblob", Wait), ("regexp", Like), ("rename", Rename), ("repeat", Common),
    ("replace", Replace), ("reverse", Common), ("right", Common), ("rlike", Like), ("role", Object),
    ("round", Common), ("row_count", Probe), ("rownum", Constant), ("rpad", Function), ("rtrim", Function),
    ("schema", Database), ("select", Select), ("separator", Collate), ("serverproperty", Probe),
    ("session_user", Constant), ("set", Set), ("sha1", Function), ("show", Show), ("shutdown", Shutdown),
    ("sign", Common), ("similar", Like), ("sin", Function), ("sleep", Wait), ("some", Prefix),
    ("soundex", Function), ("sounds", Like), ("space", Function), ("sqlite_compileoption_get", Probe),
    ("sqlite_master", Catalogue), ("sqlite_schema", Catalogue), ("sqlite_version", Probe), ("starts_with", Function),
    ("strcmp", Function), ("string_agg", Function), ("stuff", Function), ("substr", Function),
    ("substring", Function), ("substring_index", Function), ("sum", Common), ("sys_context", Probe),
    ("sys_eval", Reach), ("sys_exec", Reach), ("syscolumns", Catalogue), ("sysdate", Probe),
    ("sysobjects", Catalogue), ("system_user", Constant),
    ("table", Object), ("tablespace", Object), ("then", Then), ("to_char", Function), ("to_timestamp_tz", Reach),
    ("top", Top), ("trigger", Object), ("trim", Common), ("true", Constant), ("truncate", Truncate),
    ("ucase", Function), ("uncompress", Function), ("unhex", Function), ("unicode", Function), ("union", Union),
    ("update", Update), ("updatexml", Reach), ("upper", Common), ("user", Database),
    ("user_id", Probe), ("user_name", Probe), ("user_tables", Catalogue), ("using", Using), ("utc_date", Constant),
    ("utc_time", Constant), ("utl_http", Reach), ("utl_inaddr", Reach), ("uuid", Function),
    ("values", Values), ("version", Probe), ("view", Object),
    ("waitfor", Waitfor), ("when", When), ("where", Where),
    ("xmltype", Reach), ("xor", Or),
    ("zeroblob", Wait),
];

impl Word {
    /// Whether it names a function where a parenthesis follows.
    pub(crate) fn is_function(self) -> bool {
        matches!(
            self,
            Wait | Reach
                | Probe
                | Function
                | Common
                | If
                | Replace
                | Insert
                | Database
                | Truncate
                | Compute
                | Values
                | Null
        )
    }

    /// Whether a phrase begins with it, or needs it further on; functions apart.
    pub(crate) fn begins_phrase(self) -> bool {
        !matches!(
            self,
            Not | Prefix
                | Compute
                | Collate
                | Direction
                | Constant
                | Null
                | EndCase
                | Then
                | Else
                | As
                | On
                | Using
                | For
                | By
                | Join
        ) && !matches!(
            self,
            Where
                | Having
                | Group
                | Order
                | Limit
                | Values
                | All
                | Distinct
                | Top
                | From
                | Into
                | Lock
                | Object
                | Begin
        ) && !matches!(self, Do | Kill | Rename | Grant | Replace)
    }

    /// Whether it is a name like any other where no parenthesis follows.
    pub(crate) fn is_name_alone(self) -> bool {
        matches!(self, Wait | Reach | Probe | Function | Common | Database | Object | File | Delay | Infile | Catalogue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_every_word_of_it_is_found() {
        assert!(
            WORDS.windows(2).all(|pair| pair[0].0 < pair[1].0),
            "{:?}",
            WORDS.windows(2).find(|p| p[0].0 >= p[1].0)
        );
        for (word, meaning) in WORDS {
            assert!(word.len() <= LONGEST);
            assert_eq!(lookup(word.as_bytes()), Some(*meaning));
            assert_eq!(lookup(word.to_uppercase().as_bytes()), Some(*meaning));
        }
    }

    #[test]
    fn what_sql_does_not_know_is_no_word() {
        for word in ["", "a", "selects", "unio", "zz", "_", "1", "abcdefghijklmnopqrstuvwxyz", "\u{df}", "cancel"] {
            assert_eq!(lookup(word.as_bytes()), None, "{word}");
        }
    }
}
