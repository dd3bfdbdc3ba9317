import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";
import { NAMES } from "./people.ts";

const timeline = (page: Page) => page.locator("ol.timeline > li");
const status = (page: Page) => page.getByRole("list", { name: "Status" }).locator("[aria-current=step]");

/** Where the field named can be edited: in place with script, in the form of its group without. */
async function edit(page: Page, group: string, field: string, hasScript: boolean) {
  const region = page.getByRole("region", { name: group, exact: true });
  if (hasScript) await region.getByRole("button", { name: new RegExp(`, change ${field.toLowerCase()}$`) }).click();
  else await region.getByRole("link", { name: `Edit ${group.toLowerCase()}` }).click();
  const control = region.getByLabel(new RegExp(`^${field}`)).first();
  const save = region.getByRole("button", { name: hasScript ? `Save ${field.toLowerCase()}` : "Save", exact: true });
  return { region, control, save };
}

test.describe("a rep's lead", () => {
  let number = 0;
  let name = "";

  test.beforeEach(async ({ page, signIn, visit, addLead }) => {
    name = unique("Ana");
    await signIn(page, "rep@demo.test");
    number = await addLead(page, { full_name: name, company: unique("Zephyr Looms"), source: "Web", score: "40", city: "Leeds" });
    await visit(page, `/leads/${number}`);
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  });

  test("a field is changed, and the timeline shows old and new", async ({ page, javaScriptEnabled }) => {
    const { region, control, save } = await edit(page, "Address", "City", javaScriptEnabled);
    await expect(control).toHaveValue("Leeds");
    if (javaScriptEnabled) await expect(control).toBeFocused();
    await control.fill("Halifax");
    await save.click();
    await expect(control).toHaveCount(0);
    await expect(region).toContainText("Halifax");
    const change = timeline(page).filter({ hasText: "changed City" });
    await expect(change).toContainText(NAMES["rep@demo.test"]);
    await expect(change.locator("del")).toHaveText("Leeds");
    await expect(change.locator("ins")).toHaveText("Halifax");
    await page.reload();
    await expect(region).toContainText("Halifax");
  });

  test("the timeline tells how long ago, or when", async ({ page, javaScriptEnabled }) => {
    await expect(timeline(page).last().locator("time")).toHaveText(javaScriptEnabled ? "just now" : /^\d{4}-\d\d-\d\d$/);
  });

  test("a group’s link opens it as one form", async ({ page }) => {
    const region = page.getByRole("region", { name: "Address", exact: true });
    await region.getByRole("link", { name: "Edit address" }).click();
    await expect(region.getByRole("textbox", { name: "City" })).toHaveValue("Leeds");
    await region.getByRole("textbox", { name: "City" }).fill("Halifax");
    await region.getByRole("textbox", { name: "Postcode" }).fill("HX1 1UJ");
    await region.getByRole("button", { name: "Save", exact: true }).click();
    await expect(region.getByRole("textbox")).toHaveCount(0);
    await expect(region).toContainText("Halifax");
    await expect(timeline(page).filter({ hasText: "changed City, Postcode" })).toBeVisible();
  });

  test("tags lead to all leads that have them", async ({ page, javaScriptEnabled }) => {
    const tag = unique("Fair").toLowerCase();
    const { control, save } = await edit(page, "Interest", "Tags", javaScriptEnabled);
    await control.fill(`VIP, ${tag}`);
    await save.click();
    await expect(page.locator(".record__meta .chip")).toHaveText([tag, "vip"].sort());
    await page.locator(".record__meta").getByRole("link", { name: tag, exact: true }).click();
    await expect(page.locator(".filter-bar .chip")).toContainText(`Tag: ${tag}`);
    await expect(page.locator("tbody tr.row")).toHaveCount(1);
    await expect(page.locator("tbody tr.row")).toContainText(name);
  });

  test("a choice is changed", async ({ page, javaScriptEnabled }) => {
    const { region, control, save } = await edit(page, "Kind", "Source", javaScriptEnabled);
    await control.selectOption({ label: "Customer referral" });
    await save.click();
    await expect(control).toHaveCount(0);
    await expect(region).toContainText("Customer referral");
    const change = timeline(page).filter({ hasText: "changed Source" });
    await expect(change.locator("del")).toHaveText("Web");
    await expect(change.locator("ins")).toHaveText("Customer referral");
  });

  test("an amount that is none is marked at its field and kept", async ({ page, javaScriptEnabled }) => {
    const { region, control, save } = await edit(page, "Worth", "Target amount", javaScriptEnabled);
    await control.fill("a lot");
    await save.click();
    await expect(control).toHaveAttribute("aria-invalid", "true");
    await expect(control).toHaveValue("a lot");
    await control.fill("9,950.50");
    await save.click();
    await expect(control).toHaveCount(0);
    await expect(region).toContainText("9,950.50");
  });

  test("a status of the same state is one click", async ({ page }) => {
    await expect(status(page)).toHaveText("New enquiry");
    await page.getByRole("button", { name: "Contacting", exact: true }).click();
    await expect(status(page)).toHaveText("Contacting");
    await expect(timeline(page).filter({ hasText: "changed Status" }).locator("ins")).toHaveText("Contacting");
  });

  test("a comment has an icon and a colour", async ({ page }) => {
    await page.getByRole("textbox", { name: "Comment", exact: true }).fill("Budget signed off; call before Friday");
    await page.getByRole("radio", { name: "Flag" }).check();
    await page.getByRole("radio", { name: "Red" }).check();
    await page.getByRole("button", { name: "Comment", exact: true }).click();
    const comment = timeline(page).filter({ hasText: "Budget signed off" });
    await expect(comment).toContainText(`${NAMES["rep@demo.test"]} commented`);
    await expect(comment.locator(".timeline__note.tone-red")).toBeVisible();
    await expect(comment.locator(".timeline__icon.tone-red use")).toHaveAttribute("href", /flag$/);
    await expect(page.getByRole("textbox", { name: "Comment", exact: true })).toHaveValue("");
  });

  test("the timeline is narrowed by kind, person and day, and its address says so", async ({ page, takenOver }) => {
    const comment = unique("Budget signed off");
    await page.getByRole("textbox", { name: "Comment", exact: true }).fill(comment);
    await page.getByRole("button", { name: "Comment", exact: true }).click();
    await expect(timeline(page)).toHaveCount(2);
    const narrow = async (fill: () => Promise<unknown>) => {
      await takenOver(page);
      const panel = page.locator(".timeline-filter .filter-panel");
      // A page that was just left may still close the menu.
      await expect(async () => {
        if (!(await panel.isVisible())) await page.locator(".timeline-filter summary").click();
        await expect(panel).toBeVisible({ timeout: 1000 });
      }).toPass();
      await fill();
      await page.getByRole("button", { name: "Show entries" }).click();
    };
    await narrow(() => page.getByLabel("Entries").selectOption({ label: "Comments and notes" }));
    await expect(timeline(page)).toHaveCount(1);
    await expect(timeline(page)).toContainText(comment);
    await expect(page).toHaveURL(/[?&]timeline=comments/);
    await narrow(() => page.getByLabel("By whom").selectOption({ label: NAMES["manager@demo.test"] }));
    await expect(timeline(page)).toHaveCount(0);
    await expect(page.getByText("Nothing like this has happened.")).toBeVisible();
    await expect(page.locator(".timeline-filter")).toContainText(`Comments and notes · ${NAMES["manager@demo.test"]}`);
    await page.getByRole("link", { name: "Show everything" }).click();
    await expect(timeline(page)).toHaveCount(2);
    await narrow(() => page.getByLabel("Last day").fill("2020-01-31"));
    await expect(timeline(page)).toHaveCount(0);
    await expect(page.locator(".timeline-filter")).toContainText("until 31 Jan 2020");
  });

  test("a long timeline goes on with a link", async ({ page, visit, javaScriptEnabled }) => {
    test.slow();
    for (let at = 1; at <= 50; at++) {
      const headers = { origin: new URL(page.url()).origin, accept: "application/json" };
      const answer = await page.request.post(`/leads/${number}/comment`, { form: { text: `Call ${at}`, icon: "phone" }, headers });
      expect(answer.ok()).toBe(true);
    }
    await visit(page, `/leads/${number}`);
    await expect(timeline(page)).toHaveCount(50);
    const arrival = timeline(page).filter({ hasText: "added the lead" });
    await expect(arrival).toHaveCount(0);
    const older = page.getByRole("link", { name: "Show older" });
    await expect(older).toHaveAttribute("href", /[?&]before=\d+#timeline$/);
    await older.click();
    await expect(arrival).toBeVisible();
    await expect(older).toHaveCount(0);
    if (javaScriptEnabled) {
      await expect(timeline(page)).toHaveCount(51);
    } else {
      await expect(timeline(page)).toHaveCount(1);
      await page.getByRole("link", { name: "Show the newest" }).click();
      await expect(timeline(page)).toHaveCount(50);
    }
  });

  test("an empty comment is refused at its field", async ({ page }) => {
    await page.getByRole("button", { name: "Comment", exact: true }).click();
    await expect(page.getByRole("textbox", { name: "Comment", exact: true })).toHaveAttribute("aria-invalid", "true");
  });

  test("a shared note stands under its author", async ({ page }) => {
    await page.getByRole("textbox", { name: "Comment", exact: true }).fill("Prefers mornings");
    await page.getByRole("button", { name: "Add to shared notes" }).click();
    const note = timeline(page).filter({ hasText: "Prefers mornings" });
    await expect(note).toContainText(`${NAMES["rep@demo.test"]} added to the shared notes`);
  });

  test("losing asks for the reason", async ({ page }) => {
    await page.getByText("Lose", { exact: true }).click();
    await page.getByRole("button", { name: "Lose lead" }).click();
    const reason = page.getByRole("combobox", { name: "Why was it lost?" });
    await expect(reason).toBeVisible();
    await expect(reason).toHaveAttribute("aria-invalid", "true");
    await expect(reason).toHaveAccessibleDescription(/reason|why/i);
    await expect(status(page)).toHaveText("New enquiry");
    await reason.selectOption({ label: "Chose a competitor" });
    await page.getByRole("button", { name: "Lose lead" }).click();
    await expect(status(page)).toHaveText("Lost");
    await expect(page.getByRole("region", { name: "Dates" })).toContainText("Chose a competitor");
    const loss = timeline(page).filter({ hasText: "lost the lead" });
    await expect(loss).toContainText("Reason: Chose a competitor");
    await expect(loss.locator("del")).toHaveText("New enquiry");
    await expect(loss.locator("ins")).toHaveText("Lost");
    await page.getByRole("button", { name: "Reopen lead" }).click();
    await expect(status(page)).toHaveText("New enquiry");
    await expect(page.getByRole("region", { name: "Dates" })).not.toContainText("Chose a competitor");
  });

  test("a lead is worked from start to win, with a way back", async ({ page }) => {
    await page.locator(".record__actions").getByRole("button", { name: "Start work" }).click();
    await expect(status(page)).toHaveText("Qualification");
    await page.getByRole("button", { name: "Proposal", exact: true }).click();
    await expect(status(page)).toHaveText("Proposal");
    await page.getByRole("button", { name: "Win lead" }).click();
    await expect(status(page)).toHaveText("Won");
    await expect(timeline(page).filter({ hasText: "won the lead" }).locator("del")).toHaveText("Proposal");
    await expect(page.getByRole("button", { name: /, change city$/ })).toHaveCount(0);
    await expect(page.getByRole("link", { name: "Edit address" })).toHaveCount(0);
    await page.getByRole("button", { name: "Reopen lead" }).click();
    await expect(status(page)).toHaveText("Proposal");
    await page.getByRole("button", { name: "Win lead" }).click();
    await expect(status(page)).toHaveText("Won");
  });

  test("a deleted lead is out of the lists and can be restored", async ({ page, visit }) => {
    await page.locator("summary").and(page.getByLabel("More actions")).click();
    await page.getByRole("button", { name: "Delete lead" }).click();
    await expect(page.getByText("Deleted", { exact: true })).toBeVisible();
    await visit(page, `/leads?q=${encodeURIComponent(name)}`);
    await expect(page.getByRole("link", { name, exact: true })).toHaveCount(0);
    await visit(page, `/leads?view=deleted&q=${encodeURIComponent(name)}`);
    await page.getByRole("link", { name, exact: true }).click();
    await page.getByRole("button", { name: "Restore lead" }).click();
    await expect(page.getByText("Deleted", { exact: true })).toHaveCount(0);
    await expect(timeline(page).filter({ hasText: "restored the lead" })).toBeVisible();
    await visit(page, `/leads?q=${encodeURIComponent(name)}`);
    await expect(page.getByRole("link", { name, exact: true })).toBeVisible();
  });
});

test("a lead nobody owns is accepted", async ({ page, signIn, visit, addLead }) => {
  await signIn(page, "rep@demo.test");
  const number = await addLead(page, { full_name: unique("Nobody’s"), owner: "", group: "North" });
  await visit(page, `/leads/${number}`);
  await page.getByRole("button", { name: "Accept lead" }).click();
  await expect(page.getByRole("button", { name: "Accept lead" })).toHaveCount(0);
  await expect(page.getByRole("region", { name: "People" })).toContainText(NAMES["rep@demo.test"]);
});

test("a lead that waits for its group is accepted, and given away by nobody else", async ({ page, signIn, visit, addLead }) => {
  await signIn(page, "rep@demo.test");
  const number = await addLead(page, { full_name: unique("Waits"), owner: "", group: "North" });
  const origin = process.env.LEADWRIGHT_E2E_URL!;
  const refused = await page.request.post(`/leads/${number}/edit`, { form: { owner: "manager@demo.test" }, headers: { origin, accept: "application/json" } });
  expect(await refused.text()).toContain("It waits for somebody of North to accept it");
  await visit(page, `/leads/${number}`);
  const people = page.getByRole("region", { name: "People" });
  await expect(people).toContainText("Nobody accepted it yet");
  await expect(people).toContainText("It waits for somebody of North to accept it; accept it, or have who manages the group give it away.");
  await page.getByRole("button", { name: "Accept lead" }).click();
  await expect(people).toContainText(NAMES["rep@demo.test"]);
  await expect(people).not.toContainText("Nobody accepted it yet");
});

test("previous and next follow the list the lead was opened from", async ({ page, signIn, visit, addLead }) => {
  const company = unique("Threefold");
  await signIn(page, "rep@demo.test");
  for (const full_name of ["One Threefold", "Two Threefold", "Three Threefold"]) await addLead(page, { full_name, company });
  await visit(page, `/leads?view=all&q=${encodeURIComponent(company)}`);
  await page.getByRole("link", { name: "Two Threefold", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Two Threefold" })).toBeVisible();
  await page.getByRole("link", { name: "Next lead" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "One Threefold" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Next lead" })).toHaveCount(0);
  await page.getByRole("link", { name: "Previous lead" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Two Threefold" })).toBeVisible();
});

test("what a comment is sent with stands in one line beside the facts", async ({ page, signIn, visit, addLead }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await signIn(page, "rep@demo.test");
  await visit(page, `/leads/${await addLead(page, { full_name: unique("In Line") })}`);
  const parts = page.locator(".composer__foot").locator("fieldset, button");
  await expect(parts).toHaveCount(4);
  const middles = await Promise.all((await parts.all()).map(async (part) => {
    const box = (await part.boundingBox())!;
    return box.y + box.height / 2;
  }));
  expect(Math.max(...middles) - Math.min(...middles)).toBeLessThan(4);
});
