// Registering a lead's deal with a vendor: what each step asks for, how long it is protected, and that the first registration wins.
import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";

const part = (page: Page) => page.getByRole("region", { name: "Deal registration", exact: true });
const open = (page: Page, summary: string) => part(page).locator("summary", { hasText: summary }).click();
const press = (page: Page, name: string) => part(page).locator("button:visible", { hasText: name }).click();
/** How far the registration is. */
const state = (page: Page) => part(page).locator("li.task .badge").first();

/** Adds a vendor and gives its name. */
async function addVendor(page: Page, origin: string): Promise<string> {
  const name = unique("Vendor House");
  const answer = await page.request.post("/accounts/new", { form: { name, kind: "vendor" }, headers: { origin, accept: "application/json" } });
  expect(await answer.json()).toHaveProperty("Done");
  return name;
}

test("a deal is registered, returned, approved and protected until a date", async ({ page, baseURL, signIn, visit, addLead, expectAccessible }) => {
  await signIn(page, "rep@demo.test");
  const vendor = await addVendor(page, baseURL!);
  const lead = await addLead(page, { full_name: unique("Jo"), company: unique("Acme") });
  await visit(page, `/leads/${lead}`);
  await expect(part(page)).toContainText("Not registered.");

  // A form says what it lacks, and nothing typed is lost.
  await open(page, "Register the deal");
  await page.locator("#registration-note").fill("Ask for Vera");
  await press(page, "It is to be registered");
  await expect(page.locator("#registration-vendor-error")).toContainText("Choose a vendor from the list");
  await expect(page.locator("#registration-note")).toHaveValue("Ask for Vera");
  await page.locator("#registration-vendor").selectOption({ label: vendor });
  await press(page, "It is to be registered");
  await expect(state(page)).toHaveText("To register");
  await expect(part(page)).toContainText("Ask for Vera");

  await press(page, "Submit to the vendor");
  await expect(state(page)).toHaveText("Submitted");
  await open(page, "Note that it was returned");
  await part(page).locator("[id$='-return-reason']").fill("Who decides?");
  await press(page, "Note that it was returned");
  await expect(state(page)).toHaveText("Returned");
  await expect(part(page)).toContainText("Who decides?");
  await press(page, "Submit to the vendor");
  await expect(state(page)).toHaveText("Submitted");

  await open(page, "Note the approval");
  await part(page).locator("[id$='-approve-reference']").fill("D-17");
  await part(page).locator("[id$='-approve-until']").fill("2020-01-02");
  await press(page, "Note the approval");
  await expect(part(page).locator("[id$='-approve-until-error']")).toContainText("or a later day");
  await expect(part(page).locator("[id$='-approve-reference']")).toHaveValue("D-17");
  const soon = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
  await part(page).locator("[id$='-approve-until']").fill(soon);
  await press(page, "Note the approval");
  await expect(state(page)).toHaveText("Approved");
  await expect(part(page)).toContainText("D-17");
  await expect(part(page)).toContainText(/protected until .+, (19|20|21) days left/);
  await expect(part(page).locator("summary", { hasText: "Note the rejection" }), "only a manager takes a protection away").toHaveCount(0);
  await open(page, "Note an extension");
  await expectAccessible(page, "#registrations");
});

test("the first registration wins until a manager settles it", async ({ page, join, baseURL, signIn, visit, addLead }) => {
  const company = unique("Acme");
  await signIn(page, "rep@demo.test");
  const vendor = await addVendor(page, baseURL!);
  const [first, second] = [
    await addLead(page, { full_name: unique("Jo"), company }),
    await addLead(page, { full_name: unique("Kim"), company }),
  ];
  for (const lead of [first, second]) {
    await visit(page, `/leads/${lead}`);
    await open(page, "Register the deal");
    await page.locator("#registration-vendor").selectOption({ label: vendor });
    await press(page, "It is to be registered");
    await expect(state(page)).toHaveText("To register");
    await press(page, "Submit to the vendor");
    if (lead === first) await expect(state(page)).toHaveText("Submitted");
  }
  await expect(part(page)).toContainText(`for lead ${first} first`);
  await expect(part(page)).toContainText("The first registration wins");
  await expect(state(page)).toHaveText("To register");

  const admin = await join("admin@demo.test");
  await visit(admin, `/leads/${first}`);
  await open(admin, "Note the rejection");
  await part(admin).locator("[id$='-reject-reason']").fill("The other was asked first");
  await press(admin, "Note the rejection");
  await expect(state(admin)).toHaveText("Rejected");
  await visit(page, `/leads/${second}`);
  await press(page, "Submit to the vendor");
  await expect(state(page)).toHaveText("Submitted");
});
