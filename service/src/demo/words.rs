//! What made-up people, companies and messages are put together from. All of it is invented; addresses use the reserved
//! ending `.example`, and numbers the ranges that the British regulator keeps for drama.

pub(super) const FIRST_NAMES: [&str; 120] = [
    "Ana", "Maya", "Oliver", "Priya", "Tomasz", "Grace", "Hassan", "Ines", "Callum", "Yuki", "Freya", "Kwame", "Elena", "Rory", "Amara", "Jonas",
    "Leila", "Gareth", "Mei", "Duncan", "Sofia", "Idris", "Bronwen", "Pavel", "Nadia", "Angus", "Chloe", "Ravi", "Eilidh", "Marcus", "Zainab",
    "Owen", "Katya", "Declan", "Imani", "Stefan", "Rhian", "Arjun", "Molly", "Viktor", "Harriet", "Samir", "Niamh", "Luca", "Adaeze", "Fergus",
    "Noor", "Philippa", "Diego", "Megan", "Ibrahim", "Clara", "Ewan", "Sunita", "Hugo", "Sinead", "Kofi", "Beatrix", "Milan", "Rosa", "Nikhil",
    "Astrid", "Femi", "Georgia", "Conor", "Lakshmi", "Theo", "Marta", "Jamal", "Isla", "Andrei", "Winifred", "Tariq", "Eleanor", "Bjorn", "Chidi",
    "Alice", "Matteo", "Fatima", "Gwen", "Rajesh", "Nora", "Dylan", "Aisha", "Simon", "Ottilie", "Kenji", "Ruth", "Piotr", "Saoirse", "Henrik",
    "Camille", "Abdul", "Josephine", "Ivan", "Tamsin", "Emeka", "Lydia", "Cormac", "Anjali", "Felix", "Deborah", "Mateusz", "Hannah", "Yusuf",
    "Violet", "Lars", "Monica", "Seamus", "Parveen", "Edward", "Bianca", "Olu", "Judith", "Nico", "Shreya", "Walter", "Agnes", "Tobias", "Wren",
];

pub(super) const LAST_NAMES: [&str; 150] = [
    "Reyes", "Whitlock", "Okafor", "Lindqvist", "Hargreaves", "Mehta", "Kowalski", "Brennan", "Farouk", "Tanaka", "Ashworth", "Delgado", "Pryce",
    "Sorensen", "Adeyemi", "Calloway", "Novak", "Trevelyan", "Iqbal", "Marchetti", "Donnelly", "Bhatt", "Fairclough", "Eriksen", "Mbeki", "Sandoval",
    "Penhaligon", "Rahman", "Vasquez", "Thackeray", "Kamara", "Lorimer", "Petrov", "Goodfellow", "Chaudhry", "Bellamy", "Haugen", "Osei", "Rowntree",
    "Silva", "Kinnear", "Malik", "Vandermeer", "Abbott", "Nakamura", "Redfern", "Castellano", "Owusu", "Cartwright", "Jankowski", "Bramwell", "Desai",
    "Holloway", "Lindgren", "Achebe", "Strickland", "Ferrara", "Garside", "Hussain", "Larkin", "Moreau", "Pemberton", "Qureshi", "Rutherford",
    "Szabo", "Tremblay", "Underhill", "Verma", "Winterbourne", "Yilmaz", "Aldridge", "Blackwood", "Costa", "Dunmore", "Ellery", "Fitzroy", "Gupta",
    "Heskett", "Ivanova", "Jessop", "Kaplan", "Langford", "Montague", "Nair", "Oakley", "Patel", "Quigley", "Ramsbottom", "Sutcliffe", "Tindall",
    "Upton", "Vickers", "Wetherby", "Yardley", "Zielinski", "Appleby", "Braithwaite", "Crossley", "Dewhurst", "Entwistle", "Fothergill", "Greenhalgh",
    "Hebden", "Illingworth", "Jagger", "Kershaw", "Lumb", "Metcalfe", "Nuttall", "Openshaw", "Postlethwaite", "Rigby", "Shuttleworth", "Tattersall",
    "Unsworth", "Varley", "Wolstenholme", "Barraclough", "Cadwallader", "Drinkwater", "Eckersley", "Fairbairn", "Galbraith", "Hathersage", "Inglis",
    "Jardine", "Kirkbride", "Lockhart", "Muirhead", "Nairn", "Ogilvie", "Pringle", "Raeburn", "Sinclair", "Tulloch", "Urquhart", "Wardlaw", "Abernethy",
    "Balfour", "Carruthers", "Drummond", "Elphinstone", "Farquhar", "Gilchrist", "Hepburn", "Innes", "Johnstone", "Kilbride", "Lennox", "Moncrieff",
];

