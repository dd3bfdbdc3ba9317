import { expect, test, unique } from "./fixtures.ts";

test("a finger holds a card, then drags it", async ({ page, signIn, visit, addLead }) => {
  const company = unique("Touch");
  await signIn(page, "rep@demo.test");
  const number = await addLead(page, { full_name: "Jo Touch", company });
  await visit(page, `/leads/board?view=all&q=${encodeURIComponent(company)}`);
  const card = page.locator(`[data-card="${number}"]`);
  const box = (await card.boundingBox())!;
  const start = { x: box.x + box.width / 3, y: box.y + box.height / 2 };
  const cdp = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", at?: { x: number; y: number }) =>
    cdp.send("Input.dispatchTouchEvent", { type, touchPoints: at ? [at] : [] });
  await touch("touchStart", start);
  await expect(page.locator(".card--ghost")).toBeVisible();
  const next = (await page.getByRole("region", { name: "Contacting", exact: true }).boundingBox())!;
  await touch("touchMove", { x: start.x + 20, y: start.y });
  await touch("touchMove", { x: Math.min(next.x + 20, 385), y: start.y + 30 });
  await expect(page.locator(".column--over")).toBeVisible();
  const zone = (await page.locator(".zone").filter({ hasText: "Win lead" }).boundingBox())!;
  await touch("touchMove", { x: zone.x + zone.width / 2, y: zone.y + zone.height / 2 });
  await expect(page.locator(".zone--over")).toBeVisible();
  await touch("touchEnd");
  await expect(page.getByRole("region", { name: "Won", exact: true }).locator(`[data-card="${number}"]`)).toBeAttached();
});

test("every target on the board is wide enough for a finger", async ({ page, signIn, visit }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, "/leads/board");
  const sizes = await page.locator(".card__move").evaluateAll((all) => all.map((one) => one.getBoundingClientRect()).map(({ width, height }) => Math.min(width, height)));
  expect(sizes.length).toBeGreaterThan(0);
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(44);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
