/**
 * What a command on a schedule wrote: the agent puts a line of its own before the output, so that no output can say
 * how it ended.
 */
import { z } from 'zod';
import { logSources, put, putAction } from './draft.ts';
import type { NormalEvent } from './event.ts';
import { putText } from './put-more.ts';

const SOURCES = logSources({ product: 'vonggac', service: 'command' });
const HEAD_CHARS_MAX = 8_192;
const REASON_CHARS_MAX = 1_024;

const headSchema = z.object({
  /** When the run began: milliseconds since 1970. */
  run: z.number(),
  command: z.array(z.string()).optional(),
  /** Number of the line in the output, from 1. */
  line: z.number().optional(),
  exit: z.number().optional(),
  signal: z.string().optional(),
  failure: z.string().optional(),
  ms: z.number().optional(),
  changed: z.boolean().optional(),
  bytes: z.number().optional(),
  stderr: z.string().optional(),
});

function readHead(record: string, end: number): z.infer<typeof headSchema> | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(record.slice(0, Math.min(end, HEAD_CHARS_MAX)));
  } catch {
    // Not made by an agent of ours: it is kept whole.
    return undefined;
  }
  const head = headSchema.safeParse(parsed);
  return head.success ? head.data : undefined;
}

/** @param name of the command in the settings. @returns when the run began */
export function readCommandOutput(event: NormalEvent, record: string, name: string): number | undefined {
  event.logsources = SOURCES;
  const newline = record.indexOf('\n');
  const end = newline === -1 ? record.length : newline;
  const head = readHead(record, end);
  if (head === undefined) return undefined;
  event.parsed = true;
  const failed = head.failure !== undefined || head.signal !== undefined || (head.exit ?? 0) !== 0;
  const ended = head.exit !== undefined || failed;
  putAction(
    event,
    failed ? 'command_failed' : 'command_output',
    failed ? 'failure' : ended ? 'success' : undefined,
  );
  put(event, 'command.name', name);
  put(event, 'process.command_line', head.command?.join(' '));
  put(event, 'command.line', head.line);
  put(event, 'process.exit_code', head.exit);
  put(event, 'process.signal', head.signal);
  put(event, 'command.duration_ms', head.ms);
  put(event, 'command.changed', head.changed);
  put(event, 'command.output_bytes', head.bytes);
  putText(event, 'command.stderr', head.stderr);
  const output = record.slice(end + 1);
  putText(event, 'command.output', output.slice(0, REASON_CHARS_MAX));
  put(event, 'event.reason', head.failure);
  return head.run;
}
