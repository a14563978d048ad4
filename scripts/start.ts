/**
 * `npm start`: a whole watch post on this machine. Starts the collector, enrols an agent for this host through the
 * front door, runs it, and says in a few lines where to look. Ends all of it on Ctrl-C.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { Command } from 'commander';
import { ConfigError, readConfig } from '../collector/config.ts';
import { ensureConsole } from './start/console-build.ts';
import { joinTokenFor } from './start/join-token.ts';
import { isVietnamese, texts } from './start/texts.ts';
import { watchPlan } from './start/watch-plan.ts';

const ROOT = path.dirname(import.meta.dirname);
const STOP_MS_MAX = 4_500;

const collect = (value: string, all: string[]): string[] => [...all, value];

const command = new Command('npm start --')
  .description('Starts collector, console and an agent for this machine.')
  .option('--watch <dir>', 'watch a further folder or file for changes (repeatable)', collect, [])
  .option('--tail <file>', 'read a further log file (repeatable; FILE=CHANNEL names its kind)', collect, [])
  .option('--data <dir>', 'data folder (default ./data, setting VONGGAC_DATA)')
  .option('--listen <host:port>', 'address to serve on (default 127.0.0.1:8443, setting VONGGAC_LISTEN)')
  .option('--lang <vi|en>', 'language of these lines')
  .allowExcessArguments(false)
  .parse();
const options = command.opts<{
  watch: string[];
  tail: string[];
  data?: string;
  listen?: string;
  lang?: string;
}>();
const t = texts(options.lang ?? (isVietnamese(process.env) ? 'vi' : 'en'));

interface Ready {
  type: 'ready';
  url: string;
  fingerprint: string;
}

function isReady(message: unknown): message is Ready {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}

const children: { name: string; child: ChildProcess }[] = [];
let stopping = false;

/** Starts a process of ours. It is told to stop through its IPC channel, whose end it also understands. */
function start(
  name: string,
  args: readonly string[],
  env: Record<string, string>,
  stdout: number | 'inherit',
): ChildProcess {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', stdout, 'inherit', 'ipc'],
    detached: true, // Ctrl-C in a terminal reaches this process alone, which then stops the others in order
  });
  children.push({ name, child });
  return child;
}

async function stopAll(): Promise<void> {
  stopping = true;
  // The agent first: it says goodbye, and what it has not sent stays in its spool.
  for (const { child } of children.toReversed()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX / children.length);
    await exited;
    clearTimeout(timer);
  }
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

async function run(): Promise<void> {
  const config = readConfig(process.env, options);
  await ensureConsole(ROOT, (text) => process.stdout.write(`${text}\n`), t);
  const env = {
    VONGGAC_DATA: config.dataDir,
    VONGGAC_LISTEN: options.listen ?? process.env['VONGGAC_LISTEN'] ?? '127.0.0.1:8443',
  };
  const collector = start('collector', ['collector/cli.ts', 'start', '--quiet'], env, 'inherit');
  const ready = await new Promise<Ready>((resolve) => {
    collector.on('message', (message) => {
      if (isReady(message)) resolve(message);
    });
    collector.once('exit', (code) => {
      if (!stopping) fail(t.collectorEnded(code));
    });
  });

  const stateDir = path.join(config.dataDir, 'agent');
  if (!existsSync(path.join(stateDir, 'identity.json'))) {
    const token = await joinTokenFor(config.dataDir);
    const enrol = start(
      'enrol',
      ['agent/cli.ts', 'enrol', '--url', ready.url, '--state', stateDir],
      { VONGGAC_JOIN_TOKEN: token },
      await logFile(config.dataDir, 'enrol'),
    );
    const [code] = await once(enrol, 'exit');
    if (code !== 0) {
      await stopAll();
      fail(t.enrolFailed);
    }
  }
  const plan = await watchPlan(options.watch, options.tail);
  const agentArgs = ['agent/cli.ts', 'run', '--state', stateDir, ...plan.arguments];
  const agent = start('agent', agentArgs, {}, await logFile(config.dataDir, 'agent'));
  agent.once('exit', (code) => {
    if (!stopping)
      void stopAll().then(() => fail(t.agentEnded(code, path.join(config.dataDir, 'logs', 'agent.log'))));
  });

  process.stdout.write(
    `${t.summary({ url: ready.url, dataDir: config.dataDir, fingerprint: ready.fingerprint, watched: plan.watched, tailed: plan.tailed })}\nready\n`,
  );
}

/** Standard output of a process of ours; one generation is kept beside it. */
async function logFile(dataDir: string, name: string): Promise<number> {
  await mkdir(path.join(dataDir, 'logs'), { recursive: true, mode: 0o700 });
  const handle = await open(path.join(dataDir, 'logs', `${name}.log`), 'w', 0o600);
  return handle.fd;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    process.stdout.write(`\n${t.stopping}\n`);
    void stopAll().then(() => process.exit(0));
  });
}

try {
  await run();
} catch (error) {
  if (error instanceof ConfigError) fail(error.message);
  await stopAll();
  throw error;
}
