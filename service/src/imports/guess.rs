//! Which column goes where, guessed from headings and from what stands below them.

use domain::text::fold;
use domain::{CustomField, Dimension, EmailAddress, LeadField};

use super::cells::{DateOrder, is_placeholder, life_cycle, moment, plain_amount, plain_number, squash};
use super::classes::{ClassColumn, class_in, kind_in};
use super::mapping::{Home, Mapping};

/// What a file is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    Leads,
    Accounts,
    Offerings,
    /// Who sells, for whom and where.
    People,
}

/// Headings that mean a home, without spaces, case and punctuation; the first that fits wins.
const HEADINGS: [(Home, &[&str]); 50] = [
    (
        Home::ImportKey,
        &["opportunityid", "prospectid", "leadid", "externalid", "recordid", "leadnumber", "uuid", "guid", "id", "importkey", "externalkey"],
    ),
    (
        Home::Field(LeadField::FullName),
        &["fullname", "name", "leadname", "contactname", "contact", "contactperson", "person", "customername", "clientname", "prospectname"],
    ),
    (Home::FirstName, &["firstname", "first", "givenname", "forename"]),
    (Home::LastName, &["lastname", "last", "surname", "familyname"]),
    (
        Home::Company,
        &[
            "company",
            "companyname",
            "account",
            "accountname",
            "organisation",
            "organization",
            "organisationname",
            "organizationname",
            "business",
            "firm",
            "employer",
        ],
    ),
    (
        Home::Field(LeadField::Emails),
        &["emails", "email", "emailaddress", "emailaddresses", "mail", "workemail", "contactemail", "businessemail", "primaryemail"],
    ),
    (
        Home::Field(LeadField::Phones),
        &[
            "phones",
            "phone",
            "phonenumber",
            "phonenumbers",
            "telephone",
            "tel",
            "mobile",
            "mobilephone",
            "mobilenumber",
            "cell",
            "cellphone",
            "workphone",
            "businessphone",
            "contactphone",
            "contactnumber",
        ],
    ),
    (Home::Field(LeadField::Source), &["source", "leadsource", "sourceoflead", "channel"]),
    (
        Home::Field(LeadField::Owner),
        &["owner", "leadowner", "salesagent", "salesrep", "salesperson", "rep", "agent", "assignedto", "accountmanager", "owneremail"],
    ),
    (Home::Field(LeadField::Group), &["group", "ownedbygroup", "ownergroup", "unit", "salesteam"]),
    (Home::Field(LeadField::Team), &["leadteam"]),
    (Home::Field(LeadField::Status), &["status", "leadstatus", "dealstage", "stage", "pipelinestage", "leadstage", "pipelinestatus", "salesstage"]),
    (Home::State, &["state", "lifecycle", "lifecyclestate"]),
    (Home::Type, &["type", "leadtype"]),
    (
        Home::Field(LeadField::TargetAmount),
        &[
            "targetamount",
            "amount",
            "closevalue",
            "dealvalue",
            "value",
            "dealamount",
            "budget",
            "estimatedvalue",
            "expectedrevenue",
            "opportunityamount",
        ],
    ),
    (
        Home::Field(LeadField::Offerings),
        &["offerings", "offering", "product", "products", "productinterest", "interestedin", "interest", "service", "services"],
    ),
    (Home::Field(LeadField::Tags), &["tags", "tag", "labels", "label", "keywords"]),
    (Home::Field(LeadField::City), &["city", "town"]),
    (Home::Field(LeadField::Country), &["country", "countryname"]),
    (Home::Field(LeadField::Postcode), &["postcode", "zip", "zipcode", "postalcode"]),
    (Home::Field(LeadField::Street), &["street", "address", "streetaddress", "addressline1", "address1"]),
    (Home::Field(LeadField::State), &["province", "stateorprovince", "stateprovince", "county"]),
    (Home::Field(LeadField::Score), &["score", "leadscore"]),
    (Home::Field(LeadField::Probability), &["probability", "probabilitytowin", "winprobability"]),
    (Home::CreatedAt, &["createdat", "created", "createdon", "createddate", "creationdate", "datecreated", "engagedate", "startdate", "receivedat"]),
    (Home::Field(LeadField::Expected), &["expected", "closedate", "expectedclose", "expectedclosedate", "expectedcompletion", "expectedat"]),
    (Home::ClosedAt, &["closedat", "closedon", "closeddate", "dateclosed"]),
    (Home::LostReason, &["lostreason", "lossreason", "reasonlost", "reasonoftheloss", "closedreason"]),
    (Home::Field(LeadField::Category), &["category", "leadcategory"]),
    (Home::Field(LeadField::Partner), &["partner", "partnername"]),
    (Home::Field(LeadField::Location), &["location"]),
    (Home::Field(LeadField::Priority), &["priority"]),
    (Home::Field(LeadField::Importance), &["importance"]),
    (Home::Field(LeadField::Message), &["message", "notes", "note", "comments", "comment", "description", "enquiry", "inquiry"]),
    (Home::Field(LeadField::ContactPhone), &["preferredphone"]),
    (Home::Field(LeadField::ContactEmail), &["preferredemail"]),
    (Home::Class(ClassColumn::Class), &["class", "leadclass", "qualificationclass", "qualification", "qualifiedas"]),
    (Home::Class(ClassColumn::TimescaleFrom), &["timescalefrom", "earliestdate", "earliest"]),
    (Home::Class(ClassColumn::TimescaleTo), &["timescaleto", "latestdate", "latest"]),
    (Home::Class(ClassColumn::Horizon), &["horizon", "projectdate", "projecthorizon", "renewaldate"]),
    (Home::Class(ClassColumn::AppointmentKind), &["appointmentkind", "appointmenttype", "kindofappointment", "meetingtype"]),
    (Home::Class(ClassColumn::AppointmentAt), &["appointmentat", "appointmenttime", "appointmentdate", "appointment", "meetingdate", "meetingtime"]),
    (Home::Class(ClassColumn::Invite), &["invite", "invitestate", "invitestatus", "calendarinvite"]),
    (Home::Class(ClassColumn::Notes), &["leadnotes", "qualificationnotes"]),
    (Home::Class(ClassColumn::Agenda), &["agenda"]),
    (Home::Class(ClassColumn::Answer(Dimension::Budget)), &["bantbudget", "budgetstatus", "budget"]),
    (Home::Class(ClassColumn::Answer(Dimension::Authority)), &["bantauthority", "authority", "decisionmaker"]),
    (Home::Class(ClassColumn::Answer(Dimension::Need)), &["bantneed", "need", "needs"]),
    (Home::Class(ClassColumn::Answer(Dimension::Timescale)), &["banttimescale", "timescale", "timescales", "timeline"]),
    (Home::Class(ClassColumn::Answer(Dimension::Action)), &["bantaction", "agreedaction", "calltoaction", "cta"]),
];

