//! Mail services at which anybody can have an address: what stands behind the `@` there says nothing about a company.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Their domains, one a line. Providers of internet access are among them where people keep such an address.
static SERVICES: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("free_mail.txt").lines().collect());

/// Whether a domain, lower case, is such a service's or lies below one.
#[must_use]
pub fn is_free_mail(domain: &str) -> bool {
    let below = domain.match_indices('.').map(|(at, _)| &domain[at + 1..]);
    std::iter::once(domain).chain(below).any(|domain| SERVICES.contains(domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_for_everybody_are_known_in_every_country() {
        for domain in ["gmail.com", "yahoo.co.uk", "hotmail.fr", "t-online.de", "web.de", "163.com", "eu.mail.yahoo.com", "proton.me"] {
            assert!(is_free_mail(domain), "{domain}");
        }
        for domain in ["notgmail.com", "gmail.com.example", "yahoo.example", "harbour.test", "com", ""] {
            assert!(!is_free_mail(domain), "{domain}");
        }
    }
}
