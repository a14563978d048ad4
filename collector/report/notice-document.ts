/** Notices of an incident as documents: fields of the 24 hour notice, of the 72 hour, update and final reports. */
import { momentInWords } from '../request/vietnamese-time.ts';
import { differencesOf } from './differences.ts';
import type { Block, ReportDocument } from './document.ts';
import { amendmentSection, closing, opening, roman } from './document-frame.ts';
import type { NoticeBody, NoticeForm } from './notice-body.ts';
import {
  CERTAINTY_WORDS,
  CHANNEL_WORDS,
  CLASS_WORDS,
  CONSEQUENCE_WORDS,
  DRILL_BANNER,
  NOTICE_TITLES,
  SEVERITY_WORDS,
} from './notice-words-vi.ts';
import { olderBlocks } from './older-notice.ts';
import { count, field, moment, systemFields, systemsOf } from './notice-fields.ts';

const ZONE = { timeZone: 'Asia/Ho_Chi_Minh' } as const;

function contact({ facts }: NoticeForm): Block[] {
  return [
    field('Người liên hệ', facts.contactName),
    field('Điện thoại', facts.contactPhone),
    field('Thư điện tử', facts.contactEmail),
  ];
}

function general(form: NoticeForm): Block[] {
  const { facts, grounds } = form;
  const flags = [
    ...(facts.nationalSecurity ? ['có dấu hiệu xâm phạm an ninh quốc gia, trật tự, an toàn xã hội'] : []),
    ...(facts.seriousDisruption ? ['gây gián đoạn nghiêm trọng'] : []),
    ...(facts.personalData ? ['có dữ liệu cá nhân bị lộ'] : []),
    ...facts.consequences.map((one) => CONSEQUENCE_WORDS[one]),
  ];
  const rules = grounds.map(({ vi, source, confidence }) => {
    const clause = source === '' ? '' : ` (${source})`;
    return `${vi}${clause}${confidence === 'C' || confidence === 'D' ? ' - cần xác nhận' : ''}`;
  });
  return [
    field('Phát hiện lúc', moment(facts.detectedAt)),
    field('Xảy ra lúc', moment(facts.occurredAt)),
    field('Nhóm sự cố', CLASS_WORDS[form.class]),
    field('Dấu hiệu', facts.signs),
    field('Cách phát hiện', facts.foundBy),
    field(
      'Mức độ tạm đánh giá',
      `${SEVERITY_WORDS[form.severity] ?? form.severity}; ${form.isSerious ? 'sự cố nghiêm trọng' : 'chưa xác định là nghiêm trọng'}`,
    ),
    ...(rules.length === 0 ? [] : [field('Căn cứ', rules.join('; '))]),
    field('Tính chất', flags.length === 0 ? 'chưa ghi nhận dấu hiệu đặc biệt' : flags.join('; ')),
  ];
}

function scope({ facts }: NoticeForm): Block[] {
  return [
    field('Tài sản, máy bị ảnh hưởng', facts.scopeAssets),
    field('Dữ liệu bị ảnh hưởng', facts.scopeData),
    field('Dữ liệu cá nhân', facts.personalData ? 'có bị ảnh hưởng' : 'chưa ghi nhận'),
    field('Người dùng bị ảnh hưởng', count(facts.usersAffected, 'người')),
    field('Thời gian gián đoạn', count(facts.downtimeMinutes, 'phút')),
    field('Bên ngoài liên quan', facts.outsideParties),
  ];
}

function cause({ facts }: NoticeForm): Block[] {
  return [
    field(`Nguyên nhân (${CERTAINTY_WORDS[facts.causeCertainty]})`, facts.cause),
    field('Con đường xâm nhập', facts.vector),
    field('Điểm yếu, lỗ hổng bị lợi dụng', facts.vulnerability),
  ];
}

function remedy({ facts }: NoticeForm): Block[] {
  return [
    field('Đã thực hiện', facts.measuresDone),
    field('Đang thực hiện', facts.measuresDoing),
    field('Sẽ thực hiện', facts.measuresPlanned),
    field('Ngăn chặn xong lúc', moment(facts.containedAt)),
    field('Khôi phục lúc', moment(facts.restoredAt)),
  ];
}

function evidence({ facts }: NoticeForm): Block[] {
  return [field('Chứng cứ được giữ', facts.evidenceKept), field('Người giữ', facts.evidenceKeeper)];
}

function toldBlocks({ told }: NoticeForm): Block[] {
  if (told.length === 0) return [field('Đã báo', 'chưa báo nơi nào')];
  const items = told.map(({ atMs, receiver, channel, number }) => {
    const by = number === '' ? CHANNEL_WORDS[channel] : `văn bản số ${number}, ${CHANNEL_WORDS[channel]}`;
    return `${momentInWords(ZONE, atMs)}: ${receiver} (${by})`;
  });
  return [{ kind: 'list', marker: 'dash', items }];
}

