/**
 * What is behind the door for dashboards: a statement chooses a view of ours, its values are checked, and rows are read within
 * the scope of who asks. Invariants: a span, its steps and the rows have limits; an agency outside the scope is not there.
 */
import { inScope, scopeOfAgency, type AgencyScope } from '../../registry/agencies.ts';
import { HuntLimitError } from '../../store/hunt-store.ts';
import { ApiError } from '../errors.ts';
import { ALERT_VIEWS } from './alert-views.ts';
import { COMPLIANCE_VIEWS } from './compliance-views.ts';
import {
  readFigureStatement,
  FigureStatementError,
  type FigureStatement,
  type FigureValue,
  type HelloColumn,
} from './figure-statement.ts';
import { pickColumns, type FigureCell, type FigureColumn, type FigureTable } from './figure-table.ts';
import {
  FIGURE_LIMITS,
  type FigureAsked,
  type FigureDeps,
  type FigureValueName,
  type FigureView,
} from './figure-view.ts';
import { INGEST_VIEWS } from './ingest-views.ts';
import { PLAIN_COLUMNS_REVISION } from './native-block.ts';

export const FIGURE_VIEWS: readonly FigureView[] = [...INGEST_VIEWS, ...ALERT_VIEWS, ...COMPLIANCE_VIEWS];
const BY_NAME: ReadonlyMap<string, FigureView> = new Map(FIGURE_VIEWS.map((view) => [view.name, view]));

const DAY_MS = 86_400_000;

/** What clients may count on: they ask for a version, and choose by it what they send. */
const HELLO: Readonly<Record<HelloColumn, { type: FigureColumn['type']; cell: FigureCell }>> = {
  'displayName()': { type: 'String', cell: 'vonggac' },
  'version()': { type: 'String', cell: '25.3.0.0' },
  'revision()': { type: 'UInt32', cell: PLAIN_COLUMNS_REVISION },
  'timezone()': { type: 'String', cell: 'UTC' },
};

/** What is refused, by ClickHouse's names and numbers: its clients read both. */
export const REFUSALS = {
  BAD_ARGUMENTS: { status: 400, code: 36 },
  UNKNOWN_IDENTIFIER: { status: 400, code: 47 },
  UNKNOWN_TABLE: { status: 404, code: 60 },
  SYNTAX_ERROR: { status: 400, code: 62 },
  UNKNOWN_FORMAT: { status: 404, code: 73 },
} as const;
export type FigureRefusal = keyof typeof REFUSALS;

/** No such statement, view, column, value or format. */
export class FigureRefusedError extends Error {
  override readonly name = 'FigureRefusedError';
  readonly kind: FigureRefusal;

