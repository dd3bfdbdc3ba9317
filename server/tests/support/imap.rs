//! A server with one mailbox on this machine: it speaks IMAP over TCP, and may refuse, fall silent or hang up where it is told to.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use server::mailbox::{Imap, ImapAddress};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::smtp::Turn;

/// A message as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub bytes: Vec<u8>,
    pub is_seen: bool,
    pub folder: String,
}

/// The moment (`greeting`, or the words of a command), and how often it came before.
type Habit = Arc<dyn Fn(&str, usize) -> Turn + Send + Sync>;

#[derive(Clone)]
pub struct ImapServer {
    pub url: String,
    /// The first one has the number 1.
    pub messages: Arc<Mutex<Vec<Kept>>>,
    moments: Arc<Mutex<Vec<String>>>,
    habit: Habit,
}

impl ImapServer {
    /// One with these messages that does everything.
    pub async fn open(messages: &[&[u8]]) -> Self {
        Self::with_habit(messages, |_, _| Turn::Fine).await
    }

    pub async fn with_habit(messages: &[&[u8]], habit: impl Fn(&str, usize) -> Turn + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("imap://leads:word@127.0.0.1:{}", listener.local_addr().unwrap().port());
        let kept = messages.iter().map(|bytes| Kept { bytes: bytes.to_vec(), is_seen: false, folder: "INBOX".to_owned() }).collect();
        let server = Self { url, messages: Arc::new(Mutex::new(kept)), moments: Arc::default(), habit: Arc::new(habit) };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                // A conversation that breaks off is the client's to notice.
                tokio::spawn(async move { serving.converse(stream).await });
            }
        });
        server
    }

    /// A client for it with little patience.
    pub fn client(&self) -> Imap {
        self.client_of("")
    }

    /// The same with something behind the address.
    pub fn client_of(&self, query: &str) -> Imap {
        let address = ImapAddress::parse(&format!("{}{query}", self.url)).unwrap();
        Imap::new(address).within(Duration::from_millis(500), Duration::from_millis(2000))
    }

    pub fn kept(&self) -> Vec<Kept> {
        self.messages.lock().unwrap().clone()
    }

    /// How often a moment came.
    pub fn times(&self, moment: &str) -> usize {
        self.moments.lock().unwrap().iter().filter(|known| *known == moment).count()
    }

    fn turn(&self, moment: &str) -> Turn {
        let before = self.times(moment);
        self.moments.lock().unwrap().push(moment.to_owned());
        (self.habit)(moment, before)
    }

    async fn converse(&self, stream: TcpStream) -> Option<()> {
        let mut stream = BufReader::new(stream);
        let greeting = self.turn("greeting");
        say(&mut stream, greeting, "*", b"", "OK at your service").await?;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let (tag, command) = line.trim_end().split_once(' ')?;
            let words: Vec<&str> = command.split(' ').collect();
            let moment = if words[0] == "UID" { words[..2].join(" ") } else { words[0].to_owned() };
            let moment = if command.ends_with("BODY.PEEK[])") { "UID FETCH BODY".to_owned() } else { moment };
            let turn = self.turn(&moment);
            let data = if turn == Turn::Fine { self.obey(&moment, &words) } else { Vec::new() };
            say(&mut stream, turn, tag, &data, "OK done").await?;
        }
    }

    /// Does what a command asks for; gives what is said before its end.
    fn obey(&self, moment: &str, words: &[&str]) -> Vec<u8> {
        let mut messages = self.messages.lock().unwrap();
        let number: usize = words.get(2).and_then(|word| word.parse().ok()).unwrap_or(0);
        match moment {
            "SELECT" => format!("* {} EXISTS\r\n* OK [UIDVALIDITY 7] fine\r\n", messages.len()).into_bytes(),
            "UID SEARCH" => {
                let unseen = messages.iter().enumerate().filter(|(_, kept)| !kept.is_seen && kept.folder == "INBOX");
                // In no order that helps: a client has to bring its own.
                let numbers: Vec<String> = unseen.map(|(nth, _)| format!(" {}", nth + 1)).rev().collect();
                format!("* SEARCH{}\r\n", numbers.concat()).into_bytes()
            }
            "UID FETCH" => format!("* {number} FETCH (UID {number} RFC822.SIZE {})\r\n", messages[number - 1].bytes.len()).into_bytes(),
            "UID FETCH BODY" => {
                let bytes = messages[number - 1].bytes.as_slice();
                [format!("* {number} FETCH (UID {number} BODY[] {{{}}}\r\n", bytes.len()).as_bytes(), bytes, &b")\r\n"[..]].concat()
            }
            "UID STORE" => {
                messages[number - 1].is_seen = true;
                Vec::new()
            }
            "UID MOVE" => {
                messages[number - 1].folder = words[3].trim_matches('"').to_owned();
                Vec::new()
            }
            _ => Vec::new(),
        }
    }
}

/// `None` when the conversation is over.
async fn say(stream: &mut BufReader<TcpStream>, turn: Turn, tag: &str, data: &[u8], fine: &str) -> Option<()> {
    let end = match turn {
        Turn::Fine => fine,
        Turn::Says(line) => line,
        Turn::Silent => return std::future::pending().await,
        Turn::HangsUp => return None,
    };
    stream.write_all(data).await.ok()?;
    stream.write_all(format!("{tag} {end}\r\n").as_bytes()).await.ok()
}
