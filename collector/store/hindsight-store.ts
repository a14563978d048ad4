/** What looking back for indicators asks of the store: which values there were, then the events that have some of them. */
import type { HuntLimits } from './hunt-store.ts';
import type { FoundEvent, RowHit } from './store.ts';

export interface HindsightSpan {
  /** Of events, milliseconds UTC; `toMs` is not included. */
  fromMs: number;
  toMs: number;
}

/** A value as events say it, and a field that says it. */
export interface SaidValue {
  field: string;
  value: string;
}

/** With whole hours since 1970 in which events say it, and how many do. */
export interface TimedValue extends SaidValue {
  hours: readonly (readonly [hour: number, events: number])[];
}

export interface HindsightPage {
  events: (FoundEvent & { hits: readonly RowHit[] })[];
  hasMore: boolean;
}

export interface HindsightStore {
  /**
   * The different values that may show one of the indicators that have these keys (collector/indicator/look-key.ts), of
   * whatever field of the same column; none that does is left out.
   * @returns undefined when there are more than `valuesMax`
   * @throws HuntLimitError, StoreUnavailableError, the signal's reason
   */
  values(
    query: HindsightSpan & { keys: ReadonlySet<string>; valuesMax: number },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<TimedValue[] | undefined>;
  /** Events that say one of these, the oldest first. @throws as `values` */
  events(
    query: HindsightSpan & {
      said: readonly SaidValue[];
      limit: number;
      /** Continue behind this event. */
      after?: { timeMs: number; id: string } | undefined;
    },
    limits: HuntLimits,
    signal?: AbortSignal,
  ): Promise<HindsightPage>;
}
