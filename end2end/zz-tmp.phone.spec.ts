import { expect, test, unique } from "./fixtures.ts";
test("tmp", async ({ page, signIn, visit, addLead }) => {
  await signIn(page, "rep@demo.test");
  for (const v of [{ full_name: "Ana" }, { full_name: unique("Ana") }, { full_name: unique("Ana"), emails: "ana.with.a.long.address@a-company-with-quite-a-long-name.example" }, { full_name: "Ana", company: unique("A company with quite a long name") }]) {
  await visit(page, `/leads/${await addLead(page, v)}`);
  console.log(await page.evaluate(() => { scrollTo(100, 0); document.querySelector("main")!.scrollTo(100,0); return [scrollX, document.querySelector("main")!.scrollLeft, document.scrollingElement!.scrollWidth, innerWidth, document.querySelector("main")!.scrollWidth, document.querySelector("main")!.clientWidth, visualViewport!.scale].join(" "); }));
  await page.screenshot({ path: `/tmp/phone-lead-${Object.keys(v).length}-${v.full_name.length}.png` });
  }
});
