/**
 * Commands at work: each that was let go is signed for its host and put on the line when the host is there, again until
 * it answers; what hosts say moves the state machine on (registry/responses.ts).
 */
import type { CommandBody, CommandReport } from '../../protocol/command.ts';
import type { DownMessage } from '../../protocol/down.ts';
import { commandBytes } from '../../protocol/signing.ts';
import type { Registry } from '../../registry/database.ts';
import { expireResponses, noteReport, noteSent, pendingResponses } from '../../registry/response-reports.ts';
import type { ResponseCommand } from '../../registry/responses.ts';
import type { SigningKey } from '../../registry/signing-keys.ts';

/** What another collector beside this one let go is looked for so often, and what is over is given up. */
const LOOK_MS = 15_000;

export interface ResponseServiceOptions {
  registry: Registry;
  /** Undefined while this collector does not have the key that agents trust. */
  key: () => SigningKey | undefined;
  agentsOnline: () => Iterable<string>;
  tell: (agentId: string, messages: readonly DownMessage[]) => void;
  onReport: (state: CommandReport['state']) => void;
  onFault: (error: unknown) => void;
}

export class ResponseService {
  readonly #options: ResponseServiceOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ResponseServiceOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#look().catch(this.#options.onFault), LOOK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { registry, agentsOnline } = this.#options;
    await expireResponses(registry);
    const waiting = await registry.db
      .selectFrom('response_command')
      .select('agent_id')
      .distinct()
      .where('state', '=', 'approved')
      .execute();
    const online = new Set(agentsOnline());
    for (const { agent_id: agentId } of waiting) if (online.has(agentId)) await this.letGo(agentId);
  }

  /** Something was let go: the host hears of it if it is there. */
  async letGo(agentId: string): Promise<void> {
    const messages = await this.pending(agentId);
    if (messages.length > 0 && new Set(this.#options.agentsOnline()).has(agentId))
      this.#options.tell(agentId, messages);
  }

  /** What a session has to bring. */
  async pending(agentId: string): Promise<DownMessage[]> {
    const { registry, key } = this.#options;
    const commandKey = key();
    if (commandKey === undefined) return [];
    const messages: DownMessage[] = [];
    for (const command of await pendingResponses(registry, agentId)) {
      await noteSent(registry, command.id);
      messages.push(signed(command, commandKey));
    }
    return messages;
  }

  /** @returns what the agent is told */
  async reported(agentId: string, report: CommandReport): Promise<DownMessage[]> {
    const { registry, onReport } = this.#options;
    onReport(report.state);
    // Acknowledged even when there is none of that id: the control plane may have been restored, and asking on helps nobody.
    await noteReport(registry, agentId, report);
    return [{ type: 'command-ack', id: report.id, report: report.report }];
  }
}

function signed(command: ResponseCommand, key: SigningKey): DownMessage {
  const { id, agentId, counter, dryRun, reason, requestedBy, decidedBy, requestedMs, expiresMs } = command;
  const body: CommandBody = {
    id,
    agentId,
    counter: counter ?? 0,
    command: command.command,
    dryRun,
    reason,
    requestedBy,
    ...(decidedBy === null ? {} : { approvedBy: decidedBy }),
    issuedMs: requestedMs,
    expiresMs,
  };
  const text = JSON.stringify(body);
  return { type: 'command', body: text, signature: key.sign(commandBytes(text)) };
}
