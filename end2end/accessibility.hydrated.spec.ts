import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";
import type { Person } from "./people.ts";
import { mailIn, postgresDatabase, startServer } from "./server.ts";

interface Case {
  name: string;
  path: string;
  as?: Person;
  status?: number;
  /** What else has to be done to see it. */
  then?(page: Page): Promise<void>;
}

const press = (name: string) => async (page: Page) => {
  await page.getByRole("button", { name, exact: true }).click();
  await expect(page.locator("[aria-invalid=true]").first()).toBeVisible();
};
const openMenu = (label: string) => async (page: Page) => void (await page.locator("summary").filter({ hasText: label }).first().click());

const makeToken = async (page: Page) => {
  await page.getByRole("textbox", { name: "What it is for" }).fill(unique("Script"));
  await page.getByRole("button", { name: "Make token" }).click();
  await expect(page.getByRole("textbox", { name: "The token" })).toBeVisible();
  await expect(page.getByRole("row").nth(1)).toBeVisible();
};
const addWebhook = async (page: Page) => {
  const name = unique("hooks").replace(" ", "-");
  await page.getByRole("textbox", { name: "Address" }).fill(`https://${name}.invalid/`);
  await page.getByRole("button", { name: "Add webhook" }).click();
  await expect(page.getByRole("region", { name })).toBeVisible();
  const form = { full_name: unique("Jo") };
  await page.request.post("/leads/new", { form, headers: { origin: new URL(page.url()).origin, accept: "application/json" } });
  await expect(async () => {
    await page.getByRole("link", { name: "Look again" }).click();
    await expect(page.getByText("Not reached").first()).toBeVisible({ timeout: 1000 });
  }).toPass();
};
const writeMail = async (page: Page) => {
  const name = unique("Jo");
  const form = { full_name: name, owner: "Owen Pryce" };
  await page.request.post("/leads/new", { form, headers: { origin: new URL(page.url()).origin, accept: "application/json" } });
  await page.getByRole("link", { name: "Look again" }).click();
  await page.getByRole("row").filter({ hasText: name }).getByRole("link").click();
  await expect(page.locator(".mail-text")).toContainText(name);
};
const breakTemplate = async (page: Page) => {
  await page.getByRole("textbox", { name: "Subject" }).fill("{{nobody}}");
  await press("Save mail")(page);
};
const tryRules = async (page: Page) => {
  await page.getByRole("button", { name: "Try the rules on past leads" }).click();
  await expect(page.getByText("tried, the newest that were routed")).toBeVisible();
};
const search = async (page: Page) => {
  await page.getByLabel("Search leads").fill("an");
  await expect(page.locator(".search__match").first()).toBeVisible();
};
const editCell = async (page: Page) => {
  // One that is closed is not edited.
  await page.locator("td.col-status").filter({ hasNotText: /Won|Lost|Cancelled/ }).first().click();
  await expect(page.locator(".cell-editor")).toBeVisible();
};

