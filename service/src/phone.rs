//! Phone numbers against the world's numbering plans; too large for the browser, so it happens here.

use domain::Phone;
use domain::text::TextError;

/// Reads a number typed in the site's region. Digits that fit no plan are kept as typed, without an E.164 form.
///
/// # Errors
/// [`TextError::NotAPhone`] when there are fewer than three digits, or letters that make it something else.
pub fn parse(text: &str, region: &str) -> Result<Phone, TextError> {
    let raw = domain::text::line(text)?;
    let refused = || TextError::NotAPhone(raw.chars().take(40).collect());
    let digits = raw.chars().filter(char::is_ascii_digit).count();
    let letters = raw.to_lowercase().replace("ext", "").replace('x', "").chars().any(char::is_alphabetic);
    if !(3..=20).contains(&digits) || letters {
        return Err(refused());
    }
    let region = region.parse::<phonenumber::country::Id>().ok();
    let number = phonenumber::parse(region, &raw).ok().filter(phonenumber::is_valid);
    let e164 = number.map(|number| number.format().mode(phonenumber::Mode::E164).to_string());
    Ok(Phone { raw, e164 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_the_site_s_region() {
        assert_eq!(parse("0161 496 0123", "GB").unwrap().e164.as_deref(), Some("+441614960123"));
        assert_eq!(parse("+1 (212) 555-0142", "GB").unwrap().e164.as_deref(), Some("+12125550142"));
    }

    #[test]
    fn odd_numbers_are_kept_as_typed() {
        let phone = parse("123", "GB").unwrap();
        assert_eq!((phone.raw.as_str(), phone.e164), ("123", None));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "call me", "12", "a@b.co", "012345678901234567890123"] {
            assert!(parse(text, "GB").is_err(), "{text}");
        }
    }
}
