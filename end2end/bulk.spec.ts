import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";

const rows = (page: Page) => page.locator("tr.row");
const bar = (page: Page) => page.getByRole("region", { name: "Selected leads" });

async function three(page: Page, addLead: (page: Page, values: Record<string, string>) => Promise<number>): Promise<[string, number[]]> {
  const company = unique("Many");
  const numbers: number[] = [];
  for (const full_name of ["One Many", "Two Many", "Three Many"]) numbers.push(await addLead(page, { full_name, company }));
  return [`/leads?view=all&q=${encodeURIComponent(company)}`, numbers];
}

test("selected leads are changed together, and taken back together", async ({ page, signIn, visit, addLead, javaScriptEnabled }) => {
  await signIn(page, "rep@demo.test");
  const [address, numbers] = await three(page, addLead);
  await visit(page, address);
  await page.getByRole("link", { name: "Select", exact: true }).click();
  await page.getByRole("checkbox", { name: "Select One Many" }).check();
  await page.getByRole("checkbox", { name: "Select Three Many" }).check();
  if (javaScriptEnabled) await expect(bar(page)).toContainText("2 selected");
  await bar(page).getByLabel("What to do").selectOption("Add a tag");
  await bar(page).getByLabel("Tag").fill("Fair");
  await bar(page).getByRole("button", { name: "Apply" }).click();
  if (javaScriptEnabled) await expect(page.getByText("2 leads changed")).toBeVisible();
  else await expect(page.getByText("2 leads changed, 0 left alone")).toBeVisible();
  const tagged = async () => {
    const answer = await page.request.get(`${address.replace("/leads?", "/leads/export.csv?")}&tag=fair&columns=number`);
    return (await answer.text()).trim().split("\r\n").slice(1).map((line) => Number.parseInt(line, 10)).sort((a, b) => a - b);
  };
  expect(await tagged()).toEqual([numbers[0], numbers[2]]);
  await page.getByRole("button", { name: javaScriptEnabled ? "Undo" : "Take it back" }).click();
  await expect(page.getByText(javaScriptEnabled ? "Taken back" : "Taken back: 2 leads as before")).toBeVisible();
  expect(await tagged()).toEqual([]);
});

test("all that the list holds is changed; what cannot be is named with its reason", async ({ page, signIn, visit, addLead }) => {
  await signIn(page, "rep@demo.test");
  const [address, numbers] = await three(page, addLead);
  await page.request.post(`/leads/${numbers[1]}/actions/win`, { form: {}, headers: { origin: process.env.LEADWRIGHT_E2E_URL! } });
  await visit(page, `${address}&tool=bulk`);
  await bar(page).getByRole("checkbox", { name: /^all 3 of this list$/ }).check();
  await bar(page).getByLabel("What to do").selectOption("Change group");
  await bar(page).getByLabel("Group").selectOption("No group");
  await bar(page).getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(/\/leads\/bulk\/\d+$/);
  await expect(page.getByRole("heading", { level: 1, name: "Change group: nobody" })).toBeVisible();
  await expect(page.getByText("2 leads changed, 1 left alone")).toBeVisible();
  const left = page.getByRole("row").filter({ has: page.getByRole("link", { name: `# ${numbers[1]}` }) });
  await expect(left).toContainText("This lead is closed; reopen it to change it");
  await page.getByRole("link", { name: "Back to the list" }).click();
  await expect(rows(page)).toHaveCount(3);
});

test("a change of many without a lead or a value is refused where it stands", async ({ page, signIn, visit, addLead }) => {
  await signIn(page, "rep@demo.test");
  const [address] = await three(page, addLead);
  await visit(page, `${address}&tool=bulk`);
  await bar(page).getByLabel("What to do").selectOption("Add a tag");
  await bar(page).getByRole("button", { name: "Apply" }).click();
  await expect(bar(page).getByRole("alert")).toContainText("Choose some leads first");
});
