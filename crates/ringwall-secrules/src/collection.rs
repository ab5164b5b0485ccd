//! The variables of SecLang: what they are called, and how they are looked up.

/// What a variable is, besides its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// one value, or none
    Single,
    /// values with names
    Many,
    /// values that rules write
    Memory,
    /// what the current rule says of itself
    Rule,
}

macro_rules! collections {
    ($($(#[$doc:meta])* $own:ident $name:literal $kind:ident,)*) => {
        /// A variable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Collection { $($(#[$doc])* $own,)* }

        /// All of them, in their order.
        pub(crate) const ALL: &[(Collection, &str, Kind)] = &[$((Collection::$own, $name, Kind::$kind),)*];
    };
}

collections! {
    /// arguments of query and body
    Args "ARGS" Many,
    /// their lengths, names and values together
    ArgsCombinedSize "ARGS_COMBINED_SIZE" Single,
    /// arguments of the query
    ArgsGet "ARGS_GET" Many,
    /// their names
    ArgsGetNames "ARGS_GET_NAMES" Many,
    /// the names of all arguments
    ArgsNames "ARGS_NAMES" Many,
    /// arguments of the body
    ArgsPost "ARGS_POST" Many,
    /// their names
    ArgsPostNames "ARGS_POST_NAMES" Many,
    /// the scheme of `Authorization`
    AuthType "AUTH_TYPE" Single,
    /// how long the request has been there: none is given, so that it is never what matters
    Duration "DURATION" Single,
    /// the names that uploaded files have at the client
    Files "FILES" Many,
    /// their lengths together
    FilesCombinedSize "FILES_COMBINED_SIZE" Single,
    /// the names of the form's fields with files
    FilesNames "FILES_NAMES" Many,
    /// lengths of files
    FilesSizes "FILES_SIZES" Many,
    /// contents of files
    FilesTmpContent "FILES_TMP_CONTENT" Many,
    /// headers and body
    FullRequest "FULL_REQUEST" Single,
    /// its length
    FullRequestLength "FULL_REQUEST_LENGTH" Single,
    /// where an address is
    Geo "GEO" Memory,
    /// values for all
    Global "GLOBAL" Memory,
    /// the most severe of the rules that fired
    HighestSeverity "HIGHEST_SEVERITY" Single,
    /// whether the body is longer than what is inspected
    InboundDataError "INBOUND_DATA_ERROR" Single,
    /// values of an address
    Ip "IP" Memory,
    /// the value that was found last
    MatchedVar "MATCHED_VAR" Single,
    /// its name
    MatchedVarName "MATCHED_VAR_NAME" Single,
    /// the values that were found since a rule found none
    MatchedVars "MATCHED_VARS" Many,
    /// their names
    MatchedVarsNames "MATCHED_VARS_NAMES" Many,
    /// whether an expression failed: none does
    MscPcreError "MSC_PCRE_ERROR" Single,
    /// whether an expression took too long: none does
    MscPcreLimitsExceeded "MSC_PCRE_LIMITS_EXCEEDED" Single,
    /// whether the boundary is in quotes
    MultipartBoundaryQuoted "MULTIPART_BOUNDARY_QUOTED" Single,
    /// whether there is white space around the boundary
    MultipartBoundaryWhitespace "MULTIPART_BOUNDARY_WHITESPACE" Single,
    /// whether lines end in both ways
    MultipartCrlfLfLines "MULTIPART_CRLF_LF_LINES" Single,
    /// whether something stands behind the last boundary
    MultipartDataAfter "MULTIPART_DATA_AFTER" Single,
    /// whether something stands before the first boundary
    MultipartDataBefore "MULTIPART_DATA_BEFORE" Single,
    /// whether there are too many files: as many as there are may be
    MultipartFileLimitExceeded "MULTIPART_FILE_LIMIT_EXCEEDED" Single,
    /// names of files, as parts say them
    MultipartFilename "MULTIPART_FILENAME" Many,
    /// whether a header goes on in the next line
    MultipartHeaderFolding "MULTIPART_HEADER_FOLDING" Single,
    /// whether it does so with something else than blanks
    MultipartInvalidHeaderFolding "MULTIPART_INVALID_HEADER_FOLDING" Single,
    /// whether a part is none
    MultipartInvalidPart "MULTIPART_INVALID_PART" Single,
    /// whether quotes are wrong
    MultipartInvalidQuoting "MULTIPART_INVALID_QUOTING" Single,
    /// whether a line ends without a carriage return
    MultipartLfLine "MULTIPART_LF_LINE" Single,
    /// whether the boundary stands behind no semicolon
    MultipartMissingSemicolon "MULTIPART_MISSING_SEMICOLON" Single,
    /// names of fields, as parts say them
    MultipartName "MULTIPART_NAME" Many,
    /// lines of headers of parts
    MultipartPartHeaders "MULTIPART_PART_HEADERS" Many,
    /// whether any of these is so
    MultipartStrictError "MULTIPART_STRICT_ERROR" Single,
    /// whether something looks like a boundary and is none
    MultipartUnmatchedBoundary "MULTIPART_UNMATCHED_BOUNDARY" Single,
    /// whether the response is longer than what is inspected
    OutboundDataError "OUTBOUND_DATA_ERROR" Single,
    /// the path, decoded
    PathInfo "PATH_INFO" Single,
    /// the query as it was sent
    QueryString "QUERY_STRING" Single,
    /// who sent the request
    RemoteAddr "REMOTE_ADDR" Single,
    /// the same
    RemoteHost "REMOTE_HOST" Single,
    /// whether the body could not be read
    ReqbodyError "REQBODY_ERROR" Single,
    /// why
    ReqbodyErrorMsg "REQBODY_ERROR_MSG" Single,
    /// who reads the body
    ReqbodyProcessor "REQBODY_PROCESSOR" Single,
    /// whether it could not
    ReqbodyProcessorError "REQBODY_PROCESSOR_ERROR" Single,
    /// why
    ReqbodyProcessorErrorMsg "REQBODY_PROCESSOR_ERROR_MSG" Single,
    /// what stands behind the last slash of the path
    RequestBasename "REQUEST_BASENAME" Single,
    /// the body
    RequestBody "REQUEST_BODY" Single,
    /// its length
    RequestBodyLength "REQUEST_BODY_LENGTH" Single,
    /// cookies
    RequestCookies "REQUEST_COOKIES" Many,
    /// their names
    RequestCookiesNames "REQUEST_COOKIES_NAMES" Many,
    /// the path, decoded
    RequestFilename "REQUEST_FILENAME" Single,
    /// headers
    RequestHeaders "REQUEST_HEADERS" Many,
    /// their names
    RequestHeadersNames "REQUEST_HEADERS_NAMES" Many,
    /// the first line
    RequestLine "REQUEST_LINE" Single,
    /// the method
    RequestMethod "REQUEST_METHOD" Single,
    /// `HTTP/1.1` or the like
    RequestProtocol "REQUEST_PROTOCOL" Single,
    /// path and query, decoded
    RequestUri "REQUEST_URI" Single,
    /// the target as it was sent
    RequestUriRaw "REQUEST_URI_RAW" Single,
    /// values of a resource
    Resource "RESOURCE" Memory,
    /// the response's body
    ResponseBody "RESPONSE_BODY" Single,
    /// its length
    ResponseContentLength "RESPONSE_CONTENT_LENGTH" Single,
    /// its type
    ResponseContentType "RESPONSE_CONTENT_TYPE" Single,
    /// the response's headers
    ResponseHeaders "RESPONSE_HEADERS" Many,
    /// their names
    ResponseHeadersNames "RESPONSE_HEADERS_NAMES" Many,
    /// the response's protocol
    ResponseProtocol "RESPONSE_PROTOCOL" Single,
    /// its status
    ResponseStatus "RESPONSE_STATUS" Single,
    /// what the rule says of itself
    Rule "RULE" Rule,
    /// the host that the request names
    ServerName "SERVER_NAME" Single,
    /// values of a session
    Session "SESSION" Memory,
    /// values of this request
    Tx "TX" Memory,
    /// a name of the request: none is given
    UniqueId "UNIQUE_ID" Single,
    /// whether an argument is encoded wrongly
    UrlencodedError "URLENCODED_ERROR" Single,
    /// values of a user
    User "USER" Memory,
    /// an XML body: its text, or its attributes
    Xml "XML" Many,
    /// the attributes of an XML body; rules call it `XML://@*`
    XmlAttributes "XML://@*" Many,
}

/// How many there are.
pub(crate) const COUNT: usize = ALL.len();

impl Collection {
    /// The one of that name, without regard to case.
    pub fn named(name: &str) -> Option<Collection> {
        ALL.iter().find(|(_, own, _)| own.eq_ignore_ascii_case(name)).map(|(own, ..)| *own)
    }

    /// Its name, as rules write it.
    pub fn name(self) -> &'static str {
        ALL[self as usize].1
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        ALL[self as usize].2
    }

    /// What it needs that is not there, if it needs anything.
    pub(crate) fn needs(self) -> Option<&'static str> {
        match self {
            Collection::Geo => Some("countries of addresses, of which SecLang's rules are not told here"),
            Collection::Global | Collection::Ip | Collection::Resource | Collection::Session | Collection::User => {
                Some("memory from one request to the next, which there is none of")
            }
            Collection::Duration => Some("a clock, which rules are not given"),
            Collection::UniqueId => Some("a name for each request, which rules are not given"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variable_is_found_by_its_name() {
        for (place, (own, name, kind)) in ALL.iter().enumerate() {
            assert_eq!(*own as usize, place);
            assert_eq!(Collection::named(&name.to_lowercase()), Some(*own));
            assert_eq!((own.name(), own.kind()), (*name, *kind));
        }
        assert_eq!(Collection::named("ARG"), None);
    }
}
