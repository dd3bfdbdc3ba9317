import { startServer } from "./server.ts";

/** One server with demo data for all tests; what this returns is called at the end. */
export default async function globalSetup() {
  const server = await startServer();
  process.env.LEADWRIGHT_E2E_URL = server.url;
  return server.stop;
}
