// The journey of a lead with everything on it, on a site of its own, because its lists are added to.
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { NAMES } from "./people.ts";
import { type Server, startServer } from "./server.ts";

let server: Server;
test.beforeEach(async () => {
  test.setTimeout(180_000);
  server = await startServer();
});
test.afterEach(async ({ browser }) => {
  // A page that outlives its server complains that it cannot reconnect.
  for (const context of browser.contexts()) await context.close();
  await server.stop();
});

/** Sends a form as the browser of somebody who is signed in would. */
async function send(page: Page, path: string, form: Record<string, string>) {
  const answer = await page.request.post(`${server.url}${path}`, { form, headers: { origin: server.url, accept: "application/json" } });
  return await answer.json();
}

/** The same for what has to be done, with where it leads. */
async function post(page: Page, path: string, form: Record<string, string>): Promise<string> {
  const reply = await send(page, path, form);
  expect(reply, path).toHaveProperty("Done");
  return reply.Done.location;
}

/** Opens what is folded, unless it is open. */
async function open(details: Locator) {
  if ((await details.getAttribute("open")) === null) await details.locator("summary").first().click();
}

const part = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const fold = (page: Page, name: string) => part(page, name).locator("details.fold");
const within = (region: Locator, summary: string) => region.locator("details.form__more").filter({ has: region.page().locator("summary", { hasText: summary }) }).last();
const timeline = (page: Page) => page.locator("ol.timeline > li");
const status = (page: Page) => page.getByRole("list", { name: "Status" }).locator("[aria-current=step]");
const daysAfter = (day: string, days: number) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

