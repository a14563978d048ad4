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
  const close = await listenAt(socket, (from) => {
    let held = Buffer.alloc(0);
    from.on('data', (part: Buffer) => {
      held = Buffer.concat([held, part]);
      const answer = answerTo(held, bad, seen);
      if (answer !== undefined) from.end(`${answer}\0`);
    });
  });
  return { seen, close };
}

/** @returns what closes it, and whatever is still open: a connection that nobody reads would never end by itself */
export async function listenAt(
  socket: string,
  onConnection: (from: net.Socket) => void,
): Promise<() => Promise<void>> {
  const open = new Set<net.Socket>();
  const server = net.createServer((from) => {
    open.add(from);
    from.once('close', () => open.delete(from));
    // Who asks may hang up at any time.
    from.on('error', () => from.destroy());
    onConnection(from);
  });
  server.listen(socket);
  await once(server, 'listening');
  return async () => {
    const closed = once(server, 'close');
    server.close();
    for (const from of open) from.destroy();
    await closed;
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
