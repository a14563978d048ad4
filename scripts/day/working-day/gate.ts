/**
 * The gate against noise: a working day with its update night, our own rules and correlations, and attacks among it. What is
 * judged: rows of high or critical that are about no attack (false ones), the rows in all, and that no attack is missed.
 */
import path from 'node:path';
import { seeded } from '../../../collector/simulate/made-up.ts';
import { LINUX_SHARES, makeEstate } from '../estate.ts';
import { OFFICE_NOISE } from '../office-noise.ts';
import { PATCH_NIGHT } from '../patch-night.ts';
import { openProvince, type RuleCount } from '../province.ts';
import { readQueue } from '../queue.ts';
import { SERVER_NOISE } from '../server-noise.ts';
import { alertDetailSchema, type Alert } from '../../../collector/api/contract-alerts.ts';
import { bearer } from '../../../test/unit/api/api-fixture.ts';
import { attacksOn, isAbout, type Attack } from './attacks.ts';
import { DESK_DAY } from './desk-day.ts';
import { planDay, turnsOf, type Doing } from './plan.ts';
import { SERVER_DAY } from './server-day.ts';
import { UNIX_DAY } from './unix-day.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
/** Midnight in Việt Nam before a Monday. */
export const MONDAY_MS = Date.UTC(2026, 10, 22) + 17 * 3_600_000;
const SEVERE: ReadonlySet<string> = new Set(['high', 'critical']);

export const GATE = { hosts: 8_000, falseHighsMax: 5, rowsMax: 60 } as const;

export interface GateOptions {
  hosts: number;
  agencies: number;
  seed: number;
  /** What comes in so many minutes is one batch. */
  minutes: number;
  /** Folder of recorded attacks; without it those of the attack stories alone. */
  corpus: string | undefined;
  /** Folders of rules; our own when left out. */
  rules?: readonly string[] | undefined;
  limits: { falseHighsMax: number; rowsMax: number };
}

export interface GateRow extends Pick<
  Alert,
  'severity' | 'risk' | 'kind' | 'title' | 'count' | 'hosts' | 'ruleId'
> {
  about: string;
  /** The attack that it is about; undefined for noise. */
  attack: string | undefined;
  /** What its severity is made of, for rows that are high and about no attack. */
  why: readonly string[];
}

export interface GateResult {
  rows: readonly GateRow[];
  falseHighs: number;
  /** Rows that are not about an attack. */
  noiseRows: number;
  /** The worst row of each attack; undefined where none is. */
  attacks: readonly { name: string; severity: string | undefined; place: number | undefined }[];
  faults: readonly string[];
  counted: { events: number; hits: number; detections: number };
  /** By rule, attacks included: most detections first. */
  byRule: readonly RuleCount[];
  rules: number;
  cpuSeconds: number;
  seconds: number;
}

export const DOINGS: readonly Doing[] = [
  ...OFFICE_NOISE,
  ...SERVER_NOISE,
  ...PATCH_NIGHT,
  ...DESK_DAY,
  ...SERVER_DAY,
  ...UNIX_DAY,
];

export async function playGate(options: GateOptions): Promise<GateResult> {
  const [beganMs, cpu] = [performance.now(), process.cpuUsage()];
  const random = seeded(options.seed);
  const estate = makeEstate(options.hosts, options.agencies, random, LINUX_SHARES);
  const attacks = attacksOn(estate, MONDAY_MS, options.corpus);
  const province = await openProvince(
    estate,
    options.rules ?? [path.join(ROOT, 'rules', 'detections')],
    MONDAY_MS,
  );
  try {
    const moments = planDay(DOINGS, estate, random, MONDAY_MS);
    const extra = attacks.flatMap(({ records }) => records);
    for (const turn of turnsOf(moments, extra, options.minutes * 60_000)) await province.takeBatch(turn);
    const rows = await judgedRows(province.world, attacks);
    const { user, system } = process.cpuUsage(cpu);
    return {
      ...verdict(rows, attacks, options.limits),
      counted: province.counted,
      byRule: province.countedByRule(),
      rules: province.book.summaries.length,
      cpuSeconds: Math.round((user + system) / 100_000) / 10,
      seconds: Math.round((performance.now() - beganMs) / 100) / 10,
    };
  } finally {
    await province.close();
  }
}

