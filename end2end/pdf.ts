// What a PDF says, read by a parser that knows nothing of how it was made.
import { extractText, getDocumentProxy } from "unpdf";

/** The text of all its pages, with one space between words. */
export async function textOf(file: Buffer): Promise<string> {
  const document = await getDocumentProxy(new Uint8Array(file));
  const { text } = await extractText(document, { mergePages: true });
  return text.replace(/\s+/g, " ");
}
