// Mail as other people's programs see it: a server that takes what we send, and the answer that a calendar program gives to an invite.
import { type AddressInfo, createServer } from "node:net";

export interface MailServer {
  url: string;
  /** What it took so far, the oldest first. */
  mails: string[];
  stop(): void;
}

/** A mail server on this machine that takes everything, and what it took. */
export async function mailServer(): Promise<MailServer> {
  const mails: string[] = [];
  const server = createServer((socket) => {
    let text: string | undefined;
    let rest = "";
    const say = (line: string) => void socket.write(`${line}\r\n`);
    const hear = (line: string) => {
      if (text !== undefined) {
        if (line !== ".") return void (text += `${line.replace(/^\./, "")}\r\n`);
        mails.push(text);
        text = undefined;
        return say("250 taken");
      }
      if (/^EHLO/i.test(line)) return say("250-mail.test\r\n250 8BITMIME");
      if (/^DATA/i.test(line)) {
        text = "";
        return say("354 go on");
      }
      if (/^QUIT/i.test(line)) return void socket.end("221 bye\r\n");
      say("250 fine");
    };
    socket.setEncoding("utf8");
    socket.on("error", () => socket.destroy());
    socket.on("data", (piece) => {
      const lines = (rest + piece).split("\r\n");
      rest = lines.pop()!;
      lines.forEach(hear);
    });
    say("220 mail.test at your service");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, mails, stop: () => void server.close() };
}

/** Those of some mails that bring an invite. */
export const invitesAmong = (mails: string[]) => mails.filter((text) => text.includes("METHOD:REQUEST"));

/** What tells the invite in a mail from all others. */
export const uidOf = (mail: string) => mail.replaceAll("\r\n ", "").match(/\r\nUID:(.+?)\r\n/)![1]!;

/** The mail by which a calendar program says that its owner accepts an invite. */
export const acceptance = (from: string, uid: string) =>
  [
    `From: Jo <${from}>`,
    "Subject: Accepted",
    "MIME-Version: 1.0",
    "Content-Type: text/calendar; method=REPLY; charset=utf-8",
    "",
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "METHOD:REPLY",
    "BEGIN:VEVENT",
    `UID:${uid}`,
    "SEQUENCE:0",
    `ATTENDEE;PARTSTAT=ACCEPTED:mailto:${from}`,
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\n");
