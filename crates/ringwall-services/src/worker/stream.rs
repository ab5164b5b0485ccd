//! Connections: questions for names by TCP, and metadata. They are bounded, for each client and for all, and none may dawdle.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use ringwall_model::id::VpcId;
use ringwall_names::Transport;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::Worker;
use super::names::{Next, next};
use super::{forward, http};
use crate::sockets::SocketKind;

/// Connections at most.
const MOST: usize = 4096;
/// Connections of one client at most.
const MOST_OF_ONE: usize = 64;
/// How long a connection for names may say nothing, or not listen.
const IDLE: Duration = Duration::from_secs(10);

/// A client: an address in a VPC.
type Client = (VpcId, IpAddr);

/// Places for connections.
#[derive(Clone, Default)]
pub(crate) struct Places {
    of: Rc<RefCell<(usize, HashMap<Client, usize>)>>,
}

/// A place; it is free again when this is dropped.
pub(crate) struct Place {
    places: Places,
    client: Client,
}

impl Places {
    fn take(&self, client: Client) -> Option<Place> {
        let (all, of) = &mut *self.of.borrow_mut();
        let own = of.get(&client).copied().unwrap_or(0);
        if *all >= MOST || own >= MOST_OF_ONE {
            return None;
        }
        *all += 1;
        of.insert(client, own + 1);
        Some(Place { places: self.clone(), client })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let (all, of) = &mut *self.places.of.borrow_mut();
        *all -= 1;
        if let Some(own) = of.get_mut(&self.client) {
            *own -= 1;
            if *own == 0 {
                of.remove(&self.client);
            }
        }
    }
}

/// Takes connections and serves them.
pub(crate) async fn serve(listener: TcpListener, kind: SocketKind, vpc: VpcId, worker: Rc<Worker>) {
    loop {
        let (stream, source) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(_) => {
                // A connection that was given up, or no descriptor left: others may end meanwhile.
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            }
        };
        // Without a place it is closed at once.
        let Some(place) = worker.connections.take((vpc, source.ip())) else { continue };
        let worker = worker.clone();
        tokio::task::spawn_local(async move {
            let _ = stream.set_nodelay(true);
            match kind {
                SocketKind::Metadata | SocketKind::MetadataV6 => {
                    let is_v6 = kind == SocketKind::MetadataV6;
                    http::serve(stream, source.ip(), is_v6, vpc, worker).await;
                }
                // What went wrong is the client's: it is gone, or it says what is no question.
                _ => drop(answer_questions(stream, vpc, &worker).await),
            }
            drop(place);
        });
    }
}

/// Answers the questions of a connection, one after the other.
async fn answer_questions(mut stream: TcpStream, vpc: VpcId, worker: &Rc<Worker>) -> io::Result<()> {
    let mut message = Vec::new();
    loop {
        let length = timeout(IDLE, stream.read_u16()).await??;
        message.resize(length.into(), 0);
        timeout(IDLE, stream.read_exact(&mut message)).await??;
        let answer = match next(&message, Transport::Tcp, vpc, worker) {
            Next::Nothing => return Ok(()),
            Next::Answer(answer) => answer,
            Next::Ask(asked) => match worker.asking.take(vpc) {
                Some(_place) => forward::ask(&asked, vpc, worker).await,
                None => asked.failure(),
            },
        };
        let mut framed = u16::try_from(answer.len()).unwrap_or(0).to_be_bytes().to_vec();
        framed.extend_from_slice(&answer);
        timeout(IDLE, stream.write_all(&framed)).await??;
    }
}
