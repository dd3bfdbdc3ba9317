// Who gets a lead: rules and territories are edited, a lead is routed by them, and its page says why.
import { expect, test, unique } from "./fixtures.ts";

test("a covered domain leads to its person, and the lead says why", async ({ page, signIn, visit, addLead, takenOver, expectAccessible }) => {
  const domain = `${unique("acme").replace(" ", "-")}.example`;
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/rules");
  const form = page.locator("form[action='/admin/rules/coverage']");
  await form.getByLabel("What", { exact: true }).selectOption({ label: "E-mail domain" });
  await form.getByLabel("Which").fill("gmail.com");
  await form.getByLabel("Who looks after it").selectOption({ label: "Owen Pryce" });
  await form.getByRole("button", { name: "Add coverage" }).click();
  await expect(page.locator("#cover-what-error")).toContainText("Enter a company’s own domain");
  await expect(form.getByLabel("Which"), "nothing typed is lost").toHaveValue("gmail.com");
  await form.getByLabel("Which").fill(domain);
  await form.getByRole("button", { name: "Add coverage" }).click();
  const row = page.getByRole("row").filter({ hasText: domain });
  await expect(row).toContainText("Owen Pryce");
  await takenOver(page);
  await expectAccessible(page);

  const number = await addLead(page, { full_name: unique("Jo"), emails: `jo@${domain}` });
  await visit(page, `/leads/${number}`);
  const people = page.getByRole("region", { name: "People" });
  await expect(people).toContainText(`Went to Owen Pryce, who looks after the domain ${domain}.`);
  await people.locator("summary", { hasText: "All that was tried" }).click();
  await expect(people.getByRole("listitem").filter({ hasText: "Direct coverage" })).toContainText("matched");
  await expectAccessible(page);

  // The rule goes, and the manager has it routed again.
  await visit(page, "/admin/rules");
  await row.getByRole("button", { name: `Remove the domain ${domain}` }).click();
  await expect(row).toHaveCount(0);
  await visit(page, `/leads/${number}`);
  await people.getByRole("button", { name: "Route again" }).click();
  await expect(people).not.toContainText(`who looks after the domain ${domain}`);
});

test("a territory is added, changed and removed", async ({ page, signIn, visit, takenOver, expectAccessible }) => {
  const name = unique("Region");
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/territories");
  const form = page.locator("form[action='/admin/territories']");
  await form.getByLabel("Name").fill(name);
  await form.getByLabel("Places").fill("10115");
  await form.getByRole("button", { name: "Add territory" }).click();
  await expect(page.locator("#new-places-error")).toContainText("Begin “10115” with a country");
  await form.getByLabel("Places").fill("IS, 101*");
  await form.getByRole("button", { name: "Add territory" }).click();
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row).toContainText("It has neither manager nor group, so it never gets a lead");
  await takenOver(page);
  await expectAccessible(page);
  await row.getByLabel(`Change ${name}`).click();
  await row.getByLabel("Regional manager").selectOption({ label: "Owen Pryce" });
  await row.getByRole("button", { name: "Save territory" }).click();
  await expect(row).toContainText("Owen Pryce");
  await expect(row).not.toContainText("never gets a lead");
  await takenOver(page);
  await row.getByLabel(`Change ${name}`).click();
  await row.getByRole("button", { name: "Remove territory" }).click();
  await expect(row).toHaveCount(0);
});

test("a change of the rules is tried on past leads, then saved", async ({ page, signIn, visit, addLead, expectAccessible, javaScriptEnabled }) => {
  const domain = `${unique("trial").replace(" ", "-")}.example`;
  await signIn(page, "admin@demo.test");
  const number = await addLead(page, { full_name: unique("Jo"), emails: `jo@${domain}` });
  await visit(page, "/admin/rules");
  const form = page.locator("form[action='/admin/rules/coverage']");
  const rule = page.getByRole("row").filter({ hasText: domain });
  await form.getByLabel("What", { exact: true }).selectOption({ label: "E-mail domain" });
  await form.getByLabel("Which").fill(domain);
  await form.getByRole("button", { name: "Try it first" }).click();
  await expect(page.locator("#cover-person-error")).toContainText("Choose somebody of the house who can sign in");
  await expect(form.getByLabel("Which"), "nothing typed is lost").toHaveValue(domain);
  await form.getByLabel("Who looks after it").selectOption({ label: "Owen Pryce" });
  await form.getByRole("button", { name: "Try it first" }).click();

  await expect(page).toHaveURL(/\/admin\/rules\/trials\/\d+$/);
  await expect(page.getByText(`the domain ${domain}: Owen Pryce.`)).toBeVisible();
  await expect(async () => {
    // With script the page follows by itself.
    const again = page.getByRole("link", { name: "Look again" });
    if (!javaScriptEnabled && (await again.count())) await again.click();
    await expect(page.getByText(/^\d+ leads? tried, the newest that were routed$/)).toBeVisible({ timeout: 1000 });
  }).toPass();
  const moved = page.getByRole("row").filter({ has: page.getByRole("link", { name: `# ${number}`, exact: true }) });
  await expect(moved.getByRole("cell").nth(1)).toHaveText("Owen Pryce");
  await expect(page.getByText(/^\d+ leads? would end at the fallback; \d+ did\.$/)).toBeVisible();
  await expectAccessible(page);

  // Nothing was saved until now.
  await page.getByRole("button", { name: "Save this change" }).click();
  await expect(page).toHaveURL(/\/admin\/rules$/);
  await expect(rule).toContainText("Owen Pryce");
  await rule.getByRole("button", { name: `Remove the domain ${domain}` }).click();
  await expect(rule).toHaveCount(0);
});

test("a territory that is tried says how many leads it would get", async ({ page, signIn, visit, addLead, expectAccessible, javaScriptEnabled }) => {
  const name = unique("Region");
  await signIn(page, "admin@demo.test");
  // Nobody else is in charge of this country.
  await addLead(page, { full_name: unique("Jo"), country: "Tuvalu" });
  await visit(page, "/admin/territories");
  const form = page.locator("form[action='/admin/territories']");
  await form.getByLabel("Name").fill(name);
  await form.getByLabel("Places").fill("Tuvalu");
  await form.getByLabel("Regional manager").selectOption({ label: "Owen Pryce" });
  await form.getByRole("button", { name: "Try it first" }).click();
  await expect(page).toHaveURL(/\/admin\/rules\/trials\/\d+$/);
  const territories = page.getByRole("region", { name: "By territory", exact: true });
  await expect(async () => {
    const again = page.getByRole("link", { name: "Look again" });
    if (!javaScriptEnabled && (await again.count())) await again.click();
    await expect(page.getByText(/^\d+ leads? tried, the newest that were routed$/)).toBeVisible({ timeout: 1000 });
  }).toPass();
  await expect(territories.getByRole("row").filter({ hasText: name }).getByRole("cell")).toHaveText(["0", /^[1-9]\d*$/, /^\+[1-9]\d*$/]);
  await expectAccessible(page);
});

test("only administrators edit the rules", async ({ page, signIn, visit }) => {
  await signIn(page, "rep@demo.test");
  for (const path of ["/admin/rules", "/admin/rules/trials/1", "/admin/territories"]) {
    expect((await visit(page, path))?.status()).toBe(403);
  }
});
