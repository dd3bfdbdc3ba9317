import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";
import { openPanel, partOf, unfold } from "./filter-panel.ts";

const rows = (page: Page) => page.locator("tr.row");
const chip = (page: Page, name: string, value: string) => page.getByRole("link", { name: new RegExp(`^${name}:\\s*${value}\\s*, remove$`) });
const show = (page: Page) => page.getByRole("button", { name: "Show leads" }).click();
/** The day so many days from now, where the site's clocks show UTC. */
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

test("two statuses and a range of days narrow the list, each with a chip, and are kept as a view", async ({ page, signIn, takenOver, visit }) => {
  const statuses = (text: RegExp) => page.locator("tr.row .col-status").filter({ hasText: text });
  const others = page.locator("tr.row .col-status").filter({ hasNotText: /New enquiry|Contacting/ });
  await signIn(page, "admin@demo.test");
  await visit(page, "/leads?view=all");
  await openPanel(page);
  const status = await unfold(page, "Status");
  await status.getByLabel("New enquiry", { exact: true }).check();
  await status.getByLabel("Contacting", { exact: true }).check();
  const created = await unfold(page, "Created");
  await created.getByLabel("Created from").fill("2020-01-31");
  await created.getByLabel("Created until").fill(day(-1));
  await show(page);
  await expect(page).toHaveURL(/[?&]status=New(\+|%20)enquiry/);
  await expect(page).toHaveURL(/[?&]status=Contacting/);
  await expect(chip(page, "Status", "New enquiry")).toBeVisible();
  await expect(chip(page, "Status", "Contacting")).toBeVisible();
  await expect(chip(page, "Created from", "2020-01-31")).toBeVisible();
  await expect(chip(page, "Created until", day(-1))).toBeVisible();
  await expect(others).toHaveCount(0);
  await expect(statuses(/New enquiry|Contacting/).first()).toBeVisible();

  await takenOver(page);
  await chip(page, "Status", "Contacting").click();
  await expect(page).not.toHaveURL(/Contacting/);
  await expect(page).toHaveURL(new RegExp(`[?&]status=New(\\+|%20)enquiry.*created_to=${day(-1)}`));
  await expect(statuses(/Contacting/)).toHaveCount(0);
  await expect(statuses(/New enquiry/).first()).toBeVisible();

  await takenOver(page);
  await page.getByRole("link", { name: "Keep as a view" }).click();
  const name = unique("New of old");
  const form = page.locator("form").filter({ has: page.getByRole("button", { name: "Save view" }) });
  await form.getByLabel("Name").fill(name);
  await form.getByRole("button", { name: "Save view" }).click();
  await expect(page).toHaveURL(/\/leads\?saved=\d+$/);
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await page.reload();
  await takenOver(page);
  await expect(chip(page, "Created from", "2020-01-31")).toBeVisible();
  await openPanel(page);
  // What narrows the list is unfolded, and says what it is set to.
  await expect(partOf(page, "Status").getByLabel("New enquiry", { exact: true })).toBeChecked();
  await expect(partOf(page, "Status").getByLabel("Contacting", { exact: true })).not.toBeChecked();
  await expect(partOf(page, "Status").locator("summary")).toContainText("1 chosen");
  await expect(partOf(page, "Created").locator("summary")).toContainText(`2020-01-31 – ${day(-1)}`);
  await expect(page.getByLabel("Created until")).toHaveValue(day(-1));
  await expect(partOf(page, "Source").getByRole("group")).toBeHidden();
});

test("a list is bounded by the days of what happened to its leads", async ({ page, signIn, visit, addLead }) => {
  const company = unique("Bounded");
  const name = unique("Jo Soon");
  await signIn(page, "rep@demo.test");
  const soon = await addLead(page, { full_name: name, company, owner: "rep@demo.test", expected: day(10) });
  await addLead(page, { full_name: unique("Jo Later"), company, owner: "rep@demo.test", expected: day(40) });
  const list = `/leads?view=all&q=${encodeURIComponent(company)}`;
  await visit(page, list);
  await expect(rows(page)).toHaveCount(2);
  await openPanel(page);
  await (await unfold(page, "Expected completion")).getByLabel("Expected completion until").fill(day(10));
  await show(page);
  await expect(rows(page)).toHaveCount(1);
  await expect(chip(page, "Expected completion until", day(10))).toBeVisible();
  await expect(page.getByRole("link", { name, exact: true })).toBeVisible();

  await visit(page, `${list}&closed_from=${day(-2)}`);
  await expect(page.getByRole("heading", { name: "No lead fits these filters" })).toBeVisible();
  const origin = new URL(page.url()).origin;
  const won = await page.request.post(`${origin}/leads/${soon}/actions/win`, { form: {}, headers: { origin, accept: "application/json" } });
  expect(await won.json(), "winning it").toHaveProperty("Done");
  for (const days of [`closed_from=${day(-2)}&closed_to=${day(2)}`, `last_activity_from=${day(-2)}&state=won`, `updated_from=${day(-2)}&state=won`]) {
    await visit(page, `${list}&${days}`);
    await expect(page.getByRole("link", { name, exact: true }), days).toBeVisible();
    await expect(rows(page), days).toHaveCount(1);
  }
  for (const days of [`closed_to=${day(-2)}`, `last_activity_to=${day(-2)}`, `updated_to=${day(-2)}`]) {
    await visit(page, `${list}&${days}`);
    await expect(page.getByRole("heading", { name: "No lead fits these filters" }), days).toBeVisible();
  }
});

