// Scores: why a lead's is what it is, typing another, and the rules that they follow from.
import { expect, test, unique } from "./fixtures.ts";

test("a score says why it is what it is, can be typed, and is worked out again", async ({
  page,
  signIn,
  visit,
  addLead,
  takenOver,
  javaScriptEnabled,
  expectAccessible,
}) => {
  await signIn(page, "rep@demo.test");
  const name = unique("Jo");
  const email = `jo@${name.toLowerCase().replace(/[^a-z0-9]+/g, "")}.example`;
  const lead = await addLead(page, { full_name: name, company: unique("Acme"), source: "Customer referral", phones: "0161 411 2044", emails: email });
  await visit(page, `/leads/${lead}`);
  const worth = page.getByRole("region", { name: "Worth" });
  const score = worth.locator(".score__number");
  await expect(score).toHaveText("55");
  await worth.getByRole("link", { name: "Show the reasons" }).click();
  await expect(page).toHaveURL(/[?&]why=score/);
  const reason = (text: string) => worth.locator(".why__points li").filter({ hasText: text });
  await expect(reason("Recommended by a customer")).toContainText("+30");
  await expect(reason("Can be called")).toContainText("+10");
  await takenOver(page);
  await expectAccessible(page);

  await worth.getByText("Type another").click();
  await page.locator("#typed-score").fill("lots");
  await worth.getByRole("button", { name: "Keep this score" }).click();
  await expect(page.locator("#typed-score-error")).toBeVisible();
  await expect(page.locator("#typed-score"), "nothing typed is lost").toHaveValue("lots");
  await takenOver(page);
  await page.locator("#typed-score").fill("12");
  await worth.getByRole("button", { name: "Keep this score" }).click();
  await expect(score).toHaveText("12");
  if (!javaScriptEnabled) await worth.getByRole("link", { name: "Show the reasons" }).click();
  await expect(worth).toContainText("Typed by Maya Lindqvist");
  await expect(worth).toContainText("Worked out, it would be 55.");

  await takenOver(page);
  await worth.getByRole("button", { name: "Work it out again" }).click();
  await expect(score).toHaveText("55");
  await expect(page.locator(".timeline")).toContainText("changed Score");
});

test("an administrator says what is worth points, and has the program learn", async ({ page, signIn, visit, addLead, takenOver }) => {
  const [country, sentence] = [unique("Atlantis"), unique("Far away")];
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/scoring");
  const form = page.locator("form[action='/admin/scoring/rules']");
  await form.getByLabel("If").selectOption({ label: "Country" });
  await form.getByLabel("Value").fill(country);
  await form.getByLabel("Points").fill("0");
  await form.getByLabel("Why").fill(sentence);
  await form.getByRole("button", { name: "Add rule" }).click();
  await expect(page.locator("#new-points-error")).toHaveText("Enter a whole number of points, -100 to 100 and not 0");
  await expect(form.getByLabel("Why"), "nothing typed is lost").toHaveValue(sentence);
  await takenOver(page);
  await form.getByLabel("Points").fill("7");
  await form.getByRole("button", { name: "Add rule" }).click();
  const row = page.getByRole("row").filter({ hasText: sentence });
  await expect(row).toContainText(`Country is ${country}`);
  await expect(row).toContainText("+7");

  const lead = await addLead(page, { full_name: unique("Al"), company: unique("Acme"), country });
  await visit(page, `/leads/${lead}?why=score`);
  await expect(page.locator("#worth .why__points li").filter({ hasText: sentence })).toContainText("+7");

  await visit(page, "/admin/scoring");
  await row.getByLabel(`Change: ${sentence}`).click();
  await row.getByLabel("Retired: no longer counted").check();
  await row.getByRole("button", { name: "Save rule" }).click();
  await expect(row).toContainText("Retired");

  await takenOver(page);
  await page.getByRole("button", { name: "Learn now" }).click();
  await expect(page.getByRole("main")).toContainText(/Learning now|Learned from|Too little to learn from/);
});
