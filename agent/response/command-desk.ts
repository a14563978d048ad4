/**
 * Takes commands in: judges what a session brings, does one after another, and says what became of each until the
 * collector has written it down. What a killed process was at is never done again: it is reported as unknown.
 */
import type { Command, CommandBody, CommandReport } from '#protocol/command.ts';
import { RESPONSE_ACTIONS } from '#protocol/response-names.ts';
import type { ResponseRecord } from '#protocol/response-record.ts';
import type { UpMessage } from '#protocol/up.ts';
import { faultPoint } from '../fault-point.ts';
import type { Logger } from '../log.ts';
import type { PinnedKeys } from '../signing-keys.ts';
import type { SignedDesk, SignedMessage } from '../transport/signed-desk.ts';
import type { LineEnd } from '../transport/transport.ts';
import { ActionError } from './action.ts';
import type { ActionContext, Facts } from './action.ts';
import type { CommandBook, CommandEnd, CommandEntry } from './command-book.ts';
import { judgeCommand } from './judge-command.ts';
import { perform } from './perform.ts';

/** Of one session; what comes after them is not even looked at. */
const FORGED_MAX = 20;
/** Commands that wait for the one that is done. */
const QUEUE_MAX = 16;
/** Of a command that could not even be read. */
const NO_ID = '00000000-0000-4000-8000-000000000000';
const MESSAGE_CHARS_MAX = 1_000;

export interface CommandDeskOptions extends Omit<ActionContext, 'id' | 'dryRun' | 'line' | 'isAnswered'> {
  book: CommandBook;
  keys: PinnedKeys;
  agentId: string;
  logger: Logger;
}

export class CommandDesk implements SignedDesk {
  readonly #options: CommandDeskOptions;
  #send: ((message: UpMessage) => void) | undefined;
  #line: LineEnd | undefined;
  #queue: CommandBody[] = [];
  #working: Promise<void> | undefined;
  #forged = 0;
  #reports = 0;
  /** By the number of the report. */
  readonly #waiting = new Map<number, () => void>();
  readonly #reported = new Map<number, Pick<CommandEntry, 'id' | 'state'>>();

  constructor(options: CommandDeskOptions) {
    this.#options = options;
  }

  /** A process begins: what an earlier one was at is unknown. An isolation that had not proved itself is taken off. */
  async begin(): Promise<void> {
    const { book, host, logger } = this.#options;
    for (const entry of book.unfinished()) {
      let message = 'the agent ended in the middle of it';
      if (entry.action === 'isolate') {
        try {
          // Loaded when it is needed: most hosts are never isolated.
          const { openHost } = await import('./isolate-host.ts');
          message += (await openHost({ host })) ? '; the host is open again' : '';
        } catch (error) {
          logger.error({ err: error }, 'the isolation could not be taken off: the kernel does so by itself');
        }
      }
      this.#end(entry.id, entry.action, { state: 'unknown', message });
    }
  }

  opened(send: (message: UpMessage) => void, line?: LineEnd): void {
    this.#send = send;
    this.#line = line;
    this.#forged = 0;
    for (const entry of this.#options.book.untold()) this.#report(entry);
  }

  closed(): void {
    this.#send = undefined;
    this.#line = undefined;
  }

  receive(message: SignedMessage): void {
    if (message.type === 'command') this.#take(message);
    if (message.type === 'command-ack') this.#acknowledged(message.report);
  }

  /** Resolves when nothing is being done. */
  async settled(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
  }

  #acknowledged(report: number): void {
    this.#waiting.get(report)?.();
    this.#waiting.delete(report);
    const told = this.#reported.get(report);
    this.#reported.delete(report);
    if (told !== undefined) this.#durably(() => this.#options.book.told(told.id, told.state));
  }

