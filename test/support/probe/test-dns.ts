/** A name server on a real port that knows what a test tells it; everything else does not exist. */
import dgram from 'node:dgram';
import { once } from 'node:events';

export interface TestRecords {
  a?: readonly string[];
  aaaa?: readonly string[];
  ns?: readonly string[];
  mx?: readonly (readonly [priority: number, host: string])[];
  /** Primary server. */
  soa?: string;
}

export interface TestDns {
  /** `127.0.0.1:port`. */
  server: string;
  /** By name; takes effect with the next question. */
  zone: Record<string, TestRecords>;
  /** It refuses to answer. */
  refuses: boolean;
  asked: string[];
  stop: () => Promise<void>;
}

const TYPES = { a: 1, ns: 2, soa: 6, mx: 15, aaaa: 28 } as const;
const NXDOMAIN = 3;
const REFUSED = 5;

export async function startTestDns(): Promise<TestDns> {
  const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const dns: TestDns = {
    server: `127.0.0.1:${socket.address().port}`,
    zone: {},
    refuses: false,
    asked: [],
    stop: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
  socket.on('message', (question, peer) => {
    socket.send(answer(question, dns), peer.port, peer.address);
  });
  return dns;
}

function answer(question: Buffer, dns: TestDns): Buffer {
  const { name, end } = readName(question, 12);
  const type = question.readUInt16BE(end);
  dns.asked.push(`${name} ${type}`);
  const known = dns.zone[name];
  const data = known === undefined || dns.refuses ? [] : dataOf(known, type);
  const head = Buffer.alloc(12);
  question.copy(head, 0, 0, 2);
  const code = dns.refuses ? REFUSED : known === undefined ? NXDOMAIN : 0;
  head.writeUInt16BE(0x8180 | code, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data.length, 6);
  const records = data.map((rdata) => {
    const record = Buffer.alloc(12);
    record.writeUInt16BE(0xc00c, 0);
    record.writeUInt16BE(type, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt32BE(60, 6);
    record.writeUInt16BE(rdata.length, 10);
    return Buffer.concat([record, rdata]);
  });
  return Buffer.concat([head, question.subarray(12, end + 4), ...records]);
}

function dataOf(known: TestRecords, type: number): Buffer[] {
  switch (type) {
    case TYPES.a:
      return (known.a ?? []).map((address) => Buffer.from(address.split('.').map(Number)));
    case TYPES.aaaa:
      return (known.aaaa ?? []).map(ipv6);
    case TYPES.ns:
      return (known.ns ?? []).map(writeName);
    case TYPES.mx:
      return (known.mx ?? []).map(([priority, host]) => Buffer.concat([number16(priority), writeName(host)]));
    case TYPES.soa:
      return known.soa === undefined
        ? []
        : [Buffer.concat([writeName(known.soa), writeName('admin.invalid'), Buffer.alloc(20, 1)])];
    default:
      return [];
  }
}

/** Written out, eight groups. */
function ipv6(address: string): Buffer {
  return Buffer.concat(address.split(':').map((group) => number16(Number.parseInt(group, 16))));
}

function number16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function writeName(name: string): Buffer {
  const labels = name
    .split('.')
    .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.alloc(1)]);
}

function readName(bytes: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) {
    labels.push(bytes.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}
