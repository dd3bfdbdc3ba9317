// The supplier of a lead: a private address at which it reads what became of what it sent, and problems that it is told of within a week.
import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";

/** A partner of the demonstration. */
const PARTNER = "Pennine Print & Copy";
const part = (page: Page) => page.getByRole("region", { name: "Supplier", exact: true });
const section = (page: Page) => page.getByRole("region", { name: "What they read of their leads" });

/** A manager adds the supplier's account, and makes an address for it. */
async function makeAddress(manager: Page, visit: (page: Page, path: string) => Promise<unknown>, baseURL: string): Promise<{ account: string; path: string }> {
  const form = { name: unique("Pennine"), kind: "referral_partner" };
  const answer = await manager.request.post("/accounts/new", { form, headers: { origin: baseURL, accept: "application/json" } });
  const account: string = (await answer.json()).Done.location;
  await visit(manager, account);
  await section(manager).getByRole("button", { name: "Make an address" }).click();
  await expect(manager.locator("#supplier-partner-error")).toHaveText("Choose a partner from the list");
  await manager.locator("#supplier-partner").selectOption({ label: PARTNER });
  await section(manager).getByRole("button", { name: "Make an address" }).click();
  const address = await section(manager).getByRole("textbox", { name: "The address" }).inputValue();
  return { account, path: new URL(address).pathname };
}

test("a problem is flagged, and the supplier reads it with its reason", async ({
  page,
  browser,
  baseURL,
  join,
  quietConsole,
  signIn,
  visit,
  addLead,
  javaScriptEnabled,
  expectAccessible,
}) => {
  const [name, company, other] = [unique("Jo"), unique("Acme"), unique("Kim")];
  await signIn(page, "rep@demo.test");
  const lead = await addLead(page, { full_name: name, company, partner: PARTNER });
  await addLead(page, { full_name: other, company: unique("Bolt") });
  const manager = await join("admin@demo.test");
  const { account, path } = await makeAddress(manager, visit, baseURL!);

  // The supplier has no account here, and perhaps no script.
  const context = await browser.newContext({ baseURL, javaScriptEnabled });
  quietConsole.watch(context);
  const supplier = await context.newPage();
  await supplier.goto(path);
  const sent = supplier.getByRole("listitem").filter({ hasText: name });
  await expect(sent).toContainText(company);
  await expect(sent).toContainText("With Maya Lindqvist");
  await expect(sent).toContainText("Next: We review it");
  await expect(supplier.getByRole("main")).not.toContainText(other);
  await expect(supplier.getByRole("table")).toContainText("No class");

  // Noted first: both sides see how long there is to tell them.
  await visit(page, `/leads/${lead}`);
  await expect(part(page)).toContainText("They read what became of it at their address.");
  await part(page).locator("summary", { hasText: "Flag a problem" }).click();
  await page.locator("#problem-words").fill("He left in May");
  await part(page).getByRole("button", { name: "Save problem" }).click();
  await expect(page.locator("#problem-reason-error")).toHaveText("Choose from the list");
  await expect(page.locator("#problem-words")).toHaveValue("He left in May");
  await page.locator("#problem-reason").selectOption("wrong_person");
  await page.locator("#problem-tell").selectOption("later");
  await part(page).getByRole("button", { name: "Save problem" }).click();
  await expect(part(page)).toContainText("Not told yet");
  await expect(part(page)).toContainText(/Tell them by .+: [67] days left/);
  await expect(page.getByRole("region", { name: "Clocks" })).toContainText("Tell the supplier of the problem");
  await expectAccessible(page, "#supplier");
  await supplier.reload();
  await expect(sent).toContainText(/You read here what it is by .+, [67] days left/);
  await expect(sent).not.toContainText("He left in May");

  await part(page).getByRole("button", { name: /^Tell the supplier/ }).click();
  await expect(part(page)).toContainText("Told");
  await supplier.reload();
  await expect(sent).toContainText("Problem: The wrong person");
  await expect(sent).toContainText("He left in May");
  await expect(sent).not.toContainText("You read here what it is by");

  // Revoked, the address opens nothing.
  await visit(manager, account);
  await section(manager).getByRole("button", { name: "Revoke the address" }).click();
  await expect(section(manager).getByRole("button", { name: "Revoke the address" })).toHaveCount(0);
  expect((await supplier.goto(path))?.status()).toBe(404);
  await context.close();
});

test("a rep reads nothing of the address", async ({ page, signIn, visit }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, "/accounts/1");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(section(page)).toHaveCount(0);
});
