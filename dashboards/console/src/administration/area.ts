/** The house itself: agencies, people, keys, keeping, proof. */
import type { Area } from '../shell/area.ts';

export const administrationArea: Area = {
  name: 'administration',
  icon: 'administration',
  label: ['Quản trị', 'Admin'],
  key: 'q',
  pages: [
    {
      path: '/administration/people/:username?',
      load: () => import('./people/people-page.tsx'),
      label: ['Người dùng', 'People'],
      tab: true,
      needs: 'user:read',
    },
    {
      path: '/administration/roles',
      load: () => import('./people/roles-page.tsx'),
      label: ['Vai trò được làm gì', 'What roles may do'],
      under: '/administration/people/:username?',
      needs: 'role:read',
    },
    {
      path: '/administration/api-tokens/:id?',
      load: () => import('./tokens/api-tokens-page.tsx'),
      label: ['Mã API', 'API tokens'],
      tab: true,
      needs: 'api-token:read',
    },
    {
      path: '/administration/join-tokens',
      load: () => import('./join-tokens-page.tsx'),
      label: ['Mã ghi danh', 'Join tokens'],
      tab: true,
      needs: 'join-token:read',
    },
    {
      path: '/administration/notifications/:id?',
      load: () => import('./notify/channels-page.tsx'),
      label: ['Thông báo', 'Notifications'],
      tab: true,
      needs: 'notify:read',
    },
    {
      path: '/administration/messages',
      load: () => import('./notify/messages-page.tsx'),
      label: ['Đã gửi', 'Messages'],
      under: '/administration/notifications/:id?',
      needs: 'notify:read',
    },
    {
      path: '/administration/on-call/:id?',
      load: () => import('./oncall/rosters-page.tsx'),
      label: ['Lịch trực', 'On-call'],
      under: '/administration/notifications/:id?',
      needs: 'notify:read',
    },
    {
      path: '/administration/escalations',
      load: () => import('./oncall/escalations-page.tsx'),
      label: ['Báo leo thang', 'Escalation'],
      under: '/administration/notifications/:id?',
      needs: 'notify:read',
    },
    {
      path: '/administration/ledger',
      load: () => import('./ledger/ledger-page.tsx'),
      label: ['Sổ đối soát', 'Loss ledger'],
      tab: true,
      needs: 'ledger:read',
    },
    {
      path: '/administration/audit',
      load: () => import('./audit-page.tsx'),
      label: ['Nhật ký kiểm toán', 'Audit trail'],
      tab: true,
      needs: 'audit:read',
    },
  ],
};
