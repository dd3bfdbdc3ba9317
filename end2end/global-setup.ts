import { startServer } from "./server.ts";

/** One server with demo data for all tests; what this returns is called at the end. */
export default async function globalSetup() {
  // The tests come from one machine; each visitor says which address it stands for.
  const server = await startServer({ env: { LEADWRIGHT_TRUST_PROXY: "1" } });
  process.env.LEADWRIGHT_E2E_URL = server.url;
  process.env.LEADWRIGHT_E2E_DATABASE_URL = server.databaseUrl;
  return server.stop;
}
