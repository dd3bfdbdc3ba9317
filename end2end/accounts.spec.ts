// The list of accounts: what is left of it when it is filtered.
import { expect, test, unique } from "./fixtures.ts";

test("accounts that nobody looks after are found", async ({ page, signIn, visit, takenOver, expectAccessible }) => {
  const name = unique("Orphan");
  await signIn(page, "admin@demo.test");
  await visit(page, "/accounts");
  const origin = new URL(page.url()).origin;
  const both: Record<string, string>[] = [{ name: `${name} Alone` }, { name: `${name} Kept`, primary_rep: "rep@demo.test" }];
  for (const form of both)
    await page.request.post(`${origin}/accounts/new`, { form, headers: { origin, accept: "application/json" } });
  await visit(page, `/accounts?q=${encodeURIComponent(name)}`);
  const rows = page.locator("tr.row");
  await expect(rows).toHaveCount(2);
  await page.locator("summary").filter({ hasText: "Filter" }).click();
  await page.getByLabel("Primary rep").selectOption("Nobody");
  await page.getByRole("button", { name: "Show accounts" }).click();
  await expect(page).toHaveURL(/rep=none/);
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText("Alone");
  await expect(page.getByText("Primary rep: nobody")).toBeVisible();
  await takenOver(page);
  await expectAccessible(page);
});
