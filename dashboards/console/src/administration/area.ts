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
      guide: 'administration#people',
      load: () => import('./people/people-page.tsx'),
      label: ['Người dùng', 'People'],
      tab: true,
      needs: 'user:read',
    },
    {
      path: '/administration/roles',
      guide: 'administration#people',
      load: () => import('./people/roles-page.tsx'),
      label: ['Vai trò được làm gì', 'What roles may do'],
      under: '/administration/people/:username?',
      needs: 'role:read',
    },
    {
      path: '/administration/api-tokens/:id?',
      guide: 'administration#keys-for-programs',
      load: () => import('./tokens/api-tokens-page.tsx'),
      label: ['Mã API', 'API tokens'],
      tab: true,
      needs: 'api-token:read',
    },
    {
      path: '/administration/join-tokens',
      guide: 'administration#join-tokens',
      load: () => import('./join-tokens-page.tsx'),
      label: ['Mã ghi danh', 'Join tokens'],
      tab: true,
      needs: 'join-token:read',
    },
    {
      path: '/administration/demonstration',
      guide: 'administration#demonstration-data',
      load: () => import('./demonstration/demonstration-page.tsx'),
      label: ['Dữ liệu trình diễn', 'Demonstration'],
      tab: true,
      needs: 'user:write',
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
