import type { Locator, Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";
import { postgresDatabase, startServer } from "./server.ts";

/** The moment at which a text appears; the page itself notes it, because polling from outside is too coarse. */
function whenItShows(region: Locator, text: string): Promise<number> {
  return region.evaluate(
    (element, wanted) =>
      new Promise<number>((done) => {
        const look = () => element.textContent?.includes(wanted) && done(Date.now());
        new MutationObserver(look).observe(element, { subtree: true, childList: true, characterData: true });
        look();
      }),
    text,
  );
}

test("a change through one server shows in a browser at another within a second", async ({ join, visit, addLead }) => {
  test.skip(!process.env.LEADWRIGHT_TEST_POSTGRES_URL, "needs two servers on one Postgres: set LEADWRIGHT_TEST_POSTGRES_URL, as make test does");
  test.setTimeout(180_000);
  const database = await postgresDatabase();
  const first = await startServer({ databaseUrl: database.url });
  const second = await startServer({ databaseUrl: database.url });
  let rep: Page | undefined;
  let manager: Page | undefined;
  try {
    rep = await join("rep@demo.test", first.url);
    manager = await join("manager@demo.test", second.url);
    await visit(rep, "/leads");
    const number = await addLead(rep, { full_name: unique("Far away"), city: "Leeds" });
    await visit(rep, `/leads/${number}`);
    await visit(manager, `/leads/${number}`);
    const [here, there] = [rep, manager].map((page) => page.getByRole("region", { name: "Address", exact: true }));

    const times: number[] = [];
    for (const city of ["Bradford", "Halifax", "York"]) {
      await here!.getByRole("button", { name: /, change city$/ }).click();
      await here!.getByRole("textbox").fill(city);
      const seen = whenItShows(there!, city);
      const save = here!.getByRole("button", { name: "Save city", exact: true });
      const clicked = await save.evaluate((button: HTMLButtonElement) => {
        const now = Date.now();
        button.click();
        return now;
      });
      times.push((await seen) - clicked);
    }
    test.info().annotations.push({ type: "milliseconds from click to view", description: times.join(", ") });
    // The middle one: a machine that runs other tests may be busy once.
    expect(times.toSorted((a, b) => a - b)[1], `milliseconds: ${times}`).toBeLessThan(1000);
  } finally {
    // A page that outlives its server complains that it cannot reconnect.
    await rep?.context().close();
    await manager?.context().close();
    await Promise.all([first.stop(), second.stop()]);
    await database.drop();
  }
});
