// The journey from portal to paying customer, on a site of its own, because its pipeline is added to.
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { openPanel, unfold } from "./filter-panel.ts";
import { NAMES } from "./people.ts";
import { type Server, startServer } from "./server.ts";

const MAYA = NAMES["rep@demo.test"];
/** Visitors need a while to fill the form in; whoever is quicker is asked to look again. */
const LEAST_MS = 2000;

let server: Server;
test.beforeEach(async () => {
  test.setTimeout(300_000);
  server = await startServer();
});
test.afterEach(async ({ browser }) => {
  // A page that outlives its server complains that it cannot reconnect.
  for (const context of browser.contexts()) await context.close();
  await server.stop();
});

const part = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const timeline = (page: Page) => page.locator("ol.timeline > li");
const status = (page: Page) => page.getByRole("list", { name: "Status" }).locator("[aria-current=step]");
const row = (page: Page, name: string) => page.locator("tr.row").filter({ hasText: name });
const services = (page: Page) => page.getByRole("list", { name: "Services", exact: true }).getByRole("listitem");
const preview = (page: Page) => page.getByRole("complementary", { name: "What will be made" });
/** How far a customer or an invoice is. */
const state = (page: Page) => page.locator(".page__head .badge").first();

/** Sends a form as the browser of somebody who is signed in would. */
async function post(page: Page, path: string, form: Record<string, string>): Promise<string> {
  const answer = await page.request.post(`${server.url}${path}`, { form, headers: { origin: server.url, accept: "application/json" } });
  const reply = await answer.json();
  expect(reply, path).toHaveProperty("Done");
  return reply.Done.location;
}

/** Opens what is folded, unless it is open. */
async function open(details: Locator) {
  if ((await details.getAttribute("open")) === null) await details.locator("summary").first().click();
}

const moreActions = (page: Page) => page.locator("summary").and(page.getByLabel("More actions")).click();

