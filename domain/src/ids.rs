//! Typed ids. A record's id is its number: a whole number that only grows, given out by the store's counters, so it is
//! short in an address bar, cheap in an index, and sorts by age. Mixing up two kinds of id does not compile.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.trim().parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// A lead's number, as shown to people: `# 1042`.
    LeadId,
    /// An account's number.
    AccountId,
    /// A contact's number.
    ContactId,
    /// An opportunity's number.
    OpportunityId,
    /// A person who can sign in.
    UserId,
    /// A group (unit) of people among whom one may accept a lead.
    GroupId,
    /// A lead type, which decides pipeline and defaults.
    LeadTypeId,
    /// One status of one lead type's pipeline.
    StatusId,
    /// One entry of a configured list, see [`crate::ChoiceList`].
    ChoiceId,
    /// A field that an administrator added, see [`crate::CustomField`].
    CustomFieldId,
    /// An event: grows with commit order, so it doubles as the position in the live stream.
    EventId,
    /// A territory: places with a regional manager, see [`crate::routing`].
    TerritoryId,
    /// A trial run of the rules, see [`crate::routing`].
    TrialId,
    /// One run of the importer.
    ImportId,
    /// A merge of two accounts, see [`crate::account_merge`].
    MergeId,
    /// A list kept under a name.
    SavedViewId,
    /// One change of many leads at once.
    BulkRunId,
    /// Something a person was told.
    NoticeId,
    /// A mail in the outbox.
    MailId,
    /// A mail that came in.
    MailInId,
    /// Something a contact did.
    ContactEventId,
    /// A version of the threshold, as people number it.
    ThresholdId,
    /// A policy of clocks, see [`crate::clock`].
    ClockPolicyId,
    /// Something that somebody has to do.
    TaskId,
    /// A rule that gives points, see [`crate::scoring`].
    ScoreRuleId,
    /// A request for help with a lead.
    HelpRequestId,
    /// A document of a lead.
    DocumentId,
    /// An attempt to reach the person of a lead.
    AttemptId,
    /// What was arranged with the person of a lead.
    AppointmentId,
    /// The words of messages that are sent often, see [`crate::message`].
    MessageTemplateId,
    /// A message to the person of a lead.
    MessageId,
    /// A piece of the library, see [`crate::material`].
    MaterialId,
    /// A series of messages, see [`crate::nurture`].
    NurturePlanId,
    /// The person of a lead on such a plan.
    NurtureId,
    /// A deal that is registered with a vendor.
    DealRegistrationId,
    /// A problem with a lead that its supplier is told of.
    LeadProblemId,
    /// Something that the person of a lead wants solved.
    TicketId,
    /// Something that can be sold, see [`crate::product`].
    ProductId,
    /// What was offered for a deal, see [`crate::quote`].
    QuoteId,
    /// A line of a quote.
    QuoteLineId,
    /// An account that buys, see [`crate::customer`].
    CustomerId,
    /// Something that a customer has.
    ServiceId,
    /// What a customer is billed, see [`crate::invoice`].
    InvoiceId,
    /// That a lead became a customer, see [`crate::conversion`].
    ConversionId,
}
