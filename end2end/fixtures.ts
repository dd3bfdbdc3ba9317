// What every spec starts from: import { test, expect } from "./fixtures.ts".
import AxeBuilder from "@axe-core/playwright";
import { expect, test as base, type Page } from "@playwright/test";

interface Fixtures {
  signIn(page: Page, email: string): Promise<void>;
  /** Rules of WCAG 2.2 AA in both colour schemes. */
  expectAccessible(page: Page): Promise<void>;
}

export const test = base.extend<Fixtures>({
  // Known only once the server has started.
  baseURL: async ({}, use) => use(process.env.LEADWRIGHT_E2E_URL),

  signIn: async ({}, use) =>
    use(async (page, email) => {
      await page.goto("/login");
      await page.getByLabel("E-mail").fill(email);
      await page.getByLabel("Password").fill("demo");
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.waitForURL(/\/leads(\?|$)/);
    }),

  expectAccessible: async ({ javaScriptEnabled }, use) =>
    use(async (page) => {
      if (!javaScriptEnabled) return; // axe is a script in the page
      for (const colorScheme of ["light", "dark"] as const) {
        // A colour on its way from one scheme to the other is nobody's.
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
        const found = violations.map((rule) => `${rule.id}: ${rule.help}\n  ${rule.nodes.map((node) => node.html).join("\n  ")}`);
        expect(found, `accessibility of ${page.url()} (${colorScheme})`).toEqual([]);
      }
      await page.emulateMedia({ colorScheme: null, reducedMotion: null });
    }),
});

export { expect };