  #take(command: Command): void {
    if (this.#forged >= FORGED_MAX) return;
    const { book, keys, agentId, settings, clock, logger } = this.#options;
    const judgement = judgeCommand(command, {
      agentId,
      key: keys.get('command'),
      counter: book.counter,
      isKnown: (id) => book.find(id) !== undefined,
      settings,
      nowMs: clock.now(),
    });
    if (judgement.kind === 'forged') {
      this.#forged += 1;
      logger.error(`a command is refused: ${judgement.message}`);
      this.#tell({ commandId: NO_ID, state: 'refused', reason: judgement.message, detail: { forged: true } });
      return;
    }
    const { body } = judgement;
    const { id, counter, reason, requestedBy, approvedBy = null, dryRun } = body;
    const { action } = body.command;
    const who = { requestedBy, approvedBy, dryRun };
    if (judgement.kind === 'known') {
      const entry = book.find(id);
      if (entry !== undefined && entry.state !== 'begun') this.#report(entry);
      return;
    }
    const full = this.#queue.length >= QUEUE_MAX ? 'too many commands wait already' : undefined;
    const refusal = judgement.kind === 'refuse' ? judgement.message : full;
    if (refusal !== undefined) {
      logger.error({ id, action, reason, ...who }, `a command is refused: ${refusal}`);
      this.#tell({ commandId: id, action, state: 'refused', reason: refusal, detail: who });
      if (this.#durably(() => book.refuse({ id, action }, refusal, counter))) this.#reportOf(id);
      return;
    }
    if (!this.#durably(() => book.begin({ id, counter, action }))) return;
    faultPoint('agent.command-begun');
    logger.warn({ id, action, reason, ...who }, 'a command is accepted');
    this.#tell({ commandId: id, action, state: 'accepted', reason, detail: who });
    this.#say({ id, state: 'accepted' });
    this.#queue.push(body);
    this.#working ??= this.#work().finally(() => (this.#working = undefined));
  }

  async #work(): Promise<void> {
    for (let body = this.#queue.shift(); body !== undefined; body = this.#queue.shift()) await this.#do(body);
  }

  async #do({ id, command, dryRun }: CommandBody): Promise<void> {
    const { action } = command;
    const context: ActionContext = {
      ...this.#options,
      id,
      dryRun,
      line: () => this.#line,
      isAnswered: (withinMs) => this.#isAnswered(id, withinMs),
    };
    try {
      const detail = await perform(command, context);
      this.#end(id, action, { state: dryRun ? 'rehearsed' : 'done', detail });
    } catch (error) {
      const known = error instanceof ActionError ? error.state : 'failed';
      const message = error instanceof Error ? error.message : String(error);
      if (!(error instanceof ActionError)) this.#options.logger.error({ err: error, id }, 'a command failed');
      this.#end(id, action, { state: known, message: message.slice(0, MESSAGE_CHARS_MAX).toWellFormed() });
    }
  }

  #end(id: string, action: string, end: CommandEnd): void {
    const { book, logger } = this.#options;
    logger.warn({ id, action, ...end }, 'a command has ended');
    const known = RESPONSE_ACTIONS.find((name) => name === action);
    this.#tell({
      commandId: id,
      ...(known && { action: known }),
      state: end.state,
      reason: end.message,
      detail: end.detail,
    });
    this.#durably(() => book.end(id, end));
    this.#reportOf(id);
  }

  #reportOf(id: string): void {
    const entry = this.#options.book.find(id);
    if (entry !== undefined && entry.state !== 'begun') this.#report(entry);
  }

  #report({ id, state, message, detail }: CommandEntry): void {
    if (state === 'begun') return;
    const report = this.#say({ id, state, message, detail });
    if (report !== undefined) this.#reported.set(report, { id, state });
  }

  #say(said: Pick<CommandReport, 'id' | 'state' | 'message' | 'detail'>): number | undefined {
    if (this.#send === undefined) return undefined;
    const report = (this.#reports += 1);
    this.#send({ type: 'command-report', report, ...said });
    return report;
  }

  async #isAnswered(id: string, withinMs: number): Promise<boolean> {
    const report = this.#say({ id, state: 'accepted' });
    if (report === undefined) return false;
    const answered = new Promise<true>((resolve) => this.#waiting.set(report, () => resolve(true)));
    const late = this.#options.clock.sleep(withinMs).then(() => false);
    const isAnswered = await Promise.race([answered, late]);
    this.#waiting.delete(report);
    return isAnswered;
  }

  #tell(said: Omit<ResponseRecord, 'kind' | 'at' | 'detail'> & { detail?: Facts | undefined }): void {
    const { clock, put } = this.#options;
    const record: ResponseRecord = { kind: 'response', at: clock.now(), ...said };
    put({ lane: 'security', records: [record], positions: [] });
  }

  /** @returns false when the disk refuses */
  #durably(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      this.#options.logger.error({ err: error }, 'a command cannot be written down, so it is not begun');
      return false;
    }
  }
}
