import type { Locator, Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";
import { partOf, unfold } from "./filter-panel.ts";
import type { Person } from "./people.ts";

const TARGET = 44;

const PAGES: { path: string; as?: Person }[] = [
  { path: "/login" },
  { path: "/register" },
  { path: "/register/thanks" },
  { path: "/", as: "rep@demo.test" },
  { path: "/leads", as: "rep@demo.test" },
  { path: "/leads?view=all&source=Web&sort=-score", as: "admin@demo.test" },
  { path: "/leads?q=zzzzzz", as: "rep@demo.test" },
  { path: "/leads/board", as: "rep@demo.test" },
  { path: "/leads/new", as: "rep@demo.test" },
  { path: "/intake", as: "intake@demo.test" },
  { path: "/refer", as: "rep@demo.test" },
  { path: "/tasks", as: "rep@demo.test" },
  { path: "/tasks/calendar", as: "rep@demo.test" },
  { path: "/tickets", as: "rep@demo.test" },
  { path: "/accounts", as: "rep@demo.test" },
  { path: "/accounts/1", as: "rep@demo.test" },
  { path: "/accounts/new", as: "rep@demo.test" },
  { path: "/contacts", as: "rep@demo.test" },
  { path: "/contacts/1", as: "rep@demo.test" },
  { path: "/contacts/new", as: "rep@demo.test" },
  { path: "/admin/users", as: "admin@demo.test" },
  { path: "/radar", as: "admin@demo.test" },
  { path: "/reps", as: "manager@demo.test" },
  { path: "/thresholds", as: "manager@demo.test" },
  { path: "/territories", as: "admin@demo.test" },
  { path: "/admin/event-kinds", as: "admin@demo.test" },
  { path: "/admin/scoring", as: "admin@demo.test" },
  { path: "/admin/playbook", as: "admin@demo.test" },
  { path: "/admin/ladders", as: "admin@demo.test" },
  { path: "/admin/outbox", as: "admin@demo.test" },
  { path: "/admin/registration", as: "admin@demo.test" },
  { path: "/admin/mail-in", as: "admin@demo.test" },
  { path: "/admin/templates/lead_for_you", as: "admin@demo.test" },
  { path: "/admin", as: "admin@demo.test" },
  { path: "/admin/types", as: "admin@demo.test" },
  { path: "/admin/types/1", as: "admin@demo.test" },
  { path: "/admin/lists/source", as: "admin@demo.test" },
  { path: "/admin/roles", as: "admin@demo.test" },
  { path: "/admin/audit", as: "admin@demo.test" },
  { path: "/admin/groups", as: "admin@demo.test" },
  { path: "/import", as: "manager@demo.test" },
  { path: "/me", as: "rep@demo.test" },
  { path: "/leads/99999999", as: "rep@demo.test" },
];

/** What can be scrolled sideways, and what sticks out. */
async function expectNoSidewaysScrolling(page: Page) {
  const found = await page.evaluate(() => {
    const wide = [document.scrollingElement!, document.querySelector("main")!].filter((element) => element.scrollWidth > element.clientWidth + 1);
    if (wide.length === 0) return [];
    const outside = [...document.querySelectorAll("main *")].filter((element) => element.getBoundingClientRect().right > innerWidth + 1);
    return [...wide, ...outside].slice(0, 8).map((element) => `${element.tagName} ${element.className} ${Math.round(element.getBoundingClientRect().right)}`);
  });
  expect(found, `sticks out of ${page.url()}`).toEqual([]);
}

async function expectTouchable(...targets: Locator[]) {
  for (const target of targets) {
    await target.scrollIntoViewIfNeeded();
    const box = await target.boundingBox();
    expect.soft(Math.round(box!.height), `height of ${target}`).toBeGreaterThanOrEqual(TARGET);
    expect.soft(Math.round(box!.width), `width of ${target}`).toBeGreaterThanOrEqual(TARGET);
  }
}

/** What happens to lie half under the bar at the bottom would count as too small a target. */
async function showWhole(page: Page) {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: 390, height: height + 100 });
}

for (const { path, as } of PAGES) {
  test(`fits the screen: ${path}`, async ({ page, signIn, visit }) => {
    if (as) await signIn(page, as);
    await visit(page, path);
    await expect(page.getByRole("main")).toBeVisible();
    await expectNoSidewaysScrolling(page);
    if (as) await expect(page.getByRole("navigation", { name: "Main, in reach of the thumb" })).toBeInViewport({ ratio: 0.99 });
  });
}

const MAIN: { path: string; as?: Person }[] = [
  { path: "/", as: "rep@demo.test" },
  { path: "/leads", as: "rep@demo.test" },
  { path: "/leads/board", as: "rep@demo.test" },
  { path: "/intake", as: "intake@demo.test" },
  { path: "/register" },
  { path: "/accounts", as: "rep@demo.test" },
];

