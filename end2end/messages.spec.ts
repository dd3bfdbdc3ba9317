// Messages to the persons of leads: from a template to the outbox, and to who wants no more.
import { expect, test, unique } from "./fixtures.ts";

test("a rep writes to a lead from a template and sees it in the timeline", async ({ page, signIn, visit, addLead, javaScriptEnabled }) => {
  const template = unique("Intro");
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/messages");
  const add = page.locator("form[action='/admin/messages']");
  await add.getByRole("textbox", { name: "Name" }).fill(template);
  await add.getByRole("textbox", { name: "Subject" }).fill("Hello {{lead.nmae}}");
  await add.getByRole("textbox", { name: "Text" }).fill("Hello {{lead.first_name}},\n\nshall we talk?\n{{by}}");
  await add.getByRole("button", { name: "Add template" }).click();
  await expect(page.locator("#subject-error")).toContainText("There is no field “{{lead.nmae}}” in this mail");
  await expect(add.getByRole("textbox", { name: "Name" }), "nothing typed is lost").toHaveValue(template);
  await add.getByRole("textbox", { name: "Subject" }).fill("Hello {{account}}");
  await add.getByRole("button", { name: "Add template" }).click();
  await expect(page.locator("summary", { hasText: template })).toBeVisible();

  await signIn(page, "rep@demo.test");
  const company = unique("Acme");
  const email = `${unique("jo").replace(/\W+/g, "-").toLowerCase()}@acme.test`;
  const lead = await addLead(page, { full_name: "Jo Field", company, emails: email });
  await visit(page, `/leads/${lead}`);
  await page.getByRole("link", { name: "Write a message" }).click();
  await page.getByRole("navigation", { name: "Templates" }).getByRole("link", { name: template }).click();
  const preview = page.getByRole("group", { name: "What they get" });
  await expect(preview).toContainText(`Hello ${company}`);
  await expect(preview).toContainText("Hello Jo,");
  const text = page.getByRole("textbox", { name: "Text" });
  await expect(text).toHaveValue(/^Hello \{\{lead\.first_name\}\},/);
  await text.fill("Hello {{lead.first_name}}, call me.");
  if (javaScriptEnabled) await expect(preview).toContainText("Hello Jo, call me.");
  await page.getByRole("button", { name: "Send message" }).click();
  await expect(page).toHaveURL(new RegExp(`/leads/${lead}$`));
  const entry = page.locator("ol.timeline > li").filter({ hasText: `wrote an e-mail to ${email}` });
  await expect(entry).toContainText("Hello Jo, call me.");
  await visit(page, `/leads/${lead}/message`);
  await expect(page.getByRole("region", { name: "Sent before" })).toContainText("Waiting");
});

test("who gets a message wants no more, and nobody can write to them", async ({ page, baseURL, signIn, visit, addLead }) => {
  const subject = unique("Prices");
  const email = `${unique("jo").replace(/\W+/g, "-").toLowerCase()}@acme.test`;
  await signIn(page, "admin@demo.test");
  const lead = await addLead(page, { full_name: "Jo Field", company: unique("Acme"), emails: email });
  const headers = { origin: baseURL!, accept: "application/json" };
  await page.request.post(`/leads/${lead}/messages`, { form: { subject, body: "They are low." }, headers });
  await visit(page, "/admin/outbox");
  await page.getByRole("row").filter({ hasText: subject }).getByRole("link").first().click();
  const address = (await page.locator(".mail-text").innerText()).match(/\/unsubscribe\/[0-9a-f]+/)![0];
  // As a mail program does it: without a session, without a page.
  const asked = await fetch(`${baseURL}${address}/now`, { method: "POST", body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }) });
  expect(asked.status).toBe(200);
  await visit(page, address);
  await expect(page.getByRole("status")).toContainText(`sends no messages to ${email} any more`);
  await visit(page, `/leads/${lead}/message`);
  await expect(page.getByText("They want no more messages; call them instead")).toBeVisible();
  await visit(page, address);
  await page.getByRole("button", { name: "Send them again" }).click();
  await expect(page.getByRole("button", { name: "Send me no more" })).toBeVisible();
  await visit(page, `/leads/${lead}/message`);
  await page.getByRole("button", { name: `Note that ${email} wants no more messages` }).click();
  await expect(page.getByText("Wants no messages")).toBeVisible();
});

