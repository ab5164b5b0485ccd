//! Listening to the control plane: one at a time, on threads of their own. Every worker hears by this, whatever its language.

use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::channel;

/// A request, on its way to the thread that serves.
pub struct Asked<Q, A> {
    /// what is asked
    pub request: Q,
    /// the descriptors that came with it
    pub descriptors: Vec<OwnedFd>,
    /// where the answer goes
    pub answer: oneshot::Sender<A>,
}

/// Listens for ever. There is but one control plane: whoever comes takes the place of the one before, which has been killed,
/// even if something of it still holds its end of the connection.
pub fn listen<Q, A>(listener: &UnixListener, sender: &mpsc::UnboundedSender<Asked<Q, A>>)
where
    Q: DeserializeOwned + Send + 'static,
    A: Serialize + Send + 'static,
{
    let mut last: Option<UnixStream> = None;
    loop {
        match listener.accept().and_then(|(stream, _)| begin(stream, sender)) {
            Ok(stream) => {
                if let Some(last) = last.replace(stream) {
                    let _ = last.shutdown(Shutdown::Both);
                }
            }
            Err(error) => {
                eprintln!("ringwall: the control plane cannot be heard: {error}");
                std::thread::sleep(Duration::from_millis(100));
            }
        }
    }
}

/// Begins a conversation on a thread of its own.
fn begin<Q, A>(stream: UnixStream, sender: &mpsc::UnboundedSender<Asked<Q, A>>) -> std::io::Result<UnixStream>
where
    Q: DeserializeOwned + Send + 'static,
    A: Serialize + Send + 'static,
{
    let (other, sender) = (stream.try_clone()?, sender.clone());
    std::thread::Builder::new().name("conversation".into()).spawn(move || {
        if let Err(error) = converse(stream, &sender) {
            eprintln!("ringwall: the control plane cannot be understood: {error}");
        }
    })?;
    Ok(other)
}

fn converse<Q: DeserializeOwned, A: Serialize>(
    mut stream: UnixStream,
    sender: &mpsc::UnboundedSender<Asked<Q, A>>,
) -> std::io::Result<()> {
    while let Some((request, descriptors)) = channel::receive::<Q>(&mut stream)? {
        let (answer, answered) = oneshot::channel();
        if sender.send(Asked { request, descriptors, answer }).is_err() {
            return Ok(());
        }
        let Ok(response) = answered.blocking_recv() else { return Ok(()) };
        channel::send(&mut stream, &response, &[])?;
    }
    Ok(())
}
