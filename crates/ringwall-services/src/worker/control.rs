//! Listening to the control plane: one at a time, on a thread of its own.

use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};

use tokio::sync::{mpsc, oneshot};

use crate::channel;
use crate::message::{Request, Response};

/// A request, on its way to the thread that serves.
pub(crate) struct Asked {
    pub request: Request,
    pub descriptors: Vec<OwnedFd>,
    pub answer: oneshot::Sender<Response>,
}

/// Listens for ever. A control plane that comes while another is connected waits until that one is gone: there is but one,
/// and the one before it has been killed.
pub(crate) fn listen(listener: &UnixListener, sender: &mpsc::UnboundedSender<Asked>) {
    loop {
        match listener.accept() {
            Ok((stream, _)) => {
                if let Err(error) = converse(stream, sender) {
                    eprintln!("ringwall: the control plane cannot be understood: {error}");
                }
            }
            Err(error) => {
                eprintln!("ringwall: the control plane cannot be heard: {error}");
                std::thread::sleep(std::time::Duration::from_millis(100));
            }
        }
    }
}

fn converse(mut stream: UnixStream, sender: &mpsc::UnboundedSender<Asked>) -> std::io::Result<()> {
    while let Some((request, descriptors)) = channel::receive(&mut stream)? {
        let (answer, answered) = oneshot::channel();
        if sender.send(Asked { request, descriptors, answer }).is_err() {
            return Ok(());
        }
        let Ok(response) = answered.blocking_recv() else { return Ok(()) };
        channel::send(&mut stream, &response, &[])?;
    }
    Ok(())
}