for (const { path, as } of MAIN) {
  test(`anyone can use on a phone: ${path}`, async ({ page, signIn, visit, expectAccessible }) => {
    // Hundreds of cards or rows in two themes.
    test.slow();
    if (as) await signIn(page, as);
    await visit(page, path);
    await expect(page.getByRole("main")).toBeVisible();
    if (path === "/") await showWhole(page);
    await expectAccessible(page);
  });
}

test("anyone can use on a phone: a lead", async ({ page, signIn, visit, addLead, expectAccessible }) => {
  test.slow();
  await signIn(page, "rep@demo.test");
  const values = { full_name: unique("Ada"), phones: "0161 496 0123", emails: "ada@example.test", city: "Leeds", offerings: "Managed IT", score: "61" };
  const number = await addLead(page, values);
  await visit(page, `/leads/${number}`);
  await expect(page.getByRole("heading", { level: 1, name: values.full_name })).toBeVisible();
  await showWhole(page);
  await expectAccessible(page);
});

test("the bar at the bottom leads everywhere", async ({ page, signIn, visit }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, "/leads");
  const bar = page.getByRole("navigation", { name: "Main, in reach of the thumb" });
  await expectTouchable(
    bar.getByRole("link", { name: "My day", exact: true }),
    bar.getByRole("link", { name: "Leads", exact: true }),
    bar.getByRole("link", { name: "Accounts", exact: true }),
    bar.getByRole("link", { name: "Add lead", exact: true }),
    bar.getByRole("link", { name: "Contacts", exact: true }),
    bar.locator("summary"),
  );
  await bar.getByRole("link", { name: "Accounts", exact: true }).tap();
  await expect(page.getByRole("heading", { level: 1, name: "Accounts" })).toBeVisible();
  await bar.getByRole("link", { name: "Add lead", exact: true }).tap();
  await expect(page.getByRole("heading", { level: 1, name: "Add a lead" })).toBeVisible();
  await bar.locator("summary").tap();
  const profile = bar.getByRole("link", { name: "Your profile" });
  await expect(profile).toBeInViewport({ ratio: 0.99 });
  const notices = bar.getByRole("link", { name: "Notices", exact: true });
  await expectTouchable(profile, notices, bar.getByRole("link", { name: "Refer a lead" }), bar.getByRole("button", { name: "Sign out" }));
  await profile.tap();
  await expect(page.getByRole("heading", { level: 1, name: "Your profile" })).toBeVisible();
  await bar.locator("summary").tap();
  await notices.tap();
  await expect(page.getByRole("heading", { level: 1, name: "Notices" })).toBeVisible();
});

test("what is done less with accounts is in a menu, beside what is done most", async ({ page, signIn, visit }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, "/accounts");
  const head = page.locator(".page__head");
  const add = head.getByRole("link", { name: "Add account" });
  const more = head.getByLabel("More about accounts");
  await expectTouchable(add, more);
  const middles = await Promise.all([head.getByRole("heading"), add, more].map(async (part) => {
    const box = (await part.boundingBox())!;
    return box.y + box.height / 2;
  }));
  expect(Math.max(...middles) - Math.min(...middles), "they share a line").toBeLessThan(4);
  await more.tap();
  const distributors = head.getByRole("link", { name: "Distributors", exact: true });
  await expect(distributors).toBeInViewport({ ratio: 0.99 });
  await expectTouchable(distributors, head.getByRole("link", { name: "Near duplicates", exact: true }));
  await distributors.tap();
  await expect(page).toHaveURL(/\/territories$/);
});

test("what is said of a territory keeps its distance from the form below", async ({ page, signIn, visit }) => {
  await signIn(page, "admin@demo.test");
  await visit(page, "/territories");
  const part = page.locator(".section").filter({ has: page.getByRole("button", { name: "Name distributor" }) }).first();
  const said = (await part.locator("> p").last().boundingBox())!;
  const form = (await part.locator("form").boundingBox())!;
  expect(form.y - (said.y + said.height)).toBeGreaterThanOrEqual(12);
});

test("a lead is added with a thumb", async ({ page, signIn, visit }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, "/leads/new");
  const save = page.getByRole("button", { name: "Add lead", exact: true });
  await expectTouchable(
    page.getByRole("textbox", { name: /^Full name/ }),
    page.getByRole("combobox", { name: /^Source/ }),
    page.getByText("More fields"),
    save,
    page.getByRole("link", { name: "Cancel" }),
  );
  const name = unique("Thumb");
  await page.getByRole("textbox", { name: /^Full name/ }).fill(name);
  await save.tap();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
});