  constructor(kind: FigureRefusal, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

function viewNamed(name: string): FigureView {
  const view = BY_NAME.get(name);
  if (view !== undefined) return view;
  const known = [...BY_NAME.keys()].join(', ');
  throw new FigureRefusedError(
    'UNKNOWN_TABLE',
    `there is no "${name}" here, only these views: ${known}. Write SELECT * FROM view(name = value)`,
  );
}

function timeOf(value: FigureValue | undefined): number | undefined {
  if (value === undefined) return undefined;
  return value.kind === 'time' ? value.ms : value.value * 1_000;
}

function numberOf(name: string, value: FigureValue | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (value.kind === 'number') return value.value;
  throw new FigureRefusedError('BAD_ARGUMENTS', `"${name}" is a whole number`);
}

async function scopeAsked(
  deps: FigureDeps,
  scope: AgencyScope,
  agencyId: number | undefined,
): Promise<AgencyScope> {
  if (agencyId === undefined || agencyId === 0) return scope;
  if (!inScope(scope, agencyId))
    throw new FigureRefusedError('BAD_ARGUMENTS', `there is no agency ${String(agencyId)}`);
  return scopeOfAgency(deps.registry.db, agencyId);
}

/** A step that leaves no more points of time than an answer may have. */
function stepOf(fromMs: number, toMs: number, wantedSeconds: number): number {
  const least = Math.ceil((toMs - fromMs) / FIGURE_LIMITS.stepsMax / 1_000);
  return Math.max(FIGURE_LIMITS.stepSecondsMin, least, wantedSeconds) * 1_000;
}

async function askedOf(
  deps: FigureDeps,
  { name, takes }: FigureView,
  values: ReadonlyMap<string, FigureValue>,
  who: { scope: AgencyScope; signal: AbortSignal },
): Promise<FigureAsked> {
  const isTaken = (value: string): value is FigureValueName => takes.some((taken) => taken === value);
  for (const value of values.keys()) {
    if (!isTaken(value))
      throw new FigureRefusedError('BAD_ARGUMENTS', `"${name}" takes ${takes.join(', ')}, not "${value}"`);
  }
  const toMs = timeOf(values.get('to')) ?? deps.now();
  const fromMs = timeOf(values.get('from')) ?? toMs - FIGURE_LIMITS.daysDefault * DAY_MS;
  if (fromMs >= toMs) throw new FigureRefusedError('BAD_ARGUMENTS', '"from" is not before "to"');
  if (toMs - fromMs > FIGURE_LIMITS.daysMax * DAY_MS) {
    throw new FigureRefusedError('BAD_ARGUMENTS', `a span has at most ${String(FIGURE_LIMITS.daysMax)} days`);
  }
  const agency = numberOf('agency', values.get('agency'));
  return {
    fromMs,
    toMs,
    stepMs: stepOf(fromMs, toMs, numberOf('step', values.get('step')) ?? 0),
    scope: await scopeAsked(deps, who.scope, agency),
    signal: who.signal,
  };
}

const oneRow = (columns: readonly FigureColumn[], cells: readonly FigureCell[]): FigureTable => ({
  columns,
  rows: [cells],
});

export interface FigureTurns {
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
}

export interface ReadFigures {
  table: FigureTable;
  format: string | undefined;
  /** Which view was read; undefined: none, a client made itself known. */
  view: string | undefined;
}

/** @throws FigureRefusedError, ApiError, or what the registry and the store throw */
export async function readFigures(
  deps: FigureDeps,
  sql: string,
  who: { scope: AgencyScope; key: string; signal: AbortSignal; turns: FigureTurns },
): Promise<ReadFigures> {
  let read: { statement: FigureStatement; format: string | undefined };
  try {
    read = readFigureStatement(sql);
  } catch (error) {
    if (!(error instanceof FigureStatementError)) throw error;
    const known = FIGURE_VIEWS.map(({ name }) => name).join(', ');
    const message = `${error.message}. Only SELECT columns FROM view(name = value) is answered here; views: ${known}`;
    throw new FigureRefusedError('SYNTAX_ERROR', message, { cause: error });
  }
  const { statement, format } = read;
  switch (statement.kind) {
    case 'ping':
      return { table: oneRow([{ name: '1', type: 'UInt8' }], [1]), format, view: undefined };
    case 'hello': {
      const columns = statement.columns.map((name) => ({ name, type: HELLO[name].type }));
      const cells = statement.columns.map((name) => HELLO[name].cell);
      return { table: oneRow(columns, cells), format, view: undefined };
    }
    case 'list': {
      const rows = FIGURE_VIEWS.map(({ name }) => [name]);
      return { table: { columns: [{ name: 'name', type: 'String' }], rows }, format, view: undefined };
    }
    case 'view': {
      const view = viewNamed(statement.view);
      const asked = await askedOf(deps, view, statement.values, who);
      const reading = () => view.read(asked, deps);
      const all =
        view.asksStore === true ? await who.turns.run(who.key, reading).catch(tooMuch) : await reading();
      const whole: FigureTable = { columns: view.columns, rows: all.slice(0, FIGURE_LIMITS.rowsMax) };
      const table = statement.columns.length === 0 ? whole : pickColumns(whole, statement.columns);
      if (table !== undefined) return { table, format, view: view.name };
      const known = view.columns.map(({ name }) => name).join(', ');
      throw new FigureRefusedError('UNKNOWN_IDENTIFIER', `"${view.name}" has the columns ${known}`);
    }
  }
}

function tooMuch(error: unknown): never {
  if (!(error instanceof HuntLimitError)) throw error;
  throw new ApiError('limit-exceeded', {
    message: 'this takes too long: ask for a shorter span',
    cause: error,
  });
}
