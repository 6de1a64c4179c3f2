//! Many who ask at once, over connections that are kept, on two threads.
//!
//! Every answer is looked at. A connection asks the next thing when it has been
//! answered (closed), or at its time, whatever became of the last one (open):
//! then an answer takes from when it should have been asked, so that a server
//! that stands still is not asked less and praised for it.

use std::{
    cell::RefCell,
    io::ErrorKind,
    net::SocketAddr,
    rc::Rc,
    sync::{Arc, Barrier},
    time::{Duration, Instant},
};

use anyhow::{Context, anyhow, bail};
use tokio::{io::AsyncWriteExt, net::TcpStream, task::LocalSet};

use super::{
    answer::{self, Framed},
    ask::{Ask, PATIENCE},
};

/// As many as the machine of the promises has processors.
const THREADS: usize = 2;
/// How much of an answer is read at once.
const PIECE: usize = 64 * 1024;

/// When a connection asks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// As soon as it has been answered.
    Closed,
    /// So many a second on all connections together, evenly.
    Open(f64),
}

/// Who asks what, and for how long.
#[derive(Debug, Clone)]
pub struct Crowd {
    /// The server.
    pub address: SocketAddr,
    /// What is asked, one after the other and from the beginning again.
    pub asks: Arc<[Ask]>,
    /// How many connections.
    pub connections: usize,
    /// When they ask.
    pub pace: Pace,
    /// How long.
    pub lasting: Duration,
}

/// How it went.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// How many were answered.
    pub answers: usize,
    /// How long it took.
    pub took: Duration,
    /// What each took, in microseconds, in order.
    latencies_us: Vec<u32>,
}

impl Outcome {
    /// Answers a second.
    pub fn per_second(&self) -> f64 {
        self.answers as f64 / self.took.as_secs_f64()
    }

    /// What so many of a hundred took at most, in milliseconds.
    pub fn percentile_ms(&self, percent: usize) -> f64 {
        let at = (self.latencies_us.len() * percent / 100).min(self.latencies_us.len().saturating_sub(1));
        self.latencies_us.get(at).map_or(0.0, |us| f64::from(*us) / 1_000.0)
    }
}

impl Crowd {
    /// Asks. `around` is called when all are connected and nothing has been
    /// asked, and again when the last answer is there.
    ///
    /// # Errors
    /// When a connection fails, or an answer is not what it has to be.
    pub fn ask(&self, mut around: impl FnMut()) -> anyhow::Result<Outcome> {
        // Begin together, end together: where one thread fails the others are
        // not left waiting, for failures are carried over the last barrier.
        let barrier = &Barrier::new(THREADS + 1);
        let (took, told) = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..THREADS).map(|thread| scope.spawn(move || self.thread(thread, barrier))).collect();
            barrier.wait();
            around();
            barrier.wait();
            let begun = Instant::now();
            barrier.wait();
            let took = begun.elapsed();
            around();
            let told = threads.into_iter().map(|thread| thread.join().map_err(|_| anyhow!("a thread panicked"))?);
            (took, told.collect::<anyhow::Result<Vec<_>>>())
        });
        let mut latencies_us = told?.concat();
        latencies_us.sort_unstable();
        Ok(Outcome { answers: latencies_us.len(), took, latencies_us })
    }

    fn thread(&self, thread: usize, barrier: &Barrier) -> anyhow::Result<Vec<u32>> {
        let prepared = self.connect(thread);
        barrier.wait();
        barrier.wait();
        let told = prepared.and_then(|(runtime, sockets)| {
            let local = LocalSet::new();
            local.block_on(&runtime, self.converse(sockets))
        });
        barrier.wait();
        told
    }

    /// This thread's connections, each with its number among all.
    fn connect(&self, thread: usize) -> anyhow::Result<(tokio::runtime::Runtime, Vec<(usize, TcpStream)>)> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let numbers = (thread..self.connections).step_by(THREADS);
        let sockets = runtime.block_on(async {
            let mut sockets = Vec::new();
            for number in numbers {
                let socket = TcpStream::connect(self.address).await.context("cannot connect")?;
                socket.set_nodelay(true)?;
                sockets.push((number, socket));
            }
            anyhow::Ok(sockets)
        })?;
        Ok((runtime, sockets))
    }

    async fn converse(&self, sockets: Vec<(usize, TcpStream)>) -> anyhow::Result<Vec<u32>> {
        let (crowd, begin) = (Rc::new(self.clone()), tokio::time::Instant::now());
        let shared = Rc::new(RefCell::new(Vec::with_capacity(PIECE)));
        let talks: Vec<_> = sockets
            .into_iter()
            .map(|(number, socket)| {
                tokio::task::spawn_local(talk(Rc::clone(&crowd), number, socket, Rc::clone(&shared), begin))
            })
            .collect();
        let mut latencies_us = Vec::new();
        for talk in talks {
            latencies_us.extend(talk.await??);
        }
        Ok(latencies_us)
    }
}