type Part = readonly [title: string, blocks: readonly Block[]];

function initialParts(form: NoticeForm): Part[] {
  const { facts, fullDueMs } = form;
  return [
    ['ĐƠN VỊ VÀ NGƯỜI LIÊN HỆ', contact(form)],
    ['HỆ THỐNG THÔNG TIN BỊ SỰ CỐ', systemsOf(form).flatMap(systemFields)],
    ['THÔNG TIN BAN ĐẦU VỀ SỰ CỐ', [...general(form), field('Phạm vi đã biết', facts.scopeAssets)]],
    [
      'BIỆN PHÁP ĐÃ THỰC HIỆN VÀ ĐỀ NGHỊ HỖ TRỢ',
      [
        field('Biện pháp đã thực hiện', facts.measuresDone),
        field('Đề nghị hỗ trợ', facts.helpWanted === '' ? 'không' : facts.helpWanted),
        field(
          'Báo cáo nguyên nhân, phạm vi, biện pháp được gửi trước',
          fullDueMs === null ? '' : momentInWords(ZONE, fullDueMs),
        ),
      ],
    ],
    ['NƠI ĐÃ ĐƯỢC THÔNG BÁO', toldBlocks(form)],
  ];
}

function fullParts(form: NoticeForm): Part[] {
  const { facts, kind } = form;
  const systems = systemsOf(form).flatMap(systemFields);
  const parts: Part[] = [
    ['THÔNG TIN CHUNG', [...contact(form), ...systems, ...general(form)]],
    [kind === 'final' ? 'NGUYÊN NHÂN GỐC' : 'NGUYÊN NHÂN', cause(form)],
    ['PHẠM VI ẢNH HƯỞNG', scope(form)],
    ['BIỆN PHÁP KHẮC PHỤC', remedy(form)],
    ['CHỨNG CỨ', evidence(form)],
    ['NƠI ĐÃ ĐƯỢC THÔNG BÁO', toldBlocks(form)],
  ];
  if (kind === 'final')
    parts.push([
      'HẬU QUẢ VÀ BÀI HỌC',
      [field('Hậu quả', facts.consequence), field('Bài học kinh nghiệm', facts.lessons)],
    ]);
  parts.push([
    'KIẾN NGHỊ, ĐỀ XUẤT',
    [field('Kiến nghị', facts.proposals === '' && kind !== 'final' ? 'không' : facts.proposals)],
  ]);
  return parts;
}

function partsOf(form: NoticeForm): Part[] {
  if (form.kind === 'initial-24h') return initialParts(form);
  if (form.kind === 'older-initial' || form.kind === 'older-final') return olderBlocks(form);
  return fullParts(form);
}

export function noticeDocument(body: NoticeBody): ReportDocument {
  const { notice: form } = body;
  const { name, short, about, remark } = NOTICE_TITLES[form.kind];
  const sort = { name, short };
  const nth = form.kind === 'update' ? ` (lần ${form.revision})` : '';
  const systems = form.systems.map((system) => system.name).join(', ');
  const subject = `${about}${nth}${systems === '' ? '' : ` tại ${systems}`}`;
  const remarks = [
    ...(form.drill ? ['Văn bản của cuộc diễn tập, không phải sự cố thật.'] : []),
    ...(remark === '' ? [] : [remark]),
  ];
  return {
    title: `${name} ${subject.slice(0, 1).toLocaleLowerCase('vi')}${subject.slice(1)}`,
    author: body.office.name,
    createdMs: body.madeMs,
    banner: form.drill ? DRILL_BANNER : undefined,
    sections: [
      {
        orientation: 'portrait',
        blocks: [
          ...opening(body, subject, sort),
          ...remarks.map(
            (words) =>
              ({ kind: 'paragraph', align: 'center', words: [{ text: words, italic: true }] }) as const,
          ),
          {
            kind: 'paragraph',
            words: `${body.office.name} ${name.toLocaleLowerCase('vi')} về sự cố có số hồ sơ ${form.number} như sau:`,
          },
          ...partsOf(form).flatMap(([title, blocks], at): Block[] => [
            { kind: 'heading', level: 1, words: `${roman(at + 1)}. ${title}` },
            ...blocks,
          ]),
          closing(body),
        ],
      },
      ...amendmentSection(body, 1, sort),
    ],
  };
}

/** What a later notice says otherwise than the one before. */
export function noticeDifferences(before: NoticeBody, after: NoticeBody) {
  const plain = (body: NoticeBody): ReportDocument => noticeDocument({ ...body, amendment: null });
  return differencesOf(plain(before), plain(after));
}
