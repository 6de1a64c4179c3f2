//! One request, and what its answer has to be.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    ops::Range,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, bail};

use super::answer::{self, Framed};

/// How long an answer may take before something is wrong.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// The caller's address, in the width that all of them have.
const ADDRESS: &str = "10.100.100.100";

/// A request, ready to be sent, and its answer.
///
/// The service counts requests by address; so each comes from another one, as a
/// proxy in front of it would tell. There are 65,536 of them.
#[derive(Debug, Clone)]
pub struct Ask {
    bytes: Vec<u8>,
    address: Range<usize>,
    /// Where digits are others each time, or letters large or small.
    varied: Range<usize>,
    /// Path and content coding, where what is known of the answer is told.
    about: Option<(String, String)>,
    /// What the answer has to be.
    pub expected: Expected,
}

/// What an answer has to be.
#[derive(Debug, Clone)]
pub enum Expected {
    /// Not known yet: any whole 200.
    Anything,
    /// A body that begins and ends so, as it is sent, and is as long, to a tenth:
    /// what moves with the clock has more or less to say.
    Like {
        /// Its first bytes.
        begins: Vec<u8>,
        /// Its last bytes.
        ends: Vec<u8>,
        /// How many bytes there are, about.
        length: usize,
    },
    /// These very bytes.
    Bytes(Arc<[u8]>),
    /// 304, with nothing.
    Unchanged,
}

impl Ask {
    /// A GET with headers.
    pub fn new(path: &str, headers: &[(&str, &str)]) -> Self {
        let headers = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect::<Vec<_>>().concat();
        let start = format!("GET {path} HTTP/1.1\r\nhost: openchair.test\r\n{headers}x-forwarded-for: ");
        let address = start.len()..start.len() + ADDRESS.len();
        let bytes = format!("{start}{ADDRESS}\r\n\r\n").into_bytes();
        Self { bytes, address, varied: 0..0, about: None, expected: Expected::Anything }
    }

    /// The same, hardly ever asked twice alike: in what follows `begin` in the path
    /// to the next parameter the digits from the third on are others each time,
    /// or letters large or small. So what is answered was not kept.
    pub fn varied(path: &str, coding: &str, begin: &str) -> Self {
        let mut ask = Self::new(path, &[("accept-encoding", coding)]);
        let Some(at) = path.find(begin) else { return ask };
        let from = "GET ".len() + at + begin.len();
        let value = ask.bytes[from..].iter().take_while(|byte| !b"& ".contains(byte));
        let (is_number, len) = (ask.bytes[from].is_ascii_digit(), value.count());
        ask.varied = if is_number { from + 2..from + len } else { from..from + len };
        ask
    }

    /// A GET by somebody who may know the answer already.
    pub fn about(path: &str, coding: &str) -> Self {
        let mut ask = Self::new(path, &[("accept-encoding", coding)]);
        ask.about = Some((path.to_owned(), coding.to_owned()));
        ask
    }

    /// Makes it a GET by somebody who knows the answer of that entity tag.
    pub fn know(&mut self, tag: &str) {
        if let Some((path, coding)) = self.about.take() {
            *self = Self::new(&path, &[("accept-encoding", &coding), ("if-none-match", tag)]);
            self.about = Some((path, coding));
        }
    }

    /// Appends the request as it comes from the `number`th caller.
    pub fn write(&self, number: u32, to: &mut Vec<u8>) {
        let start = to.len();
        to.extend_from_slice(&self.bytes);
        let address = &mut to[start + self.address.start..start + self.address.end];
        for (at, part) in [(3, (number >> 10) % 64), (7, (number >> 5) % 32), (11, number % 32)] {
            address[at] = b'1' + (part / 100) as u8;
            address[at + 1] = b'0' + (part / 10 % 10) as u8;
            address[at + 2] = b'0' + (part % 10) as u8;
        }
        let mut dice = number.wrapping_mul(0x9e37_79b1) ^ number >> 7;
        let varied = &mut to[start + self.varied.start..start + self.varied.end];
        let is_number = varied.iter().all(u8::is_ascii_digit);
        for byte in varied {
            if is_number {
                *byte = b'0' + (dice % 10) as u8;
                dice /= 10;
            } else if byte.is_ascii_alphabetic() {
                *byte ^= (dice as u8 & 1) << 5;
                dice >>= 1;
            }
        }
    }
}

impl Expected {
    /// Whether that is the answer.
    pub fn is(&self, read: &[u8], framed: &Framed) -> bool {
        let body = &read[framed.body..framed.end];
        match self {
            Self::Anything => framed.status == 200,
            Self::Like { begins, ends, length } => {
                framed.status == 200
                    && body.starts_with(begins)
                    && body.ends_with(ends)
                    && body.len().abs_diff(*length) <= length / 10
            }
            Self::Bytes(bytes) => framed.status == 200 && body == &**bytes,
            Self::Unchanged => framed.status == 304 && body.is_empty(),
        }
    }
}

/// Somebody who asks one thing after the other.
pub struct Caller {
    socket: TcpStream,
    read: Vec<u8>,
    number: u32,
}

/// An answer, for whoever looks at it closely.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its entity tag.
    pub tag: Option<String>,
    /// Its body as it is sent.
    pub sent: Vec<u8>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Caller {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens.
    pub fn to(address: SocketAddr) -> anyhow::Result<Self> {
        let socket = TcpStream::connect(address)?;
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { socket, read: Vec::new(), number: 0 })
    }

    /// Asks, and waits for the answer.
    ///
    /// # Errors
    /// When there is none.
    pub fn ask(&mut self, ask: &Ask) -> anyhow::Result<Answer> {
        let mut request = Vec::new();
        self.number = self.number.wrapping_add(1);
        ask.write(self.number, &mut request);
        self.socket.write_all(&request)?;
        self.read.clear();
        let mut piece = vec![0; 64 * 1024];
        let framed = loop {
            if let Some(framed) = answer::frame(&self.read)? {
                break framed;
            }
            let read = self.socket.read(&mut piece).context("no answer")?;
            if read == 0 {
                bail!("the connection ended: {}", String::from_utf8_lossy(&self.read));
            }
            self.read.extend_from_slice(&piece[..read]);
        };
        Ok(Answer {
            status: framed.status,
            tag: answer::header(&self.read[..framed.body], "etag").map(str::to_owned),
            sent: self.read[framed.body..framed.end].to_vec(),
            body: answer::body(&self.read, &framed)?.into_owned(),
        })
    }
}
