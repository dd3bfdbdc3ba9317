import { expect, test, unique } from "./fixtures.ts";

test("a mistake is marked, what was typed is kept, and the mended form is saved", async ({ page, signIn, visit }) => {
  const company = unique("Harbour Dental");
  // A known address would lead to the account of whoever has it.
  const domain = `${unique("harbour").replace(" ", "-")}.example`;
  await signIn(page, "rep@demo.test");
  await visit(page, "/leads/new");
  const field = (name: RegExp) => page.getByRole("textbox", { name });
  const fullName = field(/^Full name/);
  const emails = field(/^E-mail addresses/);
  await field(/^Company/).fill(company);
  await field(/^Phone numbers/).fill("0161 496 0123, 020 7946 0999");
  await emails.fill("ana@@harbour");
  await page.getByRole("combobox", { name: /^Source/ }).selectOption({ label: "Web" });
  await page.getByRole("checkbox", { name: "Managed Security", exact: true }).check();
  await field(/^Message/).fill("Two surgeries & a <lab>");
  await field(/^Target amount/).fill("12,500");
  await page.getByText("More fields").click();
  await page.getByRole("textbox", { name: /^City/ }).fill("Manchester");
  await page.getByRole("combobox", { name: /^Priority/ }).selectOption({ label: "Urgent" });
  await page.getByRole("button", { name: "Add lead", exact: true }).click();

  await expect(fullName).toHaveAttribute("aria-invalid", "true");
  await expect(emails).toHaveAttribute("aria-invalid", "true");
  await expect(field(/^Phone numbers/)).not.toHaveAttribute("aria-invalid", "true");
  await expect(page.getByRole("alert")).toContainText("Enter a name");
  await expect(page).toHaveURL(/\/leads\/new$/);

  await expect(field(/^Company/)).toHaveValue(company);
  await expect(field(/^Phone numbers/)).toHaveValue("0161 496 0123, 020 7946 0999");
  await expect(emails).toHaveValue("ana@@harbour");
  await expect(page.getByRole("combobox", { name: /^Source/ }).locator("option:checked")).toHaveText("Web");
  await expect(page.getByRole("checkbox", { name: "Managed Security", exact: true })).toBeChecked();
  await expect(field(/^Message/)).toHaveValue("Two surgeries & a <lab>");
  await expect(field(/^Target amount/)).toHaveValue("12,500");
  await expect(field(/^City/)).toHaveValue("Manchester");
  await expect(page.getByRole("combobox", { name: /^Priority/ }).locator("option:checked")).toHaveText("Urgent");

  await fullName.fill("Ana Reyes");
  await emails.fill(`ana@${domain}, Office@${domain}`);
  await page.getByRole("button", { name: "Add lead", exact: true }).click();
  await expect(page).toHaveURL(/\/leads\/\d+$/);
  await expect(page.getByRole("heading", { level: 1, name: "Ana Reyes" })).toBeVisible();
  const contact = page.getByRole("region", { name: "Contact", exact: true });
  await expect(contact).toContainText("+441614960123, +442079460999");
  await expect(contact).toContainText(new RegExp(`ana@${domain}, Office@${domain}`, "i"));
  await expect(page.getByRole("region", { name: "Worth" })).toContainText("12,500");
  await expect(page.getByRole("region", { name: "Interest" })).toContainText("Two surgeries & a <lab>");
  await expect(page.getByRole("region", { name: "Interest" })).toContainText("Managed Security");
  await expect(page.getByRole("region", { name: "Address" })).toContainText("Manchester");
  await expect(page.getByRole("region", { name: "Kind" })).toContainText("Urgent");

  await page.getByRole("link", { name: company, exact: true }).click();
  await expect(page).toHaveURL(/\/accounts\/\d+$/);
  await expect(page.getByRole("heading", { level: 1, name: company })).toBeVisible();
  await expect(page.getByRole("link", { name: "Ana Reyes", exact: true }).first()).toBeVisible();
});

test("errors link to their fields", async ({ page, signIn, visit }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, "/leads/new");
  await page.getByRole("button", { name: "Add lead", exact: true }).click();
  await page.getByRole("alert").getByRole("link", { name: "Enter a name" }).click();
  await expect(page.getByRole("textbox", { name: /^Full name/ })).toBeFocused();
});

test("a second lead of a known company joins its account", async ({ page, signIn, visit, addLead }) => {
  const company = unique("Mercer Freight");
  await signIn(page, "rep@demo.test");
  const first = await addLead(page, { full_name: "First Caller", company });
  await visit(page, `/leads/${first}`);
  const account = await page.getByRole("link", { name: company, exact: true }).getAttribute("href");
  await visit(page, "/leads/new");
  await page.getByRole("textbox", { name: /^Full name/ }).fill("Second Caller");
  await page.getByRole("textbox", { name: /^Company/ }).fill(company.toUpperCase());
  await page.getByRole("button", { name: "Add lead", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Second Caller" })).toBeVisible();
  await expect(page.getByRole("link", { name: company, exact: true })).toHaveAttribute("href", account!);
});

test("a distributor's people are told that they add none", async ({ page, signIn, visit }) => {
  await signIn(page, "distributor@demo.test");
  await visit(page, "/leads/new");
  await expect(page.getByRole("heading", { name: "Not yours to see" })).toBeVisible();
  await expect(page.getByRole("textbox", { name: /^Full name/ })).toHaveCount(0);
});
