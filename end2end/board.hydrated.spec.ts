import type { Locator, Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";

const column = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const card = (page: Page, number: number) => page.locator(`[data-card="${number}"]`);
const inColumn = (page: Page, name: string, number: number) => column(page, name).locator(`[data-card="${number}"]`);
const board = (company: string, more = "") => `/leads/board?view=all&q=${encodeURIComponent(company)}${more}`;

/** Takes hold of a card and carries it over another place, without letting go. */
async function carry(page: Page, from: Locator, to: Locator) {
  const [start, end] = [(await from.boundingBox())!, (await to.boundingBox())!];
  await page.mouse.move(start.x + start.width / 3, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(start.x + start.width / 3 + 20, start.y + start.height / 2, { steps: 3 });
  await page.mouse.move(end.x + end.width / 2, end.y + Math.min(end.height / 2, 200), { steps: 5 });
}

test("a card is dragged to another column and stays there", async ({ page, signIn, visit, addLead }) => {
  const company = unique("Drag");
  await signIn(page, "rep@demo.test");
  const number = await addLead(page, { full_name: "Jo Drag", company });
  await visit(page, board(company));
  await carry(page, card(page, number), column(page, "Contacting"));
  await expect(column(page, "Contacting")).toHaveClass(/column--over/);
  await page.mouse.up();
  await expect(inColumn(page, "Contacting", number)).toBeVisible();
  await expect(column(page, "Contacting").locator(".column__count")).toHaveText("1 leads");
  await expect(page).toHaveURL(/\/leads\/board/);
  await page.reload();
  await expect(inColumn(page, "Contacting", number)).toBeVisible();
});

test("a column that may not take a card says why, and the card stays", async ({ page, signIn, visit, addLead }) => {
  const company = unique("Shut");
  await signIn(page, "rep@demo.test");
  const number = await addLead(page, { full_name: "Jo Shut", company });
  await visit(page, board(company));
  await carry(page, card(page, number), column(page, "Proposal"));
  await expect(column(page, "Proposal").getByRole("status")).toHaveText("“Proposal” is another state; use “Start work”");
  await page.mouse.up();
  await expect(inColumn(page, "New enquiry", number)).toBeVisible();
  await carry(page, card(page, number), column(page, "Contacting"));
  await page.keyboard.press("Escape");
  await page.mouse.up();
  await expect(inColumn(page, "New enquiry", number)).toBeVisible();
  await expect(page.locator(".card--ghost")).toHaveCount(0);
});

test("zones close a lead: winning can be undone, losing asks why", async ({ page, signIn, visit, addLead }) => {
  const company = unique("Zones");
  await signIn(page, "rep@demo.test");
  const number = await addLead(page, { full_name: "Jo Zones", company });
  await visit(page, board(company));
  await expect(page.locator(".zone")).toHaveCount(0);
  await carry(page, card(page, number), column(page, "Contacting"));
  await expect(page.locator(".zone")).toHaveCount(3);
  const zone = async (name: string) => (await page.locator(".zone").filter({ hasText: name }).boundingBox())!;
  const win = await zone("Win lead");
  await page.mouse.move(win.x + win.width / 2, win.y + win.height / 2, { steps: 5 });
  await page.mouse.up();
  await expect(inColumn(page, "Won", number)).toBeAttached();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(inColumn(page, "New enquiry", number)).toBeVisible();

  await carry(page, card(page, number), column(page, "Contacting"));
  const lose = await zone("Lose lead");
  await page.mouse.move(lose.x + lose.width / 2, lose.y + lose.height / 2, { steps: 5 });
  await page.mouse.up();
  const dialog = page.getByRole("dialog", { name: "Lose Jo Zones" });
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(inColumn(page, "New enquiry", number)).toBeVisible();
});

test("a refused move is put back and said", async ({ page, signIn, visit, addLead }) => {
  const company = unique("Refused");
  await signIn(page, "rep@demo.test");
  const number = await addLead(page, { full_name: "Jo Refused", company });
  await visit(page, board(company));
  const sentence = "This lead is closed; reopen it to change it";
  await page.route(`**/leads/${number}/edit`, (route) => route.fulfill({ status: 403, json: { Refused: { message: sentence, status: 403 } } }));
  await carry(page, card(page, number), column(page, "Contacting"));
  await page.mouse.up();
  await expect(page.getByText(sentence)).toBeVisible();
  await expect(inColumn(page, "New enquiry", number)).toBeVisible();
});

test("of two who move the same card the second is told, and sees where it is", async ({ page, signIn, visit, join, addLead }) => {
  const company = unique("Both");
  await signIn(page, "rep@demo.test");
  const number = await addLead(page, { full_name: "Jo Both", company });
  await visit(page, board(company));
  await page.getByRole("link", { name: "Move Jo Both to…" }).click();
  const manager = await join("manager@demo.test");
  await visit(manager, board(company));
  await carry(manager, card(manager, number), column(manager, "Qualification"));
  await manager.mouse.up();
  await expect(inColumn(manager, "Qualification", number)).toBeVisible();
  // The dialog still shows what was true when it opened.
  await page.getByRole("dialog").getByRole("button", { name: "Contacting" }).click();
  await expect(page.locator(".toast--error")).toBeVisible();
  await expect(inColumn(page, "Qualification", number)).toBeVisible();
});

test("others' changes arrive, but never under the pointer", async ({ page, signIn, visit, join, addLead }) => {
  const company = unique("Live");
  await signIn(page, "rep@demo.test");
  const first = await addLead(page, { full_name: "Jo First", company, target_amount: "100" });
  await visit(page, board(company));
  await page.mouse.move(5, 5);
  const manager = await join("manager@demo.test");
  const second = await addLead(manager, { full_name: "Jo Second", company, owner: "rep@demo.test", target_amount: "200" });
  await expect(inColumn(page, "New enquiry", second)).toBeVisible();
  await expect(column(page, "New enquiry").locator(".column__sum")).toContainText("300");

  await card(page, first).hover();
  const third = await addLead(manager, { full_name: "Jo Third", company, owner: "rep@demo.test" });
  const news = page.getByRole("button", { name: "1 change" });
  await expect(news).toBeVisible();
  await expect(card(page, third)).toHaveCount(0);
  await page.mouse.move(5, 5);
  await expect(inColumn(page, "New enquiry", third)).toBeVisible();
  await expect(news).toBeHidden();
});

test("the keyboard does all that the mouse does", async ({ page, signIn, visit, addLead }) => {
  const company = unique("Keyed");
  await signIn(page, "rep@demo.test");
  const one = await addLead(page, { full_name: "Jo One", company });
  const two = await addLead(page, { full_name: "Jo Two", company });
  await visit(page, board(company));
  const link = (number: number) => card(page, number).locator(".card__name");
  await link(two).focus();
  await page.keyboard.press("ArrowDown");
  await expect(link(one)).toBeFocused();
  await page.keyboard.press("m");
  await expect(page.getByRole("dialog", { name: "Move Jo One" })).toBeVisible();
  await page.keyboard.press("2");
  await expect(inColumn(page, "Qualification", one)).toBeVisible();
  await expect(link(one)).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(link(two)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Jo Two" })).toBeVisible();
});

test("a long column loads more cards as one scrolls", async ({ page, signIn, visit, addLead }) => {
  const company = unique("Long");
  await signIn(page, "rep@demo.test");
  for (let index = 0; index < 25; index += 1) await addLead(page, { full_name: `Jo ${index}`, company });
  await visit(page, board(company));
  const cards = column(page, "New enquiry").locator("[data-card]");
  await expect(cards).toHaveCount(20);
  await expect(column(page, "New enquiry").locator(".column__count")).toHaveText("25 leads");
  await column(page, "New enquiry").locator(".column__cards").evaluate((list) => list.scrollTo(0, list.scrollHeight));
  await expect(cards).toHaveCount(25);
});
