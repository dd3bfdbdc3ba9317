//! `leadwright mail-in`: a message on standard input becomes a lead, or is kept with why it does not.

use std::io::Read as _;
use std::sync::Arc;

use domain::mail_in::MESSAGE_MOST;
use domain::{MailInRow, MailInState};
use service::Ctx;
use service::mail_in::{Received, receive};
use store::WhenMissing;

use crate::cli::{MailInArgs, explain, open};
use crate::config::Config;
use crate::state::Site;

/// Takes in one message.
///
/// # Errors
/// A sentence saying what to do, also for a message that nothing can be done with.
pub async fn run(config: &Config, args: MailInArgs) -> Result<(), String> {
    let bytes = read(std::io::stdin().lock())?;
    let ctx = open(config, WhenMissing::Refuse).await?;
    let ctx = Ctx { mail: Arc::clone(&Site::of(config).mail), ..ctx };
    let received = receive(&ctx, &bytes).await.map_err(explain);
    ctx.store.close().await;
    let received = received?;
    println!("{}", if args.json { as_json(&received).to_string() } else { sentence(&received) });
    if received.mail.state == MailInState::Refused {
        return Err(format!("Nothing can be done with this message: {}. It is kept, see /admin/mail-in/{}.", received.mail.why, received.mail.id));
    }
    Ok(())
}

/// Reads to the end, so that whoever pipes is never cut off; what is too large is not held.
fn read(mut input: impl std::io::Read) -> Result<Vec<u8>, String> {
    let unread = |error: std::io::Error| format!("The message cannot be read from standard input ({error}).");
    let mut bytes = Vec::new();
    input.by_ref().take(MESSAGE_MOST as u64 + 1).read_to_end(&mut bytes).map_err(unread)?;
    std::io::copy(&mut input, &mut std::io::sink()).map_err(unread)?;
    Ok(bytes)
}

fn as_json(received: &Received) -> serde_json::Value {
    let MailInRow { id, state, sender, subject, lead, why, attachments, .. } = &received.mail;
    serde_json::json!({
        "mail": id, "state": state.key(), "lead": lead, "why": why, "repeat": received.is_repeat, "from": sender.email, "subject": subject,
        "attachments": attachments,
    })
}

fn sentence(received: &Received) -> String {
    let mail = &received.mail;
    let before = if received.is_repeat { "This message came before. " } else { "" };
    let what = match (mail.state, mail.lead) {
        (MailInState::Lead, Some(lead)) => format!("It made lead {lead}."),
        (MailInState::Joined, Some(lead)) => format!("It joined lead {lead}."),
        (MailInState::Refused, _) => format!("It was refused: {}.", mail.why),
        _ => format!("It was ignored: {}.", mail.why),
    };
    format!("{before}{what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_to_its_end_and_held_as_far_as_it_may_go() {
        assert_eq!(read(&b"Subject: x\n"[..]).unwrap(), b"Subject: x\n");
        let mut long = std::io::repeat(b'x').take(3 * MESSAGE_MOST as u64);
        assert_eq!(read(&mut long).unwrap().len(), MESSAGE_MOST + 1);
        assert_eq!(long.limit(), 0);
    }
}
