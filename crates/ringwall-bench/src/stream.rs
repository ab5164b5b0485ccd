//! TCP: one stream, turns on one connection, and connection after connection.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

/// The first byte of a connection says what it is for.
const STREAM: u8 = b's';
const TURNS: u8 = b't';

/// How many bytes are written at once.
const BLOCK: usize = 128 * 1024;

/// Serves every connection on a thread of its own.
pub fn serve(port: u16) -> io::Result<()> {
    let listener = TcpListener::bind(("::", port))?;
    loop {
        let (connection, _) = listener.accept()?;
        std::thread::spawn(move || {
            // whoever was connected has gone
            let _ = answer(connection);
        });
    }
}

fn answer(mut connection: TcpStream) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut kind = [0];
    connection.read_exact(&mut kind)?;
    if kind[0] == STREAM {
        let mut block = vec![0; BLOCK];
        let mut total = 0_u64;
        loop {
            match connection.read(&mut block)? {
                0 => break,
                read => total += read as u64,
            }
        }
        return connection.write_all(&total.to_be_bytes());
    }
    loop {
        connection.write_all(&kind)?;
        connection.read_exact(&mut kind)?;
    }
}

/// Gigabits a second that arrived over one connection.
pub fn throughput(server: SocketAddr, time: Duration) -> io::Result<f64> {
    let mut connection = TcpStream::connect(server)?;
    connection.write_all(&[STREAM])?;
    let block = vec![0; BLOCK];
    let begin = Instant::now();
    while begin.elapsed() < time {
        connection.write_all(&block)?;
    }
    connection.shutdown(Shutdown::Write)?;
    let mut total = [0; 8];
    connection.read_exact(&mut total)?;
    Ok(u64::from_be_bytes(total) as f64 * 8.0 / begin.elapsed().as_secs_f64() / 1e9)
}

/// Microseconds for a byte there and back: the mean over the time.
pub fn turns(server: SocketAddr, time: Duration) -> io::Result<f64> {
    let mut connection = TcpStream::connect(server)?;
    connection.set_nodelay(true)?;
    let mut byte = [TURNS];
    let begin = Instant::now();
    let mut count = 0_u32;
    while begin.elapsed() < time {
        connection.write_all(&byte)?;
        connection.read_exact(&mut byte)?;
        count += 1;
    }
    Ok(begin.elapsed().as_secs_f64() * 1e6 / f64::from(count))
}

/// Connections a second: made, a byte there and back, ended by a reset so that no port stays taken.
pub fn connections(server: SocketAddr, time: Duration) -> io::Result<f64> {
    let begin = Instant::now();
    let mut count = 0_u32;
    while begin.elapsed() < time {
        let mut connection = TcpStream::connect(server)?;
        end_by_reset(&connection)?;
        let mut byte = [TURNS];
        connection.write_all(&byte)?;
        connection.read_exact(&mut byte)?;
        count += 1;
    }
    Ok(f64::from(count) / begin.elapsed().as_secs_f64())
}

fn end_by_reset(connection: &TcpStream) -> io::Result<()> {
    let linger = libc::linger { l_onoff: 1, l_linger: 0 };
    let length = size_of::<libc::linger>() as libc::socklen_t;
    // SAFETY: the descriptor is open, and the kernel reads a structure of that length.
    let set = unsafe {
        libc::setsockopt(connection.as_raw_fd(), libc::SOL_SOCKET, libc::SO_LINGER, (&raw const linger).cast(), length)
    };
    if set == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
