// The journey of a partner's leads, on a site of its own, because its lists and its library are added to.
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { type MailServer, acceptance, invitesAmong, mailServer, uidOf } from "./mail-server.ts";
import { NAMES } from "./people.ts";
import { type Server, mailIn, startServer } from "./server.ts";

/** A partner of the demonstration. */
const PARTNER = "Pennine Print & Copy";
const MAYA = NAMES["rep@demo.test"];
/** What is to be done with an AQL and with an OQL, in the place of following them up. */
const [INTRODUCE, FIX_THE_DATE] = ["Introductory call before the appointment", "Call to fix the date, and send the invite"] as const;

let server: Server;
let mail: MailServer;
test.beforeEach(async () => {
  test.setTimeout(300_000);
  mail = await mailServer();
  server = await startServer({ env: { LEADWRIGHT_SMTP_URL: mail.url } });
});
test.afterEach(async ({ browser }) => {
  // A page that outlives its server complains that it cannot reconnect.
  for (const context of browser.contexts()) await context.close();
  await server.stop();
  mail.stop();
});

/** Where it is day, with hours to come before midnight: one of these is, whenever this runs. */
function zoneOfDay(): string {
  const hourIn = (timeZone: string) => Number(new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", hourCycle: "h23" }).format(new Date()));
  return ["Europe/London", "Asia/Tokyo", "America/Los_Angeles"].find((zone) => hourIn(zone) >= 8 && hourIn(zone) < 17)!;
}

/** Without script one looks again oneself. */
async function expectPhase(page: Page, phase: string) {
  await expect(async () => {
    const again = page.getByRole("link", { name: "Look how far it is" });
    if (await again.isVisible()) await again.click();
    await expect(page.locator(".badge").first()).toHaveText(phase, { timeout: 1000 });
  }).toPass();
}

const part = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const open = (region: Locator, summary: string) => region.locator("summary:visible", { hasText: summary }).first().click();
const press = (region: Locator, name: string) => region.locator("button:visible", { hasText: name }).first().click();
const timeline = (page: Page) => page.locator("ol.timeline");
const classOf = (page: Page) => part(page, "Qualification").locator("dl").first().locator(".badge").first();
const clock = (page: Page, name: string) => part(page, "Clocks").locator(`[data-clock="${name}"]`);

/** Opens what is folded, unless it is open. */
async function unfold(details: Locator) {
  if ((await details.getAttribute("open")) === null) await details.locator("summary").first().click();
}

/** Logs an attempt by a channel. */
async function attempt(page: Page, channel: string, key: string, outcome: string) {
  await page.locator("details.attempt > summary").filter({ hasText: channel }).click();
  await page.locator(`form[action$='/attempts/${key}']`).getByRole("button", { name: outcome, exact: true }).click();
}

/** Adds an account by its form, and stays on its page. */
async function addAccount(page: Page, visit: (page: Page, path: string) => Promise<unknown>, name: string, kind: string) {
  await visit(page, "/accounts/new");
  await page.locator("#name").fill(name);
  await page.getByRole("checkbox", { name: kind, exact: true }).check();
  await page.getByRole("button", { name: "Add account" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
}

/** How many clocks a row of the people says ran out. */
function ranOut(row: string): number {
  const [, met, decided] = row.match(/(\d+) of (\d+) clocks met in time/) ?? [];
  return Number(decided ?? 0) - Number(met ?? 0);
}

/** What the page of how people work says of somebody. */
async function figuresOf(page: Page, name: string) {
  const row = await part(page, "People").getByRole("row").filter({ hasText: name }).innerText();
  const number = (found: RegExp) => Number(row.match(found)?.[1] ?? 0);
  const attempts = number(/(\d+) attempts?/);
  return {
    attempts,
    leads: number(/attempts on (\d+) leads?/) || attempts,
    touched: number(/First touch after .+ \((\d+) leads?\)/),
    inTime: number(/(\d+) of \d+ clocks met in time/),
    ranOut: ranOut(row),
    kept: number(/(\d+) of \d+ promises kept/),
    promised: number(/\d+ of (\d+) promises kept/),
  };
}

test("1. A partner's lead is worked", async ({ browser, join, quietConsole, visit, takenOver, javaScriptEnabled }) => {
  const [maya, hassan, ruth] = [await join("rep@demo.test", server.url), await join("manager@demo.test", server.url), await join("admin@demo.test", server.url)];

  // Whoever promises to call back later today has to have some of it left.
  const zone = zoneOfDay();
  const headers = { origin: server.url, accept: "application/json" };
  const answer = await ruth.request.post(`${server.url}/admin/site`, { form: { time_zone: zone }, headers });
  expect(await answer.json(), "changing the time zone").toHaveProperty("Done");
  await visit(hassan, "/reps");
  const before = await figuresOf(hassan, MAYA);

  // 1: a lead sheet, its supplier named, says of what class each is; the clocks of each begin.
  const rows = [
    "Full name,Company,E-mail,Partner,Owner,Class,Timescale from,Timescale to,Horizon,Appointment type,Appointment at,Invite",
    `Ava Appointed,Aire Tools,ava@aire-tools.test,${PARTNER},${MAYA},AQL,,,,Telephone,2031-03-04 09:30,accepted`,
    `Otto Open,Otley Lifts,otto@otley-lifts.test,${PARTNER},${MAYA},OQL,2031-03-03,2031-03-20,,,,`,
    `Rhea Later,Ripon Baths,rhea@ripon-baths.test,${PARTNER},${MAYA},RQL,,,2031-11-24,,,`,
  ];
  await visit(hassan, "/import");
  await hassan.getByLabel("Supplier").fill(PARTNER);
  await hassan.getByLabel("File", { exact: true }).setInputFiles({ name: "sheet.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) });
  await hassan.getByRole("button", { name: "Look at the file" }).click();
  await expect(hassan.getByRole("heading", { level: 1, name: "sheet.csv" })).toBeVisible();
  await takenOver(hassan);
  await expect(hassan.getByLabel("Class", { exact: true })).toHaveValue("class");
  await expect(hassan.getByLabel("Invite", { exact: true })).toHaveValue("invite");
  await hassan.getByRole("button", { name: "Check the rows" }).click();
  await expectPhase(hassan, "Checked, nothing imported yet");
  await hassan.getByRole("button", { name: "Import", exact: true }).click();
  await expectPhase(hassan, "Imported");
  await expect(hassan.locator("dl.outcome > div").filter({ hasText: "new" })).toContainText("3");
  await expect(hassan.getByRole("main")).not.toContainText("comes in without a class");
  const numberOf = async (name: string): Promise<number> => {
    await visit(maya, `/leads?view=all&q=${encodeURIComponent(name)}`);
    await expect(maya.locator("tr.row")).toHaveCount(1);
    return Number(await maya.locator("tr.row").getAttribute("data-number"));
  };
  const [ava, otto, rhea] = [await numberOf("Ava Appointed"), await numberOf("Otto Open"), await numberOf("Rhea Later")];
  for (const [lead, label, name, left] of [
    [ava, "AQL", INTRODUCE, /(47 h|2 d) left/],
    [otto, "OQL", FIX_THE_DATE, /(47 h|2 d) left/],
    [rhea, "RQL", "Nurture", /(29|30) d left/],
  ] as const) {
    await visit(maya, `/leads/${lead}`);
    await expect(classOf(maya)).toHaveText(label);
    await expect(clock(maya, "Review")).toContainText(/Review by .+, 2[34] h left/);
    await expect(clock(maya, name)).toContainText(`${name} by `);
    await expect(clock(maya, name)).toContainText(left);
    await expect(clock(maya, "Follow up"), "what is to be done with its class is in the place of that").toHaveCount(0);
  }
  await expect(part(maya, "Qualification")).toContainText("24 Nov 2031");
  await visit(maya, `/leads/${ava}`);
  await expect(part(maya, "Qualification")).toContainText("Telephone appointment on 4 Mar 2031, 09:30");

  // 2: reviewed; nobody can call them yet, so reception is asked, by the playbook.
  await visit(maya, "/");
  await expect(part(maya, "New to you").locator(".day__item").filter({ hasText: "Otto Open" })).toBeVisible();
  await visit(maya, `/leads/${otto}`);
  await expect(part(maya, "Qualification")).toContainText("3 Mar 2031 to 20 Mar 2031");
  await maya.locator("#composer-text").fill("Read their sheet");
  await maya.getByRole("button", { name: "Comment", exact: true }).click();
  await expect(timeline(maya)).toContainText("Read their sheet");
  await visit(maya, `/leads/${otto}`);
  await expect(clock(maya, "Review")).toContainText("Review: done");
  await expect(clock(maya, "Review")).toContainText("Met in time");
  await expect(clock(maya, FIX_THE_DATE), "reading is not calling").toContainText("left");
  await expect(part(maya, "Tasks")).toContainText("Nobody can call them yet.");
  await press(part(maya, "Tasks"), "Plan to ask reception");
  await expect(maya.locator(".next-step")).toContainText("Ask reception for their direct line or mobile");
  await visit(maya, `/leads/${otto}`);
  await maya.locator("details.attempt > summary").filter({ hasText: "Call" }).click();
  const call = maya.locator("form[action$='/attempts/call']");
  await expect(call).toContainText("No number is known at which they could be called.");
  const reception = call.locator("details").filter({ has: maya.locator("summary", { hasText: "When reception does not put you through" }) });
  await reception.locator("summary").click();
  await expect(reception.locator(".task__note")).toBeVisible();
  await expect(reception.locator(".task__note")).toContainText("Never say that you are expected");
  await call.getByRole("button", { name: "Blocked by reception", exact: true }).click();
  await expect(timeline(maya)).toContainText("called: blocked by reception");
  await expect(part(maya, "Reach them")).toContainText("Tried so far: 1");
  await expect(maya.locator("#attempts > details[open]"), "what helps now stands there").toContainText("When reception does not put you through");
  await visit(maya, `/leads/${otto}`);
  await expect(clock(maya, FIX_THE_DATE), "nobody spoke with them").toContainText("left");
  const contact = part(maya, "Contact");
  if (javaScriptEnabled) await contact.getByRole("button", { name: /, change phone numbers$/ }).click();
  else await contact.getByRole("link", { name: "Edit contact" }).click();
  await contact.locator("input[name=phones]").fill("0161 411 3090");
  await contact.getByRole("button", { name: /^Save/ }).click();
  await expect(contact.locator("input[name=phones]")).toHaveCount(0);
  await expect(contact).toContainText("+441614113090");
  await visit(maya, `/leads/${otto}`);
  await expect(part(maya, "Tasks")).not.toContainText("Nobody can call them yet.");
  await expect(part(maya, "Tasks"), "a number is there, so asking for one is done").toContainText("Done: 1");

  // 3: voicemail, with all that it has to hold; the call back stands in the day. Then an e-mail, then social media.
  await visit(maya, `/leads/${otto}`);
  await maya.locator("details.attempt > summary").filter({ hasText: "Call" }).click();
  await call.locator("summary", { hasText: "What to say on a voicemail" }).click();
  for (const point of ["The date", "The time", "Why you call", "How to reach you", "That you will call back, and when"]) {
    await call.getByRole("checkbox", { name: point, exact: true }).check();
  }
  await maya.locator("#attempt-call-call_back").fill(new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(new Date()));
  await maya.locator("#attempt-call-call_back_time").fill("20:00");
  await call.getByRole("button", { name: "Voicemail", exact: true }).click();
  await expect(timeline(maya)).toContainText("called +441614113090: voicemail");
  await expect(timeline(maya)).toContainText("The message said all that it has to");
  await expect(maya.locator(".next-step")).toContainText("Call them back, as promised");
  await expect(part(maya, "Reach them")).toContainText("You promised to call back.");
  await expect(clock(maya, FIX_THE_DATE), "they were left word").toContainText("Met in time");
  await visit(maya, "/");
  const promise = part(maya, "Due today").locator(".day__item").filter({ hasText: "Otto Open" });
  await expect(promise).toContainText("Call them back, as promised");
  await expect(promise).toContainText("Due today 20:00");
  await visit(maya, `/leads/${otto}`);
  await attempt(maya, "E-mail", "email", "Sent");
  await expect(timeline(maya)).toContainText("wrote an e-mail to otto@otley-lifts.test: sent");
  await visit(maya, `/leads/${otto}`);
  await attempt(maya, "Social", "social", "Sent");
  await expect(part(maya, "Reach them")).toContainText("Tried so far: 4");

  // 4: the introductory call keeps the promise and fixes a date; the invite is accepted in a mail program, and the OQL is an AQL by itself.
  await visit(maya, `/leads/${otto}`);
  await attempt(maya, "Call", "call", "Reached them");
  await expect(timeline(maya)).toContainText("called +441614113090: reached them");
  await expect(timeline(maya)).toContainText("finished the task “Call them back, as promised”");
  await visit(maya, `/leads/${otto}`);
  const qualification = part(maya, "Qualification");
  await open(qualification, "Plan an appointment");
  await maya.locator("#appointment-kind").selectOption({ label: "Web demonstration" });
  await maya.locator("#appointment-day").fill("2031-03-04");
  await maya.locator("#appointment-time").fill("11:00");
  await maya.locator("#appointment-minutes").fill("45");
  await maya.locator("#appointment-invite").selectOption({ label: "Send it now" });
  await press(qualification, "Plan appointment");
  await expect(qualification).toContainText("Web demonstration on 4 Mar 2031, 11:00");
  await expect(qualification.locator(".badge", { hasText: "Not answered yet" })).toBeVisible();
  await expect(classOf(maya)).toHaveText("OQL");
  await expect.poll(() => invitesAmong(mail.mails).length).toBe(1);
  const accepted = await mailIn(acceptance("otto@otley-lifts.test", uidOf(invitesAmong(mail.mails)[0]!)), server.databaseUrl);
  expect(accepted.lead).toBe(otto);
  if (!javaScriptEnabled) await visit(maya, `/leads/${otto}`);
  await expect(classOf(maya)).toHaveText("AQL");
  await expect(timeline(maya)).toContainText("made the OQL an AQL: the invite was accepted");
  await expect(clock(maya, INTRODUCE)).toContainText("left");
  // The address in the invite knows it, too.
  await visit(ruth, "/admin/outbox");
  await ruth.getByRole("row").filter({ hasText: "otto@otley-lifts.test" }).getByRole("link").first().click();
  const invite = (await ruth.locator(".mail-text").innerText()).match(/\/invites\/[0-9a-f]+/)![0];
  const outside = await browser.newContext({ baseURL: server.url, javaScriptEnabled });
  quietConsole.watch(outside);
  const stranger = await outside.newPage();
  await stranger.goto(invite);
  await expect(stranger.getByRole("status")).toHaveText("You accepted");

  // 5: who does not turn up is no lost lead: the next touch is proposed, and planned with a tap.
  await visit(maya, `/leads/${otto}`);
  await attempt(maya, "Call", "call", "No show");
  const reach = part(maya, "Reach them");
  await expect(timeline(maya)).toContainText("called +441614113090: no show");
  await expect(reach).toContainText("Tried so far: 6");
  await expect(reach).toContainText("They did not keep what was agreed; the lead lives on.");
  await expect(reach.locator(".attempts__next")).toContainText("Call them");
  await expect(maya.locator("#attempts > details[open]")).toContainText("When they did not keep what was agreed");
  await expect(maya.getByRole("list", { name: "Status" }).locator("[aria-current=step]")).not.toContainText("Lost");
  await visit(maya, `/leads/${otto}`);
  await expect(maya.locator(".next-step")).toContainText("No next step");
  await press(reach, "Plan it");
  await expect(maya.locator(".next-step")).toContainText("Call them");

  // 6: budget and the rest piece by piece, each with evidence; the deal is registered, approved and protected.
  await visit(maya, `/leads/${otto}`);
  for (const [dimension, text, evidence] of [
    ["Budget", "Signed off", "Mail of Friday"],
    ["Authority", "Their director", "Their chart"],
    ["Need", "The lifts stop", "Said so on the phone"],
    ["Timescale", "In March", "Their plan"],
    ["Agreed action", "A tour", "The minutes"],
  ] as const) {
    await unfold(qualification.locator("details.fold"));
    const item = qualification.locator("li.task").filter({ has: maya.getByLabel(`Change ${dimension}`, { exact: true }) });
    await item.getByLabel(`Change ${dimension}`, { exact: true }).click();
    await item.getByLabel("Answer").fill(text);
    await item.getByLabel("Evidence").fill(evidence);
    await item.getByLabel("How sure").selectOption({ label: "Sure" });
    await item.getByRole("button", { name: "Save answer" }).click();
    await expect(item.locator(".task__note")).toHaveText(`Evidence: ${evidence}`);
    await expect(item.locator(".qualified__text")).toHaveText(text);
    await expect(item.locator(".badge")).toHaveText("Sure");
    await expect(item).toContainText(MAYA);
  }
  await visit(maya, `/leads/${otto}`);
  await expect(qualification.locator(".fold__count")).toHaveText("5 of 5");
  const vendor = "Vale Vendors";
  await addAccount(maya, visit, vendor, "Vendor");
  await visit(maya, `/leads/${otto}`);
  const deal = part(maya, "Deal registration");
  const state = deal.locator("li.task .badge").first();
  await open(deal, "Register the deal");
  await maya.locator("#registration-vendor").selectOption({ label: vendor });
  await press(deal, "It is to be registered");
  await expect(state).toHaveText("To register");
  await visit(maya, `/leads/${otto}`);
  await press(deal, "Submit to the vendor");
  await expect(state).toHaveText("Submitted");
  await visit(maya, `/leads/${otto}`);
  await open(deal, "Note the approval");
  await deal.locator("[id$='-approve-reference']").fill("D-17");
  await deal.locator("[id$='-approve-until']").fill(new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10));
  await press(deal, "Note the approval");
  await expect(state).toHaveText("Approved");
  await expect(deal).toContainText(/protected until .+, (19|20|21) days left/);

  // 7: material of the library goes to them; the vendor is asked for help.
  await visit(ruth, "/material");
  await ruth.getByLabel("File", { exact: true }).setInputFiles({ name: "tour.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 a tour") });
  await ruth.locator("form[action='/material'][method=post]").getByRole("textbox", { name: "Name" }).fill("Tour of the works");
  await ruth.getByRole("button", { name: "Add", exact: true }).click();
  await expect(ruth.getByRole("link", { name: "Tour of the works" })).toBeVisible();
  await visit(maya, `/leads/${otto}/message`);
  await maya.getByRole("textbox", { name: "Subject" }).fill("As we said");
  await maya.getByRole("textbox", { name: "Text" }).fill("Here it is.");
  await maya.locator("summary", { hasText: "Send material with it" }).click();
  await maya.getByRole("checkbox", { name: "Attach Tour of the works" }).check();
  await maya.getByRole("button", { name: "Send message" }).click();
  await expect(maya).toHaveURL(new RegExp(`/leads/${otto}$`));
  await expect(timeline(maya)).toContainText("Sent with it: Tour of the works");
  await visit(maya, `/leads/${otto}`);
  await expect(clock(maya, INTRODUCE), "a message is a word to them").toContainText("Met in time");
  await expect(reach).toContainText("7: 4 calls, 2 e-mails, 1 message on social media");
  const help = part(maya, "Help");
  await unfold(help.locator("details.fold"));
  await open(help, "Ask for help");
  await help.getByLabel("Whose help").selectOption({ label: "A vendor" });
  await help.getByLabel("What you need").fill("A price for twelve");
  await help.getByLabel("Address outside").fill("prices@vale-vendors.test");
  await help.getByRole("button", { name: "Ask", exact: true }).click();
  await expect(help.locator("li.task")).toContainText("A price for twelve");
  await expect(help.locator("li.task")).toContainText("prices@vale-vendors.test");
  await expect(help.locator("li.task .badge")).toHaveText("Asked");
  await visit(ruth, "/admin/outbox");
  await expect(ruth.getByRole("row").filter({ hasText: "A price for twelve" })).toContainText("prices@vale-vendors.test");

  // 8: a problem is flagged; the supplier reads it with its reason at an address of its own.
  await addAccount(ruth, visit, PARTNER, "Referral partner");
  await ruth.locator("#supplier-partner").selectOption({ label: PARTNER });
  await press(part(ruth, "What they read of their leads"), "Make an address");
  const address = await ruth.getByRole("textbox", { name: "The address" }).inputValue();
  await visit(maya, `/leads/${rhea}`);
  const supplier = part(maya, "Supplier");
  await open(supplier, "Flag a problem");
  await maya.locator("#problem-reason").selectOption("wrong_person");
  await maya.locator("#problem-words").fill("She left in May");
  await maya.locator("#problem-tell").selectOption("later");
  await press(supplier, "Save problem");
  await expect(supplier).toContainText(/Tell them by .+: [67] days left/);
  await visit(maya, `/leads/${rhea}`);
  await expect(part(maya, "Clocks")).toContainText("Tell the supplier of the problem");
  await press(supplier, "Tell the supplier");
  await expect(supplier).toContainText("Told");
  await stranger.goto(new URL(address).pathname);
  const sent = stranger.getByRole("listitem").filter({ hasText: "Rhea Later" });
  await expect(sent).toContainText("Problem: The wrong person");
  await expect(sent).toContainText("She left in May");
  await expect(stranger.getByRole("listitem").filter({ hasText: "Otto Open" })).toContainText("With Maya Lindqvist");
  await outside.close();

  // 9: what is for later is nurtured by a plan; a project in between is an opportunity of the lead.
  await visit(maya, `/leads/${rhea}/message`);
  await part(maya, "Nurture").getByLabel("Plan").selectOption("Long-term project");
  await press(part(maya, "Nurture"), "Begin plan");
  await expect(part(maya, "Nurture")).toContainText("Next message:");
  await visit(maya, `/leads/${rhea}`);
  await expect(classOf(maya)).toHaveText("RQL");
  await expect(part(maya, "Reach them")).toContainText("Long-term project");
  await open(part(maya, "Qualification"), "Add an interim project");
  await maya.locator("#interim-name").fill("Cabling of the hall");
  await maya.locator("#interim-amount").fill("1,200");
  await press(part(maya, "Qualification"), "Add project");
  await expect(part(maya, "Opportunity")).toContainText("Cabling of the hall");

  // 10: the manager reads how everybody works: what was just done counts, and no clock of it ran out.
  await visit(hassan, "/reps");
  const after = await figuresOf(hassan, MAYA);
  expect(after).toMatchObject({
    attempts: before.attempts + 7,
    leads: before.leads + 1,
    touched: before.touched + 2,
    ranOut: before.ranOut,
    kept: before.kept + 1,
    promised: before.promised + 1,
  });
  // Of one lead the review and the calls of both its classes, of the other the review, the problem and what nurtured them.
  expect(after.inTime).toBeGreaterThanOrEqual(before.inTime + 6);
  const people = await part(hassan, "People").locator("tbody tr").allInnerTexts();
  const late = people.reduce((sum, row) => sum + ranOut(row), 0);
  expect(late, "the demonstration has some").toBeGreaterThan(0);
  const listed = part(hassan, "Clocks that ran out").getByRole("listitem");
  await expect(listed, "the latest fifty stand there").toHaveCount(Math.min(late, 50));
  for (const name of ["Ava Appointed", "Otto Open", "Rhea Later"]) await expect(listed.filter({ hasText: name })).toHaveCount(0);
});
