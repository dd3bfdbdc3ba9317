// What a person does before the browser has taken the page over must not be lost.
import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";

/** Keeps the page from being taken over until what this gives is called. */
async function holdBack(page: Page, files: string): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((done) => (release = done));
  await page.route(files, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

test("a form sent early keeps its errors and values when the page is taken over", async ({ page, signIn, takenOver }) => {
  await signIn(page, "rep@demo.test");
  const release = await holdBack(page, "**/*.wasm*");
  await page.goto("/leads/new", { waitUntil: "commit" });
  await page.getByRole("textbox", { name: /^Company/ }).fill("Early Works");
  await page.getByRole("textbox", { name: /^E-mail addresses/ }).fill("no address");
  await page.getByRole("button", { name: "Add lead", exact: true }).click();
  const name = page.getByRole("textbox", { name: /^Full name/ });
  await expect(name).toHaveAttribute("aria-invalid", "true");
  release();
  await takenOver(page);
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByRole("textbox", { name: /^E-mail addresses/ })).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByRole("textbox", { name: /^E-mail addresses/ })).toHaveValue("no address");
  await expect(page.getByRole("textbox", { name: /^Company/ })).toHaveValue("Early Works");
  await name.fill(unique("Early"));
  await page.getByRole("textbox", { name: /^E-mail addresses/ }).fill("");
  await page.getByRole("button", { name: "Add lead", exact: true }).click();
  await expect(page).toHaveURL(/\/leads\/\d+$/);
});

test("what is typed early is still there when the page is taken over", async ({ page, signIn, takenOver }) => {
  await signIn(page, "rep@demo.test");
  const release = await holdBack(page, "**/*.wasm*");
  await page.goto("/leads/new", { waitUntil: "commit" });
  await page.getByRole("textbox", { name: /^Full name/ }).fill("Typed Early");
  await page.getByRole("combobox", { name: /^Source/ }).selectOption({ label: "Web" });
  release();
  await takenOver(page);
  await expect(page.getByRole("textbox", { name: /^Full name/ })).toHaveValue("Typed Early");
  await expect(page.getByRole("combobox", { name: /^Source/ }).locator("option:checked")).toHaveText("Web");
});

test("“live” is not said of a page that does not answer yet", async ({ page, signIn, takenOver, visit }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, "/leads");
  const address = await page.locator("tbody a[href^='/leads/']").first().getAttribute("href");
  const order: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/api/v1/live")) order.push("live");
  });
  page.on("response", (response) => {
    if (response.url().includes("/chunks/lead_pages")) order.push("page code");
  });
  const release = await holdBack(page, "**/chunks/lead_pages*");
  const asked = page.waitForRequest("**/chunks/lead_pages*");
  await page.goto(address!, { waitUntil: "commit" });
  await asked;
  await expect(page.locator(".live__word")).toHaveText("");
  release();
  await takenOver(page);
  expect(order).toEqual(["page code", "live"]);
});
