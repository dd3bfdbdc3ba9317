// Reaching the person of a lead: an attempt is logged with two taps, a voicemail promises a call back, and what to try next is proposed.
import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";

const part = (page: Page) => page.getByRole("region", { name: "Reach them", exact: true });
const channel = (page: Page, name: string) => page.locator("details.attempt > summary").filter({ hasText: name });
const form = (page: Page, key: string) => page.locator(`form[action$='/attempts/${key}']`);
const timeline = (page: Page) => page.locator("ol.timeline");

/** An address at a domain that no other test uses. */
const address = () => `jo@${unique("acme").replace(/[^a-z]+/g, "")}.example`;

test("an attempt is logged with two taps, and what to try next is proposed", async ({
  page,
  join,
  signIn,
  visit,
  addLead,
  takenOver,
  javaScriptEnabled,
  expectAccessible,
}) => {
  await signIn(page, "rep@demo.test");
  const email = address();
  const lead = await addLead(page, { full_name: unique("Jo"), company: unique("Acme"), phones: "0161 411 2077", emails: email });
  await visit(page, `/leads/${lead}`);
  await expect(part(page)).toContainText("Nobody has tried to reach them yet.");
  await expect(part(page)).toContainText("Call them");
  const other = await join("admin@demo.test");
  await visit(other, `/leads/${lead}`);

  await channel(page, "Call").click();
  await expect(form(page, "call").getByRole("link", { name: "+441614112077" })).toHaveAttribute("href", "tel:+441614112077");
  await expectAccessible(page);
  await form(page, "call").getByRole("button", { name: "No answer", exact: true }).click();
  await expect(part(page)).toContainText("Tried so far: 1");
  await expect(part(page)).toContainText("Write an e-mail to them");
  await expect(part(page)).toContainText("One attempt has not reached them.");
  await expect(timeline(page)).toContainText("called +441614112077: no answer");
  if (!javaScriptEnabled) await other.reload();
  await expect(timeline(other), "an open page follows").toContainText("called +441614112077: no answer");
  await expect(part(other)).toContainText("Tried so far: 1");

  await takenOver(page);
  await channel(page, "E-mail").click();
  await form(page, "email").getByRole("button", { name: "Sent", exact: true }).click();
  await expect(part(page)).toContainText("2: 1 call, 1 e-mail");
  await expect(timeline(page)).toContainText(`wrote an e-mail to ${email}: sent`);

  // The proposal becomes the next step with a tap.
  await takenOver(page);
  await expect(page.locator(".next-step")).toContainText("No next step");
  await part(page).getByRole("button", { name: "Plan it" }).click();
  await expect(page.locator(".next-step")).toContainText("Call them");
  await expect(part(page).getByRole("button", { name: "Plan it" })).toHaveCount(0);

  await takenOver(page);
  await channel(page, "Call").click();
  await form(page, "call").getByRole("button", { name: "Reached them" }).click();
  await expect(timeline(page)).toContainText("called +441614112077: reached them");
  await expect(part(page)).not.toContainText("Call them");
  await expect(page.locator(".next-step"), "what was planned is done").toContainText("No next step");
  await visit(page, `/leads/${lead}?timeline=attempts`);
  await expect(timeline(page).locator("> li")).toHaveCount(3);
});

