// A call comes in: with script and without. What only script does is in intake.hydrated.spec.ts.
import type { Page } from "@playwright/test";
import { NAMES } from "./people.ts";
import { expect, test, unique } from "./fixtures.ts";

/** A number that no other test uses. */
const number = () => `0161 4${String(Math.floor(Math.random() * 1_000_000)).padStart(6, "0")}`;

/** Adds a record through its form's address and gives where it is. */
async function add(page: Page, origin: string, path: string, values: Record<string, string>): Promise<string> {
  const answer = await page.request.post(`${origin}${path}`, { form: values, headers: { origin, accept: "application/json" } });
  return (await answer.json()).Done.location;
}

const field = (page: Page, name: RegExp) => page.getByRole("textbox", { name }).or(page.getByRole("combobox", { name })).first();

async function fillWho(page: Page, values: { company: string; name: string; phone: string; email: string }) {
  await field(page, /^Their number/).fill(values.phone);
  await field(page, /^Company/).fill(values.company);
  await field(page, /^Their name/).fill(values.name);
  await field(page, /^E-mail/).fill(values.email);
}

test("three headed blocks, and what is missing in words", async ({ page, signIn, visit, expectAccessible }) => {
  await signIn(page, "intake@demo.test");
  await visit(page, "/leads");
  await page.getByRole("navigation", { name: "Main", exact: true }).getByRole("link", { name: "Intake" }).click();
  await expect(page).toHaveURL(/\/intake$/);
  for (const name of ["Who", "What", "Where"]) await expect(page.getByRole("heading", { level: 2, name, exact: true })).toBeVisible();
  await expect(page.locator("#missing")).toContainText("Still to ask: whether they are a customer, a number to call back");
  await expectAccessible(page);
});

test("a new caller becomes a lead with today's deadline; what is missing is marked and what was typed is kept", async ({ page, signIn, visit }) => {
  const company = unique("Harbour Dental");
  const email = `ana@${company.split(" ").pop()}.example`;
  await signIn(page, "intake@demo.test");
  await visit(page, "/intake");
  await page.getByRole("radio", { name: "No", exact: true }).check();
  await fillWho(page, { company, name: "Ana Reyes", phone: number(), email });
  await page.getByRole("checkbox", { name: "Managed Wireless", exact: true }).check();
  await page.getByRole("checkbox", { name: "Structured Cabling", exact: true }).check();
  await page.getByRole("button", { name: "Save lead" }).click();
  await expect(page.getByRole("alert")).toContainText("Note what sales has to know");
  await expect(page.getByRole("alert")).toContainText("Ask where they found us");
  await expect(field(page, /^Company/)).toHaveValue(company);
  await expect(page.getByRole("checkbox", { name: "Structured Cabling", exact: true })).toBeChecked();

  await page.getByRole("textbox", { name: /^Key notes/ }).fill("Two surgeries & a lab");
  await page.getByRole("combobox", { name: "Where did they find us?" }).selectOption({ label: "Web" });
  await page.getByRole("button", { name: "Save lead" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Ana Reyes" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Interest" })).toContainText("Managed Wireless, Structured Cabling");
  await expect(page.getByRole("region", { name: "Opportunity" })).toContainText("01-Suspect");
  await expect(page.getByRole("region", { name: "Opportunity" })).toContainText("Follow up by");
  await expect(page.locator(".timeline")).toContainText("took the call");
  // No rule fits: the intake owner has it, and whoever has a copy of that.
  const people = page.getByRole("region", { name: "People" });
  await expect(people).toContainText("is the intake owner and gets what no rule fits");
  await expect(people).toContainText("Copies: Helen Marsh");
  await page.getByRole("link", { name: company, exact: true }).click();
  await expect(page.locator(".record__head")).toContainText("Prospect");
});

