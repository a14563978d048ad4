/**
 * A private PostgreSQL server for a test file: a new cluster in a temporary folder, on a unix socket, ended with the
 * tests. Debian's package is enough; where it is not installed, tests that need it are skipped by name.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type QueryResult } from 'pg';
import type { PostgresHome } from '../../collector/registry/postgres-home.ts';

const DEBIAN = '/usr/lib/postgresql';
/** Cuts the tests' time to a fifth on a slow disk: a cluster is a thousand small files. */
const MEMORY_FOLDER = '/dev/shm';
const START_MS_MAX = 30_000;
export const OWNER = 'vonggac';

/** Folder of the server's programs, the newest; undefined when PostgreSQL is not installed. */
export function postgresPrograms(): string | undefined {
  const set = process.env['VONGGAC_POSTGRES_BIN'];
  if (set !== undefined) return set;
  if (!existsSync(DEBIAN)) return undefined;
  const versions = readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a));
  return versions
    .map((version) => path.join(DEBIAN, version, 'bin'))
    .find((bin) => existsSync(path.join(bin, 'initdb')));
}

/** PostgreSQL refuses to run as root: its package's user takes over. */
function asServer(program: string, args: readonly string[]): [string, string[]] {
  if (process.getuid?.() !== 0) return [program, [...args]];
  return [
    'setpriv',
    ['--reuid=postgres', '--regid=postgres', '--clear-groups', '--pdeathsig=TERM', program, ...args],
  ];
}

function serverIds(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(spawnSync('id', [flag, 'postgres']).stdout.toString().trim()),
  );
  return { uid: uid ?? 0, gid: gid ?? 0 };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

export interface TestPostgres {
  /** Through the socket, without a password. */
  home(database: string): PostgresHome;
  /** Port on 127.0.0.1; TLS and passwords only, when a certificate was given. */
  port: number;
  /** A new empty database, or a copy of one that nobody is connected to. */
  createDatabase(template?: string): Promise<string>;
  run(statement: string, database?: string): Promise<QueryResult>;
  /** Ends it and keeps its data; `start` brings it back. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface TestPostgresOptions {
  /** PEM; without it the server listens on its socket only. */
  tls?: { cert: string; key: string };
}

/** @throws Error with the server's words */
export async function startPostgres({ tls }: TestPostgresOptions = {}): Promise<TestPostgres> {
  const bin = postgresPrograms();
  if (bin === undefined) throw new Error('PostgreSQL is not installed');
  const folder = mkdtempSync(
    path.join(existsSync(MEMORY_FOLDER) ? MEMORY_FOLDER : os.tmpdir(), 'vonggac-pg-'),
  );
  const ids = serverIds();
  const own = (file: string): string => {
    if (ids !== undefined) chownSync(file, ids.uid, ids.gid);
    return file;
  };
  own(folder);
  const data = path.join(folder, 'data');
  const initArgs = ['-D', data, '-U', OWNER, '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
  const made = spawnSync(...asServer(path.join(bin, 'initdb'), initArgs), { cwd: folder });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr.toString()}`);
  const port = await freePort();
  const settings = [
    `unix_socket_directories = '${folder}'`,
    `port = ${port}`,
    'fsync = off',
    'synchronous_commit = off',
    'full_page_writes = off',
    'max_connections = 60',
    'shared_buffers = 16MB',
    `listen_addresses = '${tls === undefined ? '' : '127.0.0.1'}'`,
  ];
  if (tls !== undefined) {
    for (const [name, pem] of [
      ['server.crt', tls.cert],
      ['server.key', tls.key],
    ] as const) {
      writeFileSync(path.join(data, name), pem, { mode: 0o600 });
      own(path.join(data, name));
    }
    settings.push('ssl = on');
    writeFileSync(
      path.join(data, 'pg_hba.conf'),
      'local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n',
    );
  }
  writeFileSync(path.join(data, 'postgresql.auto.conf'), `${settings.join('\n')}\n`);
  mkdirSync(path.join(folder, 'log'));

  let child: ChildProcess | undefined;
  const home = (database: string): PostgresHome => ({
    host: folder,
    port,
    user: OWNER,
    password: undefined,
    database,
    tls: undefined,
  });
  const run = async (statement: string, database = 'postgres'): Promise<QueryResult> => {
    const client = new Client({ host: folder, port, user: OWNER, database, password: '' });
    await client.connect();
    try {
      return await client.query(statement);
    } finally {
      await client.end();
    }
  };
  const start = async (): Promise<void> => {
    let said = '';
    const running = spawn(...asServer(path.join(bin, 'postgres'), ['-D', data]), {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = running;
    running.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-8_192)));
    const giveUpMs = performance.now() + START_MS_MAX;
    for (;;) {
      try {
        await run('select 1');
        return;
      } catch (error) {
        if (running.exitCode !== null || performance.now() > giveUpMs) {
          throw new Error(`PostgreSQL did not start: ${said}`, { cause: error });
        }
        await sleep(20);
      }
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const exited = once(running, 'exit');
    running.kill(signal);
    await exited;
  };
  await start();
  let databases = 0;
  return {
    home,
    port,
    run,
    start,
    createDatabase: async (template = 'template0') => {
      databases += 1;
      const name = `t${databases}`;
      await run(`create database ${name} template ${template}`);
      return name;
    },
    stop: () => end('SIGINT'), // a fast shutdown: sessions are ended
    close: async () => {
      await end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
