/** What the rules found, and what somebody has to look at. */
import type { Area } from '../shell/area.ts';

export const alertsArea: Area = {
  name: 'alerts',
  icon: 'alerts',
  label: ['Cảnh báo', 'Alerts'],
  key: 'a',
  pages: [
    {
      path: '/alerts/:alertId?',
      guide: 'a-day-on-duty#triage',
      load: () => import('./alerts-page.tsx'),
      label: ['Cảnh báo', 'Alerts'],
      tab: true,
      needs: 'alert:read',
    },
    {
      path: '/jobs',
      guide: 'a-day-on-duty#triage',
      load: () => import('../jobs/jobs-page.tsx'),
      label: ['Tác vụ', 'Jobs'],
      tab: true,
      needs: 'alert:bulk',
    },
  ],
};
