//! Asking the host's resolvers. The sockets are in the network namespace of the host, where this process is.
//!
//! Each question has a socket of its own, whose port the kernel chooses at random, and a random id: both must be guessed by
//! who wants to answer in a resolver's place. Questions on their way are bounded, for each VPC and for all.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use ringwall_model::id::VpcId;
use ringwall_names::upstream::{Asked, Returned};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use super::Worker;

/// Questions on their way at most.
const MOST: usize = 1024;
/// Questions of one VPC on their way at most.
const MOST_OF_ONE: usize = 256;
/// How long a resolver is waited for.
const PATIENCE: Duration = Duration::from_millis(1500);
/// How often all resolvers are tried.
const ROUNDS: usize = 2;
/// Bytes of an answer by UDP at most, whatever the resolver was told.
const ROOM: usize = 4096;

/// Places for questions on their way.
#[derive(Clone, Default)]
pub(crate) struct Places {
    all: Rc<Cell<usize>>,
    of: Rc<RefCell<HashMap<VpcId, usize>>>,
}

/// A place; it is free again when this is dropped.
pub(crate) struct Place {
    places: Places,
    vpc: VpcId,
}

impl Places {
    /// A place for a question of a VPC, if there is one.
    pub fn take(&self, vpc: VpcId) -> Option<Place> {
        let mut of = self.of.borrow_mut();
        let own = of.get(&vpc).copied().unwrap_or(0);
        if self.all.get() >= MOST || own >= MOST_OF_ONE {
            return None;
        }
        self.all.set(self.all.get() + 1);
        of.insert(vpc, own + 1);
        Some(Place { places: self.clone(), vpc })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Places { all, of } = &self.places;
        all.set(all.get() - 1);
        let mut of = of.borrow_mut();
        if let Some(own) = of.get_mut(&self.vpc) {
            *own -= 1;
            if *own == 0 {
                of.remove(&self.vpc);
            }
        }
    }
}

/// Asks the resolvers one after the other, and makes the answer for the client.
pub(crate) async fn ask(asked: &Asked, vpc: VpcId, worker: &Worker) -> Vec<u8> {
    let Some((shared, _)) = worker.now(vpc) else { return asked.failure() };
    for _ in 0..ROUNDS {
        for resolver in &shared.services.resolvers {
            if let Ok(Ok(answer)) = timeout(PATIENCE, ask_one(asked, *resolver)).await {
                return answer;
            }
        }
    }
    asked.failure()
}

async fn ask_one(asked: &Asked, resolver: SocketAddr) -> io::Result<Vec<u8>> {
    let any: SocketAddr = match resolver {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(any).await?;
    // From here on the kernel takes packets from this resolver alone.
    socket.connect(resolver).await?;
    let id = random_id()?;
    socket.send(&asked.query(id)).await?;
    let mut room = vec![0; ROOM];
    loop {
        let length = socket.recv(&mut room).await?;
        match asked.take(id, &room[..length]) {
            Returned::Answer(answer) => return Ok(answer),
            Returned::Truncated if asked.is_by_tcp() => return ask_by_tcp(asked, resolver).await,
            Returned::Truncated => return Ok(asked.truncated()),
            Returned::Foreign => {}
        }
    }
}

async fn ask_by_tcp(asked: &Asked, resolver: SocketAddr) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(resolver).await?;
    let id = random_id()?;
    let query = asked.query(id);
    let mut framed = (query.len() as u16).to_be_bytes().to_vec();
    framed.extend_from_slice(&query);
    stream.write_all(&framed).await?;
    let length = stream.read_u16().await?;
    let mut response = vec![0; length.into()];
    stream.read_exact(&mut response).await?;
    match asked.take(id, &response) {
        Returned::Answer(answer) => Ok(answer),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

fn random_id() -> io::Result<u16> {
    let mut bytes = [0; 2];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(u16::from_be_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_bounded_for_each_vpc_and_for_all_and_come_back() {
        let places = Places::default();
        let vpc = |number: u32| format!("vpc-{number:017x}").parse::<VpcId>().unwrap();
        let mut taken: Vec<Place> = std::iter::from_fn(|| places.take(vpc(0))).collect();
        assert_eq!(taken.len(), MOST_OF_ONE);
        for number in 1..8 {
            taken.extend(std::iter::from_fn(|| places.take(vpc(number))));
        }
        assert_eq!(taken.len(), MOST);
        drop(taken);
        assert!(places.take(vpc(9)).is_some() && places.of.borrow().is_empty());
    }
}