const CASES: Case[] = [
  { name: "sign in", path: "/login" },
  { name: "sign in, with errors", path: "/login", then: press("Sign in") },
  { name: "set up, already done", path: "/setup" },
  { name: "register", path: "/register" },
  { name: "register, with errors", path: "/register", then: press("Ask for a call") },
  { name: "register, thanks", path: "/register/thanks" },
  { name: "my day", path: "/", as: "rep@demo.test" },
  { name: "my day, of a distributor", path: "/", as: "distributor@demo.test" },
  { name: "leads", path: "/leads", as: "rep@demo.test" },
  { name: "leads, all", path: "/leads?view=all&source=Web&sort=-score", as: "admin@demo.test" },
  { name: "leads, filter panel", path: "/leads", as: "rep@demo.test", then: openMenu("Filter") },
  { name: "leads, filter panel in use", path: "/leads?view=all&status=Contacting&source=none&tag=vip&created_from=today-6", as: "rep@demo.test", then: openMenu("Filter") },
  { name: "leads, none", path: "/leads", as: "intake@demo.test" },
  { name: "leads, none that fits", path: "/leads?q=zzzzzz", as: "rep@demo.test" },
  { name: "intake", path: "/intake", as: "intake@demo.test" },
  { name: "intake, with errors", path: "/intake", as: "intake@demo.test", then: press("Save lead") },
  { name: "refer", path: "/refer", as: "rep@demo.test" },
  { name: "notices", path: "/notices", as: "rep@demo.test" },
  { name: "tasks", path: "/tasks", as: "rep@demo.test" },
  { name: "tasks, adding one with errors", path: "/tasks", as: "rep@demo.test", then: async (page) => { await page.locator("summary", { hasText: "Add a task" }).click(); await press("Add task")(page); } },
  { name: "tasks, calendar", path: "/tasks/calendar", as: "rep@demo.test" },
  { name: "tickets", path: "/tickets", as: "rep@demo.test" },
  { name: "tickets, opening one with errors", path: "/tickets?new=1", as: "rep@demo.test", then: press("Open ticket") },
  { name: "tasks, everybody’s", path: "/tasks?person=all", as: "admin@demo.test" },
  { name: "refer, with errors", path: "/refer", as: "rep@demo.test", then: press("Refer lead") },
  { name: "board", path: "/leads/board?view=all", as: "admin@demo.test" },
  { name: "board, moving a card", path: "/leads/board", as: "rep@demo.test", then: (page) => page.getByRole("link", { name: /^Move .* to…$/ }).first().click() },
  { name: "leads, choosing columns", path: "/leads?view=all&columns=number,name,last_comment,days_in_status,tags&tool=columns", as: "rep@demo.test" },
  { name: "leads, keeping a view", path: "/leads?view=all&tool=view", as: "rep@demo.test" },
  { name: "leads, changing many", path: "/leads?view=all&tool=bulk", as: "rep@demo.test", then: (page) => page.locator("tr.row input").first().check() },
  { name: "leads, in groups", path: "/leads?view=all&group_by=status", as: "manager@demo.test" },
  { name: "leads, searching", path: "/leads", as: "rep@demo.test", then: search },
  { name: "leads, editing a cell", path: "/leads", as: "rep@demo.test", then: editCell },
  { name: "add a lead", path: "/leads/new", as: "rep@demo.test", then: openMenu("More fields") },
  { name: "add a lead, with errors", path: "/leads/new", as: "rep@demo.test", then: press("Add lead") },
  { name: "accounts", path: "/accounts", as: "rep@demo.test" },
  { name: "account", path: "/accounts/1", as: "rep@demo.test" },
  { name: "near duplicates", path: "/accounts/duplicates", as: "rep@demo.test" },
  { name: "merging accounts", path: "/accounts/1/merge/2", as: "manager@demo.test" },
  { name: "merging accounts, not allowed", path: "/accounts/1/merge/2", as: "intake@demo.test" },
  { name: "account, editing", path: "/accounts/1?edit=company", as: "rep@demo.test" },
  { name: "add an account, with errors", path: "/accounts/new", as: "rep@demo.test", then: press("Add account") },
  { name: "contacts", path: "/contacts", as: "rep@demo.test" },
  { name: "contact", path: "/contacts/1", as: "rep@demo.test" },
  { name: "contact, editing", path: "/contacts/1?edit=contact", as: "rep@demo.test" },
  { name: "add a contact, with errors", path: "/contacts/new", as: "rep@demo.test", then: press("Add contact") },
  { name: "people", path: "/admin/users", as: "admin@demo.test" },
  { name: "people, with errors", path: "/admin/users", as: "admin@demo.test", then: press("Add person") },
  { name: "people, changing one", path: "/admin/users", as: "admin@demo.test", then: (page) => page.getByLabel("Change Maya Lindqvist").click() },
  { name: "groups", path: "/admin/groups", as: "admin@demo.test" },
  { name: "groups, with errors", path: "/admin/groups", as: "admin@demo.test", then: press("Add group") },
  { name: "settings", path: "/admin", as: "admin@demo.test" },
  { name: "lead types", path: "/admin/types", as: "admin@demo.test" },
  { name: "lead types, with errors", path: "/admin/types", as: "admin@demo.test", then: press("Add lead type") },
  { name: "a lead type", path: "/admin/types/1", as: "admin@demo.test" },
  { name: "a lead type, with errors", path: "/admin/types/1", as: "admin@demo.test", then: press("Add status") },
  { name: "a lead type, changing a status", path: "/admin/types/1", as: "admin@demo.test", then: (page) => page.getByLabel("Change Qualification").click() },
  { name: "lists", path: "/admin/lists", as: "admin@demo.test" },
  { name: "a list", path: "/admin/lists/source", as: "admin@demo.test" },
  { name: "a list, changing an entry", path: "/admin/lists/source", as: "admin@demo.test", then: (page) => page.getByLabel("Change Web").click() },
  { name: "site", path: "/admin/site", as: "admin@demo.test" },
  { name: "clocks", path: "/admin/clocks", as: "admin@demo.test" },
  { name: "roles", path: "/admin/roles", as: "admin@demo.test" },
  { name: "audit", path: "/admin/audit", as: "admin@demo.test" },
  { name: "settings, not allowed", path: "/admin", as: "rep@demo.test", status: 403 },
  { name: "tokens", path: "/admin/tokens", as: "rep@demo.test" },
  { name: "tokens, with errors", path: "/admin/tokens", as: "admin@demo.test", then: press("Make token") },
  { name: "tokens, one shown once", path: "/admin/tokens", as: "intake@demo.test", then: makeToken },
  { name: "webhooks", path: "/admin/webhooks", as: "admin@demo.test" },
  { name: "webhooks, with errors", path: "/admin/webhooks", as: "admin@demo.test", then: press("Add webhook") },
  { name: "webhooks, with a log", path: "/admin/webhooks", as: "admin@demo.test", then: addWebhook },
  { name: "the API, described", path: "/api/v1/docs" },
  { name: "radar", path: "/radar", as: "admin@demo.test" },
  { name: "threshold", path: "/thresholds", as: "manager@demo.test" },
  { name: "threshold, tried", path: "/thresholds?points=20", as: "manager@demo.test" },
  { name: "threshold, with errors", path: "/thresholds", as: "manager@demo.test", then: press("Propose it") },
  { name: "territories and distributors", path: "/territories", as: "manager@demo.test" },
  { name: "how people work", path: "/reps", as: "manager@demo.test" },
  { name: "a distributor’s standing", path: "/standing", as: "distributor@demo.test" },
  { name: "a distributor’s standing, of nobody’s", path: "/standing", as: "rep@demo.test" },
  { name: "contact events, settings", path: "/admin/event-kinds", as: "admin@demo.test" },
  { name: "contact events, changing one", path: "/admin/event-kinds", as: "admin@demo.test", then: (page) => page.getByLabel("Change Met").click() },
  { name: "scores, settings", path: "/admin/scoring", as: "admin@demo.test" },
  { name: "scores, with errors", path: "/admin/scoring", as: "admin@demo.test", then: press("Add rule") },
  { name: "playbook", path: "/admin/playbook", as: "admin@demo.test" },
  { name: "playbook, with errors", path: "/admin/playbook", as: "admin@demo.test", then: async (page) => { await page.getByRole("textbox", { name: "Steps" }).fill("pigeon"); await press("Save cadence")(page); } },
  { name: "routing rules, with errors", path: "/admin/rules", as: "admin@demo.test", then: press("Add coverage") },
  { name: "routing rules, tried", path: "/admin/rules", as: "admin@demo.test", then: tryRules },
  { name: "territories, settings", path: "/admin/territories", as: "admin@demo.test" },
  { name: "ladders", path: "/admin/ladders", as: "admin@demo.test" },
  { name: "ladders, changing a rung", path: "/admin/ladders", as: "admin@demo.test", then: (page) => page.getByLabel("Change rung 2").first().click() },
  { name: "outbox", path: "/admin/outbox", as: "admin@demo.test" },
  { name: "outbox, with a mail", path: "/admin/outbox", as: "admin@demo.test", then: writeMail },
  { name: "incoming mail", path: "/admin/mail-in", as: "admin@demo.test" },
  { name: "mail templates", path: "/admin/templates", as: "admin@demo.test" },
  { name: "registration form, settings", path: "/admin/registration", as: "admin@demo.test" },
  { name: "message templates", path: "/admin/messages", as: "admin@demo.test" },
  { name: "message templates, with errors", path: "/admin/messages", as: "admin@demo.test", then: press("Add template") },
  { name: "products", path: "/products", as: "rep@demo.test" },
  { name: "products, with errors", path: "/products", as: "admin@demo.test", then: press("Add product") },
  { name: "how quotes are made", path: "/products", as: "manager@demo.test", then: openMenu("Change") },
  { name: "quotes", path: "/quotes", as: "rep@demo.test" },
  { name: "customers", path: "/customers", as: "rep@demo.test" },
  { name: "how leads are converted", path: "/customers", as: "manager@demo.test", then: openMenu("Change") },
  { name: "invoices", path: "/invoices", as: "rep@demo.test" },
  { name: "material", path: "/material", as: "rep@demo.test" },
  { name: "material, with errors", path: "/material", as: "admin@demo.test", then: press("Add") },
  { name: "nurture plans", path: "/admin/nurture", as: "admin@demo.test" },
  { name: "nurture plans, with errors", path: "/admin/nurture", as: "admin@demo.test", then: press("Add plan") },
  { name: "a mail template, with errors", path: "/admin/templates/lead_for_you", as: "admin@demo.test", then: breakTemplate },
  { name: "people, not allowed", path: "/admin/users", as: "rep@demo.test", status: 403 },
  { name: "import", path: "/import", as: "manager@demo.test" },
  { name: "import, with errors", path: "/import", as: "manager@demo.test", then: press("Look at the file") },
  { name: "import, not allowed", path: "/import", as: "rep@demo.test", status: 403 },
  { name: "profile", path: "/me", as: "rep@demo.test" },
  { name: "nothing there", path: "/leads/99999999", as: "rep@demo.test", status: 404 },
];

