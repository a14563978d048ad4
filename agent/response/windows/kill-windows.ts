/**
 * Ends a process that is exactly the one meant. PowerShell holds it open by a handle first, so its number cannot come to mean
 * another one; then it is looked at, and ended by that handle. Nothing of a command is text in what is run: numbers only.
 */
import type { Host } from '../../host/host.ts';
import { askPowershell, textOf } from '../../windows/cim-look.ts';
import type { Action, Facts } from '../action.ts';
import { ActionError } from '../action.ts';

const STARTED_MS_OFF_MAX = 2_000;
const FIRST_PIDS: ReadonlySet<number> = new Set([0, 4]);
/** Without them Windows stops at once. */
const NEVER =
  /\\windows\\system32\\(csrss|smss|wininit|services|lsass|lsaiso|winlogon|svchost|dwm|ntoskrnl|fontdrvhost)\.exe$/i;

/** @param path in lower case */
function blockOf(pid: number, startedMs: number, path: string, isRehearsal: boolean): string {
  const chars = Array.from({ length: path.length }, (_, at) => path.charCodeAt(at)).join(',');
  const end = isRehearsal
    ? "'would'"
    : "$($p|Stop-Process -Force;if($p.WaitForExit(5000)){'done'}else{'stays'})";
  return [
    `$p=Get-Process -Id ${pid} -ErrorAction SilentlyContinue`,
    "if($null -eq $p){@{Result='gone'};return}",
    '$h=$p.Handle',
    '$f=[string]$p.Path',
    "$c=($f.ToLowerInvariant().ToCharArray()|ForEach-Object{[int]$_}) -join ','",
    `$s=($p.StartTime.ToUniversalTime()-([datetime]'1970-01-01')).TotalMilliseconds`,
    `if($c -ne '${chars}'){$r='other-file'}elseif([math]::Abs($s-${startedMs}) -gt ${STARTED_MS_OFF_MAX}){$r='other-start'}else{$r=${end}}`,
    '@{Result=$r;Path=$f;StartedMs=[math]::Round($s);Handle=($h -ne 0)}',
  ].join(';');
}

export const killProcess: Action<'kill-process'> = async (
  { pid, startedMs, executable },
  { dryRun, host },
): Promise<Facts> => {
  if (FIRST_PIDS.has(pid) || pid === process.pid || pid === process.ppid)
    throw new ActionError('refused', `process ${pid} is the system's first one, or the agent lives by it`);
  if (NEVER.test(executable)) throw new ActionError('refused', `without ${executable} this host would stop`);
  const answer = await ask(host, blockOf(pid, startedMs, executable.toLowerCase(), dryRun));
  const found = { path: textOf(answer, 'Path'), startedMs: Number(answer['StartedMs'] ?? 0) };
  switch (textOf(answer, 'Result')) {
    case 'done':
    case 'would':
      return { pid, executable: found.path, startedMs: found.startedMs };
    case 'gone':
      throw new ActionError('failed', `there is no process ${pid}`);
    case 'other-file':
      throw new ActionError(
        'refused',
        `process ${pid} runs ${found.path || 'what may not be looked at'}, not ${executable}`,
      );
    case 'other-start':
      throw new ActionError('refused', `process ${pid} began at another time`);
    default:
      throw new ActionError('failed', `process ${pid} was ended and does not end`);
  }
};

async function ask(host: Host, block: string) {
  const answer = (await askPowershell(host, { kill: block })).get('kill');
  const [row] = answer?.kind === 'rows' ? answer.rows : [];
  if (row !== undefined) return row;
  throw new ActionError('failed', answer?.kind === 'unread' ? answer.reason : 'powershell gave no answer');
}
