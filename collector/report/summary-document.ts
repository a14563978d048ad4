/** Monthly, quarterly, half-yearly and yearly reports as documents: the same sections for a system, an agency, a province. */
import type { ReportBody } from './body.ts';
import { amendmentSection, closing, opening, roman } from './document-frame.ts';
import type { Block, ReportDocument } from './document.ts';
import { parsePeriod, periodWords } from './period.ts';
import type { ReportKind } from './report-words.ts';
import { dayShort } from './short-day.ts';
import type { SummaryFacts } from './summary-facts.ts';
import { assessmentBlocks, attestationBlocks, planBlocks } from './assessment-tables.ts';
import { part } from './summary-parts.ts';
import {
  changeBlocks,
  coverageBlocks,
  incidentBlocks,
  levelBlocks,
  logBlocks,
  patchBlocks,
} from './summary-tables.ts';
import { vulnerabilityBlocks } from './vulnerability-tables.ts';

const SUBJECT: Readonly<Record<Exclude<ReportKind, 'mau-08'>, string>> = {
  monthly: 'Công tác bảo đảm an ninh mạng',
  quarterly: 'Công tác bảo đảm an ninh mạng',
  yearly: 'Công tác bảo đảm an ninh mạng',
  monitoring: 'Kết quả giám sát an ninh mạng',
};

function weaknessBlocks({ vulnerabilities, patches }: SummaryFacts): Block[] {
  const found = vulnerabilities === undefined ? [] : part(vulnerabilities, vulnerabilityBlocks);
  return [...found, ...part(patches, patchBlocks)];
}

function parts(facts: SummaryFacts): (readonly [title: string, blocks: Block[]])[] {
  return [
    ['PHẠM VI VÀ ĐỘ PHỦ GIÁM SÁT', part(facts.coverage, coverageBlocks)],
    ['HỆ THỐNG THÔNG TIN THEO CẤP ĐỘ', part(facts.levels, levelBlocks)],
    ['MỨC ĐỘ ĐÁP ỨNG YÊU CẦU AN NINH MẠNG', part(facts.assessment, assessmentBlocks)],
    ['CẢNH BÁO, SỰ CỐ VÀ VIỆC THỰC HIỆN CÁC THỜI HẠN', part(facts.incidents, incidentBlocks)],
    ['ĐIỂM YẾU, LỖ HỔNG VÀ BẢN VÁ', weaknessBlocks(facts)],
    ['NHẬT KÝ VÀ THỜI GIAN LƯU TRỮ', part(facts.logs, logBlocks)],
    ['THAY ĐỔI SO VỚI KỲ TRƯỚC', part(facts.changes, changeBlocks)],
    ['KẾ HOẠCH KHẮC PHỤC', part(facts.plan, planBlocks)],
    ['DANH MỤC XÁC NHẬN CỦA CƠ QUAN', part(facts.attestations, attestationBlocks)],
  ];
}

export function summaryDocument(
  body: ReportBody,
  kind: Exclude<ReportKind, 'mau-08'>,
  facts: SummaryFacts,
): ReportDocument {
  const period = parsePeriod(body.period);
  if (period === undefined) throw new RangeError(`no period: ${body.period}`);
  const doubtful = body.toConfirm?.includes('period-days') === true ? '; thời kỳ số liệu cần xác nhận' : '';
  const about = body.system === null ? '' : ` của ${body.system.name}`;
  const subject = `${SUBJECT[kind]}${about} ${periodWords(period)}`;
  return {
    title: `Báo cáo ${subject}`,
    author: body.office.name,
    createdMs: body.madeMs,
    sections: [
      {
        orientation: 'portrait',
        blocks: [
          ...opening(body, subject),
          {
            kind: 'paragraph',
            words: `${body.office.name} báo cáo ${subject.slice(0, 1).toLocaleLowerCase('vi')}${subject.slice(1)} (số liệu tính từ ngày ${dayShort(period.from)} đến ngày ${dayShort(period.day)}${doubtful}) như sau:`,
          },
          ...parts(facts).flatMap(([title, blocks], at): Block[] => [
            { kind: 'heading', level: 1, words: `${roman(at + 1)}. ${title}` },
            ...blocks,
          ]),
          closing(body),
        ],
      },
      ...amendmentSection(body, 1),
    ],
  };
}
