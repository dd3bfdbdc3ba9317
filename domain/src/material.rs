//! The library of material: files that are sent to the persons of leads, attached to a message or as a link in it. See docs/material.md.

use serde::{Deserialize, Serialize};

use crate::lead_parts::{DocumentKind, SIZE_MOST, judge, size_words};
use crate::text::{fold, note, required_line, search_words, tags};
use crate::{FieldErrors, FormValues, MaterialId, Timestamp, UserId};

/// Most pieces in the library, so that all of them can be looked through.
pub const MATERIAL_MOST: i64 = 500;
/// Most bytes of what is attached to one message: mail servers take hardly more.
pub const ATTACHED_MOST: i64 = 10 * 1024 * 1024;

/// A piece of the library, without its content, which never changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Material {
    pub id: MaterialId,
    /// What people know it by.
    pub name: String,
    /// What it is good for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Lower case, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    pub file_name: String,
    pub kind: DocumentKind,
    /// Unit: bytes.
    pub size: i64,
    pub added_by: UserId,
    pub added_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed_at: Option<Timestamp>,
}

impl Material {
    /// Whether each word of a search is in its name, description, tags or file name. Every piece matches a search without words.
    #[must_use]
    pub fn matches(&self, query: &str) -> bool {
        let text = fold(&format!("{} {} {} {}", self.name, self.description, self.tags.join(" "), self.file_name));
        search_words(query).iter().all(|word| text.contains(word.as_str()))
    }

    /// What it is, in a line: `PDF, 1.2 MB`.
    #[must_use]
    pub fn facts(&self) -> String {
        format!("{}, {}", self.kind.label(), size_words(self.size))
    }
}

/// What somebody enters of a piece.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MaterialForm {
    pub name: String,
    pub description: String,
    pub tags: Vec<String>,
}

impl MaterialForm {
    /// Reads `name`, `description` and `tags`, separated by commas.
    ///
    /// # Errors
    /// At these fields.
    pub fn read(form: &FormValues) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", required_line(form.get("name"), "a name"));
        let description = errors.take("description", note(form.get("description")));
        let tags = errors.take("tags", tags(form.get("tags")));
        match (name, description, tags) {
            (Some(name), Some(description), Some(tags)) => Ok(Self { name, description, tags }),
            _ => Err(errors),
        }
    }
}

/// Judges a file that is to be a piece of the library.
///
/// # Errors
/// The sentence for its field: nothing, too much, or a file whose name says that it is something else.
pub fn judge_file(name: &str, bytes: &[u8]) -> Result<DocumentKind, String> {
    if bytes.len() > SIZE_MOST {
        return Err(format!("The file is larger than {}, which is the most that can be sent", size_words(SIZE_MOST as i64)));
    }
    judge(name, bytes)
}

/// Refuses what is more than one message can carry.
///
/// # Errors
/// The sentence for its field.
pub fn judge_attached(attached: &[Material]) -> Result<(), String> {
    let size: i64 = attached.iter().map(|one| one.size).sum();
    if size <= ATTACHED_MOST {
        return Ok(());
    }
    Err(format!("That is {} together; a message carries at most {}. Send some of it as links", size_words(size), size_words(ATTACHED_MOST)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(name: &str, size: i64) -> Material {
        Material {
            id: MaterialId(1),
            name: name.to_owned(),
            description: "For clinics".to_owned(),
            tags: vec!["price".to_owned()],
            file_name: "List-2026.pdf".to_owned(),
            kind: DocumentKind::Pdf,
            size,
            added_by: UserId(1),
            added_at: Timestamp(0),
            removed_at: None,
        }
    }

    #[test]
    fn a_piece_is_found_by_any_of_its_words() {
        let brochure = piece("Our Brochure", 12);
        for found in ["", "brochure", "OUR clinic", "price list", "2026.pdf", "%"] {
            assert!(brochure.matches(found), "{found}");
        }
        for other in ["brochures", "clinic dental", "xlsx"] {
            assert!(!brochure.matches(other), "{other}");
        }
        assert_eq!(brochure.facts(), "PDF, 12 bytes");
    }

    #[test]
    fn a_file_that_lies_or_is_too_large_is_refused() {
        assert_eq!(judge_file("offer.pdf", b"%PDF-1.7"), Ok(DocumentKind::Pdf));
        assert!(judge_file("offer.pdf", b"<script>").is_err_and(|sentence| sentence.contains("something else")));
        assert!(judge_file("a.txt", &vec![b'a'; SIZE_MOST + 1]).is_err_and(|sentence| sentence.contains("10 MB")));
    }

    #[test]
    fn a_message_carries_ten_megabytes() {
        assert_eq!(judge_attached(&[piece("A", ATTACHED_MOST)]), Ok(()));
        let refused = judge_attached(&[piece("A", ATTACHED_MOST), piece("B", 1024 * 1024)]).unwrap_err();
        assert!(refused.starts_with("That is 11 MB together; a message carries at most 10 MB"), "{refused}");
    }

    #[test]
    fn a_piece_needs_a_name() {
        let read = |text: &str| MaterialForm::read(&FormValues::decode(text.as_bytes()));
        assert_eq!(read("name=A&tags=Price,+List&description=").unwrap().tags, ["list", "price"]);
        assert!(read("name=+").unwrap_err().get("name").is_some());
    }
}
