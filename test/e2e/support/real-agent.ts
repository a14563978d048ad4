/** A real agent that follows one log of a web server and watches a folder; on a host of its own where this machine lets us make one. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { SiteClient } from '../../../scripts/stage/site-client.ts';
import { NetworkSpace } from '../../support/agent/network-space.ts';
import { Line } from './line.ts';

const CLI = path.resolve(import.meta.dirname, '../../../agent/cli.ts');
const identitySchema = z.object({ agentId: z.string() });
const tokenSchema = z.object({ token: z.string() });
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** The moment as web servers write it. */
function clf(at: Date): string {
  const [day = '', clock = ''] = at.toISOString().split(/[T.]/u);
  const [year, month, date] = day.split('-');
  return `${date}/${MONTHS[Number(month) - 1]}/${year}:${clock} +0000`;
}

/** The words of a command line as a shell reads them; what is between quotes is one. */
export const wordsOf = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|\S+/gu)].map(([whole, quoted]) => quoted ?? whole);

export class RealAgent {
  readonly id: string;
  /** Whether it is on a host of its own, so that it can be cut off. */
  readonly apart: boolean;
  /** What it watches the files of. */
  readonly watched: string;
  readonly #log: string;
  readonly #ends: readonly (() => unknown)[];

  private constructor(
    { id, apart, log, watched }: { id: string; apart: boolean; log: string; watched: string },
    ends: readonly (() => unknown)[],
  ) {
    this.id = id;
    this.apart = apart;
    this.watched = watched;
    this.#log = log;
    this.#ends = ends;
  }

  /**
   * With a token of its own, on a host of its own where that can be.
   * @param admin may make join tokens @throws Error when it does not enrol
   */
  static async start(url: string, admin: SiteClient, agencyId: number): Promise<RealAgent> {
    const space = NetworkSpace.isPossible() ? new NetworkSpace(3) : undefined;
    const line = space === undefined ? undefined : await Line.open(url, space.outside);
    const { token } = tokenSchema.parse(
      await admin.call('POST', '/join-tokens', { agencyId, uses: 1, days: 1 }),
    );
    return RealAgent.#run(['enrol', '--url', line?.url ?? url, '--token', token], space, [
      () => line?.close(),
      () => space?.remove(),
    ]);
  }

  /** By the command that a page shows, with this checkout's program in the place of npx. @throws Error when it does not enrol */
  static byCommand(command: string): Promise<RealAgent> {
    const [npx, program, ...args] = wordsOf(command);
    if (npx !== 'npx' || program !== 'vonggac-agent') throw new Error(`is no agent's command: ${command}`);
    return RealAgent.#run(args, undefined, []);
  }

  static async #run(
    enrol: readonly string[],
    space: NetworkSpace | undefined,
    ends: readonly (() => unknown)[],
  ): Promise<RealAgent> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-e2e-agent-'));
    const state = path.join(folder, 'state');
    const log = path.join(folder, 'access.log');
    const watched = path.join(folder, 'watched');
    await mkdir(state, { mode: 0o700 });
    await mkdir(watched);
    await writeFile(log, '');
    const settings = {
      watch: [{ path: watched }],
      tails: [{ path: log, channel: 'web-access' }],
      journald: { enabled: false },
      inventory: { enabled: false },
      posture: { enabled: false },
      response: { allow: ['isolate', 'collect-bundle'] },
    };
    await writeFile(path.join(state, 'agent.json'), JSON.stringify(settings));
    const program = (args: readonly string[]): ChildProcess =>
      space === undefined
        ? spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
        : spawn('ip', [...space.enter, process.execPath, CLI, ...args], {
            stdio: ['ignore', 'ignore', 'inherit'],
          });
    const [code] = await once(program([...enrol, '--state', state]), 'exit');
    if (code !== 0) throw new Error(`the agent did not enrol: it ended with ${String(code)}`);
    const { agentId } = identitySchema.parse(
      JSON.parse(await readFile(path.join(state, 'identity.json'), 'utf8')),
    );
    const running = program(['run', '--state', state, '--log-level', 'error']);
    return new RealAgent({ id: agentId, apart: space !== undefined, log, watched }, [
      async () => {
        if (running.exitCode !== null || running.signalCode !== null) return;
        const ended = once(running, 'exit');
        running.kill('SIGTERM');
        await ended;
      },
      ...ends,
      () => rm(folder, { recursive: true, force: true }),
    ]);
  }

  /** Somebody asks the web server for this address. */
  async visited(address: string, browser = 'curl/8'): Promise<void> {
    await appendFile(
      this.#log,
      `203.0.113.9 - - [${clf(new Date())}] "GET ${address} HTTP/1.1" 200 812 "-" "${browser}"\n`,
    );
  }

  async stop(): Promise<void> {
    for (const end of this.#ends) await end();
  }
}
