//! A database in MaxMind's format, written as small as possible: a tree of bits whose leaves are records.

/// A value of the format.
#[derive(Clone, Debug)]
pub enum Value {
    Text(&'static str),
    Short(u16),
    Number(u32),
    Long(u64),
    List(Vec<Value>),
    Map(Vec<(&'static str, Value)>),
}

impl Value {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Value::Text(text) => {
                out.push(2 << 5 | text.len() as u8);
                out.extend_from_slice(text.as_bytes());
            }
            Value::Number(number) => {
                out.push(6 << 5 | 4);
                out.extend_from_slice(&number.to_be_bytes());
            }
            Value::Short(number) => {
                out.push(5 << 5 | 2);
                out.extend_from_slice(&number.to_be_bytes());
            }
            Value::Long(number) => {
                out.extend_from_slice(&[8, 2]);
                out.extend_from_slice(&number.to_be_bytes());
            }
            Value::List(list) => {
                // A kind above 7 stands in the byte behind.
                out.extend_from_slice(&[list.len() as u8, 4]);
                list.iter().for_each(|own| own.write(out));
            }
            Value::Map(members) => {
                out.push(7 << 5 | members.len() as u8);
                for (name, value) in members {
                    Value::Text(name).write(out);
                    value.write(out);
                }
            }
        }
    }
}

/// The database of the given blocks of IPv4 addresses, each with its record.
pub fn database(kind: &'static str, blocks: &[([u8; 4], u8, Value)]) -> Vec<u8> {
    // Of a node's two ways each leads on, to a record, or nowhere.
    let mut nodes: Vec<[Option<Result<usize, usize>>; 2]> = vec![[None; 2]];
    let mut data = Vec::new();
    for (address, length, record) in blocks {
        let bits = u32::from_be_bytes(*address);
        let mut node = 0;
        for depth in 0..*length {
            let way = (bits >> (31 - depth) & 1) as usize;
            if depth + 1 == *length {
                nodes[node][way] = Some(Err(data.len()));
            } else if let Some(Ok(next)) = nodes[node][way] {
                node = next;
            } else {
                nodes.push([None; 2]);
                let next = nodes.len() - 1;
                nodes[node][way] = Some(Ok(next));
                node = next;
            }
        }
        record.write(&mut data);
    }
    let count = nodes.len();
    let mut file = Vec::new();
    for way in nodes.iter().flatten() {
        let number = match way {
            None => count,
            Some(Ok(next)) => *next,
            Some(Err(offset)) => count + 16 + offset,
        };
        file.extend_from_slice(&(number as u32).to_be_bytes()[1..]);
    }
    file.extend_from_slice(&[0; 16]);
    file.extend_from_slice(&data);
    file.extend_from_slice(b"\xab\xcd\xefMaxMind.com");
    let metadata = [
        ("binary_format_major_version", Value::Short(2)),
        ("binary_format_minor_version", Value::Short(0)),
        ("build_epoch", Value::Long(1_700_000_000)),
        ("database_type", Value::Text(kind)),
        ("description", Value::Map(Vec::new())),
        ("ip_version", Value::Short(4)),
        ("languages", Value::List(Vec::new())),
        ("node_count", Value::Number(count as u32)),
        ("record_size", Value::Short(24)),
    ];
    Value::Map(metadata.to_vec()).write(&mut file);
    file
}