/// What a file is about, from its headings.
pub(super) fn kind(headings: &[String]) -> FileKind {
    let squashed: Vec<String> = headings.iter().map(|heading| squash(heading)).collect();
    let has = |names: &[&str]| squashed.iter().any(|heading| names.contains(&heading.as_str()));
    let about_leads = has(&["email", "emailaddress", "phone", "status", "dealstage", "stage", "leadsource", "source", "opportunityid", "leadid"]);
    if about_leads {
        FileKind::Leads
    } else if has(&["salesagent", "agent", "rep", "salesrep"]) && has(&["manager"]) && has(&["regionaloffice", "region", "office", "team"]) {
        FileKind::People
    } else if has(&["product", "offering"])
        && has(&["series", "salesprice", "price", "listprice"])
        && headings.len() <= 6
        && !has(&["account", "company", "name"])
    {
        FileKind::Offerings
    } else if has(&["account", "accountname", "company", "companyname"])
        && has(&["sector", "industry", "revenue", "employees", "subsidiaryof", "officelocation"])
    {
        FileKind::Accounts
    } else {
        FileKind::Leads
    }
}

/// The mapping of a file of leads, from its headings and its first rows. A heading that is the name of one of the `own`
/// fields means that; where several have the name, the lead's type will tell which.
pub(super) fn mapping(headings: &[String], sample: &[Vec<String>], region: &str, minor_digits: usize, own: &[CustomField]) -> Mapping {
    let cells = |column: usize| sample.iter().filter_map(move |row| row.get(column)).map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    let mut homes = vec![Home::Extra; headings.len()];
    for (home, heading) in homes.iter_mut().zip(headings) {
        let mut named = own.iter().filter(|field| !field.retired && fold(&field.name) == fold(heading));
        if let (Some(field), None) = (named.next(), named.next()) {
            *home = Home::Field(LeadField::Custom(field.id));
        }
    }
    // Better headings first: "email" before "contact", wherever they stand.
    for (home, names) in HEADINGS {
        for name in names {
            for (column, heading) in headings.iter().enumerate() {
                let taken = homes.contains(&home) && !home.takes_several();
                if squash(heading) == *name && homes[column] == Home::Extra && !taken {
                    homes[column] = fitting(home, cells(column), region, minor_digits);
                }
            }
        }
    }
    for (column, home) in homes.iter_mut().enumerate() {
        if *home == Home::Extra && most(cells(column), |cell| EmailAddress::parse(cell).is_ok()) {
            *home = Home::Field(LeadField::Emails);
        } else if *home == Home::Extra && most(cells(column), is_international_number) {
            *home = Home::Field(LeadField::Phones);
        }
    }
    // A name in parts is better than half a name.
    if homes.contains(&Home::FirstName) && homes.contains(&Home::LastName) {
        homes.iter_mut().filter(|home| **home == Home::Field(LeadField::FullName)).for_each(|home| *home = Home::Extra);
    }
    let columns = headings.iter().zip(homes).map(|(heading, home)| (heading.clone(), home.key().into_owned())).collect();
    Mapping { columns, ..Mapping::default() }
}

