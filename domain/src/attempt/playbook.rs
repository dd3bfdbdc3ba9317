//! Texts that help on the way: what to say, and what not. Standard ones are honest (decision 9); an administrator changes them.

use serde::{Deserialize, Serialize};

use super::{AttemptChannel, AttemptOutcome, Cadence};

/// A text of the playbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaybookText {
    Voicemail,
    Reception,
    WrongNumber,
    NoShow,
    Email,
    Social,
    Visit,
}

impl PlaybookText {
    /// All of them, in their order.
    pub const ALL: [PlaybookText; 7] = [
        PlaybookText::Voicemail,
        PlaybookText::Reception,
        PlaybookText::WrongNumber,
        PlaybookText::NoShow,
        PlaybookText::Email,
        PlaybookText::Social,
        PlaybookText::Visit,
    ];

    /// The word stored and used in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            PlaybookText::Voicemail => "voicemail",
            PlaybookText::Reception => "reception",
            PlaybookText::WrongNumber => "wrong_number",
            PlaybookText::NoShow => "no_show",
            PlaybookText::Email => "email",
            PlaybookText::Social => "social",
            PlaybookText::Visit => "visit",
        }
    }

    /// Reads [`PlaybookText::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|text| text.key() == key)
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            PlaybookText::Voicemail => "What to say on a voicemail",
            PlaybookText::Reception => "When reception does not put you through",
            PlaybookText::WrongNumber => "When the number is wrong",
            PlaybookText::NoShow => "When they did not keep what was agreed",
            PlaybookText::Email => "What to write in an e-mail",
            PlaybookText::Social => "What to write on social media",
            PlaybookText::Visit => "When you visit them",
        }
    }

    /// Whether it is shown where somebody tries a channel.
    #[must_use]
    pub fn is_for(self, channel: AttemptChannel) -> bool {
        match self {
            PlaybookText::Voicemail | PlaybookText::WrongNumber => channel == AttemptChannel::Call,
            PlaybookText::Reception | PlaybookText::NoShow => matches!(channel, AttemptChannel::Call | AttemptChannel::Visit),
            PlaybookText::Email => channel == AttemptChannel::Email,
            PlaybookText::Social => channel == AttemptChannel::Social,
            PlaybookText::Visit => channel == AttemptChannel::Visit,
        }
    }

    /// The text that helps after an attempt that went so.
    #[must_use]
    pub fn after(channel: AttemptChannel, outcome: AttemptOutcome) -> Option<Self> {
        let text = match outcome {
            AttemptOutcome::Blocked => PlaybookText::Reception,
            AttemptOutcome::WrongNumber => PlaybookText::WrongNumber,
            AttemptOutcome::NoShow => PlaybookText::NoShow,
            AttemptOutcome::Reached | AttemptOutcome::Voicemail | AttemptOutcome::NoAnswer => return None,
        };
        Some(text).filter(|text| text.is_for(channel))
    }

    /// The text that a site starts with.
    #[must_use]
    pub fn standard(self) -> &'static str {
        match self {
            PlaybookText::Voicemail => {
                "Hello [their name], this is [your name] of [our company]. Today is [day and date], it is [time].\n\
                 I am calling because [what they asked for, in one sentence].\n\
                 You reach me on [your number] until [time].\n\
                 I will call you again on [day] at [time]. Thank you, and goodbye."
            }
            PlaybookText::Reception => {
                "Say who you are and why you call, as it is: you will be known here for longer than this call.\n\
                 “Good morning, this is [your name] of [our company]. [Their name] asked us about [what]. When is a good time to speak with them?”\n\
                 If the answer stays no, thank them and ask for another way, in the open: “Which department looks after [what]? Would you put me through to it?” \
                 Say there too who you are, and that reception could not put you through to the person.\n\
                 Ask whether there is a direct line, a mobile number or an address that you may have, and when somebody may be called back.\n\
                 Never say that you are expected, that it is private or that you return a call, unless that is so."
            }
            PlaybookText::WrongNumber => {
                "Apologise, and ask only whether the person is known there.\n\
                 Look the company up on its own website, and ask its reception for the direct line or mobile. Say where the wrong number came from: \
                 they will want to mend it too.\n\
                 Tell whoever gave us the lead that the number is wrong."
            }
            PlaybookText::NoShow => {
                "Something came up; that happens to everybody. The lead lives on.\n\
                 Wait ten minutes, call once, and then write: “We had agreed on [time] for [what]. Shall we find another time? I can do [time] or [time].”\n\
                 No reproach, and no hurry that is not there. If it happens again, ask whether another person or another month suits better."
            }
            PlaybookText::Email => {
                "Subject: what they asked for, in their words.\n\
                 First sentence: why you write, and what you have tried so far (“I called yesterday at ten and left a message”).\n\
                 Then one question that can be answered in a sentence, how to reach you, and when you will call again.\n\
                 Write “Re:” or “as discussed” only where there was something before."
            }
            PlaybookText::Social => {
                "Write as yourself, from your own profile, with the name of our company.\n\
                 Say where their request came from, and ask one question. No advertisement, and no acquaintance that there is not.\n\
                 If they do not answer, one message is enough for a week."
            }
            PlaybookText::Visit => {
                "Announce it the day before, with a number at which they can say no.\n\
                 At reception say who you are and whom you would like to see; leave your card and one sentence if they are not there.\n\
                 You are a guest: somebody who has no time now is asked for another day."
            }
        }
    }
}

/// A text as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PlaybookRow {
    pub text: PlaybookText,
    pub body: String,
    /// Whether an administrator changed it.
    pub is_changed: bool,
}

impl PlaybookRow {
    /// Every text, with those that an administrator changed.
    #[must_use]
    pub fn all(changed: &[(PlaybookText, String)]) -> Vec<Self> {
        let row = |text: PlaybookText| {
            let found = changed.iter().find(|(changed, _)| *changed == text);
            let body = found.map_or_else(|| text.standard().to_owned(), |(_, body)| body.clone());
            Self { text, body, is_changed: found.is_some() }
        };
        PlaybookText::ALL.into_iter().map(row).collect()
    }
}

/// What the page of the playbook shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaybookView {
    pub cadence: Cadence,
    pub texts: Vec<PlaybookRow>,
}
