//! Targets of requests, which may be whole addresses.

/// A target taken apart: the scheme and the host of an address, and path and query as they are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target<'t> {
    pub scheme: Option<&'static str>,
    pub host: Option<&'t [u8]>,
    /// path, query and fragment
    pub rest: Vec<u8>,
}

impl<'t> Target<'t> {
    /// Takes apart `https://host:port/path?query`, `/path?query`, or anything else as it stands.
    pub fn read(text: &'t [u8]) -> Target<'t> {
        for (prefix, scheme, port) in SCHEMES {
            let Some((own, rest)) = text.split_at_checked(prefix.len()) else { continue };
            if !own.eq_ignore_ascii_case(prefix) {
                continue;
            }
            let end = rest.iter().position(|byte| b"/?#".contains(byte)).unwrap_or(rest.len());
            let (host, rest) = rest.split_at(end);
            let slash: &[u8] = if rest.starts_with(b"/") { b"" } else { b"/" };
            let host = host.strip_suffix(*port).unwrap_or(host);
            return Target { scheme: Some(scheme), host: Some(host), rest: [slash, rest].concat() };
        }
        Target { scheme: None, host: None, rest: text.to_vec() }
    }
}

/// Prefixes of addresses, what is spoken there, and the port that goes without saying.
const SCHEMES: &[(&[u8], &str, &[u8])] = &[
    (b"http://", "http", b":80"),
    (b"https://", "https", b":443"),
    (b"ws://", "http", b":80"),
    (b"wss://", "https", b":443"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        for (text, scheme, host, rest) in [
            ("http://a.example:80/b?c=d#e", Some("http"), Some("a.example"), "/b?c=d#e"),
            ("https://a.example:8443", Some("https"), Some("a.example:8443"), "/"),
            ("HTTPS://a.example:443?b=/", Some("https"), Some("a.example"), "/?b=/"),
            ("/b?c=http://d/", None, None, "/b?c=http://d/"),
            ("*", None, None, "*"),
            ("http:/", None, None, "http:/"),
        ] {
            let expected = Target { scheme, host: host.map(str::as_bytes), rest: rest.as_bytes().to_vec() };
            assert_eq!(Target::read(text.as_bytes()), expected, "{text}");
        }
    }
}
