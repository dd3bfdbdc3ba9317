// `make screenshots`: docs/screenshots/NAME-WIDTH-THEME.png of the main pages.
import { resolve } from "node:path";
import { expect, test } from "./fixtures.ts";

const FOLDER = resolve(import.meta.dirname, "../docs/screenshots");
const SCREENS = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const PAGES = [
  { name: "login", path: "/login", as: null },
  { name: "register", path: "/register", as: null },
  { name: "leads", path: "/leads?view=group", as: "manager@demo.test" as const },
  { name: "lead", path: "/leads/1", as: "manager@demo.test" as const },
  { name: "lead-new", path: "/leads/new", as: "manager@demo.test" as const },
  { name: "board", path: "/leads/board?view=group", as: "manager@demo.test" as const },
  { name: "import", path: "/import", as: "manager@demo.test" as const },
  { name: "lead-type", path: "/admin/types/1", as: "admin@demo.test" as const },
];

for (const viewport of SCREENS) {
  for (const colorScheme of ["light", "dark"] as const) {
    test.describe(`${viewport.width} ${colorScheme}`, () => {
      test.use({ viewport, colorScheme, contextOptions: { reducedMotion: "reduce" } });
      for (const { name, path, as } of PAGES) {
        test(name, async ({ page, signIn }) => {
          if (as) await signIn(page, as);
          const answer = await page.goto(path);
          expect(answer?.status(), path).toBe(200);
          await page.evaluate(() => document.fonts.ready);
          await page.screenshot({ path: `${FOLDER}/${name}-${viewport.width}-${colorScheme}.png`, animations: "disabled" });
        });
      }
    });
  }
}
