/** The house itself: agencies, people, keys, keeping, proof. */
import type { Area } from '../shell/area.ts';

export const administrationArea: Area = {
  name: 'administration',
  icon: 'administration',
  label: ['Quản trị', 'Admin'],
  key: 'q',
  pages: [
    {
      path: '/administration/agencies/:id?',
      load: () => import('./agencies/agencies-page.tsx'),
      label: ['Cơ quan', 'Agencies'],
      tab: true,
      needs: 'agency:read',
    },
    {
      path: '/administration/agencies/import',
      load: () => import('./agencies/import-page.tsx'),
      label: ['Nhập cơ quan từ tệp CSV', 'Import agencies from a CSV file'],
      under: '/administration/agencies/:id?',
      needs: 'agency:write',
    },
    {
      path: '/administration/agency-changes/:id?',
      load: () => import('./agencies/changes-page.tsx'),
      label: ['Gộp, tách, đổi tên cơ quan', 'Merges, splits, renamings'],
      under: '/administration/agencies/:id?',
      needs: 'agency:read',
    },
    {
      path: '/administration/people',
      load: () => import('./people/people-page.tsx'),
      label: ['Người dùng', 'People'],
      tab: true,
      needs: 'user:read',
    },
    {
      path: '/administration/roles',
      load: () => import('./people/roles-page.tsx'),
      label: ['Vai trò được làm gì', 'What roles may do'],
      under: '/administration/people',
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
      path: '/administration/audit',
      load: () => import('./audit-page.tsx'),
      label: ['Nhật ký kiểm toán', 'Audit trail'],
      tab: true,
      needs: 'audit:read',
    },
  ],
};
