import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";
import { postgresDatabase, startServer } from "./server.ts";

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
      const seen = there!.getByRole("button", { name: new RegExp(`^${city}`) }).waitFor({ timeout: 10_000 });
      const clicked = performance.now();
      await here!.getByRole("button", { name: "Save city", exact: true }).click();
      await seen;
      times.push(performance.now() - clicked);
    }
    test.info().annotations.push({ type: "milliseconds from click to view", description: times.map(Math.round).join(", ") });
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