test("leads are narrowed by class, which a column shows", async ({ page, baseURL, signIn, visit, addLead }) => {
  const company = unique("Classed");
  await signIn(page, "rep@demo.test");
  const renewal = await addLead(page, { full_name: unique("Jo Later"), company });
  await addLead(page, { full_name: unique("Jo Plain"), company });
  const form = { class: "rql", horizon: "2031-03-01" };
  const saved = await page.request.post(`/leads/${renewal}/class`, { form, headers: { origin: baseURL!, accept: "application/json" } });
  expect(await saved.json(), "classing it").toHaveProperty("Done");
  await visit(page, `/leads?view=all&q=${encodeURIComponent(company)}&columns=number,name,class`);
  await expect(rows(page)).toHaveCount(2);
  await openPanel(page);
  await (await unfold(page, "Class")).getByLabel("RQL", { exact: true }).check();
  await show(page);
  await expect(page).toHaveURL(/[?&]class=rql(&|$)/);
  await expect(chip(page, "Class", "RQL")).toBeVisible();
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page).locator(".col-class")).toHaveText("RQL");

  await visit(page, `/leads?view=all&q=${encodeURIComponent(company)}&columns=number,name,class&class=none`);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText("Jo Plain");
});

test("days that move along are a click away", async ({ page, signIn, takenOver, visit }) => {
  await signIn(page, "manager@demo.test");
  await visit(page, "/leads?view=all&source=Web&created_to=2026-01-31");
  await openPanel(page);
  await (await unfold(page, "Created")).getByRole("link", { name: "Last 7 days" }).click();
  await expect(page).toHaveURL(/[?&]source=Web&created_from=today-6(&|$)/);
  await expect(chip(page, "Created from", "6 days ago")).toBeVisible();
  await expect(page.getByRole("link", { name: /^Created until/ })).toHaveCount(0);
  await takenOver(page);
  await openPanel(page);
  const created = partOf(page, "Created");
  await expect(created.locator("summary")).toContainText("from 6 days ago");
  await expect(created.getByLabel("6 days ago")).toBeChecked();
  await show(page);
  await expect(chip(page, "Created from", "6 days ago")).toBeVisible();
  await takenOver(page);
  await openPanel(page);
  // Another day takes its place.
  await created.getByLabel("Created from").fill("2026-02-01");
  await show(page);
  await expect(chip(page, "Created from", "2026-02-01")).toBeVisible();
  await takenOver(page);
  await openPanel(page);
  // States that were chosen give way to those of what is overdue.
  await (await unfold(page, "State")).getByLabel("Won", { exact: true }).check();
  await show(page);
  await expect(chip(page, "State", "Won")).toBeVisible();
  await takenOver(page);
  await openPanel(page);
  await (await unfold(page, "Expected completion")).getByRole("link", { name: "Overdue" }).click();
  await expect(page).toHaveURL(/state=in_progress&state=pending&source=Web&created_from=2026-02-01&expected_to=today-1/);
  await expect(chip(page, "Expected completion until", "yesterday")).toBeVisible();
});

test("what is chosen and offered no longer, or was typed, stays until it is unticked", async ({ page, signIn, visit, addLead }) => {
  const [one, two, company] = [unique("fair"), unique("stand"), unique("Tagged")];
  await signIn(page, "rep@demo.test");
  await addLead(page, { full_name: "Jo One", company, tags: one });
  await addLead(page, { full_name: "Jo Two", company, tags: two });
  await visit(page, `/leads?view=all&q=${encodeURIComponent(company)}&source=Carrier+pigeon&source=none&tag=${encodeURIComponent(one)}`);
  await openPanel(page);
  const source = partOf(page, "Source");
  await expect(source.getByLabel("No source")).toBeChecked();
  await expect(source.locator("summary")).toContainText("2 chosen");
  await source.getByLabel("Carrier pigeon").uncheck();
  await source.getByLabel("No source").uncheck();
  await expect(partOf(page, "Tag").getByLabel(one)).toBeChecked();
  await partOf(page, "Tag").getByLabel("Add one").fill(two);
  await show(page);
  await expect(page).not.toHaveURL(/pigeon|source=none/);
  await expect(chip(page, "Tag", one)).toBeVisible();
  await expect(chip(page, "Tag", two)).toBeVisible();
  await expect(rows(page)).toHaveCount(2);
});

test("the panel is used with the keyboard, and its parts are no menus", async ({ page, signIn, visit, javaScriptEnabled }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, "/leads?view=all&source=Web");
  const filter = page.locator("summary").filter({ hasText: "Filter" });
  await filter.focus();
  await page.keyboard.press("Enter");
  const status = partOf(page, "Status");
  await expect(status.getByRole("group")).toBeHidden();
  await status.locator("summary").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(status.getByRole("checkbox").first()).toBeFocused();
  await page.keyboard.press("Space");
  await expect(status.getByRole("checkbox").first()).toBeChecked();
  const value = await status.getByRole("checkbox").first().inputValue();
  if (javaScriptEnabled) {
    await page.keyboard.press("Escape");
    await expect(page.getByRole("button", { name: "Show leads" })).toBeHidden();
    await expect(filter).toBeFocused();
    const sort = page.locator(".filter-bar__end summary").last();
    await sort.click();
    await expect(page.getByText("Sort by", { exact: true })).toBeVisible();
    await page.locator(".list__foot span").first().click();
    await expect(page.getByText("Sort by", { exact: true })).toBeHidden();
    await filter.click();
    await expect(partOf(page, "Source").getByRole("checkbox", { name: "Web", exact: true })).toBeVisible();
    await expect(status.getByRole("checkbox").first()).toBeChecked();
    // A row that is marked does not take the key.
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await filter.click();
    await status.getByRole("checkbox").first().focus();
  }
  await page.keyboard.press("Enter");
  await expect(page.getByRole("link", { name: new RegExp(`^Status:\\s*${value}\\s*, remove$`) })).toBeVisible();
});
