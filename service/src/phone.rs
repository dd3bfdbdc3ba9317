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

/// Fewest digits by which a number is known that fits no numbering plan: extensions have fewer, and many firms have the same.
const DIGITS_MIN: usize = 6;

/// What a number may be stored as, for finding whose it is: its E.164 form; where it fits no plan, its digits, and the form that it
/// would have, in which others may know it.
pub(crate) fn forms(text: &str, region: &str) -> Vec<String> {
    parse(text, region).map_or_else(|_| Vec::new(), |phone| forms_of(&phone, region))
}

/// The same of a number that was read already.
pub(crate) fn forms_of(phone: &Phone, region: &str) -> Vec<String> {
    let number = phone.match_text();
    if phone.e164.is_some() {
        return vec![number];
    }
    if number.len() < DIGITS_MIN {
        return Vec::new();
    }
    let region = region.parse::<phonenumber::country::Id>().ok();
    // Written here, for the library's formatter fails where it knows no such country.
    let would_be = phonenumber::parse(region, &phone.raw).ok().map(|number| format!("+{}{}", number.country().code(), number.national()));
    std::iter::once(number).chain(would_be).collect()
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
    fn a_number_is_looked_for_in_the_forms_that_it_may_be_stored_in() {
        assert_eq!(forms("0161 496 0123", "GB"), ["+441614960123"]);
        assert_eq!(forms("07700 900123", "GB"), ["07700900123", "+447700900123"]);
        assert_eq!(forms("+999 1234 5678", "GB").first().map(String::as_str), Some("99912345678"));
        for nothing in ["12345", "call me", ""] {
            assert_eq!(forms(nothing, "GB"), [""; 0], "{nothing}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "call me", "12", "a@b.co", "012345678901234567890123"] {
            assert!(parse(text, "GB").is_err(), "{text}");
        }
    }
}
