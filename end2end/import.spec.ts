import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";

const csv = (rows: string[]) => ({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(["Who,E-mail,Firm,Colour", ...rows].join("\n")) });

/** Without script one looks again oneself. */
async function expectPhase(page: Page, phase: string) {
  await expect(async () => {
    const again = page.getByRole("link", { name: "Look how far it is" });
    if (await again.isVisible()) await again.click();
    await expect(page.locator(".badge").first()).toHaveText(phase, { timeout: 1000 });
  }).toPass();
}

test("a file is looked at, checked, imported and taken back", async ({ page, signIn, visit, takenOver }) => {
  const [one, two] = [unique("Imported"), unique("Imported")];
  await signIn(page, "manager@demo.test");
  await visit(page, "/import");
  await page.getByLabel("File", { exact: true }).setInputFiles(csv([`${one},one@people.test,Hill Ltd,red`, `${two},two@people.test,Ray Ltd,blue`, "Broken,no address,Ray Ltd,"]));
  await page.getByRole("button", { name: "Look at the file" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "people.csv" })).toBeVisible();
  await takenOver(page);
  await expect(page.getByLabel("E-mail")).toHaveValue("emails");
  await page.getByLabel("Who").selectOption("Full name");
  await page.getByLabel("Colour").selectOption("Left out");
  await expect(page.getByLabel("Route leads without an owner by the rules")).toBeChecked();
  await page.getByRole("button", { name: "Check the rows" }).click();
  await expectPhase(page, "Checked, nothing imported yet");
  const rows = page.getByRole("region", { name: "Rows" }).getByRole("row");
  await expect(rows.filter({ hasText: one })).toContainText("new");
  await expect(rows.filter({ hasText: "Broken" })).toContainText("refused");

  await page.getByRole("button", { name: "Import", exact: true }).click();
  await expectPhase(page, "Imported");
  const file = await page.request.get(`${page.url().split("?")[0]}/refused.csv`);
  expect(file.headers()["content-disposition"]).toContain("people-refused.csv");
  expect(await file.text()).toContain("Broken");

  await visit(page, `/leads?view=all&q=${encodeURIComponent(one)}`);
  await expect(page.locator("tr.row")).toHaveCount(1);
  await visit(page, "/import");
  await page.getByRole("link", { name: "people.csv" }).first().click();
  await takenOver(page);
  await page.getByRole("button", { name: "Take it all back" }).click();
  await expectPhase(page, "Taken back");
  await visit(page, `/leads?view=all&q=${encodeURIComponent(one)}`);
  await expect(page.locator("tr.row")).toHaveCount(0);
});

test("a row says to which known account it goes, or which it may be", async ({ page, signIn, visit, takenOver, expectAccessible }) => {
  const firm = unique("Spelling");
  await signIn(page, "manager@demo.test");
  const check = async (spelling: string) => {
    await visit(page, "/import");
    await page.getByLabel("File", { exact: true }).setInputFiles(csv([`${unique("Spelled")},,${firm} ${spelling},red`]));
    await page.getByRole("button", { name: "Look at the file" }).click();
    await takenOver(page);
    await page.getByLabel("Who").selectOption("Full name");
    await page.getByRole("button", { name: "Check the rows" }).click();
    await expectPhase(page, "Checked, nothing imported yet");
  };
  const row = page.getByRole("region", { name: "Rows" }).getByRole("row").filter({ hasText: "new" });
  await check("Ltd");
  await expect(row).not.toContainText("account");
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await expectPhase(page, "Imported");

  await check("GmbH");
  await expect(row).toContainText(`goes to the account ${firm} Ltd: This is their name but for spelling or legal form`);
  await expectAccessible(page, "main");
  await row.getByRole("link", { name: `Open ${firm} Ltd` }).click();
  await expect(page.getByRole("heading", { level: 1, name: `${firm} Ltd` })).toBeVisible();
});

