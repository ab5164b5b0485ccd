//! The OWASP Core Rule Set, from a package of the system or from a folder.

use crate::files::Files;
use crate::refusal::Refusal;
use crate::ruleset::{RuleSet, Source};

/// How the Core Rule Set is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings<'s> {
    /// the rules of which levels count, 1 to 4
    pub paranoia_level: u8,
    /// the rules up to which level are asked; not less than those that count
    pub executing_paranoia_level: u8,
    /// as many points stop a request
    pub inbound_threshold: u32,
    /// directives before those of the set
    pub before: &'s str,
    /// directives behind them
    pub after: &'s str,
}

impl Default for Settings<'_> {
    fn default() -> Self {
        Settings { paranoia_level: 1, executing_paranoia_level: 1, inbound_threshold: 5, before: "", after: "" }
    }
}

/// Where its files are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// the file that sets it up
    pub setup: String,
    /// what is read before the rules, if it is there
    pub before: String,
    /// the rules
    pub rules: String,
    /// what is read behind the rules, if it is there
    pub after: String,
    /// whether rules see a body of XML as it was sent, too. ModSecurity 3 shows it, and the rules of version 3 are compared with
    /// that; the rules of version 4 expect not to see the names of elements.
    pub shows_raw_xml: bool,
}

impl Folder {
    /// Where Debian's package `modsecurity-crs` puts it.
    pub fn of_debian() -> Folder {
        let own = "/etc/modsecurity/crs/";
        Folder {
            setup: format!("{own}crs-setup.conf"),
            before: format!("{own}REQUEST-900-EXCLUSION-RULES-BEFORE-CRS.conf"),
            rules: "/usr/share/modsecurity-crs/rules/*.conf".into(),
            after: format!("{own}RESPONSE-999-EXCLUSION-RULES-AFTER-CRS.conf"),
            shows_raw_xml: true,
        }
    }

    /// A folder as it is released.
    pub fn released(folder: &str) -> Folder {
        let folder = folder.trim_end_matches('/');
        Folder {
            setup: format!("{folder}/crs-setup.conf*"),
            before: format!("{folder}/plugins/*-before.conf"),
            rules: format!("{folder}/rules/*.conf"),
            after: format!("{folder}/plugins/*-after.conf"),
            shows_raw_xml: false,
        }
    }
}

/// What any server does before the rules: JSON and XML are read by whoever can, and what nobody can read is refused.
pub const ENGINE: &str = r#"SecRule REQUEST_HEADERS:Content-Type "@rx ^(?i:application/(?:[\w.+-]+\+)?json)" \
    "id:200001,phase:1,pass,nolog,t:none,ctl:requestBodyProcessor=JSON"
SecRule REQUEST_HEADERS:Content-Type "@rx ^(?i:(?:application|text)/(?:[\w.+-]+\+)?xml)" \
    "id:200000,phase:1,pass,nolog,t:none,ctl:requestBodyProcessor=XML"
SecRule REQBODY_ERROR "!@eq 0" \
    "id:200002,phase:2,deny,status:400,log,t:none,severity:2,\
    msg:'The body cannot be read',logdata:'%{REQBODY_ERROR_MSG}'"
SecRule MULTIPART_STRICT_ERROR "!@eq 0" \
    "id:200003,phase:2,deny,status:400,log,t:none,severity:2,\
    msg:'The body has parts that others may read in another way'"
"#;

const HIDES_XML: &str = r#"SecRule REQBODY_PROCESSOR "@streq XML" \
    "id:200009,phase:1,pass,nolog,t:none,ctl:forceRequestBodyVariable=Off"
"#;

impl RuleSet {
    /// Reads the Core Rule Set.
    ///
    /// # Errors
    /// What is wrong first, with its file and line; of the settings, that levels are none of 1 to 4 or contradict each other.
    pub fn read_core(files: &dyn Files, folder: &Folder, settings: &Settings) -> Result<RuleSet, Refusal> {
        let levels = text(settings)?;
        RuleSet::read(
            files,
            &[
                Source::Text("engine", ENGINE),
                Source::Text("engine", if folder.shows_raw_xml { "" } else { HIDES_XML }),
                Source::Files(&folder.setup),
                Source::Text("settings", &levels),
                Source::Text("before", settings.before),
                Source::FilesIfAny(&folder.before),
                Source::Files(&folder.rules),
                Source::FilesIfAny(&folder.after),
                Source::Text("after", settings.after),
            ],
        )
    }
}

/// The settings in the words of versions 3 and 4.
fn text(settings: &Settings) -> Result<String, Refusal> {
    let (own, executing) = (settings.paranoia_level, settings.executing_paranoia_level);
    let place = crate::refusal::Place { file: "settings".into(), line: 1 };
    if !(1..=4).contains(&own) || !(own..=4).contains(&executing) {
        return Err(place.refuse(format!("paranoia levels are 1 to 4, and {executing} must not be less than {own}")));
    }
    let names = [
        ("paranoia_level", u32::from(own)),
        ("blocking_paranoia_level", u32::from(own)),
        ("executing_paranoia_level", u32::from(executing)),
        ("detection_paranoia_level", u32::from(executing)),
        ("inbound_anomaly_score_threshold", settings.inbound_threshold),
    ];
    let writes: Vec<String> = names.iter().map(|(name, value)| format!("setvar:tx.{name}={value}")).collect();
    Ok(format!("SecAction \"id:900001,phase:1,pass,nolog,t:none,{}\"\n", writes.join(",")))
}
