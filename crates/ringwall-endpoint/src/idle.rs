//! Connections on which nothing happens any more are reset (IFE-8).

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;

/// A stream that remembers when bytes last went over it.
pub(crate) struct Watched {
    watch: Arc<Watch>,
}

/// What watches a stream.
pub(crate) struct Watch {
    stream: TcpStream,
    since: Instant,
    /// in milliseconds behind `since`
    last: AtomicU64,
}

impl Watched {
    /// A stream, and what watches it.
    pub(crate) fn new(stream: TcpStream) -> (Watched, Arc<Watch>) {
        let watch = Arc::new(Watch { stream, since: Instant::now(), last: AtomicU64::new(0) });
        (Watched { watch: watch.clone() }, watch)
    }
}

impl Watch {
    fn touch(&self) {
        let millis = self.since.elapsed().as_millis();
        self.last.store(u64::try_from(millis).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Returns when nothing has happened for so long. Whoever drops the stream then resets the connection.
    pub(crate) async fn idle(&self, most: Duration) {
        loop {
            let last = self.since + Duration::from_millis(self.last.load(Ordering::Relaxed));
            let end = last + most;
            if Instant::now() >= end {
                break;
            }
            tokio::time::sleep_until(end).await;
        }
        let _ = self.stream.set_zero_linger();
    }
}

impl AsyncRead for Watched {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            ready!(self.watch.stream.poll_read_ready(context))?;
            match self.watch.stream.try_read(buffer.initialize_unfilled()) {
                Ok(length) => {
                    buffer.advance(length);
                    self.watch.touch();
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for Watched {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.watch.stream.poll_write_ready(context))?;
            match self.watch.stream.try_write(bytes) {
                Ok(length) => {
                    self.watch.touch();
                    return Poll::Ready(Ok(length));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let socket = std::os::fd::AsFd::as_fd(&self.watch.stream).try_clone_to_owned()?;
        Poll::Ready(std::net::TcpStream::from(socket).shutdown(std::net::Shutdown::Write))
    }
}
