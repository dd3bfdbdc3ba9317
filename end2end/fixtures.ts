// What every spec starts from: import { test, expect } from "./fixtures.ts".
import { randomInt } from "node:crypto";
import AxeBuilder from "@axe-core/playwright";
import { expect, test as base, type BrowserContext, type Cookie, type Page, type Response } from "@playwright/test";
import { type Person, cookiesOf } from "./people.ts";

interface Options {
  /** Errors in the browser's console that a test brings about on purpose. */
  expectedErrors: RegExp[];
}

interface Fixtures {
  /** Errors in the console or uncaught in a page fail every test. */
  quietConsole: Console;
  /** Signs in without the sign-in page, which has a spec of its own. */
  signIn(page: Page, person: Person): Promise<void>;
  /** Waits until the browser has taken the page over. Public pages, and all without script, are as they come. */
  takenOver(page: Page): Promise<void>;
  /** Opens a page and waits until the browser has taken it over, so that what needs script can be used. */
  visit(page: Page, path: string): Promise<Response | null>;
  /** Another person at a browser of their own, signed in; of the shared server unless another address is given. */
  join(person: Person, at?: string): Promise<Page>;
  /** Adds a lead through its form's address and gives its number. Names may stand for ids. */
  addLead(page: Page, values: Record<string, string>): Promise<number>;
  /** Rules of WCAG 2.2 AA in both colour schemes. */
  expectAccessible(page: Page, part?: string): Promise<void>;
}

interface WorkerFixtures {
  sessions: Map<string, Cookie[]>;
}

interface Console {
  watch(context: BrowserContext): void;
}

export const test = base.extend<Fixtures & Options, WorkerFixtures>({
  expectedErrors: [[], { option: true }],

  // Known only once the server has started.
  baseURL: async ({}, use) => use(process.env.LEADWRIGHT_E2E_URL),

  sessions: [async ({}, use) => use(new Map()), { scope: "worker" }],

  quietConsole: [
    async ({ context, expectedErrors }, use) => {
      const errors: string[] = [];
      // The browser itself notes a page that answers 404, or a form with something wrong in it.
      const expected = [/^Failed to load resource: the server responded with a status of 4\d\d/, ...expectedErrors];
      const note = (text: string) => void (expected.some((known) => known.test(text)) || errors.push(text));
      const watch = (watched: BrowserContext) => {
        watched.on("console", (message) => message.type() === "error" && note(message.text()));
        watched.on("weberror", (error) => note(String(error.error())));
      };
      watch(context);
      await use({ watch });
      expect(errors, "errors in the console").toEqual([]);
    },
    { auto: true },
  ],

  signIn: async ({ baseURL, sessions }, use) =>
    use(async (page, person) => {
      const cookies = sessions.get(person) ?? (await cookiesOf(baseURL!, person));
      sessions.set(person, cookies);
      await page.context().addCookies(cookies);
    }),

  takenOver: async ({ javaScriptEnabled }, use) =>
    use(async (page) => {
      const live = page.locator(".topbar .live");
      if (javaScriptEnabled && (await live.count())) await expect(live).toHaveText("live");
    }),

  visit: async ({ takenOver }, use) =>
    use(async (page, path) => {
      const answer = await page.goto(path);
      await takenOver(page);
      return answer;
    }),

  join: async ({ baseURL, browser, javaScriptEnabled, viewport, quietConsole, signIn }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (person, at = baseURL!) => {
      const context = await browser.newContext({ baseURL: at, javaScriptEnabled, viewport });
      contexts.push(context);
      quietConsole.watch(context);
      const page = await context.newPage();
      if (at === baseURL) await signIn(page, person);
      else await context.addCookies(await cookiesOf(at, person));
      return page;
    });
    for (const context of contexts) await context.close();
  },

  addLead: async ({ baseURL }, use) =>
    use(async (page, values) => {
      const origin = page.url().startsWith("http") ? new URL(page.url()).origin : baseURL!;
      const answer = await page.request.post(`${origin}/leads/new`, { form: values, headers: { origin, accept: "application/json" } });
      const reply = await answer.json();
      expect(reply, "adding a lead").toHaveProperty("Done");
      return Number(reply.Done.location.split("/").pop());
    }),

  expectAccessible: async ({ javaScriptEnabled }, use) =>
    use(async (page, part = "html") => {
      if (!javaScriptEnabled) return; // axe is a script in the page
      // What happens to lie half under the bar at the top would count as too small a target.
      await page.evaluate(() => scrollTo(0, 0));
      for (const colorScheme of ["light", "dark"] as const) {
        // A colour on its way from one scheme to the other is nobody's.
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.evaluate(() => document.getAnimations().forEach((animation) => animation.cancel()));
        const { violations } = await new AxeBuilder({ page }).include(part).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
        const found = violations.map((rule) => `${rule.id}: ${rule.help}\n  ${rule.nodes.map((node) => node.html).join("\n  ")}`);
        expect.soft(found, `accessibility of ${page.url()} (${colorScheme})`).toEqual([]);
      }
      await page.emulateMedia({ colorScheme: null, reducedMotion: null });
    }),
});

/** A name that no other test uses, so that tests can share a server. */
export function unique(name: string): string {
  return `${name} ${Array.from({ length: 8 }, () => String.fromCharCode(97 + randomInt(26))).join("")}`;
}

export { expect };