test("a call may be saved incomplete, which its lead says", async ({ page, signIn, visit }) => {
  await signIn(page, "intake@demo.test");
  await visit(page, "/intake");
  await page.getByRole("button", { name: "Save as incomplete" }).click();
  await expect(page.getByRole("alert")).toContainText("Note at least a number, a company, a name or an e-mail address");
  const name = unique("Jo Field");
  await field(page, /^Their name/).fill(name);
  await page.getByRole("button", { name: "Save as incomplete" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  const call = page.getByRole("region", { name: "Call", exact: true });
  await expect(call).toContainText("Incomplete");
  await expect(call).toContainText("a number to call back");
});

test("a referral asks for its account, and shows who looks after it", async ({ page, baseURL, signIn, visit }) => {
  const partner = unique("Northwind Partners");
  const company = unique("Mercer Freight");
  await signIn(page, "rep@demo.test");
  await add(page, baseURL!, "/accounts/new", { name: partner, kind: "referral_partner" });
  await signIn(page, "intake@demo.test");
  await visit(page, "/intake");
  await page.getByRole("radio", { name: "No", exact: true }).check();
  await fillWho(page, { company, name: "Jo Field", phone: number(), email: `jo@${company.split(" ").pop()}.example` });
  await page.getByRole("checkbox", { name: "Training", exact: true }).check();
  await page.getByRole("textbox", { name: /^Key notes/ }).fill("Brought by a partner");
  await page.getByRole("combobox", { name: "Where did they find us?" }).selectOption({ label: "Referral Partner" });
  await page.getByRole("button", { name: "Save lead" }).click();
  await expect(page.getByRole("alert")).toContainText("Ask who referred them");
  await field(page, /^Who referred them/).fill(partner);
  await page.getByRole("button", { name: "Save lead" }).click();
  // Whoever looks after the partner gets the lead, which the agent still sees.
  await expect(page.getByRole("heading", { level: 1, name: "Jo Field" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Call", exact: true })).toContainText(partner);
  await expect(page.locator(".timeline")).toContainText(`${NAMES["rep@demo.test"]} is the primary rep of who referred them`);
});

test("a caller we may know is chosen, their facts confirmed and stamped, and their rep has the lead", async ({ page, baseURL, javaScriptEnabled, signIn, visit }) => {
  const company = unique("Quay Foods");
  const domain = `${company.split(" ").pop()}.example`;
  const phone = number();
  await signIn(page, "rep@demo.test");
  const account = await add(page, baseURL!, "/accounts/new", { name: `${company} Ltd`, kind: "customer", domains: domain });
  const id = account.split("/").pop()!;
  await add(page, baseURL!, "/contacts/new", { full_name: "Bo Park", account: id, phones: phone, emails: `bo@${domain}` });
  await signIn(page, "intake@demo.test");
  await visit(page, "/intake");
  await page.getByRole("radio", { name: "Yes", exact: true }).check();
  await field(page, /^Their number/).fill(phone);
  if (javaScriptEnabled) {
    await expect(page.getByRole("option", { name: /Bo Park/ })).toBeVisible();
    await field(page, /^Their number/).press("ArrowDown");
    await field(page, /^Their number/).press("Enter");
    await expect(field(page, /^Company/)).toHaveValue(`${company} Ltd`);
  } else {
    await field(page, /^Their name/).fill("Bo Park");
    await field(page, /^Company/).fill(company);
    await field(page, /^E-mail/).fill(`bo@${domain}`);
  }
  await page.getByRole("checkbox", { name: "Training", exact: true }).check();
  await page.getByRole("textbox", { name: /^Key notes/ }).fill("Wants more seats");
  await page.getByRole("combobox", { name: "Where did they find us?" }).selectOption({ label: "Customer" });
  if (!javaScriptEnabled) {
    await page.getByRole("button", { name: "Save lead" }).click();
    await expect(page.getByRole("alert")).toContainText("We may know this caller");
    await page.getByRole("radio", { name: `Bo Park · ${company}` }).check();
    await page.getByRole("button", { name: "Save lead" }).click();
  }
  await expect(page.getByText("Never confirmed")).toBeVisible();
  await page.getByRole("checkbox", { name: /read out, and right/ }).check();
  await page.getByRole("button", { name: "Save lead" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Bo Park" })).toBeVisible();
  await expect(page.locator(".timeline")).toContainText(`Went to ${NAMES["rep@demo.test"]}, who is the salesperson of the customer ${company}`);
  await expect(page.getByRole("region", { name: "People" })).toContainText("who is the salesperson of the customer");
  await visit(page, account);
  await expect(page.getByRole("region", { name: "Company" })).toContainText(`to ${NAMES["intake@demo.test"]}`);
});

test("the ladder logs a try, and who answers has the lead", async ({ page, javaScriptEnabled, signIn, visit }) => {
  const company = unique("Pier Logistics");
  await signIn(page, "intake@demo.test");
  await visit(page, "/intake");
  const ladder = page.locator("#ladder");
  await expect(ladder).toContainText("No rep is assigned");
  const open = ladder.locator(".ladder__person").filter({ has: page.locator(".ladder__log, select") }).first();
  const name = (await open.locator("strong").textContent())!;
  if (javaScriptEnabled) {
    await open.getByRole("button", { name: `${name}: Answered` }).click();
    await expect(ladder.getByRole("list", { name: "Tries" })).toContainText(`${name}: answered`);
    await expect(ladder).toContainText("The lead goes to");
  } else {
    await open.getByRole("combobox").selectOption({ label: "Answered" });
  }
  await page.getByRole("radio", { name: "No", exact: true }).check();
  await fillWho(page, { company, name: "Al Stone", phone: number(), email: `al@${company.split(" ").pop()}.example` });
  await page.getByRole("checkbox", { name: "Training", exact: true }).check();
  await page.getByRole("textbox", { name: /^Key notes/ }).fill("Put through");
  await page.getByRole("combobox", { name: "Where did they find us?" }).selectOption({ label: "Web" });
  await page.getByRole("button", { name: "Save lead" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Al Stone" })).toBeVisible();
  await expect(page.locator(".timeline")).toContainText(`tried to put the call through to ${name}: answered`);
  await expect(page.locator(".timeline")).toContainText(`${name} answered the call`);
});

test("a distributor's people take no calls", async ({ page, signIn, visit }) => {
  await signIn(page, "distributor@demo.test");
  await visit(page, "/intake");
  await expect(page.getByRole("heading", { name: "Not yours to see" })).toBeVisible();
  await expect(page.getByRole("textbox", { name: /^Company/ })).toHaveCount(0);
});
