//! Questions for names by UDP, and what questions by either way have in common.

use std::net::SocketAddr;
use std::rc::Rc;

use ringwall_model::id::VpcId;
use ringwall_names::upstream::Asked;
use ringwall_names::{Reply, Transport, respond};
use tokio::net::UdpSocket;

use super::Worker;
use super::forward;

/// What is done about a message.
pub(crate) enum Next {
    /// nothing
    Nothing,
    /// this is sent back
    Answer(Vec<u8>),
    /// it is asked elsewhere first
    Ask(Box<Asked>),
}

/// What is done about a message that came in a VPC.
pub(crate) fn next(message: &[u8], transport: Transport, vpc: VpcId, worker: &Worker) -> Next {
    let Some((shared, own)) = worker.now(vpc) else { return Next::Nothing };
    match respond(message, transport, &own.zones, &shared.zones, worker.turn()) {
        Reply::Silence => Next::Nothing,
        Reply::Answer(answer) => Next::Answer(answer),
        Reply::Forward(asked) if shared.services.resolvers.is_empty() => Next::Answer(asked.refusal()),
        Reply::Forward(asked) => Next::Ask(asked),
    }
}

/// Answers questions that come by a socket.
pub(crate) async fn serve_udp(socket: Rc<UdpSocket>, vpc: VpcId, worker: Rc<Worker>) {
    loop {
        if let Err(error) = socket.readable().await {
            eprintln!("ringwall: questions for names cannot be heard in {vpc}: {error}");
            return;
        }
        let answer = |message: &[u8], source: SocketAddr| match next(message, Transport::Udp, vpc, &worker) {
            Next::Nothing => None,
            Next::Answer(answer) => Some(answer),
            Next::Ask(asked) => ask(asked, source, &socket, vpc, &worker),
        };
        // An error is what became of an answer: a client that is gone.
        let _ = worker.batch.borrow_mut().exchange(&socket, answer);
        // Others have questions too.
        tokio::task::yield_now().await;
    }
}

/// Begins to ask elsewhere; if too many questions are on their way already, that is the answer.
fn ask(
    asked: Box<Asked>,
    source: SocketAddr,
    socket: &Rc<UdpSocket>,
    vpc: VpcId,
    worker: &Rc<Worker>,
) -> Option<Vec<u8>> {
    let Some(place) = worker.asking.take(vpc) else { return Some(asked.failure()) };
    let (socket, worker) = (socket.clone(), worker.clone());
    tokio::task::spawn_local(async move {
        let answer = forward::ask(&asked, vpc, &worker).await;
        drop(place);
        let _ = socket.send_to(&answer, source).await;
    });
    None
}
