/** How soon consoles with an open stream over TLS see a change: one alone, and the last of a storm of changes. */
import { once } from 'node:events';
import https from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { alertOf, bearer, buildWorld, type World } from '../../test/unit/api/api-fixture.ts';

const STORM = 5_000;

/** A console's line, and what waits for a text on it. */
class Line {
  #text = '';
  #wanted: { word: string; found: () => void } | undefined;

  constructor(response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      this.#text = (this.#text + chunk).slice(-200_000);
      if (this.#wanted !== undefined && this.#text.includes(this.#wanted.word)) this.#wanted.found();
    });
  }

  until(word: string): Promise<void> {
    if (this.#text.includes(word)) return Promise.resolve();
    return new Promise((found) => (this.#wanted = { word, found }));
  }
}

async function open(world: World, consoles: number): Promise<Line[]> {
  await world.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = world.app.server.address() as AddressInfo; // listening on TCP
  const lines: Line[] = [];
  for (let n = 0; n < consoles; n += 1) {
    const headers = await bearer(world, 'analyst');
    const request = https.get({
      port,
      path: '/api/v1/stream',
      headers,
      rejectUnauthorized: false,
      agent: false,
    });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    lines.push(new Line(response));
  }
  return lines;
}

export async function liveBench(consoles: number): Promise<Record<string, number>> {
  const world = await buildWorld();
  try {
    const lines = await open(world, consoles);
    const seen = async (word: string, publish: () => void): Promise<number> => {
      const begun = performance.now();
      publish();
      await Promise.all(lines.map((line) => line.until(word)));
      return Math.round(performance.now() - begun);
    };
    const alone = await seen('"first"', () => world.publish({ type: 'alert', alert: alertOf('first') }));
    const storm = await seen('event: refresh', () => {
      for (let n = 0; n < STORM; n += 1) world.publish({ type: 'alert', alert: alertOf(`storm-${n}`) });
    });
    return { consoles, liveMs: alone, liveStormMs: storm };
  } finally {
    await world.close();
  }
}