test("3. From portal to paying customer", async ({ browser, join, quietConsole, visit, takenOver, javaScriptEnabled, expectAccessible }) => {
  const [maya, ruth] = [await join("rep@demo.test", server.url), await join("admin@demo.test", server.url)];
  const name = "Vera Harbour";
  await visit(maya, "/leads?view=unassigned&q=Vera+Harbour");
  await expect(row(maya, name)).toHaveCount(0);

  // 1: a visitor registers on a phone, with a mistake first, is thanked, and gets a mail that confirms it.
  const phone = await browser.newContext({ baseURL: server.url, javaScriptEnabled, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  quietConsole.watch(phone);
  const visitor = await phone.newPage();
  await visitor.goto("/register");
  await visitor.getByRole("textbox", { name: /^Your name/ }).fill(name);
  await visitor.getByRole("textbox", { name: /^Company/ }).fill("Pelican Orthodontics");
  await visitor.getByRole("textbox", { name: /^E-mail/ }).fill("not an address");
  await visitor.getByRole("checkbox", { name: "You may use these details to contact me" }).check();
  const shownAt = Number(await visitor.locator("input[name=shown_at]").inputValue());
  await expect.poll(() => Date.now() - shownAt, { intervals: [100] }).toBeGreaterThan(LEAST_MS);
  await visitor.getByRole("button", { name: "Ask for a call" }).click();
  await expect(visitor.getByRole("textbox", { name: /^E-mail/ })).toHaveAttribute("aria-invalid", "true");
  await expect(visitor.getByRole("textbox", { name: /^Your name/ })).toHaveValue(name);
  await visitor.getByRole("textbox", { name: /^E-mail/ }).fill("vera@pelican.test");
  const shownAgain = Number(await visitor.locator("input[name=shown_at]").inputValue());
  await expect.poll(() => Date.now() - shownAgain, { intervals: [100] }).toBeGreaterThan(LEAST_MS);
  await visitor.getByRole("button", { name: "Ask for a call" }).click();
  await expect(visitor.getByRole("heading", { level: 1, name: "Thank you" })).toBeVisible();
  await phone.close();
  // A mail confirms it: to whoever registered, with what was sent in.
  await visit(ruth, "/admin/outbox");
  const confirmation = ruth.getByRole("row").filter({ hasText: "vera@pelican.test" });
  await expect(confirmation).toHaveCount(1);
  await expect(confirmation).toContainText("Thank you for getting in touch");
  await confirmation.getByRole("link").first().click();
  await expect(ruth.locator(".mail-text")).toContainText("Company: Pelican Orthodontics");
  await expect(ruth.locator(".mail-text")).toContainText("You did not do this?");

  // 2: Unassigned shows it, live; My leads stays as it was. It is found by its source, and the list is kept as a view.
  if (!javaScriptEnabled) await maya.reload();
  await expect(row(maya, name)).toHaveCount(1);
  const number = Number(await row(maya, name).getAttribute("data-number"));
  await visit(maya, "/leads?view=mine&q=Vera+Harbour");
  await expect(row(maya, name), "among the rep's own leads").toHaveCount(0);
  await visit(maya, "/leads?view=unassigned&q=Vera+Harbour");
  await openPanel(maya);
  const sources = await unfold(maya, "Source");
  await sources.getByRole("checkbox", { name: "Web", exact: true }).check();
  await maya.getByRole("button", { name: "Show leads" }).click();
  await expect(maya.getByRole("link", { name: /Source:\s*Web\s*, remove/ })).toBeVisible();
  await expect(row(maya, name)).toHaveCount(1);
  await takenOver(maya);
  await maya.locator("summary").filter({ has: maya.getByRole("heading", { level: 1 }) }).click();
  await maya.getByRole("link", { name: "Keep this list as a view…" }).click();
  const keep = maya.locator("form").filter({ has: maya.getByRole("button", { name: "Save view" }) });
  await keep.getByLabel("Name").fill("From the portal");
  await keep.getByRole("button", { name: "Save view" }).click();
  await expect(maya.getByRole("heading", { level: 1, name: "From the portal", exact: true })).toBeVisible();
  await maya.getByRole("link", { name, exact: true }).click();
  await expect(maya.getByRole("heading", { level: 1, name })).toBeVisible();
  const again = () => visit(maya, `/leads/${number}`);
  await again();
  await expect(maya.locator(".record__number")).toContainText(String(number));
  await expect(timeline(maya).filter({ hasText: "confirmed the registration by a mail to vera@pelican.test" })).toHaveCount(1);
  await maya.locator(".record__actions").getByRole("button", { name: "Accept" }).click();
  await expect(maya.locator(".record__meta")).toContainText(MAYA);

  // 3: several numbers and addresses, where it is, what it is worth, and a comment with a red flag. The timeline has what was and what is.
  await post(maya, `/leads/${number}/edit`, { phones: "0161 496 0123, 0161 496 0456", emails: "vera@pelican.test, office@pelican.test" });
  await post(maya, `/leads/${number}/edit`, { partner: "Severn Software", score: "71", city: "Hull", street: "1 Quay Street", postcode: "HU1 1AA" });
  await again();
  await expect(part(maya, "Contact")).toContainText("office@pelican.test");
  await expect(part(maya, "Contact")).toContainText("0456");
  await expect(maya.getByRole("main")).toContainText("Severn Software");
  const scored = timeline(maya).filter({ hasText: "changed" }).filter({ hasText: "Score" }).first();
  await expect(scored.locator("ins").filter({ hasText: "71" })).toBeVisible();
  await maya.getByRole("textbox", { name: "Comment", exact: true }).fill("Budget signed off; call before Friday");
  await maya.getByRole("radio", { name: "Flag" }).check();
  await maya.getByRole("radio", { name: "Red" }).check();
  await maya.getByRole("button", { name: "Comment", exact: true }).click();
  const comment = timeline(maya).filter({ hasText: "Budget signed off" });
  await expect(comment.locator(".timeline__note.tone-red")).toBeVisible();
  await expect(comment.locator(".timeline__icon.tone-red use")).toHaveAttribute("href", /flag$/);

  // 4: a message from a template, a task, a ticket, each from the lead's page.
  await post(ruth, "/admin/messages", { name: "Hello", subject: "Hello {{account}}", body: "Hello {{lead.first_name}}, shall we talk?" });
  await again();
  await maya.getByRole("link", { name: "Write a message" }).click();
  await maya.getByRole("navigation", { name: "Templates" }).getByRole("link", { name: "Hello", exact: true }).click();
  await expect(maya.getByRole("textbox", { name: "Subject" })).toHaveValue(/Hello/);
  await maya.getByRole("button", { name: "Send message" }).click();
  await expect(maya).toHaveURL(new RegExp(`/leads/${number}$`));
  await expect(timeline(maya).filter({ hasText: "wrote an e-mail to vera@pelican.test" })).toHaveCount(1);
  await post(maya, `/leads/${number}/tasks`, { title: "Visit the practice", due: "2031-03-04" });
  await visit(maya, "/tasks");
  await expect(maya.locator("li.task").filter({ hasText: "Visit the practice" })).toHaveCount(1);
  await visit(maya, "/tasks/calendar?span=month&day=2031-03-04");
  await expect(maya.getByRole("main")).toContainText("Visit the practice");
  await again();
  await moreActions(maya);
  await maya.getByRole("link", { name: "Open a ticket" }).click();
  await maya.locator("#new-ticket-title").fill("Our line is noisy");
  await maya.getByRole("button", { name: "Open ticket" }).click();
  await expect(maya.locator("li.task").filter({ hasText: "Our line is noisy" })).toHaveCount(1);
  const tickets = maya.getByRole("navigation", { name: "Which tickets" });
  await tickets.getByRole("link", { name: "Closed" }).click();
  await expect(maya.locator("li.task").filter({ hasText: "Our line is noisy" })).toHaveCount(0);
  await tickets.getByRole("link", { name: "All" }).click();
  await expect(maya.locator("li.task").filter({ hasText: "Our line is noisy" })).toHaveCount(1);

  // 5: an administrator adds a step to the pipeline; it is there without loading the page anew.
  await again();
  await post(ruth, "/admin/types/1/statuses", { name: "Visited", state: "in_progress", tone: "teal" });
  if (!javaScriptEnabled) await maya.reload();
  await expect(maya.getByRole("list", { name: "Status" })).toContainText("Visited");

  // 6: a quote is made, sent and accepted by link.
  const quote = await post(maya, `/leads/${number}/quotes`, { note: "Thank you for your call" });
  await post(maya, `${quote}/lines`, { text: "Setting it up", price: "300", tax: "20" });
  await post(maya, `${quote}/lines`, { text: "Managed seat", price: "12.50", quantity: "10", tax: "20", period: "month" });
  await visit(maya, quote);
  await maya.getByRole("button", { name: "Send quote" }).click();
  await expect(state(maya)).toHaveText("Sent");
  await visit(ruth, "/admin/outbox");
  const mails = ruth.getByRole("row").filter({ hasText: "vera@pelican.test" });
  await mails.filter({ hasText: "uote" }).getByRole("link").first().click();
  const address = (await ruth.locator(".mail-text").innerText()).match(/\/q\/[0-9a-zA-Z]+/)![0];
  const outside = await browser.newContext({ baseURL: server.url, javaScriptEnabled });
  quietConsole.watch(outside);
  const customer = await outside.newPage();
  await customer.goto(address);
  await customer.getByRole("textbox", { name: "Your name" }).fill(name);
  await customer.getByRole("button", { name: "Accept the quote" }).click();
  await expect(customer.getByRole("status")).toContainText("You have accepted this quote");
  await outside.close();

  // Convert. Step 1: it is chosen.
  await again();
  await maya.locator(".record__actions").getByRole("link", { name: "Convert", exact: true }).click();
  await expect(maya.getByRole("heading", { level: 1, name: `Convert ${name}` })).toBeVisible();
  await takenOver(maya);
  await expectAccessible(maya);
  await maya.getByRole("checkbox").first().check();
  await maya.getByRole("button", { name: "Go on to the customer" }).click();
  // Step 2: an active customer with an invoice. It could be converted now; there is more to say.
  await expect(maya).toHaveURL(/step=2$/);
  await takenOver(maya);
  await expect(maya.getByRole("textbox", { name: "Name", exact: true })).toHaveValue("Pelican Orthodontics");
  await expect(maya.getByRole("textbox", { name: /^E-mail/ })).toHaveValue(/office@pelican\.test/);
  await expect(maya.getByRole("textbox", { name: /^Street/ })).toHaveValue("1 Quay Street");
  await expect(maya.getByRole("radio", { name: "Active customer with invoice" })).toBeChecked();
  await expect(maya.getByRole("button", { name: "Convert now" })).toBeVisible();
  await maya.getByRole("button", { name: "Go on to the services" }).click();
  // Step 3: another price, and a last day.
  await expect(maya).toHaveURL(/step=3$/);
  await takenOver(maya);
  await expect(preview(maya)).toContainText("Pelican Orthodontics becomes a new customer, active.");
  const seat = services(maya).filter({ hasText: "Managed seat" });
  await open(seat.locator("details"));
  await seat.getByLabel(/^Price/).fill("11");
  await seat.getByLabel(/^Last day/).fill("2099-12-31");
  await seat.getByRole("button", { name: "Save service" }).click();
  await expect(seat).toContainText("10 × £11.00");
  await expect(preview(maya)).toContainText("£492.00");
  await maya.getByRole("button", { name: "Convert", exact: true }).click();

  // 7: all of it is there, and nothing was typed twice.
  await expect(maya).toHaveURL(/\/customers\/\d+$/);
  await takenOver(maya);
  const page = new URL(maya.url()).pathname;
  await expect(maya.getByRole("heading", { level: 1 })).toContainText("Pelican Orthodontics");
  await expect(state(maya)).toHaveText("Active");
  await expect(maya.getByRole("main")).toContainText("1 Quay Street");
  await expect(services(maya)).toHaveCount(2);
  await maya.getByRole("link", { name: /^INV-/ }).click();
  await expect(maya.locator(".quote__total")).toContainText("£492.00");
  await expect(state(maya)).toHaveText("Open");
  await again();
  await expect(status(maya)).toHaveText("Won");
  await expect(part(maya, "Customer").getByRole("link", { name: /Pelican Orthodontics/ })).toHaveAttribute("href", page);
  await expect(maya.getByRole("link", { name: "Edit contact" })).toHaveCount(0);
  await expect(maya.getByRole("button", { name: /, change city$/ })).toHaveCount(0);
  await expect(timeline(maya).filter({ hasText: "Budget signed off" })).toHaveCount(1);

  // Another one is converted as an inactive customer, at the end of step 2.
  const second = (await post(maya, "/leads/new", { full_name: "Otto Quay", company: "Quayside Print", emails: "otto@quayside-print.test" })).split("/").pop()!;
  const other = await post(maya, `/leads/${second}/quotes`, { note: "" });
  await post(maya, `${other}/lines`, { text: "Training", price: "80", tax: "20" });
  await post(maya, `${other}/steps/send`, { to: "otto@quayside-print.test" });
  await visit(maya, `/leads/${second}/convert`);
  await maya.getByRole("checkbox").first().check();
  await maya.getByRole("button", { name: "Go on to the customer" }).click();
  await expect(maya).toHaveURL(/step=2$/);
  await takenOver(maya);
  await maya.getByRole("radio", { name: "Inactive customer with proforma invoice" }).check();
  await maya.getByRole("button", { name: "Convert now" }).click();
  await expect(maya).toHaveURL(/\/customers\/\d+$/);
  await takenOver(maya);
  await expect(state(maya)).toHaveText("Inactive");
  await expect(maya.getByRole("link", { name: /^PRO-/ })).toBeVisible();
  await visit(maya, "/customers");
  await expect(maya.getByRole("list", { name: "Customers" }).getByRole("listitem")).toHaveCount(2);

  // A third is deleted, and comes back.
  const third = (await post(maya, "/leads/new", { full_name: "Rhea Pier", company: "Pier Lifts" })).split("/").pop()!;
  await visit(maya, `/leads/${third}`);
  await moreActions(maya);
  await maya.getByRole("button", { name: "Delete lead" }).click();
  await expect(maya.getByText("Deleted", { exact: true })).toBeVisible();
  await visit(maya, "/leads?view=deleted&q=Rhea+Pier");
  await maya.getByRole("link", { name: "Rhea Pier", exact: true }).click();
  await maya.getByRole("button", { name: "Restore lead" }).click();
  await expect(maya.getByText("Deleted", { exact: true })).toHaveCount(0);
});
