//! A socket to the service: what no HTTP client would send, and every byte that
//! comes back.

use std::{fmt::Write as _, net::SocketAddr, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_mins(1);

/// A connection to the service.
#[derive(Debug)]
pub struct Wire {
    socket: TcpStream,
    /// What has come and belongs to no answer yet.
    come: Vec<u8>,
}

/// One answer, as its bytes say.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Wire {
    pub async fn to(address: SocketAddr) -> Self {
        Self { socket: TcpStream::connect(address).await.unwrap(), come: Vec::new() }
    }

    /// One that takes next to nothing as long as it does not read.
    pub async fn narrow(address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        Self { socket: socket.connect(address).await.unwrap(), come: Vec::new() }
    }

    /// Sends bytes. The service may close before it has read them all.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        _ = self.socket.write_all(bytes.as_ref()).await;
    }

    /// Sends no more.
    pub async fn end(&mut self) {
        _ = self.socket.shutdown().await;
    }

    /// The next answer, whole.
    pub async fn answer(&mut self) -> Answer {
        loop {
            if let Some((answer, length)) = parse(&self.come) {
                self.come.drain(..length);
                return answer;
            }
            assert!(self.read().await, "it ended before the answer: {}", String::from_utf8_lossy(&self.come));
        }
    }

    /// Whether something comes within that time.
    pub async fn hears_within(&mut self, wait: Duration) -> bool {
        timeout(wait, self.read()).await.is_ok()
    }

    /// All answers, after which the service ends the connection in order: it
    /// has read everything, so that nothing is reset.
    pub async fn all_in_order(mut self) -> Vec<Answer> {
        loop {
            let read = timeout(PATIENCE, self.socket.read_buf(&mut self.come)).await.expect("the connection goes on");
            if read.expect("the connection is reset") == 0 {
                return answers(&self.come);
            }
        }
    }

    /// Every byte until the service ends the connection.
    pub async fn until_ended(mut self) -> Vec<u8> {
        while self.read().await {}
        self.come
    }

    /// All answers until the service ends the connection, and nothing besides.
    pub async fn all(self) -> Vec<Answer> {
        answers(&self.until_ended().await)
    }

    /// Whether more came; else the service has ended the connection.
    async fn read(&mut self) -> bool {
        let read = timeout(PATIENCE, self.socket.read_buf(&mut self.come)).await;
        let said = || String::from_utf8_lossy(&self.come).into_owned();
        read.unwrap_or_else(|_| panic!("the connection goes on, with {:?}", said())).is_ok_and(|length| length > 0)
    }
}

/// The answers that bytes are made of, and of nothing besides.
#[track_caller]
fn answers(mut bytes: &[u8]) -> Vec<Answer> {
    let mut answers = Vec::new();
    while !bytes.is_empty() {
        let (answer, length) =
            parse(bytes).unwrap_or_else(|| panic!("no whole answer: {:?}", String::from_utf8_lossy(bytes)));
        answers.push(answer);
        bytes = &bytes[length..];
    }
    answers
}

impl Answer {
    /// The values of a header, joined by commas; empty without one.
    pub fn header(&self, name: &str) -> String {
        let mut values = String::new();
        for line in self.head.lines().skip(1) {
            let (given, value) = line.split_once(": ").unwrap();
            if given.eq_ignore_ascii_case(name) {
                _ = write!(values, "{}{value}", if values.is_empty() { "" } else { "," });
            }
        }
        values
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Asserts a problem of that status and code, with everything that every
    /// problem has.
    #[track_caller]
    pub fn is_problem(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let problem = self.json();
        assert_eq!((problem["status"].as_u64(), problem["code"].as_str()), (Some(status.into()), Some(code)));
        assert_eq!(problem["type"], format!("/problems/{code}"));
        assert_eq!(problem["request_id"], self.header("x-request-id"));
        self.has_what_every_answer_has();
        assert_eq!(self.header("cache-control"), "no-store");
    }

    /// Asserts the headers of every answer.
    #[track_caller]
    pub fn has_what_every_answer_has(&self) {
        assert!(!self.header("x-request-id").is_empty() && !self.header("date").is_empty(), "{self:?}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("strict-transport-security", "max-age=31536000; includeSubDomains"),
            ("access-control-allow-origin", "*"),
        ] {
            assert_eq!(self.header(name), value, "{name}: {self:?}");
        }
        assert!(self.header("content-security-policy").starts_with("default-src 'none'"), "{self:?}");
    }

    /// Asserts that the service ends the connection after it, and says so.
    #[track_caller]
    pub fn is_last(&self) {
        assert_eq!(self.header("connection"), "close", "{self:?}");
    }
}

/// The first answer in there and its length; `None` while it is not whole.
fn parse(bytes: &[u8]) -> Option<(Answer, usize)> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let rest = &bytes[end + 4..];
    let version = ["HTTP/1.1 ", "HTTP/1.0 "].iter().find_map(|version| head.strip_prefix(version));
    let status = version.unwrap_or_else(|| panic!("no answer: {head:?}"))[..3].parse().unwrap();
    let mut answer = Answer { status, head, body: Vec::new() };
    let length = if answer.header("transfer-encoding") == "chunked" {
        let (body, length) = chunks(rest)?;
        answer.body = body;
        length
    } else {
        let length = answer.header("content-length").parse().unwrap_or(0);
        answer.body = rest.get(..length)?.to_vec();
        length
    };
    Some((answer, end + 4 + length))
}

/// A body of chunks and its length with them; `None` while it is not whole.
fn chunks(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let (mut body, mut at) = (Vec::new(), 0);
    loop {
        let line = bytes[at..].windows(2).position(|window| window == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&bytes[at..at + line]).unwrap(), 16).unwrap();
        at += line + 2;
        body.extend_from_slice(bytes.get(at..at + size)?);
        at += size;
        assert_eq!(bytes.get(at..at + 2)?, b"\r\n");
        at += 2;
        if size == 0 {
            return Some((body, at));
        }
    }
}
