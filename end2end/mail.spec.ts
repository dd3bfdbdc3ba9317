// Mails that people get: the outbox, the words of templates, and one's own choice.
import { expect, test, unique } from "./fixtures.ts";
import type { Person } from "./people.ts";

test("who is given a lead gets a mail, which waits in the outbox without a mail server", async ({ page, signIn, visit, addLead }) => {
  const name = unique("Jo");
  await signIn(page, "intake@demo.test");
  const lead = await addLead(page, { full_name: name, company: unique("Acme"), owner: "Owen Pryce", message: "Call me & <b>soon</b>" });
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/outbox");
  await expect(page.getByRole("note")).toContainText("No mail server is set, so mail waits here");
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row).toContainText("Owen Pryce <rep2@demo.test>");
  await expect(row).toContainText("Waiting");
  await expect(row).toContainText("Not yet");
  await expect(row.getByRole("button")).toHaveCount(0);
  await row.getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(name);
  const text = page.locator(".mail-text");
  await expect(text).toContainText("Hello Owen Pryce,");
  await expect(text).toContainText(`Grace Okafor gave you lead ${lead}: ${name}`);
  await expect(text).toContainText("Call me & <b>soon</b>");
  await expect(text).toContainText(`/leads/${lead}`);
  await page.getByRole("link", { name: `# ${lead}` }).click();
  await expect(page).toHaveURL(new RegExp(`/leads/${lead}$`));
});

test("the words of a mail are changed, refused at their field, and set back", async ({ page, signIn, visit, javaScriptEnabled }) => {
  // Each way of looking at it has a mail of its own.
  const [kind, label] = javaScriptEnabled ? ["referral_won", "A lead you referred was won"] : ["referral_lost", "A lead you referred was lost"];
  const subject = unique("Well done");
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/templates");
  await page.getByRole("link", { name: label }).click();
  await expect(page.getByRole("heading", { level: 1, name: label })).toBeVisible();
  const preview = page.getByRole("group", { name: "Preview, with an example" });
  await expect(preview).toContainText("Hello Maya Lindqvist,");
  const fields = page.getByRole("row").filter({ hasText: "{{lead.name}}" });
  await expect(fields).toContainText("The lead's name");

  await page.getByRole("textbox", { name: "Subject" }).fill(`${subject}: {{lead.nmae}}`);
  await page.getByRole("textbox", { name: "Text" }).fill("Hello {{person}}, {{lead.name}} it is.");
  await page.getByRole("button", { name: "Save mail" }).click();
  await expect(page.locator("#subject-error")).toContainText("There is no field “{{lead.nmae}}” in this mail");
  await expect(page.getByRole("textbox", { name: "Subject" })).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByRole("textbox", { name: "Text" }), "nothing typed is lost").toHaveValue("Hello {{person}}, {{lead.name}} it is.");
  await expect(preview).toContainText("Hello Maya Lindqvist, Ana Reyes it is.");

  await page.getByRole("textbox", { name: "Subject" }).fill(`${subject}: {{lead.name}}`);
  if (javaScriptEnabled) await expect(preview).toContainText(`${subject}: Ana Reyes`);
  await page.getByRole("button", { name: "Save mail" }).click();
  const row = page.getByRole("row").filter({ hasText: label });
  await expect(row).toContainText("Changed");

  await visit(page, `/admin/templates/${kind}`);
  await expect(preview).toContainText(`${subject}: Ana Reyes`);
  await page.getByRole("button", { name: "Back to the standard words" }).click();
  await expect(row).toBeVisible();
  await expect(row).not.toContainText("Changed");
});

test("mails are switched off and on in one's profile", async ({ page, signIn, visit, javaScriptEnabled }) => {
  const person: Person = javaScriptEnabled ? "intake@demo.test" : "manager@demo.test";
  await signIn(page, person);
  await visit(page, "/me");
  const box = page.getByRole("checkbox", { name: "Send me a mail when somebody gives me a lead" });
  const form = page.locator("form[action='/me/notices']");
  await expect(box).toBeChecked();
  await box.uncheck();
  await form.getByRole("button", { name: "Save notices" }).click();
  if (javaScriptEnabled) await expect(page.getByText("Saved which mails you get")).toBeVisible();
  await visit(page, "/me");
  await expect(box).not.toBeChecked();
  await box.check();
  await form.getByRole("button", { name: "Save notices" }).click();
  if (javaScriptEnabled) await expect(page.getByText("Saved which mails you get")).toBeVisible();
  await visit(page, "/me");
  await expect(box).toBeChecked();
});

test("outbox and templates are for administrators", async ({ page, signIn }) => {
  await signIn(page, "manager@demo.test");
  for (const path of ["/admin/outbox", "/admin/outbox/1", "/admin/templates", "/admin/templates/lead_for_you"]) {
    expect((await page.goto(path))?.status(), path).toBe(403);
  }
});
