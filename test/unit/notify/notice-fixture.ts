/** Notices for tests: hostile where it matters. */
import type { DeliveryContext, Notice, NoticeAlert } from '../../../collector/notify/notice.ts';

export const AT_MS = Date.UTC(2026, 10, 22, 3, 0, 0);

export function noticeAlert(change: Partial<NoticeAlert> = {}): NoticeAlert {
  return {
    id: 'a1b2c3d4',
    ruleId: 'linux-miner',
    severity: 'high',
    title: 'Miner started',
    titleVi: 'Phần mềm đào tiền ảo',
    agency: 'Sở Y tế',
    hostname: 'web-01',
    detections: 3,
    state: 'new',
    message: 'xmrig was started',
    firstSeenMs: AT_MS - 60_000,
    lastSeenMs: AT_MS,
    ...change,
  };
}

export function notice(change: Partial<Notice> = {}): Notice {
  const alerts = change.alerts ?? [noticeAlert()];
  return { id: 'n-1', kind: 'alert', atMs: AT_MS, alerts, total: alerts.length, ...change };
}

export const CONTEXT: DeliveryContext = {
  hostname: 'soc-1',
  version: '0.1.0',
  timeoutMs: 5_000,
  now: () => AT_MS,
};
