/** `vonggac keys` in English. */
import type { KeyRotation } from '../../registry/rotate-sealing-key.ts';

export const keysEn = {
  rotated: ({ fingerprint, channels, factors, tokens, ladders }: KeyRotation) =>
    `A new notify.key (${fingerprint}) seals ${channels} channels, ${factors} second factors and ${tokens} sign-ins elsewhere; codes of ${ladders} notices under way are others now. Collectors that share the control plane get a copy of the file before they start; make a backup.`,
};
export type KeysMessages = typeof keysEn;

export const keysHelpEn = {
  keys: 'keys of the collector',
  keysRotate:
    'make a new notify.key and seal anew what lies under the old one; every collector is stopped for it',
};
