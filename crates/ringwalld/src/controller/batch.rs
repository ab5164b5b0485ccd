//! Calls carried out together.

use ringwall_api::ApiError;
use ringwall_api::service::Answer;
use ringwall_store::Transaction;
use tokio::sync::oneshot;

use super::{Change, Job, Shared};
use crate::http::{Reply, now};

/// What has been carried out and is to be written.
#[derive(Default)]
pub(crate) struct Batch {
    transactions: Vec<Transaction>,
    calls: Vec<(Box<Job>, oneshot::Sender<Reply>, Answer)>,
    changes: Vec<std::sync::mpsc::Sender<u64>>,
}

/// Who is to be told when what was written is enforced.
#[derive(Default)]
pub(crate) struct Waiting {
    calls: Vec<(oneshot::Sender<Reply>, Reply)>,
    changes: Vec<(std::sync::mpsc::Sender<u64>, u64)>,
}

impl Batch {
    fn begin(&self, shared: &Shared) -> Transaction {
        match self.transactions.last() {
            Some(last) => shared.store.begin_after(last),
            None => shared.store.begin(),
        }
    }

    /// Carries out a call. One that is refused, or that changes nothing, is answered at once.
    pub(crate) fn call(&mut self, shared: &Shared, job: Box<Job>, sender: oneshot::Sender<Reply>) {
        let mut transaction = self.begin(shared);
        match shared.carry_out(&job, &mut transaction) {
            Ok(answer) if !transaction.is_empty() => {
                self.transactions.push(transaction);
                self.calls.push((job, sender, answer));
            }
            result => {
                let result = shared.record(&job, result);
                send(sender, &job, result);
            }
        }
    }

    /// Makes a change of the daemon's own.
    pub(crate) fn change(&mut self, shared: &Shared, change: Change, sender: std::sync::mpsc::Sender<u64>) {
        let mut transaction = self.begin(shared);
        change(&mut transaction, now());
        if !transaction.is_empty() {
            self.transactions.push(transaction);
        }
        self.changes.push(sender);
    }

    /// Whether there is anything to write or to answer.
    pub(crate) fn is_empty(&self) -> bool {
        self.transactions.is_empty() && self.changes.is_empty()
    }

    /// Writes everything in one durable step. Those who looked are answered; those who changed something wait until that is
    /// enforced.
    pub(crate) fn commit(self, shared: &Shared, waiting: &mut Waiting) {
        let failure = shared.store.commit(self.transactions).err();
        let revision = shared.store.snapshot().revision;
        for (job, sender, answer) in self.calls {
            let result = match &failure {
                None => Ok(answer),
                Some(error) => {
                    let message = format!("The change cannot be written: {error}");
                    Err(ApiError::new("InternalError", message).with_status(500))
                }
            };
            let read_only = job.message.action().is_some_and(ringwall_api::service::is_read_only);
            let result = shared.record(&job, result);
            if read_only || result.is_err() {
                send(sender, &job, result);
            } else {
                let reply = Reply { protocol: job.service.protocol(), request_id: job.request_id.clone(), result };
                waiting.calls.push((sender, reply));
            }
        }
        waiting.changes.extend(self.changes.into_iter().map(|sender| (sender, revision)));
    }
}

impl Waiting {
    /// Whether nobody waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.calls.is_empty() && self.changes.is_empty()
    }

    /// Tells everybody; what could not be enforced is not answered as if it were.
    pub(crate) fn tell(&mut self, failure: Option<&str>) {
        for (sender, mut reply) in self.calls.drain(..) {
            if let Some(reason) = failure {
                let message = format!("The change is written, but it is not enforced: {reason}");
                reply.result = Err(ApiError::new("InternalError", message).with_status(500));
            }
            // whoever asked may have gone away
            let _ = sender.send(reply);
        }
        for (sender, revision) in self.changes.drain(..) {
            let _ = sender.send(revision);
        }
    }
}

fn send(sender: oneshot::Sender<Reply>, job: &Job, result: Result<Answer, ApiError>) {
    let _ = sender.send(Reply { protocol: job.service.protocol(), request_id: job.request_id.clone(), result });
}