/// First words of company names. A company is one of these, a trade and a form: all three together do not repeat below
/// their product, see [`super::cast::company`].
pub(super) const COMPANY_STEMS: [&str; 131] = [
    "Harbour", "Northgate", "Silver Birch", "Castlefield", "Meridian", "Tidewater", "Copperfield", "Beacon", "Larkspur", "Ironbridge", "Foxglove",
    "Kestrel", "Millstone", "Oakhurst", "Bluebell", "Granite", "Summit", "Riverside", "Lantern", "Thornbury", "Pennine", "Heron", "Maplewood",
    "Anchor", "Juniper", "Westbrook", "Falcon", "Redwood", "Crescent", "Orchard", "Stonebridge", "Swallow", "Highfield", "Cobalt", "Willow",
    "Drummond", "Eastgate", "Amber", "Quayside", "Fernhill", "Ridgeway", "Osprey", "Hawthorn", "Lighthouse", "Marlow", "Greystone", "Kingfisher",
    "Ashdown", "Lockside", "Rowan", "Calder", "Wharfedale", "Merlin", "Old Mill", "Brightwater", "Sycamore", "Longmeadow", "Viaduct", "Whitecliff",
    "Tamarind", "Clearwater", "Blackthorn", "Saltmarsh", "Ember", "Windmill", "Starling", "Portway", "Elmfield", "Cheviot", "Gatehouse", "Sandpiper",
    "Bramble", "Foundry", "Moorland", "Hillcrest", "Sextant", "Archway", "Coppice", "Dovecote", "Fairway", "Glenmore", "Hollybank", "Islington Row",
    "Jubilee", "Kiln Lane", "Lapwing", "Mossley", "Nettlefold", "Oldfield", "Parkside", "Quarry Bank", "Rosewood", "Southgate", "Towpath", "Umber",
    "Valley", "Waterloo", "Yew Tree", "Zenith", "Aqueduct", "Brookfield", "Cathedral", "Dunlin", "Ebbtide", "Flint", "Goldcrest", "Heathland",
    "Ivy House", "Jackdaw", "Keystone", "Linden", "Magpie", "Nightingale", "Oxbow", "Pilgrim", "Quince", "Rook", "Skylark", "Teasel", "Upland",
    "Vale", "Wagtail", "Yarrow", "Almond", "Bridgefoot", "Cinder Lane", "Dipper", "Elderflower", "Fieldfare", "Gorse", "Hazel",
];

pub(super) const TRADES: [&str; 73] = [
    "Dental", "Timber", "Veterinary", "Logistics", "Bakery", "Architects", "Solicitors", "Motors", "Nurseries", "Engineering", "Catering", "Textiles",
    "Pharmacy", "Printing", "Joinery", "Insurance", "Freight", "Packaging", "Optics", "Brewery", "Accountants", "Surveyors", "Roofing", "Childcare",
    "Farm Supplies", "Housing", "Lettings", "Interiors", "Scaffolding", "Recruitment", "Electrical", "Plumbing", "Coaches", "Marine", "Ceramics",
    "Furniture", "Glazing", "Fabrication", "Physiotherapy", "Training", "Events", "Dairies", "Seafoods", "Stationers", "Couriers", "Foods",
    "Hotels", "Leisure", "Care Homes", "Tooling", "Plastics", "Castings", "Landscapes", "Storage", "Pet Foods", "Cycles", "Publishing", "Studios",
    "Instruments", "Laundries", "Vineyards", "Coffee", "Mortgages", "Credit Union", "Academy", "Museum", "Theatre", "Radio", "Robotics", "Solar",
    "Aggregates", "Bearings", "Diagnostics",
];

pub(super) const COMPANY_FORMS: [&str; 37] = [
    "", "Ltd", "Group", "& Sons", "Partners", "Co.", "Services", "Works", "Holdings", "Direct", "Collective", "North", "South", "International",
    "Solutions", "Associates", "UK", "Trust", "LLP", "plc", "Midlands", "Scotland", "Wales", "Online", "Express", "Company", "& Daughters", "Bros",
    "Network", "Alliance", "Centre", "House", "Project", "Supply", "Europe", "Wholesale", "Trade",
];

