// A colleague refers a lead, and hears what became of it.
import { expect, test, unique } from "./fixtures.ts";

test("a lead is referred, mended at its fields, and its fate is told", async ({ page, baseURL, signIn, visit, join, javaScriptEnabled }) => {
  const name = unique("Nora");
  await signIn(page, "rep2@demo.test");
  await visit(page, "/refer");
  const field = (label: RegExp) => page.getByRole("textbox", { name: label });
  await field(/^Company/).fill("Quay & Sons");
  await field(/^E-mail/).fill("nora@@quay");
  await page.getByRole("checkbox", { name: "Training", exact: true }).check();
  await field(/^How do you know them/).fill("We sail together");
  await page.getByRole("button", { name: "Refer lead" }).click();

  await expect(field(/^Their name/)).toHaveAttribute("aria-invalid", "true");
  await expect(field(/^E-mail/)).toHaveAttribute("aria-invalid", "true");
  await expect(field(/^Company/)).toHaveValue("Quay & Sons");
  await expect(page.getByRole("checkbox", { name: "Training", exact: true })).toBeChecked();
  await expect(field(/^How do you know them/)).toHaveValue("We sail together");

  // Without any way to reach them it is not taken either.
  await field(/^Their name/).fill(name);
  await field(/^E-mail/).fill("");
  await page.getByRole("button", { name: "Refer lead" }).click();
  await expect(page.locator("#phones-error")).toContainText("Give a phone number or an e-mail address");
  await field(/^Phone/).fill("0161 496 0123");
  await page.getByRole("button", { name: "Refer lead" }).click();
  await expect(page.getByText("Thank you. What becomes of it shows below").first()).toBeVisible();
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row).toContainText("Quay & Sons");
  await expect(field(/^Their name/), "the form is for the next").toHaveValue("");
  if (javaScriptEnabled) await expect(page).toHaveURL(/\/refer$/);

  // Whoever has it sees who referred it; the referrer hears how it ended.
  const admin = await join("admin@demo.test");
  await visit(admin, `/leads?view=all&q=${encodeURIComponent(name)}`);
  await admin.getByRole("link", { name, exact: true }).click();
  await expect(admin.getByRole("region", { name: "Kind" })).toContainText("Owen Pryce");
  await expect(admin.getByRole("region", { name: "Kind" })).toContainText("We sail together");
  await expect(admin.locator("ol.timeline")).toContainText("Owen Pryce referred the lead");
  const number = new URL(admin.url()).pathname.split("/").pop();
  await admin.request.post(`/leads/${number}/actions/win`, { form: {}, headers: { origin: baseURL! } });
  await visit(page, "/refer");
  await expect(row).toContainText("Won");
  await visit(admin, "/admin/outbox");
  await expect(admin.getByRole("row").filter({ hasText: `Your referral was won: ${name}` })).toContainText("Owen Pryce");
});

test("the short form is reached from the menu, and not by a distributor's people", async ({ page, signIn, visit }) => {
  await signIn(page, "intake@demo.test");
  await visit(page, "/leads");
  await page.getByRole("navigation", { name: "Main", exact: true }).getByRole("link", { name: "Refer" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Refer a lead" })).toBeVisible();
  await signIn(page, "distributor@demo.test");
  await visit(page, "/refer");
  await expect(page.getByRole("heading", { name: "Not yours to see" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Refer lead" })).toHaveCount(0);
  await expect(page.getByRole("navigation", { name: "Main", exact: true }).getByRole("link", { name: "Refer" })).toHaveCount(0);
});
