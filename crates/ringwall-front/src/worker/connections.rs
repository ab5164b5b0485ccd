//! Connections: taken, told where they come from, and bounded for each client and for all.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};

use super::Worker;
use crate::message::Place;
use crate::sockets::SocketKind;

/// Connections at most.
const MOST: usize = 4096;
/// Connections of one client at most.
const MOST_OF_ONE: usize = 512;

/// A client: an address somewhere.
type Client = (Place, IpAddr);

/// How many connections there are.
#[derive(Clone, Default)]
pub(crate) struct Connections {
    of: Rc<RefCell<(usize, HashMap<Client, usize>)>>,
}

/// A connection that is counted; no more when this is dropped.
struct Counted {
    connections: Connections,
    client: Client,
}

impl Connections {
    fn count(&self, client: Client) -> Option<Counted> {
        let (all, of) = &mut *self.of.borrow_mut();
        let own = of.get(&client).copied().unwrap_or(0);
        // The control plane speaks for many.
        let most_of_one = if client.0 == Place::Host { MOST } else { MOST_OF_ONE };
        if *all >= MOST || own >= most_of_one {
            return None;
        }
        *all += 1;
        of.insert(client, own + 1);
        Some(Counted { connections: self.clone(), client })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let (all, of) = &mut *self.connections.of.borrow_mut();
        *all -= 1;
        if let Some(own) = of.get_mut(&self.client) {
            *own -= 1;
            if *own == 0 {
                of.remove(&self.client);
            }
        }
    }
}

/// Takes connections, for ever.
pub(crate) async fn accept(listener: TcpListener, place: Place, kind: SocketKind, worker: Rc<Worker>) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => begin(stream, peer.ip().to_canonical(), place, &kind, &worker),
            // Out of descriptors, most likely: others are about to be closed.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

/// Serves a connection by a task of its own. One that no endpoint is for, or that is one too many, is reset.
fn begin(stream: TcpStream, source: IpAddr, place: Place, kind: &SocketKind, worker: &Worker) {
    let context = worker.served.borrow().context(place, kind, source);
    let ways = worker.ground.borrow().as_ref().map(|standing| standing.ways());
    let (Some(context), Some(ways), Some(counted)) = (context, ways, worker.connections.count((place, source))) else {
        let _ = stream.set_zero_linger();
        return;
    };
    tokio::task::spawn_local(async move {
        ringwall_endpoint::serve(stream, Arc::new(context), ways).await;
        drop(counted);
    });
}
