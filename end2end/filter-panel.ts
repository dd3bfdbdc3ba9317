// The filter's panel above the list and the board.
import { expect, type Locator, type Page } from "@playwright/test";

/** A part of the panel, by what its heading says. */
export const partOf = (page: Page, name: string): Locator =>
  page.locator("details.facet").filter({ has: page.locator("summary").getByText(name, { exact: true }) });

/** Opens the panel. */
export async function openPanel(page: Page): Promise<void> {
  await page.getByText("Filter", { exact: true }).click();
  await expect(page.getByRole("button", { name: "Show leads" })).toBeVisible();
}

/** A part of the open panel, unfolded. */
export async function unfold(page: Page, name: string): Promise<Locator> {
  const part = partOf(page, name);
  if ((await part.getAttribute("open")) === null) await part.locator("summary").click();
  await expect(part.getByRole("group", { name, exact: true })).toBeVisible();
  return part;
}
