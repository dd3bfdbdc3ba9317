//! Parts of pages that everybody of the house is sent alike, kept as text from one page to the next.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::Catalog;

/// So many parts are kept; one more, and all are made anew.
const PARTS_MOST: usize = 100;

/// Texts of parts, all of them made of one configuration. Their names say everything else that they were made of.
#[derive(Debug, Default)]
pub struct KeptHtml(Mutex<Parts>);

#[derive(Debug, Default)]
struct Parts {
    made_of: Option<Arc<Catalog>>,
    texts: HashMap<String, Arc<str>>,
}

impl KeptHtml {
    /// The text of a part, if it was made of this very configuration.
    #[must_use]
    pub fn find(&self, name: &str, catalog: &Arc<Catalog>) -> Option<Arc<str>> {
        let parts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_current = parts.made_of.as_ref().is_some_and(|made_of| Arc::ptr_eq(made_of, catalog));
        is_current.then(|| parts.texts.get(name).cloned()).flatten()
    }

    /// Keeps the text of a part. What was made of another configuration is forgotten.
    pub fn keep(&self, name: String, catalog: &Arc<Catalog>, text: &str) {
        let mut parts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_current = parts.made_of.as_ref().is_some_and(|made_of| Arc::ptr_eq(made_of, catalog));
        if !is_current || parts.texts.len() >= PARTS_MOST {
            *parts = Parts { made_of: Some(Arc::clone(catalog)), texts: HashMap::new() };
        }
        parts.texts.insert(name, text.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_found_until_the_configuration_is_another() {
        let kept = KeptHtml::default();
        let [first, second] = [(); 2].map(|()| Arc::new(domain::cast::catalog()));
        assert_eq!(kept.find("a", &first), None);
        kept.keep("a".to_owned(), &first, "<p>");
        kept.keep("b".to_owned(), &first, "<b>");
        assert_eq!(kept.find("a", &first).as_deref(), Some("<p>"));
        assert_eq!(kept.find("a", &second), None, "it may look otherwise now");
        kept.keep("b".to_owned(), &second, "<i>");
        assert_eq!((kept.find("a", &first), kept.find("a", &second)), (None, None));
        assert_eq!(kept.find("b", &second).as_deref(), Some("<i>"));
    }

    #[test]
    fn no_more_than_so_many_are_kept() {
        let (kept, catalog) = (KeptHtml::default(), Arc::new(domain::cast::catalog()));
        for name in 0..=PARTS_MOST {
            kept.keep(name.to_string(), &catalog, "");
        }
        assert_eq!((kept.find("0", &catalog), kept.find(&PARTS_MOST.to_string(), &catalog).as_deref()), (None, Some("")));
    }
}
