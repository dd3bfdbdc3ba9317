//! What the domain of an e-mail address says about a company. It needs the list of public suffixes ("co.uk"), which is too
//! large for the browser, so it happens here.

use domain::free_mail::is_free_mail;

/// Most domains of one address: those nearest to the registered one.
const LEVELS_MAX: usize = 5;

/// The domains by which the company behind a host is known: the host and those above it, down to the one that was
/// registered; lower case. None for mail services that anybody may use, for a public suffix, and for what is no host.
#[must_use]
pub fn company_domains(host: &str) -> Vec<String> {
    let host = host.trim().trim_end_matches('.').to_lowercase();
    let Some(registered) = registered(&host).filter(|_| !is_free_mail(&host)) else { return Vec::new() };
    let mut domains = vec![registered.to_owned()];
    let below = host.strip_suffix(registered).unwrap_or_default().trim_end_matches('.');
    for label in below.rsplit('.').filter(|label| !label.is_empty()).take(LEVELS_MAX - 1) {
        domains.push(format!("{label}.{}", domains[domains.len() - 1]));
    }
    domains.reverse();
    domains
}

/// The part of a host that somebody registered: "northwind.co.uk" of "mail.northwind.co.uk". None for "co.uk".
#[must_use]
pub fn registered(host: &str) -> Option<&str> {
    psl::domain_str(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_is_known_by_what_it_registered_and_what_lies_below() {
        for (host, domains) in [
            ("northwind.test", &["northwind.test"][..]),
            ("Mail.EU.Northwind.co.uk.", &["mail.eu.northwind.co.uk", "eu.northwind.co.uk", "northwind.co.uk"]),
            ("a.b.c.d.e.f.northwind.com", &["c.d.e.f.northwind.com", "d.e.f.northwind.com", "e.f.northwind.com", "f.northwind.com", "northwind.com"]),
            ("shop.github.io", &["shop.github.io"]),
            ("пример.рф", &["пример.рф"]),
            ("co.uk", &[]),
            ("com", &[]),
            ("localhost", &[]),
            ("gmail.com", &[]),
            ("eu.mail.yahoo.co.uk", &[]),
            ("", &[]),
            ("..", &[]),
            ("a b", &[]),
        ] {
            assert_eq!(company_domains(host), domains, "{host}");
        }
    }
}
