/**
 * What the keys of CEF (ArcSight's implementation standard, revision 26) and LEEF (QRadar's guide, 1.0 and 2.0) are
 * called here: ECS names, and those of this project where it has one already. Keys that are not listed keep their own
 * name behind `cef.` or `leef.`.
 */

/** How a key's value becomes a field. */
export type KeyKind =
  | { kind: 'text' | 'lower' | 'number' | 'time'; field: string }
  | { kind: 'source' | 'destination' | 'hash' | 'action' | 'outcome' | 'direction' | 'severity' };

const text = (field: string): KeyKind => ({ kind: 'text', field });
const lower = (field: string): KeyKind => ({ kind: 'lower', field });
const number = (field: string): KeyKind => ({ kind: 'number', field });
const time = (field: string): KeyKind => ({ kind: 'time', field });

/**
 * Users stand apart (cef-leef.ts): who acts and whom it is about depends on which of the two a line names, and so do the
 * times that say when it happened.
 */
export const CEF_KEYS: ReadonlyMap<string, KeyKind> = new Map([
  ['src', { kind: 'source' }],
  ['dst', { kind: 'destination' }],
  ['shost', text('source.domain')],
  ['dhost', text('destination.domain')],
  ['spt', number('source.port')],
  ['dpt', number('destination.port')],
  ['smac', text('source.mac')],
  ['dmac', text('destination.mac')],
  ['in', number('source.bytes')],
  ['out', number('destination.bytes')],
  ['sourceTranslatedAddress', text('source.nat.ip')],
  ['sourceTranslatedPort', number('source.nat.port')],
  ['destinationTranslatedAddress', text('destination.nat.ip')],
  ['destinationTranslatedPort', number('destination.nat.port')],
  ['proto', lower('network.transport')],
  ['app', lower('network.protocol')],
  ['deviceDirection', { kind: 'direction' }],
  ['deviceInboundInterface', text('network.interface_in')],
  ['deviceOutboundInterface', text('network.interface_out')],
  ['act', { kind: 'action' }],
  ['outcome', { kind: 'outcome' }],
  ['reason', text('event.reason')],
  ['externalId', text('event.id')],
  ['cnt', number('repeat.count')],
  ['start', time('event.start')],
  ['end', time('event.end')],
  ['request', text('url.original')],
  ['requestMethod', text('http.request.method')],
  ['requestClientApplication', text('user_agent.original')],
  ['requestContext', text('http.request.referrer')],
  ['fname', text('file.name')],
  ['filePath', text('file.path')],
  ['fileHash', { kind: 'hash' }],
  ['fileType', text('file.type')],
  ['fsize', number('file.size')],
  ['sproc', text('process.name')],
  ['spid', number('process.pid')],
  ['suid', text('user.actor.id')],
  ['duid', text('user.id')],
  ['dntdom', text('user.domain')],
  ['sntdom', text('user.actor.domain')],
  ['dvc', text('observer.ip')],
  ['dvchost', text('observer.hostname')],
  ['dvcmac', text('observer.mac')],
  ['deviceExternalId', text('observer.serial_number')],
]);

export const LEEF_KEYS: ReadonlyMap<string, KeyKind> = new Map([
  ['src', { kind: 'source' }],
  ['dst', { kind: 'destination' }],
  ['srcPort', number('source.port')],
  ['dstPort', number('destination.port')],
  ['srcMAC', text('source.mac')],
  ['dstMAC', text('destination.mac')],
  ['srcBytes', number('source.bytes')],
  ['dstBytes', number('destination.bytes')],
  ['srcPackets', number('source.packets')],
  ['dstPackets', number('destination.packets')],
  ['srcPostNAT', text('source.nat.ip')],
  ['dstPostNAT', text('destination.nat.ip')],
  ['srcPostNATPort', number('source.nat.port')],
  ['dstPostNATPort', number('destination.nat.port')],
  ['proto', lower('network.transport')],
  ['usrName', text('user.name')],
  ['domain', text('user.domain')],
  ['sev', { kind: 'severity' }],
  ['action', { kind: 'action' }],
  ['outcome', { kind: 'outcome' }],
  ['reason', text('event.reason')],
  ['url', text('url.original')],
  ['policy', text('rule.name')],
  ['identHostName', text('source.domain')],
  ['fileHash', { kind: 'hash' }],
  ['filePath', text('file.path')],
  ['fileName', text('file.name')],
  ['threatName', text('threat.name')],
  ['virusName', text('threat.name')],
  ['malwareName', text('threat.name')],
]);

/** Values whose name another key gives: `cs1=... cs1Label=Virus name`. */
export const LABELLED =
  /^(?:cs[1-6]|cn[1-3]|cfp[1-4]|c6a[1-4]|deviceCustomDate[12]|flexString[12]|flexNumber[12]|flexDate1|[a-z]{2}\d{1,2})$/;
