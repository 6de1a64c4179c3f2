use std::future::poll_fn;

use chrono::DateTime;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use super::*;
use crate::kernel::{FixedClock, SeededEntropy};

/// A connection that has answered one request, over a line that takes 16 bytes
/// at a time, and its other end.
fn answered() -> (Connection<DuplexStream>, DuplexStream) {
    let (near, far) = duplex(16);
    let short = Duration::from_millis(50);
    let bounds = Bounds { head_within: short, heard_within: short, ..Bounds::default() };
    let clock = Arc::new(FixedClock::at(DateTime::UNIX_EPOCH)) as Arc<dyn Clock>;
    let connection = Connection::new(near, &bounds, (clock, Arc::new(SeededEntropy::new(1)) as Arc<dyn Entropy>));
    drop(connection.turns().begin());
    (connection, far)
}

/// What is there to read; `None` where that is nothing yet.
async fn read_now(connection: &mut Connection<DuplexStream>) -> Option<usize> {
    let mut bytes = [0; 64];
    let mut buffer = ReadBuf::new(&mut bytes);
    poll_fn(|context| Poll::Ready(Pin::new(&mut *connection).poll_read(context, &mut buffer)))
        .await
        .is_ready()
        .then(|| buffer.filled().len())
}

#[tokio::test]
async fn an_answer_that_is_on_its_way_is_neither_cut_nor_mixed_with_another() {
    let (mut connection, mut far) = answered();
    assert_eq!(connection.write(&[b'a'; 40]).await.unwrap(), 16);
    far.write_all(b"GET").await.unwrap();
    assert_eq!(read_now(&mut connection).await, Some(3));
    for _ in 0..3 {
        assert_eq!(read_now(&mut connection).await, None, "it ended within an answer");
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    let mut taken = [0; 40];
    let (sent, _) = tokio::join!(
        async {
            connection.write_all(&[b'b'; 24]).await.unwrap();
            connection.flush().await
        },
        far.read_exact(&mut taken)
    );
    sent.unwrap();
    assert_eq!((&taken[..16], &taken[16..]), (&[b'a'; 16][..], &[b'b'; 24][..]));
    // Now it is late, and told so.
    let mut rest = Vec::new();
    let told = async {
        let mut byte = [0];
        assert_eq!(connection.read(&mut byte).await.unwrap(), 0);
        connection.shutdown().await.unwrap();
        drop(connection);
    };
    tokio::join!(told, async { far.read_to_end(&mut rest).await.unwrap() });
    assert!(rest.starts_with(b"HTTP/1.1 408 ") && rest.ends_with(b"}"), "{}", String::from_utf8_lossy(&rest));
}

#[tokio::test]
async fn what_a_handler_answers_is_never_taken_for_the_frameworks() {
    let bare = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
    // While it answers, and before anything came after that.
    for turn in [Turn::Service, Turn::Nobody] {
        let (mut connection, mut far) = answered();
        connection.turns.set(turn);
        let mut taken = vec![0; bare.len()];
        tokio::join!(async { connection.write_all(bare).await.unwrap() }, async {
            far.read_exact(&mut taken).await.unwrap()
        });
        assert_eq!(taken, bare);
    }
    // While a head arrives nobody else can have said it.
    let (mut connection, mut far) = answered();
    connection.turns.set(Turn::Client);
    let mut taken = Vec::new();
    tokio::join!(
        async {
            connection.write_all(bare).await.unwrap();
            drop(connection);
        },
        async { far.read_to_end(&mut taken).await.unwrap() }
    );
    let taken = String::from_utf8(taken).unwrap();
    assert!(
        taken.contains("\"code\":\"malformed_request\"") && taken.contains("date: Thu, 01 Jan 1970 00:00:00 GMT"),
        "{taken}"
    );
}
