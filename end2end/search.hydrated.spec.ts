import { expect, test, unique } from "./fixtures.ts";

test("matches appear while one types, and keys open one of them", async ({ page, signIn, visit, addLead }) => {
  const company = unique("Typing");
  await signIn(page, "rep@demo.test");
  await addLead(page, { full_name: "Zara First", company, phones: "0161 496 0777" });
  const number = await addLead(page, { full_name: "Zara Second", company, message: "wants a quixotic windmill" });
  await visit(page, "/accounts");
  const field = page.getByLabel("Search leads");
  const options = page.getByRole("listbox", { name: "Leads that match" }).getByRole("option");
  await field.pressSequentially(company);
  await expect(options).toHaveCount(2);
  await expect(page.getByRole("combobox", { name: "Search leads" })).toHaveAttribute("aria-expanded", "true");
  await page.keyboard.press("ArrowDown");
  await expect(options.first()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Zara Second" })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`/leads/${number}$`));
  await expect(options).toHaveCount(0);

  await field.fill("(0161) 496-0777");
  await expect(options.filter({ hasText: "Zara First" })).toHaveCount(1);
  await field.fill("quixotic wind");
  await expect(options.filter({ hasText: "Zara Second" })).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(options).toHaveCount(0);
});

test("odd and endless texts find nothing, and break nothing", async ({ page, signIn, visit }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, "/leads");
  for (const text of ['"', "*:*", "' or 1=1 --", "%_%", "(((", "a".repeat(5000)]) {
    const answer = await page.request.get(`/fn/find_leads?text=${encodeURIComponent(text)}`);
    expect(answer.status(), text.slice(0, 10)).toBe(200);
  }
  // Unlike any name of a test, which are letters by chance.
  await page.getByLabel("Search leads").fill("q7zz!!**");
  await expect(page.getByText("No lead matches")).toBeVisible();
});
