//! The firm's logo: which pictures it can be. What is served to strangers is judged by its bytes, never by its name.

/// Most bytes of a logo.
pub const LOGO_MOST: usize = 256 * 1024;

/// What kind of picture a logo is. SVG is none of them: it can hold scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoKind {
    Png,
    Jpeg,
    Webp,
}

impl LogoKind {
    /// Every kind.
    pub const ALL: [LogoKind; 3] = [LogoKind::Png, LogoKind::Jpeg, LogoKind::Webp];

    /// Judges a picture by its first bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', _, _, _, _, b'I', b'H', b'D', b'R', ..] => Some(LogoKind::Png),
            [0xff, 0xd8, 0xff, ..] => Some(LogoKind::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(LogoKind::Webp),
            _ => None,
        }
    }

    /// What browsers are told that it is.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            LogoKind::Png => "image/png",
            LogoKind::Jpeg => "image/jpeg",
            LogoKind::Webp => "image/webp",
        }
    }

    /// Reads [`LogoKind::content_type`] back.
    #[must_use]
    pub fn from_content_type(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.content_type() == text)
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            LogoKind::Png => "PNG",
            LogoKind::Jpeg => "JPEG",
            LogoKind::Webp => "WebP",
        }
    }
}

/// Judges what was sent as a logo.
///
/// # Errors
/// The sentence for its field.
pub fn judge(bytes: &[u8]) -> Result<LogoKind, String> {
    if bytes.is_empty() {
        return Err("Choose a picture".to_owned());
    }
    if bytes.len() > LOGO_MOST {
        return Err(format!("The picture is larger than {} kB; make it smaller", LOGO_MOST / 1024));
    }
    LogoKind::of(bytes).ok_or_else(|| "This is no PNG, JPEG or WebP picture".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_judged_by_its_bytes() {
        assert_eq!(judge(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR..."), Ok(LogoKind::Png));
        assert_eq!(judge(b"\xff\xd8\xff\xe0..."), Ok(LogoKind::Jpeg));
        assert_eq!(judge(b"RIFF....WEBPVP8 "), Ok(LogoKind::Webp));
        for none in [&b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"[..], b"GIF89a", b"\x89PNG", b"<!DOCTYPE html>"] {
            assert!(judge(none).is_err());
        }
        assert!(judge(&[0xff; LOGO_MOST + 1]).is_err_and(|sentence| sentence.contains("256 kB")));
        assert!(LogoKind::ALL.into_iter().all(|kind| LogoKind::from_content_type(kind.content_type()) == Some(kind)));
    }
}
