/** What is done on the spot, without the collector, against what changes files in mass. */
import type { Trip } from './tripwire.ts';

export interface TripwireOutcome {
  /** E.g. `suspend`. */
  action: string;
  result: 'done' | 'not-found' | 'failed';
  pid?: number | undefined;
  /** Path of the program. */
  process?: string | undefined;
  reason?: string | undefined;
}

export interface TripwireAction {
  /** To answer within two seconds. @param fromMs when the first of the changes was seen. */
  react(trip: Trip, fromMs: number): Promise<TripwireOutcome>;
}
