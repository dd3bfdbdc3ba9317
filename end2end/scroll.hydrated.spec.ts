import { expect, test, unique } from "./fixtures.ts";

const MOST_ROWS = 200;

test("scrolling loads more, and the page never holds many rows", async ({ page, signIn, visit }) => {
  await signIn(page, "admin@demo.test");
  await visit(page, "/leads?view=all&sort=name");
  const rows = page.locator("tr.row");
  const first = await rows.first().getAttribute("data-number");
  const seen = new Set<string | undefined>();
  await page.getByRole("region", { name: "Leads, scrollable" }).hover();
  await expect(async () => {
    await page.mouse.wheel(0, 800);
    const numbers = await rows.evaluateAll((found) => found.map((row) => (row as HTMLElement).dataset.number));
    for (const number of numbers) seen.add(number);
    expect(numbers.length).toBeLessThan(MOST_ROWS);
    expect(numbers.length).toBeGreaterThan(0);
    expect(seen.size).toBeGreaterThan(300);
  }).toPass({ intervals: [50], timeout: 25_000 });
  await expect(page.locator(`tr.row[data-number="${first}"]`)).toHaveCount(0);
  await page.getByRole("region", { name: "Leads, scrollable" }).evaluate((list) => list.scrollTo(0, 0));
  await expect(page.locator(`tr.row[data-number="${first}"]`)).toBeInViewport();
  expect(await rows.count()).toBeLessThan(MOST_ROWS);
});

test("what others do never moves the row under the pointer", async ({ page, signIn, visit, join, addLead }) => {
  const company = unique("Steady Works");
  await signIn(page, "rep@demo.test");
  const numbers: number[] = [];
  for (const full_name of ["One", "Two", "Three", "Four"]) numbers.push(await addLead(page, { full_name, company }));
  await visit(page, `/leads?view=all&q=${encodeURIComponent(company)}`);
  const under = page.locator(`tr.row[data-number="${numbers[1]}"]`);
  await under.hover();
  const before = await under.boundingBox();

  const manager = await join("manager@demo.test");
  await visit(manager, `/leads/${numbers[3]}`);
  await manager.getByRole("button", { name: "Start work" }).first().click();
  await expect(page.locator(`tr.row[data-number="${numbers[3]}"]`)).toContainText("Qualification");
  // Rows are made anew where they are when the configuration changes, as other tests do.
  await expect.poll(() => under.boundingBox()).toEqual(before);

  await addLead(manager, { full_name: "Five", company });
  const news = page.getByRole("button", { name: "1 new lead" });
  await expect(news).toBeVisible();
  await expect(page.locator("tr.row")).toHaveCount(4);
  await expect.poll(() => under.boundingBox()).toEqual(before);
  await news.click();
  await expect(page.locator("tr.row")).toHaveCount(5);
  await expect(page.locator("tr.row").first()).toContainText("Five");
});
