/** The facts of an incident: their names, their kinds, the order in which people tell them. */
import type { Words } from '../i18n/messages.ts';
import type { IncidentFacts } from './cases-api.ts';

export type FactName = keyof IncidentFacts;

export const factWords: Readonly<Record<FactName, Words>> = {
  occurredAt: ['Xảy ra lúc', 'Occurred at'],
  detectedAt: ['Phát hiện lúc', 'Detected at'],
  containedAt: ['Khống chế lúc', 'Contained at'],
  restoredAt: ['Khôi phục lúc', 'Restored at'],
  nationalSecurity: [
    'Có dấu hiệu xâm phạm an ninh quốc gia, trật tự xã hội',
    'Signs of harm to national security or public order',
  ],
  seriousDisruption: ['Gây gián đoạn nghiêm trọng', 'Serious disruption'],
  personalData: ['Lộ, mất dữ liệu cá nhân', 'Personal data leaked or lost'],
  consequences: ['Hậu quả', 'Consequences'],
  serious: ['Nghiêm trọng (người đánh giá)', 'Serious (a person’s word)'],
  seriousWhy: ['Lý do đánh giá', 'Why so'],
  olderClass: ['Nhóm sự cố theo mẫu cũ', 'Group of the older forms'],
  signs: ['Dấu hiệu', 'Signs'],
  foundBy: ['Phát hiện bằng cách nào', 'Found by'],
  scopeAssets: ['Máy, hệ thống bị ảnh hưởng', 'Hosts and systems affected'],
  scopeData: ['Dữ liệu bị ảnh hưởng', 'Data affected'],
  outsideParties: ['Bên ngoài liên quan', 'Outside parties'],
  usersAffected: ['Số người dùng bị ảnh hưởng', 'Users affected'],
  downtimeMinutes: ['Số phút gián đoạn', 'Minutes of downtime'],
  causeCertainty: ['Mức chắc chắn về nguyên nhân', 'How sure the cause is'],
  cause: ['Nguyên nhân', 'Cause'],
  vector: ['Đường tấn công', 'Way in'],
  vulnerability: ['Lỗ hổng bị lợi dụng', 'Vulnerability used'],
  measuresDone: ['Biện pháp đã làm', 'Measures done'],
  measuresDoing: ['Biện pháp đang làm', 'Measures under way'],
  measuresPlanned: ['Biện pháp sẽ làm', 'Measures planned'],
  helpWanted: ['Đề nghị hỗ trợ', 'Help wanted'],
  evidenceKept: ['Chứng cứ đã giữ', 'Evidence kept'],
  evidenceKeeper: ['Người giữ chứng cứ', 'Keeper of the evidence'],
  consequence: ['Thiệt hại, hệ quả', 'Consequence'],
  lessons: ['Bài học', 'Lessons'],
  proposals: ['Kiến nghị', 'Proposals'],
  contactName: ['Người liên hệ', 'Contact'],
  contactPhone: ['Điện thoại', 'Telephone'],
  contactEmail: ['Thư điện tử', 'E-mail'],
  securityProvider: ['Đơn vị cung cấp dịch vụ an ninh mạng', 'Security provider'],
  internetProvider: ['Nhà cung cấp Internet', 'Internet provider'],
  platform: ['Nền tảng, hệ điều hành', 'Platform'],
  addresses: ['Địa chỉ IP, tên miền', 'Addresses and domains'],
};

export const consequenceWords: Readonly<Record<IncidentFacts['consequences'][number], Words>> = {
  'service-interrupted': ['Dịch vụ bị gián đoạn', 'Service interrupted'],
  'secret-data': ['Lộ bí mật nhà nước, dữ liệu tuyệt mật', 'Secret data'],
  'data-destroyed': ['Dữ liệu quan trọng bị hủy, sửa', 'Data destroyed or changed'],
  'control-lost': ['Mất quyền điều khiển hệ thống', 'Control lost'],
  'wide-spread': ['Có khả năng lan rộng', 'May spread widely'],
  'beyond-capacity': ['Vượt khả năng tự xử lý', 'Beyond one’s own capacity'],
};
export const consequences = [
  'service-interrupted',
  'secret-data',
  'data-destroyed',
  'control-lost',
  'wide-spread',
  'beyond-capacity',
] as const satisfies IncidentFacts['consequences'][number][];

