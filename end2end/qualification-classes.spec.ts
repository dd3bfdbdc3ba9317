// How a lead is qualified: its class, an invite that whoever was invited answers, what is known of budget and the rest, interim projects.
import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";
import { acceptance, invitesAmong, mailServer, uidOf } from "./mail-server.ts";
import { mailIn, startServer } from "./server.ts";

const part = (page: Page) => page.getByRole("region", { name: "Qualification", exact: true });
/** The class that the facts show. */
const classOf = (page: Page) => part(page).locator("dl").first().locator(".badge").first();
const open = (page: Page, summary: string) => part(page).locator("summary", { hasText: summary }).click();
const press = (page: Page, name: string) => part(page).locator("button:visible", { hasText: name }).click();

/** Where the invite that went to somebody is answered, as the mail in the outbox says. */
async function inviteTo(admin: Page, visit: (page: Page, path: string) => Promise<unknown>, name: string): Promise<string> {
  await visit(admin, "/admin/outbox");
  await admin.getByRole("row").filter({ hasText: name }).getByRole("link").first().click();
  const text = admin.locator(".mail-text");
  await expect(text).toContainText("/invites/");
  return (await text.innerText()).match(/\/invites\/[0-9a-f]+/)![0];
}

test("an OQL whose invite is accepted becomes an AQL by itself", async ({
  page,
  browser,
  baseURL,
  join,
  quietConsole,
  signIn,
  visit,
  addLead,
  javaScriptEnabled,
  expectAccessible,
}) => {
  const name = unique("Jo");
  await signIn(page, "rep@demo.test");
  const lead = await addLead(page, { full_name: name, company: unique("Acme"), emails: "jo@acme.test" });
  await visit(page, `/leads/${lead}`);
  await expect(part(page)).toContainText("Not classed yet");

  // A class says what it lacks, and nothing typed is lost.
  await open(page, "Change the class");
  await page.locator("#class-class").selectOption("oql");
  await page.locator("#class-agenda").fill("A tour");
  await press(page, "Save class");
  await expect(page.locator("#class-timescale_from-error")).toHaveText("An OQL needs the days within which the agreed action may take place");
  await expect(page.locator("#class-agenda")).toHaveValue("A tour");
  await expect(page.locator("#class-class")).toHaveValue("oql");
  await page.locator("#class-timescale_from").fill("2031-03-03");
  await page.locator("#class-timescale_to").fill("2031-03-20");
  await press(page, "Save class");
  await expect(classOf(page)).toHaveText("OQL");
  await expect(part(page)).toContainText("3 Mar 2031 to 20 Mar 2031");
  await expect(page.getByRole("region", { name: "Clocks" })).toContainText("Call to fix the date, and send the invite");

  // Nobody is invited to what has passed.
  await open(page, "Plan an appointment");
  await page.locator("#appointment-kind").selectOption("web_demonstration");
  await page.locator("#appointment-day").fill("2020-01-02");
  await page.locator("#appointment-time").fill("09:30");
  await page.locator("#appointment-place").fill("https://meet.test/1");
  await page.locator("#appointment-invite").selectOption("send");
  await press(page, "Plan appointment");
  await expect(page.locator("#appointment-day-error")).toContainText("Choose a time to come");
  await expect(page.locator("#appointment-place")).toHaveValue("https://meet.test/1");
  await page.locator("#appointment-day").fill("2031-03-04");
  await press(page, "Plan appointment");
  await expect(part(page)).toContainText("Web demonstration on 4 Mar 2031, 09:30");
  await expect(part(page).locator(".badge", { hasText: "Not answered yet" })).toBeVisible();
  await expectAccessible(page, "#qualification");

  // Whoever was invited has no account, and perhaps no script.
  const address = await inviteTo(await join("admin@demo.test"), visit, name);
  const context = await browser.newContext({ baseURL, javaScriptEnabled });
  quietConsole.watch(context);
  const jo = await context.newPage();
  await jo.goto(address);
  await expect(jo.getByRole("heading", { level: 1 })).toHaveText("Maya Lindqvist invites you to a web demonstration");
  await expect(jo.getByRole("main")).toContainText("A tour");
  await jo.getByRole("button", { name: "I will be there" }).click();
  await expect(jo.getByRole("status")).toHaveText("You accepted");

  if (!javaScriptEnabled) await visit(page, `/leads/${lead}`);
  await expect(classOf(page)).toHaveText("AQL");
  await expect(page.locator(".timeline")).toContainText("made the OQL an AQL: the invite was accepted");

  // Called off, it is an OQL again, and whoever was invited reads so.
  await open(page, "Cancel the appointment");
  await page.locator("#cancel-reason").fill("Ill");
  await press(page, "Cancel the appointment");
  await expect(classOf(page)).toHaveText("OQL");
  await expect(part(page)).toContainText("None is planned.");
  await jo.goto(address);
  await expect(jo.getByRole("status")).toHaveText("This appointment was cancelled");
  await expect(jo.getByRole("button")).toHaveCount(0);
  await context.close();
});

