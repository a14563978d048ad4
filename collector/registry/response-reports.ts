/** What becomes of commands that were let go: told to hosts, answered by them, or too late. */
import type { CommandReport } from '../protocol/command.ts';
import { writeAudit } from './audit.ts';
import type { Registry } from './database.ts';
import { type ResponseCommand, OPEN, WAITING, rows, toCommand } from './responses.ts';

/** What an agent has to hear: let go, in time, and not answered yet; in the order of their numbers. */
export async function pendingResponses(registry: Registry, agentId: string): Promise<ResponseCommand[]> {
  const found = await rows(registry.db)
    .where('response_command.agent_id', '=', agentId)
    .where('response_command.state', 'in', ['approved', 'sent'])
    .where('response_command.expires_ms', '>', registry.now())
    .orderBy('response_command.counter')
    .execute();
  return found.map(toCommand);
}

/** Before it is put on the line. */
export async function noteSent(registry: Registry, id: string): Promise<void> {
  await registry.db
    .updateTable('response_command')
    .set({ state: 'sent', sent_ms: registry.now() })
    .where('id', '=', id)
    .where('state', '=', 'approved')
    .execute();
}

/** What a host says of a command to it. @returns whether there is such a command */
export async function noteReport(
  registry: Registry,
  agentId: string,
  report: CommandReport,
): Promise<boolean> {
  const atMs = registry.now();
  const { id, state, message, detail } = report;
  return registry.db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('response_command')
      .select('state')
      .where('id', '=', id)
      .where('agent_id', '=', agentId)
      .executeTakeFirst();
    if (row === undefined) return false;
    // The last word of a host stays; hearing it twice changes nothing.
    if (!OPEN.has(row.state) || row.state === state) return true;
    if (state === 'accepted' && row.state !== 'sent') return true;
    const ended = state === 'accepted' ? {} : { ended_ms: atMs };
    await trx
      .updateTable('response_command')
      .set({
        state,
        message: message ?? null,
        detail: detail === undefined ? null : JSON.stringify(detail),
        ...ended,
      })
      .where('id', '=', id)
      .execute();
    const facts = { state, message, ...detail };
    await writeAudit(trx, atMs, {
      actor: `agent:${agentId}`,
      action: 'response.report',
      target: `response:${id}`,
      detail: facts,
    });
    return true;
  });
}

/** Gives up what was not begun in time. @returns their ids */
export async function expireResponses(registry: Registry): Promise<string[]> {
  const atMs = registry.now();
  const expired = await registry.db
    .updateTable('response_command')
    .set({ state: 'expired', ended_ms: atMs })
    .where('state', 'in', WAITING)
    .where('expires_ms', '<=', atMs)
    .returning('id')
    .execute();
  return expired.map(({ id }) => id);
}
