//! Which tags, attributes and schemes run scripts.

/// What makes a tag dangerous.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Danger {
    /// It runs scripts, loads documents, or changes how what follows is read.
    Itself,
    /// It does so by an attribute; without one it is a word in angle brackets, as in `List<Object>`.
    WithAttribute,
}

/// What is known of a tag by its name. Case makes no difference, nor does a prefix of a namespace.
pub(crate) fn tag(name: &[u8]) -> Option<Danger> {
    let mut lower = [0; 24];
    let name = lowered(name, &mut lower)?;
    let name = name.rsplit(|byte| *byte == b':').next().unwrap_or(name);
    let is = |names: &[&str]| names.iter().any(|known| known.as_bytes() == name);
    if is(&[
        "script",
        "iframe",
        "frame",
        "frameset",
        "svg",
        "math",
        "noscript",
        "isindex",
        "vmlframe",
        "xss",
        "foreignobject",
    ]) {
        return Some(Danger::Itself);
    }
    if name.starts_with(b"xsl") && name.len() > 3 || name == b"style" {
        return Some(Danger::Itself);
    }
    let with = [
        "applet",
        "base",
        "bgsound",
        "embed",
        "fencedframe",
        "handler",
        "import",
        "link",
        "listener",
        "meta",
        "object",
        "portal",
    ];
    (is(&with) || is(&["set", "animate", "animatetransform", "animatemotion", "xml", "annotation-xml"]))
        .then_some(Danger::WithAttribute)
}

/// Whether an attribute of that name runs its value, in any browser: `onclick`. Case makes no difference.
pub(crate) fn is_event(name: &[u8]) -> bool {
    let mut lower = [0; 48];
    let Some(name) = lowered(name, &mut lower) else { return false };
    let Some(name) = name.strip_prefix(b"on") else { return false };
    EVENTS.binary_search_by(|known| known.as_bytes().cmp(name)).is_ok()
}

/// Whether a browser to come may run the value of an attribute of that name: `on` and letters.
pub(crate) fn may_be_event(name: &[u8]) -> bool {
    let letters = name.len() >= 5 && name.iter().all(u8::is_ascii_alphabetic);
    letters && name[..2].eq_ignore_ascii_case(b"on")
}

/// What the value of an attribute is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// An address to load or to go to.
    Address,
    /// A document of its own.
    Document,
    /// A style.
    Style,
    /// Something that is only read: a title, a placeholder.
    Text,
    /// Not known.
    Unknown,
}

/// What an attribute's value is, by its name. Case makes no difference.
pub(crate) fn meaning(name: &[u8]) -> Meaning {
    let mut lower = [0; 24];
    let Some(name) = lowered(name, &mut lower) else { return Meaning::Unknown };
    let is = |names: &[&str]| names.iter().any(|known| known.as_bytes() == name);
    if is(&[
        "href",
        "src",
        "action",
        "formaction",
        "xlink:href",
        "data",
        "background",
        "poster",
        "lowsrc",
        "dynsrc",
        "to",
        "from",
        "by",
    ]) || is(&[
        "values", "value", "content", "code", "codebase", "folder", "cite", "longdesc", "ping", "srcset", "handler",
        "manifest",
    ]) || is(&[
        "xml:base",
        "usemap",
        "profile",
        "classid",
        "archive",
        "url",
        "begin",
        "implementation",
        "datasrc",
        "filter",
    ]) {
        return Meaning::Address;
    }
    if name == b"srcdoc" || name == b"dataformatas" {
        return Meaning::Document;
    }
    if name == b"style" {
        return Meaning::Style;
    }
    let text = is(&["title", "alt", "placeholder", "label", "name", "id", "class"])
        || name.starts_with(b"aria-")
        || name.starts_with(b"data-");
    if text { Meaning::Text } else { Meaning::Unknown }
}

/// The name in lower case, without NULs; nothing if it is longer than any that is known.
fn lowered<'a>(name: &[u8], lower: &'a mut [u8]) -> Option<&'a [u8]> {
    let mut length = 0;
    for byte in name.iter().filter(|byte| **byte != 0) {
        *lower.get_mut(length)? = byte.to_ascii_lowercase();
        length += 1;
    }
    Some(&lower[..length])
}