test("budget and the rest are filled in piece by piece, each with its evidence", async ({ page, signIn, visit, addLead, javaScriptEnabled }) => {
  await signIn(page, "rep@demo.test");
  const lead = await addLead(page, { full_name: unique("Jo"), company: unique("Acme") });
  await visit(page, `/leads/${lead}`);
  await open(page, "BANT+A");
  const budget = part(page).locator("li.task").first();
  await expect(budget).toContainText("Is it funded, or can it be?");
  await budget.locator("summary").click();
  await page.locator("#budget-evidence").fill("Mail of Friday");
  await budget.getByRole("button", { name: "Save answer" }).click();
  await expect(page.locator("#budget-answer-error")).toHaveText("Enter the answer that this is the evidence of");
  await expect(page.locator("#budget-evidence"), "nothing typed is lost").toHaveValue("Mail of Friday");
  await page.locator("#budget-answer").fill("Signed off");
  await page.locator("#budget-confidence").selectOption("high");
  await budget.getByRole("button", { name: "Save answer" }).click();
  await expect(budget).toContainText("Evidence: Mail of Friday");
  await expect(budget.locator(".badge")).toHaveText("Sure");
  await expect(budget).toContainText("Maya Lindqvist");
  await expect(part(page).locator(".fold__count")).toHaveText("1 of 5");
  if (javaScriptEnabled) await expect(page.locator(".timeline")).toContainText("noted Budget");
});

test("an RQL needs a horizon, and interim projects are linked to it", async ({ page, signIn, visit, addLead }) => {
  const project = unique("Cabling");
  await signIn(page, "rep@demo.test");
  const lead = await addLead(page, { full_name: unique("Jo"), company: unique("Acme") });
  await visit(page, `/leads/${lead}`);
  await open(page, "Change the class");
  await page.locator("#class-class").selectOption("rql");
  await press(page, "Save class");
  await expect(page.locator("#class-horizon-error")).toHaveText("An RQL needs the day around which the project is expected");
  await page.locator("#class-horizon").fill("2031-11-24");
  await press(page, "Save class");
  await expect(classOf(page)).toHaveText("RQL");
  await expect(page.getByRole("region", { name: "Clocks" })).toContainText("Nurture");
  await open(page, "Add an interim project");
  await page.locator("#interim-name").fill(project);
  await page.locator("#interim-amount").fill("1,200");
  await press(page, "Add project");
  await expect(part(page).locator("li.task", { hasText: project })).toContainText("01-Suspect");
  await expect(page.getByRole("region", { name: "Opportunity" })).toContainText(project);
});

test("whoever was invited accepts in their mail program, and a stranger cannot", async ({ browser, join, visit, addLead, javaScriptEnabled }) => {
  test.setTimeout(180_000);
  const mail = await mailServer();
  const site = await startServer({ env: { LEADWRIGHT_SMTP_URL: mail.url } });
  try {
    const maya = await join("rep@demo.test", site.url);
    await visit(maya, "/leads");
    const lead = await addLead(maya, { full_name: unique("Jo"), company: unique("Acme"), emails: "jo@acme.test" });
    const send = async (what: string, form: Record<string, string>) => {
      const headers = { origin: site.url, accept: "application/json" };
      const reply = await (await maya.request.post(`${site.url}/leads/${lead}/${what}`, { form, headers })).json();
      expect(reply, what).toHaveProperty("Done");
    };
    await send("class", { class: "oql", timescale_from: "2031-03-03", timescale_to: "2031-03-20" });
    await send("appointment", { kind: "virtual_meeting", day: "2031-03-04", time: "09:30", minutes: "30", invite: "send" });
    await visit(maya, `/leads/${lead}`);
    await expect(classOf(maya)).toHaveText("OQL");

    await expect.poll(() => invitesAmong(mail.mails).length).toBe(1);
    const uid = uidOf(invitesAmong(mail.mails)[0]!);
    const strange = await mailIn(acceptance("eve@evil.test", uid), site.databaseUrl);
    expect(strange.lead).toBe(lead);
    await visit(maya, `/leads/${lead}`);
    await expect(maya.locator(".timeline")).toContainText("did not count an answer to the invite");
    await expect(classOf(maya)).toHaveText("OQL");

    expect((await mailIn(acceptance("jo@acme.test", uid), site.databaseUrl)).lead).toBe(lead);
    if (!javaScriptEnabled) await visit(maya, `/leads/${lead}`);
    await expect(classOf(maya)).toHaveText("AQL");
    await expect(maya.locator(".timeline")).toContainText("made the OQL an AQL: the invite was accepted");
  } finally {
    // A page that outlives its server complains that it cannot reconnect.
    for (const context of browser.contexts()) await context.close();
    await site.stop();
    mail.stop();
  }
});