// Two schemes of pages with hundreds of cards or rows, beside tests that add more.
test.describe.configure({ timeout: 120_000 });

for (const { name, path, as, status = 200, then } of CASES) {
  test(`anyone can use: ${name}`, async ({ page, signIn, visit, expectAccessible }) => {
    if (as) await signIn(page, as);
    const answer = await visit(page, path);
    expect(answer?.status()).toBe(status);
    await expect(page.getByRole("main")).toBeVisible();
    await expect(page).toHaveTitle(/\S+ · Leadwright$/);
    await then?.(page);
    await expectAccessible(page);
  });
}

test("anyone can use: an invite, as who was invited sees it", async ({ page, baseURL, signIn, visit, addLead, expectAccessible }) => {
  const name = unique("Jo");
  await signIn(page, "admin@demo.test");
  const lead = await addLead(page, { full_name: name, company: unique("Acme"), emails: "jo@acme.test" });
  const form = { kind: "telephone", day: "2031-03-04", time: "09:30", minutes: "30", invite: "send" };
  await page.request.post(`/leads/${lead}/appointment`, { form, headers: { origin: baseURL!, accept: "application/json" } });
  await visit(page, `/leads/${lead}`);
  for (const summary of ["Change the class", "Change the appointment", "BANT+A"]) await page.locator("summary", { hasText: summary }).click();
  await page.locator("summary[aria-label='Change Budget']").click();
  await expectAccessible(page, "#qualification");
  await visit(page, "/admin/outbox");
  await page.getByRole("row").filter({ hasText: name }).getByRole("link").first().click();
  await expect(page.locator(".mail-text")).toContainText("/invites/");
  await visit(page, (await page.locator(".mail-text").innerText()).match(/\/invites\/[0-9a-f]+/)![0]);
  await expect(page.getByRole("button", { name: "I will be there" })).toBeVisible();
  await expectAccessible(page);
});

