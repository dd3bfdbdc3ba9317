// What has to be done: on a lead's page, under its name as its next step, and on a page of one's own.
import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";

const section = (page: Page) => page.getByRole("region", { name: "Tasks", exact: true });
const item = (page: Page, title: string) => page.locator("li.task").filter({ hasText: title });
const undo = (page: Page, done: string) => page.locator(".toast", { hasText: done }).getByRole("button", { name: "Undo" });

/** Fills the form that adds a task, and sends it. */
async function add(page: Page, values: Record<string, string>) {
  const form = page.locator("details").filter({ has: page.locator("#new-task-title") }).first();
  if (!(await page.locator("#new-task-title").isVisible())) await form.locator("summary").first().click();
  for (const [name, value] of Object.entries(values)) await page.locator(`#new-task-${name}`).fill(value);
  await page.getByRole("button", { name: "Add task" }).click();
}

test("an open lead is flagged until something is planned for it, and one tap finishes that", async ({
  page,
  signIn,
  visit,
  addLead,
  javaScriptEnabled,
  expectAccessible,
}) => {
  const title = unique("Call Jo");
  await signIn(page, "rep@demo.test");
  const lead = await addLead(page, { full_name: unique("Jo"), company: unique("Acme") });
  await visit(page, `/leads/${lead}`);
  const next = page.locator(".next-step");
  await expect(next).toContainText("No next step");
  await add(page, {});
  await expect(page.locator("#new-task-title-error")).toHaveText("Enter what is to be done");
  await add(page, { title, due: "2031-03-04", time: "09:30" });
  await expect(next).toContainText(title);
  await expect(next).toContainText("4 Mar 2031, 09:30");
  await expect(page.locator(".timeline")).toContainText(`added the task “${title}”`);
  await expectAccessible(page);

  await page.getByRole("button", { name: `Finish: ${title}` }).click();
  await expect(next).toContainText("No next step");
  await expect(page.locator(".timeline")).toContainText(`finished the task “${title}”`);
  if (javaScriptEnabled) {
    await undo(page, "Task finished").click();
  } else {
    await section(page).locator("summary", { hasText: "Done: 1" }).click();
    await page.getByRole("button", { name: `Reopen: ${title}` }).click();
  }
  await expect(next).toContainText(title);
});

test("who cannot be called is asked for at reception, with one tap", async ({ page, signIn, visit, addLead }) => {
  await signIn(page, "rep@demo.test");
  const lead = await addLead(page, { full_name: unique("Jo"), company: unique("Acme") });
  await visit(page, `/leads/${lead}`);
  await page.getByRole("button", { name: "Plan to ask reception" }).click();
  await expect(page.locator(".next-step")).toContainText("Ask reception for their direct line or mobile");
  await expect(page.getByRole("button", { name: "Plan to ask reception" })).toHaveCount(0);
});

test("a task is changed where it stands, and what is wrong is said at its field", async ({ page, signIn, visit, addLead }) => {
  const title = unique("Send quote");
  await signIn(page, "rep@demo.test");
  const lead = await addLead(page, { full_name: unique("Jo"), company: unique("Acme") });
  await visit(page, `/leads/${lead}`);
  await add(page, { title });
  const task = item(page, title);
  await expect(task).toBeVisible();
  await task.getByLabel(`Change the task ${title}`).click();
  await task.locator("summary", { hasText: "Reminder, repeat and details" }).click();
  await task.getByRole("combobox", { name: "Repeat" }).selectOption({ label: "Every week" });
  await task.getByRole("button", { name: "Save task" }).click();
  const error = page.locator("li.task .field__error").first();
  await expect(error).toHaveText("Enter the day on which it is due first");
  await expect(task.getByRole("combobox", { name: "Repeat" }), "nothing chosen is lost").toHaveValue("week");
  await task.getByRole("textbox", { name: "Due on" }).or(task.locator("input[name=due]")).first().fill("2031-03-04");
  await task.getByRole("button", { name: "Save task" }).click();
  await expect(task.locator(".task__facts")).toContainText("Every week");
  await page.getByRole("button", { name: `Finish: ${title}` }).click();
  await expect(page.locator(".next-step")).toContainText("11 Mar 2031");
});

