//! A mail server on the loopback that keeps what it is given.

use std::sync::{Arc, Mutex};

use openchair::mail::{Letter, Mailer};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// It, and the letters that it took, as they were sent.
#[derive(Debug, Clone)]
pub struct MailServer {
    url: String,
    pub taken: Arc<Mutex<Vec<String>>>,
    /// How many came to it.
    pub met: Arc<Mutex<u32>>,
}

impl MailServer {
    /// One that answers `RCPT` as `answer` says for the address and for how
    /// many came before; `None`: it says nothing any more.
    pub async fn start(answer: impl Fn(&str, u32) -> Option<&'static str> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let server = Self { url, taken: Arc::default(), met: Arc::default() };
        let (this, answer) = (server.clone(), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (this, answer) = (this.clone(), Arc::clone(&answer));
                tokio::spawn(async move { this.talk(socket, &*answer).await });
            }
        });
        server
    }

    /// What sends letters to it.
    pub fn mailer(&self) -> Mailer {
        Mailer::smtp(&self.url.clone().into(), "Café OpenChair <mail@openchair.test>").unwrap()
    }

    async fn talk(&self, socket: TcpStream, answer: &(impl Fn(&str, u32) -> Option<&'static str> + ?Sized)) {
        let (read, mut write) = socket.into_split();
        let mut lines = BufReader::new(read).lines();
        let mut reply = "220 here";
        loop {
            if write.write_all(format!("{reply}\r\n").as_bytes()).await.is_err() {
                return;
            }
            let Ok(Some(line)) = lines.next_line().await else { return };
            reply = match line.get(..4).unwrap_or_default() {
                "RCPT" => {
                    let before = {
                        let mut met = self.met.lock().unwrap();
                        *met += 1;
                        *met - 1
                    };
                    match answer(&line, before) {
                        Some(reply) => reply,
                        None => std::future::pending().await,
                    }
                }
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await.unwrap();
                    let mut letter = String::new();
                    while let Ok(Some(line)) = lines.next_line().await
                        && line != "."
                    {
                        letter += &line;
                        letter.push('\n');
                    }
                    self.taken.lock().unwrap().push(letter);
                    "250 kept"
                }
                "QUIT" => return,
                _ => "250 good",
            };
        }
    }
}

/// The code of the link in a letter.
pub fn code_of(letter: &Letter) -> String {
    let code = letter.text.split("?code=").nth(1).unwrap_or_else(|| panic!("no link: {}", letter.text));
    code.split_whitespace().next().unwrap().to_owned()
}