test("what is no list is refused at its field, and what was typed stays", async ({ page, signIn, visit }) => {
  await signIn(page, "manager@demo.test");
  await visit(page, "/import");
  await page.getByLabel("Supplier").fill("Acme Lists");
  await page.getByLabel("File", { exact: true }).setInputFiles({ name: "book.csv", mimeType: "text/csv", buffer: Buffer.from("PK\u0003\u0004...") });
  await page.getByRole("button", { name: "Look at the file" }).click();
  await expect(page.getByLabel("File", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await expect(page.locator("#file-error")).toContainText("book.csv is an Excel workbook");
  await expect(page.getByLabel("Supplier")).toHaveValue("Acme Lists");
});

test("two columns cannot go to one place", async ({ page, signIn, visit, takenOver }) => {
  await signIn(page, "manager@demo.test");
  await visit(page, "/import");
  await page.getByLabel("File", { exact: true }).setInputFiles(csv(["Ada,ada@people.test,Hill Ltd,red"]));
  await page.getByRole("button", { name: "Look at the file" }).click();
  await takenOver(page);
  await page.getByLabel("Who").selectOption("Full name");
  await page.getByLabel("Colour").selectOption("Full name");
  await page.getByRole("button", { name: "Check the rows" }).click();
  await expect(page.getByLabel("Colour")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Who")).toHaveValue("full_name");
});

test("a supplier's columns are remembered", async ({ page, signIn, visit, takenOver }) => {
  const supplier = unique("Lists");
  await signIn(page, "manager@demo.test");
  const upload = async () => {
    await visit(page, "/import");
    await page.getByLabel("Supplier").fill(supplier);
    await page.getByLabel("File", { exact: true }).setInputFiles(csv(["Ada,ada@people.test,Hill Ltd,red"]));
    await page.getByRole("button", { name: "Look at the file" }).click();
    await takenOver(page);
  };
  await upload();
  await page.getByLabel("Who").selectOption("Full name");
  await page.getByLabel("Colour").selectOption("Tags");
  await page.getByRole("button", { name: "Check the rows" }).click();
  await expectPhase(page, "Checked, nothing imported yet");
  await upload();
  await expect(page.getByLabel("Colour")).toHaveValue("tags");
});

test("a column goes to a field of one's own, which a row must say where it is required", async ({ page, signIn, visit, takenOver }) => {
  const [type, field, machine] = [unique("Machines"), unique("Serial number"), unique("X")];
  const [one, two] = [unique("Owned"), unique("Owned")];
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/types");
  const headers = { origin: new URL(page.url()).origin, accept: "application/json" };
  const added = await page.request.post("/admin/types", { form: { name: type, like: "" }, headers });
  const form = { name: field, kind: "text", options: "", required: "1", default: "", for_all: "" };
  const answer = await page.request.post(`${(await added.json()).Done.location}/fields`, { form, headers });
  expect(await answer.json(), "adding a field").toHaveProperty("Done");

  await visit(page, "/import");
  const rows = ["Who,E-mail,Kind,Machine", `${one},one@people.test,${type},${machine}`, `${two},two@people.test,${type},`];
  await page.getByLabel("File", { exact: true }).setInputFiles({ name: "machines.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) });
  await page.getByRole("button", { name: "Look at the file" }).click();
  await takenOver(page);
  await page.getByLabel("Who").selectOption("Full name");
  await page.getByLabel("Kind").selectOption("Lead type");
  await page.getByLabel("Machine").selectOption(field);
  await page.getByRole("button", { name: "Check the rows" }).click();
  await expectPhase(page, "Checked, nothing imported yet");
  const verdicts = page.getByRole("region", { name: "Rows" }).getByRole("row");
  await expect(verdicts.filter({ hasText: one })).toContainText("new");
  await expect(verdicts.filter({ hasText: two })).toContainText(`“${field}” is required, and the row does not say it`);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await expectPhase(page, "Imported");

  await visit(page, `/leads?view=all&q=${encodeURIComponent(one)}`);
  await page.locator("tr.row").getByRole("link", { name: one, exact: true }).click();
  await expect(page.getByRole("main")).toContainText(machine);
});

test("rows that came in before are skipped or change their leads", async ({ page, signIn, visit, takenOver, expectAccessible }) => {
  const [one, two] = [unique("Repeated"), unique("Repeated")];
  const address = (name: string) => `${name.split(" ")[1]}@people.test`;
  await signIn(page, "admin@demo.test");
  const check = async (rows: string[], before: string) => {
    await visit(page, "/import");
    await page.getByLabel("File", { exact: true }).setInputFiles(csv(rows));
    await page.getByRole("button", { name: "Look at the file" }).click();
    await takenOver(page);
    await page.getByLabel("Who").selectOption("Full name");
    await page.getByLabel("Colour").selectOption("City");
    await page.getByLabel("Rows that came in before").selectOption(before);
    await page.getByRole("button", { name: "Check the rows" }).click();
    await expectPhase(page, "Checked, nothing imported yet");
  };
  const figures = page.locator("dl.outcome > div");
  await check([`${one},${address(one)},Hill Ltd,Leeds`], "Skip them");
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await expectPhase(page, "Imported");

  const again = [`${one},${address(one)},Hill Ltd,York`, `${two},${address(two)},Hill Ltd,Hull`];
  await check(again, "Skip them");
  await expect(figures.filter({ hasText: "skipped" })).toContainText("1");
  await check(again, "Change their leads");
  await expect(figures.filter({ hasText: "changed" })).toContainText("1");
  const row = page.getByRole("region", { name: "Rows" }).getByRole("row").filter({ hasText: one });
  await expect(row).toContainText(/changed# \d+: City/);
  await expectAccessible(page, "main");
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await expectPhase(page, "Imported");
  await expect(row).toContainText("changed");

  await visit(page, `/leads?view=all&q=${encodeURIComponent(one)}&columns=name,city`);
  await expect(page.locator("tr.row")).toHaveCount(1);
  await expect(page.locator("tr.row .col-city")).toHaveText("York");
});

test("who may not import finds no way to it", async ({ page, signIn, visit }) => {
  await signIn(page, "rep@demo.test");
  const answer = await visit(page, "/import");
  expect(answer?.status()).toBe(403);
  await expect(page.getByRole("link", { name: "Import", exact: true })).toHaveCount(0);
  const origin = new URL(page.url()).origin;
  const refused = await page.request.post("/import", { multipart: { file: csv(["a,b,c,d"]) }, headers: { origin } });
  expect(refused.status()).toBe(403);
});
