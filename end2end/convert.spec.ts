// A won lead becomes a customer in three steps: chosen, filled in, put together, made, and taken back.
import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";
import { textOf } from "./pdf.ts";

const email = () => `${unique("jo").replace(/\W+/g, "-").toLowerCase()}@acme.test`;
const steps = (page: Page) => page.getByRole("list", { name: "Steps" });
const preview = (page: Page) => page.getByRole("complementary", { name: "What will be made" });
const services = (page: Page) => page.getByRole("list", { name: "Services" }).getByRole("listitem");
const customerPart = (page: Page) => page.getByRole("region", { name: "Customer", exact: true });
/** How far a customer or an invoice is. */
const state = (page: Page) => page.locator(".page__head .badge").first();

/** A lead of a company with a quote that was sent. */
async function offered(page: Page, baseURL: string, addLead: (page: Page, values: Record<string, string>) => Promise<number>, company: string) {
  const to = email();
  const lead = await addLead(page, { full_name: "Jo Field", company, emails: to, city: "Leeds" });
  const headers = { origin: baseURL, accept: "application/json" };
  const post = async (path: string, form: Record<string, string>) => {
    const reply = await (await page.request.post(path, { form, headers })).json();
    expect(reply, path).toHaveProperty("Done");
    return reply.Done.location as string;
  };
  const quote = await post(`/leads/${lead}/quotes`, { note: "For you" });
  await post(`${quote}/lines`, { text: "Setting it up", price: "300", tax: "20" });
  await post(`${quote}/lines`, { text: "Managed seat", price: "12.50", quantity: "10", tax: "20", period: "month" });
  await post(`${quote}/steps/send`, { to });
  return { lead, to, quote, post };
}

