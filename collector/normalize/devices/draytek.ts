/**
 * DrayTek's Vigor routers write most things in words of their own that no reference lists; what is read is the failure
 * at the portal of their SSL VPN, which carries the address. Everything else is kept whole.
 */
import { logSources, put, putSource } from '../draft.ts';
import type { NormalEvent } from '../event.ts';
import { type DeviceReading, KNOWN_FORM, UNKNOWN_FORM } from './device-reading.ts';

const SOURCES = logSources({ product: 'draytek', service: 'vpn' });
const FAILED = /^\[SSL\]Portal login fail from IP ([0-9A-Fa-f:.]{2,45}?)!?$/;

export function readDraytek(event: NormalEvent, text: string): DeviceReading {
  const failed = FAILED.exec(text);
  if (failed === null) return UNKNOWN_FORM;
  event.logsources = SOURCES;
  put(event, 'observer.vendor', 'DrayTek');
  put(event, 'event.action', 'vpn_login_failed');
  put(event, 'event.outcome', 'failure');
  putSource(event, failed[1] ?? '');
  return KNOWN_FORM;
}