export const certaintyWords: Readonly<Record<IncidentFacts['causeCertainty'], Words>> = {
  unknown: ['Chưa rõ', 'Unknown'],
  hypothesis: ['Giả thuyết', 'Hypothesis'],
  confirmed: ['Đã xác nhận', 'Confirmed'],
};
export const certainties = ['unknown', 'hypothesis', 'confirmed'] as const;

export const olderClassWords: Readonly<Record<NonNullable<IncidentFacts['olderClass']>, Words>> = {
  'denial-of-service': ['Từ chối dịch vụ', 'Denial of service'],
  forgery: ['Giả mạo', 'Forgery'],
  malware: ['Mã độc', 'Malware'],
  'unauthorised-access': ['Truy cập trái phép', 'Unauthorised access'],
  defacement: ['Thay đổi giao diện', 'Defacement'],
  encryption: ['Mã hóa dữ liệu, thiết bị', 'Encryption'],
  destruction: ['Phá hoại dữ liệu, thiết bị', 'Destruction'],
  theft: ['Nghe trộm, gián điệp, lấy cắp', 'Theft'],
  several: ['Tổng hợp nhiều hình thức', 'Several at once'],
  other: ['Khác', 'Other'],
};
export const olderClasses = [
  'denial-of-service',
  'forgery',
  'malware',
  'unauthorised-access',
  'defacement',
  'encryption',
  'destruction',
  'theft',
  'several',
  'other',
] as const satisfies NonNullable<IncidentFacts['olderClass']>[];

type Group = { readonly key: string; readonly label: Words; readonly facts: readonly FactName[] };

export const factGroups: readonly Group[] = [
  {
    key: 'when',
    label: ['Thời điểm và mức nghiêm trọng', 'When, and how serious'],
    facts: [
      'occurredAt',
      'detectedAt',
      'containedAt',
      'restoredAt',
      'nationalSecurity',
      'seriousDisruption',
      'personalData',
      'consequences',
      'serious',
      'seriousWhy',
    ],
  },
  {
    key: 'scope',
    label: ['Dấu hiệu và phạm vi', 'Signs and scope'],
    facts: [
      'signs',
      'foundBy',
      'scopeAssets',
      'scopeData',
      'usersAffected',
      'downtimeMinutes',
      'outsideParties',
    ],
  },
  {
    key: 'cause',
    label: ['Nguyên nhân', 'Cause'],
    facts: ['causeCertainty', 'cause', 'vector', 'vulnerability'],
  },
  {
    key: 'measures',
    label: ['Biện pháp và chứng cứ', 'Measures and evidence'],
    facts: [
      'measuresDone',
      'measuresDoing',
      'measuresPlanned',
      'helpWanted',
      'evidenceKept',
      'evidenceKeeper',
      'consequence',
      'lessons',
      'proposals',
    ],
  },
  {
    key: 'contact',
    label: ['Liên hệ và mẫu cũ', 'Contact and older forms'],
    facts: [
      'contactName',
      'contactPhone',
      'contactEmail',
      'olderClass',
      'securityProvider',
      'internetProvider',
      'platform',
      'addresses',
    ],
  },
];

const times = ['occurredAt', 'detectedAt', 'containedAt', 'restoredAt'] as const;
const flags = ['nationalSecurity', 'seriousDisruption', 'personalData'] as const;
const counts = ['usersAffected', 'downtimeMinutes'] as const;
const lines = [
  'foundBy',
  'evidenceKeeper',
  'contactName',
  'contactPhone',
  'contactEmail',
  'securityProvider',
  'internetProvider',
] as const;

const among =
  <Name extends FactName>(names: readonly Name[]) =>
  (name: FactName): name is Name =>
    names.some((one) => one === name);

export const isTimeFact = among(times);
export const isFlagFact = among(flags);
export const isCountFact = among(counts);
export const isLineFact = among(lines);
export const isFactName = (name: string): name is FactName => Object.hasOwn(factWords, name);
