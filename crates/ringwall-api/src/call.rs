//! What an action is given.

use std::sync::Arc;

use ringwall_model::id::{InstanceId, ResourceId};
use ringwall_model::resource::{Milliseconds, Resource};
use ringwall_store::{Holds, Region, Transaction};
use ringwall_waf::rate::Counters;
use ringwall_waf::samples::Samples;

use crate::settings::Settings;

/// Past calls, for whoever looks them up.
pub trait Trail {
    /// The recorded calls, newest first, as far as they are kept.
    fn newest_first(&self) -> Box<dyn Iterator<Item = serde_json::Value> + '_>;
}

/// What web ACLs saw of requests.
#[derive(Clone, Copy)]
pub struct Observed<'c> {
    /// how often keys of rates were seen
    pub counters: &'c dyn Counters,
    /// requests that rules matched
    pub samples: &'c Samples,
}

/// What instances wrote to their consoles.
pub trait Console {
    /// The end of an instance's console; none if it has written nothing, or is not known any more.
    fn read(&self, instance: InstanceId) -> Option<ConsoleOutput>;
}

/// The end of a console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleOutput {
    /// the last bytes
    pub bytes: Vec<u8>,
    /// when the last of them was written
    pub written: Milliseconds,
}

/// One call: its transaction, and everything from outside that it may depend on.
pub struct Call<'c> {
    /// where changes go
    pub transaction: &'c mut Transaction,
    /// the Region that the signature names
    pub region: &'c str,
    /// the id of the request
    pub request_id: &'c str,
    /// who calls
    pub caller: &'c Caller,
    /// when
    pub now: Milliseconds,
    /// random numbers for ids and addresses
    pub random: &'c mut dyn FnMut() -> u128,
    /// what is settled for all calls
    pub settings: &'c Settings,
    /// past calls
    pub trail: &'c dyn Trail,
    /// what instances wrote to their consoles
    pub console: &'c dyn Console,
    /// what web ACLs saw of requests
    pub observed: Observed<'c>,
}

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// the account
    pub account: String,
    /// the unique id, of the root user the account's
    pub principal: String,
    /// the ARN
    pub arn: String,
    /// the access key that signed
    pub access_key: String,
}

impl Caller {
    /// The root user of an account.
    pub fn root(account: &str, access_key: &str) -> Caller {
        Caller {
            account: account.to_owned(),
            principal: account.to_owned(),
            arn: format!("arn:aws:iam::{account}:root"),
            access_key: access_key.to_owned(),
        }
    }
}

impl Call<'_> {
    /// The records of the call's Region, with the changes so far.
    pub fn state(&self) -> Arc<Region> {
        self.transaction.region(self.region)
    }

    /// Writes a record in the call's Region.
    pub fn put<R: Resource>(&mut self, record: R)
    where
        Region: Holds<R>,
    {
        self.transaction.put(self.region, record);
    }

    /// Deletes a record of the call's Region.
    pub fn delete<R: Resource>(&mut self, id: &R::Id)
    where
        Region: Holds<R>,
    {
        self.transaction.delete::<R>(self.region, id);
    }

    /// A new id.
    pub fn new_id<I: ResourceId>(&mut self) -> I {
        I::from_random((self.random)())
    }

    /// The ARN of a resource of EC2 (API-34).
    pub fn arn(&self, kind: &str, id: impl std::fmt::Display) -> String {
        format!("arn:aws:ec2:{}:{}:{kind}/{id}", self.region, self.settings.account)
    }
}
