// The journey of a partner's leads, on a site of its own, because its lists and its library are added to.
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { type Server, startServer } from "./server.ts";

/** A partner of the demonstration. */
const PARTNER = "Pennine Print & Copy";
const FUTURE = { day: "2031-03-04", from: "2031-03-03", to: "2031-03-20", horizon: "2031-11-24" };

let server: Server;
test.beforeEach(async () => {
  test.setTimeout(240_000);
  server = await startServer();
});
test.afterEach(async ({ browser }) => {
  // A page that outlives its server complains that it cannot reconnect.
  for (const context of browser.contexts()) await context.close();
  await server.stop();
});

/** Sends what has to be done, as the browser of somebody who is signed in would; gives where it leads. */
async function post(page: Page, path: string, form: Record<string, string>): Promise<string> {
  const answer = await page.request.post(`${server.url}${path}`, { form, headers: { origin: server.url, accept: "application/json" } });
  const reply = await answer.json();
  expect(reply, path).toHaveProperty("Done");
  return reply.Done.location;
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

/** Logs an attempt by a channel. */
async function attempt(page: Page, channel: string, key: string, outcome: string) {
  await page.locator("details.attempt > summary").filter({ hasText: channel }).click();
  await page.locator(`form[action$='/attempts/${key}']`).getByRole("button", { name: outcome, exact: true }).click();
}

test("1. A partner's lead is worked", async ({ browser, join, quietConsole, visit, takenOver, javaScriptEnabled }) => {
  const [maya, hassan, ruth] = [await join("rep@demo.test", server.url), await join("manager@demo.test", server.url), await join("admin@demo.test", server.url)];

  // 1: a lead sheet, its supplier named.
  const rows = [
    "Full name,Company,E-mail,Partner,Owner",
    `Ava Appointed,Aire Tools,ava@aire-tools.test,${PARTNER},Maya Lindqvist`,
    `Otto Open,Otley Lifts,otto@otley-lifts.test,${PARTNER},Maya Lindqvist`,
    `Rhea Later,Ripon Baths,rhea@ripon-baths.test,${PARTNER},Maya Lindqvist`,
  ];
  await visit(hassan, "/import");
  await hassan.getByLabel("Supplier").fill(PARTNER);
  await hassan.getByLabel("File", { exact: true }).setInputFiles({ name: "sheet.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) });
  await hassan.getByRole("button", { name: "Look at the file" }).click();
  await expect(hassan.getByRole("heading", { level: 1, name: "sheet.csv" })).toBeVisible();
  await takenOver(hassan);
  await hassan.getByRole("button", { name: "Check the rows" }).click();
  await expectPhase(hassan, "Checked, nothing imported yet");
  await hassan.getByRole("button", { name: "Import", exact: true }).click();
  await expectPhase(hassan, "Imported");
  const numberOf = async (name: string): Promise<number> => {
    await visit(maya, `/leads?view=all&q=${encodeURIComponent(name)}`);
    await expect(maya.locator("tr.row")).toHaveCount(1);
    return Number(await maya.locator("tr.row").getAttribute("data-number"));
  };
  const [ava, otto, rhea] = [await numberOf("Ava Appointed"), await numberOf("Otto Open"), await numberOf("Rhea Later")];
  const timescale = { timescale_from: FUTURE.from, timescale_to: FUTURE.to };
  // Of the first the sheet says that its appointment was accepted.
  await post(maya, `/leads/${ava}/class`, { class: "oql", ...timescale });
  await post(maya, `/leads/${ava}/appointment`, { kind: "telephone", day: FUTURE.day, time: "09:30", minutes: "30", invite: "accepted" });
  await visit(maya, `/leads/${ava}`);
  await expect(classOf(maya)).toHaveText("AQL");

  // 2: reviewed; nobody can call them yet, so reception is asked, by the playbook.
  await visit(maya, "/");
  await expect(part(maya, "New to you").locator(".day__item").filter({ hasText: "Otto Open" })).toBeVisible();
  await visit(maya, `/leads/${otto}`);
  await expect(part(maya, "Clocks")).toContainText("Review by");
  await expect(part(maya, "Clocks")).toContainText("Follow up");
  await maya.locator("#composer-text").fill("Read their sheet");
  await maya.getByRole("button", { name: "Comment", exact: true }).click();
  await expect(timeline(maya)).toContainText("Read their sheet");
  await visit(maya, `/leads/${otto}`);
  await expect(part(maya, "Clocks")).toContainText("Review: done");
  await expect(part(maya, "Tasks")).toContainText("Nobody can call them yet.");
  await press(part(maya, "Tasks"), "Plan to ask reception");
  await expect(maya.locator(".next-step")).toContainText("Ask reception for their direct line or mobile");
  await visit(maya, `/leads/${otto}`);
  await maya.locator("details.attempt > summary").filter({ hasText: "Call" }).click();
  const reception = maya.locator("form[action$='/attempts/call'] details").filter({ has: maya.locator("summary", { hasText: "When reception does not put you through" }) });
  await reception.locator("summary").click();
  await expect(reception.locator(".task__note")).toBeVisible();
  await post(maya, `/leads/${otto}/edit`, { phones: "0161 411 3090" });

  // 3: voicemail, with what it held; the call back stands in the day. Then an e-mail, then social media.
  await visit(maya, `/leads/${otto}`);
  await maya.locator("details.attempt > summary").filter({ hasText: "Call" }).click();
  const call = maya.locator("form[action$='/attempts/call']");
  await call.locator("summary", { hasText: "What to say on a voicemail" }).click();
  for (const point of ["The date", "The time", "Why you call"]) await call.getByRole("checkbox", { name: point }).check();
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/London" }).format(new Date());
  await maya.locator("#attempt-call-call_back").fill(today);
  await maya.locator("#attempt-call-call_back_time").fill("23:59");
  await call.getByRole("button", { name: "Voicemail", exact: true }).click();
  await expect(timeline(maya)).toContainText("The message said: date, time, reason");
  await visit(maya, "/");
  await expect(part(maya, "Due today").locator(".day__item").filter({ hasText: "Call them back, as promised" })).toContainText("Otto Open");
  await visit(maya, `/leads/${otto}`);
  await attempt(maya, "E-mail", "email", "Sent");
  await expect(timeline(maya)).toContainText("wrote an e-mail to otto@otley-lifts.test: sent");
  await visit(maya, `/leads/${otto}`);
  await attempt(maya, "Social", "social", "Sent");
  await expect(part(maya, "Reach them")).toContainText("Tried so far: 3");

  // 4: the introductory call fixes a date; the invite is accepted, and the OQL is an AQL by itself.
  await post(maya, `/leads/${otto}/class`, { class: "oql", agenda: "A tour", ...timescale });
  await post(maya, `/leads/${otto}/appointment`, { kind: "web_demonstration", day: FUTURE.day, time: "11:00", minutes: "45", invite: "send" });
  await visit(maya, `/leads/${otto}`);
  await expect(classOf(maya)).toHaveText("OQL");
  await visit(ruth, "/admin/outbox");
  await ruth.getByRole("row").filter({ hasText: "otto@otley-lifts.test" }).getByRole("link").first().click();
  const invite = (await ruth.locator(".mail-text").innerText()).match(/\/invites\/[0-9a-f]+/)![0];
  const outside = await browser.newContext({ baseURL: server.url, javaScriptEnabled });
  quietConsole.watch(outside);
  const stranger = await outside.newPage();
  await stranger.goto(invite);
  await stranger.getByRole("button", { name: "I will be there" }).click();
  await expect(stranger.getByRole("status")).toHaveText("You accepted");
  if (!javaScriptEnabled) await visit(maya, `/leads/${otto}`);
  await expect(classOf(maya)).toHaveText("AQL");

  // 5: who does not turn up is no lost lead: the next touch is proposed.
  await attempt(maya, "Call", "call", "No show");
  await expect(timeline(maya)).toContainText("no show");
  await expect(part(maya, "Reach them")).toContainText("Tried so far: 4");
  await expect(maya.getByRole("list", { name: "Status" }).locator("[aria-current=step]")).not.toContainText("Lost");

  // 6: budget and the rest piece by piece, each with evidence; the deal is registered, approved and protected.
  for (const [answer, evidence] of [
    ["budget", "Mail of Friday"],
    ["authority", "Their chart"],
    ["need", "Said so on the phone"],
    ["timescale", "Their plan"],
    ["action", "The minutes"],
  ]) {
    await post(maya, `/leads/${otto}/answers/${answer}`, { answer: `Yes, ${answer}`, evidence, confidence: "high" });
  }
  const vendor = "Vale Vendors";
  await post(maya, "/accounts/new", { name: vendor, kind: "vendor" });
  await visit(maya, `/leads/${otto}`);
  await expect(part(maya, "Qualification").locator(".fold__count")).toHaveText("5 of 5");
  await open(part(maya, "Qualification"), "BANT+A");
  await expect(part(maya, "Qualification")).toContainText("Evidence: Mail of Friday");
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
  await post(maya, `/leads/${otto}/help`, { from: "vendor", title: "A price for twelve", details: "", address: "prices@vale-vendors.test" });
  await visit(ruth, "/admin/outbox");
  await expect(ruth.getByRole("row").filter({ hasText: "A price for twelve" })).toContainText("prices@vale-vendors.test");

  // 8: a problem is flagged; the supplier reads it with its reason at an address of its own.
  const account = await post(ruth, "/accounts/new", { name: PARTNER, kind: "referral_partner" });
  await visit(ruth, account);
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
  await post(maya, `/leads/${rhea}/class`, { class: "rql", horizon: FUTURE.horizon });
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

  // 10: the manager reads how everybody works.
  await visit(hassan, "/reps");
  const figures = hassan.getByRole("row").filter({ hasText: "Maya Lindqvist" });
  await expect(figures).toContainText(/\d+ attempts on \d+ leads?/);
  await expect(figures).toContainText(/First touch after/);
  await expect(figures).toContainText(/\d+ of \d+ clocks met in time/);
  await expect(part(hassan, "Clocks that ran out")).toBeVisible();
});
