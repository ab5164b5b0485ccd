//! A place to try actions: a store in memory, a counted clock and counted ids. For tests alone.

use std::collections::BTreeMap;

use ringwall_model::id::InstanceId;
use ringwall_store::{Memory, Store, Transaction};
use ringwall_waf::rate::LocalCounters;
use ringwall_waf::samples::Samples;
use ringwall_wire::form::Form;
use serde_json::Value;

use crate::call::{Call, Caller, Console, ConsoleOutput, Observed, Trail};
use crate::error::ApiError;
use crate::service::{Message, Service, dispatch};
use crate::settings::Settings;

/// The place.
pub struct Bench {
    /// what calls work on
    pub store: Store,
    /// what is settled for all calls
    pub settings: Settings,
    /// the Region that calls are made in
    pub region: String,
    /// the time of the next call
    pub now: i64,
    /// what instances wrote to their consoles
    pub consoles: Consoles,
    /// how often keys of rates were seen
    pub counters: LocalCounters,
    /// requests that rules matched
    pub samples: Samples,
    next_id: u128,
}

/// Consoles by instance.
#[derive(Default)]
pub struct Consoles(pub BTreeMap<InstanceId, ConsoleOutput>);

impl Console for Consoles {
    fn read(&self, instance: InstanceId) -> Option<ConsoleOutput> {
        self.0.get(&instance).cloned()
    }
}

struct NoTrail;

impl Trail for NoTrail {
    fn newest_first(&self) -> Box<dyn Iterator<Item = serde_json::Value> + '_> {
        Box::new(std::iter::empty())
    }
}

impl Default for Bench {
    fn default() -> Self {
        Bench::new()
    }
}

impl Bench {
    /// An empty place in `us-east-1`.
    pub fn new() -> Bench {
        Bench {
            store: Store::open(Box::new(Memory::default())).expect("memory opens"),
            settings: Settings::default(),
            region: "us-east-1".to_owned(),
            now: 1_700_000_000_000,
            consoles: Consoles::default(),
            counters: LocalCounters::default(),
            samples: Samples::default(),
            next_id: 0x1_0000,
        }
    }

    /// Makes a call to EC2: parameters as in a form, `Name=value&…`, unescaped. What it changes is kept unless it fails.
    pub fn call(&mut self, action: &str, parameters: &str) -> Result<Answer, ApiError> {
        let mut text = format!("Action={action}&Version={}", crate::ec2::VERSION);
        if !parameters.is_empty() {
            text.push('&');
            text.push_str(&parameters.replace('+', "%2B").replace('/', "%2F").replace(' ', "+"));
        }
        let form = Form::parse(text.as_bytes()).expect("a form");
        self.make(Service::Ec2, &Message::Query(form)).map(Answer)
    }

    /// Makes a call to WAF. What it changes is kept unless it fails.
    pub fn waf(&mut self, action: &str, body: &Value) -> Result<Value, ApiError> {
        let message = Message::Json { action: action.to_owned(), body: body.to_string().into_bytes() };
        self.make(Service::Waf, &message).map(|answer| serde_json::from_str(&answer).expect("JSON"))
    }

    /// Makes a call to a service; the body of the answer.
    pub fn make(&mut self, service: Service, message: &Message) -> Result<String, ApiError> {
        let mut transaction = self.store.begin();
        let caller = Caller::root(&self.settings.account, "test");
        self.now += 1000;
        let next_id = &mut self.next_id;
        let mut random = || {
            *next_id += 1;
            *next_id | *next_id << 80
        };
        let answer = dispatch(
            service,
            message,
            &mut Call {
                transaction: &mut transaction,
                region: &self.region,
                request_id: "00000000-0000-0000-0000-000000000000",
                caller: &caller,
                now: self.now,
                random: &mut random,
                settings: &self.settings,
                trail: &NoTrail,
                console: &self.consoles,
                observed: Observed { counters: &self.counters, samples: &self.samples },
            },
        )?;
        self.store.commit(vec![transaction]).expect("memory takes it");
        Ok(answer.body)
    }

    /// Changes records as a worker of the daemon does: in a transaction of its own, given the Region and the time.
    pub fn work<T>(&mut self, work: impl FnOnce(&mut Transaction, &str, i64) -> T) -> T {
        let mut transaction = self.store.begin();
        let result = work(&mut transaction, &self.region, self.now);
        self.store.commit(vec![transaction]).expect("memory takes it");
        result
    }

    /// Makes a call that must succeed.
    pub fn ok(&mut self, action: &str, parameters: &str) -> Answer {
        self.call(action, parameters).unwrap_or_else(|error| panic!("{action} {parameters}: {error}"))
    }

    /// Makes a call that must be refused; returns the code.
    pub fn refused(&mut self, action: &str, parameters: &str) -> String {
        match self.call(action, parameters) {
            Ok(answer) => panic!("{action} {parameters} was not refused: {}", answer.0),
            Err(error) => error.code.into_owned(),
        }
    }
}

/// An answer, to be looked into.
#[derive(Clone, Debug)]
pub struct Answer(pub String);

impl Answer {
    /// The text of the first element of a name.
    pub fn get(&self, name: &str) -> String {
        self.all(name).into_iter().next().unwrap_or_else(|| panic!("no <{name}> in {}", self.0))
    }

    /// The texts of all elements of a name, in order; nested elements are left in.
    pub fn all(&self, name: &str) -> Vec<String> {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let mut rest = self.0.as_str();
        let mut found = Vec::new();
        while let Some(start) = rest.find(&open) {
            let inner = &rest[start + open.len()..];
            let end = inner.find(&close).unwrap_or_else(|| panic!("<{name}> is not closed in {}", self.0));
            found.push(inner[..end].to_owned());
            rest = &inner[end..];
        }
        found
    }

    /// Whether the answer holds a text.
    pub fn has(&self, text: &str) -> bool {
        self.0.contains(text)
    }
}
