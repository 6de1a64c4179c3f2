//! A receiver of webhooks on the loopback: it keeps what it is sent, and answers
//! as it is told.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

/// One message.
#[derive(Debug, Clone)]
pub struct Received {
    pub line: String,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

/// What is answered.
#[derive(Debug, Clone)]
pub enum Reply {
    /// A status, further headers, and a body.
    Of(u16, &'static str, String),
    /// A success, when there is a permit for it.
    When(Arc<Semaphore>),
}

/// It, and what it was sent.
#[derive(Debug, Clone)]
pub struct Receiver {
    port: u16,
    received: Arc<Mutex<Vec<Received>>>,
    open: Arc<AtomicUsize>,
    most_open: Arc<AtomicUsize>,
}

impl Reply {
    pub fn status(status: u16) -> Self {
        Self::Of(status, "", String::new())
    }
}

impl Receiver {
    /// One that answers as `reply` says for the message and for how many came
    /// before.
    pub async fn start(reply: impl Fn(&Received, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let this = Self { port, received: Arc::default(), open: Arc::default(), most_open: Arc::default() };
        let (server, reply) = (this.clone(), Arc::new(reply));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (server, reply) = (server.clone(), Arc::clone(&reply));
                tokio::spawn(async move { server.talk(socket, &*reply).await });
            }
        });
        this
    }

    /// One that takes everything.
    pub async fn willing() -> Self {
        Self::start(|_, _| Reply::status(204)).await
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    /// What came so far.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// The most that were open at a time.
    pub fn most_open(&self) -> usize {
        self.most_open.load(Ordering::SeqCst)
    }

    /// Waits until so many came.
    pub async fn until(&self, count: usize) {
        let wait = async {
            while self.received.lock().unwrap().len() < count {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), wait).await.expect("they never came");
    }

    async fn talk(&self, socket: TcpStream, reply: &(impl Fn(&Received, usize) -> Reply + ?Sized)) {
        let mut stream = BufReader::new(socket);
        let Some(message) = read(&mut stream).await else { return };
        // Before it is said to have come, so that whoever waits for it sees it open.
        let open = self.open.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_open.fetch_max(open, Ordering::SeqCst);
        let before = {
            let mut received = self.received.lock().unwrap();
            received.push(message.clone());
            received.len() - 1
        };
        let (status, headers, body) = match reply(&message, before) {
            Reply::Of(status, headers, body) => (status, headers, body),
            Reply::When(permits) => {
                permits.acquire().await.unwrap().forget();
                (204, "", String::new())
            }
        };
        self.open.fetch_sub(1, Ordering::SeqCst);
        let length = if status == 204 { String::new() } else { format!("content-length: {}\r\n", body.len()) };
        let answer = format!("HTTP/1.1 {status} So\r\nconnection: close\r\n{length}{headers}\r\n{body}");
        _ = stream.write_all(answer.as_bytes()).await;
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Received> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        lines.push(line.trim_end().to_owned());
    }
    let headers: HashMap<String, String> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    stream.read_exact(&mut body).await.ok()?;
    Some(Received { line: lines.remove(0), headers, body })
}

impl Received {
    pub fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn signatures(&self) -> Vec<&str> {
        self.headers["webhook-signature"].split(' ').collect()
    }

    /// Whether one of its signatures is that of a key `whsec_…`, as a receiver
    /// would look.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let bytes = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
        let signed = [format!("{}.{}.", self.id(), self.headers["webhook-timestamp"]).as_bytes(), &self.body].concat();
        self.signatures().into_iter().any(|signature| {
            let signature = STANDARD.decode(signature.strip_prefix("v1,").unwrap()).unwrap();
            hmac::verify(&key, &signed, &signature).is_ok()
        })
    }
}
