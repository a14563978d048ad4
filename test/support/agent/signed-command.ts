/** Commands as a collector signs them, with a key of the test. */
import { randomUUID, sign, type KeyObject } from 'node:crypto';
import type { Command, CommandAction, CommandBody } from '#protocol/command.ts';
import { commandBytes } from '#protocol/signing.ts';

export function commandBody(command: CommandAction, more: Partial<CommandBody> = {}): CommandBody {
  return {
    id: randomUUID(),
    agentId: '6a2f41a3-c54c-4fce-8d37-2b5a8e1f0c11',
    counter: 10,
    command,
    dryRun: false,
    reason: 'alert 81',
    requestedBy: 'user:an',
    approvedBy: 'user:binh',
    issuedMs: 0,
    expiresMs: Date.now() + 3_600_000,
    ...more,
  };
}

export function signCommand(key: KeyObject, body: CommandBody | string): Command {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { type: 'command', body: text, signature: sign(null, commandBytes(text), key).toString('base64') };
}