/// Events without their `on`, in order: those of HTML, SVG and of what browsers had before them.
#[rustfmt::skip]
static EVENTS: &[&str] = &[
    "abort", "activate", "afterprint", "animationcancel", "animationend", "animationiteration", "animationstart",
    "auxclick", "beforeactivate", "beforecopy", "beforecut", "beforedeactivate", "beforeeditfocus", "beforeinput",
    "beforematch", "beforepaste", "beforeprint", "beforetoggle", "beforeunload", "begin", "blur", "bounce", "cancel",
    "canplay", "canplaythrough", "cellchange", "change", "click", "close", "command",
    "contentvisibilityautostatechange", "contextmenu", "controlselect", "copy", "cuechange", "cut", "dataavailable",
    "datasetchanged", "datasetcomplete", "dblclick", "deactivate", "drag", "dragend", "dragenter", "dragexit",
    "dragleave", "dragover", "dragstart", "drop", "durationchange", "emptied", "end", "ended", "error", "errorupdate",
    "filterchange", "finish", "focus", "focusin", "focusout", "formchange", "formdata", "forminput",
    "fullscreenchange", "gesturechange", "gestureend", "gesturestart", "gotpointercapture", "hashchange", "help",
    "input", "invalid", "keydown", "keypress", "keyup", "layoutcomplete", "load", "loadeddata", "loadedmetadata",
    "loadend", "loadstart", "location", "losecapture", "lostpointercapture", "message", "mousedown", "mouseenter",
    "mouseleave", "mousemove", "mouseout", "mouseover", "mouseup", "mousewheel", "move", "moveend", "movestart",
    "mozfullscreenchange", "offline", "online", "open", "pagehide", "pagereveal", "pageshow", "pageswap", "paste",
    "pause", "play", "playing", "pointercancel", "pointerdown", "pointerenter", "pointerleave", "pointermove",
    "pointerout", "pointerover", "pointerrawupdate", "pointerup", "popstate", "progress", "promptaction",
    "promptdismiss", "propertychange", "ratechange", "readystatechange", "redo", "repeat", "reset", "resize",
    "resizeend", "resizestart", "resume", "reverse", "rowdelete", "rowenter", "rowexit", "rowinserted", "rowsdelete",
    "rowsenter", "rowsinserted", "scroll", "scrollend", "scrollsnapchange", "scrollsnapchanging", "search",
    "securitypolicyviolation", "seek", "seeked", "seeking", "select", "selectionchange", "selectstart", "show",
    "slotchange", "stalled", "start", "stop", "storage", "submit", "suspend", "syncrestored", "timeerror", "timeout",
    "timeupdate", "toggle", "touchcancel", "touchend", "touchmove", "touchstart", "trackchange", "transitioncancel",
    "transitionend", "transitionrun", "transitionstart", "undo", "unhandledrejection", "unload", "urlflip",
    "validationstatuschange", "volumechange", "waiting", "webkitanimationend", "webkitanimationiteration",
    "webkitanimationstart", "webkitfullscreenchange", "webkitmouseforcechanged", "webkitmouseforcedown",
    "webkitmouseforceup", "webkitmouseforcewillbegin", "webkitplaybacktargetavailabilitychanged",
    "webkitpresentationmodechanged", "webkittransitionend", "webkitwillrevealbottom", "wheel", "zoom",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_events_are_in_order_and_found() {
        assert!(EVENTS.windows(2).all(|pair| pair[0] < pair[1]));
        for event in EVENTS {
            assert!(
                is_event(format!("on{event}").as_bytes()) && is_event(format!("ON{}", event.to_uppercase()).as_bytes())
            );
        }
        for name in ["", "on", "once", "online==", "onward", "click", "onclicks", "on-click", "\u{f6}nclick"] {
            assert!(!is_event(name.as_bytes()), "{name}");
        }
        assert!(is_event(b"oncl\0ick"), "a NUL in a name is not there");
    }

    #[test]
    fn tags_are_known_by_their_local_name() {
        assert_eq!(tag(b"ScRiPt"), Some(Danger::Itself));
        assert_eq!(tag(b"svg:script"), Some(Danger::Itself));
        assert_eq!(tag(b"object"), Some(Danger::WithAttribute));
        for name in ["b", "a", "scripts", "T", "description", "", "img"] {
            assert_eq!(tag(name.as_bytes()), None, "{name}");
        }
    }
}
