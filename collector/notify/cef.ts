/** A notice as lines of the Common Event Format (ArcSight CEF, revision 26): one for each alert. */
import type { Severity } from '../api/contract.ts';
import { leavingText } from './leaving-text.ts';
import type { Notice, NoticeAlert } from './notice.ts';

/** CEF's 0 to 10. */
const CEF_SEVERITY: Readonly<Record<Severity, number>> = {
  informational: 1,
  low: 3,
  medium: 5,
  high: 8,
  critical: 10,
};

/** Syslog's own, 0 to 7. */
const SYSLOG_SEVERITY: Readonly<Record<Severity, number>> = {
  informational: 6,
  low: 5,
  medium: 4,
  high: 3,
  critical: 2,
};

/** In the header a pipe ends a field; controls are gone before. */
const escapeHeader = (text: string): string => text.replaceAll(/[\\|]/g, String.raw`\$&`);
/** In the extension an equals sign ends a key. */
const escapeValue = (text: string): string => text.replaceAll(/[\\=]/g, String.raw`\$&`);

const HEADER_MAX = 200;
const VALUE_MAX = 1_000;

function cefLine(header: readonly string[], extension: Readonly<Record<string, string>>): string {
  const head = header.map((field) => escapeHeader(leavingText(field, HEADER_MAX))).join('|');
  const values = Object.entries(extension).map(
    ([key, value]) => `${key}=${escapeValue(leavingText(value, VALUE_MAX))}`,
  );
  return `CEF:0|${head}|${values.join(' ')}`;
}

function alertLine(notice: Notice, alert: NoticeAlert, version: string): string {
  const header = [
    'Vong Gac',
    'vonggac',
    version,
    alert.ruleId,
    alert.title,
    String(CEF_SEVERITY[alert.severity]),
  ];
  return cefLine(header, {
    rt: String(notice.atMs),
    start: String(alert.firstSeenMs),
    end: String(alert.lastSeenMs),
    cnt: String(alert.detections),
    ...(alert.hostname === null ? {} : { dhost: alert.hostname }),
    externalId: alert.id,
    cs1Label: 'agency',
    cs1: alert.agency,
    cs2Label: 'noticeId',
    cs2: notice.id,
    cs3Label: 'state',
    cs3: alert.state,
    msg: alert.message,
  });
}

export interface CefLine {
  text: string;
  /** 0 emergency to 7 debug. */
  severity: number;
}

/** @param version of the product */
export function cefLines(notice: Notice, version: string): CefLine[] {
  if (notice.alerts.length === 0) {
    const header = ['Vong Gac', 'vonggac', version, 'vonggac:test', 'Test message', '0'];
    const text = cefLine(header, { rt: String(notice.atMs), cs2Label: 'noticeId', cs2: notice.id });
    return [{ text, severity: SYSLOG_SEVERITY.informational }];
  }
  return notice.alerts.map((alert) => ({
    text: alertLine(notice, alert, version),
    severity: SYSLOG_SEVERITY[alert.severity],
  }));
}
