/**
 * `npm start`: a whole watch post on this machine. Starts the collector, enrols an agent for this host through the
 * front door, runs it, and says in a few lines where to look. Ctrl-C ends all of it; the next start goes on.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { Command, CommanderError, Option } from 'commander';
import { z } from 'zod';
import { callOperation } from '../collector/cli/client.ts';
import { chooseLanguage, LANGUAGES, messagesIn } from '../collector/cli/language.ts';
import { joinTokenCreate } from '../collector/cli/operations/join-token.ts';
import { usageMessage } from '../collector/cli/program.ts';
import { ConfigError, readConfig } from '../collector/config.ts';
import { knownNodeFlags } from '../collector/node-flags.ts';
import { ensureConsole } from './start/console-build.ts';
import { processFacts, watchStarters } from './start/orphan.ts';
import { Processes } from './start/processes.ts';
import { texts } from './start/texts.ts';
import { watchPlan } from './start/watch-plan.ts';

const ROOT = path.dirname(import.meta.dirname);
/** Ctrl-C ends everything within this time. */
const STOP_MS_MAX = 4_500;
/** How often to look whether npm is still there. */
const STARTER_LOOK_MS = 500;
/** How long to wait for the agent's first picture of what it watches. */
const WATCHING_MS_MAX = 60_000;

/** What the collector's process says when it serves. */
const readySchema = z.object({
  type: z.literal('ready'),
  url: z.string(),
  fingerprint: z.string(),
  initialPasswordFile: z.string().optional(),
});

const collect = (value: string, all: readonly string[] = []): string[] => [...all, value];

interface Options {
  watch?: string[];
  tail?: string[];
  rules?: string[];
  data?: string;
  listen?: string;
  lang?: string;
}

const language = chooseLanguage(process.argv.slice(2), process.env);
const t = texts(language);
const command = new Command('npm start --')
  .description(t.help.program)
  .option('--watch <path>', t.help.watch, collect)
  .option('--tail <file>', t.help.tail, collect)
  .option('--rules <path>', t.help.rules, collect)
  .option('--data <dir>', t.help.data)
  .option('--listen <host:port>', t.help.listen)
  .addOption(new Option('--lang <language>', t.help.lang).choices(LANGUAGES))
  .helpOption('-h, --help', t.help.help)
  .allowExcessArguments(false)
  .exitOverride()
  .configureOutput({ outputError: () => undefined })
  .configureHelp({
    styleTitle: (title) => t.help.titles[title] ?? title,
    optionDescription: ({ description }) => description,
  });

/** What was asked for; wrong use ends here, in the user's language. */
function readOptions(): Options {
  try {
    return command.parse().opts<Options>();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0)
      process.stderr.write(`npm start: ${usageMessage(error, messagesIn(language))}\n`);
    process.exit(error.exitCode === 0 ? 0 : 2);
  }
}

const options = readOptions();
const processes = new Processes(ROOT);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function fail(message: string): Promise<never> {
  await processes.stop(STOP_MS_MAX);
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

async function startCollector(dataDir: string): Promise<z.infer<typeof readySchema>> {
  const child = await processes.start({
    name: 'collector',
    args: [
      ...knownNodeFlags(),
      'collector/cli.ts',
      '--lang',
      language,
      'start',
      '--data',
      dataDir,
      ...(options.listen === undefined ? [] : ['--listen', options.listen]),
      ...(options.rules ?? []).flatMap((place) => ['--rules', place]),
    ],
  });
  return new Promise((resolve) => {
    child.on('message', (message) => {
      const ready = readySchema.safeParse(message);
      if (ready.success) resolve(ready.data);
    });
    child.once('exit', (code, signal) => {
      // Why it ended stands above, on standard error.
      if (!processes.stopping) void fail(t.collectorEnded(String(code ?? signal)));
    });
  });
}

async function ensureEnrolled(dataDir: string, stateDir: string, url: string): Promise<void> {
  if (existsSync(path.join(stateDir, 'identity.json'))) return;
  const { token } = await callOperation(joinTokenCreate, { uses: 1, days: 1 }, { dataDir });
  const logDir = path.join(dataDir, 'logs');
  const child = await processes.start({
    name: 'enrol',
    args: ['agent/cli.ts', '--lang', language, 'enrol', '--url', url, '--state', stateDir],
    // Not an argument: those can be read by every user of the machine.
    env: { VONGGAC_JOIN_TOKEN: token },
    logDir,
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) await fail(t.enrolFailed(logDir));
}

/** Before the agent has its first picture, a change would be part of it. @returns false when that takes long. */
async function untilWatching(agent: ChildProcess): Promise<boolean> {
  const late = AbortSignal.timeout(WATCHING_MS_MAX);
  try {
    await once(agent, 'message', { signal: late });
    return true;
  } catch (error) {
    if (late.aborted) return false;
    throw error;
  }
}

async function run(): Promise<void> {
  const { dataDir } = readConfig(process.env, options);
  await ensureConsole(ROOT, say, t);
  say(t.starting);
  const ready = await startCollector(dataDir);
  const stateDir = path.join(dataDir, 'agent');
  await ensureEnrolled(dataDir, stateDir, ready.url);
  const plan = watchPlan(options.watch ?? [], options.tail ?? []);
  const logDir = path.join(dataDir, 'logs');
  const agent = await processes.start({
    name: 'agent',
    args: ['agent/cli.ts', '--lang', language, 'run', '--state', stateDir, ...plan.arguments],
    logDir,
  });
  agent.once('exit', (code, signal) => {
    if (!processes.stopping) void fail(t.agentEnded(String(code ?? signal), logDir));
  });
  if (!(await untilWatching(agent))) say(t.stillLooking);
  const { url, fingerprint, initialPasswordFile: passwordFile } = ready;
  say(t.summary({ url, fingerprint, passwordFile, dataDir, watched: plan.watched, tailed: plan.tailed }));
  say('ready');
}

function end(): void {
  if (processes.stopping) return;
  say(`\n${t.stopping}`);
  void processes.stop(STOP_MS_MAX).then(() => {
    say(t.stopped);
    process.exit(0);
  });
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
// Whoever reads these lines may have gone with npm; what runs is ended all the same.
process.stdout.on('error', end);
// Started by npm, it ends with npm.
if (process.env['npm_lifecycle_event'] === 'start') {
  watchStarters(end, { parent: () => process.ppid, facts: processFacts, everyMs: STARTER_LOOK_MS });
}

try {
  await run();
} catch (error) {
  if (error instanceof ConfigError) await fail(error.message);
  await processes.stop(STOP_MS_MAX);
  throw error;
}
