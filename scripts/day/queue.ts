/** The queue as an analyst sees it, and how it is judged: how long it is, where the attacks stand, what each row says. */
import { z } from 'zod';
import {
  alertDetailSchema,
  alertPageSchema,
  type Alert,
  type AlertDetail,
} from '../../collector/api/contract-alerts.ts';
import { bearer, type World } from '../../test/unit/api/api-fixture.ts';

export interface Wanted {
  name: string;
  agentId: string;
}

export interface JudgedQueue {
  rows: readonly Alert[];
  /** Place of each attack's first row, from 1; undefined where no row is about its host. */
  places: readonly { name: string; place: number | undefined; detail: AlertDetail | undefined }[];
  /** What is wrong with it; empty when all holds. */
  faults: readonly string[];
}

/** The list without any parameter but its pages: the default order of the default filter. */
export async function readQueue(world: World): Promise<Alert[]> {
  const headers = await bearer(world, 'analyst');
  const rows: Alert[] = [];
  let after: string | null = '';
  while (after !== null) {
    const url = `/api/v1/alerts?state=open&limit=500${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`;
    const page = alertPageSchema.parse((await world.app.inject({ url, headers })).json());
    rows.push(...page.alerts);
    after = page.next;
  }
  return rows;
}

export async function judgeQueue(
  world: World,
  attacks: readonly Wanted[],
  limits: { rowsMax: number; placeMax: number },
): Promise<JudgedQueue> {
  const rows = await readQueue(world);
  const headers = await bearer(world, 'analyst');
  const faults: string[] = [];
  if (rows.length > limits.rowsMax) faults.push(`${rows.length} rows, more than ${limits.rowsMax}`);
  const places: JudgedQueue['places'][number][] = [];
  for (const { name, agentId } of attacks) {
    const at = rows.findIndex((row) => row.agentId === agentId);
    const row = rows[at];
    const detail =
      row &&
      alertDetailSchema.parse((await world.app.inject({ url: `/api/v1/alerts/${row.id}`, headers })).json());
    places.push({ name, place: at === -1 ? undefined : at + 1, detail });
    if (at === -1) faults.push(`no row is about "${name}"`);
    else if (at >= limits.placeMax)
      faults.push(`"${name}" is row ${at + 1}, not among the first ${limits.placeMax}`);
    if (detail !== undefined && !explains(detail)) faults.push(`row ${at + 1} does not explain itself`);
  }
  return { rows, places, faults };
}

/** Says why it matched, with events, and its severity adds up. */
function explains({ detections, severityWhy, risk }: AlertDetail): boolean {
  const sum = severityWhy.parts.reduce((total, { points }) => total + points, 0);
  const proved = z
    .array(z.looseObject({ eventId: z.string().min(1) }))
    .nonempty()
    .safeParse(detections).success;
  return (
    proved &&
    severityWhy.parts.length > 0 &&
    Math.abs(Math.min(sum, 100) - Math.min(severityWhy.score, 100)) <= 2 &&
    risk === severityWhy.score
  );
}

const cut = (text: string, chars: number): string =>
  text.length > chars ? `${text.slice(0, chars - 1)}…` : text.padEnd(chars);

/** As lines of text. */
export function printQueue({ rows, places, faults }: JudgedQueue): string {
  const lines = rows.map((row, at) => {
    const story = places.find(({ place }) => place === at + 1);
    const about = row.hostname ?? Object.values(row.entity).join(' ');
    return `${String(at + 1).padStart(3)} ${cut(row.severity, 8)} ${String(row.risk).padStart(4)} ${cut(row.kind, 9)} ${cut(about, 28)} ${cut(row.title, 52)} ${String(row.count).padStart(6)} on ${String(row.hosts).padStart(4)}${story === undefined ? '' : `  <- ${story.name}`}`;
  });
  const why = places.flatMap(({ name, place, detail }) => [
    `${name}: ${place === undefined ? 'NO ROW' : `row ${place}`}`,
    ...(detail?.severityWhy.parts ?? []).map(
      ({ part, value, points }) => `      ${String(points).padStart(4)}  ${part}: ${value}`,
    ),
  ]);
  const verdict =
    faults.length === 0 ? ['verdict: holds'] : ['verdict: FAILS', ...faults.map((fault) => `  ${fault}`)];
  return [...lines, '', ...why, '', ...verdict].join('\n');
}
