//! A mail server on this machine: it speaks SMTP over TCP, and may refuse, fall silent or hang up where it is told to.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use server::mail::{Smtp, SmtpAddress};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What it was told to do at a moment of the conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Answers as it should.
    Fine,
    /// Answers with this line.
    Says(&'static str),
    /// Says nothing more, and leaves the connection open.
    Silent,
    /// Closes the connection.
    HangsUp,
}

/// A mail as it was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    pub text: String,
}

/// The moment (`greeting`, `ehlo`, `mail`, `rcpt`, `data`, `text`), and how many mails were handed over before.
type Habit = Arc<dyn Fn(&str, usize) -> Turn + Send + Sync>;

pub struct MailServer {
    pub url: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl MailServer {
    /// One that takes everything.
    pub async fn open() -> Self {
        Self::with_habit(|_, _| Turn::Fine).await
    }

    pub async fn with_habit(habit: impl Fn(&str, usize) -> Turn + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let received = Arc::new(Mutex::new(Vec::new()));
        let (habit, kept): (Habit, _) = (Arc::new(habit), Arc::clone(&received));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (habit, kept) = (Arc::clone(&habit), Arc::clone(&kept));
                // A conversation that breaks off is the client's to notice.
                tokio::spawn(async move { converse(stream, &habit, &kept).await });
            }
        });
        Self { url, received }
    }

    /// Whatever was handed over whole, taken or not.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// A client for it with little patience.
    pub fn client(&self) -> Smtp {
        Smtp::new(SmtpAddress::parse(&self.url).unwrap(), "leadwright@leads.test").within(Duration::from_secs(5), Duration::from_millis(500))
    }
}

/// `None` when the conversation is over.
async fn answer(stream: &mut BufReader<TcpStream>, turn: Turn, fine: &str) -> Option<()> {
    match turn {
        Turn::Fine => stream.write_all(format!("{fine}\r\n").as_bytes()).await.ok(),
        Turn::Says(line) => stream.write_all(format!("{line}\r\n").as_bytes()).await.ok(),
        Turn::Silent => std::future::pending().await,
        Turn::HangsUp => None,
    }
}

async fn converse(stream: TcpStream, habit: &Habit, received: &Mutex<Vec<Received>>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    let turn = |moment: &str| habit(moment, received.lock().unwrap().len());
    let greeting = turn("greeting");
    answer(&mut stream, greeting, "220 mail.test at your service").await?;
    let mut mail = Received { from: String::new(), to: Vec::new(), text: String::new() };
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let upper = line.trim_end().to_uppercase();
        let address = || line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        if upper.starts_with("EHLO") {
            let ehlo = turn("ehlo");
            answer(&mut stream, ehlo, "250-mail.test\r\n250 8BITMIME").await?;
        } else if upper.starts_with("MAIL FROM") {
            mail.from = address();
            let said = turn("mail");
            answer(&mut stream, said, "250 fine").await?;
        } else if upper.starts_with("RCPT TO") {
            mail.to.push(address());
            let said = turn("rcpt");
            answer(&mut stream, said, "250 fine").await?;
        } else if upper == "DATA" {
            let said = turn("data");
            answer(&mut stream, said, "354 go on").await?;
            read_text(&mut stream, &mut mail.text).await?;
            let said = turn("text");
            received.lock().unwrap().push(mail.clone());
            answer(&mut stream, said, "250 queued as 4711").await?;
        } else if upper == "QUIT" {
            stream.write_all(b"221 bye\r\n").await.ok()?;
            return Some(());
        } else {
            stream.write_all(b"502 unknown\r\n").await.ok()?;
        }
    }
}

/// Up to the line with a single dot.
async fn read_text(stream: &mut BufReader<TcpStream>, text: &mut String) -> Option<()> {
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if line == ".\r\n" {
            return Some(());
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
