// Mail that comes in: the lead that it makes, and the page on which administrators read it.
import { expect, test, unique } from "./fixtures.ts";
import { mailIn } from "./server.ts";

test("an e-mail becomes a lead, and is read where it came from", async ({ page, signIn, visit }) => {
  const name = unique("Jo");
  const subject = unique("Printers & <b>ink</b>");
  // Somebody else each time: a further mail of the same address joins the lead of the first.
  const address = `${unique("jo").replace(/\W+/g, "-").toLowerCase()}@acme.test`;
  const { mail, lead } = await mailIn(`From: ${name} <${address}>\nSubject: ${subject}\n\nWe need <i>ten</i>.\n`);
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/mail-in");
  const row = page.getByRole("row").filter({ hasText: subject });
  await expect(row).toContainText(`${name} <${address}>`);
  await expect(row).toContainText("New lead");
  await row.getByRole("link", { name: subject }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(subject);
  await expect(page.locator(".mail-text")).toContainText("We need <i>ten</i>.");
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "As a file" }).click()]);
  expect(file.suggestedFilename()).toBe(`mail-${mail}.eml`);

  await page.getByRole("link", { name: `# ${lead}` }).click();
  await expect(page).toHaveURL(new RegExp(`/leads/${lead}$`));
  const entry = page.getByRole("listitem").filter({ hasText: "wrote an e-mail" });
  await entry.getByRole("link", { name: "Read the e-mail" }).click();
  await expect(page).toHaveURL(new RegExp(`/mail-in/${mail}$`));
  await expect(page.locator("body")).toContainText("We need <i>ten</i>.");
});

test("a colleague's e-mail says who the lead is, and a program's makes none", async ({ page, signIn, visit }) => {
  const name = unique("Al");
  const text = `Name: ${name}\nCompany: ${unique("Bee")}\nPhone: 0161 496 0123\n`;
  const told = await mailIn(`From: rep2@demo.test\nSubject: ${unique("From the fair")}\n\n${text}`);
  await signIn(page, "admin@demo.test");
  await visit(page, `/leads/${told.lead}`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(name);
  await expect(page.getByRole("listitem").filter({ hasText: "mailed in by Owen Pryce" })).toBeVisible();

  const away = unique("I am away");
  const ignored = await mailIn(`From: jo@acme.test\nAuto-Submitted: auto-replied\nSubject: ${away}\n\nBack on Monday.\n`);
  expect(ignored.lead).toBeNull();
  await visit(page, "/admin/mail-in");
  const row = page.getByRole("row").filter({ hasText: away });
  await expect(row).toContainText("Ignored");
  await expect(row).toContainText("A program wrote it");
});

test("incoming mail is for administrators", async ({ page, signIn }) => {
  await signIn(page, "rep@demo.test");
  for (const path of ["/admin/mail-in", "/admin/mail-in/1", "/admin/mail-in/1/original.eml"]) {
    expect((await page.request.get(path)).status(), path).toBe(403);
  }
});