test("anyone can use: a message, and who wants no more of them", async ({ page, baseURL, signIn, visit, addLead, expectAccessible }) => {
  const name = unique("Jo");
  await signIn(page, "admin@demo.test");
  const email = `${unique("jo").replace(/\W+/g, "-").toLowerCase()}@acme.test`;
  const lead = await addLead(page, { full_name: name, company: unique("Acme"), emails: email });
  const form = { subject: `For ${name}`, body: "Shall we talk?" };
  await page.request.post(`/leads/${lead}/messages`, { form, headers: { origin: baseURL!, accept: "application/json" } });
  await visit(page, `/leads/${lead}/message`);
  await expect(page.getByRole("heading", { name: "Sent before" })).toBeVisible();
  await page.getByRole("button", { name: "Send message" }).click();
  await expect(page.locator("#subject-error")).toBeVisible();
  await expectAccessible(page);
  await visit(page, "/admin/outbox");
  await page.getByRole("row").filter({ hasText: `For ${name}` }).getByRole("link").first().click();
  await visit(page, (await page.locator(".mail-text").innerText()).match(/\/unsubscribe\/[0-9a-f]+/)![0]);
  await expect(page.getByRole("button", { name: "Send me no more" })).toBeVisible();
  await expectAccessible(page);
});

