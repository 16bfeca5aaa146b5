import { expect, test } from "vitest";
import { parseTraffic } from "../../../../src/system/tools/traffic.ts";

test("what ss prints of one connection", () => {
  const text = [
    "ESTAB 0      36        127.0.0.1:22       127.0.0.1:42834",
    "\t cubic wscale:7,7 rto:206 rtt:6.302/8.1 ato:40 mss:65483 bytes_sent:4661 bytes_retrans:12 bytes_acked:4661 bytes_received:3777 retrans:0/3 lastsnd:12",
    "",
  ].join("\n");
  expect(parseTraffic(text)).toEqual({
    sendQueue: 36,
    bytesSent: 4661,
    bytesReceived: 3777,
    roundTripMs: 6.302,
    retransmits: 3,
  });
});

test("an older kernel tells less", () => {
  expect(parseTraffic("ESTAB 0 0 127.0.0.1:22 127.0.0.1:42834\n\t cubic rto:206 rtt:0.5/1\n")).toEqual({
    sendQueue: 0,
    bytesSent: undefined,
    bytesReceived: undefined,
    roundTripMs: 0.5,
    retransmits: 0,
  });
});

test("no connection, no traffic", () => {
  expect(parseTraffic("")).toBeUndefined();
});
