/** Systems by legal level: what is met, what is missing, what is due, what is signed. */
import type { Area } from '../shell/area.ts';

export const complianceArea: Area = {
  name: 'compliance',
  icon: 'compliance',
  label: ['Cấp độ', 'Compliance'],
  key: 't',
  pages: [
    {
      path: '/compliance',
      load: () => import('./systems-page.tsx'),
      label: ['Hệ thống', 'Systems'],
      tab: true,
      needs: 'system:read',
    },
    {
      path: '/compliance/systems/:id',
      load: () => import('./system-page.tsx'),
      label: ['Hệ thống', 'System'],
      under: '/compliance',
      needs: 'system:read',
    },
    {
      path: '/compliance/gaps',
      load: () => import('./gaps-page.tsx'),
      label: ['Kế hoạch khắc phục', 'Plan'],
      tab: true,
      needs: 'system:read',
    },
    {
      path: '/compliance/attestations/:id?',
      load: () => import('./attestations-page.tsx'),
      label: ['Xác nhận', 'Attestations'],
      tab: true,
      needs: 'system:read',
    },
    {
      path: '/compliance/deadlines',
      load: () => import('./deadlines-page.tsx'),
      label: ['Thời hạn', 'Deadlines'],
      tab: true,
      needs: 'system:read',
    },
    {
      path: '/compliance/reports/:id?',
      load: () => import('./reports-page.tsx'),
      label: ['Báo cáo', 'Reports'],
      tab: true,
      needs: 'report:read',
    },
    {
      path: '/compliance/import',
      load: () => import('./import-page.tsx'),
      label: ['Nhập bảng năm trước', 'Last year’s tables'],
      tab: true,
      needs: 'compliance:write',
    },
    {
      path: '/compliance/catalogue/:id?',
      load: () => import('./catalogue-page.tsx'),
      label: ['Danh mục yêu cầu', 'Catalogue'],
      tab: true,
      needs: 'system:read',
    },
  ],
};
