/** A small clamd: zPING and zINSTREAM as clamd(8) has them, with one thing that it knows for bad. */
import { once } from 'node:events';
import net from 'node:net';

export interface FakeClamd {
  /** Bytes of each file that came. */
  seen: number[];
  close: () => Promise<void>;
}

export async function fakeClamd(socket: string, bad: Buffer): Promise<FakeClamd> {
  const seen: number[] = [];
  const server = net.createServer((from) => {
    let held = Buffer.alloc(0);
    from.on('error', () => undefined);
    from.on('data', (part: Buffer) => {
      held = Buffer.concat([held, part]);
      const answer = answerTo(held, bad, seen);
      if (answer !== undefined) from.end(`${answer}\0`);
    });
  });
  server.listen(socket);
  await once(server, 'listening');
  return {
    seen,
    async close() {
      server.close();
      await once(server, 'close');
    },
  };
}

/** Undefined while more has to come. */
function answerTo(held: Buffer, bad: Buffer, seen: number[]): string | undefined {
  const end = held.indexOf(0);
  if (end === -1) return undefined;
  const command = held.subarray(0, end).toString();
  if (command === 'zPING') return 'PONG';
  if (command !== 'zINSTREAM') return 'UNKNOWN COMMAND';
  const file: Buffer[] = [];
  let at = end + 1;
  while (at + 4 <= held.length) {
    const length = held.readUInt32BE(at);
    if (length === 0) {
      const bytes = Buffer.concat(file);
      seen.push(bytes.length);
      return bytes.includes(bad) ? 'stream: Test.Bad-1 FOUND' : 'stream: OK';
    }
    file.push(held.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return undefined;
}
