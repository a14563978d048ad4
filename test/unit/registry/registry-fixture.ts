/** A control plane in memory with a clock the test moves, and cheap password hashing. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Registry } from '../../../collector/registry/database.ts';
import type { PasswordCost } from '../../../collector/registry/passwords.ts';
import { migratedMemory, START_MS } from './migrated-memory.ts';
import type { EnrolRequest } from '../../../collector/protocol/enrol.ts';

export const CHEAP: PasswordCost = { memoryKib: 64, passes: 1 };
export { START_MS };

const SEALING_KEY = Buffer.alloc(32, 7);

export class TestClock {
  ms = START_MS;
  readonly now = (): number => this.ms;
}

type OpenEmpty = (now: () => number) => Promise<Registry>;

let openEmpty: OpenEmpty = migratedMemory;

/** From now on the tests of this file run on another home of the control plane. */
export function useRegistryHome(open: OpenEmpty): void {
  openEmpty = open;
}

/** A new control plane: in memory, unless the test file chose another home. */
export function emptyRegistry(now: () => number): Promise<Registry> {
  return openEmpty(now);
}

export async function memoryRegistry(): Promise<{ registry: Registry; clock: TestClock }> {
  const clock = new TestClock();
  const registry = await emptyRegistry(clock.now);
  return { registry: { ...registry, sealingKey: () => SEALING_KEY }, clock };
}

export function temporaryFolder(): { path: string; remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'vonggac-registry-'));
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** An enrolment as it is after the signature was checked. */
export function enrolRequest(
  token: { id: string; secret: string },
  change: Partial<EnrolRequest> = {},
): EnrolRequest {
  return {
    tokenId: token.id,
    tokenSecret: token.secret,
    publicKey: randomBytes(32).toString('base64'),
    signature: randomBytes(64).toString('base64'),
    agentVersion: '0.1.0',
    machineId: 'machine-1',
    host: {
      hostname: 'pc-01',
      platform: 'linux',
      osName: 'Debian',
      osVersion: '13',
      arch: 'x64',
      timeZone: 'Asia/Ho_Chi_Minh',
    },
    ...change,
  };
}