test("anyone can use: what a supplier reads of its leads", async ({ page, baseURL, signIn, visit, addLead, expectAccessible }) => {
  const partner = "Severn Software";
  await signIn(page, "admin@demo.test");
  const lead = await addLead(page, { full_name: unique("Jo"), company: unique("Acme"), partner });
  const headers = { origin: baseURL!, accept: "application/json" };
  const told = { reason: "wrong_person", words: "He left in May", tell: "now" };
  await page.request.post(`/leads/${lead}/problems`, { form: told, headers });
  await page.request.post(`/leads/${lead}/problems`, { form: { reason: "no_interest", tell: "later" }, headers });
  const form = { name: unique("Severn"), kind: "referral_partner" };
  const account = (await (await page.request.post("/accounts/new", { form, headers })).json()).Done.location;
  await visit(page, account);
  await page.locator("#supplier-partner").selectOption({ label: partner });
  await page.getByRole("button", { name: "Make an address" }).click();
  const address = await page.getByRole("textbox", { name: "The address" }).inputValue();
  await expectAccessible(page, "#supplier");
  await visit(page, `/leads/${lead}`);
  await page.locator("summary", { hasText: "Register the deal" }).click();
  await expectAccessible(page, "#registrations");
  await expectAccessible(page, "#supplier");
  await visit(page, new URL(address).pathname);
  await expect(page.getByText("Problem: The wrong person")).toBeVisible();
  await expectAccessible(page);
});

test("anyone can use: a quote, and what its customer reads", async ({ page, baseURL, signIn, visit, addLead, expectAccessible }) => {
  const to = `${unique("jo").replace(/\W+/g, "-").toLowerCase()}@acme.test`;
  await signIn(page, "admin@demo.test");
  const lead = await addLead(page, { full_name: "Jo Field", company: unique("Acme"), emails: to });
  const headers = { origin: baseURL!, accept: "application/json" };
  const post = async (path: string, form: Record<string, string>) => (await (await page.request.post(path, { form, headers })).json()).Done.location;
  const quote = await post(`/leads/${lead}/quotes`, { note: "For you", memo: "Careful" });
  await post(`${quote}/lines`, { text: "Work\nby the hour", price: "80", quantity: "2", discount: "10", tax: "20" });
  await post(`${quote}/lines`, { text: "Care", price: "12.50", period: "month", tax: "5" });
  await visit(page, quote);
  await page.locator("summary", { hasText: "Change" }).first().click();
  await page.getByRole("button", { name: "Add line" }).click();
  await expect(page.locator("#line-text-error")).toBeVisible();
  await expectAccessible(page);
  await visit(page, `/leads/${lead}`);
  await page.locator("summary", { hasText: "Make a quote" }).click();
  await expectAccessible(page, "#quotes");
  await post(`${quote}/steps/send`, { to });
  await visit(page, quote);
  await expectAccessible(page);
  await visit(page, "/admin/outbox");
  await page.getByRole("row").filter({ hasText: to }).getByRole("link").first().click();
  const path = (await page.locator(".mail-text").innerText()).match(/\/q\/[0-9a-zA-Z]+/)![0];
  await visit(page, path);
  await page.getByRole("button", { name: "Accept the quote" }).click();
  await expect(page.locator("#name-error")).toBeVisible();
  await expectAccessible(page);
});

