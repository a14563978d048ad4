/** Log sources that this product gives its own events, beside those that rules for other systems know. */
import type { LogSource } from '../../rules/sigma/index.ts';

export const OWN_LOG_SOURCES: readonly LogSource[] = [
  { product: 'vonggac', service: 'agent' },
  { product: 'vonggac', service: 'integrity' },
  { product: 'vonggac', service: 'inventory' },
  { product: 'linux', service: 'dpkg' },
];
