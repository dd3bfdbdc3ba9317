// What somebody says of themselves reaches pages that stand open, without a reload.
import { expect, test } from "./fixtures.ts";

test("who says away is away on open pages", async ({ page, signIn, visit, join, takenOver }) => {
  const rep = await join("rep@demo.test");
  await rep.goto("/leads");
  await takenOver(rep);
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/users");
  const maya = page.getByRole("row").filter({ has: page.locator("td:first-child", { hasText: "Maya Lindqvist" }) }).locator(".badge");
  await expect(maya.filter({ hasText: /^available$/ })).toBeVisible();

  const catalogs: string[] = [];
  page.on("request", (request) => void (request.url().includes("/fn/catalog") && catalogs.push(request.url())));
  // By keyboard alone.
  await rep.locator(".topbar .menu > summary").focus();
  await rep.keyboard.press("Enter");
  await rep.keyboard.press("Tab");
  await expect(rep.locator(".topbar").getByRole("button", { name: "Available", exact: true })).toBeFocused();
  await rep.keyboard.press("Tab");
  await rep.keyboard.press("Tab");
  await rep.keyboard.press("Enter");
  await expect(rep.locator(".topbar .said")).toHaveAttribute("data-said", "away");
  await expect(rep.getByText("You are away")).toBeVisible();
  await expect(maya.filter({ hasText: /^away since \d\d:\d\d$/ })).toBeVisible();
  expect(catalogs, "nobody reads the catalog afresh for it").toEqual([]);

  // Another window of the same person follows.
  const again = await join("rep@demo.test");
  await again.goto("/me");
  await takenOver(again);
  await expect(again.locator(".topbar .said")).toHaveAttribute("data-said", "away");
  await rep.locator(".topbar .menu > summary").click();
  await rep.locator(".topbar").getByRole("button", { name: "Available", exact: true }).click();
  await expect(again.locator(".topbar .said")).toHaveAttribute("data-said", "available");
  await expect(maya.filter({ hasText: /^available$/ })).toBeVisible();
});

test("a ladder shows who can be reached now", async ({ page, signIn, visit, join, takenOver }) => {
  const manager = await join("manager@demo.test");
  await manager.goto("/leads");
  await takenOver(manager);
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/ladders");
  const owner = page.getByRole("row").filter({ hasText: "1. Intake owner" });
  await expect(owner.locator("li")).toHaveText(/Hassan Farouk\s+available/);
  const deputy = page.getByRole("row").filter({ hasText: "2. First deputy" });
  await expect(deputy).toContainText("First try Hassan Farouk above, who can be reached");
  await manager.locator(".topbar .menu > summary").click();
  await manager.locator(".topbar").getByRole("button", { name: "Busy", exact: true }).click();
  await expect(owner.locator("li")).toHaveText(/Hassan Farouk\s+busy since \d\d:\d\d/);
  await expect(deputy).not.toContainText("First try");
  await manager.locator(".topbar .menu > summary").click();
  await manager.locator(".topbar").getByRole("button", { name: "Available", exact: true }).click();
  await expect(owner.locator("li")).toHaveText(/Hassan Farouk\s+available/);
});
