// Quotes: made line by line for a lead's deal, sent by mail, and accepted or declined at a private address without an account.
import type { Browser, Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";
import { textOf } from "./pdf.ts";

const part = (page: Page) => page.getByRole("region", { name: "Quotes", exact: true });
const offered = (page: Page) => page.getByRole("region", { name: "What is offered" });
const adding = (page: Page) => page.getByRole("region", { name: "Add a line" });
/** How far the quote is. */
const state = (page: Page) => page.locator(".page__head .badge");
const email = () => `${unique("jo").replace(/\W+/g, "-").toLowerCase()}@acme.test`;

/** Begins a quote on the page of a lead, and goes to its page. */
async function makeQuote(page: Page) {
  await part(page).locator("summary", { hasText: "Make a quote" }).click();
  await page.locator("#quote-memo").fill("Careful with the price");
  await part(page).getByRole("button", { name: "Make quote" }).click();
  await expect(page).toHaveURL(/\/quotes\/\d+$/);
}

async function addFreeLine(page: Page, text: string, price: string) {
  await adding(page).locator("summary", { hasText: "Text, price and tax of its own" }).click();
  await page.locator("#line-text").fill(text);
  await page.locator("#line-price").fill(price);
  await page.locator("#line-tax").fill("20");
  await adding(page).getByRole("button", { name: "Add line" }).click();
  await expect(offered(page)).toContainText(text);
}

async function sendQuote(page: Page) {
  await page.getByRole("button", { name: "Send quote" }).click();
  await expect(state(page)).toHaveText("Sent");
}

/** The private address in the newest mail to somebody. */
async function addressFor(admin: Page, visit: (page: Page, path: string) => Promise<unknown>, to: string): Promise<string> {
  await visit(admin, "/admin/outbox");
  await admin.getByRole("row").filter({ hasText: to }).getByRole("link").first().click();
  return (await admin.locator(".mail-text").innerText()).match(/\/q\/[0-9a-zA-Z]+/)![0];
}

/** The customer has no account here. */
async function stranger(browser: Browser, baseURL: string, javaScriptEnabled: boolean, watch: (context: Awaited<ReturnType<Browser["newContext"]>>) => void) {
  const context = await browser.newContext({ baseURL, javaScriptEnabled });
  watch(context);
  return context;
}

test("a quote is made of products and lines of its own, sent, and accepted by link", async ({
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
  test.slow();
  const product = unique("Managed seat");
  const admin = await join("admin@demo.test");
  await visit(admin, "/products");
  const add = admin.locator("form[action='/products'][method='post']");
  await add.getByRole("textbox", { name: "Name" }).fill(product);
  await add.getByRole("textbox", { name: "Price", exact: true }).fill("a lot");
  await add.getByRole("button", { name: "Add product" }).click();
  await expect(admin.locator("#price-error")).toContainText("Enter a price");
  await expect(add.getByRole("textbox", { name: "Name" }), "nothing typed is lost").toHaveValue(product);
  await add.getByRole("textbox", { name: "Price", exact: true }).fill("12.50");
  await add.getByRole("textbox", { name: "Tax in %" }).fill("20");
  await add.getByRole("combobox", { name: "Paid" }).selectOption("month");
  await add.getByRole("button", { name: "Add product" }).click();
  await expect(admin.getByRole("listitem").filter({ hasText: product })).toContainText("£12.50 a month");

  const to = email();
  await signIn(page, "rep@demo.test");
  const lead = await addLead(page, { full_name: "Jo Field", company: unique("Acme"), emails: to });
  await visit(page, `/leads/${lead}`);
  await expect(part(page)).toContainText("Nothing was offered yet.");
  await makeQuote(page);
  await expect(state(page)).toHaveText("New");
  const option = page.locator("#line-product option", { hasText: product });
  await page.locator("#line-product").selectOption((await option.getAttribute("value"))!);
  await page.locator("#line-quantity").fill("0");
  await adding(page).getByRole("button", { name: "Add line" }).click();
  await expect(page.locator("#line-quantity-error")).toContainText("Enter a number above 0");
  await page.locator("#line-quantity").fill("10");
  await adding(page).getByRole("button", { name: "Add line" }).click();
  await expect(offered(page)).toContainText("10 × £12.50");
  await addFreeLine(page, "Setting it up", "300");

  // The line that is first is second after a press.
  await page.getByRole("button", { name: "Move Setting it up up" }).click();
  await expect(offered(page).getByRole("listitem").first()).toContainText("Setting it up");
  await expect(offered(page).locator(".quote__total")).toContainText("£510.00");
  await expectAccessible(page);
  await sendQuote(page);
  await expect(adding(page)).toHaveCount(0);

  const path = await addressFor(admin, visit, to);
  const context = await stranger(browser, baseURL!, javaScriptEnabled ?? true, quietConsole.watch);
  const customer = await context.newPage();
  await customer.goto(path);
  await expect(customer.getByRole("main")).toContainText(product);
  await expect(customer.getByRole("main")).not.toContainText("Careful with the price");
  await customer.getByRole("button", { name: "Accept the quote" }).click();
  await expect(customer.locator("#name-error")).toHaveText("Enter your name");
  await customer.getByRole("textbox", { name: "Your name" }).fill("Jo Field");
  await customer.getByRole("button", { name: "Accept the quote" }).click();
  await expect(customer.getByRole("status")).toContainText("You have accepted this quote");
  const file = await customer.request.get(`${path}/pdf`);
  expect(file.headers()["content-type"]).toBe("application/pdf");
  const text = await textOf(await file.body());
  for (const said of [product, "Setting it up", "Jo Field", "£510.00"]) expect(text, "the PDF").toContain(said);
  expect(text).not.toContain("Careful with the price");
  await context.close();

  await visit(page, `/leads/${lead}`);
  await expect(part(page)).toContainText("Accepted");
  await expect(page.getByRole("region", { name: "Opportunity", exact: true })).toContainText("£425");
});

test("a quote that is declined is revised, and the old address answers no more", async ({ page, browser, baseURL, join, quietConsole, signIn, visit, addLead, javaScriptEnabled }) => {
  test.slow();
  const to = email();
  await signIn(page, "rep@demo.test");
  const lead = await addLead(page, { full_name: "Jo Field", company: unique("Acme"), emails: to });
  await visit(page, `/leads/${lead}`);
  await makeQuote(page);
  await addFreeLine(page, "Work", "1000");
  await sendQuote(page);
  const admin = await join("admin@demo.test");
  const path = await addressFor(admin, visit, to);
  const context = await stranger(browser, baseURL!, javaScriptEnabled ?? true, quietConsole.watch);
  const customer = await context.newPage();
  await customer.goto(path);
  await customer.getByRole("textbox", { name: "Your name" }).fill("Jo Field");
  await customer.getByRole("textbox", { name: "If you decline: why" }).fill("Too dear");
  await customer.getByRole("button", { name: "Decline" }).click();
  await expect(customer.getByRole("status")).toContainText("You have declined this quote");

  await visit(page, `/leads/${lead}`);
  await part(page).getByRole("link").first().click();
  await expect(state(page)).toHaveText("Denied");
  await expect(page.getByRole("main")).toContainText("Too dear");
  await page.getByRole("button", { name: "Make a new revision" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("revision 2");
  await expect(state(page)).toHaveText("New");
  await customer.reload();
  await expect(customer.getByRole("status")).toContainText("There is a newer version of this quote");
  await expect(customer.getByRole("button", { name: "Accept the quote" })).toHaveCount(0);
  await context.close();
});

test("a quote made by mistake is removed, as long as nobody got it", async ({ page, signIn, visit, addLead }) => {
  await signIn(page, "rep@demo.test");
  const lead = await addLead(page, { full_name: "Jo Field", company: unique("Acme"), emails: email() });
  await visit(page, `/leads/${lead}`);
  await makeQuote(page);
  await addFreeLine(page, "Work", "1000");
  const address = new URL(page.url()).pathname;
  const remove = page.locator("summary", { hasText: "Remove this quote" });
  await remove.click();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/leads/${lead}#quotes$`));
  await expect(part(page).locator("summary", { hasText: "Make a quote" })).toBeVisible();
  await expect(part(page).getByRole("link")).toHaveCount(0);
  expect((await page.request.get(address)).status()).toBe(404);
  await visit(page, `/leads/${lead}`);
  await makeQuote(page);
  await addFreeLine(page, "Work", "1000");
  await sendQuote(page);
  await expect(remove).toHaveCount(0);
});