test("4. A lead with everything on it", async ({ join, visit, javaScriptEnabled, expectAccessible }) => {
  const [maya, hassan] = [await join("rep@demo.test", server.url), await join("manager@demo.test", server.url)];
  const ruth = await join("admin@demo.test", server.url);

  // Administrators keep the lists: a physical good, and two competitors.
  await post(ruth, "/admin/lists/offering", { name: "Desk phone", is_goods: "1" });
  for (const name of ["Globex", "Initech"]) await post(ruth, "/admin/lists/competitor", { name });

  // 1: a lead of a type, with its defaults and what it is worth.
  await visit(maya, "/leads/new");
  await maya.getByRole("textbox", { name: /^Full name/ }).fill("Ida Partner");
  await maya.getByRole("textbox", { name: /^Company/ }).fill("Quarry Street Partners");
  await maya.getByRole("checkbox", { name: "Desk phone", exact: true }).check();
  await maya.getByRole("checkbox", { name: "Training", exact: true }).check();
  await maya.getByRole("textbox", { name: /^Target amount/ }).fill("12,500");
  await maya.getByRole("combobox", { name: /^Type/ }).selectOption({ label: "Business partner" });
  await maya.getByText("More fields").click();
  await maya.getByRole("combobox", { name: /^Category/ }).selectOption({ label: "Business partner" });
  await maya.getByRole("combobox", { name: /^Priority/ }).selectOption({ label: "Urgent" });
  await maya.getByRole("combobox", { name: /^Importance/ }).selectOption({ label: "High" });
  await maya.getByRole("textbox", { name: /^Probability/ }).fill("40");
  await maya.getByRole("button", { name: "Add lead", exact: true }).click();
  await expect(maya.getByRole("heading", { level: 1, name: "Ida Partner" })).toBeVisible();
  const address = new URL(maya.url()).pathname;
  const again = () => visit(maya, address);
  await again();
  for (const said of ["Business partner", "Urgent", "High"]) await expect(part(maya, "Kind")).toContainText(said);
  await expect(part(maya, "Worth")).toContainText("12,500");
  await expect(part(maya, "Worth")).toContainText("40 %");

  // 2: three weeks make a date; another date makes another time. What lies before the start is refused, and stays typed.
  const dates = part(maya, "Key dates");
  const day = maya.locator("#dates-expected");
  await open(dates.locator("details"));
  await maya.locator("#dates-estimate").fill("3");
  await maya.locator("#dates-unit").selectOption({ label: "weeks" });
  if (javaScriptEnabled) await expect(day, "it follows as one types").toHaveValue(/^\d{4}-\d\d-\d\d$/);
  await dates.getByRole("button", { name: "Save dates" }).click();
  await expect(dates).toContainText("Estimated time3 weeks");
  await expect(dates).toContainText(/Time to completion\d+ d/);
  await again();
  const threeWeeks = await day.inputValue();
  await open(dates.locator("details"));
  await day.fill(daysAfter(threeWeeks, -7));
  if (javaScriptEnabled) await expect(maya.locator("#dates-estimate")).toHaveValue("2");
  await dates.getByRole("button", { name: "Save dates" }).click();
  await expect(dates).toContainText("Estimated time2 weeks");
  await expect(timeline(maya).filter({ hasText: "changed Expected completion" }).first().locator("del")).toHaveText(threeWeeks);
  await again();
  await open(dates.locator("details"));
  await day.fill("2020-01-02");
  await dates.getByRole("button", { name: "Save dates" }).click();
  await expect(maya.locator("#dates-expected-error")).toContainText("this is before");
  await expect(day).toHaveValue("2020-01-02");

  // 3: goods and services with a note each; the team; two competitors; an activity.
  await again();
  await expect(part(maya, "Goods and services").locator(".fold__count")).toHaveText("2");
  for (const [name, note] of [
    ["Desk phone", "Twelve, in black"],
    ["Training", "In the evenings"],
  ] as const) {
    await open(fold(maya, "Goods and services"));
    const item = part(maya, "Goods and services").getByRole("listitem").filter({ hasText: name });
    await item.locator("summary").click();
    await item.getByRole("textbox", { name: `Note on ${name}` }).fill(note);
    await item.getByRole("button", { name: "Save note" }).click();
    await expect(part(maya, "Goods and services").locator(".task__note").filter({ hasText: note })).toHaveCount(1);
    await again();
  }
  await open(fold(maya, "Goods and services"));
  await expect(maya.getByRole("list", { name: "Goods", exact: true })).toContainText("Twelve, in black");
  await expect(maya.getByRole("list", { name: "Services", exact: true })).toContainText("In the evenings");

  await post(hassan, `${address}/edit`, { team_sent: "1", team: "freya.sorensen@demo.test" });
  for (const [name, strength, note] of [
    ["Globex", "Stronger than us", "Cheaper"],
    ["Initech", "Weaker than us", "Far away"],
  ] as const) {
    await again();
    await open(fold(maya, "Competitors"));
    await open(within(part(maya, "Competitors"), "Add a competitor"));
    await maya.locator("#competitor-competitor").selectOption({ label: name });
    await maya.locator("#competitor-strength").selectOption({ label: strength });
    await maya.locator("#competitor-note").fill(note);
    await maya.getByRole("button", { name: "Add competitor" }).click();
    await expect(part(maya, "Competitors")).toContainText(note);
  }
  await again();
  await expect(part(maya, "Competitors").locator(".fold__count")).toHaveText("2");
  await expect(part(maya, "People")).toContainText("Freya Sorensen");
  await post(maya, `${address}/tasks`, { title: "Visit the quarry", due: "2031-03-04" });

  // Besides: help of a vendor, and a document that is what its name says.
  await open(fold(maya, "Help"));
  await open(within(part(maya, "Help"), "Ask for help"));
  await maya.locator("#help-from").selectOption({ label: "A vendor" });
  await maya.locator("#help-title").fill("A price for twelve");
  await maya.locator("#help-address").fill("prices@vendor.example");
  await maya.getByRole("button", { name: "Ask", exact: true }).click();
  await expect(part(maya, "Help")).toContainText("prices@vendor.example");
  await visit(ruth, "/admin/outbox");
  await expect(ruth.getByRole("row").filter({ hasText: "A price for twelve" })).toContainText("prices@vendor.example");
  await again();
  await open(fold(maya, "Documents"));
  await maya.locator("#document").setInputFiles({ name: "offer.pdf", mimeType: "application/pdf", buffer: Buffer.from("no pdf") });
  await maya.getByRole("button", { name: "Add document" }).click();
  await expect(maya.locator("#document-error")).toContainText("its content is something else");
  await again();
  await open(fold(maya, "Documents"));
  await maya.locator("#document").setInputFiles({ name: "offer.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 twelve") });
  await maya.getByRole("button", { name: "Add document" }).click();
  const document = part(maya, "Documents").locator("a", { hasText: "offer.pdf" });
  await expect(document).toHaveCount(1);
  const file = await maya.request.get(new URL((await document.getAttribute("href"))!, server.url).href);
  expect([file.headers()["content-type"], await file.text()]).toEqual(["application/pdf", "%PDF-1.7 twelve"]);
  await again();
  for (const name of ["Goods and services", "Competitors", "Help", "Documents"]) await open(fold(maya, name));
  await expectAccessible(maya);

  // 5: a lead of a group without an owner; two accept at once, one gets it.
  const waiting = await post(ruth, "/leads/new", { full_name: "Two Want It", company: "Slate Works", owner: "", group: "North" });
  const replies = await Promise.all([maya, hassan].map((page) => send(page, `${waiting}/actions/accept`, {})));
  expect(replies.filter((reply) => "Done" in reply)).toHaveLength(1);
  await visit(ruth, waiting);
  await expect(part(ruth, "People")).toContainText("Done" in replies[0] ? NAMES["rep@demo.test"] : NAMES["manager@demo.test"]);

  // 6: within its state the status is a plain edit; to another it is an action; reopening returns to the one before.
  await again();
  await maya.locator(".record__actions").getByRole("button", { name: "Start work" }).click();
  await expect(status(maya)).toHaveText("Talks");
  await maya.getByRole("button", { name: "Agreement", exact: true }).click();
  await expect(status(maya)).toHaveText("Agreement");
  await maya.getByText("Lose", { exact: true }).click();
  await maya.getByRole("combobox", { name: "Why was it lost?" }).selectOption({ label: "Price" });
  await maya.getByRole("button", { name: "Lose lead" }).click();
  await expect(status(maya)).toHaveText("Lost");
  await expect(dates).toContainText("Actual completion");
  await expect(dates).toContainText("Price");
  await expect(dates).not.toContainText("Time to completion");
  await maya.getByRole("button", { name: "Reopen lead" }).click();
  await expect(status(maya)).toHaveText("Agreement");
  await expect(dates).not.toContainText("Actual completion");

  // 7: two share notes, each under their name; history shows all of it; several criteria find the lead.
  for (const [page, note] of [
    [maya, "They decide on Friday"],
    [hassan, "Ask for the director"],
  ] as const) {
    await visit(page, address);
    await page.getByRole("textbox", { name: "Comment", exact: true }).fill(note);
    await page.getByRole("button", { name: "Add to shared notes" }).click();
    await expect(timeline(page).filter({ hasText: note })).toHaveCount(1);
  }
  await again();
  await expect(timeline(maya).filter({ hasText: "They decide on Friday" })).toContainText(NAMES["rep@demo.test"]);
  await expect(timeline(maya).filter({ hasText: "Ask for the director" })).toContainText(NAMES["manager@demo.test"]);
  for (const said of [
    "added the note on “Desk phone”",
    "added the competitor “Globex”",
    "added the task “Visit the quarry”",
    "added the request for help “A price for twelve”",
    "added the document “offer.pdf”",
    "changed Lead team",
    "lost the lead",
    "reopened the lead",
  ])
    await expect(timeline(maya).filter({ hasText: said }).first(), said).toBeVisible();
  await visit(maya, "/leads?view=all&state=in_progress&q=Quarry+Street");
  await expect(maya.getByRole("link", { name: "Ida Partner", exact: true })).toHaveCount(1);

  // 8: won, it shows the account that the contact became.
  await again();
  await expect(part(maya, "Account")).toHaveCount(0);
  await maya.getByRole("button", { name: "Win lead" }).click();
  await expect(status(maya)).toHaveText("Won");
  await expect(part(maya, "Account").getByRole("link", { name: "Quarry Street Partners" })).toBeVisible();
  await expect(dates).toContainText("Actual completion");
  await expect(dates.getByText("Change the expected completion")).toHaveCount(0);
});
