/** The older forms 03 and 04 of circular 20/2017/TT-BTTTT: their fields are from memory and to be confirmed. */
import type { Block } from './document.ts';
import type { NoticeForm } from './notice-body.ts';
import { CHANNEL_WORDS, CLASS_WORDS, OLDER_CLASS_OF, OLDER_CLASS_WORDS } from './notice-words-vi.ts';
import { count, field, moment, systemFields, systemsOf } from './notice-fields.ts';

function toldLine({ told }: NoticeForm): string {
  return told.map(({ receiver, channel }) => `${receiver} (${CHANNEL_WORDS[channel]})`).join('; ');
}

function reporter({ facts }: NoticeForm): Block[] {
  return [
    field('Người liên hệ', facts.contactName),
    field('Điện thoại', facts.contactPhone),
    field('Thư điện tử', facts.contactEmail),
  ];
}

export function olderBlocks(form: NoticeForm): [title: string, blocks: Block[]][] {
  const { facts, kind } = form;
  const systems = systemsOf(form).flatMap(systemFields);
  const group = OLDER_CLASS_WORDS[facts.olderClass ?? OLDER_CLASS_OF[form.class]];
  if (kind === 'older-final')
    return [
      ['THÔNG TIN VỀ ĐƠN VỊ BÁO CÁO', reporter(form)],
      ['HỆ THỐNG BỊ SỰ CỐ', systems],
      [
        'KẾT QUẢ ỨNG PHÓ',
        [
          field('Loại sự cố', group),
          field('Phát hiện lúc', moment(facts.detectedAt)),
          field('Kết quả', facts.restoredAt === null ? '' : `đã khôi phục ${moment(facts.restoredAt)}`),
          field('Nguyên nhân', facts.cause),
          field('Hậu quả', facts.consequence),
          field('Thời gian gián đoạn', count(facts.downtimeMinutes, 'phút')),
          field('Biện pháp đã thực hiện', facts.measuresDone),
          field('Kiến nghị', facts.proposals),
        ],
      ],
    ];
  return [
    ['THÔNG TIN VỀ ĐƠN VỊ BÁO CÁO', reporter(form)],
    [
      'HỆ THỐNG BỊ SỰ CỐ',
      [
        ...systems,
        field('Nhà cung cấp dịch vụ an toàn thông tin', facts.securityProvider),
        field('Nhà cung cấp kết nối Internet', facts.internetProvider),
        field('Hệ điều hành, phiên bản, dịch vụ', facts.platform),
        field('Địa chỉ IP, tên miền', facts.addresses),
      ],
    ],
    [
      'MÔ TẢ SỰ CỐ',
      [
        field('Mô tả sơ bộ', facts.signs),
        field('Loại sự cố', `${group} (nhóm hiện hành: ${CLASS_WORDS[form.class]})`),
        field('Thời điểm phát hiện', moment(facts.detectedAt)),
        field('Cách thức phát hiện', facts.foundBy),
        field('Hiện trạng', facts.restoredAt === null ? 'chưa khắc phục xong' : 'đã khắc phục'),
        field('Biện pháp đã triển khai', facts.measuresDone),
        field('Đã thông báo cho', toldLine(form)),
        field('Đề nghị', facts.helpWanted),
      ],
    ],
  ];
}
