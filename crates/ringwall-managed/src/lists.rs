//! Addresses that the user supplies, for the two groups that are made of nothing else (WAF-143, WAF-144).

use ringwall_net::prefix::Prefix;

/// Lists of addresses. What is not supplied is none, and a group that needs it is refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IpLists {
    /// addresses that attack: `AWSManagedIPReputationList`
    pub reputation: Option<Vec<Prefix>>,
    /// addresses that scan: `AWSManagedReconnaissanceList`
    pub reconnaissance: Option<Vec<Prefix>>,
    /// addresses that flood: `AWSManagedIPDDoSList`
    pub ddos: Option<Vec<Prefix>>,
    /// exits of anonymising networks and proxies: `AnonymousIPList`
    pub anonymous: Option<Vec<Prefix>>,
    /// addresses of hosting providers: `HostingProviderIPList`
    pub hosting: Option<Vec<Prefix>>,
}

impl IpLists {
    /// The names of all lists.
    pub const NAMES: [&str; 5] = ["reputation", "reconnaissance", "ddos", "anonymous", "hosting"];

    /// The list of that name, if it is supplied.
    pub fn named(&self, name: &str) -> Option<&[Prefix]> {
        match name {
            "reputation" => self.reputation.as_deref(),
            "reconnaissance" => self.reconnaissance.as_deref(),
            "ddos" => self.ddos.as_deref(),
            "anonymous" => self.anonymous.as_deref(),
            "hosting" => self.hosting.as_deref(),
            _ => None,
        }
    }

    /// Supplies the list of that name. Whether there is one.
    pub fn supply(&mut self, name: &str, addresses: Vec<Prefix>) -> bool {
        let list = match name {
            "reputation" => &mut self.reputation,
            "reconnaissance" => &mut self.reconnaissance,
            "ddos" => &mut self.ddos,
            "anonymous" => &mut self.anonymous,
            "hosting" => &mut self.hosting,
            _ => return false,
        };
        *list = Some(addresses);
        true
    }

    /// Reads a list as such lists are published: a block or an address a line, and what follows `#` or `;` is a comment.
    ///
    /// # Errors
    /// The number of the first line that is neither, from 1, and what is wrong with it.
    pub fn parse(text: &str) -> Result<Vec<Prefix>, (usize, String)> {
        let mut blocks = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.split(['#', ';']).next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let whole = match line {
                _ if line.contains('/') => line.to_owned(),
                _ if line.contains(':') => format!("{line}/128"),
                _ => format!("{line}/32"),
            };
            blocks.push(whole.parse().map_err(|error| (at + 1, format!("`{line}` is {error}")))?);
        }
        Ok(blocks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_they_are_published() {
        let text = "# heading\n192.0.2.1\n198.51.100.0/24 ; SBL1\n\n2001:db8::1\n2001:db8:1::/48 # x\r\n";
        let blocks: Vec<String> = IpLists::parse(text).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(blocks, ["192.0.2.1/32", "198.51.100.0/24", "2001:db8::1/128", "2001:db8:1::/48"]);
        assert_eq!(IpLists::parse("192.0.2.1\nnobody").unwrap_err().0, 2);
    }
}
