// What a page needs is fetched when it is opened, and the connection may be gone just then.
import { expect, test } from "./fixtures.ts";

test.use({ expectedErrors: [/^(Failed to load resource: net::ERR_FAILED|TypeError: Failed to fetch dynamically imported module)/] });

test("a page opened without a connection says so, and comes once the connection is back", async ({ page, signIn, visit }) => {
  await signIn(page, "rep@demo.test");
  const gone = ["**/pkg/chunks/**", "**/healthz"];
  for (const files of gone) await page.route(files, (route) => route.abort());
  await visit(page, "/leads");
  await page.evaluate(() => void (document.body.dataset.same = "yes"));
  await page.locator("nav.rail").getByRole("link", { name: "Contacts", exact: true }).click();
  const note = page.getByRole("status").filter({ hasText: "No connection" });
  await expect(note).toBeVisible();
  await expect(page.getByRole("region", { name: "Leads, scrollable" })).toBeVisible();
  for (const files of gone) await page.unroute(files);
  await page.evaluate(() => void dispatchEvent(new Event("online")));
  await expect(page.getByRole("heading", { level: 1, name: "Contacts" })).toBeVisible();
  await expect(note).toHaveCount(0);
  await expect(page.locator("body[data-same]")).toHaveCount(1);
});

test("a page whose code is gone is loaded anew only when the server can be reached", async ({ page, signIn, visit }) => {
  await signIn(page, "rep@demo.test");
  await page.route("**/healthz", (route) => route.abort());
  await page.route("**/pkg/chunks/**", (route) => route.abort());
  await visit(page, "/leads");
  await page.evaluate(() => void (document.body.dataset.same = "yes"));
  await page.locator("nav.rail").getByRole("link", { name: "Contacts", exact: true }).click();
  await expect(page.getByRole("status").filter({ hasText: "No connection" })).toBeVisible();
  await expect(page.locator("body[data-same]")).toHaveCount(1);
  await page.unroute("**/healthz");
  await page.evaluate(() => void dispatchEvent(new Event("online")));
  await expect(page.locator("body[data-same]")).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Leads, scrollable" })).toBeVisible();
});