/// The home, unless what stands in the column says otherwise.
fn fitting<'a>(home: Home, cells: impl Iterator<Item = &'a str> + Clone, region: &str, minor_digits: usize) -> Home {
    let cells = cells.filter(|cell| !is_placeholder(cell));
    let order = DateOrder::of(cells.clone(), region);
    let is_number = |cell: &str| plain_number(cell).trim_end_matches('%').trim().parse::<i64>().is_ok();
    let is_amount = |cell: &str| domain::money::parse_minor(&plain_amount(cell, minor_digits), "GBP").is_some();
    let has_at = |cell: &str| cell.contains('@');
    let is_strange = match home {
        Home::CreatedAt | Home::ClosedAt | Home::Field(LeadField::Expected) => strange(cells, |cell| moment(cell, order).is_some()),
        Home::Class(ClassColumn::Class) => strange(cells, |cell| class_in(cell).is_some()),
        Home::Class(ClassColumn::AppointmentKind) => strange(cells, |cell| kind_in(cell).is_some()),
        Home::Class(column) if column.is_moment() => strange(cells, |cell| moment(cell, order).is_some()),
        Home::Field(LeadField::Score | LeadField::Probability) => strange(cells, is_number),
        Home::Field(LeadField::TargetAmount) => strange(cells, is_amount),
        Home::Field(LeadField::Phones) => strange(cells, |cell| cell.bytes().filter(u8::is_ascii_digit).count() >= 3),
        Home::Field(LeadField::FullName) if most(cells.clone(), has_at) => return Home::Field(LeadField::Emails),
        Home::Field(LeadField::Emails) => strange(cells, has_at),
        Home::State if !most(cells.clone(), |cell| life_cycle(cell).is_some()) => return Home::Field(LeadField::State),
        _ => false,
    };
    if is_strange { Home::Extra } else { home }
}

/// Whether what stands in a column belies its heading: less than half of it fits, or nothing of two values. A single
/// value that does not fit is a mistake in its row.
fn strange<'a>(cells: impl Iterator<Item = &'a str>, fits: impl Fn(&str) -> bool) -> bool {
    let (all, fitting) = cells.fold((0, 0), |(all, fitting), cell| (all + 1, fitting + usize::from(fits(cell))));
    if all < 3 { all == 2 && fitting == 0 } else { fitting * 2 < all }
}

/// Whether four in five are so; none is not most.
fn most<'a>(cells: impl Iterator<Item = &'a str>, is_so: impl Fn(&str) -> bool) -> bool {
    let (mut all, mut so) = (0, 0);
    for cell in cells {
        all += 1;
        so += usize::from(is_so(cell));
    }
    all > 0 && so * 5 >= all * 4
}

fn is_international_number(cell: &str) -> bool {
    cell.starts_with('+') && (8..=15).contains(&cell.bytes().filter(u8::is_ascii_digit).count()) && !cell.contains(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(headings: &[&str], rows: &[&[&str]]) -> Vec<String> {
        let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
        let mapping = mapping(&headings, &rows, "GB", 2, &[]);
        headings.iter().map(|heading| mapping.columns[heading].clone()).collect()
    }

    #[test]
    fn headings_decide() {
        assert_eq!(
            guessed(&["First Name", "Last name", "E-mail", "Tel.", "Mobile", "LeadSource", "Close_Value", "Colour"], &[]),
            ["first_name", "last_name", "emails", "phones", "phones", "source", "target_amount", "extra"]
        );
    }

    #[test]
    fn a_lead_sheet_says_how_its_leads_are_qualified() {
        let headings = ["Class", "Budget", "Appointment", "Invite", "Agenda", "CTA", "Notes"];
        let row: &[&str] = &["AQL", "Signed off", "2025-12-01 10:00", "accepted", "Tour", "Demo", "Nice"];
        let second: &[&str] = &["RQL", "None yet", "", "", "", "", ""];
        let found = guessed(&headings, &[row, second]);
        assert_eq!(found, ["class", "bant_budget", "appointment_at", "invite", "agenda", "bant_action", "message"]);
        let other: &[&str] = &["A", "1200", "", "", "", "", ""];
        assert_eq!(guessed(&headings, &[other, other])[..2], ["extra", "target_amount"]);
    }

    #[test]
    fn content_decides_where_headings_do_not() {
        let rows: &[&[&str]] = &[&["a@b.example", "+44 161 496 0123", "high", "Ohio"], &["c@d.example", "", "low", "Utah"]];
        assert_eq!(guessed(&["Contact", "Column 2", "Score", "State"], rows), ["emails", "phones", "extra", "province"]);
    }

    #[test]
    fn other_files_are_recognised() {
        let kind_of = |headings: &str| kind(&headings.split(',').map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(kind_of("account,sector,revenue,office_location"), FileKind::Accounts);
        assert_eq!(kind_of("product,series,sales_price"), FileKind::Offerings);
        assert_eq!(kind_of("sales_agent,manager,regional_office"), FileKind::People);
        assert_eq!(kind_of("opportunity_id,sales_agent,product,account,deal_stage,close_date"), FileKind::Leads);
        assert_eq!(kind_of("Company,Email,Industry"), FileKind::Leads);
    }
}
