//! The first message of a TLS client (RFC 8446, 4.1.2), as far as fingerprints need it.

mod cursor;

use cursor::Cursor;

/// The longest ClientHello that is put together from records, in bytes.
const LONGEST: usize = 64 << 10;

/// Why bytes have no fingerprints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// the bytes end before the message does
    #[error("the ClientHello ends too early")]
    Short,
    /// the connection does not begin with a handshake of TLS
    #[error("the bytes do not begin with a handshake of TLS")]
    NotTls,
    /// the handshake begins with another message
    #[error("the handshake does not begin with a ClientHello")]
    NotHello,
    /// longer than any that is read
    #[error("the ClientHello is longer than {LONGEST} bytes")]
    Long,
    /// a length within the message does not fit into it
    #[error("a length within the ClientHello is wrong")]
    Malformed,
}

/// The message within records, which may cut it into pieces anywhere.
pub(crate) fn message(bytes: &[u8]) -> Result<Vec<u8>, Unreadable> {
    let mut records = Cursor::new(bytes);
    let mut message = Vec::new();
    loop {
        let kind = records.byte().ok_or(Unreadable::Short)?;
        let version = records.number().ok_or(Unreadable::Short)?;
        if kind != 22 || version >> 8 != 3 {
            return Err(Unreadable::NotTls);
        }
        let piece = records.vector_of_two().ok_or(Unreadable::Short)?;
        if piece.is_empty() {
            return Err(Unreadable::Malformed);
        }
        message.extend_from_slice(piece);
        if message[0] != 1 {
            return Err(Unreadable::NotHello);
        }
        if let [_, high, middle, low, ..] = message[..] {
            let length = 4 + usize::from(high) * 65_536 + usize::from(middle) * 256 + usize::from(low);
            if length > LONGEST {
                return Err(Unreadable::Long);
            }
            if message.len() >= length {
                message.truncate(length);
                message.drain(..4);
                return Ok(message);
            }
        }
    }
}

/// What a ClientHello says, without the values that clients only add to see whether servers mind them (RFC 8701).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hello {
    /// what the message says its version is
    pub version: u16,
    pub ciphers: Vec<u16>,
    /// in the order of the message
    pub extensions: Vec<u16>,
    /// `supported_groups`
    pub groups: Vec<u16>,
    /// `ec_point_formats`
    pub formats: Vec<u8>,
    /// `signature_algorithms`
    pub signatures: Vec<u16>,
    /// `supported_versions`
    pub versions: Vec<u16>,
    /// the first protocol of `application_layer_protocol_negotiation`
    pub protocol: Option<Vec<u8>>,
    /// whether it names a host
    pub has_name: bool,
}

impl Hello {
    /// Reads the body of the message.
    pub fn read(message: &[u8]) -> Result<Hello, Unreadable> {
        Hello::parse(&mut Cursor::new(message)).ok_or(Unreadable::Malformed)
    }

    fn parse(message: &mut Cursor) -> Option<Hello> {
        let mut hello = Hello { version: message.number()?, ..Hello::default() };
        message.take(32)?;
        message.vector_of_one()?;
        hello.ciphers = numbers(message.vector_of_two()?)?;
        message.vector_of_one()?;
        if message.is_empty() {
            // A client of before TLS 1.2 may have no extensions, not even an empty list of them.
            return Some(hello);
        }
        let mut extensions = Cursor::new(message.vector_of_two()?);
        while !extensions.is_empty() {
            let kind = extensions.number()?;
            let content = extensions.vector_of_two()?;
            if !is_grease(kind) {
                hello.extensions.push(kind);
                hello.extension(kind, content)?;
            }
        }
        Some(hello)
    }

    fn extension(&mut self, kind: u16, content: &[u8]) -> Option<()> {
        let mut content = Cursor::new(content);
        match kind {
            0 => self.has_name = true,
            10 => self.groups = numbers(content.vector_of_two()?)?,
            11 => self.formats = content.vector_of_one()?.to_vec(),
            13 => self.signatures = numbers(content.vector_of_two()?)?,
            16 => {
                let mut protocols = Cursor::new(content.vector_of_two()?);
                self.protocol = if protocols.is_empty() { None } else { Some(protocols.vector_of_one()?.to_vec()) };
            }
            43 => self.versions = numbers(content.vector_of_one()?)?,
            _ => {}
        }
        Some(())
    }
}

/// A list of numbers of two bytes, without those that mean nothing.
fn numbers(bytes: &[u8]) -> Option<Vec<u16>> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let numbers = pairs.iter().map(|pair| u16::from_be_bytes(*pair)).filter(|own| !is_grease(*own));
    rest.is_empty().then(|| numbers.collect())
}

/// Whether a value is one that means nothing (RFC 8701).
fn is_grease(value: u16) -> bool {
    let [high, low] = value.to_be_bytes();
    high == low && low & 0x0f == 0x0a
}