test("anyone can use: a conversion, its customer and their invoice", async ({ page, baseURL, signIn, visit, addLead, expectAccessible }) => {
  // Seven states in two themes.
  test.slow();
  const to = `${unique("jo").replace(/\W+/g, "-").toLowerCase()}@acme.test`;
  await signIn(page, "admin@demo.test");
  const lead = await addLead(page, { full_name: "Jo Field", company: unique("Acme"), emails: to });
  const headers = { origin: baseURL!, accept: "application/json" };
  const post = async (path: string, form: Record<string, string>) => (await (await page.request.post(path, { form, headers })).json()).Done.location;
  const quote = await post(`/leads/${lead}/quotes`, { note: "For you" });
  await post(`${quote}/lines`, { text: "Work\nby the hour", price: "80", quantity: "2", discount: "10", tax: "20" });
  await post(`/leads/${lead}/quotes`, { note: "Not sent" });
  await post(`${quote}/steps/send`, { to });
  await visit(page, `/leads/${lead}/convert`);
  await expectAccessible(page);
  await post(`/leads/${lead}/convert/quotes`, { quote: quote.split("/").pop() });
  await visit(page, `/leads/${lead}/convert?step=2`);
  await page.getByRole("textbox", { name: /^E-mail/ }).fill("nobody");
  await page.getByRole("button", { name: "Go on to the services" }).click();
  await expect(page.locator("#emails-error")).toBeVisible();
  await expectAccessible(page);
  await post(`/leads/${lead}/convert/customer`, { emails: to, customer: "", go: "services" });
  await visit(page, `/leads/${lead}/convert?step=3`);
  await page.locator("summary", { hasText: "Change" }).first().click();
  await page.locator("summary", { hasText: "Add a service" }).click();
  await page.getByRole("button", { name: "Add service" }).click();
  await expect(page.locator("#add-text-error")).toBeVisible();
  await expectAccessible(page);
  const customer = await post(`/leads/${lead}/convert/finish`, {});
  await visit(page, customer);
  for (const summary of ["Change", "Stop", "Add a service", "Open a new opportunity"]) await page.locator("summary", { hasText: summary }).first().click();
  await expectAccessible(page);
  await visit(page, `/leads/${lead}`);
  await expectAccessible(page, "#customer");
  await visit(page, `/leads/${lead}/convert`);
  await expectAccessible(page);
  await visit(page, customer);
  await page.getByRole("link", { name: /^INV-/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("INV-");
  for (const summary of ["Note a payment", "Cancel it"]) await page.locator("summary", { hasText: summary }).click();
  await expectAccessible(page);
  await post(`${new URL(page.url()).pathname}/send`, { to });
  await visit(page, "/admin/outbox");
  await page.getByRole("row").filter({ hasText: to }).filter({ hasText: "INV-" }).getByRole("link").first().click();
  await visit(page, (await page.locator(".mail-text").innerText()).match(/\/i\/[0-9a-zA-Z]+/)![0]);
  await expectAccessible(page);
});

test("anyone can use: a lead, editing, losing, in conflict", async ({ page, signIn, visit, addLead, join, expectAccessible }) => {
  // Four states in two themes.
  test.slow();
  await signIn(page, "rep@demo.test");
  const values = { full_name: unique("Ada"), phones: "0161 496 0123", emails: "ada@example.test", city: "Leeds", offerings: "Managed IT", score: "61" };
  const number = await addLead(page, values);
  await visit(page, `/leads/${number}`);
  await page.getByRole("textbox", { name: "Comment", exact: true }).fill("Hello");
  await page.getByRole("button", { name: "Comment", exact: true }).click();
  await expect(page.locator("ol.timeline > li").filter({ hasText: "Hello" })).toHaveCount(1);
  await expectAccessible(page);

  await visit(page, `/leads/${number}?timeline=comments`);
  await expect(page.locator("ol.timeline > li")).toHaveCount(1);
  await page.locator(".timeline-filter summary").click();
  await expect(page.getByLabel("By whom")).toBeVisible();
  await expectAccessible(page, ".timeline-filter");
  await visit(page, `/leads/${number}`);
  await expect(page.locator("ol.timeline > li").filter({ hasText: "Hello" })).toHaveCount(1);

  for (const field of ["phone numbers", "source", "target amount", "interested in", "lead team", "message"]) {
    await page.getByRole("button", { name: new RegExp(`, change ${field}$`) }).click();
  }
  await expectAccessible(page);

  // The open menu lies over the facts, which are then no targets: only the menu is judged.
  await page.getByText("Lose", { exact: true }).click();
  await page.getByRole("button", { name: "Lose lead" }).click();
  await expect(page.getByRole("combobox", { name: "Why was it lost?" })).toHaveAttribute("aria-invalid", "true");
  await expectAccessible(page, "details.menu[open]");

  await visit(page, `/leads/${number}`);
  const manager = await join("manager@demo.test");
  await visit(manager, `/leads/${number}`);
  for (const [person, city] of [[page, "York"], [manager, "Halifax"]] as const) {
    await person.getByRole("button", { name: /, change city$/ }).click();
    await person.getByRole("textbox", { name: "City" }).fill(city);
  }
  // One after the other: whose save comes second is told of the first.
  await page.getByRole("button", { name: "Save city" }).click();
  await expect(page.getByRole("button", { name: /York.*, change city$/ })).toBeVisible();
  await manager.getByRole("button", { name: "Save city" }).click();
  await expect(manager.getByRole("button", { name: "Keep mine" })).toBeVisible();
  await expectAccessible(manager);

  await visit(page, `/leads/${number}?edit=worth`);
  await expectAccessible(page);
});

test("anyone can use: what became of a change of many leads", async ({ page, signIn, visit, addLead, expectAccessible }) => {
  await signIn(page, "rep@demo.test");
  const company = unique("Many");
  await addLead(page, { full_name: "One Many", company });
  const closed = await addLead(page, { full_name: "Two Many", company });
  const won = await page.request.post(`/leads/${closed}/actions/win`, { form: {}, headers: { origin: process.env.LEADWRIGHT_E2E_URL! } });
  expect(won.ok(), "winning a lead").toBe(true);
  await visit(page, `/leads?view=all&q=${encodeURIComponent(company)}&tool=bulk`);
  const bar = page.getByRole("region", { name: "Selected leads" });
  await bar.getByRole("checkbox", { name: /^all 2 of this list$/ }).check();
  await bar.getByLabel("What to do").selectOption("Change group");
  await bar.getByLabel("Group").selectOption("No group");
  await bar.getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(/\/leads\/bulk\/\d+$/);
  await expect(page.getByText("1 lead changed, 1 left alone")).toBeVisible();
  await expectAccessible(page);
});

test("anyone can use: a mail that came in", async ({ page, signIn, visit, expectAccessible }) => {
  const address = `${unique("jo").replace(/\W+/g, "-").toLowerCase()}@acme.test`;
  const { mail } = await mailIn(`From: ${unique("Jo")} <${address}>\nSubject: Printers\n\nWe need ten.\n`);
  await signIn(page, "admin@demo.test");
  await visit(page, `/admin/mail-in/${mail}`);
  await expect(page.locator(".mail-text")).toContainText("We need ten.");
  await expectAccessible(page);
});

test("anyone can use: a file that was imported, with a row that was refused", async ({ page, signIn, visit, takenOver, expectAccessible }) => {
  await signIn(page, "manager@demo.test");
  await visit(page, "/import");
  const rows = ["Full name,E-mail,Firm", `${unique("Jo")},jo@people.test,Hill Ltd`, "Broken,no address,Hill Ltd"];
  await page.getByLabel("File", { exact: true }).setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) });
  await page.getByRole("button", { name: "Look at the file" }).click();
  await takenOver(page);
  await page.getByRole("button", { name: "Check the rows" }).click();
  await expect(page.locator(".badge").first()).toHaveText("Checked, nothing imported yet");
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await expect(page.locator(".badge").first()).toHaveText("Imported");
  await expect(page.getByRole("button", { name: "Take it all back" })).toBeVisible();
  await expectAccessible(page);
});

test.describe("when something is broken on the server's side", () => {
  test.use({ expectedErrors: [/^Failed to load resource: the server responded with a status of 500/] });

  test("anyone can use: the page that says so", async ({ join, visit, expectAccessible }) => {
    test.skip(!process.env.LEADWRIGHT_TEST_POSTGRES_URL, "a table is taken away from a Postgres of its own: set LEADWRIGHT_TEST_POSTGRES_URL, as make test does");
    test.setTimeout(180_000);
    const database = await postgresDatabase();
    const server = await startServer({ databaseUrl: database.url });
    let page: Page | undefined;
    try {
      page = await join("rep@demo.test", server.url);
      await database.run("alter table contact rename to contact_taken_away");
      const answer = await visit(page, "/contacts");
      expect(answer?.status()).toBe(500);
      await expect(page.getByRole("heading", { name: "Something went wrong on our side" })).toBeVisible();
      await expect(page.locator(".problem__reference")).toHaveText(/^Reference \S+$/);
      await expectAccessible(page);
    } finally {
      // A page that outlives its server complains that it cannot reconnect.
      await page?.context().close();
      await server.stop();
      await database.drop();
    }
  });
});
