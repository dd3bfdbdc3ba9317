// The name of a file says where it runs:
//   NAME.spec.ts           with JavaScript and without
//   NAME.hydrated.spec.ts  with JavaScript only
//   NAME.plain.spec.ts     without JavaScript only
//   NAME.phone.spec.ts     on a phone's screen
import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

const debian = "/usr/bin/chromium";
const executablePath = process.env.CHROMIUM || (existsSync(debian) ? debian : undefined);

export default defineConfig({
  testDir: ".",
  globalSetup: "./global-setup.ts",
  fullyParallel: false,
  forbidOnly: !!process.env.CI,
  workers: 2,
  // A journey that fails once and then passes is listed as flaky at the end: a busy machine, or a race to be found.
  retries: process.env.CI ? 1 : 0,
  timeout: 60_000,
  expect: { timeout: 10_000 }, // two workers, two servers and two browsers share two cores
  reporter: "list",
  use: {
    viewport: { width: 1440, height: 900 },
    trace: process.env.CI ? "on-first-retry" : "retain-on-failure",
    launchOptions: {
      executablePath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: process.env.LEADWRIGHT_SCREENSHOTS
    ? [{ name: "screenshots", testMatch: "screenshots.ts" }]
    : [
        { name: "hydrated", testIgnore: /\.(phone|plain)\.spec\.ts$/ },
        { name: "plain", testIgnore: /\.(phone|hydrated)\.spec\.ts$/, use: { javaScriptEnabled: false } },
        {
          name: "phone",
          testMatch: /\.phone\.spec\.ts$/,
          use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
        },
      ],
});
