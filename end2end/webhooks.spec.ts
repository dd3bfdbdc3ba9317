import { expect, test, unique } from "./fixtures.ts";

test("a webhook is added, its secret shown once, turned off and deleted", async ({ page, signIn, visit }) => {
  const url = `https://${unique("hooks").replace(" ", "-")}.invalid/leads`;
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/webhooks");
  const address = page.getByRole("textbox", { name: "Address" });
  await address.fill("http://127.0.0.1/");
  await page.getByRole("checkbox", { name: "lead.won" }).check();
  await page.getByRole("button", { name: "Add webhook" }).click();
  await expect(address).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByRole("alert")).toContainText("outside");
  await expect(page.getByRole("checkbox", { name: "lead.won" })).toBeChecked();

  await address.fill(url);
  await page.getByRole("button", { name: "Add webhook" }).click();
  await expect(page.getByRole("textbox", { name: "The secret that signs its messages" })).toHaveValue(/^whsec_/);
  const section = page.getByRole("region", { name: url });
  await expect(section).toContainText("Hears of lead.won");
  await expect(section).toContainText("Nothing was sent yet");

  await section.getByRole("button", { name: "Turn off" }).click();
  await expect(section.getByText("Off", { exact: true })).toBeVisible();
  await section.getByRole("button", { name: "Turn on" }).click();
  await expect(section.getByText("On", { exact: true })).toBeVisible();
  await visit(page, "/admin/webhooks");
  await expect(page.getByRole("textbox", { name: "The secret that signs its messages" })).toHaveCount(0);
  await section.getByRole("button", { name: "Delete" }).click();
  await expect(section).toHaveCount(0);
});

test("what is sent is in the log, with what came of it", async ({ page, signIn, visit, addLead }) => {
  const url = `https://${unique("hooks").replace(" ", "-")}.invalid/leads`;
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/webhooks");
  await page.getByRole("textbox", { name: "Address" }).fill(url);
  await page.getByRole("checkbox", { name: "lead.added" }).check();
  await page.getByRole("button", { name: "Add webhook" }).click();
  const section = page.getByRole("region", { name: url });
  await expect(section).toBeVisible();
  await addLead(page, { full_name: unique("Jo") });
  // What other tests add meanwhile is above it.
  const row = section.getByRole("row").filter({ hasText: "lead.added" }).last();
  await expect(async () => {
    await page.getByRole("link", { name: "Look again" }).click();
    await expect(row).toContainText("Once", { timeout: 1000 });
  }).toPass();
  await expect(row).toContainText("Waiting");
  await row.getByText("Not reached").click();
  await expect(row).toContainText("has no address");
  await section.getByRole("button", { name: "Delete" }).click();
  await expect(section).toHaveCount(0);
});

test("webhooks are for administrators", async ({ page, signIn }) => {
  await signIn(page, "manager@demo.test");
  expect((await page.goto("/admin/webhooks"))?.status()).toBe(403);
});