test("a voicemail has a check list and promises a call back, which is a task", async ({ page, signIn, visit, addLead, takenOver }) => {
  await signIn(page, "rep@demo.test");
  const lead = await addLead(page, { full_name: unique("Jo"), company: unique("Acme"), phones: "0161 411 2078" });
  await visit(page, `/leads/${lead}`);
  const call = form(page, "call");
  await channel(page, "Call").click();
  await call.locator("summary", { hasText: "What to say on a voicemail" }).click();
  await expect(call).toContainText("I will call you again on");
  await call.getByRole("checkbox", { name: "The date" }).check();
  await call.getByRole("checkbox", { name: "Why you call" }).check();
  await page.locator("#attempt-call-call_back").fill("2020-01-02");
  await call.getByRole("button", { name: "Voicemail", exact: true }).click();
  await expect(page.locator("#attempt-call-call_back-error")).toHaveText("This time is over already");
  await expect(page.locator("#attempt-call-call_back"), "nothing typed is lost").toHaveValue("2020-01-02");
  await expect(call.getByRole("checkbox", { name: "The date" })).toBeChecked();

  await takenOver(page);
  await page.locator("#attempt-call-call_back").fill("2031-03-04");
  await page.locator("#attempt-call-call_back_time").fill("10:00");
  await call.getByRole("button", { name: "Voicemail", exact: true }).click();
  const next = page.locator(".next-step");
  await expect(next).toContainText("Call them back, as promised");
  await expect(next).toContainText("4 Mar 2031, 10:00");
  await expect(part(page)).toContainText("You promised to call back.");
  await expect(timeline(page)).toContainText("The message said: date, reason; it left out: time, how to reach us, that we call back");

  await takenOver(page);
  await channel(page, "Call").click();
  await call.getByRole("button", { name: "Reached them" }).click();
  await expect(timeline(page)).toContainText("finished the task “Call them back, as promised”");
  await expect(next).toContainText("No next step");
});

test("a wrong number is tried no more, and reception is asked for another", async ({ page, signIn, visit, addLead, takenOver }) => {
  await signIn(page, "rep@demo.test");
  const lead = await addLead(page, { full_name: unique("Jo"), company: unique("Acme"), phones: "0161 411 2079, 0161 411 2080" });
  await visit(page, `/leads/${lead}`);
  const call = form(page, "call");
  await channel(page, "Call").click();
  await call.getByRole("combobox", { name: "Which one" }).selectOption("+441614112080");
  await call.getByRole("button", { name: "Wrong number" }).click();
  await expect(timeline(page)).toContainText("called +441614112080: wrong number");
  await takenOver(page);
  await channel(page, "Call").click();
  await expect(call.getByRole("combobox", { name: "Which one" })).toHaveCount(0);
  await call.getByRole("button", { name: "Wrong number" }).click();
  await expect(page.locator(".next-step")).toContainText("Ask reception for their direct line or mobile");
  await takenOver(page);
  await channel(page, "Call").click();
  await expect(call).toContainText("No number is known at which they could be called.");
});

test("an administrator changes the playbook, and it stands where somebody calls", async ({ page, join, signIn, visit, addLead, takenOver }) => {
  const words = unique("Say who you are");
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/playbook");
  const steps = page.getByRole("textbox", { name: "Steps" });
  const before = await steps.inputValue();
  await steps.fill("call 0\npigeon 2");
  await page.getByRole("button", { name: "Save cadence" }).click();
  await expect(page.locator("#steps-error")).toContainText("“pigeon 2” is not like that");
  await expect(steps, "nothing typed is lost").toHaveValue("call 0\npigeon 2");
  await takenOver(page);
  await steps.fill(before);
  await page.getByRole("button", { name: "Save cadence" }).click();
  await expect(page.locator("#steps-error")).toHaveCount(0);

  await takenOver(page);
  const text = page.getByRole("region", { name: "When reception does not put you through" });
  await text.getByRole("textbox", { name: "Text" }).fill(words);
  await text.getByRole("button", { name: "Save text" }).click();
  await expect(text).toContainText("Changed");

  const rep = await join("rep@demo.test");
  const lead = await addLead(rep, { full_name: unique("Jo"), company: unique("Acme"), phones: "0161 411 2081" });
  await visit(rep, `/leads/${lead}`);
  await channel(rep, "Call").click();
  const reception = form(rep, "call").locator("details").filter({ has: rep.locator("summary", { hasText: "When reception does not put you through" }) });
  await reception.locator("summary").click();
  await expect(reception).toContainText(words);

  await takenOver(page);
  await text.getByRole("button", { name: "Back to the standard text" }).click();
  await expect(text).not.toContainText("Changed");
  await expect(text.getByRole("textbox", { name: "Text" })).toHaveValue(/Never say that you are expected/);
});
