/** Ten million stored events of a province's hosts over a month, made and not logged: what back-tests and the console look through. */
import { ShapedEvent } from '../../rules/sigma/index.ts';
import type { FieldValue } from '../../collector/normalize/event.ts';
import type { EventRow, EventStore } from '../../collector/store/store.ts';

const BATCH_ROWS = 20_000;
const HOSTS = 2_000;
export const STORED_DAYS = 30;
const DAY_MS = 86_400_000;

/** One in a hundred is a failed login, one in 20,000 deletes shadow copies, one in 50 runs a script. */
function rowOf(n: number, events: number, startMs: number): EventRow {
  const host = n % HOSTS;
  const timeMs = startMs + Math.floor((n / events) * STORED_DAYS * DAY_MS);
  const isLogin = n % 100 === 7;
  const command =
    n % 20_000 === 11
      ? 'vssadmin.exe delete shadows /all /quiet'
      : n % 50 === 3
        ? `powershell.exe -File C:\\Scripts\\task-${String(n % 977)}.ps1`
        : `C:\\Program Files\\App${String(n % 311)}\\app.exe --session ${String((n * 2_654_435_761) % 4_294_967_296)}`;
  const fields: Record<string, FieldValue> = isLogin
    ? {
        'event.action': 'ssh_login_failed',
        'source.ip': `10.1.0.${String(Math.floor(n / 2_000) % 50)}`,
        'user.name': 'root',
      }
    : {
        EventID: '1',
        Image:
          n % 20_000 === 11
            ? 'C:\\Windows\\System32\\vssadmin.exe'
            : `C:\\Program Files\\App${String(n % 311)}\\app.exe`,
        CommandLine: command,
        ParentImage: 'C:\\Windows\\explorer.exe',
        User: `user${String(host)}`,
      };
  return {
    agentId: `agent-${String(host)}`,
    epoch: 'e',
    lane: 0,
    seq: n,
    hostname: `pc-${String(host)}`,
    agencyId: 1 + (host % 40),
    channel: isLogin ? 'log/sshd' : 'log/windows',
    origin: '',
    readHour: Math.floor(timeMs / 3_600_000),
    hits: [],
    event: {
      timeMs,
      logsources: isLogin
        ? [{ product: 'linux', service: 'sshd' }]
        : [{ product: 'windows', category: 'process_creation' }],
      columns: isLogin
        ? { event_action: 'ssh_login_failed', source_ip: String(fields['source.ip']), user_name: 'root' }
        : { event_code: '1', process_command_line: command, user_name: `user${String(host)}` },
      fields: ShapedEvent.from(fields),
      message: isLogin ? `Failed password for root from ${String(fields['source.ip'])}` : command,
      parsed: true,
    },
  };
}

/**
 * Fills the store up to so many events; what a kept folder has already stays.
 * @param startMs of the month, milliseconds since 1970
 */
export async function fillEvents(
  store: Pick<EventStore, 'lastBatch' | 'insert'>,
  events: number,
  startMs: number,
): Promise<void> {
  let batch = await store.lastBatch();
  for (let at = batch * BATCH_ROWS; at < events; at += BATCH_ROWS) {
    const count = Math.min(BATCH_ROWS, events - at);
    const rows = Array.from({ length: count }, (_, n) => rowOf(at + n, events, startMs));
    batch += 1;
    await store.insert({ batch, receivedMs: rows.at(-1)?.event.timeMs ?? startMs, rows });
  }
}
