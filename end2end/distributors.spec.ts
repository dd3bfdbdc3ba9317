// Leads in a territory are delegated to its distributor, whose people accept or decline them; a manager names and compares distributors.
import { expect, test, unique } from "./fixtures.ts";
import { NAMES } from "./people.ts";
import type { Page } from "@playwright/test";

/** A territory of the manager's, and what it takes to have a lead in it. */
async function addTerritory(page: Page, visit: (page: Page, path: string) => Promise<unknown>) {
  const name = unique("Region");
  // Each test has a place of its own, so that they can run beside one another.
  const state = unique("State");
  await visit(page, "/admin/territories");
  const form = page.locator("form[action='/admin/territories']");
  await form.getByLabel("Name").fill(name);
  await form.getByLabel("Places").fill(`IS, ${state}`);
  await form.getByLabel("Regional manager").selectOption({ label: NAMES["manager@demo.test"] });
  await form.getByRole("button", { name: "Add territory" }).click();
  await expect(page.getByRole("row").filter({ hasText: name })).toBeVisible();
  return { name, state };
}

test("a lead is delegated, declined, delegated again and accepted", async ({ page, signIn, visit, addLead, join, takenOver, expectAccessible }) => {
  test.setTimeout(120_000);
  await signIn(page, "admin@demo.test");
  const { name, state } = await addTerritory(page, visit);
  const manager = await join("manager@demo.test");
  await visit(manager, "/territories");
  const region = manager.getByRole("region", { name });
  await expect(region).toContainText("No distributor is named for");
  const choice = region.getByLabel(/^Distributor in/).first();
  // Whoever the demonstration's distributor works for.
  const distributor = await join("distributor@demo.test");
  await visit(page, "/admin/users");
  const firm = await page.getByRole("row").filter({ hasText: NAMES["distributor@demo.test"] }).innerText();
  const labels = await choice.locator("option").allInnerTexts();
  const named = labels.find((label) => firm.includes(label) && label !== "None")!;
  await choice.selectOption({ label: named });
  await region.getByRole("button", { name: "Name distributor" }).click();
  await expect(region).toContainText(`${named}, named by ${NAMES["manager@demo.test"]}`);
  await takenOver(manager);
  await expectAccessible(manager);

  const person = unique("Jo");
  const number = await addLead(page, { full_name: person, state, country: "IS", owner: "" });
  expect((await visit(distributor, `/leads/${number}`))?.status(), "nothing is delegated by itself").toBe(404);
  await visit(manager, `/leads/${number}`);
  const delegate = manager.locator("details").filter({ has: manager.locator(`form[action='/leads/${number}/delegate']`) });
  await delegate.locator("summary").click();
  await expect(delegate).toContainText(`${named} is named for`);
  await delegate.getByLabel("Note").fill("Before noon");
  await delegate.getByRole("button", { name: "Delegate lead" }).click();
  const people = manager.getByRole("region", { name: "People" });
  await expect(people).toContainText("Waits to be accepted");
  await takenOver(manager);
  await expectAccessible(manager);

  await visit(distributor, `/leads/${number}`);
  await expect(distributor.getByRole("region", { name: "People" })).toContainText("Before noon");
  const decline = distributor.locator("details").filter({ has: distributor.locator(`form[action='/leads/${number}/delegation/decline']`) });
  await decline.locator("summary").click();
  await decline.getByRole("button", { name: "Decline lead" }).click();
  await expect(distributor.locator("#decline-reason-error")).toContainText("Say why");
  await decline.getByLabel("Why not?").fill("Too far away");
  await decline.getByRole("button", { name: "Decline lead" }).click();
  await expect(distributor).toHaveURL(/\/leads(\?|$)/);
  expect((await visit(distributor, `/leads/${number}`))?.status()).toBe(404);
  await visit(distributor, `/leads?view=all&q=${encodeURIComponent(person)}`);
  await expect(distributor.getByRole("link", { name: person, exact: true })).toHaveCount(0);

  await visit(manager, `/leads/${number}`);
  await expect(manager.locator(".timeline")).toContainText("declined the lead for");
  await expect(manager.locator(".timeline")).toContainText("Too far away");
  await delegate.locator("summary").click();
  await delegate.getByRole("button", { name: "Delegate lead" }).click();
  await expect(people).toContainText("Waits to be accepted");
  await visit(distributor, `/leads/${number}`);
  await distributor.getByRole("button", { name: "Accept", exact: true }).click();
  await expect(distributor.getByRole("region", { name: "People" })).toContainText(`Accepted by ${NAMES["distributor@demo.test"]}`);
  await visit(manager, "/territories");
  await expect(manager.getByRole("region", { name: "Distributors compared" }).getByRole("row").filter({ hasText: named }).first()).toBeVisible();
});

test("a call centre draws a warning where it is named", async ({ page, signIn, visit }) => {
  await signIn(page, "admin@demo.test");
  const { name } = await addTerritory(page, visit);
  const firm = unique("Callers");
  await visit(page, "/accounts/new");
  const origin = new URL(page.url()).origin;
  await page.request.post(`${origin}/accounts/new`, { form: { name: firm, kind: "distributor" }, headers: { origin, accept: "application/json" } });
  await visit(page, "/territories");
  await page.getByRole("button", { name: `Answers from a call centre: ${firm}` }).click();
  await expect(page.getByRole("button", { name: `Answers locally: ${firm}` })).toBeVisible();
  const region = page.getByRole("region", { name });
  await region.getByLabel(/^Distributor in/).first().selectOption({ label: `${firm} (central call centre)` });
  await region.getByRole("button", { name: "Name distributor" }).click();
  await expect(region).toContainText(`${firm} answers from a central call centre: leads handed to call centres are often lost`);
  await visit(page, "/admin/territories");
  await expect(page.getByRole("row").filter({ hasText: name })).toContainText("answers from a central call centre");
});

test("people of a distributor read how it stands", async ({ page, signIn, visit, takenOver, expectAccessible }) => {
  await signIn(page, "distributor@demo.test");
  await visit(page, "/leads");
  await page.getByLabel(`${NAMES["distributor@demo.test"]}, your menu`).click();
  await page.getByRole("link", { name: "Your standing" }).click();
  await expect(page).toHaveURL(/\/standing$/);
  await expect(page.getByRole("heading", { level: 1, name: "Your standing" })).toBeVisible();
  for (const name of ["Delegated to you", "Accepted", "Declined", "Still waiting for your answer", "Worked in time", "Won", "Lost", "Win rate", "Your place"])
    await expect(page.getByRole("rowheader", { name, exact: true })).toBeVisible();
  await expect(page.getByRole("row").nth(1).getByRole("cell"), "this quarter and the last").toHaveText([/^\d+$/, /^\d+$/]);
  await takenOver(page);
  await expectAccessible(page);
});

test("people of a distributor name nobody", async ({ page, signIn, visit }) => {
  await signIn(page, "distributor@demo.test");
  expect((await visit(page, "/territories"))?.status()).toBe(403);
});
