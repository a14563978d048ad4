/** Các lệnh Sigma bằng tiếng Việt. */
import type { Severity } from '../../../rules/sigma/index.ts';
import { lintVi } from '../../content/lint-vi.ts';
import type { sigmaHelpEn, SigmaMessages } from './sigma-en.ts';

const number = (count: number): string => count.toLocaleString('vi');

const severities: Record<Severity, string> = { error: 'lỗi', warning: 'cảnh báo', hint: 'gợi ý' };

export const sigmaVi: SigmaMessages = {
  badLogsource: (text) =>
    `"${text}" không có dạng product/category/service, ví dụ windows/process_creation/ hoặc linux//sshd`,
  cannotRead: (file, reason) => `không đọc được ${file}: ${reason}`,
  noRules: (places) => `không có tệp luật (.yml, .yaml) nào trong ${places}`,
  allRejected: 'không nạp được luật nào',
  badLine: (place, reason) => `${place}: không phải đối tượng JSON, đã bỏ qua (${reason})`,
  moreBadLines: (count) => `đã bỏ qua thêm ${count} dòng`,
  tooLong: (bytes) => `dòng dài hơn ${bytes} byte`,
  progress: (lines, hits) => `đã đọc ${number(lines)} dòng, ${number(hits)} lần khớp`,
  unrouted: (count, events) =>
    `${number(count)} trên ${number(events)} sự kiện không nêu nguồn nhật ký nào đã biết: đã thử mọi luật với chúng (dùng --logsource để nêu nguồn)`,
  late: (count) =>
    `${number(count)} lần khớp lệch thứ tự thời gian hơn 5 phút nên không được đưa vào tương quan: hãy xếp sự kiện theo thời gian`,

  severities,
  finding: ({ code, args }) => {
    const [first = '', second = '', third = ''] = args;
    return lintVi[code](first, second, third);
  },
  unknownCode: (code, known) => `"${code}" không phải mã phát hiện; các mã là: ${known}`,
  checked: (rules, files, counts) =>
    `${number(rules)} luật trong ${number(files)} tệp: ${number(counts.error)} lỗi, ${number(counts.warning)} cảnh báo, ${number(counts.hint)} gợi ý`,

  explain: {
    matches: 'KHỚP',
    matchesNot: 'KHÔNG KHỚP',
    counts: 'ĐẾM sự kiện này',
    countsNot: 'không đếm sự kiện này',
    notReachedLegend: 'chưa xét đến: phần trước đã quyết định',
    logsource: 'nguồn nhật ký của luật',
    anyLogsource: 'bất kỳ',
    eventLogsources: 'nguồn nhật ký của sự kiện',
    logsourceUnknown: 'chưa rõ: thử mọi luật',
    routed: 'luật được thử',
    notRouted: 'luật không được thử',
    by: (way) => `theo ${way}`,
    ways: { pipelines: 'các pipeline', fields: 'các trường của sự kiện', off: '--logsource' },
    detection: 'điều kiện phát hiện',
    filter: (title) => `bộ lọc "${title}"`,
    failedFirst: 'sai đầu tiên',
    allOf: 'tất cả:',
    anyOf: 'một trong:',
    notThis: 'không phải:',
    selection: (name) => `phần chọn ${name}`,
    keywords: 'từ khóa',
    inEvent: 'trong sự kiện',
    absent: 'không có',
    noValue: 'không có giá trị',
    more: (count) => `và ${number(count)} giá trị nữa`,
    type: 'loại',
    condition: 'điều kiện',
    timespan: 'trong vòng',
    groupBy: 'nhóm của sự kiện',
    countsOver: 'đếm trên',
    ofField: (fields) => `của ${fields}`,
    rejected: 'luật bị loại:',
    unknown: (id, places) => `không có luật "${id}" trong ${places}`,
    chooseRule: (place, ids) => `${place} có nhiều luật: hãy chọn một trong ${ids}`,
    needsRule: 'hãy nêu luật: TỆP, TỆP#ID, hoặc --rules ĐƯỜNG_DẪN --id ID',
    needsEvent:
      'hãy nêu sự kiện: tệp JSON, TỆP:DÒNG của NDJSON, chính JSON đó, hoặc - để đọc từ đầu vào chuẩn',
    badEvent: (place, reason) => `${place} không phải một đối tượng JSON (${reason})`,
    severalEvents: (place) => `${place} có nhiều sự kiện: hãy nêu số dòng, ${place}:DÒNG`,
    noLine: (place, lines) => `${place} chỉ có ${number(lines)} dòng`,
    emptyLine: (place) => `${place} là dòng trống`,
  },

  convert: {
    exact: 'chính xác: mọi dòng chọn được đều khớp',
    candidates: 'ứng viên: bộ so khớp phải quyết định từng dòng chọn được',
    wide: (parts) => `SQL không thu hẹp được: ${parts}`,
    refused: (reason) => `không có SQL: ${reason}`,
    parameters: 'tham số',
    badTime: (option, text) =>
      `${option}: "${text}" không phải thời điểm; hãy ghi như 2026-11-22T03:00:00Z hoặc 2026-11-22`,
    timesReversed: '--from phải trước --until',
    badSchema: (file, reason) => `${file} không phải mô tả của một bảng: ${reason}`,
    badTable: (name) => `"${name}" không phải tên bảng`,
    summary: (queries, exact, refused) =>
      `${number(queries)} truy vấn (${number(exact)} chính xác), ${number(refused)} bị từ chối`,
  },
};

