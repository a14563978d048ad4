/** What an update is made of on a host: the folder of programs, what a start finds, what is laid down, and what comes from neighbours. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReleasePart } from '#protocol/release.ts';
import { systemClock } from '../../../../agent/clock.ts';
import { layPart, NoRoomError, requireRoom } from '../../../../agent/update/lay-part.ts';
import { loadFromNeighbour, NeighbourServer } from '../../../../agent/update/neighbours.ts';
import { PayloadFiles } from '../../../../agent/update/payload-file.ts';
import { ProgramHome } from '../../../../agent/update/program-home.ts';
import { LoadError } from '../../../../agent/update/update-line.ts';
import { UpdateStore } from '../../../../agent/update/update-store.ts';
import { beginTrial, giveStart, holdTrial } from '../../../../agent/update/update-trial.ts';
import { makeFolder, removeFolder } from '../../../support/agent/spool-fixture.ts';

const logger = pino({ level: 'silent' });
const digest = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const NEXT = { version: '0.2.0', digest: digest('0.2.0') };
const never = new AbortController().signal;

let folder: string;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => removeFolder(folder));

/** Versions with an entry each; the first is the package's. @returns the home as that version sees it */
function homeOf(...versions: string[]): ProgramHome {
  for (const version of versions) {
    const to = path.join(folder, 'program/versions', version);
    fs.mkdirSync(to, { recursive: true });
    fs.writeFileSync(path.join(to, 'vonggac-agent.js'), '');
    fs.writeFileSync(path.join(to, 'runtime'), '24.0.0\n');
  }
  const [packaged = ''] = versions;
  fs.writeFileSync(path.join(folder, 'program/versions/packaged'), `${packaged}\n`);
  return new ProgramHome(path.join(folder, 'program'), packaged);
}
const seenBy = (home: ProgramHome, version: string): ProgramHome => new ProgramHome(home.folder, version);
const newStore = (): UpdateStore => new UpdateStore(folder);
/** What the launcher does before it starts a version on trial. */
const launch = (home: ProgramHome): void =>
  fs.renameSync(path.join(home.folder, 'versions/trial'), path.join(home.folder, 'versions/tried'));

describe('the folder of programs', () => {
  it('is known by where the program lies, and by nothing else', () => {
    const home = homeOf('0.1.0');
    const entry = path.join(home.versionFolder('0.1.0'), 'vonggac-agent.js');
    expect(ProgramHome.of(entry)).toMatchObject({ folder: fs.realpathSync(home.folder), version: '0.1.0' });
    const elsewhere = path.join(folder, 'vonggac-agent.js');
    fs.writeFileSync(elsewhere, '');
    expect(ProgramHome.of(elsewhere)).toBeUndefined();
    expect(ProgramHome.of(path.join(folder, 'absent.js'))).toBeUndefined();
  });

  it('follows no pointer that names no version', () => {
    const home = homeOf('0.1.0');
    fs.writeFileSync(path.join(home.folder, 'versions/current'), '../../etc\n');
    expect(home.pointer('current')).toBeUndefined();
  });

  it('keeps what is pointed to, the one before, and the runtimes of these', () => {
    const home = homeOf('0.1.0', '0.2.0', '0.3.0', '0.4.0');
    for (const runtime of ['24.0.0', '23.0.0', '25.0.0.part'])
      fs.mkdirSync(path.join(home.folder, 'runtimes', runtime), { recursive: true });
    home.hold('0.4.0');
    seenBy(home, '0.4.0').tidy();
    expect(fs.readdirSync(path.join(home.folder, 'versions')).toSorted()).toEqual([
      '0.1.0',
      '0.3.0',
      '0.4.0',
      'current',
      'packaged',
    ]);
    expect(fs.readdirSync(path.join(home.folder, 'runtimes'))).toEqual(['24.0.0']);
  });
});

