//! A host of sources on loopback, which answers what a test wants it to.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};

/// A host; ended when it is dropped.
pub struct Host {
    pub address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    /// What is answered next, and at last ever again.
    answers: Mutex<VecDeque<Vec<u8>>>,
    /// The heads of all requests.
    asked: Mutex<Vec<String>>,
}

impl Host {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let of = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let shared = Arc::clone(&of);
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    let mut chunk = [0; 4096];
                    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
                        match socket.read(&mut chunk).await {
                            Ok(0) | Err(_) => return,
                            Ok(read) => head.extend_from_slice(&chunk[..read]),
                        }
                    }
                    shared.asked.lock().unwrap().push(String::from_utf8_lossy(&head).to_lowercase());
                    let answer = {
                        let mut answers = shared.answers.lock().unwrap();
                        if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() }
                    };
                    // Who hangs up in the middle does not want the rest.
                    _ = socket.write_all(&answer.unwrap_or_default()).await;
                    _ = socket.shutdown().await;
                });
            }
        });
        Self { address, shared, task }
    }

    /// The address of its source.
    pub fn url(&self) -> String {
        format!("http://{}/feed.json", self.address)
    }

    /// Answers with these bytes from now on.
    pub fn answers_raw(&self, answer: impl Into<Vec<u8>>) {
        *self.shared.answers.lock().unwrap() = VecDeque::from([answer.into()]);
    }

    /// Answers with a status, headers and a body from now on.
    pub fn answers(&self, status: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) {
        self.answers_raw(answer(status, headers, body));
    }

    /// The heads of the requests since the last time, lower case.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.shared.asked.lock().unwrap())
    }
}

/// An answer as it stands on the wire.
pub fn answer(status: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut answer = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n", body.len());
    for (name, value) in headers {
        answer.extend([name, ": ", value, "\r\n"]);
    }
    answer.push_str("\r\n");
    [answer.as_bytes(), body].concat()
}

impl Drop for Host {
    fn drop(&mut self) {
        self.task.abort();
    }
}