/// One connection, for as long as it lasts; what each answer took.
async fn talk(
    crowd: Rc<Crowd>,
    number: usize,
    mut socket: TcpStream,
    shared: Rc<RefCell<Vec<u8>>>,
    begin: tokio::time::Instant,
) -> anyhow::Result<Vec<u32>> {
    let (mut latencies_us, mut request, mut own) = (Vec::new(), Vec::new(), Vec::new());
    let first = number * crowd.asks.len() / crowd.connections.max(1);
    for turn in 0_u32.. {
        let due = match crowd.pace {
            Pace::Closed => tokio::time::Instant::now(),
            Pace::Open(per_second) => {
                let before = number as f64 + f64::from(turn) * crowd.connections as f64;
                begin + Duration::from_secs_f64(before / per_second)
            }
        };
        if due >= begin + crowd.lasting {
            break;
        }
        tokio::time::sleep_until(due).await;
        let ask = &crowd.asks[(first + turn as usize) % crowd.asks.len()];
        request.clear();
        // Neighbours among the connections have neighbouring addresses.
        ask.write((number as u32).wrapping_add(turn.wrapping_mul(crowd.connections as u32)), &mut request);
        tokio::time::timeout(PATIENCE, exchange(ask, &mut socket, &request, &mut own, &shared))
            .await
            .context("an answer takes too long")??;
        latencies_us.push(u32::try_from(due.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
    Ok(latencies_us)
}

/// Asks, and reads the answer into memory that all connections of the thread
/// have together, and where it does not come at once into the connection's own:
/// who asks a real server is on another machine, and pushes nothing out of the
/// caches of its processors.
async fn exchange(
    ask: &Ask,
    socket: &mut TcpStream,
    request: &[u8],
    own: &mut Vec<u8>,
    shared: &RefCell<Vec<u8>>,
) -> anyhow::Result<()> {
    socket.write_all(request).await?;
    own.clear();
    loop {
        socket.readable().await?;
        let mut piece = shared.borrow_mut();
        piece.clear();
        let read = match socket.try_read_buf(&mut *piece) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
            read => read?,
        };
        if read == 0 {
            bail!("the connection ended: {}", String::from_utf8_lossy(own));
        }
        if !own.is_empty() {
            own.extend_from_slice(&piece);
        }
        let all = if own.is_empty() { &piece[..] } else { &own[..] };
        match answer::frame(all)? {
            Some(framed) => return check(ask, request, all, &framed),
            None if own.is_empty() => own.extend_from_slice(&piece),
            None => {}
        }
    }
}

fn check(ask: &Ask, request: &[u8], read: &[u8], framed: &Framed) -> anyhow::Result<()> {
    if framed.end < read.len() || !ask.expected.is(read, framed) {
        let (asked, said) = (String::from_utf8_lossy(request), String::from_utf8_lossy(&read[..read.len().min(2_000)]));
        bail!(
            "a wrong answer of {} bytes, where it has to be {:.300}\n{asked}{said}",
            read.len(),
            format!("{:?}", ask.expected)
        );
    }
    Ok(())
}
