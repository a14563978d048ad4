/** What a view of figures is: columns, the values it takes, and how its rows are read within a scope. */
import type { AgencyScope } from '../../registry/agencies.ts';
import type { HuntLimits } from '../../store/hunt-store.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FigureCell, FigureColumn } from './figure-table.ts';

export type FigureDeps = Pick<ApiDependencies, 'registry' | 'store' | 'now'>;

/** `from`, `to`: a time; `step`: seconds; `agency`: its id, 0 for all that the token sees. */
export const FIGURE_VALUES = ['from', 'to', 'step', 'agency'] as const;
export type FigureValueName = (typeof FIGURE_VALUES)[number];

export interface FigureAsked {
  fromMs: number;
  toMs: number;
  stepMs: number;
  scope: AgencyScope;
  signal: AbortSignal;
}

export interface FigureView {
  readonly name: string;
  readonly takes: readonly FigureValueName[];
  readonly columns: readonly FigureColumn[];
  /** Asks the event store, so it waits for its turn there. */
  readonly asksStore?: true;
  readonly read: (asked: FigureAsked, deps: FigureDeps) => Promise<FigureCell[][]>;
}

export const FIGURE_LIMITS = {
  rowsMax: 10_000,
  /** Of one span; a longer one is refused. */
  daysMax: 400,
  daysDefault: 1,
  /** Points of time in one answer: the step is made longer until no more are left. */
  stepsMax: 1_500,
  stepSecondsMin: 10,
} as const;

export const STORE_LIMITS: HuntLimits = { secondsMax: 15, memoryBytesMax: 500_000_000 };
