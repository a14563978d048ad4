/** Log sources that this product gives its own events, beside those that rules for other systems know. */
import type { LogSource } from '../../rules/sigma/index.ts';

export const OWN_LOG_SOURCES: readonly LogSource[] = [
  { product: 'vonggac', service: 'agent' },
  { product: 'vonggac', service: 'integrity' },
  { product: 'vonggac', service: 'registry' },
  { product: 'vonggac', service: 'inventory' },
  { product: 'vonggac', service: 'activity' },
  { product: 'vonggac', service: 'posture' },
  { product: 'vonggac', service: 'probe' },
  { product: 'vonggac', service: 'response' },
  { product: 'vonggac', service: 'command' },
  { product: 'linux', service: 'dpkg' },
  // Devices by syslog, whatever of theirs speaks.
  { product: 'cisco' },
  { product: 'draytek' },
  { product: 'fortigate' },
  { product: 'mikrotik' },
  { product: 'pfsense' },
];
