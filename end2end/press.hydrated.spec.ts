// A press on a link is answered in a frame of its own, before the page that it opens is made (scripts/chunks.mjs). What
// was pressed may be made anew within that frame.
import type { Locator } from "@playwright/test";
import { expect, test } from "./fixtures.ts";

/** Does something to a link in the moment after it was pressed, before the press goes on. */
async function oncePressed(link: Locator, change: "remake what is in it" | "take it away"): Promise<void> {
  await link.evaluate((element, change) => {
    new MutationObserver((_, observer) => {
      observer.disconnect();
      if (change === "take it away") element.remove();
      else element.replaceChildren(...[...element.children].map((child) => child.cloneNode(true)));
    }).observe(element, { attributeFilter: ["class"] });
  }, change);
}

for (const change of ["remake what is in it", "take it away"] as const) {
  test(`a press on a link is not lost when others ${change} meanwhile`, async ({ page, signIn, visit }) => {
    await signIn(page, "rep@demo.test");
    await visit(page, "/leads");
    // The page is not loaded anew: the click goes on as one on a link of this page.
    await page.evaluate(() => void (document.body.dataset.same = "yes"));
    const link = page.locator("nav.rail").getByRole("link", { name: "Contacts", exact: true });
    await oncePressed(link, change);
    await link.locator("svg").click();
    await expect(page).toHaveURL(/\/contacts$/);
    await expect(page.getByRole("heading", { level: 1, name: "Contacts" })).toBeVisible();
    await expect(page.locator("body[data-same]")).toHaveCount(1);
  });
}
