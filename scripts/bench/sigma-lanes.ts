/** The public rules and events that the Sigma bench runs over; they are not part of the project. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { builtInPipelines } from '../../rules/pipelines/index.ts';
import { createRouter } from '../../rules/sigma/index.ts';
import type { LogSource } from '../../rules/sigma/index.ts';

/** Folder of public logs and rules: VONGGAC_CORPUS, else `shared/corpus` beside the project. */
export function corpusFolder(): string {
  return resolve(process.env.VONGGAC_CORPUS ?? join(import.meta.dirname, '../../../shared/corpus'));
}

export interface Lane {
  name: string;
  /** JSON texts, one an event. */
  lines: readonly string[];
  /** Log sources of the event at that place; undefined where nothing is said: every rule is tried. */
  route: (
    event: Readonly<Record<string, unknown>>,
    index: number,
  ) => LogSource | readonly LogSource[] | undefined;
}

export interface RuleText {
  source: string;
  text: string;
}

/** Every rule file of the corpus. @throws Error when there is no corpus */
export function corpusRules(): RuleText[] {
  const root = join(corpusFolder(), 'sigma/rules');
  if (!existsSync(root)) {
    throw new Error(
      `no public rules in ${root}: set VONGGAC_CORPUS to a folder that has sigma/rules and events`,
    );
  }
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({ source: relative(root, file), text: readFileSync(file, 'utf8') }));
}

function readLines(name: string): string[] {
  const bytes = readFileSync(join(corpusFolder(), name));
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}

type Fields = Readonly<Record<string, unknown>>;

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** By the event's own `product`, `category`, `service`. */
function routeByFields(event: Fields): LogSource | undefined {
  const product = textOf(event['product']);
  const category = textOf(event['category']);
  const service = textOf(event['service']);
  return product === undefined && category === undefined && service === undefined
    ? undefined
    : { product, category, service };
}

const GENERATED = [
  'structured_windows',
  'low_match',
  'raw_windows',
  'sysmon_file_event',
  'cisco_syslog',
  'no_match',
] as const;

/** Lanes with routing, in the order of their interest. */
export function lanes(): Lane[] {
  const generated = GENERATED.map((name): Lane => ({
    name,
    lines: readLines(`events/lanes/${name}.ndjson.gz`),
    route: routeByFields,
  }));
  return [...generated, labelled()];
}

/** Real Windows events, each with the log sources it was labelled with. */
function labelled(): Lane {
  type Case = { event: Fields; logsources: readonly string[] };
  const cases = readLines('sigma/windows-labelled.jsonl.gz').map((line) => JSON.parse(line) as Case);
  const known = new Map<string, readonly LogSource[]>();
  const sources = cases.map(({ logsources }) => {
    const key = logsources.join(' ');
    const list =
      known.get(key) ?? Object.freeze(logsources.map((text) => Object.freeze(readLogSource(text))));
    known.set(key, list);
    return list;
  });
  return {
    name: 'windows-labelled',
    lines: cases.map(({ event }) => JSON.stringify(event)),
    route: (_event, index) => sources[index],
  };
}

/** Real events without a label, 100,000 of Windows and some of a cloud: the built-in pipelines route them. */
export function unlabelled(): Lane {
  const router = createRouter(builtInPipelines());
  return {
    name: 'windows-100k',
    lines: readLines('events/windows-100k.ndjson.gz'),
    route: (event) => router.route(event),
  };
}

/** `product/category/service`, `-` where absent. */
function readLogSource(text: string): LogSource {
  const [product, category, service] = text.split('/').map((part) => (part === '-' ? undefined : part));
  return { product, category, service };
}