async function judgedRows(
  world: Parameters<typeof readQueue>[0],
  attacks: readonly Attack[],
): Promise<GateRow[]> {
  const headers = await bearer(world, 'analyst');
  const rows: GateRow[] = [];
  for (const row of await readQueue(world)) {
    const attack = attacks.find((one) => isAbout(one, row))?.name;
    const isFalse = attack === undefined && SEVERE.has(row.severity);
    const answer = isFalse ? await world.app.inject({ url: `/api/v1/alerts/${row.id}`, headers }) : undefined;
    const { parts } =
      answer === undefined ? { parts: [] } : alertDetailSchema.parse(answer.json()).severityWhy;
    rows.push({
      severity: row.severity,
      risk: row.risk,
      kind: row.kind,
      title: row.title,
      count: row.count,
      hosts: row.hosts,
      ruleId: row.ruleId,
      about: row.hostname ?? Object.values(row.entity).join(' '),
      attack,
      why: parts.map(({ part, value, points }) => `${points} ${part}: ${value}`),
    });
  }
  return rows;
}

function verdict(
  rows: readonly GateRow[],
  attacks: readonly Attack[],
  { falseHighsMax, rowsMax }: GateOptions['limits'],
): Pick<GateResult, 'rows' | 'falseHighs' | 'noiseRows' | 'attacks' | 'faults'> {
  const noise = rows.filter(({ attack }) => attack === undefined);
  const falseHighs = noise.filter(({ severity }) => SEVERE.has(severity)).length;
  const found = attacks.map(({ name }) => {
    const at = rows.findIndex(({ attack }) => attack === name);
    return { name, severity: rows[at]?.severity, place: at === -1 ? undefined : at + 1 };
  });
  const faults = [
    ...(falseHighs > falseHighsMax ? [`${falseHighs} false highs, more than ${falseHighsMax}`] : []),
    ...(rows.length > rowsMax ? [`${rows.length} rows, more than ${rowsMax}`] : []),
    ...found.flatMap(({ name, place }) => (place === undefined ? [`no row is about "${name}"`] : [])),
  ];
  return { rows, falseHighs, noiseRows: noise.length, attacks: found, faults };
}

const cut = (text: string, chars: number): string =>
  text.length > chars ? `${text.slice(0, chars - 1)}…` : text.padEnd(chars);

/** As lines of text: the queue, what each rule found, and the verdict. */
export function printGate(result: GateResult, hosts: number): string {
  const queue = result.rows.flatMap(
    ({ severity, risk, kind, about, title, count, hosts: on, attack, why }, at) => [
      `${String(at + 1).padStart(3)} ${cut(severity, 8)} ${String(risk).padStart(4)} ${cut(kind, 9)} ${cut(about, 28)} ${cut(title, 56)} ${String(count).padStart(6)} on ${String(on).padStart(4)}${attack === undefined ? '' : `  <- ${attack}`}`,
      ...why.map((one) => `        ${one}`),
    ],
  );
  const noise = result.byRule.map(
    ({ level, hits, hosts: on, title }) =>
      `${cut(level ?? '', 13)} ${String(hits).padStart(7)} on ${String(on).padStart(5)} ${(hits / hosts).toFixed(4).padStart(8)} a host  ${title}`,
  );
  const { counted } = result;
  return [
    ...queue,
    '',
    ...noise,
    '',
    ...result.attacks.map(
      ({ name, place, severity }) =>
        `${name}: ${place === undefined ? 'NO ROW' : `row ${place}, ${severity ?? ''}`}`,
    ),
    '',
    ...(result.faults.length === 0
      ? ['verdict: holds']
      : ['verdict: FAILS', ...result.faults.map((fault) => `  ${fault}`)]),
    `${hosts} hosts, ${result.rules} rules, ${counted.events} events, ${counted.detections} detections, ${result.rows.length} rows, ${result.falseHighs} false highs, ${result.seconds} s (${result.cpuSeconds} s of CPU)`,
  ].join('\n');
}
