/**
 * A key belongs to the machine it was made on. What the machine looked like lies beside the key; a key that is found on
 * another machine came with a copied or moved disk, and is not used there.
 */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { jsonOf } from '#protocol/json-of.ts';
import { compareHardware, hardwareSchema, sameFacts } from '#protocol/hardware.ts';
import type { Hardware } from '#protocol/hardware.ts';
import { agentIdSchema } from '#protocol/message-fields.ts';
import { writePrivate } from '../identity.ts';

const FILE_NAME = 'hardware.json';

const bindingSchema = z.strictObject({
  version: z.literal(1),
  /** Whose key it is: a binding of another identity says nothing. */
  agentId: agentIdSchema,
  hardware: hardwareSchema,
});

/** Written when the key is made, and whenever a part of the machine changed. */
export function saveBinding(stateDir: string, agentId: string, hardware: Hardware): void {
  writePrivate(path.join(stateDir, FILE_NAME), { version: 1, agentId, hardware });
}

/** A damaged file counts as none: the collector holds what it knows against what it is told. */
function loadBinding(stateDir: string, agentId: string): Hardware | undefined {
  const file = path.join(stateDir, FILE_NAME);
  if (!fs.existsSync(file)) return undefined;
  const parsed = bindingSchema.safeParse(jsonOf(fs.readFileSync(file, 'utf8')));
  return parsed.success && parsed.data.agentId === agentId ? parsed.data.hardware : undefined;
}

/**
 * Whether the key may be used on this machine. A key without a binding is bound; parts that changed are written down;
 * kinds that this user cannot read stay as they were.
 */
export function isBoundHere(stateDir: string, agentId: string, hardware: Hardware): boolean {
  if (hardware.length === 0) return true;
  const known = loadBinding(stateDir, agentId);
  if (known === undefined) {
    saveBinding(stateDir, agentId, hardware);
    return true;
  }
  if (compareHardware(known, hardware).verdict === 'other') return false;
  const readable = new Set(hardware.map(({ kind }) => kind));
  const merged = [...hardware, ...known.filter(({ kind }) => !readable.has(kind))];
  if (!sameFacts(known, merged)) saveBinding(stateDir, agentId, merged);
  return true;
}
