//! What scoring looks at of a lead. What is known only of leads that are closed, or set because they were about to be, is not among it:
//! status, dates of closing, lost reason, probability, expected completion, tags, the last activity and comment. Nor is whose the lead is,
//! because people would be scored with it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::free_mail::is_free_mail;
use crate::{Catalog, ChoiceId, ChoiceList, CustomFieldId, Lead, LeadTypeId};

/// Something about a lead that may tell how it ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    Type,
    Source,
    Category,
    Partner,
    Location,
    Priority,
    Importance,
    /// Whether they asked for this.
    Offering(ChoiceId),
    /// The target amount, where one is known. Unit: minor units.
    Amount,
    Country,
    Region,
    /// Whether there is an address, and whether it is a company's.
    Email,
    Phone,
    /// How much they wrote. Unit: characters.
    Message,
    Custom(CustomFieldId),
    /// A column of a file that had no home.
    Extra(String),
}

/// [`Feature::Email`] of an address at a company's own domain.
pub const COMPANY_ADDRESS: &str = "company";
/// [`Feature::Email`] of an address that anybody may have.
pub const FREE_ADDRESS: &str = "free";
/// Of what is there or not.
pub const YES: &str = "yes";

/// What scoring looks at of a lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreFacts {
    pub lead_type: LeadTypeId,
    pub source: Option<ChoiceId>,
    pub category: Option<ChoiceId>,
    pub partner: Option<ChoiceId>,
    pub location: Option<ChoiceId>,
    pub priority: Option<ChoiceId>,
    pub importance: Option<ChoiceId>,
    pub offerings: Vec<ChoiceId>,
    /// Minor units of the lead's currency; 0 while unknown.
    pub amount_minor: i64,
    pub country: String,
    pub region: String,
    /// The address to write to; empty where there is none.
    pub email: String,
    pub has_phone: bool,
    /// Unit: characters.
    pub message_length: usize,
    /// Canonical texts.
    pub custom: BTreeMap<CustomFieldId, String>,
    pub extra: BTreeMap<String, String>,
}

impl From<&Lead> for ScoreFacts {
    fn from(lead: &Lead) -> Self {
        Self {
            lead_type: lead.lead_type,
            source: lead.source,
            category: lead.category,
            partner: lead.partner,
            location: lead.location,
            priority: lead.priority,
            importance: lead.importance,
            offerings: lead.offerings.clone(),
            amount_minor: lead.target_amount_minor,
            country: lead.address.country.clone(),
            region: lead.address.state.clone(),
            email: lead.email().unwrap_or_default().to_owned(),
            has_phone: lead.phone().is_some_and(|phone| !phone.is_empty()),
            message_length: lead.message.chars().count(),
            custom: lead.custom.clone(),
            extra: lead.extra.clone(),
        }
    }
}

impl ScoreFacts {
    /// The features that say something, as texts: ids as numbers, numbers in digits.
    #[must_use]
    pub fn features(&self) -> BTreeMap<Feature, String> {
        let mut features = BTreeMap::new();
        features.insert(Feature::Type, self.lead_type.to_string());
        let choices = [
            (Feature::Source, self.source),
            (Feature::Category, self.category),
            (Feature::Partner, self.partner),
            (Feature::Location, self.location),
            (Feature::Priority, self.priority),
            (Feature::Importance, self.importance),
        ];
        features.extend(choices.into_iter().filter_map(|(feature, choice)| Some((feature, choice?.to_string()))));
        features.extend(self.offerings.iter().map(|offering| (Feature::Offering(*offering), YES.to_owned())));
        if self.amount_minor > 0 {
            features.insert(Feature::Amount, self.amount_minor.to_string());
        }
        let texts = [(Feature::Country, &self.country), (Feature::Region, &self.region)];
        features.extend(texts.into_iter().filter_map(|(feature, text)| Some((feature, said(text)?))));
        if let Some((_, domain)) = self.email.rsplit_once('@') {
            let kind = if is_free_mail(&domain.to_lowercase()) { FREE_ADDRESS } else { COMPANY_ADDRESS };
            features.insert(Feature::Email, kind.to_owned());
        }
        if self.has_phone {
            features.insert(Feature::Phone, YES.to_owned());
        }
        if self.message_length > 0 {
            features.insert(Feature::Message, self.message_length.to_string());
        }
        features.extend(self.custom.iter().filter_map(|(field, text)| Some((Feature::Custom(*field), said(text)?))));
        features.extend(self.extra.iter().filter_map(|(name, text)| Some((Feature::Extra(name.clone()), said(text)?))));
        features
    }
}

fn said(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

impl Feature {
    /// What people call it.
    #[must_use]
    pub fn title(&self, catalog: &Catalog) -> String {
        match self {
            Feature::Type => "Type".to_owned(),
            Feature::Source => "Source".to_owned(),
            Feature::Category => "Category".to_owned(),
            Feature::Partner => "Partner".to_owned(),
            Feature::Location => "Location".to_owned(),
            Feature::Priority => "Priority".to_owned(),
            Feature::Importance => "Importance".to_owned(),
            Feature::Offering(id) => format!("Interest in {}", catalog.choice_name(*id)),
            Feature::Amount => "Target amount".to_owned(),
            Feature::Country => "Country".to_owned(),
            Feature::Region => "State or province".to_owned(),
            Feature::Email => "E-mail address".to_owned(),
            Feature::Phone => "Phone number".to_owned(),
            Feature::Message => "Message".to_owned(),
            Feature::Custom(id) => catalog.field(*id).map_or_else(|| "A removed field".to_owned(), |field| field.name.clone()),
            Feature::Extra(name) => name.clone(),
        }
    }

    /// Whether its values may be numbers, which are told apart by how large they are. Those of choices are names.
    pub(super) fn may_be_number(&self) -> bool {
        matches!(self, Feature::Amount | Feature::Message | Feature::Custom(_) | Feature::Extra(_))
    }

    /// The list that its values are of, where they are numbers of choices.
    #[must_use]
    pub fn list(&self) -> Option<ChoiceList> {
        match self {
            Feature::Source => Some(ChoiceList::Source),
            Feature::Category => Some(ChoiceList::Category),
            Feature::Partner => Some(ChoiceList::Partner),
            Feature::Location => Some(ChoiceList::Location),
            Feature::Priority => Some(ChoiceList::Priority),
            Feature::Importance => Some(ChoiceList::Importance),
            _ => None,
        }
    }
}