/// A town with the beginning of its postcodes, and the beginning of the numbers kept for drama there or
/// nearby. (The numbering plan knows no numbers beginning 01632 or 07700 900, which are kept for drama too.)
pub(super) type Town = (&'static str, &'static str, &'static str);

pub(super) const NORTHERN_TOWNS: [Town; 12] = [
    ("Manchester", "M", "0161 496 0"),
    ("Leeds", "LS", "0113 496 0"),
    ("Sheffield", "S", "0114 496 0"),
    ("Liverpool", "L", "0151 496 0"),
    ("Newcastle upon Tyne", "NE", "0191 498 0"),
    ("Edinburgh", "EH", "0131 496 0"),
    ("Glasgow", "G", "0141 496 0"),
    ("York", "YO", "0113 496 0"),
    ("Huddersfield", "HD", "0113 496 0"),
    ("Carlisle", "CA", "0191 498 0"),
    ("Lancaster", "LA", "0151 496 0"),
    ("Durham", "DH", "0191 498 0"),
];

pub(super) const SOUTHERN_TOWNS: [Town; 12] = [
    ("London", "SE", "020 7946 0"),
    ("Bristol", "BS", "0117 496 0"),
    ("Birmingham", "B", "0121 496 0"),
    ("Nottingham", "NG", "0116 496 0"),
    ("Leicester", "LE", "0116 496 0"),
    ("Reading", "RG", "0118 496 0"),
    ("Cardiff", "CF", "029 2018 0"),
    ("Exeter", "EX", "0117 496 0"),
    ("Brighton", "BN", "020 7946 0"),
    ("Norwich", "NR", "0116 496 0"),
    ("Oxford", "OX", "0118 496 0"),
    ("Canterbury", "CT", "020 7946 0"),
];

pub(super) const STREETS: [&str; 24] = [
    "High Street", "Station Road", "Mill Lane", "Church Street", "Canal Street", "Park Road", "Victoria Road", "Queen Street", "Bridge Street",
    "Market Place", "Albert Road", "Foundry Lane", "Dock Road", "Chapel Walk", "King Street", "Wharf Road", "Orchard Way", "Spring Gardens",
    "Union Street", "Castle Hill", "The Quays", "Mill Yard", "Broad Street", "North Parade",
];

/// What they want; `{offering}` and `{town}` are filled in.
pub(super) const WISHES: [&str; 16] = [
    "We are moving to a bigger office in {town} and need a quote for {offering}.",
    "Could somebody call us about {offering}? Our present contract ends this quarter.",
    "Our server went down twice last month. We would like to talk about {offering}.",
    "Looking for a local firm to look after {offering} at our site in {town}.",
    "A neighbour recommended you. We are interested in {offering}.",
    "We open a second branch in {town} and want the same {offering} there.",
    "Please send prices for {offering}.",
    "Our insurer asks for better protection; {offering} was suggested.",
    "The warehouse in {town} has no reception in half of the aisles. Can you help with {offering}?",
    "We have a budget for {offering} until the end of the year.",
    "The person who looked after our IT retires in spring. {offering} may be the answer.",
    "We met your colleague at the trade fair in {town} and would like to hear more about {offering}.",
    "How long would it take to set up {offering}?",
    "We had a break-in and want to improve things, beginning with {offering}.",
    "Need advice on {offering}; nothing urgent, but we want to do it properly.",
    "Can we see {offering} at one of your customers in {town} first?",
];

/// How big they are.
pub(super) const SIZES: [&str; 8] = [
    "About a dozen people work here.",
    "There are forty of us on two floors.",
    "We have three sites.",
    "It is a family firm with eight people.",
    "Around 120 desks.",
    "Mornings are best for a call.",
    "Please write first, we are on site most days.",
    "",
];

/// Comments: icon, tone, text.
pub(super) const COMMENTS: [(&str, &str, &str); 16] = [
    ("phone", "blue", "Rang, no answer. Will try again tomorrow morning."),
    ("phone", "green", "Good call: they know what they want and when."),
    ("flag", "red", "Their contract ends this month. Do not let this one wait."),
    ("star", "amber", "Could become a reference customer."),
    ("comment", "grey", "Asked for the brochure by post, of all things."),
    ("warning", "red", "Mentioned that they were unhappy with our last delivery."),
    ("check", "green", "Site visit is booked."),
    ("comment", "blue", "The finance director decides, not the person who wrote."),
    ("phone", "amber", "Left a message with the reception."),
    ("flag", "amber", "A competitor has already been there."),
    ("star", "green", "Came on a recommendation."),
    ("comment", "violet", "Wants two variants: bought outright, and by the month."),
    ("check", "blue", "Sent the price list."),
    ("comment", "grey", "They only have time after the school holidays."),
    ("warning", "amber", "Budget is tight; start with the smallest package."),
    ("phone", "green", "Confirmed the number of desks."),
];

pub(super) const NOTES: [&str; 8] = [
    "Parking is behind the building; ring at the side door.",
    "Two comms cabinets: one in the cellar, one on the first floor. The upper one is full.",
    "Present supplier bills by the quarter, next time in the middle of the month.",
    "They use their own till system; its maker must be told before anything is changed.",
    "Building is listed, so no cables on the outside walls.",
    "Key people: the office manager for dates, the owner for money.",
    "Power cut planned by the landlord in spring; wants to be ready by then.",
    "Wireless must reach the yard, where the drivers scan.",
];

/// Words before a lead's own message when somebody took the call.
pub(super) const CALL_OPENINGS: [&str; 5] = ["Rang in: ", "Called back: ", "By phone: ", "Spoke to reception first. ", ""];

pub(super) const PARTNERS: [&str; 5] = ["Tyne Telecom", "Brightline Office", "Cotswold Cabling", "Pennine Print & Copy", "Severn Software"];
pub(super) const LOCATIONS: [&str; 6] = ["Manchester", "Leeds", "Glasgow", "London", "Bristol", "Birmingham"];
pub(super) const DISTRIBUTORS: [&str; 3] = ["Calder Valley Systems", "Solent Networks", "Forth IT Supply"];
