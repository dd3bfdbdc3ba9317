// Contact events, a contact's confidence, and the threshold as an agreement.
import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";

// One proposal waits at a time.
test.describe.configure({ mode: "serial" });

/** Makes a token that may send contact events; whoever is signed in is its person. */
async function eventToken(page: Page, visit: (page: Page, path: string) => Promise<unknown>): Promise<string> {
  await visit(page, "/admin/tokens");
  await page.getByRole("textbox", { name: "What it is for" }).fill(unique("Marketing"));
  await page.getByRole("combobox", { name: "It may" }).selectOption({ label: "Send contact events only" });
  await page.getByRole("button", { name: "Make token" }).click();
  return page.getByRole("textbox", { name: "The token" }).inputValue();
}

interface Verdict {
  verdict: string;
  contact: number;
  account: number | null;
  lead: number | null;
}

/** Sends events of one contact; gives the verdicts. */
async function send(page: Page, token: string, kinds: string[], contact: Record<string, string>): Promise<Verdict[]> {
  const events = kinds.map((kind) => ({ id: unique(kind), kind, at: new Date().toISOString(), contact, detail: "Autumn fair" }));
  const answer = await page.request.post("/api/v1/events", { data: { events }, headers: { authorization: `Bearer ${token}` } });
  expect(answer.status()).toBe(200);
  return (await answer.json()).verdicts;
}

