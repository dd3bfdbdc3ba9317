// The journeys of whole days, each on a site of its own, because people go away in them and rules change.
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { type Server, mailIn, startServer } from "./server.ts";

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

/** Posts a form as the browser of somebody who is signed in would. */
async function post(page: Page, path: string, form: Record<string, string>): Promise<string> {
  const answer = await page.request.post(`${server.url}${path}`, { form, headers: { origin: server.url, accept: "application/json" } });
  const reply = await answer.json();
  expect(reply, path).toHaveProperty("Done");
  return reply.Done.location;
}

/** The number at the end of an address. */
const numberOf = (address: string) => address.split(/[?#]/)[0]!.split("/").pop()!;

test("0. A call comes in", async ({ join, visit, javaScriptEnabled, takenOver }) => {
  const grace = await join("intake@demo.test", server.url);
  const [maya, owen] = [await join("rep@demo.test", server.url), await join("rep2@demo.test", server.url)];
  const [hassan, ruth] = [await join("manager@demo.test", server.url), await join("admin@demo.test", server.url)];
  const field = (name: RegExp) => grace.getByRole("textbox", { name }).or(grace.getByRole("combobox", { name })).first();
  const missing = grace.locator("#missing");
  const save = () => grace.getByRole("button", { name: "Save lead" }).click();
  const who = async (values: { company?: string; name?: string; phone?: string; email?: string }) => {
    for (const [label, value] of [
      [/^Their number/, values.phone],
      [/^Company/, values.company],
      [/^Their name/, values.name],
      [/^E-mail/, values.email],
    ] as const)
      if (value) await field(label).fill(value);
  };
  const what = async (offerings: string[], notes: string) => {
    for (const name of offerings) await grace.getByRole("checkbox", { name, exact: true }).check();
    await grace.getByRole("textbox", { name: /^Key notes/ }).fill(notes);
  };
  const found = (label: string) => grace.getByRole("combobox", { name: "Where did they find us?" }).selectOption({ label });
  const outbox = async (subject: string) => {
    await visit(ruth, "/admin/outbox");
    return ruth.getByRole("row").filter({ hasText: subject });
  };

  // A firm that is called alike, and a partner who sends business.
  await post(maya, "/accounts/new", { name: "Quayside Dental Ltd", kind: "prospect" });
  await post(maya, "/accounts/new", { name: "Tern Consulting", kind: "referral_partner" });
  await post(maya, "/me/availability/away", {});
  await post(hassan, "/me/availability/busy", {});

  // Somebody here and somebody outside have a copy of every call.
  await post(ruth, "/admin/ladders/copies", { people: await idOf(ruth, "rep2@demo.test"), addresses: "desk@firm.example" });

  // 1 and 2: the phone rings. No such number; a firm of the name, which is another one.
  await visit(grace, "/leads");
  if (javaScriptEnabled) {
    await grace.keyboard.press("g");
    await grace.keyboard.press("i");
  } else await grace.getByRole("navigation", { name: "Main", exact: true }).getByRole("link", { name: "Intake" }).click();
  await expect(grace.getByRole("heading", { level: 1, name: "Intake" })).toBeVisible();
  await takenOver(grace);
  await grace.getByRole("radio", { name: "No", exact: true }).check();
  await who({ phone: "0161 496 0971" });
  await expect(grace.locator(".callers__match")).toHaveCount(0);
  await who({ company: "Quayside Dental" });
  if (javaScriptEnabled) {
    await expect(grace.getByRole("option", { name: /Quayside Dental Ltd/ })).toBeVisible();
    await grace.getByRole("button", { name: "None of these" }).click();
    await expect(grace.locator(".callers__match")).toHaveCount(0);
  }
  await who({ name: "Ana Reyes", email: "ana@quayside-dental.example" });

  // 3: what they want, and who sent them.
  await what(["Managed Wireless", "Structured Cabling"], "Two surgeries, moving in March");
  await found("Referral Partner");
  if (javaScriptEnabled) await expect(missing).toContainText("who referred them");
  await field(/^Who referred them/).fill("Tern Consulting");
  if (javaScriptEnabled) {
    await grace.getByRole("option", { name: /Tern Consulting/ }).click();
    await expect(grace.locator(".where__referrer")).toContainText("Maya Lindqvist");
    await expect(missing).toHaveText("Complete: it may go to sales.");
  } else {
    await save();
    await expect(grace.getByRole("alert")).toContainText("We may know this caller");
    await grace.getByRole("radio", { name: /None of these/ }).check();
  }

  // 4: the ladder. Their rep is away, the manager busy, another rep takes it.
  const ladder = grace.locator("#ladder");
  const on = (name: string) => ladder.locator(".ladder__person").filter({ hasText: name });
  await expect(on("Maya Lindqvist").first()).toContainText("away since");
  await expect(on("Hassan Farouk").first()).toContainText("busy since");
  const priya = on("Priya Mehta").first();
  await expect(priya).toContainText("available");
  if (javaScriptEnabled) await priya.getByRole("button", { name: "Priya Mehta: Answered" }).click();
  else await priya.getByRole("combobox").selectOption({ label: "Answered" });
  if (javaScriptEnabled) await expect(ladder.getByRole("list", { name: "Tries" })).toContainText("Priya Mehta: answered");

  // 5: saved, and there.
  await visit(hassan, "/leads?view=all&owner=priya.mehta%40demo.test");
  await save();
  await expect(grace.getByRole("heading", { level: 1, name: "Ana Reyes" })).toBeVisible();
  await expect(grace.getByRole("region", { name: "Opportunity" })).toContainText("01-Suspect");
  await expect(grace.getByRole("region", { name: "Opportunity" })).toContainText("Follow up by");
  await expect(grace.locator(".timeline")).toContainText("Priya Mehta answered the call");
  await expect(grace.locator(".timeline")).toContainText("tried to put the call through to Priya Mehta: answered");
  if (!javaScriptEnabled) await hassan.reload();
  await expect(hassan.getByRole("link", { name: "Ana Reyes", exact: true })).toBeVisible();
  await expect((await outbox("Ana Reyes")).filter({ hasText: "Priya Mehta" })).toHaveCount(1);
  for (const copied of ["Owen Pryce", "desk@firm.example"]) await expect((await outbox("Ana Reyes")).filter({ hasText: copied })).toHaveCount(1);

  // 6: a customer whose salesperson is not the territory's. The facts are read out and stamped.
  const customer = numberOf(
    await post(ruth, "/accounts/new", { name: "Harbour Foods Ltd", kind: "customer", domains: "harbour-foods.example", primary_rep: await idOf(ruth, "rep2@demo.test") }),
  );
  await post(maya, "/contacts/new", { full_name: "Bo Park", account: customer, phones: "0161 496 0972", emails: "bo@harbour-foods.example" });
  await visit(grace, "/intake");
  await grace.getByRole("radio", { name: "Yes", exact: true }).check();
  await who({ phone: "0161 496 0972" });
  if (javaScriptEnabled) {
    await grace.getByRole("option", { name: /Bo Park/ }).click();
    await expect(field(/^Company/)).toHaveValue("Harbour Foods Ltd");
  } else await who({ company: "Harbour Foods", name: "Bo Park", email: "bo@harbour-foods.example" });
  await what(["Training"], "More seats");
  await found("Customer");
  if (!javaScriptEnabled) {
    await save();
    await grace.getByRole("radio", { name: /Bo Park/ }).check();
    await save();
  }
  await expect(grace.getByText("Never confirmed")).toBeVisible();
  await grace.getByRole("checkbox", { name: /read out, and right/ }).check();
  await save();
  await expect(grace.getByRole("heading", { level: 1, name: "Bo Park" })).toBeVisible();
  const people = grace.getByRole("region", { name: "People" });
  await expect(people).toContainText("Went to Owen Pryce, who is the salesperson of the customer Harbour Foods Ltd");
  await visit(owen, `/accounts/${customer}`);
  await expect(owen.getByRole("region", { name: "Company" })).toContainText("to Grace Okafor");

  // 7: nothing fits: whoever catches what is left, with a copy. Then help is needed now, and the first two cannot be reached.
  const call = async (name: string, phone: string) => {
    await visit(grace, "/intake");
    await grace.getByRole("radio", { name: "No", exact: true }).check();
    await who({ company: `${name} and Daughters`, name, phone, email: `${name.split(" ")[0]!.toLowerCase()}@daughters.example` });
    await what(["Training"], "Nothing else is known");
    await found("Web");
  };
  await call("Cleo Marsh", "0161 496 0973");
  await save();
  await expect(grace.getByRole("heading", { level: 1, name: "Cleo Marsh" })).toBeVisible();
  await expect(people).toContainText("Hassan Farouk");
  await expect(people).toContainText("gets what no rule fits");
  await expect(people).toContainText("Copies: Helen Marsh");
  await expect((await outbox("Cleo Marsh")).filter({ hasText: "Helen Marsh" })).toHaveCount(1);

  await post(hassan, "/me/availability/away", {});
  await post(ruth, `/admin/users/${await idOf(ruth, "helen.marsh@demo.test")}/reach`, { availability: "away" });
  await call("Dora Quick", "0161 496 0974");
  await grace.getByRole("checkbox", { name: /^Needs help now/ }).check();
  await save();
  await expect(grace.getByRole("heading", { level: 1, name: "Dora Quick" })).toBeVisible();
  await expect(grace.getByRole("region", { name: "Call", exact: true })).toContainText("Needs help now");
  await expect(people.getByText(/Priya Mehta|Kwame Osei/).first()).toBeVisible();

  // 8: a colleague refers one, another mails one in; both hear what became of it.
  await visit(maya, "/refer");
  await maya.getByRole("textbox", { name: /^Their name/ }).fill("Eve Stone");
  await maya.getByRole("textbox", { name: /^Phone/ }).fill("0161 496 0975");
  await maya.getByRole("button", { name: "Refer lead" }).click();
  await expect(maya.getByRole("row").filter({ hasText: "Eve Stone" })).toBeVisible();
  const mail = "From: rep2@demo.test\nSubject: From the fair\n\nName: Fay Wood\nCompany: Wood Yards\nPhone: 0161 496 0976\n";
  const mailed = await mailIn(mail, server.databaseUrl);
  await visit(ruth, "/leads?view=all&q=Eve+Stone");
  const referred = numberOf((await ruth.getByRole("link", { name: "Eve Stone", exact: true }).getAttribute("href"))!);
  await post(ruth, `/leads/${referred}/actions/win`, {});
  await post(ruth, `/leads/${mailed.lead}/actions/win`, {});
  await expect((await outbox("Your referral was won: Eve Stone")).filter({ hasText: "Maya Lindqvist" })).toHaveCount(1);
  await expect((await outbox("Your referral was won: Fay Wood")).filter({ hasText: "Owen Pryce" })).toHaveCount(1);
  await visit(owen, "/refer");
  await expect(owen.getByRole("row").filter({ hasText: "Fay Wood" })).toContainText("Won");

  // 9: the manager sees which of today's nobody has touched, and which deadlines have passed.
  await visit(hassan, "/radar");
  await expect(hassan.getByRole("region", { name: "Due within a day" }).getByRole("row").filter({ hasText: "Ana Reyes" })).toContainText("Priya Mehta");
  await expect(hassan.getByRole("region", { name: "Passed", exact: true }).getByRole("row").nth(1)).toBeVisible();
});

/** The number of a person, read where the administrator reads it. */
async function idOf(ruth: Page, email: string): Promise<string> {
  await ruth.goto("/admin/users");
  const row = ruth.getByRole("row").filter({ hasText: email }).first();
  const action = await row.locator("form[action^='/admin/users/']").first().getAttribute("action");
  return action!.split("/")[3]!;
}

test("2. Events become leads and reach the field", async ({ join, visit, takenOver }) => {
  const [maya, hassan] = [await join("rep@demo.test", server.url), await join("manager@demo.test", server.url)];
  const [elena, ruth] = [await join("distributor@demo.test", server.url), await join("admin@demo.test", server.url)];

  // A token for another system, and one account that is covered.
  const covered = numberOf(await post(ruth, "/accounts/new", { name: "Wharf Tools Ltd", kind: "prospect", domains: "wharf-tools.example", primary_rep: await idOf(ruth, "rep@demo.test") }));
  await post(ruth, "/accounts/new", { name: "Mill Lane Ltd", kind: "prospect", domains: "mill-lane.example" });
  await visit(ruth, "/admin/tokens");
  await ruth.getByRole("textbox", { name: "What it is for" }).fill("Marketing");
  await ruth.getByRole("combobox", { name: "It may" }).selectOption({ label: "Send contact events only" });
  await ruth.getByRole("button", { name: "Make token" }).click();
  const token = await ruth.getByRole("textbox", { name: "The token" }).inputValue();
  let sent = 0;
  const send = async (kinds: string[], contact: Record<string, string>) => {
    const events = kinds.map((kind) => ({ id: `e${(sent += 1)}`, kind, at: new Date().toISOString(), contact }));
    const answer = await ruth.request.post("/api/v1/events", { data: { events }, headers: { authorization: `Bearer ${token}` } });
    expect(answer.status()).toBe(200);
    return (await answer.json()).verdicts as { verdict: string; contact: number; account: number | null; lead: number | null }[];
  };

  // 1: by domain, by name; a mail service that anybody may use matches nothing; signs that disagree are shown.
  const [jo] = await send(["email_opened"], { email: "jo@wharf-tools.example", name: "Jo Wharf" });
  expect(String(jo!.account)).toBe(covered);
  const [byName] = await send(["email_opened"], { email: "al@elsewhere.example", name: "Al Mill", company: "Mill Lane Limited" });
  expect(byName!.account).not.toBeNull();
  const [free] = await send(["email_opened"], { email: "someone@gmail.com", name: "Sam One" });
  expect(free!.account).toBeNull();
  const [both] = await send(["met"], { email: "kim@wharf-tools.example", name: "Kim Both", company: "Mill Lane Ltd" });
  expect(both!.account).toBeNull();
  await visit(maya, `/contacts/${both!.contact}`);
  await expect(maya.locator("#events")).toContainText("The signs point to different accounts");

  // 2: a threshold is tried, proposed and agreed.
  await visit(ruth, "/thresholds?points=40");
  await expect(ruth.getByText(/^40 points would have let through \d+ contacts? in the last 3 months/)).toBeVisible();
  const form = ruth.locator("form[action='/thresholds'][method=post]");
  await form.getByLabel("Points").fill("40");
  await form.getByLabel("Why").fill("More for the field");
  await form.getByRole("button", { name: "Propose it" }).click();
  await expect(ruth.getByRole("region", { name: "Proposed" })).toContainText("40 points");
  await visit(hassan, "/thresholds");
  await hassan.getByRole("region", { name: "Proposed" }).getByRole("button", { name: "Accept" }).click();
  await expect(hassan.getByRole("region", { name: "Proposed" })).toContainText("Helen Marsh");

  // 3: who is covered is with that rep at once; one below is pulled all the same.
  const [passed] = (await send(["met", "called"], { email: "jo@wharf-tools.example", name: "Jo Wharf" })).slice(-1);
  expect(passed!.lead).not.toBeNull();
  await visit(maya, `/leads/${passed!.lead}`);
  const people = (page: Page) => page.getByRole("region", { name: "People" });
  await expect(people(maya)).toContainText("Went to Maya Lindqvist");
  const [below] = await send(["email_opened"], { email: "lee@wharf-tools.example", name: "Lee Wharf" });
  await visit(maya, `/contacts/${below!.contact}`);
  await maya.getByRole("button", { name: "Make it a lead now" }).click();
  await expect(maya.getByText("made the contact a lead before the threshold")).toBeVisible();

  // 4: without coverage it is the regional manager's, who delegates it; the distributor accepts.
  const lead = numberOf(await post(ruth, "/leads/new", { full_name: "Nia North", company: "North Star", postcode: "M1 1AA", country: "GB", owner: "" }));
  await visit(hassan, `/leads/${lead}`);
  await expect(people(hassan)).toContainText("Northern England");
  const delegate = hassan.locator("details").filter({ has: hassan.locator(`form[action='/leads/${lead}/delegate']`) });
  await delegate.locator("summary").click();
  await expect(delegate).toContainText("named for");
  await delegate.getByRole("button", { name: "Delegate lead" }).click();
  await expect(people(hassan)).toContainText("Waits to be accepted");
  await visit(elena, `/leads/${lead}`);
  await elena.getByRole("button", { name: "Accept", exact: true }).click();
  await expect(people(elena)).toContainText("Accepted by Elena Marchetti");

  // 5: what is not theirs is nowhere.
  const other = String(passed!.lead);
  expect((await visit(elena, `/leads/${other}`))?.status()).toBe(404);
  for (const path of ["/leads?view=all&q=Jo+Wharf", `/leads?view=all&q=${other}`]) {
    await visit(elena, path);
    await expect(elena.getByRole("link", { name: "Jo Wharf", exact: true })).toHaveCount(0);
  }
  const exported = await elena.request.get(`${server.url}/leads.csv?view=all`);
  if (exported.ok()) expect(await exported.text()).not.toContain("Jo Wharf");

  // 6: the next is declined, and is the manager's again.
  const next = numberOf(await post(ruth, "/leads/new", { full_name: "Ola North", company: "Polar", postcode: "M1 1AB", country: "GB", owner: "" }));
  await visit(hassan, `/leads/${next}`);
  const again = hassan.locator("details").filter({ has: hassan.locator(`form[action='/leads/${next}/delegate']`) });
  await again.locator("summary").click();
  await again.getByRole("button", { name: "Delegate lead" }).click();
  await expect(people(hassan)).toContainText("Waits to be accepted");
  await visit(elena, `/leads/${next}`);
  const decline = elena.locator("details").filter({ has: elena.locator(`form[action='/leads/${next}/delegation/decline']`) });
  await decline.locator("summary").click();
  await decline.getByLabel("Why not?").fill("Too far away");
  await decline.getByRole("button", { name: "Decline lead" }).click();
  await expect(elena).toHaveURL(/\/leads(\?|$)/);
  expect((await visit(elena, `/leads/${next}`))?.status()).toBe(404);
  await visit(hassan, `/leads/${next}`);
  await expect(hassan.locator(".timeline")).toContainText("Too far away");
  await expect(hassan.locator(".record__meta")).toContainText("Hassan Farouk");

  // 7: the next quarter is named; what is under way stays; a call centre draws a warning.
  await visit(hassan, "/territories");
  const region = hassan.getByRole("region", { name: "Northern England" });
  await expect(region).toContainText("named by Hassan Farouk");
  await visit(ruth, "/territories");
  const mark = ruth.getByRole("button", { name: /^Answers from a call centre: / }).first();
  const firm = ((await mark.getAttribute("aria-label")) ?? (await mark.innerText())).split(": ")[1]!;
  await mark.click();
  await expect(ruth.getByRole("button", { name: `Answers locally: ${firm}` })).toBeVisible();
  await takenOver(ruth);
  const scotland = ruth.getByRole("region", { name: "Scotland" });
  await scotland.getByLabel(/^Distributor in/).first().selectOption({ label: `${firm} (central call centre)` });
  await scotland.getByRole("button", { name: "Name distributor" }).first().click();
  await expect(scotland).toContainText("leads handed to call centres are often lost");
  await visit(hassan, `/leads/${lead}`);
  await expect(people(hassan)).toContainText("Accepted by Elena Marchetti");

  // 8: one that is ignored is taken back, and the manager sees how far the distributors are.
  await visit(ruth, "/radar");
  const ignored = ruth.getByRole("region", { name: "Passed", exact: true }).getByRole("row").filter({ has: ruth.getByRole("button", { name: /^Take it back/ }) }).first();
  const address = (await ignored.getByRole("link").first().getAttribute("href"))!;
  await ignored.getByRole("button", { name: /^Take it back/ }).click();
  await expect(ruth.locator(`a[href='${address}']`)).toHaveCount(0);
  await visit(hassan, "/territories");
  await expect(hassan.getByRole("region", { name: "Distributors compared" }).getByRole("row").nth(1)).toBeVisible();

  // 9: why, in one sentence, for any of them.
  for (const number of [String(passed!.lead), lead, next]) {
    await visit(hassan, `/leads/${number}`);
    await expect(people(hassan)).toContainText(/Went to |waits for/);
  }
});
