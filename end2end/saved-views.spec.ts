import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";
import type { Person } from "./people.ts";

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name, exact: true });
const column = (page: Page, name: string) => page.getByRole("columnheader", { name, exact: true });
const views = (page: Page) => page.locator("summary").filter({ has: page.getByRole("heading", { level: 1 }) });

/** Keeps the list at an address under a name and gives the view's address. */
async function keep(page: Page, name: string, group = "Only me"): Promise<string> {
  await views(page).click();
  await page.getByRole("link", { name: "Keep this list as a view…" }).click();
  const form = page.locator("form").filter({ has: page.getByRole("button", { name: "Save view" }) });
  await form.getByLabel("Name").fill(name);
  if (group !== "Only me") await form.getByLabel("Who may use it").selectOption(group);
  await form.getByRole("button", { name: "Save view" }).click();
  await expect(page).toHaveURL(/\/leads\?saved=\d+$/);
  await expect(heading(page, name)).toBeVisible();
  return page.url();
}

test("a list is kept under a name, opened by it, changed and deleted", async ({ page, signIn, visit, takenOver }) => {
  const name = unique("Web by score");
  await signIn(page, "rep@demo.test");
  await visit(page, "/leads?view=all&source=Web&sort=-score&columns=number,name,city,score");
  const address = await keep(page, name);
  await expect(column(page, "City")).toBeVisible();
  await expect(column(page, "Owner")).toHaveCount(0);
  await expect(page.getByRole("columnheader", { name: "Score" })).toHaveAttribute("aria-sort", "descending");

  await visit(page, "/leads?view=mine");
  await views(page).click();
  await page.locator("details[open]").getByRole("link", { name, exact: true }).click();
  await expect(page).toHaveURL(address);
  await expect(page.getByRole("link", { name: /Source:\s*Web\s*, remove/ })).toBeVisible();

  // The address says what differs; the view stays as it is until it is saved.
  await page.getByRole("link", { name: /Source:\s*Web\s*, remove/ }).click();
  await expect(page).toHaveURL(/[?&]saved=\d+&view=all/);
  await page.getByRole("link", { name: "Changed", exact: true }).click();
  await page.getByRole("button", { name: "Save the changes" }).click();
  await expect(page).toHaveURL(address);
  await page.reload();
  await takenOver(page);
  await expect(heading(page, name)).toBeVisible();
  await expect(page.getByRole("link", { name: /, remove$/ })).toHaveCount(0);

  await views(page).click();
  await page.getByRole("link", { name: "Keep this list as a view…" }).click();
  await page.getByRole("button", { name: "Delete this view" }).click();
  await expect(heading(page, "My leads")).toBeVisible();
  expect((await page.request.get(address)).status()).toBe(404);
});

test("a name that is missing or taken is said at the form, and nothing typed is lost", async ({ page, signIn, visit }) => {
  const name = unique("Twice");
  await signIn(page, "rep@demo.test");
  await visit(page, "/leads?view=all");
  await keep(page, name);
  await visit(page, "/leads?view=won&tool=view");
  const form = page.locator("form").filter({ has: page.getByRole("button", { name: "Save view" }) });
  await form.getByRole("button", { name: "Save view" }).click();
  await expect(form.getByText("a name", { exact: false }).first()).toBeVisible();
  await form.getByLabel("Name").fill(name.toUpperCase());
  await form.getByRole("button", { name: "Save view" }).click();
  await expect(form.getByText("A view of this name is taken already")).toBeVisible();
  await expect(form.getByLabel("Name")).toHaveValue(name.toUpperCase());
});

test("a view opens first once it is chosen to", async ({ page, signIn, visit }) => {
  await signIn(page, "intake@demo.test");
  const name = unique("First");
  await visit(page, "/leads?view=unassigned");
  await keep(page, name);
  await visit(page, `${page.url()}&tool=view`);
  await page.getByRole("button", { name: "Open it first from now on" }).click();
  await expect(page).toHaveURL(/\/leads\?saved=\d+$/);
  await visit(page, "/leads");
  await expect(heading(page, name)).toBeVisible();
  // Other lists are a click away as before.
  await views(page).click();
  await page.locator("details[open]").getByRole("link", { name: "My leads", exact: true }).click();
  await expect(heading(page, "My leads")).toBeVisible();
  await visit(page, "/leads");
  await visit(page, `${new URL(page.url()).pathname}?tool=view`);
  await page.getByRole("button", { name: "Open my leads first again" }).click();
  await expect(page).toHaveURL(/\/leads\?saved=\d+$/);
  await visit(page, "/leads");
  await expect(heading(page, "My leads")).toBeVisible();
});

test("a shared view is its group's; a private one is nobody else's", async ({ page, signIn, join, visit }) => {
  const open = async (person: Person, address: string) => {
    const other = await join(person);
    return (await other.goto(address))?.status();
  };
  await signIn(page, "rep@demo.test");
  await visit(page, "/leads?view=all");
  const mine = await keep(page, unique("Private"));
  await visit(page, "/leads?view=all");
  const ours = await keep(page, unique("Shared"), "North");
  expect(await open("manager@demo.test", ours)).toBe(200);
  expect(await open("rep2@demo.test", ours)).toBe(404);
  for (const person of ["manager@demo.test", "admin@demo.test", "rep2@demo.test"] as const) expect(await open(person, mine)).toBe(404);
});

test("columns are chosen, moved and taken away by links", async ({ page, signIn, visit }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, "/leads?view=all");
  await page.getByRole("link", { name: "Columns", exact: true }).click();
  await page.getByRole("link", { name: "Last comment", exact: true }).click();
  await expect(column(page, "Last comment")).toBeVisible();
  await page.getByRole("link", { name: "Take Account away" }).click();
  await expect(column(page, "Account")).toHaveCount(0);
  await page.getByRole("link", { name: "Move Last comment to the left" }).click();
  await expect(page).toHaveURL(/columns=number(,|%2C)name(,|%2C)status(,|%2C)owner(,|%2C)source(,|%2C)score(,|%2C)amount(,|%2C)last_comment(,|%2C)updated/);
  await page.getByRole("link", { name: "The usual columns" }).click();
  await expect(column(page, "Account")).toBeVisible();
  await expect(column(page, "Last comment")).toHaveCount(0);
  await page.getByRole("link", { name: "Close" }).click();
  await expect(page).not.toHaveURL(/tool=/);
});

test("a view that names what is gone opens without it and says so", async ({ page, signIn, visit }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, "/leads?view=all&source=Carrier+pigeon");
  await keep(page, unique("Pigeons"));
  await expect(page.getByText("Left out, because it is no longer there: Source: Carrier pigeon.")).toBeVisible();
  await expect(page.locator("tr.row").first()).toBeVisible();
});

test("a list in groups says how many each has, and leads to all of them", async ({ page, signIn, visit }) => {
  await signIn(page, "manager@demo.test");
  await visit(page, "/leads?view=all");
  await page.locator(".filter-bar__end summary").filter({ hasText: /^Group$/ }).click();
  await page.locator("details[open]").getByRole("link", { name: "Status", exact: true }).click();
  await expect(page).toHaveURL(/group_by=status/);
  const won = page.locator("tr.group").filter({ has: page.getByRole("link", { name: "Won", exact: true }) });
  await expect(won).toContainText(/\d+ leads? · £/);
  const count = Number.parseInt((await won.locator(".group__figures").innerText()).trim(), 10);
  await won.getByRole("link").click();
  await expect(page).toHaveURL(/[?&]status=Won/);
  await expect(page.locator(".list__foot")).toContainText(count === 1 ? "1 lead" : `${count} leads`);
});
