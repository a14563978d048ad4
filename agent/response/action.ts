/** What every action of a response is given, and how it ends. An action that cannot be sure does nothing. */
import type { CommandAction } from '#protocol/command.ts';
import type { Clock } from '../clock.ts';
import type { Host } from '../host/host.ts';
import type { SourceItem } from '../sources/source.ts';
import type { LineEnd } from '../transport/transport.ts';
import type { ResponseSettings } from './response-config.ts';

export type Facts = Record<string, string | number | boolean | null>;

export interface ActionContext {
  /** Of the command; names what is kept of it. */
  id: string;
  dryRun: boolean;
  stateDir: string;
  settings: ResponseSettings;
  host: Host;
  clock: Clock;
  signal: AbortSignal;
  /** Where the open session ends; undefined without one. */
  line: () => LineEnd | undefined;
  /** Asks the collector for an answer over the open session. @returns whether one came in time */
  isAnswered: (withinMs: number) => Promise<boolean>;
  /** Puts a record on its way. */
  put: (item: SourceItem) => void;
}

/** @throws ActionError when it was not done; nothing has changed then, unless its message says so */
export type Action<K extends CommandAction['action']> = (
  command: Extract<CommandAction, { action: K }>,
  context: ActionContext,
) => Promise<Facts>;

/** Why an action was not done, in words for the one who asked. */
export class ActionError extends Error {
  override readonly name = 'ActionError';
  /** `refused`: it may not be done to this; `failed`: it could not. */
  readonly state: 'refused' | 'failed' | 'undone';

  constructor(state: 'refused' | 'failed' | 'undone', message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.state = state;
  }
}