/** Adds an account of a new name and domain, of a rep by their name. */
async function addAccount(page: Page, visit: (page: Page, path: string) => Promise<unknown>, name: string, rep: string): Promise<void> {
  await visit(page, "/accounts/new");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(name);
  await page.getByRole("textbox", { name: /^E-mail domains/ }).fill(`${name}.test`);
  await page.getByRole("combobox", { name: /^Primary rep/ }).selectOption({ label: rep });
  await page.getByRole("button", { name: "Add account" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
}

test("a contact's events add up, and at the threshold the rep has a lead", async ({ page, signIn, visit }) => {
  const stem = unique("wharf").replace(" ", "-").toLowerCase();
  await signIn(page, "admin@demo.test");
  const token = await eventToken(page, visit);
  await addAccount(page, visit, stem, "Maya Lindqvist");
  const jo = { email: `jo@${stem}.test`, name: "Jo Wharf" };
  const [first, again] = await send(page, token, ["met", "email_opened"], jo);
  expect([first!.verdict, again!.verdict, first!.lead]).toEqual(["accepted", "accepted", null]);
  expect(first!.account, "found by its domain").not.toBeNull();

  await signIn(page, "rep@demo.test");
  await visit(page, `/contacts/${first!.contact}`);
  const events = page.locator("#events");
  await expect(events).toContainText("31 of 50: Met brings 30, E-mail opened 1.");
  await expect(events).toContainText("19 more and the contact becomes a lead.");
  await expect(events.getByRole("row").filter({ hasText: "Met" })).toContainText("Autumn fair");
  await expect(events.getByRole("button", { name: "Make it a lead now" })).toBeVisible();

  const [last] = await send(page, token, ["called"], jo);
  expect(last!.lead).not.toBeNull();
  await visit(page, `/contacts/${first!.contact}`);
  await expect(events).toContainText("There is an open lead already.");
  await events.getByRole("link", { name: "Open the lead" }).click();
  await expect(page).toHaveURL(new RegExp(`/leads/${last!.lead}`));
  await expect(page.getByText("made the lead: the contact has 51 points of the 50 agreed")).toBeVisible();
});

test("a rep takes a contact of theirs before the threshold, another cannot", async ({ page, signIn, visit }) => {
  const stem = unique("pier").replace(" ", "-").toLowerCase();
  await signIn(page, "admin@demo.test");
  const token = await eventToken(page, visit);
  await addAccount(page, visit, stem, "Maya Lindqvist");
  const [sent] = await send(page, token, ["called"], { email: `al@${stem}.test`, name: "Al Pier" });
  await signIn(page, "rep2@demo.test");
  await visit(page, `/contacts/${sent!.contact}`);
  await expect(page.locator("#events")).toContainText("20 of 50");
  await expect(page.getByRole("button", { name: "Make it a lead now" })).toHaveCount(0);
  await signIn(page, "rep@demo.test");
  await visit(page, `/contacts/${sent!.contact}`);
  await page.getByRole("button", { name: "Make it a lead now" }).click();
  await expect(page).toHaveURL(/\/leads\/\d+/);
  await expect(page.getByText("made the contact a lead before the threshold, with 20 points")).toBeVisible();
});

test("where signs disagree a person says which account it is", async ({ page, signIn, visit }) => {
  const [one, other] = [unique("north").replace(" ", "-").toLowerCase(), unique("south").replace(" ", "-").toLowerCase()];
  await signIn(page, "admin@demo.test");
  const token = await eventToken(page, visit);
  await addAccount(page, visit, one, "Maya Lindqvist");
  await addAccount(page, visit, other, "Owen Pryce");
  const [sent] = await send(page, token, ["met"], { email: `jo@${one}.test`, name: "Jo Both", company: other });
  expect(sent!.account).toBeNull();
  await signIn(page, "rep@demo.test");
  await visit(page, `/contacts/${sent!.contact}`);
  await expect(page.locator("#events")).toContainText("The signs point to different accounts");
  await page.getByRole("button", { name: `Belongs to ${other}` }).click();
  await expect(page.locator(".record__meta").getByRole("link", { name: other })).toBeVisible();
  await expect(page.getByRole("button", { name: /^Belongs to/ })).toHaveCount(0);
});

test("a threshold is tried, proposed, and declined with a reason", async ({ page, signIn, visit, takenOver }) => {
  await signIn(page, "admin@demo.test");
  await visit(page, "/thresholds");
  await expect(page.getByRole("region", { name: "In force" })).toContainText("50 points");
  await page.getByLabel("Try so many points").fill("20");
  await page.getByRole("button", { name: "Try it" }).click();
  await expect(page).toHaveURL(/points=20/);
  await expect(page.getByText(/^20 points would have let through \d+ contacts? in the last 3 months/)).toBeVisible();
  await takenOver(page);
  const form = page.locator("form[action='/thresholds'][method=post]");
  await expect(form.getByLabel("Points")).toHaveValue("20");
  await form.getByLabel("Points").fill("none");
  await form.getByLabel("Why").fill("More for the field");
  await form.getByRole("button", { name: "Propose it" }).click();
  await expect(page.locator("#points-error")).toContainText("Enter a whole number of points");
  await expect(form.getByLabel("Why"), "nothing typed is lost").toHaveValue("More for the field");
  await form.getByLabel("Points").fill("20");
  await form.getByRole("button", { name: "Propose it" }).click();
  const proposal = page.getByRole("region", { name: "Proposed" });
  await expect(proposal).toContainText("20 points");
  await expect(proposal).toContainText("More for the field");

  // Who is no field manager sees it and cannot answer.
  await signIn(page, "rep@demo.test");
  await visit(page, "/thresholds");
  await expect(proposal.getByRole("button", { name: "Accept" })).toHaveCount(0);
  await signIn(page, "manager@demo.test");
  await visit(page, "/thresholds");
  await proposal.getByRole("button", { name: "Decline" }).click();
  await expect(page.locator("#decline-reason-error")).toContainText("Say why");
  await proposal.getByLabel("Why not").fill("Too many to call");
  await proposal.getByRole("button", { name: "Decline" }).click();
  await expect(proposal).toHaveCount(0);
  const history = page.getByRole("region", { name: "History" });
  await expect(history.getByRole("row").filter({ hasText: "Too many to call" }).first()).toContainText("Declined");
  await expect(page.getByRole("region", { name: "In force" })).toContainText("50 points");
});

test("an administrator adds a kind and changes what one counts", async ({ page, signIn, visit }) => {
  const name = unique("Trade fair");
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/event-kinds");
  const form = page.locator("form[action='/admin/event-kinds']");
  await form.getByLabel("Name").fill(name);
  await form.getByLabel("Points").fill("-5");
  await form.getByRole("button", { name: "Add kind" }).click();
  await expect(page.locator("#new-weight-error")).toHaveText("Enter a whole number of points, 0 to 1000");
  await form.getByLabel("Points").fill("12");
  await form.getByRole("button", { name: "Add kind" }).click();
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row).toContainText("12");
  await row.getByLabel(`Change ${name}`).click();
  await row.getByLabel("Points").fill("14");
  await row.getByLabel("Retired: no longer taken, what came before still counts").check();
  await row.getByRole("button", { name: "Save kind" }).click();
  await expect(row).toContainText("14");
  await expect(row).toContainText("Retired");
});