export const sigmaHelpVi: typeof sigmaHelpEn = {
  sigma: 'luật Sigma: so khớp, kiểm tra, giải thích, chuyển đổi; không cần bộ thu thập',
  sigmaMatch: 'so luật với sự kiện (NDJSON)',
  sigmaMatchNotes: [
    'Mỗi sự kiện có luật khớp cho một dòng {"line": N, "rules": [ID...]}; một lần tương quan',
    'cho một dòng {"line": N, "correlation": ID, "group": {...}}. N là dòng của sự kiện; khi chỉ',
    'cuối đầu vào mới quyết định (một sự kiện đã không đến) thì N là dòng của sự kiện cuối.',
    'Luật bị loại và dòng hỏng được nêu ở đầu ra lỗi. Mã thoát 0, kể cả khi không có gì khớp;',
    '1 khi không nạp được luật nào hoặc không đọc được đầu vào; 2 khi dùng sai.',
  ].join(' '),
  sigmaRules: 'tệp hoặc thư mục luật; dùng được nhiều lần',
  sigmaEvents: 'tệp sự kiện, mỗi dòng một đối tượng JSON, nén gzip hay không; - đọc từ đầu vào chuẩn',
  route:
    'thử sự kiện với những luật nào: pipelines (theo kênh, mã sự kiện...), fields (theo product, category, service của nó), off (mọi luật) (mặc định: pipelines, khi có --logsource là off)',
  logsource:
    'nguồn nhật ký của sự kiện không tự nêu nguồn: product/category/service, phần nào cũng có thể trống',
  pipeline: 'tệp pipeline, thêm vào các pipeline có sẵn; dùng được nhiều lần',
  noBuiltinPipelines: 'bỏ các pipeline có sẵn',
  placeholders: 'tệp (YAML, JSON) giá trị cho placeholder: TÊN: GIÁ_TRỊ hoặc danh sách giá trị',
  stats: 'kết thúc bằng một dòng JSON số liệu',
  sigmaCheck: 'kiểm tra luật: lỗi, chỗ không thể đúng hoặc tốn kém, quy ước SigmaHQ',
  sigmaCheckNotes: [
    'Mã thoát 0 khi không có lỗi, 1 khi có lỗi (với --strict: hoặc cảnh báo), 2 khi dùng sai.',
    'Lời báo lỗi trong luật viết bằng tiếng Anh.',
  ].join(' '),
  sigmaCheckPaths: 'tệp hoặc thư mục luật',
  only: 'chỉ các phát hiện có mã này, ví dụ no-witness,title-case',
  skip: 'bỏ các phát hiện có mã này',
  strict: 'cảnh báo cũng bị coi là không đạt',
  jsonLines: 'mỗi dòng một đối tượng JSON',
  sigmaExplain: 'vì sao luật khớp một sự kiện, hoặc dòng nào của luật sai đầu tiên',
  sigmaExplainNotes: 'Mã thoát 0 dù khớp hay không; 1 khi không có gì để giải thích.',
  explainRule: 'luật: TỆP, TỆP#ID hoặc TỆP#TIÊU_ĐỀ; không ghi khi có --rules và --id',
  explainEvent: 'sự kiện: tệp JSON, TỆP:DÒNG của NDJSON, chính JSON đó, hoặc - để đọc từ đầu vào chuẩn',
  explainRules: 'thêm luật và bộ lọc, hoặc nơi có --id; dùng được nhiều lần',
  explainId: 'ID hoặc tiêu đề của luật',
  sigmaConvert: 'viết luật thành truy vấn trên sự kiện đã lưu',
  sigmaConvertNotes: [
    'Giá trị là tham số gắn kèm, không bao giờ nằm trong truy vấn. Truy vấn không chính xác chọn',
    'ứng viên, bộ so khớp phải quyết định. Mã thoát 0; 1 khi không tạo được truy vấn nào.',
  ].join(' '),
  convertTo: 'ngôn ngữ của truy vấn',
  convertFrom: 'sự kiện từ thời điểm này (mặc định: tất cả)',
  convertUntil: 'sự kiện trước thời điểm này (mặc định: bây giờ)',
  table: 'bảng sự kiện (mặc định: của bộ thu thập)',
  schema: 'tệp (YAML, JSON) nêu tên các cột của bảng',
  shell: 'thành lệnh cho clickhouse-client, đặt dấu nháy cho shell POSIX',
};
