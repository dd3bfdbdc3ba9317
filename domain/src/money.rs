//! Money: whole minor units and a currency code.

/// How many digits of a currency are minor units: 2 but for those without cents and those with mills (ISO 4217).
#[must_use]
pub fn minor_digits(currency: &str) -> u32 {
    match currency {
        "JPY" | "KRW" | "VND" | "CLP" | "ISK" | "UGX" | "XAF" | "XOF" | "PYG" | "RWF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// Reads an amount as typed (`12,500.50`, `12 500`, `£300`) into minor units. `None` when it is no amount, negative, or
/// above a thousand billion.
#[must_use]
pub fn parse_minor(text: &str, currency: &str) -> Option<i64> {
    let digits = minor_digits(currency) as usize;
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && !"£$€,'’_".contains(*c)).collect();
    let plain = plain.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    if whole.is_empty() || part.len() > digits || !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let part: i64 = if digits == 0 { 0 } else { format!("{part:0<digits$}").parse().ok()? };
    let minor = whole.checked_mul(10_i64.pow(digits as u32))?.checked_add(part)?;
    (whole <= 1_000_000_000_000).then_some(minor)
}

/// Digits for an input field: `12500.50`, without grouping.
#[must_use]
pub fn plain(minor: i64, currency: &str) -> String {
    let unit = 10_i64.pow(minor_digits(currency));
    if unit == 1 || minor % unit == 0 {
        return (minor / unit).to_string();
    }
    format!("{}.{:0width$}", minor / unit, minor % unit, width = minor_digits(currency) as usize)
}

/// What a person reads: `12,500 GBP`, minor units only where there are any.
#[must_use]
pub fn display(minor: i64, currency: &str) -> String {
    let text = plain(minor, currency);
    let (whole, part) = text.split_once('.').map_or((text.as_str(), None), |(w, p)| (w, Some(p)));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if let Some(part) = part {
        grouped.push('.');
        grouped.push_str(part);
    }
    match currency {
        "GBP" => format!("£{grouped}"),
        "EUR" => format!("€{grouped}"),
        "USD" => format!("${grouped}"),
        other => format!("{grouped} {other}"),
    }
}

/// What a person reads where amounts stand below each other: `£12,500.00`, always with its minor units.
#[must_use]
pub fn exact(minor: i64, currency: &str) -> String {
    let digits = minor_digits(currency) as usize;
    let unit = 10_i64.pow(minor_digits(currency));
    if digits == 0 || minor % unit != 0 {
        return display(minor, currency);
    }
    let text = display(minor, currency);
    let end = text.find(' ').unwrap_or(text.len());
    format!("{}.{:0<digits$}{}", &text[..end], "", &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_as_typed() {
        assert_eq!(parse_minor("12,500.5", "GBP"), Some(1_250_050));
        assert_eq!(parse_minor("£300", "GBP"), Some(30_000));
        assert_eq!(parse_minor("1 000", "JPY"), Some(1000));
        for text in ["", "-4", "1.234", "abc", "1e9", "9999999999999999"] {
            assert_eq!(parse_minor(text, "GBP"), None, "{text}");
        }
    }

    #[test]
    fn exact_amounts_have_their_minor_units() {
        assert_eq!(exact(18_400_000, "GBP"), "£184,000.00");
        assert_eq!(exact(123_456, "SEK"), "1,234.56 SEK");
        assert_eq!(exact(123_400, "SEK"), "1,234.00 SEK");
        assert_eq!(exact(1_500, "JPY"), "1,500 JPY");
        assert_eq!(exact(0, "KWD"), "0.000 KWD");
    }

    #[test]
    fn amounts_are_shown_grouped() {
        assert_eq!(display(18_400_000, "GBP"), "£184,000");
        assert_eq!(display(123_456, "SEK"), "1,234.56 SEK");
    }
}
