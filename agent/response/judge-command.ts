/** Whether a command may be begun; pure, so that every way to cheat can be tried on it. */
import { commandBodySchema, DESTRUCTIVE_ACTIONS, UNDOES } from '#protocol/command.ts';
import type { Command, CommandBody } from '#protocol/command.ts';
import { jsonOf } from '#protocol/json-of.ts';
import { isSignedBy } from '#protocol/signing-key.ts';
import { commandBytes } from '#protocol/signing.ts';
import type { ResponseSettings } from './response-config.ts';

export interface JudgedBy {
  agentId: string;
  /** The pinned key; undefined when none was ever heard of. */
  key: string | undefined;
  /** The highest counter so far. */
  counter: number;
  isKnown: (id: string) => boolean;
  settings: ResponseSettings;
  nowMs: number;
}

export type Judgement =
  | { kind: 'accept'; body: CommandBody }
  /** It was heard before: what became of it is told again. */
  | { kind: 'known'; body: CommandBody }
  /** Not by the collector: nothing of it is believed. */
  | { kind: 'forged'; message: string }
  | { kind: 'refuse'; body: CommandBody; message: string };

/** The signature comes first: of what is not signed nothing else is looked at. */
export function judgeCommand({ body: text, signature }: Command, by: JudgedBy): Judgement {
  if (by.key === undefined) return { kind: 'forged', message: 'no command key is pinned: none was told yet' };
  // A signed text holds no line break; one that does is by nobody.
  if (text.includes('\n') || !isSignedBy(by.key, commandBytes(text), signature))
    return { kind: 'forged', message: 'the signature does not fit the pinned command key' };
  const body = parse(text);
  if (body === undefined)
    return { kind: 'forged', message: 'signed, and no command that this version knows' };
  const refuse = (message: string): Judgement => ({ kind: 'refuse', body, message });
  if (body.agentId !== by.agentId) return { kind: 'forged', message: 'meant for another host' };
  if (by.isKnown(body.id)) return { kind: 'known', body };
  if (body.counter <= by.counter)
    return { kind: 'forged', message: `number ${body.counter} after ${by.counter}: it was sent before` };
  if (body.expiresMs < by.nowMs) return refuse('it came after its time');
  const { action } = body.command;
  const allowed = [action, UNDOES[action]].some(
    (name) => name !== undefined && by.settings.allow.includes(name),
  );
  if (!allowed) return refuse(`${action} is not allowed by response.allow in the settings of this host`);
  if (DESTRUCTIVE_ACTIONS.has(action) && !body.dryRun && !isByTwo(body))
    return refuse('it takes a second person, and there was none');
  return { kind: 'accept', body };
}

function isByTwo({ requestedBy, approvedBy }: CommandBody): boolean {
  return approvedBy !== undefined && approvedBy !== requestedBy;
}

function parse(text: string): CommandBody | undefined {
  return commandBodySchema.safeParse(jsonOf(text)).data;
}