test("a lead is worked with a thumb", async ({ page, signIn, visit, addLead }) => {
  await signIn(page, "rep@demo.test");
  const number = await addLead(page, { full_name: unique("Ana"), company: unique("A company with quite a long name"), phones: "0161 496 0123", emails: "ana.with.a.long.address@a-company-with-quite-a-long-name.example", city: "Leeds" });
  await visit(page, `/leads/${number}`);
  await expectNoSidewaysScrolling(page);
  const head = page.locator(".record__head");
  await expectTouchable(
    head.getByRole("button", { name: "Start work" }).first(),
    head.locator("summary").filter({ hasText: "Lose" }),
    head.getByLabel("More actions"),
    head.getByRole("link", { name: "Call", exact: true }),
    head.getByRole("link", { name: "Mail", exact: true }),
    page.getByRole("textbox", { name: "Comment", exact: true }),
    page.getByRole("button", { name: "Comment", exact: true }),
    page.getByRole("radio", { name: "Flag" }),
    page.getByRole("button", { name: /, change city$/ }),
  );
  await page.getByRole("button", { name: /, change city$/ }).tap();
  await expectTouchable(page.getByRole("textbox", { name: "City" }), page.getByRole("button", { name: "Save city" }));
  await expectNoSidewaysScrolling(page);
  await head.locator("summary").filter({ hasText: "Lose" }).tap();
  await expect(page.getByRole("combobox", { name: "Why was it lost?" })).toBeInViewport({ ratio: 0.99 });
  await expectTouchable(page.getByRole("combobox", { name: "Why was it lost?" }), page.getByRole("button", { name: "Lose lead" }));
  await expectNoSidewaysScrolling(page);
});

test("an attempt is logged with a thumb", async ({ page, signIn, visit, addLead }) => {
  await signIn(page, "rep@demo.test");
  const values = { full_name: unique("Ana"), phones: "0161 411 2082", emails: "ana.with.a.long.address@a-company-with-quite-a-long-name.example" };
  await visit(page, `/leads/${await addLead(page, values)}`);
  const channels = page.locator("details.attempt > summary");
  await expectTouchable(...(await channels.all()));
  for (const name of ["E-mail", "Call"]) {
    await channels.filter({ hasText: name }).tap();
    const open = page.locator("details.attempt[open]");
    await expectTouchable(...(await open.getByRole("button").all()), ...(await open.getByRole("link").all()));
    await expectNoSidewaysScrolling(page);
    await channels.filter({ hasText: name }).tap();
  }
  await channels.filter({ hasText: "Call" }).tap();
  await page.getByRole("button", { name: "Blocked by reception" }).tap();
  await expect(page.getByRole("region", { name: "Reach them" })).toContainText("Tried so far: 1");
});

test("the first of a lead's facts keep their distance from the tabs above", async ({ page, signIn, visit, addLead }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, `/leads/${await addLead(page, { full_name: unique("Apart") })}`);
  const tabs = (await page.getByRole("navigation", { name: "Parts of this lead" }).boundingBox())!;
  const tasks = (await page.getByRole("region", { name: "Tasks", exact: true }).boundingBox())!;
  expect(tasks.y - (tabs.y + tabs.height)).toBeGreaterThanOrEqual(11);
});

test("the list is filtered with a thumb", async ({ page, signIn, visit }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, "/leads?view=all");
  const filter = page.locator("summary").filter({ hasText: "Filter" });
  await expectTouchable(filter, page.locator("tr.row").first());
  await filter.tap();
  await expectNoSidewaysScrolling(page);
  const show = page.getByRole("button", { name: "Show leads" });
  await expectTouchable(partOf(page, "Source").locator("summary"), show);
  const source = await unfold(page, "Source");
  await expectNoSidewaysScrolling(page);
  await expectTouchable(source.locator("label").filter({ hasText: /^Web$/ }));
  await source.getByLabel("Web", { exact: true }).check();
  const closed = await unfold(page, "Closed");
  await expectTouchable(closed.getByLabel("Closed from"), closed.getByLabel("Closed until"));
  await expectNoSidewaysScrolling(page);
  await show.tap();
  await expect(page).toHaveURL(/source=Web/);
  await expectTouchable(page.getByRole("link", { name: /Source:\s*Web\s*, remove/ }));
});

test("signing in and registering are easy to touch", async ({ page }) => {
  await page.goto("/login");
  await expectTouchable(page.getByRole("textbox", { name: "E-mail" }), page.getByLabel("Password", { exact: true }), page.getByRole("button", { name: "Sign in", exact: true }));
  await page.goto("/register");
  await expectTouchable(page.getByRole("textbox", { name: /^Your name/ }), page.getByRole("checkbox", { name: "You may use" }).locator(".."), page.getByRole("button", { name: "Ask for a call" }));
});

test("what is due today is done with a thumb", async ({ page, signIn, visit }) => {
  const title = unique("Ring them");
  await signIn(page, "rep2@demo.test");
  const form = { title, due: "2020-01-02" };
  await page.request.post("/tasks", { form, headers: { origin: process.env.LEADWRIGHT_E2E_URL!, accept: "application/json" } });
  await visit(page, "/leads");
  await page.getByRole("navigation", { name: "Main, in reach of the thumb" }).getByRole("link", { name: "My day", exact: true }).tap();
  const item = page.getByRole("region", { name: "Overdue" }).getByRole("listitem").filter({ hasText: title });
  const finish = item.getByRole("button", { name: `Finish: ${title}` });
  await expectTouchable(finish, item.getByRole("link", { name: title }));
  await expectNoSidewaysScrolling(page);
  await finish.tap();
  await expect(item).toHaveCount(0);
});