test("what one has to do stands in groups by when it is due", async ({ page, signIn, visit, javaScriptEnabled, expectAccessible }) => {
  const [late, later] = [unique("Late"), unique("Later")];
  await signIn(page, "rep2@demo.test");
  await visit(page, "/leads");
  await page.getByRole("navigation", { name: "Main", exact: true }).getByRole("link", { name: "Tasks" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Tasks" })).toBeVisible();
  await add(page, { title: late, due: "2020-01-02" });
  await expect(page.getByRole("region", { name: "Overdue" })).toContainText(late);
  await add(page, { title: later, due: "2031-03-04" });
  await expect(page.getByRole("region", { name: "Later" })).toContainText(later);
  await expectAccessible(page);
  await item(page, late).getByLabel(`Change the task ${late}`).click();
  await page.getByRole("button", { name: `Remove the task ${late}` }).click();
  await expect(item(page, late)).toHaveCount(0);
  if (javaScriptEnabled) {
    await undo(page, "Task removed").click();
    await expect(item(page, late)).toBeVisible();
  }
  await page.getByRole("button", { name: `Finish: ${later}` }).click();
  await expect(item(page, later)).toHaveCount(0);
  await page.getByRole("navigation", { name: "Which tasks" }).getByRole("link", { name: "Done" }).click();
  await expect(item(page, later)).toBeVisible();
});

test("who leads others looks at their tasks", async ({ page, join, signIn, visit, addLead, takenOver }) => {
  const title = unique("Visit them");
  await signIn(page, "rep@demo.test");
  const lead = await addLead(page, { full_name: unique("Jo"), company: unique("Acme") });
  await visit(page, `/leads/${lead}`);
  await add(page, { title, due: "2020-01-02" });
  await expect(item(page, title)).toBeVisible();
  await visit(page, "/tasks");
  await expect(page.getByLabel("Whose tasks")).toHaveCount(0);
  await expect(item(page, title)).toBeVisible();

  const admin = await join("admin@demo.test");
  await visit(admin, "/tasks");
  await expect(item(admin, title)).toHaveCount(0);
  await admin.getByLabel("Whose tasks").selectOption({ label: "Maya Lindqvist" });
  await admin.getByRole("button", { name: "Show" }).click();
  await takenOver(admin);
  await expect(item(admin, title)).toContainText("Acme");
  await item(admin, title).getByRole("link").click();
  await expect(admin).toHaveURL(new RegExp(`/leads/${lead}$`));
});

test("a calendar reads one's tasks at an address that is shown once", async ({ page, signIn, visit, addLead, expectAccessible }) => {
  const title = unique("Call Jo");
  await signIn(page, "rep2@demo.test");
  const lead = await addLead(page, { full_name: unique("Jo"), company: unique("Acme"), owner: "Owen Pryce" });
  await visit(page, `/leads/${lead}`);
  await add(page, { title, due: "2031-03-04" });
  await expect(page.locator(".next-step")).toContainText(title);
  await visit(page, "/me");
  await page.getByRole("button", { name: "Make a calendar address" }).click();
  const address = await page.getByRole("textbox", { name: "The address" }).inputValue();
  await expectAccessible(page);
  const read = await page.request.get(new URL(address).pathname);
  expect(read.headers()["content-type"]).toBe("text/calendar; charset=utf-8");
  expect((await read.text()).replaceAll("\r\n ", "")).toContain(`SUMMARY:${title}`);
  await page.getByRole("button", { name: "Revoke the address" }).click();
  await expect(page.getByRole("button", { name: "Revoke the address" })).toHaveCount(0);
  expect((await page.request.get(new URL(address).pathname)).status()).toBe(404);
});

test("a calendar shows what is due on which day, by day, week and month", async ({ page, signIn, visit, addLead, expectAccessible }) => {
  const title = unique("Call Jo");
  await signIn(page, "rep2@demo.test");
  const lead = await addLead(page, { full_name: unique("Jo"), company: unique("Acme"), owner: "Owen Pryce" });
  await visit(page, `/leads/${lead}`);
  await add(page, { title, due: "2032-02-10", time: "14:30" });
  await expect(page.locator(".next-step")).toContainText(title);
  await visit(page, "/tasks");
  await page.getByRole("navigation", { name: "Which tasks" }).getByRole("link", { name: "Calendar" }).click();
  await expect(page.getByRole("table")).toBeVisible();
  await expect(page.locator("td[aria-current=date]")).toHaveCount(1);
  await visit(page, "/tasks/calendar?day=2032-02-01");
  await expect(page.getByRole("heading", { level: 2, name: "Feb 2032" })).toBeVisible();
  const day = page.locator("td").filter({ has: page.getByRole("link", { name: "Tue 10 Feb 2032" }) });
  await expect(day).toContainText(`14:30 ${title}`);
  await expectAccessible(page);
  await day.getByRole("link", { name: "Tue 10 Feb 2032" }).click();
  await expect(page.getByRole("heading", { level: 2, name: "10 Feb 2032" })).toBeVisible();
  await page.getByRole("navigation", { name: "How much" }).getByRole("link", { name: "Week" }).click();
  await expect(page.getByRole("heading", { level: 2, name: "9 Feb 2032 to 15 Feb 2032" })).toBeVisible();
  await page.getByRole("link", { name: "After", exact: true }).click();
  await expect(page.getByRole("heading", { level: 2, name: "16 Feb 2032 to 22 Feb 2032" })).toBeVisible();
  await page.getByRole("link", { name: "Before", exact: true }).click();
  await page.getByRole("link", { name: title }).click();
  await expect(page).toHaveURL(new RegExp(`/leads/${lead}$`));
});