describe('a start', () => {
  it('tries what is laid down once more, at most three times, and then never', () => {
    const home = homeOf('0.1.0', '0.2.0');
    giveStart({ home, store: newStore(), logger }, NEXT, 600_000);
    for (const wanted of ['again', 'again', 'settled']) {
      launch(home);
      const store = newStore();
      const begun = beginTrial({ home, store, logger });
      expect(begun).toBe(wanted);
      if (begun === 'again') giveStart({ home, store, logger }, NEXT, 600_000);
    }
    expect(newStore().failed).toMatchObject([{ ...NEXT, code: 'unwell' }]);
    expect([home.pointer('trial'), home.pointer('tried'), home.pointer('current')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('holds what is well, also when it was killed before it had written all of that', () => {
    const home = homeOf('0.1.0', '0.2.0');
    giveStart({ home, store: newStore(), logger }, NEXT, 600_000);
    launch(home);
    const next = seenBy(home, '0.2.0');
    expect(beginTrial({ home: next, store: newStore(), logger })).toBe('on-trial');
    next.hold('0.2.0');
    expect(beginTrial({ home: next, store: newStore(), logger })).toBe('settled');
    expect([next.pointer('tried'), newStore().trial]).toEqual([undefined, undefined]);
    holdTrial({ home: next, store: newStore(), logger });
    expect(next.pointer('current')).toBe('0.2.0');
  });

  it('gives what heard nothing one more start, when the line is known to work, and takes it back after that', () => {
    const home = homeOf('0.1.0', '0.2.0');
    const beSilent = () => {
      giveStart({ home, store: newStore(), logger }, NEXT, 600_000);
      launch(home);
      newStore().noteUnwell('nothing was acknowledged');
      return beginTrial({ home, store: newStore(), logger });
    };
    expect(beSilent()).toBe('when-heard');
    // Started anew meanwhile, it waits on.
    expect(beginTrial({ home, store: newStore(), logger })).toBe('when-heard');
    expect([home.pointer('trial'), home.pointer('tried'), newStore().failed]).toEqual([
      undefined,
      undefined,
      [],
    ]);
    expect(beSilent()).toBe('settled');
    expect(newStore().failed.at(-1)).toMatchObject({ code: 'unwell', message: 'nothing was acknowledged' });
  });

  it('takes back at once what the launcher does not start', () => {
    const home = homeOf('0.1.0', '0.2.0');
    giveStart({ home, store: newStore(), logger }, { version: '0.3.0', digest: digest('0.3.0') }, 600_000);
    beginTrial({ home, store: newStore(), logger });
    expect(newStore().failed.at(-1)).toMatchObject({ version: '0.3.0', code: 'not-started' });
    expect(home.pointer('trial')).toBeUndefined();
  });

  it('takes back at once what the launcher ended because it hung, and believes a word of its own before that', () => {
    const home = homeOf('0.1.0', '0.2.0');
    const hang = (): void => {
      giveStart({ home, store: newStore(), logger }, NEXT, 600_000);
      launch(home);
      const tried = path.join(home.folder, 'versions/tried');
      expect(fs.readFileSync(tried, 'utf8')).toBe('0.2.0\n900\n');
      fs.appendFileSync(tried, 'hung 900\n');
    };
    hang();
    expect(beginTrial({ home, store: newStore(), logger })).toBe('settled');
    expect(newStore().failed.at(-1)).toMatchObject({
      ...NEXT,
      code: 'unwell',
      message: 'it hung: ended from outside after 900 s, neither well nor at an end',
    });
    expect(home.pointer('tried')).toBeUndefined();
    hang();
    newStore().noteUnwell('nothing was acknowledged');
    expect(beginTrial({ home, store: newStore(), logger })).toBe('when-heard');
  });

  it('reads what a later version wrote down', () => {
    newStore().try(NEXT);
    const file = path.join(folder, 'updates.json');
    const { trial, ...book } = JSON.parse(fs.readFileSync(file, 'utf8')) as { trial: object };
    fs.writeFileSync(file, JSON.stringify({ ...book, trial: { ...trial, later: 1 }, later: 1 }));
    expect(newStore().trial).toEqual({ ...NEXT, starts: 1 });
  });

  it('never lowers the number, and does not begin it anew because a file was damaged', () => {
    const store = newStore();
    store.believe({ counter: 7, digest: NEXT.digest, createdMs: 1 });
    store.believe({ counter: 6, digest: NEXT.digest, createdMs: 1 });
    expect(newStore().seen).toMatchObject({ counter: 7 });
    fs.writeFileSync(path.join(folder, 'updates.json'), '{');
    expect(newStore).toThrow('updates.json');
  });
});

const FILES = { 'vonggac-agent.js': 'import "./parts/a.js";', 'parts/a.js': 'run();' };
const PACKED = Buffer.from(Object.values(FILES).join(''));
const part: ReleasePart = {
  sha256: digest(PACKED),
  bytes: PACKED.length,
  packed: 'none',
  files: Object.entries(FILES).map(([name, text]) => ({
    path: name,
    bytes: text.length,
    sha256: digest(text),
    ...(name.includes('/') ? {} : { executable: true as const }),
  })),
};

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

describe('what is laid down', () => {
  const places = () => ({ aside: path.join(folder, 'v.part'), folder: path.join(folder, 'v') });

  it('is there whole, with modes of ours, or not at all', async () => {
    await layPart(part, once(PACKED), places(), { runtime: '24.0.0' });
    expect(fs.readFileSync(path.join(folder, 'v/parts/a.js'), 'utf8')).toBe('run();');
    expect(fs.readFileSync(path.join(folder, 'v/runtime'), 'utf8')).toBe('24.0.0\n');
    expect(fs.statSync(path.join(folder, 'v/vonggac-agent.js')).mode & 0o777).toBe(0o755);
    expect(fs.statSync(path.join(folder, 'v/parts/a.js')).mode & 0o777).toBe(0o644);
    removeFolder(path.join(folder, 'v'));
    const bad = Buffer.from(PACKED);
    bad[bad.length - 1] = 0;
    await expect(layPart({ ...part, sha256: digest(bad) }, once(bad), places())).rejects.toThrow(
      'parts/a.js',
    );
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it('takes the place of what a process left that was killed in between', async () => {
    fs.mkdirSync(path.join(folder, 'v.part/parts'), { recursive: true });
    fs.symlinkSync('/etc/passwd', path.join(folder, 'v.part/parts/a.js'));
    fs.mkdirSync(path.join(folder, 'v'));
    await layPart(part, once(PACKED), places());
    expect(fs.lstatSync(path.join(folder, 'v/parts/a.js')).isFile()).toBe(true);
  });

  it('needs room for all of it and some to spare', () => {
    expect(() => requireRoom(folder, part)).not.toThrow();
    expect(() => requireRoom(folder, { ...part, bytes: Number.MAX_SAFE_INTEGER })).toThrow(NoRoomError);
  });
});

describe('a payload', () => {
  const free = (): Promise<void> => Promise.resolve();

  it('goes on where it broke off, and is thrown away when it is another', async () => {
    const files = new PayloadFiles(folder);
    const from: number[] = [];
    const upTo = (bytes: number) => (at: number) => {
      from.push(at);
      return once(PACKED.subarray(at, bytes));
    };
    await expect(files.load(part, upTo(5), free)).rejects.toThrow('ended after 5');
    expect(await files.load(part, upTo(PACKED.length), free)).toBe(PACKED.length - 5);
    expect(from).toEqual([0, 5]);
    expect(files.whole).toEqual([part.sha256]);
    files.keepOnly(new Set());
    const other = Buffer.alloc(PACKED.length, 'x');
    await expect(files.load(part, () => once(other), free)).rejects.toThrow(
      'not the payload that was signed',
    );
    await expect(files.load(part, () => once(Buffer.concat([PACKED, PACKED])), free)).rejects.toThrow(
      'longer',
    );
    expect(files.whole).toEqual([]);
  });
});

describe('neighbours', () => {
  const free = (): Promise<void> => Promise.resolve();
  const settings = { enabled: true, host: '127.0.0.1', port: 0, bytesPerSecondMax: 10_000_000, peersMax: 1 };

  async function serving<T>(work: (server: NeighbourServer, url: string) => Promise<T>): Promise<T> {
    const files = new PayloadFiles(path.join(folder, 'giver'));
    await files.load(part, () => once(PACKED), free);
    const server = new NeighbourServer({ files, settings, clock: systemClock, logger });
    await server.start();
    try {
      return await work(server, server.urls[0] ?? '');
    } finally {
      await server.stop();
    }
  }

  const get = async (url: string, headers: Record<string, string> = {}): Promise<number> =>
    (await fetch(url, { headers })).status;

  it('hand out what is whole by its digest, from a byte on, and nothing else', async () => {
    await serving(async (_, url) => {
      const taker = new PayloadFiles(path.join(folder, 'taker'));
      const source = loadFromNeighbour(url, part.sha256, never);
      expect(await taker.load(part, source, free)).toBe(PACKED.length);
      expect(await get(`${url}/payload/${digest('other')}`)).toBe(404);
      expect(await get(`${url}/payload/../updates.json`)).toBe(404);
      expect(await get(`${url}/`)).toBe(404);
      expect(await get(`${url}/payload/${part.sha256}`, { range: 'bytes=7-' })).toBe(206);
      for (const range of ['bytes=999-', 'bytes=-3', 'bytes=1-2', 'lines=1-'])
        expect(await get(`${url}/payload/${part.sha256}`, { range })).toBe(416);
    });
  });

  it('are refused and counted when there are too many', async () => {
    await serving(async (server, url) => {
      const big = path.join(folder, `giver/releases/${digest('big')}.payload`);
      fs.writeFileSync(big, Buffer.alloc(60_000_000));
      const held = http.get(`${url}/payload/${digest('big')}`);
      await new Promise<void>((resolve) =>
        held.once('response', (response) => resolve(void response.pause())),
      );
      expect(await get(`${url}/payload/${part.sha256}`)).toBe(503);
      expect(server.refused).toBe(1);
      held.destroy();
    });
  });

  it('that hand out something else, or too much, are not believed', async () => {
    for (const body of [Buffer.alloc(PACKED.length, 'x'), Buffer.alloc(PACKED.length * 9)]) {
      const hostile = http.createServer((_, response) => void response.end(body)).listen(0, '127.0.0.1');
      await new Promise((resolve) => hostile.once('listening', resolve));
      const address = hostile.address();
      const url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
      const taker = new PayloadFiles(path.join(folder, 'taker'));
      const load = taker.load(part, loadFromNeighbour(url, part.sha256, never), free);
      await expect(load).rejects.toThrow(LoadError);
      expect(taker.whole).toEqual([]);
      hostile.closeAllConnections();
      await new Promise((resolve) => hostile.close(resolve));
    }
  });
});
