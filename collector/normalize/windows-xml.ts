/** Windows Event XML. */
import type { NormalEvent } from './event.ts';

export function readWindowsXml(event: NormalEvent, _text: string): number | undefined {
  event.logsources = [{ product: 'windows' }];
  return undefined;
}
