// The demonstration's people. Each signs in with the password "demo".
import { type Cookie, request } from "@playwright/test";

export type Person = `${"rep" | "rep2" | "intake" | "manager" | "distributor" | "admin"}@demo.test`;

export const NAMES: Record<Person, string> = {
  "rep@demo.test": "Maya Lindqvist",
  "rep2@demo.test": "Owen Pryce",
  "intake@demo.test": "Grace Okafor",
  "manager@demo.test": "Hassan Farouk",
  "distributor@demo.test": "Elena Marchetti",
  "admin@demo.test": "Ruth Calloway",
};

export const PEOPLE = Object.keys(NAMES) as Person[];

/** Signs in at a server and gives the session's cookies. */
export async function cookiesOf(server: string, email: Person): Promise<Cookie[]> {
  const visitor = await request.newContext({ baseURL: server });
  const answer = await visitor.post("/login", { form: { email, password: "demo" }, headers: { origin: server, accept: "application/json" } });
  const { cookies } = await visitor.storageState();
  await visitor.dispose();
  if (!answer.ok() || cookies.length === 0) throw new Error(`${email} cannot sign in at ${server}: ${answer.status()}`);
  return cookies;
}
