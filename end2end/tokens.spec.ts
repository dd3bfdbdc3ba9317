import { expect, test, unique } from "./fixtures.ts";

test("a token is made, shown once, used, and revoked", async ({ page, signIn, visit, takenOver, baseURL }) => {
  const name = unique("Website");
  await signIn(page, "rep@demo.test");
  await visit(page, "/me");
  await page.getByRole("link", { name: "Your API tokens" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "API tokens" })).toBeVisible();
  await takenOver(page);

  await page.getByRole("button", { name: "Make token" }).click();
  const field = page.getByRole("textbox", { name: "What it is for" });
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await field.fill(name);
  await page.getByRole("combobox", { name: "It may" }).selectOption({ label: "Read and change" });
  await page.getByRole("combobox", { name: "It ends" }).selectOption({ label: "In 30 days" });
  await page.getByRole("button", { name: "Make token" }).click();

  const shown = page.getByRole("textbox", { name: "The token" });
  await expect(shown).toHaveValue(/^lw_[0-9a-f]{64}$/);
  await expect(field).toHaveValue("");
  const token = await shown.inputValue();
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row).toContainText("Read and change");
  await expect(row).toContainText("Not yet");

  const ask = () => page.request.get(`${baseURL}/api/v1/leads?limit=1`, { headers: { authorization: `Bearer ${token}` } });
  const answer = await ask();
  expect(answer.status()).toBe(200);
  expect(Number(answer.headers()["ratelimit-remaining"])).toBeGreaterThan(0);

  await visit(page, "/admin/tokens");
  await expect(page.getByRole("textbox", { name: "The token" })).toHaveCount(0);
  await expect(row).not.toContainText("Not yet");
  await page.getByRole("button", { name: `Revoke ${name}` }).click();
  await expect(row).toHaveCount(0);
  expect((await ask()).status()).toBe(401);
});

test("administrators see everybody's tokens, others their own", async ({ page, join, signIn, visit }) => {
  const name = unique("Script");
  await signIn(page, "rep2@demo.test");
  await visit(page, "/admin/tokens");
  await page.getByRole("textbox", { name: "What it is for" }).fill(name);
  await page.getByRole("button", { name: "Make token" }).click();
  await expect(page.getByRole("row").filter({ hasText: name })).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Settings" })).toHaveCount(0);

  const admin = await join("admin@demo.test");
  await visit(admin, "/admin/tokens");
  await expect(admin.getByRole("row").filter({ hasText: name })).toContainText("Owen Pryce");
  const rep = await join("rep@demo.test");
  await visit(rep, "/admin/tokens");
  await expect(rep.getByText(name)).toHaveCount(0);
});