test("a lead is converted in three steps, and nothing is lost on the way", async ({ page, baseURL, signIn, visit, takenOver, addLead, expectAccessible }) => {
  test.slow();
  const company = unique("Acme");
  await signIn(page, "rep@demo.test");
  const { lead, to } = await offered(page, baseURL!, addLead, company);
  await visit(page, `/leads/${lead}`);
  await page.locator("summary").and(page.getByLabel("More actions")).click();
  await page.getByRole("link", { name: "Convert to customer" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Convert Jo Field" })).toBeVisible();
  await takenOver(page);
  await expect(steps(page).locator("[aria-current=step]")).toContainText("Quotes");
  await expectAccessible(page);
  await page.getByRole("checkbox", { name: /revision 1|Q-/ }).first().check();
  await page.getByRole("button", { name: "Go on to the customer" }).click();

  // Step 2 is filled in; what is wrong is said where it is, and is there again after loading the page anew.
  await expect(page).toHaveURL(/\/convert\?step=2$/);
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveValue(company);
  await expect(page.getByRole("textbox", { name: /^E-mail/ })).toHaveValue(to);
  await expect(page.getByRole("textbox", { name: /^City/ })).toHaveValue("Leeds");
  await expect(page.getByRole("button", { name: "Convert now" })).toBeVisible();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(`${company} Ltd`);
  await page.getByRole("textbox", { name: /^E-mail/ }).fill("nobody");
  await page.getByRole("button", { name: "Go on to the services" }).click();
  await expect(page.locator("#emails-error")).toBeVisible();
  await expectAccessible(page);
  await visit(page, `/leads/${lead}/convert?step=2`);
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveValue(`${company} Ltd`);
  await expect(page.getByRole("textbox", { name: /^E-mail/ })).toHaveValue("nobody");
  await page.getByRole("textbox", { name: /^E-mail/ }).fill(to);
  // Back keeps what was typed, too.
  await page.getByRole("textbox", { name: /^Identification/ }).fill("GB 1");
  await page.getByRole("button", { name: "Back", exact: true }).click();
  await expect(page.getByRole("checkbox").first()).toBeChecked();
  await page.getByRole("button", { name: "Go on to the customer" }).click();
  await expect(page.getByRole("textbox", { name: /^Identification/ })).toHaveValue("GB 1");
  await page.getByRole("button", { name: "Go on to the services" }).click();

  await expect(page).toHaveURL(/\/convert\?step=3$/);
  await takenOver(page);
  await expect(services(page)).toHaveCount(2);
  await expect(preview(page)).toContainText(`${company} Ltd becomes a new customer, active.`);
  const seat = services(page).filter({ hasText: "Managed seat" });
  await seat.locator("summary").click();
  await seat.getByLabel(/^First day/).fill("2031-03-04");
  await seat.getByLabel(/^Last day/).fill("2031-03-01");
  await seat.getByRole("button", { name: "Save service" }).click();
  await expect(seat.locator("[id$=end-error]")).toBeVisible();
  await expectAccessible(page);
  await seat.getByLabel(/^Last day/).fill("2032-03-03");
  await seat.getByLabel(/^Price/).fill("10");
  await seat.getByRole("button", { name: "Save service" }).click();
  await expect(seat).toContainText("3 Mar 2032");
  await expect(seat).toContainText("10 × £10.00");
  await page.getByRole("button", { name: "Remove Setting it up" }).click();
  await expect(services(page)).toHaveCount(1);
  await page.getByRole("button", { name: "Convert", exact: true }).click();

  await expect(page).toHaveURL(/\/customers\/\d+$/);
  await takenOver(page);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(`${company} Ltd`);
  await expect(state(page)).toHaveText("Active");
  await expect(page.getByRole("main")).toContainText("GB 1");
  await expect(page.getByRole("region", { name: "Services", exact: true })).toContainText("Planned");
  await expectAccessible(page);
  const customer = new URL(page.url()).pathname;

  // The lead is won and links to its customer; the customer takes the conversion back.
  await visit(page, `/leads/${lead}`);
  await expect(page.getByRole("list", { name: "Status" }).locator("[aria-current=step]")).toHaveText("Won");
  await expect(page.getByRole("button", { name: /, change city$/ })).toHaveCount(0);
  await customerPart(page).getByRole("link", { name: `${company} Ltd` }).click();
  await takenOver(page);
  await page.getByRole("button", { name: "Take the conversion back" }).click();
  await expect(page).toHaveURL(new RegExp(`/leads/${lead}$`));
  await expect(page.getByRole("link", { name: "Convert", exact: true })).toBeVisible();
  expect((await page.request.get(customer)).status()).toBe(404);
});

test("a proforma is paid, and the customer is active; of two people one converts", async ({ page, baseURL, join, signIn, visit, takenOver, addLead }) => {
  test.slow();
  const company = unique("Acme");
  await signIn(page, "rep@demo.test");
  const { lead } = await offered(page, baseURL!, addLead, company);
  await visit(page, `/leads/${lead}/convert`);
  await page.getByRole("checkbox").first().check();
  await page.getByRole("button", { name: "Go on to the customer" }).click();
  await expect(page).toHaveURL(/step=2$/);
  const admin = await join("admin@demo.test");
  await visit(admin, `/leads/${lead}/convert?step=2`);
  await page.getByRole("radio", { name: "Inactive customer with proforma invoice" }).check();
  await page.getByRole("button", { name: "Convert now" }).click();
  await expect(page).toHaveURL(/\/customers\/\d+$/);
  await expect(state(page)).toHaveText("Inactive");
  await admin.getByRole("button", { name: "Convert now" }).click();
  await expect(admin.getByRole("main")).toContainText("has converted this lead");

  const customer = new URL(page.url()).pathname;
  await visit(admin, customer);
  await admin.getByRole("link", { name: /^PRO-/ }).click();
  await takenOver(admin);
  await admin.locator("summary", { hasText: "Note a payment" }).click();
  await admin.getByRole("textbox", { name: /^Amount/ }).fill("100000");
  await admin.getByRole("button", { name: "Note payment" }).click();
  await expect(admin.locator("#pay-amount-error")).toContainText("is left to pay");
  await admin.getByRole("textbox", { name: /^Amount/ }).fill("");
  await admin.getByRole("button", { name: "Note payment" }).click();
  await expect(admin.getByRole("heading", { level: 1 })).toContainText("INV-");
  await expect(state(admin)).toHaveText("Paid");
  await visit(admin, customer);
  await expect(state(admin)).toHaveText("Active");

  // Somebody who bought buys again: a new lead of the same company.
  await admin.locator("summary", { hasText: "Open a new opportunity" }).click();
  await admin.getByRole("textbox", { name: "What it is about" }).fill("More seats");
  await admin.getByRole("button", { name: "Open opportunity" }).click();
  await expect(admin).toHaveURL(/\/leads\/\d+$/);
  await expect(admin.getByRole("main")).toContainText("More seats");
  await expect(admin.getByRole("main")).toContainText(company);
});

test("an invoice is sent, read at a private address, and cancelled", async ({ page, baseURL, browser, join, quietConsole, signIn, visit, takenOver, addLead, javaScriptEnabled }) => {
  test.slow();
  const company = unique("Acme");
  await signIn(page, "rep@demo.test");
  const { lead, to } = await offered(page, baseURL!, addLead, company);
  await visit(page, `/leads/${lead}/convert`);
  await page.getByRole("checkbox").first().check();
  await page.getByRole("button", { name: "Go on to the customer" }).click();
  await page.getByRole("button", { name: "Convert now" }).click();
  await expect(page).toHaveURL(/\/customers\/\d+$/);
  await takenOver(page);
  await page.getByRole("link", { name: /^INV-/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("INV-");
  await takenOver(page);
  await expect(page.locator(".quote__total")).toContainText("£510.00");
  await page.getByRole("button", { name: "Send it" }).click();
  await expect(page.getByRole("main")).toContainText(`Sent last to ${to}`);
  const invoice = new URL(page.url()).pathname;

  const admin = await join("admin@demo.test");
  await visit(admin, "/admin/outbox");
  await admin.getByRole("row").filter({ hasText: to }).filter({ hasText: "INV-" }).getByRole("link").first().click();
  const path = (await admin.locator(".mail-text").innerText()).match(/\/i\/[0-9a-zA-Z]+/)![0];
  const context = await browser.newContext({ baseURL, javaScriptEnabled });
  quietConsole.watch(context);
  const stranger = await context.newPage();
  await stranger.goto(path);
  await expect(stranger.getByRole("main")).toContainText("Managed seat");
  await expect(stranger.getByRole("status")).toContainText("To be paid until");
  for (const address of [`${path}/pdf`, `${invoice}/pdf`]) {
    const file = await (address.startsWith("/i/") ? stranger : page).request.get(address);
    expect(file.headers()["content-type"], address).toBe("application/pdf");
    const text = await textOf(await file.body());
    for (const said of [company, "INV-", "Managed seat", "£510.00"]) expect(text, address).toContain(said);
  }
  await visit(admin, invoice);
  await admin.locator("summary", { hasText: "Cancel it" }).click();
  await admin.getByRole("textbox", { name: /^Why/ }).fill("The wrong company");
  await admin.getByRole("button", { name: "Cancel invoice" }).click();
  await expect(admin.getByRole("heading", { level: 1 })).toContainText("CRN-");
  await expect(admin.getByRole("main")).toContainText("The wrong company");
  await stranger.reload();
  await expect(stranger.getByRole("status")).toContainText("It was cancelled");
  await context.close();
});

test("managers say how leads are converted, and reps do not", async ({ page, signIn, visit }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, "/customers");
  await expect(page.getByRole("region", { name: "How leads are converted" })).toHaveCount(0);
  await signIn(page, "manager@demo.test");
  await visit(page, "/customers");
  const part = page.getByRole("region", { name: "How leads are converted" });
  await part.locator("summary").click();
  await part.getByRole("textbox", { name: "Days to pay" }).fill("many");
  await part.getByRole("button", { name: "Save how leads are converted" }).click();
  await expect(part.locator("#conversions-due_days-error")).toContainText("Enter a number of days");
});
