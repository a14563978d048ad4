/**
 * A made-up province: its agencies, their systems and which hosts belong to them. Names say that it is made up, so that
 * nobody takes it for a real one; codes are of no agency.
 */
import type { AgencyKind } from '../registry/tables/agency.ts';

export interface DemoAgency {
  /** In host names, and where systems name their owner. */
  key: string;
  /** QĐ 20 form under a province that does not exist. */
  code: string;
  name: string;
  kind: AgencyKind;
  /** Of all hosts, the share that stands here. */
  share: number;
}

/** The province stands first: the others are below it. */
export const DEMO_AGENCIES: readonly DemoAgency[] = [
  { key: 'ubnd', code: 'H99', name: 'UBND tỉnh Minh Họa', kind: 'province', share: 0.1 },
  { key: 'khcn', code: 'H99.01', name: 'Sở Khoa học và Công nghệ Minh Họa', kind: 'department', share: 0.3 },
  { key: 'snv', code: 'H99.02', name: 'Sở Nội vụ Minh Họa', kind: 'department', share: 0.2 },
  { key: 'ha', code: 'H99.11', name: 'Xã Minh Họa Hạ', kind: 'commune', share: 0.08 },
  { key: 'trung', code: 'H99.12', name: 'Xã Minh Họa Trung', kind: 'commune', share: 0.08 },
  { key: 'thuong', code: 'H99.13', name: 'Xã Minh Họa Thượng', kind: 'commune', share: 0.08 },
  { key: 'dong', code: 'H99.14', name: 'Phường Minh Họa Đông', kind: 'commune', share: 0.08 },
  { key: 'tay', code: 'H99.15', name: 'Phường Minh Họa Tây', kind: 'commune', share: 0.08 },
];

export interface DemoSystem {
  code: string;
  name: string;
  owner: string;
  operator: string;
  /** Null: nobody has decided yet. */
  level: 1 | 2 | 3 | 4 | null;
  law: 'vn-2026' | 'vn-2022';
  description: string;
  /** Server hosts that it has. */
  servers: number;
  /** Part of the servers' names; undefined: it is made of computers in offices. */
  hostKey: string | undefined;
}

/** Ten systems of levels 1 to 4, two of them still under the older law. */
export const DEMO_SYSTEMS: readonly DemoSystem[] = [
  {
    code: 'MH-TTDL',
    name: 'Trung tâm dữ liệu tỉnh Minh Họa',
    owner: 'ubnd',
    operator: 'khcn',
    level: 3,
    law: 'vn-2026',
    description: 'Máy chủ, lưu trữ dùng chung của tỉnh',
    servers: 6,
    hostKey: 'dc',
  },
  {
    code: 'MH-LGSP',
    name: 'Nền tảng tích hợp, chia sẻ dữ liệu tỉnh Minh Họa',
    owner: 'ubnd',
    operator: 'khcn',
    level: 3,
    law: 'vn-2026',
    description: 'Trục liên thông, nối với nền tảng quốc gia',
    servers: 4,
    hostKey: 'lgsp',
  },
  {
    code: 'MH-DVC',
    name: 'Hệ thống giải quyết thủ tục hành chính tỉnh Minh Họa',
    owner: 'ubnd',
    operator: 'khcn',
    level: 3,
    law: 'vn-2026',
    description: 'Cổng dịch vụ công và một cửa điện tử',
    servers: 5,
    hostKey: 'dvc',
  },
  {
    code: 'MH-QLVB',
    name: 'Quản lý văn bản và điều hành tỉnh Minh Họa',
    owner: 'ubnd',
    operator: 'khcn',
    level: 3,
    law: 'vn-2022',
    description: 'Văn bản đi, đến; hồ sơ cấp độ phê duyệt theo quy định cũ',
    servers: 3,
    hostKey: 'qlvb',
  },
  {
    code: 'MH-THU',
    name: 'Thư điện tử công vụ tỉnh Minh Họa',
    owner: 'ubnd',
    operator: 'khcn',
    level: 2,
    law: 'vn-2026',
    description: 'Thư điện tử của cán bộ, công chức',
    servers: 2,
    hostKey: 'mail',
  },
  {
    code: 'MH-CTTDT',
    name: 'Cổng thông tin điện tử tỉnh Minh Họa',
    owner: 'ubnd',
    operator: 'khcn',
    level: 2,
    law: 'vn-2026',
    description: 'Thông tin công khai của tỉnh',
    servers: 2,
    hostKey: 'web',
  },
  {
    code: 'MH-DLDC',
    name: 'Kho dữ liệu dân cư tỉnh Minh Họa',
    owner: 'ubnd',
    operator: 'khcn',
    level: 4,
    law: 'vn-2026',
    description: 'Hoạt động liên tục, nối với cơ sở dữ liệu quốc gia',
    servers: 3,
    hostKey: 'dldc',
  },
  {
    code: 'MH-CBCC',
    name: 'Quản lý cán bộ, công chức Sở Nội vụ Minh Họa',
    owner: 'snv',
    operator: 'snv',
    level: 2,
    law: 'vn-2022',
    description: 'Hồ sơ cán bộ, công chức, viên chức',
    servers: 2,
    hostKey: 'cbcc',
  },
  {
    code: 'MH-TRANG',
    name: 'Trang thông tin điện tử các xã Minh Họa',
    owner: 'ubnd',
    operator: 'khcn',
    level: 1,
    law: 'vn-2026',
    description: 'Chỉ đăng thông tin công khai',
    servers: 1,
    hostKey: 'trang',
  },
  {
    code: 'MH-MAY',
    name: 'Mạng nội bộ và máy làm việc các cơ quan Minh Họa',
    owner: 'ubnd',
    operator: 'khcn',
    level: 2,
    law: 'vn-2026',
    description: 'Máy làm việc của cán bộ, công chức',
    servers: 0,
    hostKey: undefined,
  },
];

const cell = (text: string | number | null): string => `"${String(text ?? '').replaceAll('"', '""')}"`;
const table = (rows: readonly (readonly (string | number | null)[])[]): string =>
  rows.map((row) => `${row.map(cell).join(',')}\n`).join('');

export function codeOf(key: string): string {
  return DEMO_AGENCIES.find((agency) => agency.key === key)?.code ?? '';
}

/** Agencies as `agency import` takes them. */
export function agenciesCsv(): string {
  const [province] = DEMO_AGENCIES;
  return table([
    ['Code', 'Name', 'Kind', 'Parent code'],
    ...DEMO_AGENCIES.map(({ code, name, kind }) => [
      code,
      name,
      kind,
      code === province?.code ? '' : (province?.code ?? ''),
    ]),
  ]);
}

/** Systems as `system import` takes them. */
export function systemsCsv(): string {
  return table([
    ['Code', 'Name', 'Owner', 'Operator', 'Level', 'Law profile', 'Description'],
    ...DEMO_SYSTEMS.map(({ code, name, owner, operator, level, law, description }) => [
      code,
      name,
      codeOf(owner),
      codeOf(operator),
      level,
      law,
      description,
    ]),
  ]);
}
