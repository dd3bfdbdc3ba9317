import type { Locator, Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";

const panel = (page: Page): Locator => page.getByRole("region", { name: "Already here?" });

async function addAccount(page: Page, origin: string, values: Record<string, string>): Promise<string> {
  const answer = await page.request.post(`${origin}/accounts/new`, { form: values, headers: { origin, accept: "application/json" } });
  return (await answer.json()).Done.location;
}

test("an account that is there already is shown while one types, and saving stays possible", async ({ page, baseURL, signIn, visit, expectAccessible }) => {
  const name = unique("Harbour Söhne");
  const domain = `${name.split(" ").pop()}.example`;
  await signIn(page, "rep@demo.test");
  const known = await addAccount(page, baseURL!, { name: `${name} GmbH`, kind: "customer", domains: domain });
  await visit(page, "/accounts/new");
  await expect(panel(page)).toContainText("show here while you type");
  const field = page.getByRole("textbox", { name: "Name", exact: true });
  const before = await field.boundingBox();
  await field.fill(name.toUpperCase().replace("Ö", "OE"));
  await expect(panel(page).getByRole("status")).toHaveText("One account looks like this one:");
  const link = panel(page).getByRole("link", { name: `${name} GmbH` });
  await expect(link).toHaveAttribute("href", known);
  await expect(panel(page)).toContainText("Likely");
  await expect(panel(page)).toContainText("This is their name but for spelling or legal form.");
  await page.getByRole("textbox", { name: /^E-mail domains/ }).fill(`mail.${domain}`);
  await expect(panel(page)).toContainText("Certain");
  await expect(panel(page)).toContainText(`The e-mail domain ${domain} is theirs`);
  expect(await field.boundingBox(), "nothing has moved").toEqual(before);
  await expectAccessible(page, "main");
  await page.getByRole("button", { name: "Add account", exact: true }).click();
  await expect(page).toHaveURL(/\/accounts\/\d+$/);
  expect(new URL(page.url()).pathname).not.toBe(known);
});

test("a lead joins the account that it is offered", async ({ page, baseURL, signIn, visit }) => {
  const name = unique("Mercer Freight");
  await signIn(page, "rep@demo.test");
  const known = await addAccount(page, baseURL!, { name: `${name} Ltd`, domains: `${name.split(" ").pop()}.example` });
  await visit(page, "/leads/new");
  await page.getByRole("textbox", { name: /^Full name/ }).fill("Jo Field");
  await page.getByRole("textbox", { name: /^E-mail addresses/ }).fill(`jo@${name.split(" ").pop()}.example`);
  await panel(page).getByRole("button", { name: `Use ${name} Ltd` }).click();
  await expect(page.getByRole("textbox", { name: /^Company/ })).toHaveValue(`${name} Ltd`);
  await page.getByRole("button", { name: "Add lead", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Jo Field" })).toBeVisible();
  await expect(page.getByRole("link", { name: `${name} Ltd`, exact: true })).toHaveAttribute("href", known);
});

test("a mail service is refused as a domain of an account", async ({ page, signIn, visit }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, "/accounts/new");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(unique("Quay"));
  const domains = page.getByRole("textbox", { name: /^E-mail domains/ });
  await domains.fill("gmail.com");
  await page.getByRole("button", { name: "Add account", exact: true }).click();
  await expect(domains).toHaveAttribute("aria-invalid", "true");
  await expect(domains).toHaveValue("gmail.com");
  await expect(page.getByRole("alert")).toContainText("Anybody can have an address at gmail.com");
});