test("material is kept by an administrator, found, and sent with a message", async ({ page, signIn, visit, addLead, takenOver }) => {
  const name = unique("Brochure");
  await signIn(page, "admin@demo.test");
  await visit(page, "/material");
  const file = (text: string) => ({ name: "brochure.pdf", mimeType: "application/pdf", buffer: Buffer.from(text) });
  await page.getByLabel("File", { exact: true }).setInputFiles(file("<script>alert(1)</script>"));
  await page.locator("form[action='/material'][method=post]").getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await takenOver(page);
  await expect(page.locator("#document-error")).toContainText("its content is something else");
  await page.getByLabel("File", { exact: true }).setInputFiles(file("%PDF-1.7 hello"));
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await takenOver(page);
  await expect(page.getByRole("link", { name })).toBeVisible();

  await signIn(page, "rep@demo.test");
  await visit(page, "/material");
  await page.getByRole("searchbox", { name: "Search the library" }).fill(name);
  await page.getByRole("button", { name: "Search" }).click();
  await expect(page.getByRole("status").filter({ hasText: "1 piece" })).toBeVisible();
  const email = `${unique("jo").replace(/\W+/g, "-").toLowerCase()}@acme.test`;
  const lead = await addLead(page, { full_name: "Jo Field", company: unique("Acme"), emails: email });
  await visit(page, `/leads/${lead}/message`);
  await page.getByRole("textbox", { name: "Subject" }).fill("As you asked");
  await page.getByRole("textbox", { name: "Text" }).fill("Here it is.");
  await page.locator("summary", { hasText: "Send material with it" }).click();
  await page.getByRole("checkbox", { name: `Attach ${name}` }).check();
  await page.getByRole("button", { name: "Send message" }).click();
  await expect(page).toHaveURL(new RegExp(`/leads/${lead}$`));
  await expect(page.locator("ol.timeline > li").filter({ hasText: "As you asked" })).toContainText(`Sent with it: ${name}`);
});

test("a lead is put on a plan, which is paused, gone on with and stopped", async ({ page, baseURL, signIn, visit, addLead }) => {
  const [template, plan] = [unique("Intro"), unique("Long")];
  await signIn(page, "admin@demo.test");
  const headers = { origin: baseURL!, accept: "application/json" };
  await page.request.post("/admin/messages", { form: { name: template, subject: "Hello", body: "Hello {{lead.first_name}}" }, headers });
  await visit(page, "/admin/nurture");
  const add = page.locator("form[action='/admin/nurture']");
  await add.getByRole("textbox", { name: "Name" }).fill(plan);
  await add.getByRole("textbox", { name: "Steps" }).fill("30 No such template");
  await add.getByRole("button", { name: "Add plan" }).click();
  await expect(page.locator("#steps-error")).toContainText("There is no template “No such template”");
  await add.getByRole("textbox", { name: "Steps" }).fill(`30 ${template}\n60 ${template}`);
  await add.getByRole("button", { name: "Add plan" }).click();
  await expect(page.locator("summary", { hasText: plan })).toBeVisible();

  await signIn(page, "rep@demo.test");
  const email = `${unique("jo").replace(/\W+/g, "-").toLowerCase()}@acme.test`;
  const lead = await addLead(page, { full_name: "Jo Field", company: unique("Acme"), emails: email });
  await visit(page, `/leads/${lead}/message`);
  const part = page.getByRole("region", { name: "Nurture" });
  await part.getByLabel("Plan").selectOption(plan);
  await part.getByRole("button", { name: "Begin plan" }).click();
  await expect(part).toContainText("0 of 2 sent");
  await expect(part).toContainText("Next message:");
  await part.getByRole("button", { name: "Pause" }).click();
  await expect(part).toContainText("Paused");
  await part.getByRole("button", { name: "Go on" }).click();
  await expect(part).toContainText("Running");
  await part.getByRole("button", { name: "Stop" }).click();
  await expect(part).toContainText("Stopped");
  await visit(page, `/leads/${lead}?timeline=mails`);
  await expect(page.locator("ol.timeline > li").first()).toContainText(`stopped the plan “${plan}”`);
});
