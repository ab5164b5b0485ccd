//! AWSManagedRulesAmazonIpReputationList and AWSManagedRulesAnonymousIpList, over lists that the user supplies (WAF-143, WAF-144).

use crate::catalogue::Group;
use crate::language::{Draft, listed};

pub(super) const REPUTATION: Group = Group {
    name: "AWSManagedRulesAmazonIpReputationList",
    description: "Addresses that attack, scan or flood, by lists that the user supplies",
    capacity: 25,
    label_name: "amazon-ip-list",
    versions: &[],
    lists: &["reputation", "reconnaissance", "ddos"],
    rules: || {
        vec![
            Draft::block("AWSManagedIPReputationList", "AWSManagedIPReputationList", listed("reputation")),
            Draft::block("AWSManagedReconnaissanceList", "AWSManagedReconnaissanceList", listed("reconnaissance")),
            Draft::block("AWSManagedIPDDoSList", "AWSManagedIPDDoSList", listed("ddos")).counting(),
        ]
    },
};

pub(super) const ANONYMOUS: Group = Group {
    name: "AWSManagedRulesAnonymousIpList",
    description: "Addresses that hide who is behind them, by lists that the user supplies",
    capacity: 50,
    label_name: "anonymous-ip-list",
    versions: &[],
    lists: &["anonymous", "hosting"],
    rules: || {
        vec![
            Draft::block("AnonymousIPList", "AnonymousIPList", listed("anonymous")),
            Draft::block("HostingProviderIPList", "HostingProviderIPList", listed("hosting")),
        ]
    },
};
