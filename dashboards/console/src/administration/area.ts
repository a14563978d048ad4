/** The house itself: agencies, people, keys, keeping, proof. */
import type { Area } from '../shell/area.ts';

export const administrationArea: Area = {
  name: 'administration',
  icon: 'administration',
  label: ['Quản trị', 'Admin'],
  key: 'q',
  pages: [
    {
      path: '/administration/join-tokens',
      guide: 'administration#join-tokens',
      load: () => import('./join-tokens-page.tsx'),
      label: ['Mã ghi danh', 'Join tokens'],
      tab: true,
      needs: 'join-token:read',
    },
    {
      path: '/administration/audit',
      guide: 'administration#the-audit-trail',
      load: () => import('./audit-page.tsx'),
      label: ['Nhật ký kiểm toán', 'Audit trail'],
      tab: true,
      needs: 'audit:read',
    },
  ],
};
